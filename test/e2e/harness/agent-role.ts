import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
} from "@aws-sdk/client-iam";
import type { Account } from "./accounts";
import { BY_HAND, makeRole } from "./look";

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
export async function makeAgentPolicy({ iam }: Account): Promise<string> {
  const { Policy } = await iam.send(
    new CreatePolicyCommand({
      PolicyName: "CloudWatchAgentServerPolicy",
      Description: "Made by hand, after the guide.",
      PolicyDocument: BY_HAND,
    }),
  );
  return Policy?.Arn ?? "";
}
