import { moveCommands } from "../../src/changes/move-group";
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
  expect(moveCommands(runbook, MOVE).steps.slice(0, 3)).toEqual([
    "ACCOUNTS_FILE='iam/the accounts.yaml' npm run synth",
    "git show 'it'\\''s;here:iam/the accounts.yaml' >'iam/before.the accounts.yaml'",
    "ACCOUNTS_FILE='iam/before.the accounts.yaml' npm run synth -- --output before.out",
  ]);
});

test("the commands carry the variables that are set", () => {
  const runbook = new Runbook({ ACCOUNTS_FILE: "envs/prod.yaml", CDKTF_OUTDIR: "out/the stacks" });
  expect(moveCommands(runbook, { ...MOVE, ref: "main" }).steps).toEqual([
    "ACCOUNTS_FILE=envs/prod.yaml CDKTF_OUTDIR='out/the stacks' npm run synth",
    "git show 'main:iam/the accounts.yaml' >envs/before.prod.yaml",
    "ACCOUNTS_FILE=envs/before.prod.yaml npm run synth -- --output out/before.out",
    "terraform -chdir=out/before.out/stacks/pmm-iam-shop init",
    "terraform '-chdir=out/the stacks/stacks/pmm-iam' init",
    'umask 077 && copies="$(mktemp -d)"',
    'terraform -chdir=out/before.out/stacks/pmm-iam-shop state pull >"$copies/pmm-iam-shop.tfstate"',
    `terraform '-chdir=out/the stacks/stacks/pmm-iam' state pull >"$copies/pmm-iam.tfstate"`,
    'cp "$copies/pmm-iam-shop.tfstate" "$copies/pmm-iam-shop.before"',
    'cp "$copies/pmm-iam.tfstate" "$copies/pmm-iam.before"',
    'ACCOUNTS_FILE=envs/prod.yaml npm run check -- --base main --state pmm-iam-shop="$copies/pmm-iam-shop.tfstate" pmm-iam="$copies/pmm-iam.tfstate"',
    `terraform '-chdir=out/the stacks/stacks/pmm-iam' state push "$copies/pmm-iam.tfstate"`,
    'terraform -chdir=out/before.out/stacks/pmm-iam-shop state push "$copies/pmm-iam-shop.tfstate"',
    "terraform '-chdir=out/the stacks/stacks/pmm-iam' plan",
    'shred -u "$copies"/* && rmdir "$copies"',
    "rm -r out/before.out envs/before.prod.yaml",
  ]);
});

/** The commands of moves of one module each, without those before the copies are made and after the pushes. */
function movesOf(...moves: readonly (readonly [from: string, to: string, module: string])[]) {
  const { steps, undo } = moveCommands(new Runbook({}), {
    moves: moves.map(([from, to, module]) => ({ from, to, addresses: [`module.${module}`] })),
    filesOf: (stack) => ({ stack }),
    isLocal: false,
    ref: "main",
  });
  const short = (command: string) =>
    command.replace("terraform -chdir=cdktf.out/stacks/", "").replaceAll("$copies/", "");
  return {
    steps: steps.filter((step) => /state (mv|push)|arrived/.test(step)).map(short),
    undo: undo.map(short),
  };
}

test("two stacks that exchange accounts: what is in between is pushed first, so that no account is in neither", () => {
  expect(movesOf(["a", "b", "x"], ["b", "a", "y"])).toEqual({
    steps: [
      'terraform state mv -state="a.tfstate" -state-out="b.tfstate" module.x module.x',
      'cp "b.tfstate" "b.arrived"',
      'terraform state mv -state="b.tfstate" -state-out="a.tfstate" module.y module.y',
      'b state push "b.arrived"',
      'a state push "a.tfstate"',
      'b state push "b.tfstate"',
    ],
    undo: ['a state push -force "a.before"', 'b state push -force "b.before"'],
  });
});

test("a stack that gives what it had and takes others is pushed once where that loses nothing", () => {
  expect(movesOf(["b", "c", "y"], ["a", "b", "x"])).toEqual({
    steps: [
      'terraform state mv -state="b.tfstate" -state-out="c.tfstate" module.y module.y',
      'terraform state mv -state="a.tfstate" -state-out="b.tfstate" module.x module.x',
      'c state push "c.tfstate"',
      'b state push "b.tfstate"',
      'a state push "a.tfstate"',
    ],
    undo: ['b state push -force "b.before"', 'a state push -force "a.before"', "c state rm module.y"],
  });
});

test("paths that were typed in a folder of the project hold at its root, where npm runs scripts", () => {
  const runbook = new Runbook({ ACCOUNTS_FILE: "prod.yaml", CDKTF_OUTDIR: "/srv/out" }, "envs");
  expect(runbook.synth()).toBe("ACCOUNTS_FILE=envs/prod.yaml CDKTF_OUTDIR=/srv/out npm run synth");
});
