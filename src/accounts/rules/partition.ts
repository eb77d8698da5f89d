import { type Partition, partitionOf } from "../../aws/partitions";
import type { AccountsFile } from "../file";
import { error, type Finding, type Path } from "../problem";
import { valueAt } from "../values";

/** The region of what names none. */
export const DEFAULT_REGION = "us-east-1";

/**
 * The partition of the source account; every other place has to be in it. undefined where the region that says
 * so is misshapen.
 */
export function partitionOfFile(
  file: Pick<AccountsFile, "source" | "defaults" | "document">,
): Partition | undefined {
  const { source, defaults } = file;
  const region = source?.region ?? defaults.region;
  const misread = region === undefined && valueAt(file.document.plain, ["defaults", "region"]) !== undefined;
  return source === undefined || misread ? undefined : partitionOf(region ?? DEFAULT_REGION);
}

/** Everything that the file names is in one partition: IAM trusts no role of another. */
export function* onePartition(file: AccountsFile): Iterable<Finding> {
  const { partition } = file;
  if (partition === undefined) {
    return;
  }
  for (const { path, region, implied } of regions(file)) {
    const found = partitionOf(region);
    if (found !== undefined && found !== partition) {
      yield error(
        path,
        "partition",
        implied
          ? `neither this account nor defaults names a region, which makes it ${region} in the partition ${found}, and the source account is in ${partition}; add region: here or under defaults`
          : `region ${region} is in the partition ${found}, the source account in ${partition}; no role is trusted across partitions: give each partition a file of its own`,
      );
    }
  }
  for (const { path, arn } of arns(file)) {
    const found = arn.split(":")[1];
    if (found !== partition) {
      yield error(
        path,
        "partition",
        `this ARN is in the partition ${found}; expected ${partition}, the source account's`,
      );
    }
  }
}

/** Every region that is in force, at the place that says so. */
function* regions(file: AccountsFile): Iterable<{ path: Path; region: string; implied?: true }> {
  if (file.source?.region !== undefined && file.defaults.region !== undefined) {
    yield { path: ["defaults", "region"], region: file.defaults.region };
  }
  for (const { path, input } of file.entries) {
    const own = input.region;
    if (own !== undefined) {
      yield { path: [...path, "region"], region: own };
    } else if (
      valueAt(file.document.plain, ["defaults", "region"]) === undefined &&
      input.account_id !== file.source?.account_id
    ) {
      yield { path, region: DEFAULT_REGION, implied: true };
    }
  }
  if (file.backend !== undefined) {
    yield { path: ["backend", "s3", "region"], region: file.backend.s3.region };
  }
}

/** ARNs of roles and keys; boundaries are looked at by account. */
function* arns(file: AccountsFile): Iterable<{ path: Path; arn: string }> {
  for (const [index, arn] of (file.source?.additional_principals ?? []).entries()) {
    yield { path: ["source", "additional_principals", index], arn };
  }
  for (const [index, reader] of (file.secrets?.readers ?? []).entries()) {
    if (reader !== "pmm_ec2_role") {
      yield { path: ["secrets", "readers", index], arn: reader };
    }
  }
  const keys = [
    { path: ["secrets", "kms_key_id"], arn: file.secrets?.kms_key_id },
    { path: ["backend", "s3", "kms_key_id"], arn: file.backend?.s3.kms_key_id },
  ];
  for (const { path, arn } of keys) {
    if (arn?.startsWith("arn:")) {
      yield { path, arn };
    }
  }
}
