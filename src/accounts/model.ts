import type { z } from "zod";
import type { AssumeMode } from "../aws/packing";
import type { Partition } from "../aws/partitions";
import type { Boundaries } from "./boundaries";
import type { AccountsFolder } from "./folder";
import type { StackMode } from "./names";
import type { Path } from "./problem";
import type {
  AccountInput,
  Adoptable,
  BackendInput,
  CloudwatchAgentInput,
  Permissions,
  TeamModuleInput,
  ThirdPartyMonitorInput,
} from "./schema";

/** accounts.yaml once every rule has passed: defaults applied, names made ARNs, sorted. */
export interface Deployment {
  /** What its stacks begin with: no other file of the repository has the same. */
  readonly name: string;
  readonly stacks: StackMode;
  readonly partition: Partition;
  /** Where relative paths in the file start, and what was read from there. */
  readonly folder: AccountsFolder;
  readonly source: Source;
  readonly backend: BackendInput | undefined;
  readonly teleport: Teleport | undefined;
  readonly secrets: Secrets;
  /** The lists of `defaults`, by their keys: an account has them beside its own. */
  readonly inherited: InheritedLists;
  /** What `defaults` asks of the CloudWatch agent, for each account that says nothing of it. */
  readonly cloudwatchAgent: CloudwatchAgentInput | undefined;
  /** Sorted by name, so that the order in the file means nothing. */
  readonly accounts: readonly Account[];
}

export interface InheritedLists {
  readonly third_party_monitors: readonly ThirdPartyMonitorInput[];
  readonly modules: readonly TeamModuleInput[];
}

/** The account of the PMM EC2 instance. */
export interface Source {
  readonly accountId: string;
  readonly region: string;
  /** undefined: Terraform's own credentials are the source account's. */
  readonly adminRoleName: string | undefined;
  /** With its IAM path, without a leading slash. */
  readonly pmmRoleName: string;
  readonly pmmRoleArn: string;
  readonly createPmmRole: boolean;
  readonly additionalPrincipals: readonly string[];
  readonly assumePolicy: AssumeMode;
  readonly organizationId: string | undefined;
  readonly boundaries: Boundaries;
  /** Of what is made in the account for no account of the list. With a slash at both ends; `/` where there is none. */
  readonly iamPath: string;
  readonly cloudwatchAgent: boolean;
  /** Whether PMM reads the account's own databases by its instance role. */
  readonly monitorOwnAccount: boolean;
  readonly tags: Tags;
}

/** A monitored account. A feature sees its own keys typed. */
export interface Account<Keys extends z.ZodRawShape = z.ZodRawShape> {
  readonly name: string;
  /** The name as Terraform takes it in an address: `-` as `_`. */
  readonly alias: string;
  readonly accountId: string;
  /** The stack that it is in. */
  readonly stack: string;
  readonly region: string;
  readonly adminRoleName: string | undefined;
  readonly permissions: Permissions;
  readonly boundaries: Boundaries;
  /** Of all that is made in the account. With a slash at both ends; `/` where there is none. */
  readonly iamPath: string;
  readonly tags: Tags;
  readonly lifecycle: Lifecycle;
  /** What is taken over from what was made by hand. */
  readonly adopt: "all" | readonly Adoptable[];
  /** Whether it is the source account, listed as an account too. */
  readonly isSource: boolean;
  /** Where it is in the file. */
  readonly path: Path;
  /** As written, with the defaults of its own keys. */
  readonly input: AccountInput & z.output<z.ZodObject<Keys>>;
}

export type Lifecycle = "active" | "retiring" | "closed";

export interface Teleport {
  readonly accountId: string;
  /** The account's alias; undefined: the source account. */
  readonly accountName: string | undefined;
  /** With its IAM path, without a leading slash. */
  readonly roleName: string;
  readonly roleArn: string;
  readonly externalId: string | undefined;
  readonly proxyAddress: string;
}

export interface Secrets {
  readonly kmsKeyId: string | undefined;
  /** ARNs of roles of the source account, sorted. */
  readonly readers: readonly string[];
}

export type Tags = Readonly<Record<string, string>>;
