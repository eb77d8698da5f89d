import { error, type Finding, warning } from "../accounts/problem";
import { counted } from "../accounts/wording";
import { type Change, keptAccounts, stackFilesOf } from "./change";
import { showStateSteps } from "./show-state";
import type { AccountSnapshot } from "./snapshot";

/** Accounts that are gone: only what is destroyed or forgotten already may go. */
export function* removedAccounts(change: Change): Iterable<Finding> {
  const { base, head, ref, evidence } = change;
  const names = new Set(head.accounts.map(({ name }) => name));
  const unproven: AccountSnapshot[] = [];
  const byId = new Map(head.accounts.map((account) => [account.accountId, account]));
  for (const before of base.accounts.filter(({ name }) => !names.has(name))) {
    const renamed = byId.get(before.accountId);
    if (renamed !== undefined && before.lifecycle === "active") {
      yield error(
        [...renamed.path, "name"],
        "name-changed",
        `account ${before.accountId} was called "${before.name}" at ${ref}; the name is part of Terraform's addresses, so the plan would destroy all that the account holds, keys too, and make it again, or stop for want of the old provider; put name: ${before.name} back. For another name, retire the account first and add it again under the new one`,
      );
      continue;
    }
    if (before.lifecycle === "active") {
      yield error(
        ["accounts"],
        "account-removed",
        `${called(before)} is gone, and at ${ref} it was active: without its entry Terraform has no provider to destroy what it holds; put the entry back with lifecycle: retiring, apply, then delete it (lifecycle: closed where the AWS account itself is gone)${change.mayBeBehind ? `; or your branch is behind ${ref}: take that in first` : ""}`,
        "key",
      );
      continue;
    }
    const objects = evidence.objectsOf(before);
    if (objects === undefined) {
      unproven.push(before);
    } else if (objects.length > 0) {
      yield error(
        ["accounts"],
        "account-removed",
        `${called(before)} is gone, but the state of ${before.stack} still holds ${counted(objects.length, "object")} of it, ${objects[0]} first; put the entry back with lifecycle: ${before.lifecycle}, apply, then delete it`,
        "key",
      );
    }
  }
  yield* unprovenRemovals(change, unproven);
}

/** Accounts that are gone, and no given state says whether their objects are. */
function* unprovenRemovals(change: Change, removed: readonly AccountSnapshot[]): Iterable<Finding> {
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
    yield {
      ...warning(
        ["accounts"],
        "account-removed",
        `${called(account)} is gone after it was ${account.lifecycle}; whether its objects are gone too, only the state of ${account.stack} says: give it with --state, by the commands below${where}`,
        "key",
      ),
      ...(account === first && steps.length > 0 ? { steps } : {}),
    };
  }
}

/** Another AWS account under the same name: what the first one holds would be orphaned, its keys alive. */
export function* changedAccountIds(change: Change): Iterable<Finding> {
  for (const { before, after } of keptAccounts(change)) {
    const isGone = before.lifecycle !== "active" && change.evidence.objectsOf(before)?.length === 0;
    if (before.accountId !== undefined && before.accountId !== after.accountId && !isGone) {
      yield error(
        [...after.path, "account_id"],
        "account-id-changed",
        `account_id of "${after.name}" was ${before.accountId} at ${change.ref}; under one name Terraform would look for the objects of ${before.accountId} in ${after.accountId}, make them there and leave the first ones behind, their keys alive; put ${before.accountId} back and give ${after.accountId} an entry under a name of its own (an id that never was yours leaves with lifecycle: closed)`,
      );
    }
  }
}

/** Forgetting an account says nothing to AWS. */
export function* closedAccounts(change: Change): Iterable<Finding> {
  const members = new Map(
    change.access.stacks.flatMap(({ accounts }) => accounts.map((member) => [member.account.name, member])),
  );
  for (const { before, after } of keptAccounts(change)) {
    const member = members.get(after.name);
    if (before.lifecycle !== "active" || after.lifecycle !== "closed" || member === undefined) {
      continue;
    }
    const users = member.forgotten.flatMap(({ makes }) =>
      makes.flatMap(({ kind, name }) => (kind === "user" ? [name] : [])),
    );
    const keys = users.length === 0 ? "" : `, with the access keys of ${users.join(" and ")}`;
    yield warning(
      [...after.path, "lifecycle"],
      "closed-from-active",
      `"${after.name}" goes from active to closed without retiring: should account ${after.accountId} live on, what ${member.forgotten.map(({ name }) => `module.${name}`).join(", ")} made there stays behind${keys}`,
    );
  }
}

function called({ name, accountId }: AccountSnapshot): string {
  return accountId === undefined ? `"${name}"` : `"${name}" (account ${accountId})`;
}
