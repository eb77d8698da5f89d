import { lstatSync } from "node:fs";
import { join } from "node:path";
import type { OutputFiles } from "../terraform/output-files";
import { type KeptLocks, type Lock, readLock } from "./kept-locks";
import { LOCK_FILE } from "./lock-file";

/** Where a stack's lock file is in the output folder. */
export function outputName(stack: string): string {
  return `stacks/${stack}/${LOCK_FILE}`;
}

/** A stack's lock file in the output folder; undefined where there is none. No link below the folder is followed. */
export function lockInOutput(output: string, stack: string): Lock | undefined {
  for (const folder of ["stacks", `stacks/${stack}`]) {
    const stats = lstatSync(join(output, folder), { throwIfNoEntry: false });
    if (!stats?.isDirectory()) {
      return undefined;
    }
  }
  return readLock(join(output, outputName(stack)));
}

/** An output with the lock files of its stacks: what `lockOf` has of each. */
export function withLocks(
  files: OutputFiles,
  stacks: Iterable<string>,
  lockOf: (stack: string) => Buffer | undefined,
): OutputFiles {
  const all = new Map(files);
  for (const stack of stacks) {
    const lock = lockOf(stack);
    if (lock !== undefined) {
      all.set(outputName(stack), lock);
    }
  }
  return all;
}

/** What is kept of a stack and may be used. */
export function keptBytes(kept: KeptLocks, stack: string): Buffer | undefined {
  const lock = kept.read(stack);
  return lock !== undefined && "bytes" in lock ? lock.bytes : undefined;
}
