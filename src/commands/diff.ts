import { accessAtBase } from "../changes/access-at-base";
import { readBase } from "../changes/base";
import { placeOf } from "../changes/commits";
import { InputError } from "../changes/input-error";
import { snapshotOf } from "../changes/snapshot";
import { diffRows } from "../diff/rows";
import type { Feature } from "../features/feature";
import { type DiffFormat, formatDiff } from "./diff-formats";
import { readAccounts } from "./read-accounts";
import { reportNote } from "./report";
import { EXIT_MORE_ACCESS, EXIT_USER } from "./run";
import { print } from "./terminal";

export interface DiffOptions {
  /** The git ref to compare with. */
  readonly base: string;
  readonly format: DiffFormat;
  /** Whether the exit code says that there is more access. */
  readonly exitCode?: boolean;
}

/** Prints who gains and who loses access since a git ref. Returns the exit code. */
export async function diff(
  features: readonly Feature[],
  { base: ref, format, exitCode = false }: DiffOptions,
): Promise<number> {
  const read = readAccounts(features);
  if (read === undefined) {
    return EXIT_USER;
  }
  const { text, access } = read;
  const base = readBase({ place: placeOf(text.path), snapshot: snapshotOf(access), features }, ref, "fork");
  for (const { message } of base.problems.filter(({ severity }) => severity === "warning")) {
    reportNote(message);
  }
  const before = accessAtBase(base, features);
  if ("severity" in before) {
    throw new InputError(before.message, "base");
  }
  const rows = diffRows(before, [access]);
  print("stdout", formatDiff(format, rows, { ref, commit: base.commit.id }));
  const isMore = rows.some(({ change }) => change === "gained" || change === "widened");
  return exitCode && isMore ? EXIT_MORE_ACCESS : 0;
}
