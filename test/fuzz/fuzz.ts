import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Cases, KINDS, type Kind } from "./cases";
import { judge } from "./judge";
import { Random } from "./random";
import { Untouched } from "./untouched";

export interface Plan {
  readonly seed: number;
  /** How many files of each kind. */
  readonly counts: Readonly<Record<Kind, number>>;
  /** Where the files that break the program are kept. */
  readonly kept: string;
}

export interface Result {
  readonly files: number;
  /** Those that have no errors. */
  readonly good: number;
  /** Each distinct fault once, with the first file that shows it. */
  readonly faults: readonly string[];
}

/** How many files are read twice. */
const TWICE = 0.05;
/** Of how many good files Terraform is made. */
const RENDER = 0.05;
/** With how many refused accounts files the command itself is run. */
const COMMAND = 0.0005;

/** Runs the plan. The seed and the number of a file decide what is in it. */
export async function fuzz({ seed, counts, kept }: Plan): Promise<Result> {
  const cases = new Cases();
  const untouched = new Untouched();
  const faults = new Map<string, string>();
  let good = 0;
  let files = 0;
  try {
    for (const kind of KINDS) {
      for (let index = 0; index < counts[kind]; index += 1) {
        // A stream of its own for each file: one more choice in a file leaves the files after it as they are.
        const random = new Random(seed + index * 7_919 + KINDS.indexOf(kind) * 104_729);
        const { given, bytes } = cases.make(kind, random);
        files += 1;
        try {
          const isGood = await judge(given, { twice: random.chance(TWICE), render: random.chance(RENDER) });
          good += isGood ? 1 : 0;
          if (!isGood && kind === "accounts" && random.chance(COMMAND)) {
            untouched.judge(bytes);
          }
        } catch (cause) {
          const fault = faultOf(cause);
          if (!faults.has(fault)) {
            faults.set(fault, keep(kept, `${kind}-${seed}-${index}`, bytes));
          }
        }
      }
    }
  } finally {
    cases.remove();
    untouched.remove();
  }
  return { files, good, faults: [...faults].map(([fault, file]) => `${file}: ${fault}`) };
}

function faultOf(cause: unknown): string {
  const { message, stack = "" } = cause instanceof Error ? cause : new Error(String(cause));
  const place = stack.split("\n").find((line) => line.includes("/src/")) ?? "";
  return `${message.slice(0, 300)}${place.replace(/^\s+at /, " at ")}`;
}

function keep(folder: string, name: string, bytes: Buffer): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
}
