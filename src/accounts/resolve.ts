import { inPathUnlessNamed, roleArn } from "../aws/arns";
import type { Partition } from "../aws/partitions";
import { boundariesOf, type WrittenBoundary } from "./boundaries";
import type { AccountsFile, Entry } from "./file";
import type { Account, Deployment, Secrets, Source, Tags, Teleport } from "./model";
import { aliasOf, groupOf, stackName } from "./names";
import { DEFAULT_REGION } from "./rules";
import type { SourceInput } from "./schema";

/** Applies the defaults. Only for a file that has passed every rule. */
export function resolveDeployment(file: AccountsFile, input: SourceInput, name: string): Deployment {
  const partition = file.partition ?? "aws";
  const source = resolveSource(file, input, partition);
  const accounts = file.entries
    .map((entry) => resolveAccount(file, entry, { name, source, partition }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    name,
    stacks: file.stacks,
    partition,
    folder: file.folder,
    source,
    backend: file.backend,
    teleport: resolveTeleport(file, source, accounts, partition),
    secrets: resolveSecrets(file, source),
    inherited: {
      third_party_monitors: file.defaults.third_party_monitors ?? [],
      modules: file.defaults.modules ?? [],
    },
    cloudwatchAgent: file.defaults.cloudwatch_agent ?? undefined,
    accounts,
  };
}

function resolveSource(file: AccountsFile, input: SourceInput, partition: Partition): Source {
  const iamPath = file.defaults.iam_path ?? "/";
  const pmmRoleName = input.create_pmm_ec2_role
    ? inPathUnlessNamed(iamPath, input.pmm_ec2_role_name)
    : input.pmm_ec2_role_name;
  return {
    accountId: input.account_id,
    region: input.region ?? file.defaults.region ?? DEFAULT_REGION,
    adminRoleName: input.admin_role_name ?? undefined,
    pmmRoleName,
    pmmRoleArn: roleArn(partition, input.account_id, pmmRoleName),
    createPmmRole: input.create_pmm_ec2_role,
    additionalPrincipals: input.additional_principals,
    assumePolicy: input.assume_policy,
    organizationId: input.organization_id,
    boundaries: boundariesOf([ofSource(file), ofDefaults(file)], partition, input.account_id),
    iamPath,
    cloudwatchAgent: input.cloudwatch_agent,
    monitorOwnAccount: input.monitor_own_account,
    tags: sortedTags(file.defaults.tags ?? {}),
  };
}

function resolveAccount(
  file: AccountsFile,
  entry: Entry,
  { name, source, partition }: Pick<Deployment, "name" | "source" | "partition">,
): Account {
  const { path, input } = entry;
  const isSource = input.account_id === source.accountId;
  return {
    name: input.name,
    alias: aliasOf(input.name),
    accountId: input.account_id,
    stack: stackName(name, groupOf(file.stacks, input)),
    region: input.region ?? (isSource ? source.region : (file.defaults.region ?? DEFAULT_REGION)),
    adminRoleName: isSource
      ? source.adminRoleName
      : ((input.admin_role_name === undefined ? file.defaults.admin_role_name : input.admin_role_name) ??
        undefined),
    permissions: input.permissions ?? file.defaults.permissions ?? "standard",
    boundaries: boundariesOf(
      [
        { value: input.permissions_boundary, path: [...path, "permissions_boundary"] },
        ...(isSource ? [ofSource(file)] : []),
        ofDefaults(file),
      ],
      partition,
      input.account_id,
    ),
    iamPath: (input.iam_path === undefined ? file.defaults.iam_path : input.iam_path) ?? "/",
    tags: input.tags === null ? {} : sortedTags({ ...file.defaults.tags, ...input.tags }),
    lifecycle: input.lifecycle,
    adopt: input.adopt === true ? "all" : input.adopt === false ? [] : input.adopt,
    isSource,
    path,
    input,
  };
}

function ofSource({ source }: AccountsFile): WrittenBoundary {
  return { value: source?.permissions_boundary, path: ["source", "permissions_boundary"] };
}

function ofDefaults({ defaults }: AccountsFile): WrittenBoundary {
  return { value: defaults.permissions_boundary, path: ["defaults", "permissions_boundary"] };
}

function resolveTeleport(
  file: AccountsFile,
  source: Source,
  accounts: readonly Account[],
  partition: Partition,
): Teleport | undefined {
  const input = file.teleport;
  if (input === undefined) {
    return undefined;
  }
  const accountId = input.account_id ?? source.accountId;
  return {
    accountId,
    accountName:
      accountId === source.accountId
        ? undefined
        : accounts.find((account) => account.accountId === accountId)?.name,
    roleName: input.role_name,
    roleArn: roleArn(partition, accountId, input.role_name),
    externalId: input.external_id,
    proxyAddress: input.proxy_address,
  };
}

function resolveSecrets(file: AccountsFile, source: Source): Secrets {
  const readers = (file.secrets?.readers ?? []).map((reader) =>
    reader === "pmm_ec2_role" ? source.pmmRoleArn : reader,
  );
  return { kmsKeyId: file.secrets?.kms_key_id, readers: [...new Set(readers)].sort() };
}

function sortedTags(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)));
}
