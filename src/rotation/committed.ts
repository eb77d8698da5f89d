import type { AccessModel } from "../access/model";
import type { Finding } from "../accounts/problem";
import type { SourceText } from "../accounts/source-text";
import { readBase } from "../changes/base";
import { type Place, placeOf } from "../changes/commits";
import { lineOf, partsOf } from "../changes/git";
import { InputError } from "../changes/input-error";
import { judgeSince } from "../changes/judge";
import type { Runbook } from "../changes/runbook";
import { snapshotOf } from "../changes/snapshot";

/** The rules of a change that a step may break which follows another before that is committed. */
const KEY_RULES: ReadonlySet<string> = new Set([
  "key-generation",
  "previous-key",
  "previous-key-deleted",
  "previous-key-restored",
]);

/** Where a file is in its repository; undefined outside any, or without git. */
export function placeInGit({ path }: SourceText): Place | undefined {
  try {
    return placeOf(path);
  } catch (cause) {
    if (cause instanceof InputError) {
      return undefined;
    }
    throw cause;
  }
}

/** Whether git waits for somebody to resolve a conflict in the file. */
export function hasConflict({ repository, paths }: Place): boolean {
  return paths.some(
    (path) =>
      partsOf(repository.root, "--literal-pathspecs", "ls-files", "-z", "--unmerged", "--", path).length > 0,
  );
}

/**
 * What `check --base HEAD` would refuse of the keys: two steps of a rotation in one change. Nothing where there is no
 * commit, or none that can be read.
 */
export function refusedSinceHead(
  place: Place,
  {
    access,
    plain,
    runbook,
  }: { readonly access: AccessModel; readonly plain: unknown; readonly runbook: Runbook },
): Finding[] {
  if (lineOf(place.repository.root, "rev-parse", "--verify", "-q", "HEAD^{commit}") === undefined) {
    return [];
  }
  const base = readBase({ place, snapshot: snapshotOf(access), features: access.features }, "HEAD", "ref");
  // Who gains access is not asked here.
  const before = { severity: "warning", message: "" } as const;
  const found = judgeSince(base, access, { runbook, states: [], before, plain, allowed: new Set() });
  return [...found].filter(({ severity, rule }) => severity === "error" && KEY_RULES.has(rule));
}
