import { inPathUnlessNamed } from "../../aws/arns";
import type { AccountsFile } from "../file";
import { error, type Finding, warning } from "../problem";

/** What the keys of `source` ask of each other. */
export function* sourceRules({ source, defaults }: AccountsFile): Iterable<Finding> {
  if (source?.assume_policy === "organization" && source.organization_id === undefined) {
    yield error(
      ["source", "assume_policy"],
      "organization-id",
      "assume_policy organization needs organization_id beside it, or the wildcard would reach every AWS account; add organization_id: with the id that AWS Organizations shows",
    );
  }
  if (source !== undefined) {
    const name = source.create_pmm_ec2_role
      ? inPathUnlessNamed(defaults.iam_path ?? "/", source.pmm_ec2_role_name)
      : source.pmm_ec2_role_name;
    const pmmRole = `:${source.account_id}:role/${name}`;
    for (const [index, arn] of source.additional_principals.entries()) {
      if (arn.endsWith(pmmRole)) {
        yield warning(
          ["source", "additional_principals", index],
          "additional-principals",
          "this is the PMM EC2 role, which is trusted already; remove it",
        );
      }
    }
  }
}
