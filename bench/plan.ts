import { join } from "node:path";
import type { Lab } from "../test/e2e/harness/lab";
import { manyAccounts } from "./accounts";
import { bench, type Cost, countingLab, planStack, printCost, program, sum } from "./terraform-plan";

/**
 * What a first plan of many accounts costs, in one stack and in groups: time, terraform's memory, and the
 * provider instances that it starts. With the real provider each of them is a process of its own: multiply by
 * what docs/limits.md says. The accounts have the monitoring role alone: with Aurora and Teleport as well,
 * Terraform's own work on 1,000 in one stack passes ten minutes.
 */
const ACCOUNTS = Number(process.env["BENCH_ACCOUNTS"] ?? 1_000);
const GROUPS = 20;

async function main(): Promise<void> {
  const lab = await countingLab();
  try {
    const whole = sum(await plans(lab, "one", 0, ["pmm-iam"]));
    const stacks = Array.from({ length: GROUPS }, (_, index) => `pmm-iam-group-${index}`);
    const grouped = await plans(lab, "groups", GROUPS, ["pmm-iam", ...stacks]);
    const largest = grouped.reduce((a, b) => (b.seconds > a.seconds ? b : a));
    printCost(`${ACCOUNTS} accounts in one stack`, whole);
    printCost(`${ACCOUNTS} accounts in ${GROUPS} groups, all stacks in turn`, sum(grouped));
    printCost("  of these, the slowest stack", largest);
    console.log(
      `slowest group / one stack: time ${(largest.seconds / whole.seconds).toFixed(3)}, instances ${(largest.instances / whole.instances).toFixed(3)}`,
    );
  } finally {
    await lab.stop();
  }
}

async function plans(lab: Lab, name: string, groups: number, stacks: readonly string[]): Promise<Cost[]> {
  const folder = join(lab.folder, name);
  await program(
    folder,
    manyAccounts(ACCOUNTS, { groups, databases: false }),
    "synth",
    "--output",
    join(folder, "out"),
  );
  const costs: Cost[] = [];
  for (const stack of stacks) {
    costs.push(await planStack(lab, join(name, "out", "stacks", stack)));
  }
  return costs;
}

bench(main);
