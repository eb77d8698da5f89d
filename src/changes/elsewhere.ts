import { statSync } from "node:fs";
import { join } from "node:path";
import { type DocumentResult, parseDocument } from "../accounts/document";
import { readSourceText } from "../accounts/source-text";
import { type BaseFile, readBaseFile } from "./base-file";
import { yamlFilesHolding } from "./commit-files";
import type { Commit } from "./commits";
import { partsOf } from "./git";
import { accountIdsOf, isAccountsFile } from "./lenient";
import type { AccountSnapshot, Snapshot } from "./snapshot";

/** Accounts are known by their ids, in whatever file they stand: at a commit, and in the work tree now. */

/** Today's accounts file. */
export interface AccountsToday {
  /** Absolute. */
  readonly path: string;
  readonly snapshot: Snapshot;
  /** Whether the commit has a file of its name. */
  readonly isOld: boolean;
}

/** The accounts files of a commit under other names that have to do with today's. */
export interface Elsewhere {
  /** Those that are gone: today's file goes on with all that they had. */
  readonly gone: readonly BaseFile[];
  /** Those that stay, and have lost accounts to today's file. */
  readonly left: readonly LeftFile[];
  /** Those that stay, and still have accounts of today's file. */
  readonly sharing: readonly SharingFile[];
}

export interface LeftFile {
  readonly file: BaseFile;
  /** Those that are in today's file and no longer in this one. */
  readonly accounts: readonly AccountSnapshot[];
}

export interface SharingFile {
  readonly path: string;
  /** The account ids that are in both. */
  readonly accountIds: readonly string[];
}

/** Finds the files of a commit that had accounts of today's file, by account id, and those that it takes over. */
export function filesElsewhere(commit: Commit, known: readonly string[], today: AccountsToday): Elsewhere {
  const gone: (readonly [BaseFile, shared: number])[] = [];
  const left: LeftFile[] = [];
  const sharing: SharingFile[] = [];
  const accountIds = new Set(today.snapshot.accounts.flatMap(({ accountId }) => accountId ?? []));
  for (const [path, bytes] of yamlFilesHolding(commit, "account_id", known)) {
    const now = accountIdsNow(join(commit.root, path), today.path);
    if (now !== undefined && !holdsAny(bytes, accountIds)) {
      continue;
    }
    const file = readBaseFile(commit, { path, bytes });
    const common = [...(accountIdsIn(file.parsed) ?? [])].filter((id) => accountIds.has(id));
    if (now === undefined) {
      if (common.length > 0 || isContinued(file, today)) {
        gone.push([file, common.length]);
      }
      continue;
    }
    const moved = new Set(common.filter((id) => !now.has(id)));
    if (moved.size > 0) {
      const all = file.snapshot?.accounts ?? [];
      left.push({ file, accounts: all.filter(({ accountId = "" }) => moved.has(accountId)) });
    }
    if (moved.size < common.length) {
      sharing.push({ path, accountIds: common.filter((id) => now.has(id)) });
    }
  }
  gone.sort(([, a], [, b]) => b - a);
  left.sort((a, b) => b.accounts.length - a.accounts.length);
  sharing.sort((a, b) => b.accountIds.length - a.accountIds.length);
  return { gone: gone.map(([file]) => file), left, sharing };
}

/**
 * Whether today's file takes the place of one that is gone and had none of its accounts: with an account of the same
 * name, or with the deployment's name and so its states.
 */
function isContinued({ parsed, snapshot }: BaseFile, { snapshot: today, isOld }: AccountsToday): boolean {
  if (isOld || snapshot === undefined || accountIdsIn(parsed) === undefined) {
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
  const names = [":(icase)*.yaml", ":(icase)*.yml"];
  // Each id on a line of standard input would need a file of patterns: a word that all of them have is enough.
  const args = ["grep", "--untracked", "--no-color", "-z", "-l", "-F", "-e", "account_id", "--", ...names];
  const found = new Map<string, string>();
  for (const path of partsOf(root, ...args).sort()) {
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
  return "severity" in source || isSameFile(path, today) ? undefined : accountIdsIn(parseDocument(source));
}

/** Also where one is a link to the other, or the file system takes A for a. */
function isSameFile(path: string, other: string): boolean {
  const [a, b] = [statSync(path), statSync(other)];
  return a.dev === b.dev && a.ino === b.ino;
}
