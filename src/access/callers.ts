import type { Account, Deployment, Teleport } from "../accounts/model";
import { sharedName, stackName } from "../accounts/names";
import type { Path } from "../accounts/problem";
import { iamArn, inPath, nameWithoutPath, pathOf } from "../aws/arns";
import { descriptionOf } from "../aws/descriptions";
import { ROLE_INLINE_CHARACTERS } from "../aws/limits";
import {
  type AssumeMode,
  charactersPerAccount,
  type Headroom,
  NEXT_MODE,
  type Packed,
  packAssumePolicy,
} from "../aws/packing";
import { grantNothing, policySize } from "../aws/policies";
import type { AssumedBy, Feature } from "../features/feature";
import {
  type Identity,
  type IdentityPolicy,
  inlinePolicy,
  managedPolicy,
  type OwnPolicy,
} from "../features/identity";
import { ownPoliciesOf, pmmRole } from "./pmm-role";
import type { StackAccount } from "./stacks";

/** A role of the source side that assumes roles in the accounts: PMM's EC2 role, or Teleport's. */
export interface Caller {
  readonly kind: AssumedBy["caller"];
  /** The account of the file whose provider reaches the role; undefined: the source account's, the default. */
  readonly account: Account | undefined;
  /** The role, with every policy that the output writes on it. */
  readonly role: Identity;
  readonly grants: readonly AssumeGrant[];
  /** What the role may do itself, where the file asks for it: run the CloudWatch agent, read its own account. */
  readonly ownPolicies: readonly OwnPolicy[];
}

/** The path of the key that says how assume policies are packed. */
export const ASSUME_POLICY_PATH: Path = ["source", "assume_policy"];

/** The permission of a caller to assume the role of one feature in each account. */
export interface AssumeGrant {
  /** The policy's name in AWS. */
  readonly name: string;
  /** What its resources are called in Terraform. */
  readonly resourceName: string;
  /**
   * There in every mode, so that a change of mode updates it in place: where the roles are in managed policies, it
   * grants nothing. undefined where there is nothing to assume.
   */
  readonly inline: OwnPolicy | undefined;
  readonly shards: readonly AssumeShard[];
  /** Of the managed policies. */
  readonly iamPath: string;
  readonly packed: Packed;
  /** How full it is, beside what else is on the role. */
  readonly headroom: Headroom;
}

/** One managed policy of a `sharded` grant, with its number from 0 to 7. */
export interface AssumeShard {
  readonly shard: number;
  readonly policy: OwnPolicy;
}

/** PMM's role, and Teleport's where the file has one, with what each may assume. */
export function callersOf(
  deployment: Deployment,
  features: readonly Feature[],
  accounts: readonly StackAccount[],
): Caller[] {
  const { source, teleport } = deployment;
  const grants = (kind: Caller["kind"], accountId: string, stack: string): AssumeGrant[] => {
    const iamPath = deployment.accounts.find((account) => account.accountId === accountId)?.iamPath;
    const at = {
      accountId,
      iamPath: accountId === source.accountId ? source.iamPath : (iamPath ?? "/"),
      stack,
    };
    return features.flatMap(({ assumedBy }) =>
      assumedBy?.caller === kind ? [grantOf(assumedBy, at, deployment, accounts)] : [],
    );
  };
  const main = stackName(deployment.name);
  const callers = [pmmCaller(deployment, grants("pmm", source.accountId, main))];
  if (teleport !== undefined) {
    const account = deployment.accounts.find(({ name }) => name === teleport.accountName);
    const stack = account?.stack ?? main;
    callers.push(teleportCaller({ account, stack }, teleport, grants("teleport", teleport.accountId, stack)));
  }
  return callers.map((caller) => sharingItsRole(caller, callers));
}

/** Whether two parts of the file mean one role: IAM's names have no case. */
export function isSameRole(a: Identity, b: Identity): boolean {
  return a.accountId === b.accountId && a.name.toLowerCase() === b.name.toLowerCase();
}

/**
 * The mode that holds more of what a role assumes; undefined where nothing runs out. Two sharded grants may be
 * sixteen managed policies, of the ten that a role may have.
 */
export function nextModeOn(role: Identity, callers: readonly Caller[]): AssumeMode | undefined {
  const grants = callers
    .filter((caller) => isSameRole(caller.role, role))
    .flatMap((caller) => caller.grants)
    .filter(({ headroom }) => headroom.accounts > 0);
  const mode = grants[0]?.headroom.mode ?? "organization";
  return mode === "explicit" && grants.length > 1 ? "organization" : NEXT_MODE[mode];
}

/** Counts what else is on the role. The grants there grow together: most accounts have the roles of all. */
function sharingItsRole(caller: Caller, callers: readonly Caller[]): Caller {
  const onRole = callers.filter(({ role }) => isSameRole(role, caller.role));
  const inline = onRole.flatMap(({ role }) => role.policies).filter(({ form }) => form === "inline");
  const perAccount = onRole
    .flatMap(({ grants }) => grants)
    .reduce((sum, { packed }) => sum + charactersPerAccount(packed), 0);
  const more = Math.floor((ROLE_INLINE_CHARACTERS - totalSize(inline)) / perAccount);
  const grants = caller.grants.map((grant): AssumeGrant => {
    const { headroom } = grant;
    return headroom.mode !== "explicit" || headroom.capacity === undefined
      ? grant
      : {
          ...grant,
          headroom: { ...headroom, capacity: Math.min(headroom.capacity, headroom.accounts + more) },
        };
  });
  return { ...caller, grants };
}

function totalSize(policies: readonly IdentityPolicy[]): number {
  return policies.reduce((sum, { document }) => sum + (document === undefined ? 0 : policySize(document)), 0);
}

const CALLED: Readonly<Record<Caller["kind"], string>> = {
  pmm: "the PMM EC2 role",
  teleport: "Teleport's role",
};

/** `at` is the account of the role that assumes, and the IAM path and the stack of what is made there. */
function grantOf(
  { caller, roleName, policyName, resourceName }: AssumedBy,
  at: { readonly accountId: string; readonly iamPath: string; readonly stack: string },
  { name: deployment, partition, source }: Deployment,
  accounts: readonly StackAccount[],
): AssumeGrant {
  const policy = sharedName(policyName, deployment);
  const having = accounts.filter(({ calls }) =>
    calls.some(({ makes }) => makes.some(({ kind, name }) => kind === "role" && name === roleName)),
  );
  const packed = packAssumePolicy(source.assumePolicy, {
    partition,
    roleName,
    accountIds: having.map(({ account }) => account.accountId),
    iamPaths: new Map(having.map(({ account }) => [account.accountId, account.iamPath])),
    organizationId: source.organizationId,
  });
  const path = ASSUME_POLICY_PATH;
  const named = (shard: number) => {
    const name = `${policy}-${shard}`;
    const purpose = `Lets ${CALLED[caller]} assume the role ${roleName} in the accounts whose id modulo 8 is ${shard}.`;
    return {
      name,
      arn: iamArn(partition, at.accountId, "policy", inPath(at.iamPath, name)),
      description: descriptionOf(purpose, at.stack),
    };
  };
  const addresses = (shard: number): [string, string] => [
    `aws_iam_policy.${resourceName}_${shard}`,
    `aws_iam_role_policy_attachment.${resourceName}_${shard}`,
  ];
  return {
    name: policy,
    resourceName,
    inline: inlineOf(packed, policy, resourceName),
    shards: packed.policies.flatMap(({ shard, document }) =>
      shard === undefined
        ? []
        : [{ shard, policy: managedPolicy(named(shard), document, { addresses: addresses(shard), path }) }],
    ),
    packed,
    headroom: packed.headroom,
    iamPath: at.iamPath,
  };
}

function inlineOf({ policies }: Packed, name: string, resourceName: string): OwnPolicy | undefined {
  if (policies.length === 0) {
    return undefined;
  }
  const whole = policies.find(({ shard }) => shard === undefined);
  return inlinePolicy(name, whole?.document ?? grantNothing(), {
    address: `aws_iam_role_policy.${resourceName}`,
    path: ASSUME_POLICY_PATH,
  });
}

function pmmCaller(deployment: Deployment, grants: readonly AssumeGrant[]): Caller {
  const ownPolicies = ownPoliciesOf(deployment);
  const role = pmmRole(deployment, [...grants.flatMap(policiesOf), ...ownPolicies]);
  return { kind: "pmm", account: undefined, role, grants, ownPolicies };
}

function teleportCaller(
  { account, stack }: { readonly account: Account | undefined; readonly stack: string },
  teleport: Teleport,
  grants: readonly AssumeGrant[],
): Caller {
  return {
    kind: "teleport",
    account,
    role: {
      kind: "role",
      accountId: teleport.accountId,
      name: nameWithoutPath(teleport.roleName),
      iamPath: pathOf(teleport.roleName),
      arn: teleport.roleArn,
      origin: "existing",
      stack,
      policies: grants.flatMap(policiesOf),
      tags: {},
      askedBy: [{ what: "Teleport's role", path: ["teleport", "role_name"], nameKey: "role_name" }],
    },
    grants,
    ownPolicies: [],
  };
}

/** What a grant is on its role. */
function policiesOf({ inline, shards }: AssumeGrant): OwnPolicy[] {
  return [...(inline === undefined ? [] : [inline]), ...shards.map(({ policy }) => policy)];
}
