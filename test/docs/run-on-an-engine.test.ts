import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { packageRoot } from "../../src/project";
import { Repository } from "../commands/repository";
import { type Block, blocksOf } from "../readme/blocks";

/** The page's commands, run by bash in a repository with three accounts. Not run: those of tools that are not here. */

const blocks = blocksOf(readFileSync(join(packageRoot, "docs", "run-on-an-engine.md"), "utf8"));
const STACKS = ["pmm-iam", "pmm-iam-billing-prod", "pmm-iam-orders-prod"];

function block(marker: string): string {
  const [found] = blocks.filter((one: Block) => one.marker === marker);
  if (found === undefined) throw new Error(`the page has no block ${marker}`);
  return found.text;
}

const ACCOUNTS = `${block("part of accounts.yaml")}source:
  account_id: "111111111111"
  pmm_ec2_role_name: pmm-ec2-role
defaults:
  admin_role_name: pmm-iam-deployer
accounts:
  - name: orders-prod
    account_id: "222222222222"
  - name: billing-prod
    account_id: "033333333333"
`;

let repository: Repository;
let commands: string;

/** What a block of the page prints. */
function typed(marker: string): string {
  const env = { ...process.env, PATH: `${commands}:${process.env["PATH"]}`, ACCOUNTS_FILE: undefined };
  return execFileSync("bash", ["-e", "-c", `{ ${block(marker)} } 2>&1`], {
    cwd: repository.folder,
    env,
    encoding: "utf8",
  });
}

beforeEach(() => {
  commands = mkdtempSync(join(tmpdir(), "pmm-iam-npx-"));
  const program = join(packageRoot, "bin", "pmm-iam.js");
  writeFileSync(join(commands, "npx"), `#!/bin/sh\nshift\nexec "${process.execPath}" "${program}" "$@"\n`);
  chmodSync(join(commands, "npx"), 0o755);
  repository = Repository.create();
  repository.write("accounts.yaml", ACCOUNTS);
  typed("run");
  repository.commit();
  repository.git("update-ref", "refs/remotes/origin/main", "HEAD");
});

afterEach(() => {
  rmSync(repository.folder, { recursive: true });
  rmSync(commands, { recursive: true });
});

test("no block is left out", () => {
  expect(blocks.map(({ marker }) => marker)).toEqual([
    "part of accounts.yaml",
    "run",
    "run: in the pipeline",
    "run: atlantis.yaml",
    "run: stack.tm.hcl",
    "not run: terramate",
    "not run: spacelift",
  ]);
});

test("a change of one account changes the files of its stack, and the job that checks the folder sees what is missing", () => {
  expect(readdirSync(repository.path("terraform/stacks")).sort()).toEqual(STACKS);
  expect(typed("run: in the pipeline")).toMatch(/no errors, 0 warnings\n$/);
  repository.write("accounts.yaml", ACCOUNTS.replace(/("222222222222"\n)/, "$1    permissions: minimal\n"));
  expect(() => typed("run: in the pipeline")).toThrow();
  expect(repository.git("status", "--porcelain", "terraform")).toBe(
    " M terraform/stacks/pmm-iam-orders-prod/cdk.tf.json\n",
  );
  typed("run");
  repository.commit();
  expect(typed("run: in the pipeline")).toContain("no errors");
});

test("atlantis.yaml has every stack that synth writes, and nothing else", () => {
  typed("run: atlantis.yaml");
  expect(parse(readFileSync(repository.path("atlantis.yaml"), "utf8"))).toEqual({
    version: 3,
    parallel_plan: true,
    parallel_apply: true,
    autodiscover: { mode: "disabled" },
    projects: STACKS.map((name) => ({
      name,
      dir: `terraform/stacks/${name}`,
      autoplan: { when_modified: ["**/*"] },
    })),
  });
});

test("every stack has its block for Terramate, which the next synth leaves alone", () => {
  typed("run: stack.tm.hcl");
  typed("run");
  expect(
    STACKS.map((stack) => readFileSync(repository.path(`terraform/stacks/${stack}/stack.tm.hcl`), "utf8")),
  ).toEqual(STACKS.map((stack) => `stack {\n  name = "${stack}"\n}\n`));
});
