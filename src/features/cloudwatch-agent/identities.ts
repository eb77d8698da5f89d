import type { Account, Deployment } from "../../accounts/model";
import type { Path } from "../../accounts/problem";
import { iamArn, inPath } from "../../aws/arns";
import { descriptionOf } from "../../aws/descriptions";
import {
  CLOUDWATCH_AGENT,
  CLOUDWATCH_AGENT_PARAMETER_POLICY,
  CLOUDWATCH_AGENT_SOURCES_POLICY,
  cloudwatchAgentSecretName,
} from "../../aws/names";
import { trustEc2, trustHybridActivations } from "../../aws/policies";
import { accessKeyOf, generationTag, rotatingKeys, sourcesPolicy } from "../access-key";
import { instanceIn } from "../feature";
import {
  awsPolicy,
  type Identity,
  type IdentityPolicy,
  inlinePolicy,
  madeIn,
  managedPolicy,
} from "../identity";
import { agentDocument } from "./documents";
import {
  type AgentRole,
  type AgentUser,
  type Asked,
  BOUNDED_AS,
  INSTANCE,
  POLICY_PURPOSES,
  ROLES,
  USERS,
} from "./kinds";

/** Without it Systems Manager cannot manage the servers of a hybrid activation. */
const HYBRID_MANAGED_POLICY = "AmazonSSMManagedInstanceCore";

const REMEDY = "give fewer or shorter parameter_prefixes";

/** The roles and users that an account asks for. */
export function identitiesOf(asked: Asked, account: Account, deployment: Deployment): Identity[] {
  const place = { asked, account, deployment };
  return [
    ...ROLES.flatMap((role) => (asked.settings[role.key] ? [roleOf(role, place)] : [])),
    ...USERS.flatMap((user) => userOf(user, place)),
  ];
}

/** Where an identity belongs. */
interface Place {
  readonly asked: Asked;
  readonly account: Account;
  readonly deployment: Deployment;
}

function roleOf(role: AgentRole, place: Place): Identity {
  const { asked, account, deployment } = place;
  const { partition } = deployment;
  const { kind, key, name, purpose } = role;
  const at = addressesIn(account, kind);
  const path = [...asked.path, key];
  return madeIn(account, deployment, {
    kind: "role",
    boundedAs: BOUNDED_AS,
    name,
    purpose,
    address: at("aws_iam_role.agent"),
    trust: role.trusts === "ec2" ? trustEc2(partition) : trustHybridActivations(partition, account.accountId),
    policies: [
      agentPolicy(role.policy, place, { path, attachment: at("aws_iam_role_policy_attachment.agent") }),
      ...systemsManagerPolicies(role, place),
    ],
    instanceProfile:
      role.trusts === "ec2" ? { name, address: at("aws_iam_instance_profile.agent") } : undefined,
    asked: { what: `the CloudWatch agent's ${kind} role in "${account.name}"`, path },
  });
}

/** AWS's policy reads every parameter of the account, so a Deny is beside it. */
function systemsManagerPolicies(role: AgentRole, { asked, account, deployment }: Place): IdentityPolicy[] {
  const { ssm_managed_policy, parameter_prefixes } = asked.settings;
  const isHybrid = role.trusts === "systems_manager";
  const name = ssm_managed_policy ?? (isHybrid ? HYBRID_MANAGED_POLICY : undefined);
  if (name === undefined) {
    return [];
  }
  const at = addressesIn(account, role.kind);
  const path = [...asked.path, ssm_managed_policy === null ? role.key : "ssm_managed_policy"];
  const { partition } = deployment;
  return [
    awsPolicy(partition, name, { address: at("aws_iam_role_policy_attachment.ssm"), path }),
    inlinePolicy(
      CLOUDWATCH_AGENT_PARAMETER_POLICY,
      agentDocument("parameter-store-deny", partition, parameter_prefixes),
      { address: at("aws_iam_role_policy.parameter_store"), path, remedy: REMEDY },
    ),
  ];
}

function userOf({ kind, key, name }: AgentUser, place: Place): Identity[] {
  const { asked, account, deployment } = place;
  const accessKey = accessKeyOf(asked.settings[key]);
  if (accessKey === undefined) {
    return [];
  }
  const path = [...asked.path, key];
  const at = addressesIn(account, kind);
  const made = madeIn(account, deployment, {
    kind: "user",
    boundedAs: BOUNDED_AS,
    name,
    address: at("aws_iam_user.agent"),
    policies: [
      agentPolicy(kind, place, { path, attachment: at("aws_iam_user_policy_attachment.agent") }),
      ...sourcesPolicy(accessKey, {
        name: CLOUDWATCH_AGENT_SOURCES_POLICY,
        address: at("aws_iam_user_policy.allowed_sources"),
        path,
      }),
    ],
    tags: generationTag(accessKey),
    keys: rotatingKeys(accessKey, deployment, {
      name: cloudwatchAgentSecretName(name, account.name),
      address: `${at("module.key")}.aws_secretsmanager_secret.key`,
    }),
    asked: { what: `the CloudWatch agent's on-premises ${kind} user in "${account.name}"`, path },
  });
  return [made];
}

/** The managed policy of a kind of agent, which its roles and its user share. */
function agentPolicy(
  kind: AgentUser["kind"],
  { asked, account, deployment: { partition } }: Place,
  { path, attachment }: { readonly path: Path; readonly attachment: string },
): IdentityPolicy {
  const description = descriptionOf(POLICY_PURPOSES[kind], account.stack);
  return managedPolicy(
    { ...agentPolicyName(kind, account, partition), description },
    agentDocument(kind, partition, asked.settings.parameter_prefixes),
    { addresses: [addressesIn(account, kind)("aws_iam_policy.agent"), attachment], path, remedy: REMEDY },
  );
}

/** What the policy of a kind of agent is called in an account. */
export function agentPolicyName(
  kind: AgentUser["kind"],
  { accountId, iamPath }: Account,
  partition: Deployment["partition"],
): { name: string; arn: string } {
  const { policy: name } = CLOUDWATCH_AGENT[kind];
  return { name, arn: iamArn(partition, accountId, "policy", inPath(iamPath, name)) };
}

function addressesIn(account: Account, kind: string): (resource: string) => string {
  const { name } = instanceIn(account, INSTANCE);
  return (resource) => `module.${name}.${resource}["${kind}"]`;
}
