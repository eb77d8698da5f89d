import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
} from "@aws-sdk/client-iam";
import type { Account } from "./accounts";
import { makePolicy, makeRole } from "./look";

/** The role of AWS's own guide and its instance profile, made by hand, with policies attached in their order. */
export async function makeAgentRole(
  account: Account,
  policies: readonly string[] = ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"],
): Promise<void> {
  const { iam } = account;
  const [RoleName, InstanceProfileName] = ["CloudWatchAgentServerRole", "CloudWatchAgentServerRole"];
  await makeRole(account, RoleName);
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
  for (const PolicyArn of policies) {
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  }
}

/** The policy of the original guide, of the account and not of AWS; its ARN. */
export function makeAgentPolicy(account: Account): Promise<string> {
  return makePolicy(account, "CloudWatchAgentServerPolicy");
}
