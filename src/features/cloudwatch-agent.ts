import { z } from "zod";
import { flag, mapping, switchOr } from "../accounts/fields";
import type { Account } from "../accounts/model";
import { error, warning } from "../accounts/problem";
import {
  CLOUDWATCH_AGENT_ADMIN_USER,
  CLOUDWATCH_AGENT_SERVER_USER,
  cloudwatchAgentSecretName,
} from "../aws/names";
import {
  accessKeyLimits,
  accessKeyOf,
  accessKeyRules,
  accessKeyShape,
  accessKeyVariables,
} from "./access-key";
import { type Feature, type KeyedUser, settingsOf, type VariableValue, variables } from "./feature";

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

const ADMIN_KEYS = ["admin_role", "on_premises_admin_user"] as const;

const USERS = [
  { key: "on_premises_server_user", userName: CLOUDWATCH_AGENT_SERVER_USER },
  { key: "on_premises_admin_user", userName: CLOUDWATCH_AGENT_ADMIN_USER },
] as const;

/** The roles and users of the CloudWatch agent. */
export const cloudwatchAgent: Feature<typeof keys> = {
  keys,

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
          "every role and user is off, so nothing would be made; turn one on or take cloudwatch_agent away",
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
      for (const { key } of USERS) {
        const user = settings[key];
        if (typeof user === "object") {
          yield* accessKeyRules(user, [...path, key]);
        }
      }
    }
  },

  calls(account, { secrets }) {
    const settings = settingsOf(account, keys).cloudwatch_agent;
    return settings === undefined
      ? []
      : [
          {
            name: `cloudwatch_agent_${account.alias}`,
            module: "cloudwatch-agent",
            usesSecrets: true,
            path: [...account.path, "cloudwatch_agent"],
            variables: variables({
              server_role: settings.server_role,
              admin_role: settings.admin_role,
              ...Object.fromEntries(
                USERS.map(({ key, userName }) => [key, userVariables(account, key, userName)]),
              ),
              ssm_managed_policy: settings.ssm_managed_policy ?? undefined,
              permissions_boundary: account.permissionsBoundary,
              kms_key_id: secrets.kmsKeyId,
              secret_readers: secrets.readers,
            }),
          },
        ];
  },

  *limits(account) {
    const settings = settingsOf(account, keys).cloudwatch_agent;
    for (const { key } of USERS) {
      const user = accessKeyOf(settings?.[key]);
      if (user !== undefined) {
        yield* accessKeyLimits(user, 0, [...account.path, "cloudwatch_agent", key]);
      }
    }
  },

  users(account): readonly KeyedUser[] {
    const settings = settingsOf(account, keys).cloudwatch_agent;
    return USERS.filter(({ key }) => accessKeyOf(settings?.[key]) !== undefined).map(({ userName }) => ({
      userName,
      secretName: cloudwatchAgentSecretName(userName, account.name),
    }));
  },
};

function userVariables(
  account: Account,
  key: (typeof USERS)[number]["key"],
  userName: string,
): VariableValue | undefined {
  const user = accessKeyOf(settingsOf(account, keys).cloudwatch_agent?.[key]);
  return user === undefined
    ? undefined
    : { secret_name: cloudwatchAgentSecretName(userName, account.name), ...accessKeyVariables(user) };
}
