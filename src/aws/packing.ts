import { roleArn } from "./arns";
import { ASSUME_SHARDS, EXPLICIT_ASSUME_CHARACTERS, MANAGED_POLICY_CHARACTERS } from "./limits";
import type { Partition } from "./partitions";
import { assumeExactly, assumeInOrganization, type PolicyDocument, policySize } from "./policies";

export type AssumeMode = "explicit" | "sharded" | "organization";

/** The mode that holds more accounts; undefined where nothing runs out. */
export const NEXT_MODE = {
  explicit: "sharded",
  sharded: "organization",
  organization: undefined,
} as const satisfies Record<AssumeMode, AssumeMode | undefined>;

/** One document of an assume policy. `shard` is there where the documents are managed policies. */
export interface PackedPolicy {
  readonly shard?: number;
  readonly document: PolicyDocument;
}

/** How full the fullest document is. `accounts` of `capacity` fit; no figures where nothing runs out. */
export interface Headroom {
  readonly mode: AssumeMode;
  readonly accounts: number;
  /** undefined: the document does not grow with the accounts. */
  readonly capacity?: number;
  /** The fullest shard of a `sharded` policy. */
  readonly shard?: number;
}

/** A document over its quota. */
export interface Overflow {
  readonly size: number;
  readonly limit: number;
  readonly headroom: Headroom;
}

export interface Packed {
  readonly policies: readonly PackedPolicy[];
  readonly headroom: Headroom;
  readonly overflow?: Overflow;
}

/** What is packed: one role of the same name (without path) in each account. */
export interface AssumeTargets {
  readonly partition: Partition;
  readonly roleName: string;
  readonly accountIds: readonly string[];
  readonly organizationId?: string | undefined;
}

/**
 * Packs the permission to assume one role in each account into as few documents as its mode allows.
 *
 * - `explicit`: one inline policy, 8,192 characters at most.
 * - `sharded`: managed policies of 6,144 characters; an account always falls into shard account_id mod 8,
 *   so one account more changes one document. A shard without accounts is no document.
 * - `organization`: one inline policy with a wildcard, closed by the organization's id.
 */
export function packAssumePolicy(mode: AssumeMode, targets: AssumeTargets): Packed {
  const accountIds = [...targets.accountIds].sort();
  if (accountIds.length === 0) {
    return { policies: [], headroom: { mode, accounts: 0 } };
  }
  switch (mode) {
    case "explicit":
      return packExplicit(targets, accountIds);
    case "sharded":
      return packSharded(targets, accountIds);
    case "organization":
      return packOrganization(targets, accountIds);
  }
}

function packExplicit(targets: AssumeTargets, accountIds: readonly string[]): Packed {
  const document = assumeExactly(roleArns(targets, accountIds));
  const headroom: Headroom = {
    mode: "explicit",
    accounts: accountIds.length,
    capacity: capacity(targets, EXPLICIT_ASSUME_CHARACTERS),
  };
  return {
    policies: [{ document }],
    headroom,
    ...overflowOf(document, EXPLICIT_ASSUME_CHARACTERS, headroom),
  };
}

function packSharded(targets: AssumeTargets, accountIds: readonly string[]): Packed {
  const shards = new Map<number, string[]>();
  for (const id of accountIds) {
    const shard = Number(BigInt(id) % BigInt(ASSUME_SHARDS));
    const members = shards.get(shard);
    if (members === undefined) {
      shards.set(shard, [id]);
    } else {
      members.push(id);
    }
  }
  const policies = [...shards]
    .sort(([a], [b]) => a - b)
    .map(([shard, ids]) => ({ shard, document: assumeExactly(roleArns(targets, ids)) }));
  const [fullest, ids] = [...shards].reduce((a, b) => (b[1].length > a[1].length ? b : a));
  const headroom: Headroom = {
    mode: "sharded",
    accounts: ids.length,
    capacity: capacity(targets, MANAGED_POLICY_CHARACTERS),
    shard: fullest,
  };
  const document = assumeExactly(roleArns(targets, ids));
  return {
    policies,
    headroom,
    ...overflowOf(document, MANAGED_POLICY_CHARACTERS, headroom),
  };
}

function packOrganization(targets: AssumeTargets, accountIds: readonly string[]): Packed {
  const document = assumeInOrganization(targets.partition, targets.roleName, targets.organizationId ?? "");
  return { policies: [{ document }], headroom: { mode: "organization", accounts: accountIds.length } };
}

function overflowOf(document: PolicyDocument, limit: number, headroom: Headroom): { overflow?: Overflow } {
  const size = policySize(document);
  return size > limit ? { overflow: { size, limit, headroom } } : {};
}

/** Every ARN of one role name costs the same, so the capacity follows from the first and the second. */
function capacity(targets: AssumeTargets, limit: number): number {
  const one = policySize(assumeExactly(roleArns(targets, ["000000000000"])));
  const two = policySize(assumeExactly(roleArns(targets, ["000000000000", "000000000000"])));
  return Math.floor((limit - one) / (two - one)) + 1;
}

function roleArns(targets: AssumeTargets, accountIds: readonly string[]): string[] {
  return accountIds.map((id) => roleArn(targets.partition, id, targets.roleName));
}

/** What one more account adds to an `explicit` policy, in characters; 0 where nothing grows. */
export function charactersPerAccount({ headroom, policies }: Packed): number {
  const [arn] = [policies[0]?.document.Statement[0]?.Resource ?? []].flat();
  // The ARNs are all of one length: what one more costs is its text and a comma.
  return headroom.mode === "explicit" && arn !== undefined ? JSON.stringify(arn).length + 1 : 0;
}
