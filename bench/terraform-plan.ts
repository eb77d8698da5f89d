import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../src/project";
import { type Lab, startLab } from "../test/e2e/harness/lab";
import { run } from "../test/e2e/harness/processes";
import { megabytesIn, withMemory } from "./measure";

/** What one plan costs, or several one after the other. */
export interface Cost {
  readonly seconds: number;
  /** Terraform's largest memory, in MB; undefined where GNU time is not installed. */
  readonly megabytes: number | undefined;
  /** Provider instances that terraform configured. With the real provider each is a process of its own. */
  readonly instances: number;
  /** The line in which terraform counts the changes. */
  readonly changes: string;
}

/** A lab with the stand-in provider, which counts its instances and serves all of them in one process. */
export async function countingLab(): Promise<Lab> {
  const lab = await startLab({ env: { STANDIN_COUNT: "1" } });
  if (lab.provider !== undefined) return lab;
  await lab.stop();
  throw new Error("this benchmark counts the stand-in's instances: run it with E2E_PROVIDER=stand-in");
}

/** Runs a command of the program on an accounts file in the folder. What it prints. */
export async function program(folder: string, accounts: string, ...args: string[]): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "accounts.yaml");
  writeFileSync(file, accounts);
  const { code, stdout, stderr } = await run({
    command: process.execPath,
    args: [join(packageRoot, "bin/pmm-iam.js"), ...args],
    cwd: folder,
    env: { ...process.env, ACCOUNTS_FILE: file } as Record<string, string>,
  }).ended;
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

/**
 * Terraform asks every second whether each of its reattached providers lives, and leaves a file open each time
 * until it next collects its garbage. Where that would pass the limit of open files it has to collect more often.
 */
const openFiles = execFileSync("sh", ["-c", "ulimit -H -n"], { encoding: "utf8" }).trim();
const garbage = openFiles === "unlimited" || Number(openFiles) > 200_000 ? {} : { GOGC: "10" };

/** Plans a stack that was synthesized into the lab's folder. */
export async function planStack(lab: Lab, path: string): Promise<Cost> {
  const folder = lab.terraform(path);
  await folder.init();
  const before = lab.provider?.errors().length ?? 0;
  const figures = join(lab.folder, "figures");
  const plan = [folder.terraform, "plan", "-no-color", "-input=false"];
  const [command = "", ...args] = withMemory(plan, figures);
  const start = process.hrtime.bigint();
  let said = "";
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: folder.path,
      env: { ...folder.env, ...garbage },
      stdio: ["ignore", "pipe", "inherit"],
    });
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`terraform plan in ${path} ended with ${code}`);
  return {
    seconds: Number(process.hrtime.bigint() - start) / 1e9,
    megabytes: megabytesIn(figures),
    instances: (lab.provider?.errors().length ?? 0) - before,
    changes: /^(?:Plan:|No changes\.).*$/m.exec(said)?.[0] ?? "",
  };
}

/** Of plans one after the other: the time and the instances of all, the memory of the largest. */
export function sum(costs: readonly Cost[]): Cost {
  return {
    seconds: costs.reduce((total, { seconds }) => total + seconds, 0),
    megabytes: costs.some(({ megabytes }) => megabytes === undefined)
      ? undefined
      : Math.max(...costs.map(({ megabytes }) => megabytes ?? 0)),
    instances: costs.reduce((total, { instances }) => total + instances, 0),
    changes: [...new Set(costs.map(({ changes }) => changes))].join(" "),
  };
}

export function printCost(name: string, { seconds, megabytes, instances, changes }: Cost): void {
  const memory = megabytes === undefined ? "" : `${megabytes.toFixed(0)} MB at most, `;
  console.log(
    `${name.padEnd(48)} ${seconds.toFixed(1).padStart(6)} s, ${memory}${instances} provider instances. ${changes}`,
  );
}

/** The entry of a benchmark: its errors in one line. */
export function bench(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
