import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../src/project";

let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "translate-test-"));
  for (const part of ["bin", ".swcrc"]) {
    cpSync(join(packageRoot, part), join(project, part), { recursive: true });
  }
  mkdirSync(join(project, "node_modules"));
  for (const name of ["@swc", "pirates", "cdktf", "zod"]) {
    symlinkSync(join(packageRoot, "node_modules", name), join(project, "node_modules", name));
  }
});

afterEach(() => {
  rmSync(project, { recursive: true, force: true });
});

function put(path: string, content: string): void {
  writeFileSync(join(project, path), content);
}

/** What a program says that node runs through bin/register.js. */
function run(program: string, environment: Record<string, string> = {}): string {
  put("program.ts", program);
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--require", "./bin/register.js", join(project, "program.ts")],
    { cwd: project, encoding: "utf8", env: { ...process.env, DEBUG: "", ...environment } },
  );
  return stdout + stderr;
}

const cache = (): string => join(project, "node_modules", ".cache", "pmm-iam");
const says = (word: string): string => `const word: string = "${word}";\nprocess.stdout.write(word);\n`;

/** The translations that are kept. From Node 22 on, node keeps a folder of its own beside them. */
function translations(): string[] {
  return existsSync(cache()) ? readdirSync(cache()).filter((name) => name.endsWith(".js")) : [];
}

/** The one translation that is kept: its name and content. */
function kept(): [path: string, content: string] {
  const names = translations();
  expect(names).toHaveLength(1);
  const path = join(cache(), names[0] ?? "");
  return [path, readFileSync(path, "utf8")];
}

test("a translation is kept and used: the next run does without the translator", () => {
  expect(run(says("first"))).toBe("first");
  rmSync(join(project, "node_modules", "@swc"));
  mkdirSync(join(project, "node_modules", "@swc", "core"), { recursive: true });
  cpSync(
    join(packageRoot, "node_modules", "@swc", "core", "package.json"),
    join(project, "node_modules", "@swc", "core", "package.json"),
  );
  expect(run(says("first"))).toBe("first");
  expect(run(says("second"))).toMatch(/cannot be loaded/);
});

test("a file that has changed is translated again, in the place of the old translation", () => {
  expect(run(says("first"))).toBe("first");
  expect(run(says("second"))).toBe("second");
  expect(kept()[1]).toContain('"second"');
});

test("another target is another translation", () => {
  run(says("first"));
  const [, before] = kept();
  put(".swcrc", '{"jsc": {"parser": {"syntax": "typescript"}, "target": "es5"}}');
  expect(run(says("first"))).toBe("first");
  expect(before).toContain("const word");
  expect(kept()[1]).toContain("var word");
});

test.each([
  ["cut short", (text: string) => text.slice(0, -10)],
  ["empty", () => ""],
  ["other code under the old hash", (text: string) => text.replace('"first"', '"other"')],
])("a kept translation that is %s is ignored and made again", (_, spoil) => {
  run(says("first"));
  const [path, content] = kept();
  writeFileSync(path, spoil(content));
  expect(run(says("first"))).toBe("first");
  expect(kept()).toEqual([path, content]);
});

test("where nothing can be kept, each run translates", () => {
  put("node_modules/.cache", "a file where the folder should be");
  expect(run(says("first"))).toBe("first");
  expect(run(says("second"))).toBe("second");
});

test("under DEBUG a stack trace has the lines of the TypeScript, and no translation is kept", () => {
  const program = "interface Unused {\n  readonly key: string;\n}\n\nthrow new Error('here');\n";
  expect(run(program, { DEBUG: "1" })).toMatch(/program\.ts:5:7/);
  expect(translations()).toEqual([]);
});

test("a translator that cannot be loaded is the user's to fix, and told in one line", () => {
  rmSync(join(project, "node_modules", "@swc"));
  mkdirSync(join(project, "node_modules", "@swc", "core"), { recursive: true });
  put("node_modules/@swc/core/package.json", '{"name":"@swc/core","main":"index.js"}');
  put("node_modules/@swc/core/index.js", 'throw new Error("Failed to load native binding");');
  put("program.ts", "console.log(1 as number);");
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ["--require", "./bin/register.js", "program.ts"],
    { cwd: project, encoding: "utf8" },
  );
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(/^error: @swc\/core, .* cannot be loaded; set HOME or TMPDIR to .*: npm ci\n$/);
});
