import type { Account, Deployment } from "../../accounts/model";
import { iamArn, inPath } from "../../aws/arns";
import { keyHandover } from "../access-key";
import { instanceIn } from "../feature";
import { attachInstanceProfile, type Handover, outputOf } from "../handover";
import type { Identity } from "../identity";
import { type AgentRole, INSTANCE, ROLES, USERS } from "./kinds";

/** What is handed on of the roles and users that an account has. */
export function handoversOf(
  made: readonly Identity[],
  account: Account,
  deployment: Deployment,
): readonly Handover[] {
  const { name: instance } = instanceIn(account, INSTANCE);
  return made.flatMap((identity) => {
    const role = ROLES.find(({ name }) => identity.kind === "role" && identity.name === name);
    if (role !== undefined) {
      return [roleHandover(role, identity, { account, deployment, instance })];
    }
    const user = USERS.find(({ name }) => identity.name === name);
    const of = (output: string) => `${output}["${user?.kind}"]`;
    return keyHandover(identity, deployment, {
      instance,
      outputs: { arn: of("user_arns"), secretArn: of("secret_arns"), secretName: of("secret_names") },
      to:
        user?.kind === "admin"
          ? "the server outside EC2 that stores the CloudWatch agent's configuration"
          : "servers outside EC2 that run the CloudWatch agent",
      steps: [
        `Put the key into the profile AmazonCloudWatchAgent of each server: aws configure --profile AmazonCloudWatchAgent`,
      ],
    });
  });
}

interface Place {
  readonly account: Account;
  readonly deployment: Deployment;
  readonly instance: string;
}

function roleHandover(
  { kind, trusts }: AgentRole,
  { name, arn }: Identity,
  { account: { accountId, iamPath, region }, deployment: { partition }, instance }: Place,
): Handover {
  const isAdmin = kind === "admin";
  const key: Handover["key"] = ["cloudwatch_agent", kind];
  const role = { role_arn: outputOf(instance, `role_arns["${kind}"]`, arn) };
  if (trusts === "systems_manager") {
    return {
      to: "servers outside EC2 that run the CloudWatch agent",
      key,
      facts: role,
      steps: [
        `Make a hybrid activation with the role, and register each server with its code: aws ssm create-activation --region ${region} --iam-role ${inPath(iamPath, name)} --registration-limit <number of servers>`,
      ],
    };
  }
  const profile = iamArn(partition, accountId, "instance-profile", inPath(iamPath, name));
  return {
    to: isAdmin
      ? "the EC2 instance that stores the CloudWatch agent's configuration"
      : "EC2 instances that run the CloudWatch agent",
    key,
    facts: {
      instance_profile_arn: outputOf(instance, `instance_profile_arns["${kind}"]`, profile),
      ...role,
    },
    steps: [
      attachInstanceProfile(name, region),
      ...(isAdmin ? ["Detach it once the configuration is stored, and set admin_role: false."] : []),
    ],
  };
}
