import { IN_PLACE, judged } from "../accounts/effects";
import { text } from "../accounts/fields";
import type { Account, Deployment } from "../accounts/model";
import { error, warning } from "../accounts/problem";
import { additionalPrincipals } from "../accounts/schema";
import { parseRoleArn } from "../aws/arns";
import { EXTERNAL_ID } from "../aws/formats";
import { MONITORING_POLICY, MONITORING_ROLE, PMM_ASSUME_POLICY } from "../aws/names";
import { type PolicyDocument, trustRoles } from "../aws/policies";
import { modulePolicy } from "../modules/own";
import { isByRole } from "./aurora-credentials";
import {
  adoptableGrants,
  descriptionVariables,
  type Feature,
  iamVariables,
  instanceIn,
  perDeployment,
  variables,
} from "./feature";
import { consumerFile, type Handover, outputOf } from "./handover";
import { type Identity, inlinePolicy, madeIn } from "./identity";

const keys = {
  external_id: text(
    EXTERNAL_ID,
    "A condition on the monitoring role's trust. PMM's exporter cannot send one; Grafana can.",
  ).optional(),
  additional_principals: additionalPrincipals.default([]),
};

const INSTANCE = { prefix: "pmm_iam", module: "pmm-iam-target" };

const BOUNDED_AS = "monitoring_role";

const PURPOSE =
  "Percona PMM and Grafana assume this role to read CloudWatch metrics and RDS's Enhanced Monitoring.";

/** The role that PMM assumes in every monitored account. */
export const monitoringRole: Feature<typeof keys> = {
  keys,
  effects: { external_id: IN_PLACE, additional_principals: judged("in place", "outside-principal-added") },

  boundedAs: BOUNDED_AS,
  instances: INSTANCE,

  *rules({ partition, entries }) {
    for (const { path, input } of entries) {
      if (input.external_id !== undefined) {
        yield warning(
          [...path, "external_id"],
          "external-id",
          "PMM's exporter sends no external id, so it cannot assume this role (Grafana can send one); remove it unless only Grafana reads this account",
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
    const { source, partition } = deployment;
    const { external_id, additional_principals } = account.input;
    const addsNothing = external_id === undefined && additional_principals.length === 0;
    const { principals, document } = addsNothing
      ? usualTrust(deployment)
      : trustOf(deployment, additional_principals, external_id);
    const { name, module } = instanceIn(account, INSTANCE);
    const role = madeIn(account, deployment, {
      kind: "role",
      boundedAs: BOUNDED_AS,
      name: MONITORING_ROLE,
      purpose: PURPOSE,
      address: `module.${name}.aws_iam_role.pmm_rds_monitoring`,
      trust: document,
      policies: [
        inlinePolicy(MONITORING_POLICY, modulePolicy("pmm-iam-target", account.permissions, partition), {
          address: `module.${name}.aws_iam_role_policy.pmm_rds_monitoring`,
          path: account.path,
          remedy: "set permissions: minimal",
        }),
      ],
      asked: {
        what: `the monitoring role of "${account.name}"`,
        path: account.path,
        remedy: "list fewer additional_principals, or let them assume one role that may assume the others",
      },
    });
    return [
      {
        name,
        module,
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
        makes: [role],
        handsOn: [
          handoverOf(role, account, { instance: name, principals, pmmRoleArn: source.pmmRoleArn }),
          ...(isByRole(account.input.aurora) ? [pmmHandover(role, account, name)] : []),
        ],
        variables: variables({
          pmm_account_id: source.accountId,
          pmm_ec2_role_name: source.pmmRoleName,
          additional_principals: principals.filter((arn) => arn !== source.pmmRoleArn),
          organization_id: source.organizationId,
          external_id,
          permissions: account.permissions,
          ...iamVariables(account, BOUNDED_AS),
          ...descriptionVariables(account),
        }),
      },
    ];
  },

  assumedBy: {
    caller: "pmm",
    roleName: MONITORING_ROLE,
    policyName: PMM_ASSUME_POLICY,
    resourceName: "pmm_assume_target_roles",
  },
};

/** Grafana's data source for the account, and what other roles need that assume the role too. */
function handoverOf(
  { arn }: Identity,
  { region, input: { external_id } }: Account<typeof keys>,
  {
    instance,
    principals,
    pmmRoleArn,
  }: { readonly instance: string; readonly principals: readonly string[]; readonly pmmRoleArn: string },
): Handover {
  const others = principals.filter((principal) => principal !== pmmRoleArn);
  return {
    to: "Grafana",
    key: ["monitoring_role"],
    facts: {
      arn: outputOf(instance, "role_arn", arn),
      ...(external_id === undefined ? {} : { external_id: { value: external_id } }),
    },
    steps: [
      `Give Grafana ${consumerFile("grafana/datasources.yaml")}, as its first lines say; there the account's data source assumes ${arn} with the default region ${region}`,
      ...others.map(
        (principal) =>
          `Attach to ${principal}, in its own account, its policy from ${consumerFile("principals/")}, which lets it assume ${arn}`,
      ),
    ],
  };
}

/** What PMM needs to read databases by the role, where the account has no user for it. */
function pmmHandover({ arn }: Identity, { name }: Account<typeof keys>, instance: string): Handover {
  return {
    to: "PMM",
    key: ["monitoring_role"],
    facts: { arn: outputOf(instance, "role_arn", arn) },
    steps: [
      `In PMM, add the account's databases with this role's ARN and without an access key, if your version can; ${consumerFile(`pmm/${name}.md`)} says how.`,
      "If a pmm-agent on another host reads them, list that host's role in additional_principals.",
    ],
  };
}

/** Who may assume the role, sorted, and the document that says so. */
interface RoleTrust {
  readonly principals: readonly string[];
  readonly document: PolicyDocument;
}

/** Most accounts add nothing to what the source says. */
const usualTrust = perDeployment((deployment) => trustOf(deployment, [], undefined));

function trustOf(
  { source: { pmmRoleArn, additionalPrincipals, organizationId } }: Deployment,
  additional: readonly string[],
  externalId: string | undefined,
): RoleTrust {
  const principals = [...new Set([pmmRoleArn, ...additionalPrincipals, ...additional])].sort();
  return { principals, document: trustRoles({ principals, organizationId, externalId }) };
}
