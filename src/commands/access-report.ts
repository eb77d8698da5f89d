import type { AccessModel } from "../access/model";
import { shellPath } from "../accounts/shell";
import type { SourceText } from "../accounts/source-text";
import { counted } from "../accounts/wording";
import { accessAtBase } from "../changes/access-at-base";
import { readBase } from "../changes/base";
import { placeOf } from "../changes/commits";
import { InputError } from "../changes/input-error";
import { snapshotOf } from "../changes/snapshot";
import { CHANGES } from "../diff/row";
import { diffRows } from "../diff/rows";
import type { Feature } from "../features/feature";
import { type ReportSources, reportOf } from "../report/facts";
import { writeReport } from "../report/files";
import { GivenStates } from "../report/given-states";
import type { AccessReport } from "../report/report";
import { readStates } from "./given-states";
import { readAccounts } from "./read-accounts";
import { reportError, reportNote, reportResult } from "./report";
import { EXIT_USER } from "./run";

export interface AccessReportOptions {
  /** The page. CSV and JSON are written beside it. */
  readonly output: string;
  /** The git ref since which changes are marked. */
  readonly since?: string;
  readonly state?: readonly string[];
}

/** Writes the whole access as a page, as CSV and as JSON. Returns the exit code. */
export async function accessReport(
  features: readonly Feature[],
  { output, since: ref, state }: AccessReportOptions,
  today = new Date(),
): Promise<number> {
  const given = readStates(state);
  const read = readAccounts(features);
  if (read === undefined) {
    return EXIT_USER;
  }
  const { text, access } = read;
  const states = new GivenStates(given, access, today);
  const unusable = states.problems();
  if (unusable.length > 0) {
    for (const problem of unusable) {
      reportError(problem);
    }
    return EXIT_USER;
  }
  const since = ref === undefined ? undefined : changesSince(ref, text, access);
  const report = reportOf(access, { file: text.name, today, since, states });
  const files = writeReport(report, output);
  reportResult([summaryOf(report), ...files.map((file) => `  ${shellPath(file)}`)]);
  return 0;
}

function changesSince(ref: string, text: SourceText, access: AccessModel): ReportSources["since"] {
  const base = readBase(
    { place: placeOf(text.path), snapshot: snapshotOf(access), features: access.features },
    ref,
    "ref",
  );
  for (const { message } of base.problems.filter(({ severity }) => severity === "warning")) {
    reportNote(message);
  }
  const before = accessAtBase(base, access.features);
  if ("severity" in before) {
    throw new InputError(before.message.replaceAll("--base", "--since"), "base");
  }
  return { ref, commit: base.commit.id, rows: diffRows(before, [access]) };
}

function summaryOf({ accounts, changes, since }: AccessReport): string {
  const identities = accounts.flatMap((account) => account.identities);
  const listed = accounts.filter(({ is_listed }) => is_listed);
  const what = `the access of ${counted(listed.length, "account")}, ${counted(identities.length, "role or user", "roles and users")}`;
  if (since === null) {
    return `${what}:`;
  }
  const counts = CHANGES.map((of) => `${changes.filter(({ change }) => change === of).length} ${of}`);
  return `${what}; since ${since.ref} (${since.commit.slice(0, 7)}) ${counts.join(", ")}:`;
}
