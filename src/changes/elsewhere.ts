import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { type DocumentResult, parseDocument } from "../accounts/document";
import { isSample, mayBeAccounts } from "../accounts/other-files";
import { readSourceText } from "../accounts/source-text";
import type { Feature } from "../features/feature";
import { type BaseFile, readBaseFile } from "./base-file";
import { candidates, namesOfCandidates } from "./commit-files";
import type { Commit } from "./commits";
import { accountIdsOf, isAccountsFile } from "./lenient";
import type { AccountSnapshot, Snapshot } from "./snapshot";

/** Accounts are known by their ids, in whatever file they are: at a commit, and in the work tree now. */

/** Today's accounts file. */
export interface AccountsToday {
  /** Absolute. */
  readonly path: string;
  readonly snapshot: Snapshot;
  /** The file of its name at the commit; undefined where there was none. */
  readonly before: BaseFile | undefined;
  readonly features: readonly Feature[];
}

/** The accounts files of a commit under other names that have to do with today's. */
export interface Elsewhere {
  /** Those that are gone: today's file goes on with all that they had. */
  readonly gone: readonly LeftFile[];
  /** Those that stay, and have lost accounts to today's file. */
  readonly left: readonly LeftFile[];
  /** Those that stay, and still have accounts of today's file. */
  readonly sharing: readonly SharingFile[];
}

export interface LeftFile {
  readonly file: BaseFile;
  /** Those that today's file did not have, and that are no longer in this one. */
  readonly accounts: readonly AccountSnapshot[];
}

export interface SharingFile {
  readonly path: string;
  /** The account ids that are in both, and were not in both before. */
  readonly accountIds: readonly string[];
}

/** Finds the files of a commit that had accounts of today's file, by account id, and those that it takes over. */
export function filesElsewhere(commit: Commit, known: readonly string[], today: AccountsToday): Elsewhere {
  const gone: (LeftFile & { readonly shared: number })[] = [];
  const left: LeftFile[] = [];
  const sharing: SharingFile[] = [];
  const accountIds = new Set(today.snapshot.accounts.flatMap(({ accountId }) => accountId ?? []));
  const had = new Set(today.before?.snapshot?.accounts.map(({ accountId }) => accountId));
  for (const [path, bytes] of candidates(commit, known)) {
    const fileNow = join(commit.root, path);
    if (
      isSample(fileNow, commit.root) ||
      !mayBeAccounts(path, bytes.toString("utf8")) ||
      (!holdsAny(bytes, accountIds) && existsSync(fileNow))
    ) {
      continue;
    }
    const now = accountIdsNow(fileNow, today.path);
    const file = readBaseFile(commit, { path, bytes }, today.features);
    const common = [...(accountIdsIn(file.parsed) ?? [])].filter((id) => accountIds.has(id));
    const foreign = (file.snapshot?.accounts ?? []).filter(({ accountId }) => !had.has(accountId));
    if (now === undefined) {
      if (common.length > 0 || isContinued(file, today)) {
        gone.push({ file, accounts: foreign, shared: common.length });
      }
      continue;
    }
    const accounts = foreign.filter(
      ({ accountId = "" }) => common.includes(accountId) && !now.has(accountId),
    );
    if (accounts.length > 0) {
      left.push({ file, accounts });
    }
    const shared = common.filter((id) => now.has(id) && !had.has(id));
    if (shared.length > 0) {
      sharing.push({ path, accountIds: shared });
    }
  }
  gone.sort((a, b) => b.shared - a.shared);
  left.sort((a, b) => b.accounts.length - a.accounts.length);
  sharing.sort((a, b) => b.accountIds.length - a.accountIds.length);
  return { gone, left, sharing };
}

/**
 * Whether today's file takes the place of one that is gone and had none of its accounts: with an account of the same
 * name, or with the deployment's name and so its states.
 */
function isContinued({ parsed, snapshot }: BaseFile, { snapshot: today, before }: AccountsToday): boolean {
  if (before !== undefined || snapshot === undefined || accountIdsIn(parsed) === undefined) {
    return false;
  }
  const names = new Set(today.accounts.map(({ name }) => name));
  return snapshot.name === today.name || snapshot.accounts.some(({ name }) => names.has(name));
}

/** The files of the work tree, other than today's, that have some accounts: from the root, by account id. */
export function filesNowHolding(
  root: string,
  accountIds: readonly string[],
  today: string,
): ReadonlyMap<string, string> {
  if (accountIds.length === 0) {
    return new Map();
  }
  const found = new Map<string, string>();
  for (const path of namesOfCandidates(root, "--untracked").sort()) {
    if (isSample(join(root, path), root)) {
      continue;
    }
    const now = accountIdsNow(join(root, path), today);
    for (const id of accountIds.filter((accountId) => now?.has(accountId) && !found.has(accountId))) {
      found.set(id, path);
    }
  }
  return found;
}

/** Whether a text has one of some account ids as a word, so that it is worth parsing. */
function holdsAny(bytes: Buffer, accountIds: ReadonlySet<string>): boolean {
  return [...bytes.toString("latin1").matchAll(/(?<!\d)\d{12}(?!\d)/g)].some(([id]) => accountIds.has(id));
}

/** The account ids of a file; undefined where it is no accounts file. */
function accountIdsIn({ document }: DocumentResult): ReadonlySet<string> | undefined {
  return document !== undefined && isAccountsFile(document) ? accountIdsOf(document) : undefined;
}

/** The account ids in a file of the work tree; undefined where it is no accounts file, or is today's. */
function accountIdsNow(path: string, today: string): ReadonlySet<string> | undefined {
  const source = readSourceText(path, path);
  return "severity" in source || !mayBeAccounts(path, source.text) || isSameFile(path, today)
    ? undefined
    : accountIdsIn(parseDocument(source));
}

/** Also where one is a link to the other, or the file system takes A for a. */
function isSameFile(path: string, other: string): boolean {
  const [a, b] = [statSync(path), statSync(other)];
  return a.dev === b.dev && a.ino === b.ino;
}
