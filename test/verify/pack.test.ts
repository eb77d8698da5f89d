import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../src/project";
import { packVerify } from "../../src/verify/pack";
import { byKey, byRole, checkOf, planOf } from "./checks";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pmm-iam-pack-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PLAN = planOf(checkOf("pmm", byKey), checkOf("grafana", byRole));

test("the same bytes each time, under 1 MB, and nothing of the machine or of the rest of the program", async () => {
  const [one, two] = [join(folder, "one.js"), join(folder, "two.js")];
  await packVerify(one, PLAN);
  await packVerify(two, PLAN);
  // A second time over its own file.
  await packVerify(two, PLAN);
  const text = readFileSync(one, "utf8");
  expect(readFileSync(two, "utf8")).toBe(text);
  expect(statSync(one).size).toBeLessThan(1_000_000);
  expect(text).not.toContain(packageRoot);
  expect(text).not.toMatch(/TerraformStack|ZodError|YAMLParseError/);
  const help = execFileSync(process.execPath, [one, "--help"], { cwd: folder, env: {}, encoding: "utf8" });
  expect(help).toContain("for the deployment pmm-iam");
});

test("in a folder whose package.json makes every .js a module", async () => {
  const modules = join(folder, "modules");
  mkdirSync(modules);
  writeFileSync(join(modules, "package.json"), '{ "type": "module" }');
  const file = join(modules, "verify.js");
  await packVerify(file, PLAN);
  const help = execFileSync(process.execPath, [file, "--help"], { cwd: modules, env: {}, encoding: "utf8" });
  expect(help).toContain("for the deployment pmm-iam");
});

test("a folder is no file", async () => {
  await expect(packVerify(folder, PLAN)).rejects.toThrow(
    `${folder} is a folder; expected the name of a file in it`,
  );
});

test("a name that is an argument for the wrong account, without a call", () => {
  const run = () =>
    execFileSync(process.execPath, [join(folder, "one.js"), "--account", "nobody"], {
      cwd: folder,
      env: {},
      stdio: "pipe",
    });
  expect(run).toThrow(/^.*error: there is nothing to verify in an account "nobody"; expected orders-prod$/m);
});

test("a file of something else is left alone", async () => {
  const file = join(folder, "notes.txt");
  writeFileSync(file, "mine");
  await expect(packVerify(file, PLAN)).rejects.toThrow(
    `${file} is there and was not packed by verify; expected a new name, or remove it`,
  );
  expect(readFileSync(file, "utf8")).toBe("mine");
});
