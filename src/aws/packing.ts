import { inPath, roleArn } from "./arns";
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

/** What is packed: one role of the same name in each account. */
export interface AssumeTargets {
  readonly partition: Partition;
  /** Without path. */
  readonly roleName: string;
  readonly accountIds: readonly string[];
  /** The role's IAM path in each account where it has one, by account id. */
  readonly iamPaths?: ReadonlyMap<string, string>;
  readonly organizationId?: string | undefined;
}

/**
 * Packs the permission to assume one role in each account into as few documents as its mode allows.
 *
 * - `explicit`: one inline policy, 8,192 characters at most.
 * - `sharded`: managed policies of 6,144 characters; an account always falls into shard account_id mod 8,
 *   so one account more changes one document. A shard without accounts is no document.
 * - `organization`: one inline policy with a wildcard for each IAM path in use, closed by the organization's id.
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
    capacity: capacity(document, EXPLICIT_ASSUME_CHARACTERS),
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
  const { shard, document } = policies.reduce((a, b) =>
    policySize(b.document) > policySize(a.document) ? b : a,
  );
  const headroom: Headroom = {
    mode: "sharded",
    accounts: shards.get(shard)?.length ?? 0,
    capacity: capacity(document, MANAGED_POLICY_CHARACTERS),
    shard,
  };
  return {
    policies,
    headroom,
    ...overflowOf(document, MANAGED_POLICY_CHARACTERS, headroom),
  };
}

function packOrganization(targets: AssumeTargets, accountIds: readonly string[]): Packed {
  const names = new Set(accountIds.map((id) => nameWithPath(targets, id)));
  const document = assumeInOrganization(targets.partition, [...names].sort(), targets.organizationId ?? "");
  return { policies: [{ document }], headroom: { mode: "organization", accounts: accountIds.length } };
}

function overflowOf(document: PolicyDocument, limit: number, headroom: Headroom): { overflow?: Overflow } {
  const size = policySize(document);
  return size > limit ? { overflow: { size, limit, headroom } } : {};
}

/** How many accounts fit, where each one more (or less) costs as much as the longest ARN that is there. */
function capacity(document: PolicyDocument, limit: number): number {
  const more = Math.floor((limit - policySize(document)) / longestArn(document));
  return Math.max(0, arnsIn(document).length + more);
}

function arnsIn({ Statement }: PolicyDocument): readonly string[] {
  return Statement.flatMap(({ Resource = [] }) => Resource);
}

/** The characters that the longest ARN takes in a list: its text and a comma. */
function longestArn(document: PolicyDocument): number {
  return arnsIn(document).reduce((most, arn) => Math.max(most, JSON.stringify(arn).length + 1), 0);
}

function roleArns(targets: AssumeTargets, accountIds: readonly string[]): string[] {
  return accountIds.map((id) => roleArn(targets.partition, id, nameWithPath(targets, id)));
}

function nameWithPath({ roleName, iamPaths }: AssumeTargets, accountId: string): string {
  return inPath(iamPaths?.get(accountId) ?? "/", roleName);
}

/** What one more account adds to an `explicit` policy, in characters; 0 where nothing grows. */
export function charactersPerAccount({ headroom, policies }: Packed): number {
  const [policy] = policies;
  return headroom.mode === "explicit" && policy !== undefined ? longestArn(policy.document) : 0;
}
