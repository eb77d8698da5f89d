import type { Edge, Principal } from "../access/edges";
import type { Condition, PolicyDocument } from "../aws/policies";
import type { Row } from "../diff/row";
import type { GrantKind } from "./kinds";
import type { Explained } from "./reasons";

/**
 * The whole access of a deployment, for people who review it: what the page, the CSV and the JSON are made of. Field
 * names are those of the JSON. No key and no secret's value is in it.
 */
export interface AccessReport {
  readonly deployment: ReportDeployment;
  /** The day on which it was made, such as 2026-11-26 (UTC): ages are counted to it. */
  readonly made_on: string;
  /** What the changes are from; null where that was not asked for. */
  readonly since: { readonly ref: string; readonly commit: string } | null;
  /** The stacks whose states were given, sorted. */
  readonly states: readonly string[];
  /** Sorted by name; accounts outside the file, in which a role of the source side is, come first. */
  readonly accounts: readonly ReportAccount[];
  /** By content: the same text is there once for each module. */
  readonly documents: Readonly<Record<string, ReportDocument>>;
  readonly changes: readonly Row[];
  /** What the given states hold and the file no longer asks for. */
  readonly left: readonly LeftModule[];
}

export interface ReportDeployment {
  readonly name: string;
  /** The accounts file, as the user calls it. */
  readonly file: string;
  readonly partition: string;
  readonly source_account_id: string;
  readonly pmm_role_arn: string;
  readonly version: string;
}

export interface ReportAccount {
  /** `account <id>` for one outside the file. */
  readonly name: string;
  readonly account_id: string;
  readonly is_listed: boolean;
  readonly stack: string;
  readonly region: string;
  readonly lifecycle: string;
  readonly permissions: string;
  readonly identities: readonly ReportIdentity[];
  readonly modules: readonly ReportModule[];
}

/** A role or user, who may use it and what it may do. */
export interface ReportIdentity {
  readonly grant_kind: GrantKind;
  readonly kind: "role" | "user";
  readonly name: string;
  readonly arn: string;
  /** `existing`: it is there already, and only the policies here are written on it. */
  readonly origin: "made" | "existing";
  readonly stack: string;
  /** What it is: `the monitoring role of "orders-prod"`. */
  readonly what: string;
  /** As AWS shows it; null of a user, which has none, and of what exists already. */
  readonly description: string | null;
  /** The part of the accounts file that asks for it. */
  readonly asked_by: string;
  /** null: none. Not known for one that exists already. */
  readonly boundary: string | null;
  readonly uses: readonly Use[];
  readonly trust: string | null;
  readonly policies: readonly ReportPolicy[];
  readonly tags: Readonly<Record<string, string>>;
  readonly keys: ReportKeys | null;
  /** Whether the state of its stack has it; null where that state was not given. */
  readonly is_applied: boolean | null;
}

/** Who may assume a role, read a key or use it. */
export interface Use {
  readonly who: Principal;
  readonly may: Edge["may"];
  /** A secret's name for `read_key`; else the identity itself. */
  readonly target: string;
  readonly condition: Condition;
  readonly reason: string;
}

export interface ReportPolicy {
  readonly form: "inline" | "managed" | "aws";
  readonly name: string;
  readonly arn: string | null;
  /** The id of its document. Of one of AWS's own: as AWS published it when this program was made; null: not known. */
  readonly document: string | null;
  /** Why one of AWS's own is there; null of others, whose documents have a reason for each action. */
  readonly reason: string | null;
}

export interface ReportDocument {
  readonly policy: PolicyDocument;
  /** For each statement, its actions by their reason. Empty for a trust, a secret's policy and one of AWS's own. */
  readonly reasons: readonly (readonly Explained[])[];
}

export interface ReportKeys {
  readonly generation: number;
  readonly previous: "active" | "inactive" | "deleted";
  readonly secret: string;
  readonly secret_region: string;
  readonly secret_account_id: string;
  readonly kms_key_id: string | null;
  readonly secret_policy: string | null;
  /** The keys work from everywhere where both are empty. */
  readonly allowed_source_ips: readonly string[];
  readonly allowed_source_vpcs: readonly string[];
  /** As the state has them; null where it was not given, or has none of this user. */
  readonly found: FoundKeys | null;
}

export interface FoundKeys {
  /** The keys of the generations. */
  readonly managed: readonly FoundKey[];
  /** Keys of the user that Terraform does not manage, as it saw them last. */
  readonly unmanaged: readonly FoundKey[];
}

/** A key of a state, without its id. */
export interface FoundKey {
  /** null where Terraform does not manage it. */
  readonly generation: number | null;
  readonly is_active: boolean;
  /** The day, such as 2026-08-01; null where the state does not say it. */
  readonly made_on: string | null;
  readonly age_days: number | null;
}

/** A team's own module: what it makes is not known here. */
export interface ReportModule {
  readonly name: string;
  readonly source: string;
  readonly version: string | null;
}

export interface LeftModule {
  readonly stack: string;
  /** The module at the stack's root, `aurora_user_x`. */
  readonly module: string;
  /** How many objects of it the state has. */
  readonly objects: number;
}
