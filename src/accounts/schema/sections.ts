import type { z } from "zod";
import {
  ACCOUNT_ID,
  BUCKET,
  ENDPOINT,
  EXTERNAL_ID,
  KEY_PREFIX,
  KMS_KEY,
  ORGANIZATION_ID,
  ROLE_NAME_WITH_PATH,
  SECRET_READER,
} from "../../aws/formats";
import { type Effects, IN_PLACE, judged, NOTHING, under } from "../effects";
import { choice, flag, list, mapping, text } from "../fields";
import { cloudwatchAgent, cloudwatchAgentEffects } from "./cloudwatch-agent";
import {
  additionalPrincipals,
  adminRoleName,
  boundaryEffects,
  iamPath,
  permissions,
  permissionsBoundary,
  region,
  tags,
} from "./common";
import { teamModuleEffects, teamModules } from "./team-modules";
import { thirdPartyMonitorEffects, thirdPartyMonitors } from "./third-party-monitors";

/** The parts of the file beside `accounts`. */

export const source = mapping(
  {
    account_id: text(ACCOUNT_ID, "The AWS account of the PMM EC2 instance, in quotes."),
    region: region(
      "The region of the default provider and of the secrets; default: defaults.region.",
    ).optional(),
    admin_role_name: adminRoleName
      .nullable()
      .meta({
        description:
          "The role that Terraform assumes in the source account. Left out: its own credentials are of that account.",
      })
      .optional(),
    pmm_ec2_role_name: text(
      ROLE_NAME_WITH_PATH,
      "The role in the PMM instance's profile, with its IAM path if it has one.",
    ),
    create_pmm_ec2_role: flag("true: the role, its instance profile and the EC2 trust are made too.").default(
      false,
    ),
    additional_principals: additionalPrincipals.default([]),
    assume_policy: choice(
      ["explicit", "sharded", "organization"],
      "How the target roles are named to the PMM role: one inline policy, eight managed ones, or a wildcard closed by the organization.",
    ).default("explicit"),
    organization_id: text(
      ORGANIZATION_ID,
      "The AWS organization: a condition in every trust, and what closes the `organization` assume policy.",
    ).optional(),
    permissions_boundary: permissionsBoundary.optional(),
    cloudwatch_agent: flag("true: the PMM EC2 role itself may run the CloudWatch agent.").default(false),
    monitor_own_account: flag(
      "true: PMM finds and reads the source account's own databases by its instance role, without an access key.",
    ).default(false),
  },
  "The account of the PMM EC2 instance.",
);

export const defaults = mapping(
  {
    region: region("The region of each account that names none; default: us-east-1.").optional(),
    admin_role_name: adminRoleName.nullable().optional(),
    permissions: permissions.optional(),
    permissions_boundary: permissionsBoundary.optional(),
    iam_path: iamPath.optional(),
    tags: tags.nullable().optional(),
    cloudwatch_agent: cloudwatchAgent
      .nullable()
      .meta({ description: "What the CloudWatch agent needs in every account that says nothing of it." })
      .optional(),
    third_party_monitors: thirdPartyMonitors
      .nullable()
      .meta({ description: "The vendors that monitor every account." })
      .optional(),
    modules: teamModules
      .nullable()
      .meta({ description: "Your own Terraform modules, for every account." })
      .optional(),
  },
  "What an account has unless it says otherwise.",
);

export const backend = mapping(
  {
    s3: mapping(
      {
        bucket: text(BUCKET, "The bucket that holds the states."),
        region: region("The bucket's region."),
        key_prefix: text(KEY_PREFIX, "A state's key is <key_prefix>/<stack>.tfstate.").optional(),
        kms_key_id: text(KMS_KEY, "The KMS key that encrypts the states.").optional(),
      },
      "State in S3, encrypted and locked by a lock file.",
    ),
  },
  "Where Terraform's state lives. Left out: terraform.<stack>.tfstate beside this file.",
);

export const teleport = mapping(
  {
    account_id: text(
      ACCOUNT_ID,
      "The account of the Teleport database service; default: the source.",
    ).optional(),
    role_name: text(
      ROLE_NAME_WITH_PATH,
      "The role of the Teleport database service, with its IAM path if it has one. It exists already.",
    ),
    external_id: text(EXTERNAL_ID, "Sent by Teleport when it assumes the accounts' roles.").optional(),
    proxy_address: text(
      { ...ENDPOINT, example: "teleport.example.com:443" },
      "The address of the Teleport proxy.",
    ),
  },
  "Who connects through Teleport.",
);

export const secrets = mapping(
  {
    kms_key_id: text(KMS_KEY, "The KMS key of the secrets; default: AWS's own.").optional(),
    readers: list(
      text(SECRET_READER, "pmm_ec2_role, or the ARN of a role of the source account."),
      "Roles that each secret's resource policy lets read the access keys, beside the roles and users of the source account whose own policies allow reading secrets.",
    ).default([]),
  },
  "The secrets that hold the access keys, all in the source account.",
);

/** What a change of each key of these parts does to what is in AWS. */
export const sectionEffects: Effects<{
  source: typeof source;
  defaults: typeof defaults;
  backend: typeof backend;
  teleport: typeof teleport;
  secrets: typeof secrets;
}> = {
  source: judged("orphaned", "source-changed"),
  "source.account_id": judged("orphaned", "source-changed"),
  "source.region": judged("nothing", "region-changed"),
  "source.admin_role_name": NOTHING,
  "source.pmm_ec2_role_name": judged("replaced", "pmm-role-renamed", "pmm-role-changed", "reader-added"),
  "source.create_pmm_ec2_role": judged("destroyed", "pmm-role-dropped", "pmm-role-changed"),
  "source.additional_principals": judged(
    "in place",
    "additional-principals-changed",
    "outside-principal-added",
  ),
  "source.assume_policy": judged("in place", "assume-policy-changed"),
  "source.organization_id": judged("in place", "organization-id-changed", "outside-principal-added"),
  ...boundaryEffects("source.", judged("in place", "boundary-changed")),
  "source.cloudwatch_agent": IN_PLACE,
  "source.monitor_own_account": IN_PLACE,
  defaults: judged(
    "replaced",
    "region-changed",
    "boundary-changed",
    "iam-path-changed",
    "monitor-dropped",
    "module-dropped",
    "role-dropped",
    "user-dropped",
  ),
  "defaults.region": judged("in place", "region-changed", "module-region-changed"),
  "defaults.admin_role_name": NOTHING,
  "defaults.permissions": IN_PLACE,
  ...boundaryEffects("defaults.", judged("in place", "boundary-changed")),
  "defaults.iam_path": judged("replaced", "iam-path-changed"),
  "defaults.tags": IN_PLACE,
  "defaults.third_party_monitors": judged("destroyed", "monitor-dropped"),
  ...under("defaults.third_party_monitors[].", thirdPartyMonitorEffects),
  "defaults.cloudwatch_agent": judged("destroyed", "role-dropped", "user-dropped"),
  ...under("defaults.cloudwatch_agent.", cloudwatchAgentEffects),
  "defaults.modules": judged("destroyed", "module-dropped"),
  ...under("defaults.modules[].", teamModuleEffects),
  backend: judged("orphaned", "backend-changed"),
  "backend.s3": judged("orphaned", "backend-changed"),
  "backend.s3.bucket": judged("orphaned", "backend-changed"),
  "backend.s3.region": judged("orphaned", "backend-changed"),
  "backend.s3.key_prefix": judged("orphaned", "backend-changed"),
  "backend.s3.kms_key_id": NOTHING,
  teleport: judged("in place", "teleport-role-changed"),
  "teleport.account_id": judged("orphaned", "teleport-account-changed"),
  "teleport.role_name": judged("in place", "teleport-role-changed"),
  "teleport.external_id": judged("in place", "teleport-external-id-changed"),
  "teleport.proxy_address": NOTHING,
  secrets: judged("in place", "reader-added"),
  "secrets.kms_key_id": IN_PLACE,
  "secrets.readers": judged("in place", "reader-added"),
};

export type SourceInput = z.output<typeof source>;
export type DefaultsInput = z.output<typeof defaults>;
export type BackendInput = z.output<typeof backend>;
export type TeleportInput = z.output<typeof teleport>;
export type SecretsInput = z.output<typeof secrets>;
