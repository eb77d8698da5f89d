import type { Account, Deployment } from "../accounts/model";
import { stackName } from "../accounts/names";
import type { Feature, ModuleCall } from "../features/feature";

/** What one stack holds, as data: one state, one plan, one pipeline job. */
export interface Stack {
  /** `<deployment>`, or `<deployment>-<group>`. */
  readonly name: string;
  /** Sorted by name. */
  readonly accounts: readonly StackAccount[];
}

export interface StackAccount {
  readonly account: Account;
  /** Sorted by name. Empty for an account that retires: its provider alone stays, to destroy with. */
  readonly calls: readonly ModuleCall[];
  /** The module instances of a closed account: forgotten, without a call to the account. */
  readonly forgotten: readonly ModuleCall[];
}

/** Spreads the accounts over stacks; the main stack is there even without accounts of its own. */
export function stacksOf(deployment: Deployment, features: readonly Feature[]): Stack[] {
  const stacks = new Map<string, StackAccount[]>([[stackName(deployment.name), []]]);
  for (const account of deployment.accounts) {
    const members = stacks.get(account.stack) ?? [];
    const calls = callsOf(account, deployment, features);
    members.push({
      account,
      calls: account.lifecycle === "active" ? calls : [],
      forgotten: account.lifecycle === "closed" ? calls : [],
    });
    stacks.set(account.stack, members);
  }
  return [...stacks]
    .map(([name, accounts]) => ({ name, accounts }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function callsOf(account: Account, deployment: Deployment, features: readonly Feature[]): ModuleCall[] {
  return features
    .flatMap((feature) => feature.calls(account, deployment))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
