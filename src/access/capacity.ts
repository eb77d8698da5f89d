import { type Finding, type Path, warning } from "../accounts/problem";
import { MANAGED_POLICIES_PER_ROLE, MANAGED_POLICY_CHARACTERS, ROLE_INLINE_CHARACTERS } from "../aws/limits";
import { TELEPORT_POLICY } from "../aws/names";
import type { AssumeMode } from "../aws/packing";
import { policySize } from "../aws/policies";
import type { Identity } from "../features/identity";
import { ASSUME_POLICY_PATH, type AssumeGrant, nextModeOn } from "./callers";
import type { AccessModel } from "./model";

/** Accounts that a plan carries within some minutes and gigabytes, by the measurement below. */
const COMFORTABLE_ACCOUNTS = 60;

/** The most that was measured for each account of a plan, on 2 cores with the full AWS provider 5.100.0. */
const MIB_PER_ACCOUNT = 150;
const CPU_SECONDS_PER_ACCOUNT = 11;

/** The part of a capacity from which on a warning says what to do before it is full. */
const NEARLY_FULL = 0.9;

/** A stack with more accounts than a plan comfortably carries, with what a plan of it costs. */
export function* stackSizes({ stacks }: AccessModel): Iterable<Finding> {
  for (const { name: stack, accounts: members } of stacks) {
    const accounts = members.length;
    if (accounts > COMFORTABLE_ACCOUNTS) {
      const gibibytes = ((MIB_PER_ACCOUNT * accounts) / 1024).toFixed(1);
      const minutes = Math.round((CPU_SECONDS_PER_ACCOUNT * accounts) / 60);
      yield warning(
        ["accounts"],
        "stack-size",
        `the stack ${stack} has ${accounts} accounts, and each plan starts a provider process for every one of them at once: up to ${gibibytes} GiB of memory and ${minutes} CPU minutes (${MIB_PER_ACCOUNT} MiB and ${CPU_SECONDS_PER_ACCOUNT} CPU seconds an account, the most that was measured on 2 cores); spread them over stacks of at most ${COMFORTABLE_ACCOUNTS} with group, or set stacks: per_account`,
        "key",
      );
    }
  }
}

/** An assume policy that is nearly full, with the mode that holds more, while there is time to change. */
export function* assumePolicyHeadroom({ callers }: AccessModel): Iterable<Finding> {
  for (const { role, grants } of callers) {
    const nextMode = nextModeOn(role, callers);
    if (nextMode !== undefined) {
      for (const grant of grants) {
        yield* nearlyFull(grant, nextMode);
      }
    }
  }
}

function* nearlyFull({ name, packed, headroom }: AssumeGrant, nextMode: AssumeMode): Iterable<Finding> {
  const { accounts, capacity, shard } = headroom;
  // The rules on quotas report what does not fit.
  if (capacity === undefined || packed.overflow !== undefined || accounts > capacity) {
    return;
  }
  if (accounts >= capacity * NEARLY_FULL) {
    yield warning(
      ASSUME_POLICY_PATH,
      "assume-policy-headroom",
      `${shard === undefined ? name : `${name}-${shard}`} holds ${accounts} of the ${capacity} accounts that fit; before it is full, set assume_policy: ${nextMode}`,
    );
  }
}

/** What the policies of one of Teleport's roles hold, once its grants no longer fit the inline policy alone. */
const CONNECT_CHARACTERS = ROLE_INLINE_CHARACTERS + MANAGED_POLICIES_PER_ROLE * MANAGED_POLICY_CHARACTERS;

/** A role of Teleport's whose policies are nearly full of databases and users, while there is time to change. */
export function* connectPolicyHeadroom({ identities }: AccessModel): Iterable<Finding> {
  for (const identity of identities) {
    const [inline, ...managed] = identity.policies.filter(({ name }) => name.startsWith(TELEPORT_POLICY));
    const sizes = [inline, ...managed].map((policy) => policy?.document && policySize(policy.document));
    const size = sizes.reduce<number>((sum, of) => sum + (of ?? 0), 0);
    // The rules on quotas report what does not fit.
    const fits = (sizes[0] ?? 0) <= ROLE_INLINE_CHARACTERS;
    if (inline !== undefined && managed.length > 0 && fits && size >= CONNECT_CHARACTERS * NEARLY_FULL) {
      yield connectNearlyFull(identity, inline.path, size);
    }
  }
}

function connectNearlyFull({ name, accountId }: Identity, path: Path, size: number): Finding {
  return warning(
    path,
    "connect-policy-headroom",
    `the databases and users of the role ${name} in account ${accountId} take ${size} of the ${CONNECT_CHARACTERS} characters that its policies hold; before they are full, use db_users ["*"] for the databases with the most users, and let Teleport's roles name the users`,
    "key",
  );
}
