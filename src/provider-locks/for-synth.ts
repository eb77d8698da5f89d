import { join } from "node:path";
import type { Stack } from "../access/stacks";
import { counted } from "../accounts/wording";
import { keptBytes, lockInOutput, outputName } from "./in-output";
import { KeptLocks, keptName } from "./kept-locks";

/** The lock files that synth copies into the output. */
export interface LocksForSynth {
  /** By stack. */
  readonly bytes: ReadonlyMap<string, Buffer>;
  /** What the user may want to know: files of the output that they replace, stacks without one. */
  readonly notes: readonly string[];
}

/** Reads the kept lock files of some stacks, and compares them with what is in the output folder now. */
export function locksForSynth(accountsPath: string, stacks: readonly Stack[], output: string): LocksForSynth {
  const kept = new KeptLocks(accountsPath);
  const bytes = new Map(
    stacks.flatMap(({ name }) => {
      const lock = keptBytes(kept, name);
      return lock === undefined ? [] : [[name, lock] as const];
    }),
  );
  const [replaced, ...others] = [...bytes.keys()].filter((stack) => differs(output, stack, bytes.get(stack)));
  const [unkept, ...more] = stacks.flatMap(({ name }) => (bytes.has(name) ? [] : name));
  return {
    bytes,
    notes: [
      ...(replaced === undefined
        ? []
        : [
            `${join(output, outputName(replaced))} was not the reviewed ${keptName(replaced)}, and is again${andMore(others)}; to keep what terraform init -upgrade writes there, run it again, and then npx pmm-iam lock`,
          ]),
      ...(unkept === undefined || bytes.size === 0
        ? []
        : [
            `no provider lock file is kept for the stack ${unkept}${andMore(more)}; run terraform init in its folder, and then npx pmm-iam lock`,
          ]),
    ],
  };
}

function differs(output: string, stack: string, kept: Buffer | undefined): boolean {
  const written = lockInOutput(output, stack);
  return written !== undefined && !("bytes" in written && kept?.equals(written.bytes) === true);
}

function andMore(others: readonly string[]): string {
  return others.length === 0 ? "" : ` (the same for ${counted(others.length, "more stack")})`;
}
