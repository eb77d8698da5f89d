import type { TerraformResource } from "cdktf";

/**
 * Gives a resource its address, `aws_iam_role.pmm_ec2`: state files know it by that, so it does not follow the
 * construct tree.
 */
export function withAddress<Resource extends TerraformResource>(
  resource: Resource,
  address: string,
): Resource {
  const [type, name] = address.split(".");
  if (type !== resource.terraformResourceType || name === undefined) {
    throw new Error(`${address} is not an address of ${resource.terraformResourceType}`);
  }
  resource.overrideLogicalId(name);
  return resource;
}
