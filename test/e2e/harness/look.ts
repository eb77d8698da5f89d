import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  ListAccessKeysCommand,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListInstanceProfilesCommand,
  ListPoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
} from "@aws-sdk/client-iam";
import { GetSecretValueCommand, ListSecretsCommand } from "@aws-sdk/client-secrets-manager";
import type { Account } from "./accounts";
import type { Lab } from "./lab";

/** Where the tests' secrets may be. */
const REGIONS = ["us-east-1", "eu-west-1"];

/** All that accounts hold, one line each: `222222222222 role AmazonRDSforPMMrole`. */
export async function inventory(lab: Lab, accountIds: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  for (const id of accountIds) {
    const { iam, secrets } = await lab.account(id);
    const { Roles = [] } = await iam.send(new ListRolesCommand({}));
    const { Users = [] } = await iam.send(new ListUsersCommand({}));
    const { Policies = [] } = await iam.send(new ListPoliciesCommand({ Scope: "Local" }));
    const { InstanceProfiles = [] } = await iam.send(new ListInstanceProfilesCommand({}));
    const named: [kind: string, names: (string | undefined)[]][] = [
      ["instance-profile", InstanceProfiles.map(({ InstanceProfileName }) => InstanceProfileName)],
      ["policy", Policies.map(({ PolicyName }) => PolicyName)],
      ["role", Roles.map(({ RoleName }) => RoleName)],
      ["user", Users.map(({ UserName }) => UserName)],
    ];
    for (const region of REGIONS) {
      // A secret in its recovery window would be left over too.
      const { SecretList = [] } = await secrets(region).send(
        new ListSecretsCommand({ IncludePlannedDeletion: true }),
      );
      named.push([`secret in ${region}`, SecretList.map(({ Name }) => Name)]);
    }
    lines.push(...named.flatMap(([kind, names]) => names.sort().map((name) => `${id} ${kind} ${name}`)));
  }
  return lines;
}

export interface Key {
  readonly id: string;
  readonly status: string;
}

export async function keysOf({ iam }: Account, user: string): Promise<Key[]> {
  const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName: user }));
  return AccessKeyMetadata.map(({ AccessKeyId = "", Status = "" }) => ({ id: AccessKeyId, status: Status }));
}

/** What a secret of ours holds. */
export interface SecretKey {
  readonly access_key_id: string;
  readonly secret_access_key: string;
  readonly account_id: string;
  readonly generation: number;
}

export async function secretOf(
  { secrets }: Account,
  name: string,
  { region = "us-east-1", stage = "AWSCURRENT" } = {},
): Promise<SecretKey> {
  const { SecretString = "" } = await secrets(region).send(
    new GetSecretValueCommand({ SecretId: name, VersionStage: stage }),
  );
  return JSON.parse(SecretString) as SecretKey;
}

/** A role's trust policy, as AWS holds it. */
export async function trustOf({ iam }: Account, role: string): Promise<string> {
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: role }));
  return decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "");
}

/** A role's inline policies by name, as AWS holds them. */
export async function rolePolicies({ iam }: Account, role: string): Promise<Record<string, string>> {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName: role }));
  const documents = PolicyNames.sort().map(async (name) => {
    const found = await iam.send(new GetRolePolicyCommand({ RoleName: role, PolicyName: name }));
    return [name, decodeURIComponent(found.PolicyDocument ?? "")] as const;
  });
  return Object.fromEntries(await Promise.all(documents));
}

/** A user's inline policies by name, as AWS holds them. */
export async function userPolicies({ iam }: Account, user: string): Promise<Record<string, string>> {
  const { PolicyNames = [] } = await iam.send(new ListUserPoliciesCommand({ UserName: user }));
  const documents = PolicyNames.sort().map(async (name) => {
    const found = await iam.send(new GetUserPolicyCommand({ UserName: user, PolicyName: name }));
    return [name, decodeURIComponent(found.PolicyDocument ?? "")] as const;
  });
  return Object.fromEntries(await Promise.all(documents));
}

/** A customer managed policy of the account, as AWS holds it. */
export async function managedPolicy({ id, iam }: Account, name: string): Promise<string> {
  const PolicyArn = `arn:aws:iam::${id}:policy/${name}`;
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
  const { PolicyVersion } = await iam.send(
    new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId }),
  );
  return decodeURIComponent(PolicyVersion?.Document ?? "");
}

/** ARNs of the managed policies on a role. */
export async function attachedToRole({ iam }: Account, role: string): Promise<string[]> {
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: role }));
  return AttachedPolicies.map(({ PolicyArn = "" }) => PolicyArn).sort();
}

/** ARNs of the managed policies on a user. */
export async function attachedToUser({ iam }: Account, user: string): Promise<string[]> {
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName: user }));
  return AttachedPolicies.map(({ PolicyArn = "" }) => PolicyArn).sort();
}

/** A role made by hand, as an EC2 instance's is. */
export async function makeRole({ iam }: Account, name: string, path = "/"): Promise<void> {
  const statement = {
    Effect: "Allow",
    Principal: { Service: "ec2.amazonaws.com" },
    Action: "sts:AssumeRole",
  };
  const trust = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await iam.send(new CreateRoleCommand({ RoleName: name, Path: path, AssumeRolePolicyDocument: trust }));
}

/** Deletes a role by hand, with its inline policies. */
export async function dropRole(account: Account, name: string): Promise<void> {
  for (const policy of Object.keys(await rolePolicies(account, name))) {
    await account.iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName: policy }));
  }
  await account.iam.send(new DeleteRoleCommand({ RoleName: name }));
}

/** A document that nobody of ours would attach. */
export const BY_HAND =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}';

/** A customer managed policy made by hand. */
export async function makePolicy({ iam }: Account, name: string, path = "/"): Promise<string> {
  const { Policy } = await iam.send(
    new CreatePolicyCommand({ PolicyName: name, Path: path, PolicyDocument: BY_HAND }),
  );
  return Policy?.Arn ?? "";
}

export async function attachToRole({ iam }: Account, role: string, arn: string): Promise<void> {
  await iam.send(new AttachRolePolicyCommand({ RoleName: role, PolicyArn: arn }));
}
