import type { AccessModel } from "../access/model";
import type { Runbook } from "./runbook";
import type { AccountSnapshot, Snapshot } from "./snapshot";
import type { StateEvidence } from "./state";

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
  /** The accounts file's path at the ref, from the repository's root. */
  readonly pathBefore: string;
  /** How commands are printed that are the way out. */
  readonly commands: Runbook;
  /** What the given states say of the base's accounts. */
  readonly standing: StateEvidence;
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
