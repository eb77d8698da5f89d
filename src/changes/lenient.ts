import type { ParsedDocument } from "../accounts/document";
import type { Lifecycle } from "../accounts/model";
import { aliasOf, DEFAULT_NAME, stackName } from "../accounts/names";
import type { Path } from "../accounts/problem";
import { DEFAULT_REGION } from "../accounts/rules";
import { valueAt } from "../accounts/values";
import { boundaryArn } from "../aws/arns";
import { type Partition, partitionOf } from "../aws/partitions";
import { instancesOf, keyedUsersOf, rolesOf } from "./settings";
import {
  type AccountSnapshot,
  backendPlace,
  type Snapshot,
  type SourceSnapshot,
  type TeleportSnapshot,
} from "./snapshot";

/**
 * Reads a file from before, which may break rules that have come since, or have another shape: what can be read is
 * read, and the rest counts as not there.
 */
export function readLeniently(document: ParsedDocument): Snapshot {
  return new LenientReader(document).read();
}

class LenientReader {
  /** Before files had names, every one of them was of the default one. */
  private readonly name: string;
  private readonly partition: Partition;
  private readonly source: SourceSnapshot;

  constructor(private readonly document: ParsedDocument) {
    this.name = this.text(["name"]) ?? DEFAULT_NAME;
    const region = this.text(["source", "region"]) ?? this.text(["defaults", "region"]) ?? DEFAULT_REGION;
    this.partition = partitionOf(region) ?? "aws";
    this.source = this.readSource(region);
  }

  read(): Snapshot {
    const listed = this.value(["accounts"]);
    const entries: readonly unknown[] = Array.isArray(listed) ? listed : [];
    const accounts = entries.flatMap((_, index) => this.readAccount(["accounts", index]) ?? []);
    return {
      name: this.name,
      backend: this.readBackend(),
      source: this.source,
      teleport: this.readTeleport(),
      accounts,
      nameless: Array.isArray(listed) ? entries.length - accounts.length : 1,
    };
  }

  private readSource(region: string): SourceSnapshot {
    const accountId = this.text(["source", "account_id"]);
    const principals = this.value(["source", "additional_principals"]);
    return {
      accountId,
      region,
      pmmRoleName: this.text(["source", "pmm_ec2_role_name"]),
      makesPmmRole: this.value(["source", "create_pmm_ec2_role"]) === true,
      additionalPrincipals: Array.isArray(principals) ? principals.map(String).sort() : [],
      boundary: this.boundary(["source", "permissions_boundary"], accountId),
      assumePolicy: this.text(["source", "assume_policy"]) ?? "explicit",
      organizationId: this.text(["source", "organization_id"]),
    };
  }

  private readBackend(): string | undefined {
    const s3 = (key: string) => this.value(["backend", "s3", key]);
    return this.value(["backend", "s3"]) === undefined
      ? undefined
      : backendPlace({ bucket: s3("bucket"), region: s3("region"), key_prefix: s3("key_prefix") });
  }

  private readTeleport(): TeleportSnapshot | undefined {
    const text = (key: string) => this.text(["teleport", key]);
    return this.value(["teleport"]) === undefined
      ? undefined
      : {
          accountId: text("account_id") ?? this.source.accountId,
          roleName: text("role_name"),
          externalId: text("external_id"),
        };
  }

  /** undefined where an entry has no name. */
  private readAccount(path: Path): AccountSnapshot | undefined {
    const text = (key: string) => this.text([...path, key]);
    const name = text("name");
    if (name === undefined) {
      return undefined;
    }
    const entry = this.value(path);
    const [accountId, group, alias] = [text("account_id"), text("group"), aliasOf(name)];
    const isSource = accountId !== undefined && accountId === this.source.accountId;
    const own = [...path, "permissions_boundary"];
    const ownBoundary = this.value(own) !== undefined;
    const inherited = isSource ? this.source.region : (this.text(["defaults", "region"]) ?? DEFAULT_REGION);
    return {
      name,
      alias,
      accountId,
      group,
      stack: stackName(this.name, group),
      lifecycle: lifecycleOf(text("lifecycle")),
      region: text("region") ?? inherited,
      ownRegion: this.value([...path, "region"]) !== undefined,
      boundary: isSource && !ownBoundary ? this.source.boundary : this.boundary(own, accountId),
      ownBoundary,
      instances: instancesOf(entry, this.value(["defaults"]), alias),
      roles: rolesOf(entry),
      users: keyedUsersOf(entry),
      path,
    };
  }

  private boundary(path: Path, accountId: string | undefined): string | undefined {
    const isSaid = this.value(path) !== undefined;
    const name = isSaid ? this.text(path) : this.text(["defaults", "permissions_boundary"]);
    return name === undefined ? undefined : boundaryArn(this.partition, accountId ?? "", name);
  }

  private value(path: Path): unknown {
    return valueAt(this.document.plain, path);
  }

  private text(path: Path): string | undefined {
    return textAt(this.document, path);
  }
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

function lifecycleOf(written: string | undefined): Lifecycle {
  return written === "retiring" || written === "closed" ? written : "active";
}
