import { error, type Finding, type Path } from "../accounts/problem";
import { firstOfMany } from "../accounts/wording";
import {
  MANAGED_POLICIES_PER_ROLE,
  MANAGED_POLICY_CHARACTERS,
  ROLE_INLINE_CHARACTERS,
  SECRET_POLICY_CHARACTERS,
  TRUST_POLICY_CHARACTERS,
  USER_INLINE_CHARACTERS,
} from "../aws/limits";
import type { AssumeMode } from "../aws/packing";
import { policySize } from "../aws/policies";
import type { Identity, IdentityPolicy } from "../features/identity";
import { ASSUME_POLICY_PATH, type Caller, isSameRole, nextModeOn } from "./callers";
import type { AccessModel } from "./model";

/** Parts of one role that a message names. */
const MOST_PARTS = 6;

/** What AWS would refuse for its size, counted on each role, user and secret as a whole. */
export function* quotas({ callers, identities }: AccessModel): Iterable<Finding> {
  const overflowing = callers.filter(hasOverflow);
  for (const caller of overflowing) {
    yield* assumePolicySizes(caller, nextModeOn(caller.role, callers));
  }
  const said = new Map<string, string>();
  for (const identity of identities) {
    const isOverflowing = overflowing.some(({ role }) => isSameRole(role, identity));
    for (const finding of identityQuotas(identity, callers, isOverflowing)) {
      // Every account may have a role of this name from one place of the file.
      const key = `${finding.rule} ${finding.path.join(".")} ${identity.kind} ${identity.name}`;
      const saidOf = said.get(key) ?? identity.arn;
      said.set(key, saidOf);
      if (saidOf === identity.arn) {
        yield finding;
      }
    }
  }
}

function* identityQuotas(
  identity: Identity,
  callers: readonly Caller[],
  isOverflowing: boolean,
): Iterable<Finding> {
  yield* trustSize(identity);
  if (!isOverflowing) {
    yield* inlineSize(identity, callers);
    yield* managedSizes(identity);
  }
  yield* attachments(identity, callers);
  yield* secretPolicySize(identity);
}

function hasOverflow({ grants }: Caller): boolean {
  return grants.some(({ packed }) => packed.overflow !== undefined);
}

/** An assume policy over what its mode holds, with the mode that holds more. */
function* assumePolicySizes({ grants }: Caller, nextMode: AssumeMode | undefined): Iterable<Finding> {
  for (const { name, packed } of grants) {
    if (packed.overflow !== undefined) {
      const { size, limit, headroom } = packed.overflow;
      const where = headroom.shard === undefined ? name : `${name}-${headroom.shard}`;
      yield error(
        ASSUME_POLICY_PATH,
        "assume-policy-size",
        `${where} would have ${size} characters for ${headroom.accounts} accounts; ${limit} hold ${headroom.capacity}: set assume_policy: ${nextMode}`,
      );
    }
  }
}

function* trustSize(identity: Identity): Iterable<Finding> {
  const { trust, askedBy } = identity;
  const size = trust === undefined ? 0 : policySize(trust);
  if (size > TRUST_POLICY_CHARACTERS) {
    yield error(
      askedBy[0]?.path ?? [],
      "trust-policy-size",
      `the trust policy of ${called(identity)} would have ${size} characters; AWS allows ${TRUST_POLICY_CHARACTERS}${remedyText(askedBy[0])}`,
    );
  }
}

function* inlineSize(identity: Identity, callers: readonly Caller[]): Iterable<Finding> {
  const limit = identity.kind === "role" ? ROLE_INLINE_CHARACTERS : USER_INLINE_CHARACTERS;
  const size = identity.policies.reduce(
    (sum, policy) => sum + (policy.form === "inline" ? sizeOf(policy) : 0),
    0,
  );
  if (size > limit) {
    const parts = identity.policies
      .filter(({ form }) => form === "inline")
      .map((policy) => ({ policy, size: sizeOf(policy) }));
    const [largest] = [...parts].sort((a, b) => b.size - a.size);
    yield error(
      largest?.policy.path ?? [],
      `${identity.kind}-policy-size`,
      `the inline policies of ${called(identity)} would have ${size} characters; AWS allows ${limit}: ${firstOfMany(
        parts.map(({ policy, size }) => `${policy.name} has ${size}`),
        MOST_PARTS,
      )}${waysOut(largest?.policy, identity, callers)}`,
      "key",
    );
  }
}

function* managedSizes(identity: Identity): Iterable<Finding> {
  for (const policy of identity.policies) {
    const size = policy.form === "managed" ? sizeOf(policy) : 0;
    if (size > MANAGED_POLICY_CHARACTERS) {
      yield error(
        policy.path,
        "managed-policy-size",
        `${policy.name} on ${called(identity)} would have ${size} characters; AWS allows ${MANAGED_POLICY_CHARACTERS}${remedyText(policy)}`,
        "key",
      );
    }
  }
}

/** Counts the managed policies of each part of the file: the shards of one grant are one part. */
function* attachments(identity: Identity, callers: readonly Caller[]): Iterable<Finding> {
  if (identity.policies.length <= MANAGED_POLICIES_PER_ROLE) {
    return;
  }
  const attached = identity.policies.filter(({ form }) => form !== "inline");
  if (attached.length <= MANAGED_POLICIES_PER_ROLE) {
    return;
  }
  const parts = new Map<string, number>();
  for (const { form, name } of attached) {
    const part = form === "managed" ? name.replace(/-[0-7]$/, "") : name;
    parts.set(part, (parts.get(part) ?? 0) + 1);
  }
  yield error(
    attached[0]?.path ?? [],
    "attached-policies",
    `${called(identity)} would have ${attached.length} managed policies; AWS allows ${MANAGED_POLICIES_PER_ROLE}: ${firstOfMany(
      [...parts].map(([part, count]) => `${part} has ${count}`),
      MOST_PARTS,
    )}${waysOut(attached[0], identity, callers)}`,
    "key",
  );
}

function* secretPolicySize({ keys }: Identity): Iterable<Finding> {
  const size = keys?.secret.policy === undefined ? 0 : policySize(keys.secret.policy);
  if (size > SECRET_POLICY_CHARACTERS) {
    yield error(
      READERS_PATH,
      "secret-policy-size",
      `the resource policy of each secret would have ${size} characters; AWS allows ${SECRET_POLICY_CHARACTERS}: list fewer readers, or let them assume one role that may read`,
      "key",
    );
  }
}

const READERS_PATH: Path = ["secrets", "readers"];

function sizeOf({ document }: IdentityPolicy): number {
  return document === undefined ? 0 : policySize(document);
}

function called({ kind, name, accountId }: Pick<Identity, "kind" | "name" | "accountId">): string {
  return `the ${kind} ${name} in account ${accountId}`;
}

function remedyText(part: { readonly remedy?: string | undefined } | undefined): string {
  return part?.remedy === undefined ? "" : `: ${part.remedy}`;
}

/** What makes a policy smaller and, where several parts of the file share a role, how they come apart. */
function waysOut(policy: IdentityPolicy | undefined, identity: Identity, callers: readonly Caller[]): string {
  const mode = policy?.path === ASSUME_POLICY_PATH ? nextModeOn(identity, callers) : undefined;
  const remedy = mode === undefined ? policy?.remedy : `set assume_policy: ${mode}`;
  const apart =
    identity.askedBy.length > 1
      ? `give ${identity.askedBy.map(({ what }) => what).join(" and ")} different names`
      : undefined;
  const ways = [remedy, apart].filter((way) => way !== undefined);
  return ways.length === 0 ? "" : `; ${ways.join(", or ")}`;
}
