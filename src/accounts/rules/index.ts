import { parseRoleArn } from "../../aws/arns";
import { TAGS } from "../../aws/limits";
import { type Partition, partitionOf } from "../../aws/partitions";
import { type AccountsFile, place } from "../file";
import { error, type Finding, type Path, warning } from "../problem";
import { valueAt } from "../values";
import { shown } from "../wording";
import { lifecycleRules } from "./lifecycle";

/** The region of what names none. */
export const DEFAULT_REGION = "us-east-1";

/** The tag that the modules put on users beside the file's own. */
const OWN_TAGS = 1;

type Rule = (file: AccountsFile) => Iterable<Finding>;

/** The rules that belong to no single feature. Each is a pure function of the file. */
export const RULES: readonly Rule[] = [
  uniqueAccounts,
  adminRoles,
  onePartition,
  boundaries,
  sourceRules,
  teleportRules,
  secretsReaders,
  tagRules,
  lifecycleRules,
];

/** Says of each repeated value where it stands first. */
export function* repeated(
  file: Pick<AccountsFile, "document">,
  values: Iterable<{ readonly value: string; readonly path: Path }>,
  rule: string,
  message: (value: string, first: string) => string,
): Iterable<Finding> {
  const first = new Map<string, Path>();
  for (const { value, path } of values) {
    const earlier = first.get(value);
    if (earlier === undefined) {
      first.set(value, path);
    } else {
      yield error(path, rule, message(value, place(file, earlier)));
    }
  }
}

function* uniqueAccounts(file: AccountsFile): Iterable<Finding> {
  yield* repeated(
    file,
    rawTexts(file, "name"),
    "name",
    (name, first) => `the account name "${name}" is taken at ${first}; give each account its own`,
  );
  yield* repeated(
    file,
    rawTexts(file, "account_id"),
    "account-id",
    (id, first) => `account_id "${id}" is there already at ${first}; expected each AWS account once`,
  );
}

/** A key of every account as it stands in the file, also of accounts that are misshapen elsewhere. */
function* rawTexts(file: AccountsFile, key: string): Iterable<{ value: string; path: Path }> {
  const accounts = valueAt(file.document.plain, ["accounts"]);
  for (const index of Array.isArray(accounts) ? accounts.keys() : []) {
    const path = ["accounts", index, key];
    const value = valueAt(file.document.plain, path);
    if (typeof value === "string") {
      yield { value, path };
    }
  }
}

function* adminRoles(file: AccountsFile): Iterable<Finding> {
  for (const { path, input } of file.entries) {
    const isSource = input.account_id === file.source?.account_id;
    const own = input.admin_role_name;
    if (isSource && own !== undefined && (own ?? undefined) !== (file.source?.admin_role_name ?? undefined)) {
      yield error(
        [...path, "admin_role_name"],
        "admin-role-name",
        "this is the source account, which takes its admin_role_name from `source`; take the key away here",
      );
    }
    if (!isSource && own === null) {
      yield error(
        [...path, "admin_role_name"],
        "admin-role-name",
        `admin_role_name is empty; expected the role that Terraform assumes in "${input.name}", such as AWSControlTowerExecution`,
      );
    } else if (
      !isSource &&
      file.source !== undefined &&
      own === undefined &&
      valueAt(file.document.plain, ["defaults", "admin_role_name"]) == null
    ) {
      yield error(
        path,
        "admin-role-name",
        `admin_role_name is missing: neither "${input.name}" nor defaults has one; expected the role that Terraform assumes there, such as admin_role_name: AWSControlTowerExecution`,
        "key",
      );
    }
  }
}

/**
 * The partition of the source account; every other place has to be in it. undefined where the region that says
 * so is misshapen.
 */
export function partitionOfFile(
  file: Pick<AccountsFile, "source" | "defaults" | "document">,
): Partition | undefined {
  const { source, defaults } = file;
  const misread =
    defaults.region === undefined && valueAt(file.document.plain, ["defaults", "region"]) !== undefined;
  if (source === undefined || (source.region === undefined && misread)) {
    return undefined;
  }
  return partitionOf(source.region ?? defaults.region ?? DEFAULT_REGION);
}

function* onePartition(file: AccountsFile): Iterable<Finding> {
  const partition = partitionOfFile(file);
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

function* boundaries(file: AccountsFile): Iterable<Finding> {
  const { source, defaults } = file;
  if (source === undefined) {
    return;
  }
  yield* boundaryFindings(
    file,
    ["source", "permissions_boundary"],
    source.permissions_boundary,
    source.account_id,
  );
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
      `this ARN is of account ${ownerOf(defaults.permissions_boundary)}, and "${inheriting.name}" is account ${inheriting.account_id}; expected the policy's name alone, which stands for the policy of that name in each account`,
    );
  } else {
    yield* boundaryPartition(file, ["defaults", "permissions_boundary"], defaults.permissions_boundary);
  }
  for (const { path, input } of file.entries) {
    yield* boundaryFindings(
      file,
      [...path, "permissions_boundary"],
      input.permissions_boundary,
      input.account_id,
    );
  }
}

function* boundaryFindings(
  file: AccountsFile,
  path: Path,
  boundary: string | null | undefined,
  accountId: string,
): Iterable<Finding> {
  if (isForeign(boundary, accountId)) {
    yield error(
      path,
      "permissions-boundary",
      `this ARN is of account ${ownerOf(boundary)}; expected a policy of account ${accountId} or of aws, or the policy's name alone`,
    );
  } else {
    yield* boundaryPartition(file, path, boundary);
  }
}

function* boundaryPartition(
  file: AccountsFile,
  path: Path,
  boundary: string | null | undefined,
): Iterable<Finding> {
  const partition = partitionOfFile(file);
  if (partition !== undefined && boundary?.startsWith("arn:") && boundary.split(":")[1] !== partition) {
    yield error(
      path,
      "partition",
      `this ARN is in the partition ${boundary.split(":")[1]}; expected ${partition}, the source account's`,
    );
  }
}

function isForeign(boundary: string | null | undefined, accountId: string): boolean {
  const owner = ownerOf(boundary);
  return owner !== undefined && owner !== "aws" && owner !== accountId;
}

/** The account in a policy's ARN; undefined for a name. */
function ownerOf(boundary: string | null | undefined): string | undefined {
  return boundary?.startsWith("arn:") ? boundary.split(":")[4] : undefined;
}

function* sourceRules({ source }: AccountsFile): Iterable<Finding> {
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
          "this is the PMM EC2 role, which is trusted already; take it away",
        );
      }
    }
  }
}

function* teleportRules(file: AccountsFile): Iterable<Finding> {
  const accountId = file.teleport?.account_id;
  if (accountId === undefined || file.source === undefined || accountId === file.source.account_id) {
    return;
  }
  const listed = [...rawTexts(file, "account_id")].some(({ value }) => value === accountId);
  if (!listed) {
    yield error(
      ["teleport", "account_id"],
      "teleport",
      `account ${accountId} is neither the source nor one of the accounts; list it under accounts, or leave account_id out if Teleport runs in the source account`,
    );
  }
}

function* secretsReaders(file: AccountsFile): Iterable<Finding> {
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

function* tagRules(file: AccountsFile): Iterable<Finding> {
  const defaults = file.defaults.tags ?? {};
  yield* droppedTags(file, ["defaults", "tags"]);
  yield* tooManyTags(Object.keys(defaults).length, ["defaults", "tags"]);
  yield* sameTags(
    file,
    Object.keys(defaults).map((key) => ({ key, path: ["defaults", "tags", key] })),
  );
  for (const { path, input } of file.entries) {
    if (input.tags == null) {
      continue;
    }
    const own = Object.keys(input.tags).map((key) => ({ key, path: [...path, "tags", key] }));
    const inherited = Object.keys(defaults)
      .filter((key) => !Object.hasOwn(input.tags ?? {}, key))
      .map((key) => ({ key, path: ["defaults", "tags", key] as Path }));
    yield* sameTags(file, [...inherited, ...own]);
    yield* droppedTags(file, [...path, "tags"]);
    yield* tooManyTags(inherited.length + own.length, [...path, "tags"]);
  }
}

/** The schema's library leaves this one key out of what it reads, so that it would be lost. */
function* droppedTags(file: AccountsFile, path: Path): Iterable<Finding> {
  const key = [...path, "__proto__"];
  if (valueAt(file.document.plain, key) !== undefined) {
    yield error(key, "tag-key", 'the tag key "__proto__" is reserved; give the tag another name', "key");
  }
}

function* tooManyTags(count: number, path: Path): Iterable<Finding> {
  if (count > TAGS - OWN_TAGS) {
    yield error(
      path,
      "tags",
      `${count} tags, those of defaults included; expected at most ${TAGS - OWN_TAGS}: AWS allows ${TAGS}, and one is the program's own`,
      "key",
    );
  }
}

function* sameTags(file: AccountsFile, tags: readonly { key: string; path: Path }[]): Iterable<Finding> {
  const first = new Map<string, { key: string; path: Path }>();
  for (const tag of tags) {
    const earlier = first.get(tag.key.toLowerCase());
    if (earlier === undefined) {
      first.set(tag.key.toLowerCase(), tag);
    } else {
      const { line, column } = file.document.locate(earlier.path, "key");
      yield error(
        tag.path,
        "tags",
        `the tag ${shown(tag.key)} differs only in case from ${shown(earlier.key)} at ${line}:${column}; IAM takes them for one: write both alike`,
        "key",
      );
    }
  }
}
