import type { z } from "zod";
import { DESTROYED_AS_ASKED, judged, under } from "../accounts/effects";
import { choice, switchOr } from "../accounts/fields";
import { warning } from "../accounts/problem";
import { type AccessKey, accessKeyEffects, accessKeyShape, type Permissions } from "../accounts/schema";
import { AURORA_SOURCES_POLICY, AURORA_USER, AURORA_USER_POLICY, auroraSecretName } from "../aws/names";
import { modulePolicy } from "../modules/own";
import {
  accessKeyOf,
  accessKeyRules,
  accessKeyVariables,
  generationTag,
  keyHandover,
  rotatingKeys,
  sourcesPolicy,
} from "./access-key";
import { BY_ROLE, credentialsRules, isByRole, isReadByInstanceRole } from "./aurora-credentials";
import { adoptableGrants, type Feature, iamVariables, instanceIn, variables } from "./feature";
import { consumerFile } from "./handover";
import { inlinePolicy, madeIn } from "./identity";

const keys = {
  aurora: switchOr(
    {
      ...accessKeyShape,
      lifecycle: choice(
        ["active", "retiring"],
        "retiring: the next apply destroys the user with its keys and secret; then the key `aurora` can go.",
      ).default("active"),
      credentials: choice(
        ["access_key", "role"],
        "access_key: the user is made. role: it is not, and PMM assumes the monitoring role, which no PMM release known to us can do for RDS.",
      ).default("access_key"),
    },
    "Makes PMMAWSIntegrationUser, with whose access key PMM reads the account's RDS and Aurora databases, of every engine.",
  ).optional(),
};

const INSTANCE = {
  prefix: "aurora_user",
  module: "aurora-integration-user",
  key: "aurora",
  unless: BY_ROLE,
};

const BOUNDED_AS = "aurora_user";

/**
 * The policy file of the user. No one queries with the key, so what `grafana` adds is the monitoring role's alone.
 */
const POLICY_FILE = {
  minimal: "minimal",
  standard: "standard",
  grafana: "standard",
} as const satisfies Record<Permissions, string>;

/**
 * The user with whose access key PMM finds and reads RDS and Aurora databases: no PMM release that we know of can
 * assume a role for them.
 */
export const auroraUser: Feature<typeof keys> = {
  keys,
  effects: {
    aurora: judged("destroyed", "aurora-dropped"),
    ...under("aurora.", {
      ...accessKeyEffects,
      lifecycle: DESTROYED_AS_ASKED,
      credentials: judged("destroyed", "credentials-changed"),
    }),
  },

  boundedAs: BOUNDED_AS,
  instances: INSTANCE,

  *rules(file) {
    for (const entry of file.entries) {
      const { path, input } = entry;
      yield* credentialsRules(file, entry);
      if (typeof input.aurora === "object") {
        yield* accessKeyRules(input.aurora, [...path, "aurora"]);
      }
      const key = keyOf(input.aurora);
      if (key !== undefined && input.lifecycle === "active" && isReadByInstanceRole(file, entry)) {
        yield warning(
          [...path, "aurora"],
          "monitor-own-account",
          "monitor_own_account: true lets PMM read this account by its instance role, so it needs no key here; once PMM has its databases without a key, retire the user: aurora: {lifecycle: retiring}",
          "key",
        );
      }
      const adoptsUser = input.adopt === true || (input.adopt !== false && input.adopt.includes("user"));
      if (input.lifecycle === "active" && adoptsUser && key?.key_generation === 1) {
        yield warning(
          [...path, "adopt"],
          "adopt",
          `${AURORA_USER} in account ${input.account_id} may have at most one access key made by hand when generation 1 is made beside it, because AWS allows two; list them: aws iam list-access-keys --user-name ${AURORA_USER}, and free one: aws iam delete-access-key --user-name ${AURORA_USER} --access-key-id <the unused one>`,
          "key",
        );
      }
    }
  },

  calls(account, deployment) {
    const { partition, secrets } = deployment;
    const key = keyOf(account.input.aurora);
    if (key === undefined) {
      return [];
    }
    const { name, module } = instanceIn(account, INSTANCE);
    const path = [...account.path, "aurora"];
    const secretName = auroraSecretName(account.name);
    const user = madeIn(account, deployment, {
      kind: "user",
      boundedAs: BOUNDED_AS,
      name: AURORA_USER,
      address: `module.${name}.aws_iam_user.pmm_aws_integration`,
      policies: [
        inlinePolicy(
          AURORA_USER_POLICY,
          modulePolicy("aurora-integration-user", POLICY_FILE[account.permissions], partition),
          {
            address: `module.${name}.aws_iam_user_policy.pmm_aws_integration`,
            path,
            remedy: "set permissions: minimal",
          },
        ),
        ...sourcesPolicy(key, {
          name: AURORA_SOURCES_POLICY,
          address: `module.${name}.aws_iam_user_policy.allowed_sources[0]`,
          path,
        }),
      ],
      tags: generationTag(key),
      keys: rotatingKeys(key, deployment, {
        name: secretName,
        address: `module.${name}.module.key.aws_secretsmanager_secret.key`,
      }),
      asked: { what: `the Aurora user of "${account.name}"`, path },
    });
    return [
      {
        name,
        module,
        usesSecrets: true,
        path,
        adoptable: [
          { kind: "user", address: "aws_iam_user.pmm_aws_integration", id: AURORA_USER },
          {
            kind: "user_policy",
            address: "aws_iam_user_policy.pmm_aws_integration",
            id: `${AURORA_USER}:${AURORA_USER_POLICY}`,
          },
          ...adoptableGrants("user", "pmm_aws_integration", AURORA_USER),
        ],
        makes: [user],
        handsOn: keyHandover(user, deployment, {
          instance: name,
          outputs: { arn: "user_arn", secretArn: "secret_arn", secretName: "secret_name" },
          to: "PMM",
          steps: [
            `In PMM, add the account's databases with this key, as ${consumerFile(`pmm/${account.name}.md`)} says.`,
          ],
        }),
        variables: variables({
          secret_name: secretName,
          permissions: POLICY_FILE[account.permissions],
          ...iamVariables(account, BOUNDED_AS),
          ...accessKeyVariables(key),
          kms_key_id: secrets.kmsKeyId,
          secret_readers: secrets.readers,
        }),
      },
    ];
  },

  keyedUsers: [
    {
      keys: ["aurora"],
      userName: AURORA_USER,
      secretName: auroraSecretName,
      retires: true,
      unless: BY_ROLE,
    },
  ],
};

/** undefined where no user is asked for, or the one there is retires. */
function keyOf(setting: z.output<typeof keys.aurora>): AccessKey | undefined {
  const isRetiring = typeof setting === "object" && setting.lifecycle === "retiring";
  return isRetiring || isByRole(setting) ? undefined : accessKeyOf(setting);
}
