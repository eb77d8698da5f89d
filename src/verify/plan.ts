import type { Permissions } from "../accounts/schema";
import type { Partition } from "../aws/partitions";

/**
 * What `verify` checks: plain data, without a secret, so that it can be written into a file for the host. It comes from
 * the access model by `verifyPlan`.
 */
export interface VerifyPlan {
  /** The name of the deployment. */
  readonly deployment: string;
  readonly partition: Partition;
  /** Where PMM, and the secrets with the keys, are. */
  readonly source: { readonly accountId: string; readonly region: string };
  readonly pmmRole: HostRolePlan;
  /** undefined where no account has Teleport's role. */
  readonly teleportRole: HostRolePlan | undefined;
  /** Whether a region that an account has not enabled is passed over, as PMM's discovery does. Left out: it fails. */
  readonly skipsDisabledRegions?: boolean;
  /** Sorted by account, then by who reads. */
  readonly checks: readonly PlannedCheck[];
}

/** What a packed file has at its end. */
export interface PackedPlan {
  /** Of the program that packed it. */
  readonly version: string;
  readonly plan: VerifyPlan;
}

/** A role that a host of the source side has. */
export interface HostRolePlan {
  readonly arn: string;
  /** The instance profile that the output makes for it. */
  readonly instanceProfile: string | undefined;
  /** The ARN of its permissions boundary, where the output makes the role and gives it one. */
  readonly boundary: string | undefined;
}

/** Whose access is tried. */
export const READERS = ["pmm", "grafana", "teleport", "vendor"] as const;

export type Reader = (typeof READERS)[number];

/** One reader's access to one account. */
export interface PlannedCheck {
  readonly reader: Reader;
  /** The account's name in the file; SOURCE_ACCOUNT where the file does not list it. */
  readonly account: string;
  readonly accountId: string;
  /** The stack that makes the access. */
  readonly stack: string;
  /** The account's own region first, then those of its databases in Teleport. */
  readonly regions: readonly string[];
  readonly by: AccessBy;
}

/** What the source account is called where it is no account of the list: no account has a name with a space. */
export const SOURCE_ACCOUNT = "the source account";

/** By what a reader gets in. */
export type AccessBy =
  /** An access key, from its secret in the source account. */
  | {
      readonly kind: "key";
      readonly user: string;
      readonly generation: number;
      readonly secret: {
        readonly name: string;
        readonly region: string;
        readonly isReadByPmmRole: boolean;
        /** The address in Terraform of what it holds. */
        readonly heldKeyAddress: string;
      };
      /** Where the key works from; both empty: from everywhere. */
      readonly allowedSources: { readonly ips: readonly string[]; readonly vpcs: readonly string[] };
      readonly boundary: string | undefined;
    }
  /** A role that is assumed. */
  | {
      readonly kind: "role";
      readonly role: string;
      readonly externalId: string | undefined;
      /** ARNs of roles and users, and account ids, that the role trusts. */
      readonly trusted: readonly string[];
      readonly permissions: Permissions;
      readonly boundary: string | undefined;
      /** The vendor's name in the file. */
      readonly vendor?: string;
    }
  /** The host's own role. */
  | { readonly kind: "host"; readonly boundary: string | undefined };
