import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../src/project";
import { type Lab, startLab } from "../test/e2e/harness/lab";
import { run } from "../test/e2e/harness/processes";
import { manyAccounts } from "./accounts";

/**
 * What a first plan of many accounts costs, in one stack and in groups: time, terraform's memory, and the
 * provider instances that it starts, counted by the stand-in provider, which serves all of them in one process.
 * With the real provider each instance is a process of its own: multiply by what README's "Limits" says.
 */
const ACCOUNTS = Number(process.env["BENCH_ACCOUNTS"] ?? 1_000);
const GROUPS = 20;

interface Cost {
  readonly seconds: number;
  readonly megabytes: number | undefined;
  readonly instances: number;
}

async function main(): Promise<void> {
  const lab = await startLab({ env: { STANDIN_COUNT: "1" } });
  try {
    if (lab.provider === undefined) {
      throw new Error("this benchmark counts the stand-in's instances: run it with E2E_PROVIDER=stand-in");
    }
    const whole = await plans(lab, "one stack", 0, ["pmm-iam"]);
    const stacks = Array.from({ length: GROUPS }, (_, index) => `pmm-iam-group-${index}`);
    const grouped = await plans(lab, "groups", GROUPS, ["pmm-iam", ...stacks]);
    const largest = grouped.reduce((a, b) => (b.seconds > a.seconds ? b : a));
    print(`${ACCOUNTS} accounts in one stack`, sum(whole));
    print(`${ACCOUNTS} accounts in ${GROUPS} groups, all stacks in turn`, sum(grouped));
    print("  of these, the slowest stack", largest);
    console.log(
      `one group / one stack: time ${(largest.seconds / sum(whole).seconds).toFixed(2)}, instances ${(largest.instances / sum(whole).instances).toFixed(3)}`,
    );
  } finally {
    await lab.stop();
  }
}

async function plans(lab: Lab, name: string, groups: number, stacks: readonly string[]): Promise<Cost[]> {
  const accounts = join(lab.folder, `${groups}.yaml`);
  writeFileSync(accounts, manyAccounts(ACCOUNTS, groups));
  const output = join(lab.folder, name);
  const { code, stderr } = await run({
    command: process.execPath,
    args: [join(projectRoot, "bin/pmm-iam.js"), "synth", "--output", output],
    env: { ...process.env, ACCOUNTS_FILE: accounts } as Record<string, string>,
  }).ended;
  if (code !== 0) {
    throw new Error(stderr);
  }
  const costs: Cost[] = [];
  for (const stack of stacks) {
    costs.push(await plan(lab, join(name, "stacks", stack)));
  }
  return costs;
}

async function plan(lab: Lab, path: string): Promise<Cost> {
  const folder = lab.terraform(path);
  await folder.init();
  const before = lab.provider?.errors().length ?? 0;
  const figures = join(lab.folder, "figures");
  const timed = existsSync("/usr/bin/time") ? ["/usr/bin/time", "-f", "%M", "-o", figures] : [];
  const [command = "", ...args] = [...timed, folder.terraform, "plan", "-no-color", "-input=false"];
  const start = process.hrtime.bigint();
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: folder.path,
      env: folder.env,
      stdio: ["ignore", "ignore", "inherit"],
    });
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) {
    throw new Error(`terraform plan in ${path} ended with ${code}`);
  }
  return {
    seconds: Number(process.hrtime.bigint() - start) / 1e9,
    megabytes: timed.length === 0 ? undefined : Number(readFileSync(figures, "utf8").trim()) / 1024,
    instances: (lab.provider?.errors().length ?? 0) - before,
  };
}

function sum(costs: readonly Cost[]): Cost {
  return {
    seconds: costs.reduce((total, { seconds }) => total + seconds, 0),
    megabytes: costs.some(({ megabytes }) => megabytes === undefined)
      ? undefined
      : Math.max(...costs.map(({ megabytes }) => megabytes ?? 0)),
    instances: costs.reduce((total, { instances }) => total + instances, 0),
  };
}

function print(name: string, { seconds, megabytes, instances }: Cost): void {
  const memory = megabytes === undefined ? "" : `${megabytes.toFixed(0)} MB at most, `;
  console.log(
    `${name.padEnd(48)} ${seconds.toFixed(1).padStart(6)} s, ${memory}${instances} provider instances`,
  );
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
