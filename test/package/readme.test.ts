import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/project";
import { blocksOf } from "../readme/blocks";
import { packedFolder, tarball, type as typed, userFolder } from "./packed";

/** README.md's commands, with the packed file in an empty folder. */

const blocks = blocksOf(readFileSync(join(packageRoot, "README.md"), "utf8"));
const block = (marker: string) => blocks.find((one) => one.marker === marker)?.text ?? "";

const commandsOf = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => line.replace(/\s+#.*$/, ""));

const ANSWERS = ["111111111111", "pmm-ec2-role", "", "", "orders-prod", "222222222222", "", ""];

test("init, which asks on a terminal, and synth", () => {
  const [init = "", synth = "", ...others] = commandsOf(block("e2e: init"));
  expect([init, synth, others]).toEqual(["npx pmm-iam init", "npm run synth", []]);
  const folder = mkdtempSync(join(packedFolder(), "empty-"));
  writeFileSync(join(packedFolder(), "answers.json"), JSON.stringify(ANSWERS));
  const terminal = join(packageRoot, "test", "e2e", "init", "terminal.py");
  // As npx takes it from the registry once the version is there.
  const packed = init.replace("npx", `npx --yes --package=${tarball()}`);
  const shown = typed(folder, `python3 ${terminal} ${join(packedFolder(), "answers.json")} ${packed}`);
  expect(shown.status).toBe(0);
  expect(readdirSync(folder).sort()).toEqual([".gitignore", "accounts.yaml", "cdktf.json", "package.json"]);
  expect(typed(folder, `npm install --no-audit --no-fund --save-dev ${tarball()}`).status).toBe(0);
  expect(typed(folder, synth).stdout).toContain("\n1 stack for 1 account, as JSON, in cdktf.out/stacks:\n");
});

test("the shortest accounts.yaml, and what synth says of it", () => {
  const folder = userFolder();
  writeFileSync(join(folder, "accounts.yaml"), block("test: accounts.yaml"));
  const { status, stdout } = typed(folder, "npx pmm-iam synth");
  expect({ status, stdout }).toEqual({ status: 0, stdout: block("test: output of npm run synth") });
});

test.each(["synth", "check"])("npm run %s, as in a clone", (script) => {
  expect(commandsOf(block("test: commands")).join("\n")).toContain(`npm run ${script}`);
  const folder = userFolder();
  writeFileSync(join(folder, "accounts.yaml"), readFileSync(join(packageRoot, "accounts.yaml")));
  expect(typed(folder, `npx pmm-iam ${script}`).status).toBe(0);
});
