import type { Account, Deployment } from "../accounts/model";
import { error, type Finding } from "../accounts/problem";
import { MONITORING_ROLE, PMM_ASSUME_POLICY, TELEPORT_ASSUME_POLICY, TELEPORT_ROLE } from "../aws/names";
import { type Packed, packAssumePolicy } from "../aws/packing";

/** The permission of one role of the source side to assume one role in each account. */
export interface AssumePolicy {
  /** The policy's name in AWS. */
  readonly name: string;
  /** The resources' name in Terraform. */
  readonly address: string;
  readonly packed: Packed;
}

/** What PMM's EC2 role may assume: the monitoring role of every account. */
export function pmmAssumePolicy(deployment: Deployment): AssumePolicy {
  return {
    name: PMM_ASSUME_POLICY,
    address: "pmm_assume_target_roles",
    packed: pack(deployment, MONITORING_ROLE, deployment.accounts),
  };
}

/** What Teleport's role may assume: the connect role of every account that has one. */
export function teleportAssumePolicy(deployment: Deployment): AssumePolicy {
  return {
    name: TELEPORT_ASSUME_POLICY,
    address: "teleport_assume_database_roles",
    packed: pack(
      deployment,
      TELEPORT_ROLE,
      deployment.accounts.filter((account) => account.input["teleport"] !== undefined),
    ),
  };
}

function pack(deployment: Deployment, roleName: string, accounts: readonly Account[]): Packed {
  return packAssumePolicy(deployment.source.assumePolicy, {
    partition: deployment.partition,
    roleName,
    accountIds: accounts.filter(({ lifecycle }) => lifecycle === "active").map(({ accountId }) => accountId),
    organizationId: deployment.source.organizationId,
  });
}

/** An assume policy over its quota, with the mode that holds more. */
export function* assumePolicyLimits(deployment: Deployment): Iterable<Finding> {
  for (const { name, packed } of [pmmAssumePolicy(deployment), teleportAssumePolicy(deployment)]) {
    if (packed.overflow !== undefined) {
      const { size, limit, headroom, nextMode } = packed.overflow;
      const where = headroom.shard === undefined ? name : `${name}-${headroom.shard}`;
      yield error(
        ["source", "assume_policy"],
        "assume-policy-size",
        `${where} would have ${size} characters for ${headroom.accounts} accounts; ${limit} hold ${headroom.capacity}: set assume_policy: ${nextMode}`,
      );
    }
  }
}
