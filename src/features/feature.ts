import type { z } from "zod";
import type { BoundaryKind } from "../accounts/boundaries";
import type { AccountKeys } from "../accounts/file";
import type { Account, Deployment, InheritedLists } from "../accounts/model";
import type { Path } from "../accounts/problem";
import type { Adoptable } from "../accounts/schema";
import { managedBy } from "../aws/descriptions";
import type { ModuleFolders } from "../modules/library";
import type { Consumer } from "./consumer";
import type { Handover } from "./handover";
import type { Identity } from "./identity";
import { oncePer } from "./once-per";

/** A value that a module's variable takes: plain data, known at synth. */
export type VariableValue =
  | string
  | number
  | boolean
  | null
  | readonly VariableValue[]
  | { readonly [key: string]: VariableValue };

/** One instance of a Terraform module, as data. */
export interface ModuleCall {
  /**
   * The module's name at the root of its stack, `pmm_iam_x`: it ends in `_` and the account's alias, by which the
   * objects in a state are told apart. Moving it destroys what it made.
   */
  readonly name: string;
  /** Its folder under modules/: one of the program's, of the feature's own `modules`, or `team/<name>`. */
  readonly module: string;
  /** A team's own module; left out: one of the program's. */
  readonly team?: TeamModule;
  /** Whether the module also takes the source account's provider, as `aws.secrets`. */
  readonly usesSecrets: boolean;
  /** Variables left at the module's default are left out. */
  readonly variables: Readonly<Record<string, VariableValue>>;
  /**
   * Variables whose value is the user's own and may hold anything, `${` too. They reach Terraform as a local in
   * pmm-iam.tf.json, where no character means anything.
   */
  readonly locals?: Readonly<Record<string, VariableValue>>;
  /** The roles and users that the module makes in the account. What a team's module makes is not known here. */
  readonly makes: readonly Identity[];
  /** What people hand on of it. */
  readonly handsOn?: readonly Handover[];
  /** What people make by hand under the same names, and where it belongs in the module. */
  readonly adoptable?: readonly AdoptableObject[];
  /** What the part of the file that asks for the instance takes over by an `adopt` of its own. */
  readonly adopts?: readonly ImportedObject[];
  /** Objects that had another address, both within the module: the plan moves them in the state. */
  readonly moved?: readonly { readonly from: string; readonly to: string }[];
  /** Where the file asks for it: cited when two instances would share a name. */
  readonly path: Path;
}

/** A module that is not the program's, under the name that the file gives it. */
export type TeamModule = { readonly name: string } & (
  | {
      /** In the repository: the stack carries its code. */
      readonly kind: "local";
      /** Where the code is, and what of it the stack carries, by path in there. */
      readonly folder: string;
      readonly files: ReadonlyMap<string, Buffer>;
    }
  | {
      /** In a registry or git: Terraform fetches it. */
      readonly kind: "remote";
      readonly source: string;
      readonly version: string | undefined;
    }
);

/** An object to import: its address within the module, and its id as `terraform import` takes it. */
export interface ImportedObject {
  readonly address: string;
  readonly id: string;
}

/** An object that the account's `adopt` takes over where it lists the kind. */
export interface AdoptableObject extends ImportedObject {
  readonly kind: Adoptable;
}

/**
 * The resources that say that an adopted role or user has no other grants. Created, they would remove the others
 * without a word; imported, they show in the plan each policy that goes.
 */
export function adoptableGrants(kind: "role" | "user", resource: string, owner: string): AdoptableObject[] {
  return ["policies", "policy_attachments"].map((grants) => ({
    kind,
    address: `aws_iam_${kind}_${grants}_exclusive.${resource}`,
    id: owner,
  }));
}

/**
 * One thing that an account can ask for. Adding one: a module, a file here, a line in index.ts, tests
 * (CONTRIBUTING.md is the recipe).
 */
export interface Feature<Keys extends z.ZodRawShape = z.ZodRawShape> extends AccountKeys<Keys> {
  /** The module instances of one account, each with the roles and users that it makes. */
  calls(account: Account<Keys>, deployment: Deployment): readonly ModuleCall[];
  /**
   * How the module instances are called that `calls` may return: by these names a state's objects are told apart. A
   * closed account forgets an instance of a fixed name whatever its entry asks for, and of a list what it names.
   */
  readonly instances: FixedInstance | ListedInstances;
  /**
   * Terraform modules of its own, which are not among the program's: the folder of each, absolute, by the name that
   * it has under modules/ in a stack. Every stack carries them as it does the program's own: `*.tf`, `*.tf.json` and
   * `policies/*.json`. A module calls another as `../<name>`.
   */
  readonly modules?: ModuleFolders;
  /** As which kind its roles and users are bounded; left out where it is not known what it makes. */
  readonly boundedAs?: BoundaryKind;
  /** Who assumes the role that `calls` makes, where that is a role of the source side. */
  readonly assumedBy?: AssumedBy;
  /** The settings under which an account has a role, for the rules that judge a change. */
  readonly roles?: readonly RoleSetting[];
  /** The settings under which an account has a user with access keys, for the rules that judge a change. */
  readonly keyedUsers?: readonly KeyedSetting[];
  /** Files for those who use what it makes, in `consumers/` of the output. Left out: none but the program's own. */
  readonly consumers?: readonly Consumer[];
}

/** The name and the module of a fixed instance in one account. */
export function instanceIn(
  { alias }: Pick<Account, "alias">,
  { prefix, module }: FixedInstance,
): Pick<ModuleCall, "name" | "module"> {
  return { name: `${prefix}_${alias}`, module };
}

/** A role of the source side that assumes the role of this feature in every account that has it. */
export interface AssumedBy {
  /** `pmm`: the PMM EC2 role. `teleport`: the role of the Teleport database service. */
  readonly caller: "pmm" | "teleport";
  /** The name of the role that is assumed, the same in every account. */
  readonly roleName: string;
  /** What the policy on the caller is called in AWS; its shards are `<policyName>-0` to `-7`. */
  readonly policyName: string;
  /** What its resources are called in Terraform. Moving it destroys the policy. */
  readonly resourceName: string;
}

/**
 * A module instance that is called the same in every account, told from an account's entry alone, which may be of any
 * shape. Moving it destroys what it made.
 */
export interface FixedInstance {
  /** What its name starts with: `aurora_user` is `aurora_user_x` in the account with the alias `x`. */
  readonly prefix: string;
  /** The folder under modules/. */
  readonly module: string;
  /** The key that asks for it; left out: every account has it. */
  readonly key?: string;
  /** Whether `defaults` has the key too, for each account that does not say it itself. */
  readonly isInherited?: boolean;
  readonly unless?: Unless;
  readonly list?: undefined;
}

/** A word inside a setting with which the setting makes nothing: `credentials: role`. */
export interface Unless {
  readonly key: string;
  readonly is: string;
}

/** Module instances to which the file gives their names, told from an account's entry alone. */
export interface ListedInstances {
  /** What is before the alias of each entry's name; `_` and the account's alias follow. */
  readonly prefix: string;
  /** The key that holds the list; that of `defaults` is beside it. */
  readonly key: keyof InheritedLists;
  readonly list: InstanceList;
}

/** A list of an account's entry, each of whose entries is a module instance by its `name`. */
export interface InstanceList {
  /** What messages call an entry: `monitor`. */
  readonly noun: "monitor" | "module";
  /** The key whose value an entry keeps when it goes on under another name. */
  readonly sameBy: string;
  /** The role that an entry makes, told from plain data of any shape; left out where that is not known. */
  roleName?(name: string, entry: unknown): string;
}

/** A setting of an account that makes a role. */
export interface RoleSetting {
  /** Where it is in the account's entry. */
  readonly keys: readonly string[];
  /** Whether it is on where the mapping around it does not name it. */
  readonly isDefault?: boolean;
  readonly roleName: string;
  /** Who loses access without it, for a message. */
  readonly usedBy: string;
}

/** A setting of an account that makes a user with rotating access keys. */
export interface KeyedSetting {
  /** Where it is in the account's entry. */
  readonly keys: readonly string[];
  readonly userName: string;
  secretName(accountName: string): string;
  /**
   * Whether the setting knows `lifecycle: retiring`, so that dropping it without is an error. Dropping one that
   * does not is a warning.
   */
  readonly retires: boolean;
  /** The word with which there is no user, because its owner works by a role. */
  readonly unless?: Unless;
}

/** What is the same for every account of a deployment, made once. */
export function perDeployment<Value>(
  make: (deployment: Deployment) => Value,
): (deployment: Deployment) => Value {
  return oncePer(make);
}

/** What every module takes that makes roles and users: what bounds them, and their IAM path. */
export function iamVariables(
  { boundaries, iamPath }: Account,
  boundedAs: BoundaryKind,
): Readonly<Record<"permissions_boundary" | "iam_path", VariableValue | undefined>> {
  return {
    permissions_boundary: boundaries[boundedAs].arn,
    iam_path: iamPath === "/" ? undefined : iamPath,
  };
}

/** What every module takes that makes roles or managed policies: who manages them, as their descriptions say. */
export function descriptionVariables({ stack }: Account): Readonly<Record<"managed_by", VariableValue>> {
  return { managed_by: managedBy(stack) };
}

/** Leaves out what is undefined or an empty list, so that the module's own default stays in force. */
export function variables(
  values: Readonly<Record<string, VariableValue | undefined>>,
): Readonly<Record<string, VariableValue>> {
  return Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, VariableValue] =>
        entry[1] !== undefined && !(Array.isArray(entry[1]) && entry[1].length === 0),
    ),
  );
}
