import type { Partition } from "./partitions";

/** The parts of a role's ARN that decisions are made on. */
export interface RoleArn {
  readonly partition: string;
  readonly accountId: string;
  /** The role's name with its IAM path, without a leading slash. */
  readonly nameWithPath: string;
}

/** `arn:aws:iam::222222222222:user/PMMAWSIntegrationUser`; the name may carry its IAM path in front. */
export function iamArn(
  partition: Partition,
  accountId: string,
  kind: "role" | "user" | "policy" | "instance-profile",
  nameWithPath: string,
): string {
  return `arn:${partition}:iam::${accountId}:${kind}/${nameWithPath}`;
}

/** `arn:aws:iam::111111111111:role/service/pmm-ec2-role`; the name may carry its IAM path in front. */
export function roleArn(partition: Partition, accountId: string, nameWithPath: string): string {
  return iamArn(partition, accountId, "role", nameWithPath);
}

/** The parts of a role's ARN. The text has been checked against ROLE_ARN before. */
export function parseRoleArn(arn: string): RoleArn {
  const [, partition = "", , , accountId = "", resource = ""] = arn.split(":");
  return { partition, accountId, nameWithPath: resource.slice("role/".length) };
}

/** The name without its IAM path: what IAM's API takes as RoleName. */
export function nameWithoutPath(nameWithPath: string): string {
  return nameWithPath.slice(nameWithPath.lastIndexOf("/") + 1);
}

/** The IAM path with its slashes, `/` where there is none. */
export function pathOf(nameWithPath: string): string {
  return `/${nameWithPath.slice(0, nameWithPath.lastIndexOf("/") + 1)}`;
}

/** A name with the IAM path in front, as an ARN has it: `dba/pmm-ec2-role` of `/dba/` and `pmm-ec2-role`. */
export function inPath(iamPath: string, name: string): string {
  return `${iamPath.slice(1)}${name}`;
}

/** The same of a name that may have a path in front, which it keeps. */
export function inPathUnlessNamed(iamPath: string, nameWithPath: string): string {
  return nameWithPath.includes("/") ? nameWithPath : inPath(iamPath, nameWithPath);
}

/** A boundary given by name becomes the ARN of that policy in the account; an ARN stays as it is. */
export function boundaryArn(partition: Partition, accountId: string, boundary: string): string {
  return boundary.startsWith("arn:") ? boundary : iamArn(partition, accountId, "policy", boundary);
}
