import { nameWithoutPath, pathOf } from "../../aws/arns";
import type { AccountsFile } from "../file";
import { error, type Finding, warning } from "../problem";

/** What `iam_path` and what is there already ask of each other: AWS moves nothing to another path. */
export function* iamPathRules({ source, defaults, entries }: AccountsFile): Iterable<Finding> {
  const path = defaults.iam_path ?? "/";
  if (source?.create_pmm_ec2_role && path !== "/" && source.pmm_ec2_role_name.includes("/")) {
    const own = pathOf(source.pmm_ec2_role_name);
    if (own !== path) {
      yield error(
        ["source", "pmm_ec2_role_name"],
        "iam-path",
        `pmm_ec2_role_name puts the role into the path ${own}, and defaults.iam_path makes it in ${path}; expected ${nameWithoutPath(source.pmm_ec2_role_name)} alone, or one path in both`,
      );
    }
  }
  for (const { path: at, input } of entries) {
    const own = (input.iam_path === undefined ? defaults.iam_path : input.iam_path) ?? "/";
    const adopts = input.adopt === true || (input.adopt !== false && input.adopt.length > 0);
    if (adopts && own !== "/" && input.lifecycle === "active") {
      yield warning([...at, "adopt"], "iam-path", adoptedElsewhere(own), "key");
    }
  }
}

/** What a warning says where something is adopted and all that is made has an IAM path. */
export function adoptedElsewhere(iamPath: string): string {
  return `what is adopted has to be in the path ${iamPath} already: AWS moves no role to another path, so the plan would destroy it and make it again; find out with aws iam get-role --query Role.Path --role-name and the role's name, and set iam_path in this account to what it prints`;
}
