import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GUARD } from "../src/accounts/names";
import { counted } from "../src/accounts/wording";
import type { Lab } from "../test/e2e/harness/lab";
import { makeRole } from "../test/e2e/harness/look";
import { manyAccounts } from "./accounts";
import { bench, type Cost, countingLab, planStack, printCost, program, sum } from "./terraform-plan";

/**
 * What a pull request that changes one of many applied accounts costs to plan: where all are in one stack, and
 * in groups, where the pipeline plans the stacks that `affected` names.
 */
const ACCOUNTS = Number(process.env["BENCH_ACCOUNTS"] ?? 400);
const GROUPS = 20;
const SOURCE = "111111111111";

interface Planned extends Cost {
  readonly stacks: number;
  /** The accounts of the stacks planned. */
  readonly accounts: number;
}

/** The matrix that `affected` prints. */
interface Matrix {
  readonly include: readonly { readonly stack: string; readonly accounts: number }[];
}

async function main(): Promise<void> {
  const lab = await countingLab();
  try {
    for (const role of ["pmm-ec2-role", "teleport-db-service"]) {
      await makeRole(await lab.account(SOURCE), role);
    }
    const stacks = ["pmm-iam", ...Array.from({ length: GROUPS }, (_, index) => `pmm-iam-group-${index}`)];
    const groups = await committed(lab, "groups", GROUPS);
    for (const stack of stacks) {
      const folder = lab.terraform(join("groups", "out", "stacks", stack));
      await folder.init();
      await folder.apply();
    }
    const one = await committed(lab, "one", 0);
    writeFileSync(join(one, "terraform.pmm-iam.tfstate"), mergedState(groups, stacks));

    const grouped = await planChange(lab, "groups", GROUPS);
    const whole = await planChange(lab, "one", 0);
    console.log(`A pull request that changes 1 of ${ACCOUNTS} applied accounts plans`);
    print("in one stack", whole);
    print(`in ${GROUPS} groups`, grouped);
    const ratio = (of: keyof Planned) => (Number(grouped[of]) / Number(whole[of])).toFixed(3);
    console.log(
      `groups / one stack: accounts ${ratio("accounts")} (target: at most ${(1 / 15).toFixed(3)}), time ${ratio("seconds")}, instances ${ratio("instances")}`,
    );
  } finally {
    await lab.stop();
  }
}

/** A repository with the accounts as they are before the pull request, synthesized. Its folder. */
async function committed(lab: Lab, name: string, groups: number): Promise<string> {
  const folder = join(lab.folder, name);
  await program(folder, manyAccounts(ACCOUNTS, { groups }), "synth", "--output", join(folder, "out"));
  const git = (...args: string[]) => execFileSync("git", ["-C", folder, ...args], { stdio: "pipe" });
  git("init", "--quiet");
  git("add", "accounts.yaml");
  git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "before");
  return folder;
}

interface State {
  readonly resources: readonly { readonly type: string; readonly name: string }[];
}

/** The state of all accounts in one stack. Applying them there takes Terraform many times as long. */
function mergedState(folder: string, stacks: readonly string[]): string {
  const states = stacks.map(
    (stack) => JSON.parse(readFileSync(join(folder, `terraform.${stack}.tfstate`), "utf8")) as State,
  );
  const resources = states.flatMap((state) => state.resources);
  // Whose state each was.
  const isGuard = ({ type, name }: State["resources"][number]): boolean => `${type}.${name}` === GUARD;
  return JSON.stringify({ ...states[0], resources: resources.filter((resource) => !isGuard(resource)) });
}

/** Changes one account and plans what `affected` names. */
async function planChange(lab: Lab, name: string, groups: number): Promise<Planned> {
  const folder = join(lab.folder, name);
  const changed = manyAccounts(ACCOUNTS, { groups }).replace(
    /(name: account-00003$)/m,
    "$1\n    permissions: minimal",
  );
  const { include } = JSON.parse(await program(folder, changed, "affected", "--base", "HEAD")) as Matrix;
  await program(folder, changed, "synth", "--output", join(folder, "out"));
  const costs: Cost[] = [];
  for (const { stack } of include) {
    costs.push(await planStack(lab, join(name, "out", "stacks", stack)));
  }
  return {
    ...sum(costs),
    stacks: include.length,
    accounts: include.reduce((total, { accounts }) => total + accounts, 0),
  };
}

function print(name: string, { stacks, accounts, ...cost }: Planned): void {
  printCost(`  ${name}: ${counted(accounts, "account")}, ${counted(stacks, "stack")}`, cost);
}

bench(main);
