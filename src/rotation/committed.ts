import type { AccessModel } from "../access/model";
import type { Finding, Problem } from "../accounts/problem";
import type { SourceText } from "../accounts/source-text";
import { type Base, readBase } from "../changes/base";
import { type Place, placeOf } from "../changes/commits";
import { lineOf, partsOf } from "../changes/git";
import { InputError } from "../changes/input-error";
import { judgeSince } from "../changes/judge";
import type { Runbook } from "../changes/runbook";
import { snapshotOf } from "../changes/snapshot";
import { type KeyedUser, whose } from "./keyed-users";
import { problemOf, type ValidText } from "./plan";

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

/** The accounts as the last commit has them; undefined where there is no commit. */
export function baseAtHead(place: Place, access: AccessModel): Base | undefined {
  return lineOf(place.repository.root, "rev-parse", "--verify", "-q", "HEAD^{commit}") === undefined
    ? undefined
    : readBase({ place, snapshot: snapshotOf(access), features: access.features }, "HEAD", "ref");
}

/** What `check --base HEAD` would refuse of the keys: two steps of a rotation in one change. */
export function refusedSince(
  head: Base,
  {
    access,
    plain,
    runbook,
  }: { readonly access: AccessModel; readonly plain: unknown; readonly runbook: Runbook },
): Finding[] {
  // Who gains access is not asked here.
  const before = { severity: "warning", message: "" } as const;
  const found = judgeSince(head, access, { runbook, states: [], before, plain, allowed: new Set() });
  return [...found].filter(({ severity, rule }) => severity === "error" && KEY_RULES.has(rule));
}

/** Why users have no key to rotate: the last commit does not have them. Nothing where a part of it cannot be read. */
export function newSince(head: Base, users: readonly KeyedUser[], file: ValidText): Problem[] {
  if (head.files.length === 0 || head.files.some(({ snapshot }) => snapshot === undefined)) {
    return [];
  }
  const accounts = new Map(head.snapshot?.accounts.map((account) => [account.accountId, account]));
  return users.flatMap((user): Problem[] => {
    const { name, accountId, path } = user.account;
    const before = accounts.get(accountId);
    const { userName } = user.user.setting;
    if (before?.users.some(({ setting }) => setting.userName === userName)) {
      return [];
    }
    const [what, where] = before === undefined ? [`"${name}"`, [...path, "name"]] : [whose(user), user.path];
    return [
      problemOf(
        file,
        where,
        `${what} is not in the last commit, so it has no key to rotate; commit and apply it first`,
      ),
    ];
  });
}
