import type { Account, Deployment } from "../accounts/model";
import { stackName } from "../accounts/names";
import { type Feature, instanceIn, type ModuleCall } from "../features/feature";
import { FeatureError } from "../modules/feature-error";

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
  /**
   * Of a closed account, sorted by name: every instance that it may ever have had under a fixed name, and those that
   * its entry names. They are forgotten, without a call to the account.
   */
  readonly forgotten: readonly ForgottenInstance[];
}

/** A module instance of a closed account. What its entry does not ask for makes nothing that is known here. */
export type ForgottenInstance = Pick<ModuleCall, "name" | "module" | "team" | "path" | "makes">;

/** Whether the closed account's entry still asks for the instance. */
export function isAskedFor({ makes, team }: ForgottenInstance): boolean {
  return makes.length > 0 || team !== undefined;
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
      forgotten: account.lifecycle === "closed" ? forgottenIn(account, calls, features) : [],
    });
    stacks.set(account.stack, members);
  }
  return [...stacks]
    .map(([name, accounts]) => ({ name, accounts }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function callsOf(account: Account, deployment: Deployment, features: readonly Feature[]): ModuleCall[] {
  return features
    .flatMap((feature) => feature.calls(account, deployment).map((call) => named(call, feature, account)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** By its name a state's objects are told apart, and a closed account forgets them. */
function named(call: ModuleCall, { instances }: Feature, account: Account): ModuleCall {
  if (instances.list !== undefined) {
    return call;
  }
  const { name: expected } = instanceIn(account, instances);
  if (call.name !== expected) {
    throw new FeatureError(
      `the feature with the prefix "${instances.prefix}" makes a module instance "${call.name}" for the account "${account.name}"; expected the name "${expected}", as instanceIn(account, instances) makes it`,
    );
  }
  return call;
}

function forgottenIn(
  account: Account,
  asked: readonly ModuleCall[],
  features: readonly Feature[],
): ForgottenInstance[] {
  const names = new Set(asked.map(({ name }) => name));
  const unasked = features
    .flatMap(({ instances }) => (instances.list === undefined ? [instances] : []))
    .map((instance) => ({ ...instanceIn(account, instance), path: account.path, makes: [] }))
    .filter(({ name }) => !names.has(name));
  return [...asked, ...unasked].sort((a, b) => (a.name < b.name ? -1 : 1));
}
