import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manyAccounts } from "../bench/accounts";
import { packageRoot } from "../src/project";

/*
 * Synthesizes the same accounts files with the same sources on cdktf and on cdktn, its community fork, and compares
 * byte for byte what both write. cdktn is installed into a temporary folder. Ends with 1 where anything differs but
 * for the differences that are listed here.
 */

/** Releases that go together, of cdktn and what it is used with. */
const PACKAGES = {
  cdktn: "0.24.0",
  "@cdktn/provider-aws": "25.7.0",
  "@cdktn/hcl-tools": "0.24.0",
  constructs: "10.7.2",
};

interface Difference {
  readonly name: string;
  readonly cdktf: string;
  readonly cdktn: string;
}

/** What is known to differ, as each of the two writes it after `version` or `source`, in cdk.tf and beside it. */
const DIFFERENCES: readonly Difference[] = [
  { name: "its own version", cdktf: "0.21.0", cdktn: "0.24.0" },
  { name: "the version of the AWS provider", cdktf: "6.25.0", cdktn: "6.66.0" },
  { name: "the name of the AWS provider, which means the same", cdktf: "aws", cdktn: "hashicorp/aws" },
];

/** A line that has one of them, as JSON or HCL. The modules are not rendered, but copied. */
const ATTRIBUTE = /^\s*"?(?:version|source)"?\s*[:=]/;

const FORMATS = ["json", "hcl"] as const;

type Files = ReadonlyMap<string, string>;

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), "pmm-iam-cdktn-"));
  try {
    install(folder);
    const support = join(packageRoot, "test", "support");
    cpSync(support, join(folder, "support"), { recursive: true });
    const everything = readFileSync(join(support, "everything.yaml"), "utf8");
    const inputs = {
      "accounts.yaml, as it ships": join(packageRoot, "accounts.yaml"),
      "test/support/everything.yaml": written(
        join(folder, "support", "everything.yaml"),
        `name: everything\n${everything}`,
      ),
      "100 accounts": written(join(folder, "many.yaml"), `name: many\n${manyAccounts(100, { groups: 5 })}`),
    };
    const unknown = Object.entries(inputs).flatMap(([name, input]) =>
      FORMATS.map((format) => {
        const [byCdktf, byCdktn] = [synth(folder, input, format, false), synth(folder, input, format, true)];
        if (!byCdktn.get("manifest.json")?.includes(`"version": "${PACKAGES.cdktn}"`)) {
          throw new Error("synth did not run on cdktn");
        }
        const files = differingFiles(byCdktf, byCdktn);
        console.log(`${name}, as ${format}: ${byCdktf.size} files, ${result(files)}`);
        return files.length;
      }),
    );
    process.exitCode = unknown.every((count) => count === 0) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function written(path: string, text: string): string {
  writeFileSync(path, text);
  return path;
}

function install(folder: string): void {
  const packages = Object.entries(PACKAGES).map(([name, version]) => `${name}@${version}`);
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const options = ["--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts", "--no-save"];
  // npm would take the folder of the package whose script this is from its own variables.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  execFileSync("npm", ["install", ...options, ...packages], {
    cwd: folder,
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  console.log(`With ${packages.join(", ")}. Known to differ:`);
  for (const { name, cdktf, cdktn } of DIFFERENCES) {
    console.log(`  ${name}: ${cdktf} and ${cdktn}`);
  }
}

/** What synth writes, by path. */
function synth(folder: string, input: string, format: (typeof FORMATS)[number], onCdktn: boolean): Files {
  const output = join(folder, "out");
  rmSync(output, { recursive: true, force: true });
  const bin = join(packageRoot, "bin");
  // What register.js keeps from loading are packages of cdktf's: it comes first.
  const hook = onCdktn
    ? ["--require", join(bin, "register.js"), "--require", join(__dirname, "resolve-cdktn.js")]
    : [];
  const options = ["--output", output, ...(format === "hcl" ? ["--hcl"] : [])];
  execFileSync(process.execPath, [...hook, join(bin, "pmm-iam.js"), "synth", ...options], {
    env: { ...process.env, ACCOUNTS_FILE: input, CDKTN_FOLDER: folder },
    stdio: ["ignore", "ignore", "pipe"],
  });
  return new Map(
    readdirSync(output, { recursive: true, withFileTypes: true, encoding: "utf8" })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort()
      .map((path) => [path.slice(output.length + 1), readFileSync(path, "utf8")]),
  );
}

/** The files that differ by more than what is known, each with the first such line of both. */
function differingFiles(byCdktf: Files, byCdktn: Files): string[] {
  const paths = [...new Set([...byCdktf.keys(), ...byCdktn.keys()])];
  return paths.flatMap((path) => {
    const old = byCdktf.get(path) ?? "";
    const text = byCdktn.get(path) ?? "";
    const now = path.includes("/modules/") ? text : asCdktf(text);
    if (old === now) {
      return [];
    }
    const [lines, others] = [old.split("\n"), now.split("\n")];
    const at = lines.findIndex((line, index) => line !== others[index]);
    return [`${path}:${at + 1}\n    cdktf: ${lines[at]}\n    cdktn: ${others[at]}`];
  });
}

/** What cdktn wrote, with what is known to differ as cdktf has it. */
function asCdktf(text: string): string {
  const known = (line: string) =>
    DIFFERENCES.reduce((now, { cdktf, cdktn }) => now.replace(`"${cdktn}"`, `"${cdktf}"`), line);
  return text
    .split("\n")
    .map((line) => (ATTRIBUTE.test(line) ? known(line) : line))
    .join("\n");
}

function result(files: readonly string[]): string {
  return files.length === 0
    ? "which are the same"
    : [`of which ${files.length} differ:`, ...files.slice(0, 10)].join("\n  ");
}

main();
