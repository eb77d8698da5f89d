import { counted } from "../accounts/wording";
import { listed } from "./base";
import { type Change, type ChangeFinding, keptAccounts, noted, refused, stackFilesOf } from "./change";
import { showStateSteps } from "./show-state";
import { type AccountSnapshot, stacksOf } from "./snapshot";

/** Accounts that are gone: only what is destroyed or forgotten already may go. */
export function* removedAccounts(change: Change): Iterable<ChangeFinding> {
  const { base, head, ref, evidence, movedTo } = change;
  const kept = new Set(keptAccounts(change).map((account) => account.before));
  const stacksNow = stacksOf(head);
  const unproven: AccountSnapshot[] = [];
  const byId = new Map(head.accounts.map((account) => [account.accountId, account]));
  for (const before of base.accounts.filter((account) => !kept.has(account))) {
    const renamed = byId.get(before.accountId);
    const objects = evidence.objectsOf(before);
    const moved = movedTo.get(before.accountId ?? "");
    const [ownerless] = stacksNow.has(before.stack) ? [] : (evidence.ownerlessIn(before.stack) ?? []);
    if (ownerless !== undefined) {
      yield refused(
        ["accounts"],
        "account-removed",
        `${called(before)} is gone, and the stack ${before.stack} with it, but the state of that still holds ${ownerless}, which is of no account in accounts.yaml, now or before: nothing would plan it again; put the entry back, and that of the account whose it is, with lifecycle: retiring, apply, then delete them`,
        { on: "key" },
      );
    } else if (renamed !== undefined && before.lifecycle === "active") {
      yield refused(
        [...renamed.path, "name"],
        "name-changed",
        `account ${before.accountId} was called "${before.name}" at ${ref}; the name is part of Terraform's addresses, so the plan would destroy all that the account holds, keys too, and make it again, or stop because the old provider is missing; put name: ${before.name} back. For another name, retire the account first and add it again under the new one`,
      );
    } else if (moved !== undefined && objects?.length === 0) {
      // The state shows that it has moved there.
    } else if (moved !== undefined) {
      yield refused(
        ["accounts"],
        "account-moved",
        `${called(before)} is in ${moved} now, and the state of ${before.stack} holds its objects: that stack would lose the provider to destroy them with, and ${moved} would make what is there already; put the entry back here, or move its objects from state to state with the commands that a check of ${moved} prints`,
        { on: "key" },
      );
    } else if (objects !== undefined && objects.length > 0) {
      const lifecycle = before.lifecycle === "active" ? "retiring" : before.lifecycle;
      yield refused(
        ["accounts"],
        "account-removed",
        `${called(before)} is gone, but the state of ${before.stack} still holds ${counted(objects.length, "object")} of it, ${objects[0]} first; put the entry back with lifecycle: ${lifecycle}, apply, then delete it`,
        { on: "key" },
      );
    } else if (before.lifecycle === "active") {
      yield refused(
        ["accounts"],
        "account-removed",
        `${called(before)} is gone, and at ${ref} it was active: without its entry Terraform has no provider to destroy what it holds; put the entry back with lifecycle: retiring, apply, then delete it (lifecycle: closed where the AWS account itself is gone)${change.mayBeBehind ? `; or your branch is behind ${ref}: update it first` : ""}`,
        { on: "key" },
      );
    } else if (objects === undefined) {
      unproven.push(before);
    }
  }
  yield* unprovenRemovals(change, unproven);
}

/** Accounts that are gone, and no given state says whether their objects are. */
function* unprovenRemovals(change: Change, removed: readonly AccountSnapshot[]): Iterable<ChangeFinding> {
  const { ref, runbook } = change;
  // One script for all of them, where the reader meets it first.
  const [first, ...others] = [...removed].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (first === undefined) {
    return;
  }
  const stacks = [...new Set(removed.map(({ stack }) => stack))].sort();
  const steps = showStateSteps(runbook, {
    stacks: stacks.map(stackFilesOf(change)),
    command: "check",
    ref,
  });
  for (const account of [first, ...others]) {
    const where = account === first ? "" : ` ${called(first)}`;
    yield noted(
      ["accounts"],
      "account-removed",
      `${called(account)} is gone after it was ${account.lifecycle}; only the state of ${account.stack} shows whether its objects are gone too: give it with --state, with the commands below${where}`,
      { on: "key", steps: account === first ? steps : [] },
    );
  }
}

/** Two files that manage one AWS account: each makes what the other has made, under the same names. */
export function* sharedAccounts({ sharing, head }: Change): Iterable<ChangeFinding> {
  for (const account of head.accounts) {
    const files = sharing.filter(({ accountIds }) => accountIds.includes(account.accountId ?? ""));
    if (files.length > 0) {
      yield refused(
        [...account.path, "account_id"],
        "account-shared",
        `${called(account)} is in ${listed(files.map(({ path }) => path))} too; two files that manage one AWS account make the same roles and undo each other's changes: keep each account in one of them`,
      );
    }
  }
}

/** Another AWS account under the same name: what the first one holds would be orphaned, its keys alive. */
export function* changedAccountIds(change: Change): Iterable<ChangeFinding> {
  for (const { before, after } of keptAccounts(change)) {
    const isGone = before.lifecycle !== "active" && change.evidence.objectsOf(before)?.length === 0;
    if (before.accountId !== undefined && before.accountId !== after.accountId && !isGone) {
      yield refused(
        [...after.path, "account_id"],
        "account-id-changed",
        `account_id of "${after.name}" was ${before.accountId} at ${change.ref}; under one name Terraform would look for the objects of ${before.accountId} in ${after.accountId}, make them there and leave the first ones behind, their keys alive; put ${before.accountId} back and give ${after.accountId} an entry under a name of its own (if the old id was never yours, use lifecycle: closed to drop it)`,
      );
    }
  }
}

/** Forgetting an account says nothing to AWS. */
export function* closedAccounts(change: Change): Iterable<ChangeFinding> {
  for (const { before, after } of keptAccounts(change)) {
    if (before.lifecycle !== "active" || after.lifecycle !== "closed") {
      continue;
    }
    const users = before.users.map(({ setting }) => setting.userName);
    const keys = users.length === 0 ? "" : `, with the access keys of ${users.join(" and ")}`;
    const modules = before.instances.map(({ module }) => `module.${module}`).sort();
    yield noted(
      [...after.path, "lifecycle"],
      "closed-from-active",
      `"${after.name}" goes from active to closed without retiring: if account ${after.accountId} still exists, what ${modules.join(", ")} made there stays behind${keys}`,
    );
  }
}

/** A closed account's objects are forgotten: nothing can bring them back into the state but an import. */
export function* reopenedAccounts(change: Change): Iterable<ChangeFinding> {
  for (const { before, after } of keptAccounts(change)) {
    const isForgotten = (change.evidence.objectsOf(before)?.length ?? 0) === 0;
    if (before.lifecycle === "closed" && after.lifecycle !== "closed" && isForgotten) {
      const then =
        after.lifecycle === "retiring"
          ? "there is nothing in the state to destroy, and all that the account holds stays, its keys alive"
          : "the apply would make what is there already, and fail half-way";
      yield refused(
        [...after.path, "lifecycle"],
        "account-reopened",
        `"${after.name}" was closed at ${change.ref}, so its objects are forgotten: ${then}; put lifecycle: closed back and delete the entry after the apply. An account that still exists comes back as a new entry with adopt: true. If closed was never applied, show that with --state`,
      );
    }
  }
}

/** How a message calls an account. */
export function called({ name, accountId }: Pick<AccountSnapshot, "name" | "accountId">): string {
  return accountId === undefined ? `"${name}"` : `"${name}" (account ${accountId})`;
}
