import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../src/project";
import { type Lab, startLab } from "../test/e2e/harness/lab";
import { run } from "../test/e2e/harness/processes";
import { type Used, usedIn, withUsage } from "./measure";
import { watchGroup } from "./processes";

/** What one plan costs, or several one after the other. */
export interface Cost {
  readonly seconds: number;
  /** Of terraform and the providers that it started. Those that it does not wait for are missing in GNU time's figure. */
  readonly cpuSeconds: number | undefined;
  /** The largest memory, in MB: of terraform and the providers that it started, all at once. */
  readonly megabytes: number | undefined;
  /** Provider instances that terraform configured. With the real provider each is a process of its own. */
  readonly instances: number;
  /** The line in which terraform counts the changes. */
  readonly changes: string;
}

/** A lab with the stand-in provider, which counts its instances and serves all of them in one process. */
export function countingLab(): Promise<Lab> {
  return startLab({ env: { STANDIN_COUNT: "1" }, provider: "stand-in" });
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

/** Plans a stack that was synthesized into the lab's folder, with more variables for terraform and its providers. */
export async function planStack(
  lab: Lab,
  path: string,
  environment: Readonly<Record<string, string>> = lab.provider === undefined ? {} : garbage,
): Promise<Cost> {
  const folder = lab.terraform(path);
  await folder.init();
  const before = lab.provider?.errors().length ?? 0;
  const figures = join(lab.folder, "figures");
  const [command = "", ...args] = withUsage([folder.terraform, "plan", "-no-color", "-input=false"], figures);
  const start = process.hrtime.bigint();
  let said = "";
  const { code, peak } = await new Promise<{
    code: number | null;
    peak: ReturnType<ReturnType<typeof watchGroup>>;
  }>((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: folder.path,
      env: { ...folder.env, ...environment },
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    const stop = watchGroup(child.pid ?? 0, (name) => name.startsWith("terraform-prov"));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    child.once("error", reject);
    child.once("close", (ended) => resolve({ code: ended, peak: stop() }));
  });
  if (code !== 0) throw new Error(`terraform plan in ${path} ended with ${code}`);
  const used: Partial<Used> = usedIn(figures) ?? {};
  return {
    seconds: Number(process.hrtime.bigint() - start) / 1e9,
    cpuSeconds: peak?.cpuSeconds ?? used.cpuSeconds,
    megabytes: peak?.megabytes ?? used.megabytes,
    instances: lab.provider === undefined ? (peak?.processes ?? 0) : lab.provider.errors().length - before,
    changes: /^(?:Plan:|No changes\.).*$/m.exec(said)?.[0] ?? "",
  };
}

/** Of plans one after the other: the time and the instances of all, the memory of the largest. */
export function sum(costs: readonly Cost[]): Cost {
  return {
    seconds: total(costs.map(({ seconds }) => seconds)) ?? 0,
    cpuSeconds: total(costs.map(({ cpuSeconds }) => cpuSeconds)),
    megabytes: costs.some(({ megabytes }) => megabytes === undefined)
      ? undefined
      : Math.max(...costs.map(({ megabytes }) => megabytes ?? 0)),
    instances: total(costs.map(({ instances }) => instances)) ?? 0,
    changes: [...new Set(costs.map(({ changes }) => changes))].join(" "),
  };
}

function total(numbers: readonly (number | undefined)[]): number | undefined {
  return numbers.reduce<number | undefined>(
    (all, one) => (all === undefined || one === undefined ? undefined : all + one),
    0,
  );
}

export function printCost(name: string, { seconds, cpuSeconds, megabytes, instances, changes }: Cost): void {
  const cpu = cpuSeconds === undefined ? "" : `${cpuSeconds.toFixed(1)} CPU s, `;
  const memory = megabytes === undefined ? "" : `${megabytes.toFixed(0)} MB at most, `;
  console.log(
    `${name.padEnd(48)} ${seconds.toFixed(1).padStart(6)} s, ${cpu}${memory}${instances} provider instances. ${changes}`,
  );
}

/** The entry of a benchmark: its errors in one line. */
export function bench(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
