import { boundLittle, boundNothing } from "../../aws/managed-policies.json";
import type { Partition } from "../../aws/partitions";
import type { AccountsFile } from "../file";
import { error, type Finding, type Path, warning } from "../problem";
import type { AccountInput } from "../schema";

type Boundary = AccountInput["permissions_boundary"];

/** A permissions boundary is a policy of the account that it is used in, or of AWS, in the file's partition. */
export function* boundaries(file: AccountsFile): Iterable<Finding> {
  const { source, defaults, partition } = file;
  if (source === undefined) {
    return;
  }
  yield* unbounding(defaults.permissions_boundary, ["defaults"]);
  yield* ownBoundary(source, ["source"], partition);
  const inheriting = [
    { name: "source", ...source },
    ...file.entries.map(({ input }) => input).filter((input) => input.account_id !== source.account_id),
  ].find(
    (account) =>
      account.permissions_boundary === undefined &&
      isForeign(defaults.permissions_boundary, account.account_id),
  );
  if (inheriting !== undefined) {
    yield error(
      ["defaults", "permissions_boundary"],
      "permissions-boundary",
      `this ARN is of account ${ownerOf(defaults.permissions_boundary)}, and "${inheriting.name}" is account ${inheriting.account_id}; expected the policy's name alone, which means the policy of that name in each account`,
    );
  } else {
    yield* boundaryPartition(defaults.permissions_boundary, ["defaults"], partition);
  }
  for (const { path, input } of file.entries) {
    yield* ownBoundary(input, path, partition);
  }
}

/** The boundary that the source or an account names itself. */
function* ownBoundary(
  { account_id, permissions_boundary }: Pick<AccountInput, "account_id" | "permissions_boundary">,
  path: Path,
  partition: Partition | undefined,
): Iterable<Finding> {
  yield* unbounding(permissions_boundary, path);
  if (isForeign(permissions_boundary, account_id)) {
    yield error(
      [...path, "permissions_boundary"],
      "permissions-boundary",
      `this ARN is of account ${ownerOf(permissions_boundary)}; expected a policy of account ${account_id} or of aws, or the policy's name alone`,
    );
  } else {
    yield* boundaryPartition(permissions_boundary, path, partition);
  }
}

/** A boundary that lets its holder give himself every right, or that allows most of what there is. */
function* unbounding(boundary: Boundary, path: Path): Iterable<Finding> {
  const at = [...path, "permissions_boundary"];
  const name = boundary?.replace(/^.*[:/]/, "") ?? "";
  if (boundNothing.some((policy) => policy.toLowerCase() === name.toLowerCase())) {
    yield error(
      at,
      "permissions-boundary",
      `${name} bounds nothing: its holder may attach every policy to every role; expected a policy that allows what the roles and users need and no more: examples/boundary has one`,
    );
  } else if (ownerOf(boundary) === "aws" && boundLittle.includes(name)) {
    yield warning(
      at,
      "permissions-boundary",
      `${name} bounds little: it allows nearly everything outside of IAM; expected a policy that allows what the roles and users need and no more: examples/boundary has one`,
    );
  }
}

function* boundaryPartition(
  boundary: Boundary,
  path: Path,
  partition: Partition | undefined,
): Iterable<Finding> {
  const found = boundary?.startsWith("arn:") ? boundary.split(":")[1] : undefined;
  if (partition !== undefined && found !== undefined && found !== partition) {
    yield error(
      [...path, "permissions_boundary"],
      "partition",
      `this ARN is in the partition ${found}; expected ${partition}, the source account's`,
    );
  }
}

function isForeign(boundary: Boundary, accountId: string): boolean {
  const owner = ownerOf(boundary);
  return owner !== undefined && owner !== "aws" && owner !== accountId;
}

/** The account in a policy's ARN; undefined for a name. */
function ownerOf(boundary: Boundary): string | undefined {
  return boundary?.startsWith("arn:") ? boundary.split(":")[4] : undefined;
}
