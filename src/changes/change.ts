import { posix } from "node:path";
import type { AccessModel } from "../access/model";
import type { ChangeRule, RefusingRule } from "../accounts/effects";
import type { Finding, Path } from "../accounts/problem";
import type { Base } from "./base";
import type { BaseFile } from "./base-file";
import type { FileBefore, Runbook, StackFiles } from "./runbook";
import { type AccountSnapshot, type Snapshot, stacksOf } from "./snapshot";
import type { StateEvidence } from "./state-evidence";

/** A change of accounts.yaml, as the rules that judge it see it. */
export interface Change {
  /** The git ref that today's file is compared with, as the user may type it. */
  readonly ref: string;
  /** Whether the ref may have changes that today's file does not have yet. */
  readonly mayBeBehind: boolean;
  readonly base: Snapshot;
  readonly head: Snapshot;
  /** What today's file grants, which has passed every rule of its own. */
  readonly access: AccessModel;
  /** Today's file as plain data. */
  readonly plain: unknown;
  /** What each file of the base granted; undefined where that cannot be said. */
  readonly before: readonly AccessModel[] | undefined;
  /** The files that the base was read from. */
  readonly files: readonly BaseFile[];
  /** Of these, the one that today's file goes on with; undefined where it is new. */
  readonly predecessor: BaseFile | undefined;
  /** Today's file, from the repository's root. */
  readonly path: string;
  /** Files that had accounts of today's file, and still have them. */
  readonly sharing: Base["sharing"];
  /** Files of the work tree that have accounts which today's file has no longer, by account id. */
  readonly movedTo: Base["movedTo"];
  /** How commands are printed that are the way out. */
  readonly runbook: Runbook;
  /** What the given states say of the base's accounts. */
  readonly evidence: StateEvidence;
}

/** An account that is there before and after, under one name. */
export interface Kept {
  readonly before: AccountSnapshot;
  readonly after: AccountSnapshot;
}

/**
 * The accounts of both sides. The base may have a name twice, in two files: then the account id says which one is
 * kept, and the other is gone.
 */
export function keptAccounts({ base, head }: Pick<Change, "base" | "head">): Kept[] {
  const byName = new Map<string, AccountSnapshot[]>();
  for (const account of base.accounts) {
    byName.set(account.name, [...(byName.get(account.name) ?? []), account]);
  }
  return head.accounts.flatMap((after): Kept[] => {
    const namesakes = byName.get(after.name) ?? [];
    const before = namesakes.find(({ accountId }) => accountId === after.accountId) ?? namesakes[0];
    return before === undefined ? [] : [{ before, after }];
  });
}

/** Whether an account's objects are there, or will be, on both sides. */
export function isActive({ before, after }: Kept): boolean {
  return before.lifecycle === "active" && after.lifecycle === "active";
}

/**
 * Whether roles and users are there, or come back: what changes while an account retires is missing when it returns.
 * Of a closed account nothing is touched.
 */
export function isInUse({ evidence }: Change, { before, after }: Kept): boolean {
  const isEmpty = before.lifecycle !== "active" && evidence.objectsOf(before)?.length === 0;
  return before.lifecycle !== "closed" && after.lifecycle !== "closed" && !isEmpty;
}

/** Where a setting of an account is said, and what a message calls the accounts that it is of. */
export interface SettingPlace {
  readonly path: Path;
  /** Whether it is in `defaults`, and so one place for several accounts. */
  readonly isInherited: boolean;
  readonly whose: string;
  /** What stands for the account's name where a name of several accounts is written. */
  readonly accountName: string;
}

/** In `defaults` where the account takes the setting from there on both sides, else in its entry. */
export function settingPlace(
  { before, after }: { readonly before: AccountSnapshot | undefined; readonly after: AccountSnapshot },
  keys: readonly string[],
): SettingPlace {
  const [key = ""] = keys;
  return after.inherited.has(key) && (before?.inherited.has(key) ?? true)
    ? {
        path: ["defaults", ...keys],
        isInherited: true,
        whose: `the accounts that take ${key} from defaults`,
        accountName: "<account>",
      }
    : {
        path: [...after.path, ...keys],
        isInherited: false,
        whose: `"${after.name}"`,
        accountName: after.name,
      };
}

/** What a rule on a change found. */
export interface ChangeFinding extends Finding {
  readonly rule: ChangeRule;
}

/** More than a message: whether it is at the key or at the value, and the commands that fix it. */
interface FindingOptions {
  readonly on?: "key" | "value";
  readonly steps?: readonly string[];
  /** The commands that undo those. */
  readonly undo?: readonly string[];
}

/** What the change must not do. */
export function refused(
  path: Path,
  rule: RefusingRule,
  message: string,
  options: FindingOptions = {},
): ChangeFinding {
  return { ...noted(path, rule, message, options), severity: "error" };
}

/** What the change does that should not go unnoticed. */
export function noted(
  path: Path,
  rule: ChangeRule,
  message: string,
  { on = "value", steps = [], undo = [] }: FindingOptions = {},
): ChangeFinding {
  return {
    ...{ severity: "warning", path, rule, message, on },
    ...(steps.length === 0 ? {} : { steps }),
    ...(undo.length === 0 ? {} : { undo }),
  };
}

/** The file at the base that has an account. */
export function fileOf({ files }: Pick<Change, "files">, account: AccountSnapshot): BaseFile | undefined {
  const known = filesByAccount.get(files) ?? byAccount(files);
  filesByAccount.set(files, known);
  return known.get(account);
}

/** Looked up for every account, so each list of files is gone through once. */
const filesByAccount = new WeakMap<readonly BaseFile[], ReadonlyMap<AccountSnapshot, BaseFile>>();

function byAccount(files: readonly BaseFile[]): ReadonlyMap<AccountSnapshot, BaseFile> {
  return new Map(
    files.flatMap((file) => (file.snapshot?.accounts ?? []).map((account) => [account, file] as const)),
  );
}

/** A file at the base, as commands name it. */
export function beforeOf({ files, path }: Pick<Change, "files" | "path">, file: BaseFile): FileBefore {
  return {
    path: file.textPath,
    index: files.indexOf(file),
    folder: posix.relative(posix.dirname(path), posix.dirname(file.path)),
  };
}

/** Where the files of a stack come from: today's accounts file or, where that has it no longer, one of the base. */
export function stackFilesOf(change: Pick<Change, "head" | "files" | "path">): (stack: string) => StackFiles {
  const now = stacksOf(change.head);
  const before = new Map<string, FileBefore>();
  for (const file of change.files) {
    for (const stack of file.snapshot === undefined ? [] : stacksOf(file.snapshot)) {
      before.set(stack, before.get(stack) ?? beforeOf(change, file));
    }
  }
  return (stack) => ({ stack, before: now.has(stack) ? undefined : before.get(stack) });
}
