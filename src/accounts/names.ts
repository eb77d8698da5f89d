/**
 * The one authority on what Terraform calls an account and its stack. Both are part of state files: a name that
 * changes here would destroy what bears it.
 */

/** The stack of the source account's resources and of every account without a group. */
export const MAIN_STACK = "pmm-iam";

/** `pmm-iam`, or `pmm-iam-<group>`. */
export function stackName(group: string | undefined): string {
  return group === undefined ? MAIN_STACK : `${MAIN_STACK}-${group}`;
}

/** An account's or a module's name as Terraform takes it in an address: `-` as `_`. */
export function aliasOf(name: string): string {
  return name.replaceAll("-", "_");
}
