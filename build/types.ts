import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { packageRoot } from "../src/project";

/*
 * Writes the types of what src/index.ts exports into dist/types. They need no other package: zod's own types, which
 * those of a feature's keys are made of, lie beside them, under the license in THIRD-PARTY-LICENSES.txt.
 */

const TYPES = join(packageRoot, "dist", "types");
const ZOD = join(packageRoot, "node_modules", "zod");

/** A name in `from "..."` or `import("...")`. */
const IMPORTED = /(\bfrom |\bimport\()"([^"]+)"/g;

function main(): void {
  rmSync(TYPES, { recursive: true, force: true });
  const declared = mkdtempSync(join(tmpdir(), "pmm-iam-types-"));
  try {
    const compiler = join(packageRoot, "node_modules", "typescript", "bin", "tsc");
    const options = ["--project", join(packageRoot, "tsconfig.types.json"), "--outDir", declared];
    execFileSync(process.execPath, [compiler, ...options], { cwd: packageRoot, stdio: "inherit" });
    copy(join(declared, "src"), "index.d.ts", "");
    copy(ZOD, "index.d.cts", "zod");
  } finally {
    rmSync(declared, { recursive: true, force: true });
  }
}

/** Copies a file of declarations, and those that it leads to, from a folder into one below dist/types. */
function copy(from: string, first: string, into: string): void {
  const paths = new Set([first]);
  for (const path of paths) {
    const text = readFileSync(join(from, path), "utf8");
    for (const [, , name = ""] of text.matchAll(IMPORTED)) {
      if (name.startsWith(".")) {
        paths.add(declarationOf(from, join(dirname(path), name)));
      }
    }
    const place = join(TYPES, into, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, standingAlone(text, join(into, path)));
  }
}

/** The file with the declarations of a module, from the same folder. */
function declarationOf(folder: string, module: string): string {
  const names = [module.replace(/\.cjs$/, ".d.cts"), `${module}.d.ts`, join(module, "index.d.ts")];
  const found = names.find((name) => /\.d\.c?ts$/.test(name) && existsSync(join(folder, name)));
  if (found === undefined) {
    throw new Error(`there are no types of ${module}`);
  }
  return found;
}

/** Zod is looked for beside the file, and a Buffer is what it is without the types of Node. */
function standingAlone(text: string, path: string): string {
  const zod = relative(dirname(path), "zod").split(sep).join("/");
  const beside = zod.startsWith(".") ? zod : `./${zod}`;
  return text.replace(/\bBuffer\b/g, "Uint8Array").replace(IMPORTED, (all, before: string, name: string) => {
    if (name.startsWith(".")) {
      return all;
    }
    const [, inZod] = /^zod(?:\/(.*))?$/.exec(name) ?? [];
    if (!/^zod(\/|$)/.test(name)) {
      throw new Error(`${path} needs the types of ${name}, which the package does not carry`);
    }
    return `${before}"${beside}/${inZod === undefined ? "index.cjs" : `${inZod}/index.cjs`}"`;
  });
}

main();
