import type { Account } from "../accounts/model";
import { iamArn, inPath } from "../aws/arns";
import { attachInstanceProfile, type Fact, type Handover } from "../features/handover";
import type { AccessModel } from "./model";
import type { Stack } from "./stacks";

/** What people hand on of one account, or of the PMM EC2 role where it is made here. */
export interface HandedOn {
  /** The account's name, or `pmm_ec2_role`: no account has a name like it. */
  readonly name: string;
  /** undefined for the PMM EC2 role. */
  readonly account: Account | undefined;
  readonly stack: string;
  /** Empty for an account that retires or is closed. */
  readonly handovers: readonly Handover[];
}

/** All that people hand on: the PMM EC2 role's first, then each account's, sorted by name. */
export function handedOn(model: AccessModel): HandedOn[] {
  const accounts = model.stacks.flatMap(ofAccounts);
  return [...pmmRole(model), ...accounts.sort((a, b) => (a.name < b.name ? -1 : 1))];
}

/** The same of one stack. */
export function handedOnIn(stack: Stack, model: AccessModel): HandedOn[] {
  return [...pmmRole(model).filter((role) => role.stack === stack.name), ...ofAccounts(stack)];
}

function ofAccounts(stack: Stack): HandedOn[] {
  return stack.accounts.map(({ account, calls }) => ({
    name: account.name,
    account,
    stack: stack.name,
    handovers: calls.flatMap(({ handsOn = [] }) => handsOn),
  }));
}

function pmmRole({
  callers,
  deployment: {
    partition,
    source: { region },
  },
}: AccessModel): HandedOn[] {
  const role = callers.find(({ kind }) => kind === "pmm")?.role;
  const profile = role?.instanceProfile;
  if (role === undefined || profile === undefined) {
    return [];
  }
  const { name } = profile;
  const handover: Handover = {
    to: "the PMM instance",
    key: [],
    facts: {
      arn: { value: role.arn, reference: `${role.address}.arn` },
      instance_profile_arn: {
        value: iamArn(partition, role.accountId, "instance-profile", inPath(role.iamPath, name)),
        reference: `${profile.address}.arn`,
      },
    },
    steps: [attachInstanceProfile(name, region)],
  };
  return [{ name: "pmm_ec2_role", account: undefined, stack: role.stack, handovers: [handover] }];
}

/** Facts by name, and below their keys. */
export type Facts<Value> = { readonly [key: string]: Value | Facts<Value> };

/** What the output `access` has, each fact as `as` makes it. What has nothing to hand on is left out. */
export function accessOutput<Value>(of: readonly HandedOn[], as: (fact: Fact) => Value): Facts<Value> {
  return Object.fromEntries(
    of
      .filter(({ handovers }) => handovers.length > 0)
      .map(({ name, account, handovers }) => [
        name,
        { ...accountFacts(account, as), ...factsBy(handovers, as) },
      ]),
  );
}

function accountFacts<Value>(account: Account | undefined, as: (fact: Fact) => Value): Facts<Value> {
  return account === undefined
    ? {}
    : { account_id: as({ value: account.accountId }), region: as({ value: account.region }) };
}

/** Handovers whose keys begin alike are below one key. */
function factsBy<Value>(handovers: readonly Handover[], as: (fact: Fact) => Value): Facts<Value> {
  const by = new Map<string, Facts<Value>>();
  const all: Facts<Value>[] = [];
  for (const { key, facts } of handovers) {
    const [outer, inner] = key;
    const values = Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, as(fact)]));
    if (outer === undefined) {
      all.push(values);
    } else {
      by.set(outer, inner === undefined ? values : { ...by.get(outer), [inner]: values });
    }
  }
  return Object.assign({}, ...all, Object.fromEntries(by));
}
