import type { AccessModel } from "../access/model";
import type { BaseFile } from "./base-file";
import type { FileBefore, Runbook, StackFiles } from "./runbook";
import { type AccountSnapshot, type Snapshot, stacksOf } from "./snapshot";
import type { StateEvidence } from "./state-evidence";

/** A change of accounts.yaml, as the rules that judge it see it. */
export interface Change {
  /** The git ref that today's file is compared with, as the user may type it. */
  readonly ref: string;
  /** Whether the ref may have gained since what is not in today's file. */
  readonly mayBeBehind: boolean;
  readonly base: Snapshot;
  readonly head: Snapshot;
  /** What today's file grants, which has passed every rule of its own. */
  readonly access: AccessModel;
  /** The files that the base was read from. */
  readonly files: readonly BaseFile[];
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

export function keptAccounts({ base, head }: Pick<Change, "base" | "head">): Kept[] {
  const before = new Map(base.accounts.map((account) => [account.name, account]));
  return head.accounts.flatMap((after): Kept[] => {
    const account = before.get(after.name);
    return account === undefined ? [] : [{ before: account, after }];
  });
}

/** Whether an account's objects are there, or will be, on both sides. */
export function isActive({ before, after }: Kept): boolean {
  return before.lifecycle === "active" && after.lifecycle === "active";
}

/** Where the files of a stack come from: today's accounts file or, where that has it no longer, one of the base. */
export function stackFilesOf({ head, files }: Pick<Change, "head" | "files">): (stack: string) => StackFiles {
  const now = stacksOf(head);
  const before = new Map<string, FileBefore>();
  for (const [index, { textPath, snapshot }] of files.entries()) {
    for (const stack of snapshot === undefined ? [] : stacksOf(snapshot)) {
      before.set(stack, before.get(stack) ?? { path: textPath, index });
    }
  }
  return (stack) => ({ stack, before: now.has(stack) ? undefined : before.get(stack) });
}
