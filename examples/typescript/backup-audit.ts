import { join } from "node:path";
import {
  descriptionVariables,
  type Feature,
  formats,
  IN_PLACE,
  iamVariables,
  inlinePolicy,
  instanceIn,
  judged,
  madeIn,
  mapping,
  outputOf,
  policyIn,
  text,
  trustRoles,
  variables,
} from "pmm-iam";

const MODULE = "backup-audit";
const FOLDER = join(import.meta.dirname, "modules", MODULE);
const INSTANCE = { prefix: "backup_audit", module: MODULE, key: "backup_audit" };
const BOUNDED_AS = "monitoring_role";
const ROLE = "AcmeBackupAudit";
const POLICY = "read-backups";
const PURPOSE = "Acme's auditors assume this role to see whether databases are backed up.";

const keys = {
  backup_audit: mapping(
    {
      auditor_role_arn: text(formats.ROLE_ARN, "The role of the auditors, which may assume this one."),
    },
    "Makes AcmeBackupAudit, with which auditors see whether databases are backed up.",
  ).optional(),
};

/** A role in the account with which auditors see the backups of its databases, and no data. */
export const backupAudit: Feature<typeof keys> = {
  keys,
  effects: {
    backup_audit: judged("destroyed", "role-dropped"),
    "backup_audit.auditor_role_arn": IN_PLACE,
  },

  modules: { [MODULE]: FOLDER },
  instances: INSTANCE,
  boundedAs: BOUNDED_AS,

  calls(account, deployment) {
    const asked = account.input.backup_audit;
    if (asked === undefined) {
      return [];
    }
    const { partition, source } = deployment;
    const { name, module } = instanceIn(account, INSTANCE);
    const path = [...account.path, "backup_audit"];
    const role = madeIn(account, deployment, {
      kind: "role",
      boundedAs: BOUNDED_AS,
      name: ROLE,
      purpose: PURPOSE,
      address: `module.${name}.aws_iam_role.backup_audit`,
      trust: trustRoles({ principals: [asked.auditor_role_arn], organizationId: source.organizationId }),
      policies: [
        inlinePolicy(POLICY, policyIn(FOLDER, POLICY, partition), {
          address: `module.${name}.aws_iam_role_policy.backup_audit`,
          path,
        }),
      ],
      asked: { what: `the backup audit of "${account.name}"`, path },
    });
    return [
      {
        name,
        module,
        usesSecrets: false,
        path,
        makes: [role],
        handsOn: [
          {
            to: "the auditors",
            key: ["backup_audit"],
            facts: { arn: outputOf(name, "role_arn", role.arn) },
            steps: [`Allow ${asked.auditor_role_arn} to call sts:AssumeRole on ${role.arn}.`],
          },
        ],
        variables: variables({
          auditor_role_arn: asked.auditor_role_arn,
          organization_id: source.organizationId,
          ...iamVariables(account, BOUNDED_AS),
          ...descriptionVariables(account),
        }),
      },
    ];
  },

  roles: [{ keys: ["backup_audit"], roleName: ROLE, usedBy: "the auditors" }],
};
