import { moveSteps } from "../../src/changes/move-group";
import { Runbook } from "../../src/changes/runbook";

/** The commands themselves are in refusals.test.ts, and run by test/e2e/check. */

const BEFORE = { path: "iam/the accounts.yaml", index: 0, folder: "" };

const MOVE = {
  moves: [{ from: "pmm-iam-shop", to: "pmm-iam", addresses: [] }],
  filesOf: (stack: string) => ({ stack, before: stack === "pmm-iam-shop" ? BEFORE : undefined }),
  isLocal: false,
  ref: "it's;here",
};

test("names that a shell would act on are in quotes, and the file before stands beside today's", () => {
  const runbook = new Runbook({ ACCOUNTS_FILE: "iam/the accounts.yaml" });
  expect(moveSteps(runbook, MOVE).slice(0, 3)).toEqual([
    "ACCOUNTS_FILE='iam/the accounts.yaml' npm run synth",
    "git show 'it'\\''s;here:iam/the accounts.yaml' >'iam/before.the accounts.yaml'",
    "ACCOUNTS_FILE='iam/before.the accounts.yaml' npm run synth -- --output before.out",
  ]);
});

test("the commands carry the variables that are set", () => {
  const runbook = new Runbook({ ACCOUNTS_FILE: "envs/prod.yaml", CDKTF_OUTDIR: "out/the stacks" });
  expect(moveSteps(runbook, { ...MOVE, ref: "main" })).toEqual([
    "ACCOUNTS_FILE=envs/prod.yaml CDKTF_OUTDIR='out/the stacks' npm run synth",
    "git show 'main:iam/the accounts.yaml' >envs/before.prod.yaml",
    "ACCOUNTS_FILE=envs/before.prod.yaml npm run synth -- --output out/before.out",
    "terraform -chdir=out/before.out/stacks/pmm-iam-shop init",
    "terraform '-chdir=out/the stacks/stacks/pmm-iam' init",
    'umask 077 && copies="$(mktemp -d)"',
    'terraform -chdir=out/before.out/stacks/pmm-iam-shop state pull >"$copies/pmm-iam-shop.tfstate"',
    `terraform '-chdir=out/the stacks/stacks/pmm-iam' state pull >"$copies/pmm-iam.tfstate"`,
    `terraform '-chdir=out/the stacks/stacks/pmm-iam' state push "$copies/pmm-iam.tfstate"`,
    'terraform -chdir=out/before.out/stacks/pmm-iam-shop state push "$copies/pmm-iam-shop.tfstate"',
    'ACCOUNTS_FILE=envs/prod.yaml npm run check -- --base main --state pmm-iam-shop="$copies/pmm-iam-shop.tfstate" pmm-iam="$copies/pmm-iam.tfstate"',
    'shred -u "$copies"/* && rmdir "$copies"',
    "terraform '-chdir=out/the stacks/stacks/pmm-iam' plan",
    "rm -r out/before.out envs/before.prod.yaml",
  ]);
});

test("paths that were typed in a folder of the project hold at its root, where npm runs scripts", () => {
  const runbook = new Runbook({ ACCOUNTS_FILE: "prod.yaml", CDKTF_OUTDIR: "/srv/out" }, "envs");
  expect(runbook.synth()).toBe("ACCOUNTS_FILE=envs/prod.yaml CDKTF_OUTDIR=/srv/out npm run synth");
});
