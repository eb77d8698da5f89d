import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { version } from "../../src/project";
import { packedFolder, tarball, type as typed, userFolder } from "./packed";

/** From an empty folder to the output, with the package alone. */

const GIVEN =
  "--source-account 111111111111 --pmm-role pmm-ec2-role --region eu-west-1 --admin-role Admin --account-name orders --account-id 222222222222";

/** The contract's limit for both commands with nothing kept from before; a test's machine may be busy. */
const MOST_SECONDS = 20;

test("npx pmm-iam init, npm install, npm run synth", () => {
  const folder = mkdtempSync(join(packedFolder(), "empty-"));
  const type = (script: string) => typed(folder, script);
  const start = Date.now();
  const init = type(`npx --yes --package=${tarball()} pmm-iam init --no-install ${GIVEN}`);
  expect(init).toMatchObject({ status: 0, stdout: expect.stringContaining("4 files written:") });
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  expect(manifest.devDependencies).toEqual({ "pmm-iam": version });
  // The registry has no such version before it is published.
  expect(type(`npm install --no-audit --no-fund --save-dev ${tarball()}`).status).toBe(0);
  expect(type("npm run --silent synth").stdout).toContain("1 stack for 1 account, as JSON");
  expect((Date.now() - start) / 1_000).toBeLessThan(MOST_SECONDS);
  for (const script of ["check", "synth:hcl", "show", "report"]) {
    expect({ script, status: type(`npm run --silent ${script}`).status }).toEqual({ script, status: 0 });
  }
  type("git init -q -b main && git add --all");
  expect(type("git ls-files").stdout.trimEnd().split("\n")).toEqual([
    ".gitignore",
    "accounts.yaml",
    "cdktf.json",
    "package-lock.json",
    "package.json",
  ]);
});

test("in a folder where the package is installed, init is all that the scripts need", () => {
  const folder = userFolder();
  expect(typed(folder, `npx pmm-iam init ${GIVEN}`)).toMatchObject({
    status: 0,
    stdout: expect.stringContaining("3 files written:"),
  });
  expect(typed(folder, "npm run --silent synth").stdout).toContain("1 stack for 1 account, as JSON");
});

test("where the registry cannot be reached, everything is written and npm install is left to do", () => {
  const folder = mkdtempSync(join(packedFolder(), "empty-"));
  const init = typed(folder, `npx --yes --package=${tarball()} pmm-iam init ${GIVEN}`);
  expect(init).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Next:\n {2}npm install\n/m) });
  expect(init.stderr).toMatch(/^note: npm install failed, and everything else is written; .*: \S+/m);
});
