import type { z } from "zod";
import { choice, switchOr } from "../accounts/fields";
import { warning } from "../accounts/problem";
import { AURORA_USER, AURORA_USER_POLICY, auroraSecretName } from "../aws/names";
import { policySize } from "../aws/policies";
import { modulePolicy } from "../modules/own";
import {
  type AccessKey,
  accessKeyLimits,
  accessKeyOf,
  accessKeyRules,
  accessKeyShape,
  accessKeyVariables,
} from "./access-key";
import { adoptableGrants, type Feature, settingsOf, variables } from "./feature";

const keys = {
  aurora: switchOr(
    {
      ...accessKeyShape,
      lifecycle: choice(
        ["active", "retiring"],
        "retiring: the next apply destroys the user with its keys and secret; then the key `aurora` can go.",
      ).default("active"),
    },
    "Makes PMMAWSIntegrationUser, whose access key PMM needs for Aurora's OS metrics.",
  ).optional(),
};

/** The user that reads Aurora's OS metrics with an access key, because PMM's exporter cannot assume a role for them. */
export const auroraUser: Feature<typeof keys> = {
  keys,

  *rules(file) {
    for (const { path, input } of file.entries) {
      if (typeof input.aurora === "object") {
        yield* accessKeyRules(input.aurora, [...path, "aurora"]);
      }
      const key = keyOf(input.aurora);
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

  calls(account, { secrets }) {
    const key = keyOf(settingsOf(account, keys).aurora);
    return key === undefined
      ? []
      : [
          {
            name: `aurora_user_${account.alias}`,
            module: "aurora-integration-user",
            usesSecrets: true,
            path: [...account.path, "aurora"],
            adoptable: [
              { kind: "user", address: "aws_iam_user.pmm_aws_integration", id: AURORA_USER },
              {
                kind: "user_policy",
                address: "aws_iam_user_policy.pmm_aws_integration",
                id: `${AURORA_USER}:${AURORA_USER_POLICY}`,
              },
              ...adoptableGrants("user", "pmm_aws_integration", AURORA_USER),
            ],
            variables: variables({
              secret_name: auroraSecretName(account.name),
              permissions: account.permissions,
              permissions_boundary: account.permissionsBoundary,
              ...accessKeyVariables(key),
              kms_key_id: secrets.kmsKeyId,
              secret_readers: secrets.readers,
            }),
          },
        ];
  },

  *limits(account, { partition }) {
    const key = keyOf(settingsOf(account, keys).aurora);
    if (key !== undefined) {
      const permissions = modulePolicy("aurora-integration-user", account.permissions, partition);
      yield* accessKeyLimits(key, policySize(permissions), [...account.path, "aurora"]);
    }
  },

  users: (account) =>
    keyOf(settingsOf(account, keys).aurora) === undefined
      ? []
      : [{ userName: AURORA_USER, secretName: auroraSecretName(account.name) }],
};

/** undefined where no user is asked for, or the one there is retires. */
function keyOf(setting: z.output<typeof keys.aurora>): AccessKey | undefined {
  return typeof setting === "object" && setting.lifecycle === "retiring" ? undefined : accessKeyOf(setting);
}
