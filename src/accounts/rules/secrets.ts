import { parseRoleArn } from "../../aws/arns";
import type { AccountsFile } from "../file";
import { error, type Finding } from "../problem";

/** Who reads the secrets is of the source account, where they are. */
export function* secretsReaders(file: AccountsFile): Iterable<Finding> {
  const accountId = file.source?.account_id;
  for (const [index, reader] of (file.secrets?.readers ?? []).entries()) {
    if (
      accountId !== undefined &&
      reader !== "pmm_ec2_role" &&
      parseRoleArn(reader).accountId !== accountId
    ) {
      yield error(
        ["secrets", "readers", index],
        "readers",
        `this role is of account ${parseRoleArn(reader).accountId}; expected a role of the source account ${accountId}, where the secrets are`,
      );
    }
  }
}
