import { statSync } from "node:fs";
import { join } from "node:path";
import { type DocumentResult, parseDocument } from "../accounts/document";
import { readSourceText } from "../accounts/source-text";
import { type BaseFile, readBaseFile } from "./base-file";
import { yamlFilesHolding } from "./commit-files";
import type { Commit } from "./commits";
import { type AccountSnapshot, accountIdsOf, isAccountsFile } from "./snapshot";

/** Today's accounts file. */
export interface AccountsToday {
  /** Absolute. */
  readonly path: string;
  readonly accountIds: ReadonlySet<string>;
}

/** A file of a commit that accounts of today's file have left. */
export interface FormerFile {
  readonly file: BaseFile;
  /** All of its accounts where it is gone, else those that are in today's file and no longer in it. */
  readonly accounts: readonly AccountSnapshot[];
  /** How many of its account ids today's file has and it has no longer. */
  readonly moved: number;
  /** Whether no accounts file is there any more. */
  readonly isGone: boolean;
}

/** A file that still has accounts of today's file. */
export interface SharingFile {
  readonly path: string;
  /** How many account ids are in both. */
  readonly shared: number;
}

/**
 * The files of a commit that had today's accounts, found by account id: how a file is followed whose name and text
 * have changed. Those that are gone come first, then those that most accounts have left.
 */
export function formerFiles(
  commit: Commit,
  today: AccountsToday,
): { former: readonly FormerFile[]; sharing: readonly SharingFile[] } {
  const former: FormerFile[] = [];
  const sharing: SharingFile[] = [];
  for (const [path, bytes] of yamlFilesHolding(commit, "account_id")) {
    if (!holdsAny(bytes, today.accountIds)) {
      continue;
    }
    const file = readBaseFile(commit, { path, bytes });
    const common = [...(accountIdsIn(file.parsed) ?? [])].filter((id) => today.accountIds.has(id));
    const now = common.length === 0 ? undefined : accountIdsNow(join(commit.root, path), today.path);
    const moved = new Set(common.filter((id) => now?.has(id) !== true));
    if (moved.size > 0) {
      const all = file.snapshot?.accounts ?? [];
      const accounts = now === undefined ? all : all.filter(({ accountId = "" }) => moved.has(accountId));
      former.push({ file, accounts, moved: moved.size, isGone: now === undefined });
    }
    if (moved.size < common.length) {
      sharing.push({ path, shared: common.length - moved.size });
    }
  }
  former.sort((a, b) => Number(b.isGone) - Number(a.isGone) || b.moved - a.moved);
  sharing.sort((a, b) => b.shared - a.shared);
  return { former, sharing };
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
