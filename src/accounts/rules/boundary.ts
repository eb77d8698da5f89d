import { boundLittle, boundNothing } from "../../aws/managed-policies.json";
import type { Partition } from "../../aws/partitions";
import { BOUNDARY_KINDS, type BoundaryKind } from "../boundaries";
import type { AccountsFile } from "../file";
import { error, type Finding, type Path, warning } from "../problem";
import type { AccountInput, PermissionsBoundary } from "../schema";

/** Source: IAM API Reference, PutRolePermissionsBoundary, PolicyNotAttachable. */
const SERVICE_ROLE_POLICY = /^arn:[a-z-]+:iam::aws:policy\/aws-service-role\//;

type Boundary = string | null | undefined;

/** One policy that the file names, and its place. */
interface Written {
  readonly boundary: Boundary;
  readonly path: Path;
  /** undefined: for all kinds. */
  readonly kind: BoundaryKind | undefined;
}

/** A permissions boundary is a policy of the account that it is used in, or of AWS, in the file's partition. */
export function* boundaries(file: AccountsFile): Iterable<Finding> {
  const { source, defaults, partition } = file;
  if (source === undefined) {
    return;
  }
  const ofSource = { name: "source", ...source };
  const listed = file.entries.map(({ input }) => input);
  const others = listed.filter((input) => input.account_id !== source.account_id);
  for (const written of writtenUnder(["defaults"], defaults.permissions_boundary)) {
    yield* unbounding(written);
    const { kind } = written;
    const bounded =
      kind === undefined ? [ofSource, ...others] : kind === "pmm_ec2_role" ? [ofSource] : listed;
    const inheriting = bounded.find(
      ({ permissions_boundary, account_id }) =>
        inherits(permissions_boundary, written) && isForeign(written.boundary, account_id),
    );
    if (inheriting !== undefined) {
      yield error(
        written.path,
        "permissions-boundary",
        `this ARN is of account ${ownerOf(written.boundary)}, and "${inheriting.name}" is account ${inheriting.account_id}; expected the policy's name alone, which means the policy of that name in each account`,
      );
    } else {
      yield* boundaryPartition(written, partition);
    }
  }
  yield* ownBoundaries(source, ["source"], partition);
  for (const { path, input } of file.entries) {
    yield* ownBoundaries(input, path, partition);
    if (Object.hasOwn(Object(input.permissions_boundary), "pmm_ec2_role")) {
      yield warning(
        [...path, "permissions_boundary", "pmm_ec2_role"],
        "permissions-boundary",
        "the PMM EC2 role is made for the source, and never for an account of the list, so this has no effect; move it to permissions_boundary under source",
        "key",
      );
    }
  }
}

/** The boundaries that the source or an account names itself. */
function* ownBoundaries(
  { account_id, permissions_boundary }: Pick<AccountInput, "account_id" | "permissions_boundary">,
  path: Path,
  partition: Partition | undefined,
): Iterable<Finding> {
  for (const written of writtenUnder(path, permissions_boundary)) {
    yield* unbounding(written);
    if (isForeign(written.boundary, account_id)) {
      yield error(
        written.path,
        "permissions-boundary",
        `this ARN is of account ${ownerOf(written.boundary)}; expected a policy of account ${account_id} or of aws, or the policy's name alone`,
      );
    } else {
      yield* boundaryPartition(written, partition);
    }
  }
}

function writtenUnder(under: Path, boundary: PermissionsBoundary | undefined): Written[] {
  const path = [...under, "permissions_boundary"];
  return typeof boundary === "object" && boundary !== null
    ? BOUNDARY_KINDS.map((kind) => ({ boundary: boundary[kind], path: [...path, kind], kind }))
    : [{ boundary, path, kind: undefined }];
}

/** Whether an account with a boundary of its own takes one of the defaults. */
function inherits(own: PermissionsBoundary | undefined, { kind }: Written): boolean {
  if (typeof own !== "object" || own === null) {
    return own === undefined;
  }
  return (kind === undefined ? BOUNDARY_KINDS : [kind]).some((each) => own[each] === undefined);
}

/** A boundary that lets its holder give himself every right, or that allows most of what there is. */
function* unbounding({ boundary, path: at }: Written): Iterable<Finding> {
  const name = boundary?.replace(/^.*[:/]/, "") ?? "";
  if (boundNothing.some((policy) => policy.toLowerCase() === name.toLowerCase())) {
    yield error(
      at,
      "permissions-boundary",
      `${name} bounds nothing: its holder may attach every policy to every role; expected a policy that allows what the roles and users need and no more: examples/boundary has one for each kind`,
    );
  } else if (boundary !== undefined && boundary !== null && SERVICE_ROLE_POLICY.test(boundary)) {
    yield error(
      at,
      "permissions-boundary",
      `${name} is for a service-linked role alone, and AWS refuses it on every other; expected a policy that allows what the roles and users need and no more: examples/boundary has one`,
    );
  } else if (ownerOf(boundary) === "aws" && boundLittle.includes(name)) {
    yield warning(
      at,
      "permissions-boundary",
      `${name} bounds little: it allows nearly everything outside of IAM; expected a policy that allows what the roles and users need and no more: examples/boundary has one for each kind`,
    );
  }
}

function* boundaryPartition(
  { boundary, path }: Written,
  partition: Partition | undefined,
): Iterable<Finding> {
  const found = boundary?.startsWith("arn:") ? boundary.split(":")[1] : undefined;
  if (partition !== undefined && found !== undefined && found !== partition) {
    yield error(
      path,
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
