import { judged, under } from "../../accounts/effects";
import type { Account, Deployment } from "../../accounts/model";
import {
  cloudwatchAgent as agentSettings,
  cloudwatchAgentEffects,
  DEFAULT_PARAMETER_PREFIXES,
} from "../../accounts/schema";
import { CLOUDWATCH_AGENT, CLOUDWATCH_AGENT_HYBRID_ROLE, cloudwatchAgentSecretName } from "../../aws/names";
import { accessKeyOf, accessKeyVariables } from "../access-key";
import {
  adoptableGrants,
  descriptionVariables,
  type Feature,
  type ImportedObject,
  iamVariables,
  instanceIn,
  type VariableValue,
  variables,
} from "../feature";
import { handoversOf } from "./handovers";
import { agentPolicyName, identitiesOf } from "./identities";
import { type AgentUser, type Asked, askedFor, BOUNDED_AS, INSTANCE, ROLES, USERS } from "./kinds";
import { agentRules } from "./rules";

const keys = {
  cloudwatch_agent: agentSettings
    .nullable()
    .meta({
      description:
        "What the CloudWatch agent needs in this account, in place of what defaults says. null: nothing.",
    })
    .optional(),
};

/** The roles and users of the CloudWatch agent. */
export const cloudwatchAgent: Feature<typeof keys> = {
  keys,
  effects: {
    cloudwatch_agent: judged("destroyed", "role-dropped", "user-dropped"),
    ...under("cloudwatch_agent.", cloudwatchAgentEffects),
  },

  boundedAs: BOUNDED_AS,
  instances: INSTANCE,

  rules: agentRules,

  calls(account, deployment) {
    const asked = askedFor(account.input.cloudwatch_agent, account, deployment);
    if (asked === undefined) {
      return [];
    }
    const makes = identitiesOf(asked, account, deployment);
    return [
      {
        ...instanceIn(account, INSTANCE),
        usesSecrets: true,
        path: asked.path,
        makes,
        handsOn: handoversOf(makes, account, deployment),
        adopts: adoptedBy(asked, account, deployment),
        variables: variablesOf(asked, account, deployment),
      },
    ];
  },

  roles: [
    {
      keys: ["cloudwatch_agent", "server_role"],
      isDefault: true,
      roleName: CLOUDWATCH_AGENT.server.role,
      usedBy: "EC2 instances that run the agent with its instance profile",
    },
    {
      keys: ["cloudwatch_agent", "admin_role"],
      roleName: CLOUDWATCH_AGENT.admin.role,
      usedBy: "the instance that stores the agent's configuration",
    },
    {
      keys: ["cloudwatch_agent", "hybrid_activation"],
      roleName: CLOUDWATCH_AGENT_HYBRID_ROLE,
      usedBy:
        "servers outside EC2 that were registered by a hybrid activation, which Systems Manager loses too",
    },
  ],

  keyedUsers: USERS.map(({ key, name }) => ({
    keys: ["cloudwatch_agent", key],
    userName: name,
    secretName: (account) => cloudwatchAgentSecretName(name, account),
    retires: false,
  })),
};

/** What people make by hand under the same names, of the kinds that the file asks for. */
function adoptedBy({ settings }: Asked, account: Account, { partition }: Deployment): ImportedObject[] {
  const { adopt } = settings;
  const isAdopted = (kind: "role" | "instance_profile" | "policy"): boolean =>
    adopt === true || (adopt !== false && adopt.includes(kind));
  const roles = ROLES.filter(({ key }) => settings[key]);
  const users = USERS.filter(({ key }) => settings[key] !== false);
  const policies = new Set([...roles.map(({ policy }) => policy), ...users.map(({ kind }) => kind)]);
  return [
    ...(isAdopted("role") ? roles : []).flatMap(({ kind, name }) => [
      { address: `aws_iam_role.agent["${kind}"]`, id: name },
      ...adoptableGrants("role", `agent["${kind}"]`, name),
    ]),
    ...(isAdopted("instance_profile") ? roles : [])
      .filter(({ trusts }) => trusts === "ec2")
      .map(({ kind, name }) => ({ address: `aws_iam_instance_profile.agent["${kind}"]`, id: name })),
    ...(isAdopted("policy") ? [...policies] : []).map((kind) => ({
      address: `aws_iam_policy.agent["${kind}"]`,
      id: agentPolicyName(kind, account, partition).arn,
    })),
  ];
}

function variablesOf(
  { settings }: Asked,
  account: Account,
  { secrets }: Deployment,
): Readonly<Record<string, VariableValue>> {
  const isDefault = settings.parameter_prefixes.every((prefix) =>
    DEFAULT_PARAMETER_PREFIXES.includes(prefix),
  );
  return variables({
    server_role: settings.server_role,
    admin_role: settings.admin_role,
    ...Object.fromEntries(USERS.map((user) => [user.key, userVariables(user, settings, account)])),
    hybrid_activation: settings.hybrid_activation || undefined,
    parameter_prefixes: isDefault ? undefined : [...new Set(settings.parameter_prefixes)].sort(),
    ssm_managed_policy: settings.ssm_managed_policy ?? undefined,
    ...iamVariables(account, BOUNDED_AS),
    ...descriptionVariables(account),
    kms_key_id: secrets.kmsKeyId,
    secret_readers: secrets.readers,
  });
}

function userVariables(
  { key, name }: AgentUser,
  settings: Asked["settings"],
  account: Account,
): VariableValue | undefined {
  const accessKey = accessKeyOf(settings[key]);
  return accessKey === undefined
    ? undefined
    : { secret_name: cloudwatchAgentSecretName(name, account.name), ...accessKeyVariables(accessKey) };
}
