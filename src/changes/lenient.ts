import { type Boundaries, boundariesOf } from "../accounts/boundaries";
import type { ParsedDocument } from "../accounts/document";
import type { Lifecycle } from "../accounts/model";
import { aliasOf, DEFAULT_NAME, groupOf, type StackMode, stackName } from "../accounts/names";
import type { Path } from "../accounts/problem";
import { DEFAULT_REGION } from "../accounts/rules";
import { valueAt } from "../accounts/values";
import { inPathUnlessNamed } from "../aws/arns";
import { type Partition, partitionOf } from "../aws/partitions";
import type { Feature } from "../features/feature";
import { settingsOf } from "./settings";
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
export function readLeniently(document: ParsedDocument, features: readonly Feature[]): Snapshot {
  return new LenientReader(document, features).read();
}

class LenientReader {
  /** Before files had names, every one of them was of the default one. */
  private readonly name: string;
  private readonly stacks: StackMode;
  private readonly partition: Partition;
  private readonly source: SourceSnapshot;

  constructor(
    private readonly document: ParsedDocument,
    private readonly features: readonly Feature[],
  ) {
    this.name = this.text(["name"]) ?? DEFAULT_NAME;
    this.stacks = this.text(["stacks"]) === "per_account" ? "per_account" : "grouped";
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
      stacks: this.stacks,
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
    const iamPath = this.iamPath(["defaults"]);
    const makesPmmRole = this.value(["source", "create_pmm_ec2_role"]) === true;
    const name = this.text(["source", "pmm_ec2_role_name"]);
    return {
      accountId,
      region,
      pmmRoleName: name !== undefined && makesPmmRole ? inPathUnlessNamed(iamPath, name) : name,
      makesPmmRole,
      additionalPrincipals: Array.isArray(principals) ? principals.map(String).sort() : [],
      boundaries: this.boundaries([["source"], ["defaults"]], accountId),
      iamPath,
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
    const [entry, defaults] = [this.value(path), this.value(["defaults"])];
    const [accountId, alias] = [text("account_id"), aliasOf(name)];
    const group = groupOf(this.stacks, { name, group: text("group") });
    const isSource = accountId !== undefined && accountId === this.source.accountId;
    const ownIamPath = this.value([...path, "iam_path"]) !== undefined;
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
      boundaries: this.boundaries([path, ...(isSource ? [["source"]] : []), ["defaults"]], accountId),
      iamPath: this.iamPath(ownIamPath ? path : ["defaults"]),
      ownIamPath,
      ...settingsOf({ entry, defaults, alias }, this.features),
      path,
    };
  }

  /** `parts` are the mappings that may say it, the nearest first. */
  private boundaries(parts: readonly Path[], accountId: string | undefined): Boundaries {
    const levels = parts.map((part) => {
      const path = [...part, "permissions_boundary"];
      return { value: this.value(path), path };
    });
    return boundariesOf(levels, this.partition, accountId ?? "");
  }

  private iamPath(part: Path): string {
    return this.text([...part, "iam_path"]) ?? "/";
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
