import {
  type AttachedPolicy,
  type GetAccountAuthorizationDetailsResponse,
  GetPolicyCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListInstanceProfilesCommand,
  ListPolicyTagsCommand,
  type PolicyDetail,
  paginateGetAccountAuthorizationDetails,
  paginateListRoles,
  type Tag,
} from "@aws-sdk/client-iam";
import {
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  type SecretListEntry,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { meaning } from "../../support/policy-meaning";
import type { Account } from "./accounts";
import type { Lab } from "./lab";

/**
 * What AWS holds, or what the model says that it holds: for each role, user, customer managed policy and instance
 * profile by its ARN, and for each secret by `secretHolder`, what is known of it. A policy document is its meaning,
 * so that two that mean the same are the same here.
 */
export type Facts = Map<string, Map<string, string>>;

/** What a secret is called among facts. */
export function secretHolder(accountId: string, region: string, name: string): string {
  return `secret ${name} in ${region} of ${accountId}`;
}

/** The names of the facts, and their values where these are not the obvious ones. */
export const FACT = {
  /** Every holder has it, so that one of which nothing else is known is there. */
  exists: "exists",
  trust: "trust",
  boundary: "boundary",
  /** Of a role and of a managed policy; of a policy, as it was made. */
  description: "description",
  document: "document",
  inline: (name: string) => `inline policy ${name}`,
  attached: (arn: string) => `attached policy ${arn}`,
  role: (arn: string) => `role ${arn}`,
  tag: (key: string) => `tag ${key}`,
  /** Its status. */
  key: (id: string) => `access key ${id}`,
  resourcePolicy: "resource policy",
  kmsKey: "KMS key",
  /** Of the access key that a secret holds: its id, the account of its user, and its generation. */
  heldKey: "holds access key",
  heldAccount: "holds a key of account",
  heldGeneration: "holds generation",
} as const;

/** One more fact of a holder, which may be new. */
export function note(facts: Facts, holder: string, fact: string, value = ""): void {
  const known = facts.get(holder) ?? new Map([[FACT.exists, ""]]);
  known.set(fact, value);
  facts.set(holder, known);
}

/** A document's meaning; the text itself where it is no document. */
export function documentFact(text: string): string {
  return meaning(text) ?? text;
}

/** AWS percent-encodes most documents. */
export function documentText(text = ""): string {
  return text.startsWith("{") ? text : decodeURIComponent(text);
}

/** Reads accounts of the local AWS, each with the secrets of some regions, past Terraform. */
export async function readHeld(
  lab: Pick<Lab, "account">,
  accountIds: Iterable<string>,
  regions: Iterable<string>,
): Promise<Facts> {
  const facts: Facts = new Map();
  await Promise.all(
    [...accountIds].map(async (id) => {
      const account = await lab.account(id);
      await Promise.all([
        readAuthorization(facts, account.iam),
        readRoleDescriptions(facts, account.iam),
        readInstanceProfiles(facts, account.iam),
        ...[...regions].map((region) => readSecrets(facts, account, region)),
      ]);
    }),
  );
  return facts;
}

async function readAuthorization(facts: Facts, iam: IAMClient): Promise<void> {
  const asked = { Filter: ["Role", "User", "LocalManagedPolicy"] } as const;
  for await (const page of paginateGetAccountAuthorizationDetails(
    { client: iam },
    { Filter: [...asked.Filter] },
  )) {
    for (const { AssumeRolePolicyDocument, RolePolicyList, ...role } of page.RoleDetailList ?? []) {
      noteIdentity(facts, { ...role, inline: RolePolicyList });
      note(facts, role.Arn ?? "", FACT.trust, documentFact(documentText(AssumeRolePolicyDocument)));
    }
    for (const { UserPolicyList, ...user } of page.UserDetailList ?? []) {
      noteIdentity(facts, { ...user, inline: UserPolicyList });
      const { AccessKeyMetadata = [] } = await iam.send(
        new ListAccessKeysCommand({ UserName: user.UserName }),
      );
      for (const { AccessKeyId = "", Status } of AccessKeyMetadata)
        note(facts, user.Arn ?? "", FACT.key(AccessKeyId), Status);
    }
    await Promise.all((page.Policies ?? []).map((policy) => readPolicy(facts, iam, policy)));
  }
}

/** The authorization details leave them out. */
async function readRoleDescriptions(facts: Facts, iam: IAMClient): Promise<void> {
  for await (const { Roles = [] } of paginateListRoles({ client: iam }, {})) {
    for (const { Arn: arn = "", Description } of Roles) noteDescription(facts, arn, Description);
  }
}

/** What roles and users have in common. */
interface Found {
  readonly Arn?: string | undefined;
  readonly inline: readonly PolicyDetail[] | undefined;
  readonly AttachedManagedPolicies?: readonly AttachedPolicy[] | undefined;
  readonly PermissionsBoundary?: { readonly PermissionsBoundaryArn?: string | undefined } | undefined;
  readonly Tags?: readonly Tag[] | undefined;
}

function noteIdentity(facts: Facts, found: Found): void {
  const { Arn: arn = "", inline = [], AttachedManagedPolicies = [], PermissionsBoundary, Tags } = found;
  note(facts, arn, FACT.exists);
  for (const { PolicyName = "", PolicyDocument } of inline)
    note(facts, arn, FACT.inline(PolicyName), documentFact(documentText(PolicyDocument)));
  for (const { PolicyArn = "" } of AttachedManagedPolicies) note(facts, arn, FACT.attached(PolicyArn));
  const boundary = PermissionsBoundary?.PermissionsBoundaryArn;
  if (boundary !== undefined) note(facts, arn, FACT.boundary, boundary);
  noteTags(facts, arn, Tags);
}

type ManagedPolicy = NonNullable<GetAccountAuthorizationDetailsResponse["Policies"]>[number];

async function readPolicy(facts: Facts, iam: IAMClient, policy: ManagedPolicy): Promise<void> {
  const { Arn: arn = "", PolicyVersionList = [] } = policy;
  const { Document } = PolicyVersionList.find(({ IsDefaultVersion }) => IsDefaultVersion) ?? {};
  note(facts, arn, FACT.document, documentFact(documentText(Document)));
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: arn }));
  noteDescription(facts, arn, Policy?.Description);
  const { Tags } = await iam.send(new ListPolicyTagsCommand({ PolicyArn: arn }));
  noteTags(facts, arn, Tags);
}

async function readInstanceProfiles(facts: Facts, iam: IAMClient): Promise<void> {
  const { InstanceProfiles = [] } = await iam.send(new ListInstanceProfilesCommand({}));
  for (const { Arn: arn = "", Roles = [], Tags } of InstanceProfiles) {
    note(facts, arn, FACT.exists);
    for (const role of Roles) note(facts, arn, FACT.role(role.Arn ?? ""));
    noteTags(facts, arn, Tags);
  }
}

async function readSecrets(facts: Facts, { id, secrets }: Account, region: string): Promise<void> {
  const client = secrets(region);
  // A secret in its recovery window would be left over too.
  const { SecretList = [] } = await client.send(new ListSecretsCommand({ IncludePlannedDeletion: true }));
  await Promise.all(
    SecretList.map((secret) =>
      readSecret(facts, client, secretHolder(id, region, secret.Name ?? ""), secret),
    ),
  );
}

async function readSecret(
  facts: Facts,
  client: SecretsManagerClient,
  holder: string,
  { ARN: SecretId, KmsKeyId, Tags, DeletedDate }: SecretListEntry,
): Promise<void> {
  note(facts, holder, FACT.exists);
  if (DeletedDate !== undefined) {
    note(facts, holder, "scheduled for deletion");
    return;
  }
  if (KmsKeyId !== undefined) note(facts, holder, FACT.kmsKey, KmsKeyId);
  noteTags(facts, holder, Tags);
  const { ResourcePolicy } = await client.send(new GetResourcePolicyCommand({ SecretId }));
  if (ResourcePolicy !== undefined) note(facts, holder, FACT.resourcePolicy, documentFact(ResourcePolicy));
  const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId }));
  const { access_key_id, account_id, generation } = JSON.parse(SecretString) as Record<string, unknown>;
  note(facts, holder, FACT.heldKey, String(access_key_id));
  note(facts, holder, FACT.heldAccount, String(account_id));
  note(facts, holder, FACT.heldGeneration, String(generation));
}

function noteDescription(facts: Facts, holder: string, description = ""): void {
  if (description !== "") note(facts, holder, FACT.description, description);
}

function noteTags(
  facts: Facts,
  holder: string,
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] = [],
): void {
  for (const { Key = "", Value = "" } of tags) note(facts, holder, FACT.tag(Key), Value);
}
