import type { AccessModel } from "../access/model";
import type { ParsedDocument } from "../accounts/document";
import type { Account, Lifecycle } from "../accounts/model";
import { aliasOf, DEFAULT_NAME, stackName } from "../accounts/names";
import type { Path } from "../accounts/problem";
import { DEFAULT_REGION } from "../accounts/rules";
import { valueAt } from "../accounts/values";
import { boundaryArn } from "../aws/arns";
import { partitionOf } from "../aws/partitions";
import { type KeyedUserSnapshot, keyedUsersOf } from "./keyed-users";

/** What of accounts.yaml a change is judged by. */
export interface Snapshot {
  /** The deployment's; undefined for a file that was not there. */
  readonly name: string | undefined;
  readonly source: SourceSnapshot;
  readonly accounts: readonly AccountSnapshot[];
  /** Entries without a name, whose fate nobody can tell; 1 for all that stands in place of a list. */
  readonly nameless: number;
}

export interface SourceSnapshot {
  readonly accountId: string | undefined;
  /** ARN. */
  readonly boundary: string | undefined;
  readonly assumePolicy: string;
  readonly organizationId: string | undefined;
}

export interface AccountSnapshot {
  readonly name: string;
  /** The name as Terraform takes it in an address. */
  readonly alias: string;
  readonly accountId: string | undefined;
  readonly stack: string;
  readonly lifecycle: Lifecycle;
  /** ARN. */
  readonly boundary: string | undefined;
  /** Whether the entry says so itself. */
  readonly ownBoundary: boolean;
  readonly users: readonly KeyedUserSnapshot[];
  readonly path: Path;
}

/** The stacks that a file makes: the main one is there even without accounts of its own. */
export function stacksOf({ name, accounts }: Snapshot): ReadonlySet<string> {
  return new Set([...(name === undefined ? [] : [stackName(name)]), ...accounts.map(({ stack }) => stack)]);
}

/** Of today's file, which has passed every rule. */
export function snapshotOf({ deployment: { name, source, accounts } }: AccessModel): Snapshot {
  return {
    name,
    source: {
      accountId: source.accountId,
      boundary: source.permissionsBoundary,
      assumePolicy: source.assumePolicy,
      organizationId: source.organizationId,
    },
    accounts: accounts.map((account) => ({
      name: account.name,
      alias: account.alias,
      accountId: account.accountId,
      stack: account.stack,
      lifecycle: account.lifecycle,
      boundary: account.permissionsBoundary,
      ownBoundary: account.input.permissions_boundary !== undefined,
      users: keyedUsersOf(account.input),
      path: account.path,
    })),
    nameless: 0,
  };
}

/**
 * Of a file from before, which may break rules that have come since, or have another shape: what can be read is
 * read, and the rest counts as not there.
 */
export function readLeniently(document: ParsedDocument): Snapshot {
  const text = (path: Path): string | undefined => textAt(document, path);
  // Before files had names, every one of them was this deployment.
  const deployment = text(["name"]) ?? DEFAULT_NAME;
  const region = text(["source", "region"]) ?? text(["defaults", "region"]) ?? DEFAULT_REGION;
  const partition = partitionOf(region) ?? "aws";
  const sourceId = text(["source", "account_id"]);
  const boundary = (path: Path, accountId: string | undefined): string | undefined => {
    const isSaid = valueAt(document.plain, path) !== undefined;
    const name = isSaid ? text(path) : text(["defaults", "permissions_boundary"]);
    return name === undefined ? undefined : boundaryArn(partition, accountId ?? "", name);
  };
  const sourceBoundary = boundary(["source", "permissions_boundary"], sourceId);

  const listed = valueAt(document.plain, ["accounts"]);
  const entries: readonly unknown[] = Array.isArray(listed) ? listed : [];
  const accounts = entries.flatMap((entry, index): AccountSnapshot[] => {
    const path = ["accounts", index];
    const name = text([...path, "name"]);
    if (name === undefined) {
      return [];
    }
    const accountId = text([...path, "account_id"]);
    const isSource = accountId !== undefined && accountId === sourceId;
    const own = [...path, "permissions_boundary"];
    const ownBoundary = valueAt(document.plain, own) !== undefined;
    return [
      {
        name,
        alias: aliasOf(name),
        accountId,
        stack: stackName(deployment, text([...path, "group"])),
        lifecycle: lifecycleOf(text([...path, "lifecycle"])),
        boundary: isSource && !ownBoundary ? sourceBoundary : boundary(own, accountId),
        ownBoundary,
        users: keyedUsersOf(entry),
        path,
      },
    ];
  });
  return {
    name: deployment,
    source: {
      accountId: sourceId,
      boundary: sourceBoundary,
      assumePolicy: text(["source", "assume_policy"]) ?? "explicit",
      organizationId: text(["source", "organization_id"]),
    },
    accounts,
    nameless: Array.isArray(listed) ? entries.length - accounts.length : 1,
  };
}

/** Whether a file has what every accounts file has. */
export function isAccountsFile({ plain }: ParsedDocument): boolean {
  return ["source", "accounts"].every((key) => valueAt(plain, [key]) !== undefined);
}

/** The account ids under `accounts`, of a file that may break rules. */
export function accountIdsOf(document: ParsedDocument): ReadonlySet<string> {
  const listed = valueAt(document.plain, ["accounts"]);
  const entries: readonly unknown[] = Array.isArray(listed) ? listed : [];
  return new Set(entries.flatMap((_, index) => textAt(document, ["accounts", index, "account_id"]) ?? []));
}

/** Text, or a number as it is written: an account id without quotes is a number to YAML, and an id to its author. */
function textAt(document: ParsedDocument, path: Path): string | undefined {
  const value = valueAt(document.plain, path);
  return typeof value === "number" ? document.written(path) : typeof value === "string" ? value : undefined;
}

/** A file that was not there: everything of today is new. */
export const NOTHING: Snapshot = {
  name: undefined,
  source: { accountId: undefined, boundary: undefined, assumePolicy: "explicit", organizationId: undefined },
  accounts: [],
  nameless: 0,
};

function lifecycleOf(written: string | undefined): Account["lifecycle"] {
  return written === "retiring" || written === "closed" ? written : "active";
}
