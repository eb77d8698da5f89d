import { boundaryArn } from "../aws/arns";
import type { Partition } from "../aws/partitions";
import type { Path } from "./problem";
import { valueAt } from "./values";

/** The kinds of roles and users that can have a permissions boundary of their own. */
export const BOUNDARY_KINDS = [
  "monitoring_role",
  "aurora_user",
  "teleport",
  "cloudwatch_agent",
  "third_party",
  "pmm_ec2_role",
] as const;

export type BoundaryKind = (typeof BOUNDARY_KINDS)[number];

/** What bounds the roles and users of one kind. */
export interface Bound {
  /** The policy's ARN; undefined: none. */
  readonly arn: string | undefined;
  /** Where the file says so: the value, or a map that leaves the kind out. undefined: nowhere. */
  readonly path: Path | undefined;
  /** Whether a map names other kinds and not this one. */
  readonly isLeftOut: boolean;
}

export type Boundaries = Readonly<Record<BoundaryKind, Bound>>;

/** A `permissions_boundary` of the file, valid or not, with its place. */
export interface WrittenBoundary {
  readonly value: unknown;
  readonly path: Path;
}

/**
 * The boundary of each kind. `levels` are those of the account and of what it inherits from, the nearest first: a name,
 * an ARN or null says it for all kinds, and a map for the kinds that it names.
 */
export function boundariesOf(
  levels: readonly WrittenBoundary[],
  partition: Partition,
  accountId: string,
): Boundaries {
  const bounds = BOUNDARY_KINDS.map((kind): [BoundaryKind, Bound] => {
    const { value, path, isLeftOut } = writtenFor(kind, levels);
    const arn = typeof value === "string" ? boundaryArn(partition, accountId, value) : undefined;
    return [kind, { arn, path, isLeftOut }];
  });
  return Object.fromEntries(bounds) as Record<BoundaryKind, Bound>;
}

function writtenFor(
  kind: BoundaryKind,
  levels: readonly WrittenBoundary[],
): Omit<Bound, "arn"> & { readonly value: unknown } {
  let leftOut: Path | undefined;
  for (const { value, path } of levels) {
    if (!isMap(value)) {
      if (value !== undefined) {
        return { value, path, isLeftOut: false };
      }
    } else if (Object.hasOwn(value, kind)) {
      return { value: valueAt(value, [kind]), path: [...path, kind], isLeftOut: false };
    } else {
      leftOut ??= path;
    }
  }
  return { value: undefined, path: leftOut, isLeftOut: leftOut !== undefined };
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
