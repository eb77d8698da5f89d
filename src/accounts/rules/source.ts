import type { AccountsFile } from "../file";
import { error, type Finding, warning } from "../problem";

/** What the keys of `source` ask of each other. */
export function* sourceRules({ source }: AccountsFile): Iterable<Finding> {
  if (source?.assume_policy === "organization" && source.organization_id === undefined) {
    yield error(
      ["source", "assume_policy"],
      "organization-id",
      "assume_policy organization needs organization_id beside it, or the wildcard would reach every AWS account; add organization_id: with the id that AWS Organizations shows",
    );
  }
  if (source !== undefined) {
    const pmmRole = `:${source.account_id}:role/${source.pmm_ec2_role_name}`;
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
