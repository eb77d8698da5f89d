import { z } from "zod";
import { IN_PLACE, judged, under } from "../accounts/effects";
import { flag, mapping, switchOr } from "../accounts/fields";
import type { Account, Deployment } from "../accounts/model";
import { error, type Path, warning } from "../accounts/problem";
import { iamArn, inPath } from "../aws/arns";
import {
  CLOUDWATCH_AGENT,
  CLOUDWATCH_AGENT_PARAMETER_POLICY,
  CLOUDWATCH_AGENT_SOURCES_POLICY,
  cloudwatchAgentSecretName,
} from "../aws/names";
import { trustEc2 } from "../aws/policies";
import { modulePolicy } from "../modules/own";
import {
  accessKeyEffects,
  accessKeyOf,
  accessKeyRules,
  accessKeyShape,
  accessKeyVariables,
  generationTag,
  rotatingKeys,
  sourcesPolicy,
} from "./access-key";
import { type Feature, iamVariables, instanceIn, type VariableValue, variables } from "./feature";
import { awsPolicy, type IdentityPolicy, inlinePolicy, madeIn, managedPolicy } from "./identity";

const keys = {
  cloudwatch_agent: mapping(
    {
      server_role: flag("The role of EC2 instances that run the agent.").default(true),
      admin_role: flag(
        "The role that may also write the agent's configuration to Parameter Store: on only while one is being stored.",
      ).default(false),
      on_premises_server_user: switchOr(
        accessKeyShape,
        "The user of servers outside AWS that run the agent.",
      ).default(false),
      on_premises_admin_user: switchOr(
        accessKeyShape,
        "The user that may also write the agent's configuration to Parameter Store.",
      ).default(false),
      ssm_managed_policy: z
        .literal("AmazonSSMManagedInstanceCore", {
          error:
            "expected AmazonSSMManagedInstanceCore or null (AmazonEC2RoleforSSM is deprecated by AWS: it opens every S3 object)",
        })
        .nullable()
        .default(null)
        .meta({
          description: "Attached to the roles for Systems Manager; a Deny keeps other parameters shut.",
        }),
    },
    "What the CloudWatch agent needs in this account.",
  ).optional(),
};

type Settings = NonNullable<z.output<typeof keys.cloudwatch_agent>>;

const ADMIN_KEYS = ["admin_role", "on_premises_admin_user"] as const;

/** The kinds of agent, by the keys that ask for them: `agent["server"]` and `agent["admin"]` in Terraform. */
const KINDS = [
  { kind: "server", roleKey: "server_role", userKey: "on_premises_server_user" },
  { kind: "admin", roleKey: "admin_role", userKey: "on_premises_admin_user" },
] as const;

type Kind = (typeof KINDS)[number];

const INSTANCE = { prefix: "cloudwatch_agent", module: "cloudwatch-agent", key: "cloudwatch_agent" };

const BOUNDED_AS = "cloudwatch_agent";

/** The roles and users of the CloudWatch agent. */
export const cloudwatchAgent: Feature<typeof keys> = {
  keys,
  effects: {
    cloudwatch_agent: judged("destroyed", "role-dropped", "user-dropped"),
    "cloudwatch_agent.server_role": judged("destroyed", "role-dropped"),
    "cloudwatch_agent.admin_role": judged("destroyed", "role-dropped"),
    "cloudwatch_agent.on_premises_server_user": judged("destroyed", "user-dropped"),
    ...under("cloudwatch_agent.on_premises_server_user.", accessKeyEffects),
    "cloudwatch_agent.on_premises_admin_user": judged("destroyed", "user-dropped"),
    ...under("cloudwatch_agent.on_premises_admin_user.", accessKeyEffects),
    "cloudwatch_agent.ssm_managed_policy": IN_PLACE,
  },

  boundedAs: BOUNDED_AS,
  instances: INSTANCE,

  *rules(file) {
    for (const entry of file.entries) {
      const settings = entry.input.cloudwatch_agent;
      if (settings === undefined) {
        continue;
      }
      const path = [...entry.path, "cloudwatch_agent"];
      if (
        !settings.server_role &&
        !settings.admin_role &&
        !settings.on_premises_server_user &&
        !settings.on_premises_admin_user
      ) {
        yield error(
          path,
          "cloudwatch-agent",
          "every role and user is off, so nothing would be made; turn one on or remove cloudwatch_agent",
          "key",
        );
      }
      for (const key of ADMIN_KEYS.filter((key) => settings[key] !== false)) {
        yield warning(
          [...path, key],
          "cloudwatch-agent",
          `${key} may write Parameter Store, and every agent runs what it writes; turn it off once the configuration is stored`,
          "key",
        );
      }
      for (const { userKey } of KINDS) {
        const user = settings[userKey];
        if (typeof user === "object") {
          yield* accessKeyRules(user, [...path, userKey]);
        }
      }
    }
  },

  calls(account, deployment) {
    const { secrets } = deployment;
    const settings = account.input.cloudwatch_agent;
    if (settings === undefined) {
      return [];
    }
    return [
      {
        ...instanceIn(account, INSTANCE),
        usesSecrets: true,
        path: [...account.path, "cloudwatch_agent"],
        makes: KINDS.flatMap((kind) => [
          ...(settings[kind.roleKey] ? [roleOf(kind, settings, account, deployment)] : []),
          ...userOf(kind, settings, account, deployment),
        ]),
        variables: variables({
          server_role: settings.server_role,
          admin_role: settings.admin_role,
          ...Object.fromEntries(KINDS.map((kind) => [kind.userKey, userVariables(kind, settings, account)])),
          ssm_managed_policy: settings.ssm_managed_policy ?? undefined,
          ...iamVariables(account, BOUNDED_AS),
          kms_key_id: secrets.kmsKeyId,
          secret_readers: secrets.readers,
        }),
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
  ],

  keyedUsers: KINDS.map(({ kind, userKey }) => ({
    keys: ["cloudwatch_agent", userKey],
    userName: CLOUDWATCH_AGENT[kind].user,
    secretName: (account) => cloudwatchAgentSecretName(CLOUDWATCH_AGENT[kind].user, account),
    retires: false,
  })),
};

function callName(account: Account): string {
  return instanceIn(account, INSTANCE).name;
}

function roleOf({ kind, roleKey }: Kind, settings: Settings, account: Account, deployment: Deployment) {
  const { role } = CLOUDWATCH_AGENT[kind];
  const path = [...account.path, "cloudwatch_agent", roleKey];
  const at = (resource: string): string => `module.${callName(account)}.${resource}["${kind}"]`;
  const { ssm_managed_policy: ssm } = settings;
  return madeIn(account, deployment, {
    kind: "role",
    boundedAs: BOUNDED_AS,
    name: role,
    address: at("aws_iam_role.agent"),
    trust: trustEc2(deployment.partition),
    policies: [
      agentPolicy(kind, account, deployment, {
        path,
        attachment: at("aws_iam_role_policy_attachment.agent"),
      }),
      ...(ssm === null
        ? []
        : [
            awsPolicy(deployment.partition, ssm, {
              address: at("aws_iam_role_policy_attachment.ssm"),
              path: [...account.path, "cloudwatch_agent", "ssm_managed_policy"],
            }),
            inlinePolicy(
              CLOUDWATCH_AGENT_PARAMETER_POLICY,
              modulePolicy("cloudwatch-agent", "parameter-store-deny", deployment.partition),
              {
                address: at("aws_iam_role_policy.parameter_store"),
                path: [...account.path, "cloudwatch_agent", "ssm_managed_policy"],
              },
            ),
          ]),
    ],
    instanceProfile: { name: role, address: at("aws_iam_instance_profile.agent") },
    asked: { what: `the CloudWatch agent's ${kind} role in "${account.name}"`, path },
  });
}

function userOf({ kind, userKey }: Kind, settings: Settings, account: Account, deployment: Deployment) {
  const key = accessKeyOf(settings[userKey]);
  if (key === undefined) {
    return [];
  }
  const { user } = CLOUDWATCH_AGENT[kind];
  const path = [...account.path, "cloudwatch_agent", userKey];
  const at = (resource: string): string => `module.${callName(account)}.${resource}["${kind}"]`;
  const made = madeIn(account, deployment, {
    kind: "user",
    boundedAs: BOUNDED_AS,
    name: user,
    address: at("aws_iam_user.agent"),
    policies: [
      agentPolicy(kind, account, deployment, {
        path,
        attachment: at("aws_iam_user_policy_attachment.agent"),
      }),
      ...sourcesPolicy(key, {
        name: CLOUDWATCH_AGENT_SOURCES_POLICY,
        address: at("aws_iam_user_policy.allowed_sources"),
        path,
      }),
    ],
    tags: generationTag(key),
    keys: rotatingKeys(key, deployment, {
      name: cloudwatchAgentSecretName(user, account.name),
      address: `${at("module.key")}.aws_secretsmanager_secret.key`,
    }),
    asked: { what: `the CloudWatch agent's on-premises ${kind} user in "${account.name}"`, path },
  });
  return [made];
}

/** The managed policy of a kind of agent, which its role and its user share. */
function agentPolicy(
  kind: Kind["kind"],
  account: Account,
  { partition }: Deployment,
  { path, attachment }: { readonly path: Path; readonly attachment: string },
): IdentityPolicy {
  const { policy } = CLOUDWATCH_AGENT[kind];
  return managedPolicy(
    { name: policy, arn: iamArn(partition, account.accountId, "policy", inPath(account.iamPath, policy)) },
    modulePolicy("cloudwatch-agent", kind, partition),
    { addresses: [`module.${callName(account)}.aws_iam_policy.agent["${kind}"]`, attachment], path },
  );
}

function userVariables(
  { kind, userKey }: Kind,
  settings: Settings,
  account: Account,
): VariableValue | undefined {
  const key = accessKeyOf(settings[userKey]);
  return key === undefined
    ? undefined
    : {
        secret_name: cloudwatchAgentSecretName(CLOUDWATCH_AGENT[kind].user, account.name),
        ...accessKeyVariables(key),
      };
}
