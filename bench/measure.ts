import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A command to time as a whole process, with what it needs in its environment. */
export interface Subject {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
}

/** Medians over the runs. */
export interface Measured {
  readonly seconds: number;
  /** Largest memory of one process, in MB; undefined where GNU time is not installed. */
  readonly megabytes: number | undefined;
}

/**
 * Times the subjects in turn, A B C A B C ..., so that a machine that slows down slows all of them alike, and
 * takes the medians. A first round is not counted.
 */
export function measure(subjects: readonly Subject[], runs: number): ReadonlyMap<string, Measured> {
  const results = new Map<string, Measured[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round <= runs; round += 1) {
    for (const subject of subjects) {
      const measured = once(subject);
      if (round > 0) {
        results.get(subject.name)?.push(measured);
      }
    }
  }
  return new Map(
    [...results].map(([name, measured]) => [
      name,
      {
        seconds: median(measured.map(({ seconds }) => seconds)),
        megabytes: measured.some(({ megabytes }) => megabytes === undefined)
          ? undefined
          : median(measured.map(({ megabytes }) => megabytes ?? 0)),
      },
    ]),
  );
}

const GNU_TIME = "/usr/bin/time";

/** What a command used, with all that it started and waited for. */
export interface Used {
  /** Of the largest process among them. */
  readonly megabytes: number;
  readonly cpuSeconds: number;
}

/** The command under GNU time, which writes what it used into a file; the command alone where that is missing. */
export function withUsage(command: readonly string[], figures: string): readonly string[] {
  return existsSync(GNU_TIME) ? [GNU_TIME, "-f", "%M %U %S", "-o", figures, ...command] : command;
}

/** What GNU time wrote; undefined where it is not installed. */
export function usedIn(figures: string): Used | undefined {
  if (!existsSync(figures)) return undefined;
  const last = readFileSync(figures, "utf8").trim().split("\n").at(-1) ?? "";
  const [kilobytes = 0, user = 0, system = 0] = last.split(" ").map(Number);
  return { megabytes: kilobytes / 1024, cpuSeconds: user + system };
}

function once({ name, command, environment, folder }: Subject): Measured {
  const scratch = mkdtempSync(join(tmpdir(), "pmm-iam-bench-"));
  try {
    const figures = join(scratch, "figures");
    const [program = "", ...rest] = withUsage(command, figures);
    const start = process.hrtime.bigint();
    const { status, stderr } = spawnSync(program, rest, {
      cwd: folder ?? process.cwd(),
      env: { ...process.env, CHECKPOINT_DISABLE: "1", ...environment },
      encoding: "utf8",
      maxBuffer: 1 << 26,
    });
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    if (status !== 0) {
      throw new Error(`${name} ended with ${status}:\n${stderr}`);
    }
    return { seconds, megabytes: usedIn(figures)?.megabytes };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
