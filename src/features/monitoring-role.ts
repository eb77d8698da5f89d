import { text } from "../accounts/fields";
import type { Account, Deployment } from "../accounts/model";
import { error, warning } from "../accounts/problem";
import { partitionOfFile } from "../accounts/rules";
import { additionalPrincipals } from "../accounts/schema";
import { parseRoleArn } from "../aws/arns";
import { EXTERNAL_ID } from "../aws/formats";
import { TRUST_POLICY_CHARACTERS } from "../aws/limits";
import { MONITORING_POLICY, MONITORING_ROLE } from "../aws/names";
import { policySize, type Trust, trustRoles } from "../aws/policies";
import { adoptableGrants, type Feature, settingsOf, variables } from "./feature";

const keys = {
  external_id: text(
    EXTERNAL_ID,
    "A condition on the monitoring role's trust. PMM's exporter cannot send one; Grafana can.",
  ).optional(),
  additional_principals: additionalPrincipals.default([]),
};

/** The role that PMM assumes in every monitored account. */
export const monitoringRole: Feature<typeof keys> = {
  keys,

  *rules(file) {
    const partition = partitionOfFile(file);
    for (const { path, input } of file.entries) {
      if (input.external_id !== undefined) {
        yield warning(
          [...path, "external_id"],
          "external-id",
          "PMM's exporter sends no external id, so it cannot assume this role (Grafana can send one); take it away unless only Grafana reads this account",
        );
      }
      for (const [index, arn] of input.additional_principals.entries()) {
        if (partition !== undefined && parseRoleArn(arn).partition !== partition) {
          yield error(
            [...path, "additional_principals", index],
            "partition",
            `this ARN is in the partition ${parseRoleArn(arn).partition}; expected ${partition}, the source account's`,
          );
        }
      }
    }
  },

  calls(account, deployment) {
    const { source } = deployment;
    const { externalId, principals } = trustOf(account, deployment);
    return [
      {
        name: `pmm_iam_${account.alias}`,
        module: "pmm-iam-target",
        usesSecrets: false,
        path: account.path,
        adoptable: [
          { kind: "role", address: "aws_iam_role.pmm_rds_monitoring", id: MONITORING_ROLE },
          {
            kind: "role_policy",
            address: "aws_iam_role_policy.pmm_rds_monitoring",
            id: `${MONITORING_ROLE}:${MONITORING_POLICY}`,
          },
          ...adoptableGrants("role", "pmm_rds_monitoring", MONITORING_ROLE),
        ],
        variables: variables({
          pmm_account_id: source.accountId,
          pmm_ec2_role_name: source.pmmRoleName,
          additional_principals: principals.filter((arn) => arn !== source.pmmRoleArn),
          organization_id: source.organizationId,
          external_id: externalId,
          permissions: account.permissions,
          permissions_boundary: account.permissionsBoundary,
        }),
      },
    ];
  },

  *limits(account, deployment) {
    const size = policySize(trustRoles(trustOf(account, deployment)));
    if (size > TRUST_POLICY_CHARACTERS) {
      yield error(
        account.path,
        "trust-policy-size",
        `the monitoring role's trust policy would have ${size} characters; AWS allows ${TRUST_POLICY_CHARACTERS}: list fewer additional_principals, or let them assume one role that may assume the others`,
      );
    }
  },

  users: () => [],
};

function trustOf(account: Account, { source }: Deployment): Trust {
  const settings = settingsOf(account, keys);
  return {
    principals: [
      ...new Set([source.pmmRoleArn, ...source.additionalPrincipals, ...settings.additional_principals]),
    ].sort(),
    organizationId: source.organizationId,
    externalId: settings.external_id,
  };
}
