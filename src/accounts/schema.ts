import { z } from "zod";
import {
  ACCOUNT_ID,
  BOUNDARY,
  BUCKET,
  ENDPOINT,
  ENTRY_NAME,
  EXTERNAL_ID,
  type Format,
  KEY_PREFIX,
  KMS_KEY,
  ORGANIZATION_ID,
  ROLE_ARN,
  ROLE_NAME_WITH_PATH,
  TAG_KEY,
  TAG_VALUE,
} from "../aws/formats";
import { KNOWN_REGIONS } from "../aws/partitions";
import { choice, flag, list, mapping, text } from "./fields";
import { oneOf } from "./wording";

/** The keys of accounts.yaml that belong to no single feature. Features add theirs to `accounts`. */

const region = (description: string) =>
  z
    .enum(KNOWN_REGIONS as [string, ...string[]], {
      error: "expected the name of an AWS region, such as eu-west-1",
    })
    .meta({ description });

const adminRoleName = text(
  { ...ROLE_NAME_WITH_PATH, example: "AWSControlTowerExecution" },
  "The role that Terraform assumes in the account.",
);

const permissions = choice(
  ["standard", "minimal"],
  "standard: every call of the original guide, scoped. minimal: what PMM and Grafana call.",
);

const permissionsBoundary = text(
  BOUNDARY,
  "The permissions boundary of every role and user: a policy name in the account, or an ARN. null: none.",
).nullable();

const tags = z
  .record(
    z
      .string()
      .regex(TAG_KEY.pattern, { error: `expected ${TAG_KEY.expected}` })
      .meta({ description: "The tag's key.", pattern: TAG_KEY.portable }),
    text(TAG_VALUE, "The tag's value, in quotes where it looks like a number."),
    { error: "expected a mapping of tag keys to values" },
  )
  .meta({ description: "Tags of every resource in the account, merged by key over the defaults." });

export const additionalPrincipals = list(
  text(ROLE_ARN, "A role's ARN."),
  "More roles that may assume the monitoring role, such as pmm-agent hosts or Grafana.",
);

const source = mapping(
  {
    account_id: text(ACCOUNT_ID, "The AWS account of the PMM EC2 instance, in quotes."),
    region: region("The region of the default provider and of the secrets.").optional(),
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
  },
  "The account of the PMM EC2 instance.",
);

/** No range: it would let a release that nobody here has read run with the pipeline's credentials. */
export const EXACT_VERSION: Format = {
  pattern: /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/,
  expected:
    "one exact version (a range lets releases that nobody here has read run with the pipeline's credentials)",
  example: '"1.2.3"',
};

const teamModule = mapping(
  {
    name: text(
      { ...ENTRY_NAME, example: "backup-reader" },
      "The module's name here; its instance is <name>_<account>, with - as _.",
    ),
    source: z.string({ error: "expected where the module's code is, such as ./modules/backup-reader" }).meta({
      description:
        "./ and a path in the repository, namespace/name/provider in a registry (with version), or git::https://...?ref= and a 40-digit commit.",
      examples: ["./modules/backup-reader"],
    }),
    version: text(EXACT_VERSION, "The exact version of a registry module, in quotes.").optional(),
    variables: z
      .record(
        z.string().meta({ description: "The variable's name." }),
        z.unknown().meta({ description: "Its value, of any type." }),
        { error: "expected a mapping of the module's variables" },
      )
      .meta({ description: "The module's variables, of any type. They stand in git: no secrets here." })
      .optional(),
  },
  "A Terraform module of your own, which is given the account's provider.",
);

export const teamModules = list(
  teamModule,
  "Your own Terraform modules, beside those of defaults. null: none of either.",
);

const defaults = mapping(
  {
    region: region("The region of each account that names none.").optional(),
    admin_role_name: adminRoleName.nullable().optional(),
    permissions: permissions.optional(),
    permissions_boundary: permissionsBoundary.optional(),
    tags: tags.nullable().optional(),
    modules: teamModules
      .nullable()
      .meta({ description: "Your own Terraform modules, for every account." })
      .optional(),
  },
  "What an account has unless it says otherwise.",
);

const backend = mapping(
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
  "Where Terraform's state lives. Left out: terraform.<stack>.tfstate at the project's root.",
);

const teleport = mapping(
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

/** The word stands for the PMM EC2 role, so that its ARN need not be repeated. */
const READER: Format = {
  pattern: new RegExp(`^pmm_ec2_role$|${ROLE_ARN.pattern.source}`),
  expected: `pmm_ec2_role or ${ROLE_ARN.expected}`,
  example: ROLE_ARN.example,
};

const secrets = mapping(
  {
    kms_key_id: text(KMS_KEY, "The KMS key of the secrets; default: AWS's own.").optional(),
    readers: list(
      text(READER, "pmm_ec2_role, or the ARN of a role of the source account."),
      "Who may read the access keys, by each secret's resource policy.",
    ).default([]),
  },
  "The secrets that hold the access keys, all in the source account.",
);

/** What `adopt` can take over: what the original guide makes by hand. */
export const ADOPTABLE = ["role", "role_policy", "user", "user_policy"] as const;

export type Adoptable = (typeof ADOPTABLE)[number];

const accountBase = {
  name: text(ENTRY_NAME, "The account's name here: part of Terraform addresses, so it never changes."),
  account_id: text(ACCOUNT_ID, "The AWS account, in quotes."),
  group: text(
    { ...ENTRY_NAME, example: "finance" },
    "The group whose stack holds the account; left out: the main stack.",
  ).optional(),
  region: region("The account's region; default: defaults.region.").optional(),
  admin_role_name: adminRoleName.nullable().optional(),
  permissions: permissions.optional(),
  permissions_boundary: permissionsBoundary.optional(),
  tags: tags.nullable().optional(),
  lifecycle: choice(
    ["active", "retiring", "closed"],
    "active: everything is made and kept. retiring: the next apply destroys it, then the entry can go. closed: the account is gone, so it is forgotten and nothing in it is called.",
  ).default("active"),
  adopt: z
    .union(
      [flag("true: all that the account uses."), list(choice(ADOPTABLE, "A kind of object."), "Some kinds.")],
      {
        error: `expected true, false or a list of ${oneOf(ADOPTABLE)}`,
      },
    )
    .default(false)
    .meta({ description: "Takes over what was made by hand under the names that this program uses." }),
};

/** The schema of one entry under `accounts`, with the features' keys. */
export function accountSchema(featureKeys: z.ZodRawShape) {
  return mapping({ ...accountBase, ...featureKeys }, "A monitored account.");
}

/**
 * The file without what its parts hold: its keys, and that `accounts` is a list. The parts are held against
 * their own schemas one by one.
 */
export const fileOutline = mapping(
  {
    source: z.unknown().optional(),
    defaults: z.unknown().optional(),
    backend: z.unknown().optional(),
    teleport: z.unknown().optional(),
    secrets: z.unknown().optional(),
    accounts: list(z.unknown(), "").min(1, { error: "expected at least one account" }),
  },
  "",
);

/** The schema of the whole file. */
export function fileSchema(featureKeys: z.ZodRawShape) {
  return mapping(
    {
      source,
      defaults: defaults.nullable().optional(),
      backend: backend.optional(),
      teleport: teleport.optional(),
      secrets: secrets.optional(),
      accounts: list(accountSchema(featureKeys), "The monitored accounts.").min(1),
    },
    "The accounts that PMM monitors and what each of them grants.",
  );
}

export type SourceInput = z.output<typeof source>;
export type DefaultsInput = z.output<typeof defaults>;
export type BackendInput = z.output<typeof backend>;
export type TeleportInput = z.output<typeof teleport>;
export type SecretsInput = z.output<typeof secrets>;
export type TeamModuleInput = z.output<typeof teamModule>;
/** An account as written; the features' keys are typed by each feature. */
export type AccountInput = z.output<z.ZodObject<typeof accountBase>> & Readonly<Record<string, unknown>>;
