import { execFileSync } from "node:child_process";
import { join } from "node:path";
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
    const whole = await pullRequest(lab, "one", 0);
    await lab.reset();
    const grouped = await pullRequest(lab, "groups", GROUPS);
    console.log(`A pull request that changes 1 of ${ACCOUNTS} applied accounts plans`);
    print("in one stack", whole);
    print(`in ${GROUPS} groups`, grouped);
    const ratio = (of: keyof Planned) => (Number(grouped[of]) / Number(whole[of])).toFixed(3);
    console.log(
      `groups / one stack: accounts ${ratio("accounts")} (at most ${(1 / 15).toFixed(3)}), time ${ratio("seconds")}, instances ${ratio("instances")}`,
    );
  } finally {
    await lab.stop();
  }
}

/** Applies the accounts before, changes one in a commit of its own, and plans what `affected` names. */
async function pullRequest(lab: Lab, name: string, groups: number): Promise<Planned> {
  for (const role of ["pmm-ec2-role", "teleport-db-service"]) {
    await makeRole(await lab.account(SOURCE), role);
  }
  const folder = join(lab.folder, name);
  const before = manyAccounts(ACCOUNTS, groups);
  const output = ["--output", join(folder, "out")];
  await program(folder, before, "synth", ...output);
  const git = (...args: string[]) => execFileSync("git", ["-C", folder, ...args], { stdio: "pipe" });
  git("init", "--quiet");
  git("add", "accounts.yaml");
  git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "before");

  const after = before.replace(/(name: account-00003$)/m, "$1\n    permissions: minimal");
  const { include } = JSON.parse(await program(folder, after, "affected", "--base", "HEAD")) as Matrix;
  const paths = include.map(({ stack }) => join(name, "out", "stacks", stack));
  // What is not planned afterwards need not be there either.
  for (const path of paths) {
    const stack = lab.terraform(path);
    await stack.init();
    await stack.apply();
  }
  await program(folder, after, "synth", ...output);
  const costs: Cost[] = [];
  for (const path of paths) {
    costs.push(await planStack(lab, path));
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

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

bench(main);
