import { type Finding, warning } from "../accounts/problem";
import type { AssumeMode } from "../aws/packing";
import { ASSUME_POLICY_PATH, type AssumeGrant, nextModeOn } from "./callers";
import type { AccessModel } from "./model";

/** Accounts that a plan carries within some minutes and gigabytes, by the measurement below. */
const COMFORTABLE_ACCOUNTS = 60;

/** The most that was measured for each account of a plan, on 2 cores with the full AWS provider 5.100.0. */
const MIB_PER_ACCOUNT = 150;
const CPU_SECONDS_PER_ACCOUNT = 11;

/** The part of an assume policy's capacity from which on the next mode is named. */
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
