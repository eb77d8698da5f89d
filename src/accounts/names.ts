import { DEPLOYMENT_NAME } from "../aws/formats";
import { dashed } from "./entry-names";

/**
 * The one authority on what a deployment is called, and on what Terraform calls an account and its stack. All of it
 * is part of state files: a name that changes here would destroy what bears it.
 */

/** The deployment of the accounts file that may leave its name out. */
export const DEFAULT_NAME = "pmm-iam";

/** The file that may leave its deployment's name out, at the root of its repository. */
export const DEFAULT_FILE = "accounts.yaml";

/**
 * Whether a file is an earlier version of another, from a git ref: so the commands call it that check and affected
 * print (`before.accounts.yaml`, `before-2.staging.yaml`). It has the name and the stacks of that other one.
 */
export function isEarlierVersion(file: string): boolean {
  return /^before(?:-\d+)?\.(?!ya?ml$)./i.test(file);
}

/** How accounts are spread over stacks. */
export const STACK_MODES = ["grouped", "per_account"] as const;

export type StackMode = (typeof STACK_MODES)[number];

/** The group that an account is in; where every account has a stack of its own, its name. undefined: the main stack. */
export function groupOf(
  stacks: StackMode,
  { name, group }: { readonly name: string; readonly group?: string | undefined },
): string | undefined {
  return stacks === "per_account" ? name : group;
}

/** `<deployment>`, the stack of the source account's resources; or the stack of a group, `<deployment>-<group>`. */
export function stackName(deployment: string, group?: string): string {
  return group === undefined ? deployment : `${deployment}-${group}`;
}

/** The key of a stack's state in S3. */
export function stateKey(prefix: string | undefined, stack: string): string {
  return prefix === undefined ? `${stack}.tfstate` : `${prefix}/${stack}.tfstate`;
}

/**
 * What exists once in the source account, whatever file asks for it: another deployment than the default adds its
 * name, so that two may write on one role and neither undoes the other.
 */
export function sharedName(name: string, deployment: string): string {
  return deployment === DEFAULT_NAME ? name : `${name}-${deployment}`;
}

/** The address that keeps in each state whose it is: it is there as long as its stack is, and stands for nothing in AWS. */
export const GUARD = "terraform_data.deployment";

/** An account's or a module's name as Terraform takes it in an address: `-` as `_`. */
export function aliasOf(name: string): string {
  return name.replaceAll("-", "_");
}

/** A name for the deployment of a file, from the file's own or, of an `accounts.yaml`, from its folder's. */
export function suggestedName(file: string, folder: string): string {
  const stem = file === DEFAULT_FILE ? folder : file.replace(/\.(?:ya?ml|json)$/i, "");
  const name = dashed(stem)
    .replace(/^[^a-z]+/, "")
    .slice(0, 31)
    .replace(/-+$/, "");
  return DEPLOYMENT_NAME.pattern.test(name) ? name : DEPLOYMENT_NAME.example;
}
