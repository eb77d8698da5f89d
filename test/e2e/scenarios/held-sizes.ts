import { GetAccountAuthorizationDetailsCommand } from "@aws-sdk/client-iam";
import { GetResourcePolicyCommand, ListSecretsCommand } from "@aws-sdk/client-secrets-manager";
import type { Account } from "../harness/accounts";
import { documentText } from "../harness/held";
import type { Lab } from "../harness/lab";

/** The numbers of characters of the policies that accounts hold, by what synth's messages call each. */
export async function heldSizes(
  lab: Lab,
  accountIds: readonly string[],
  secretsRegion: string,
): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const id of accountIds) {
    const account = await lab.account(id);
    Object.assign(sizes, await ownerSizes(account), await secretSizes(account, secretsRegion));
  }
  return sizes;
}

async function ownerSizes({ id, iam }: Account): Promise<Record<string, number>> {
  const all = await iam.send(
    new GetAccountAuthorizationDetailsCommand({ Filter: ["Role", "User", "LocalManagedPolicy"] }),
  );
  const roles = (all.RoleDetailList ?? []).map((role) => ({
    called: `the role ${role.RoleName} in account ${id}`,
    inline: role.RolePolicyList ?? [],
    trust: role.AssumeRolePolicyDocument,
    attached: role.AttachedManagedPolicies ?? [],
  }));
  const users = (all.UserDetailList ?? []).map((user) => ({
    called: `the user ${user.UserName} in account ${id}`,
    inline: user.UserPolicyList ?? [],
    trust: undefined,
    attached: user.AttachedManagedPolicies ?? [],
  }));
  const managed = new Map(
    (all.Policies ?? []).map(({ Arn, PolicyVersionList: [version] = [] }) => [Arn, version?.Document]),
  );
  const sizes = [...roles, ...users].flatMap(({ called, inline, trust, attached }) => [
    [`the trust policy of ${called}`, size(trust)] as const,
    [
      `the inline policies of ${called}`,
      inline.reduce((sum, { PolicyDocument }) => sum + size(PolicyDocument), 0),
    ] as const,
    ...attached.map(
      ({ PolicyName, PolicyArn }) => [`${PolicyName} on ${called}`, size(managed.get(PolicyArn))] as const,
    ),
  ]);
  return Object.fromEntries(sizes.filter(([, characters]) => characters > 0));
}

async function secretSizes({ secrets }: Account, region: string): Promise<Record<string, number>> {
  const client = secrets(region);
  const { SecretList = [] } = await client.send(new ListSecretsCommand({}));
  const sizes: Record<string, number> = {};
  for (const { Name } of SecretList) {
    const { ResourcePolicy } = await client.send(new GetResourcePolicyCommand({ SecretId: Name }));
    sizes["the resource policy of each secret"] = size(ResourcePolicy);
  }
  return sizes;
}

function size(document: string | undefined): number {
  return documentText(document).length;
}
