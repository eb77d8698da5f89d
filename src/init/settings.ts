import type { Path } from "../accounts/problem";

/** Where a pipeline runs; `none` writes no pipeline. */
export const PIPELINES = ["github", "gitlab", "atlantis", "none"] as const;
export type Pipeline = (typeof PIPELINES)[number];

/** Where Terraform's state lives. */
export const BACKENDS = ["s3", "local"] as const;
export type Backend = (typeof BACKENDS)[number];

/** A value of accounts.yaml that `init` cannot know. */
export interface Setting {
  /** The flag that gives the value, `--source-account`. */
  readonly flag: string;
  /** What the flag takes, as the help shows it. */
  readonly takes: string;
  readonly description: string;
  /** Where accounts.yaml has the value. */
  readonly path: Path;
  /** Where it is too, with a pipeline. */
  readonly inPipelines?: Path;
  /** What accounts.yaml has where nobody gave a value. Left out: the key is not written. */
  readonly placeholder?: string;
  /** The question on a terminal. Left out: it is not asked. */
  readonly question?: string;
  /** What an empty answer takes. */
  readonly suggested?: string;
  /** Asked for and written only with state in S3. */
  readonly ofS3?: true;
}

const FIRST_ACCOUNT = ["accounts", 0];
const S3 = ["backend", "s3"];

/** In the order in which they are asked. A key is what commander calls its flag. */
const settings = {
  name: {
    flag: "--name",
    takes: "<name>",
    description: "the deployment's name, which its stacks and states begin with (default: pmm-iam)",
    path: ["name"],
  },
  sourceAccount: {
    flag: "--source-account",
    takes: "<id>",
    description: "the AWS account of the PMM EC2 instance",
    path: ["source", "account_id"],
    placeholder: "<source account id>",
    question: "AWS account of the PMM EC2 instance",
  },
  pmmRole: {
    flag: "--pmm-role",
    takes: "<name>",
    description: "the role in the PMM EC2 instance's profile, which exists already",
    path: ["source", "pmm_ec2_role_name"],
    placeholder: "<PMM EC2 role name>",
    question: "Role of the PMM EC2 instance",
  },
  region: {
    flag: "--region",
    takes: "<region>",
    description: "the AWS region of the accounts",
    path: ["defaults", "region"],
    placeholder: "<region>",
    question: "AWS region",
    suggested: "us-east-1",
  },
  adminRole: {
    flag: "--admin-role",
    takes: "<name>",
    description: "the role that Terraform assumes in each account",
    path: ["defaults", "admin_role_name"],
    inPipelines: ["source", "admin_role_name"],
    placeholder: "<admin role name>",
    question: "Role that Terraform assumes in each account",
    suggested: "pmm-iam-deployer",
  },
  accountName: {
    flag: "--account-name",
    takes: "<name>",
    description: "what to call the first account to monitor",
    path: [...FIRST_ACCOUNT, "name"],
    placeholder: "<account name>",
    question: "Name for the first account to monitor",
  },
  accountId: {
    flag: "--account-id",
    takes: "<id>",
    description: "the first AWS account to monitor",
    path: [...FIRST_ACCOUNT, "account_id"],
    placeholder: "<account id>",
    question: "Its AWS account",
  },
  bucket: {
    flag: "--bucket",
    takes: "<bucket>",
    description: "the S3 bucket of the states, which exists already",
    path: [...S3, "bucket"],
    placeholder: "<bucket>",
    question: "S3 bucket of the states",
    ofS3: true,
  },
  bucketRegion: {
    flag: "--bucket-region",
    takes: "<region>",
    description: "the bucket's region (default: that of --region)",
    path: [...S3, "region"],
    placeholder: "<bucket region>",
    question: "The bucket's region",
    ofS3: true,
  },
  keyPrefix: {
    flag: "--key-prefix",
    takes: "<prefix>",
    description: "what the keys of the states begin with (default: the deployment's name)",
    path: [...S3, "key_prefix"],
    ofS3: true,
  },
  kmsKey: {
    flag: "--kms-key",
    takes: "<key>",
    description: "the KMS key that encrypts the states (default: S3's own key)",
    path: [...S3, "kms_key_id"],
    ofS3: true,
  },
} satisfies Record<string, Setting>;

export type SettingKey = keyof typeof settings;

export const SETTINGS: Readonly<Record<SettingKey, Setting>> = settings;
export const SETTING_KEYS = Object.keys(settings) as SettingKey[];

/** The values that are known. */
export type Answers = Readonly<Partial<Record<SettingKey, string>>>;

/** What decides the text of accounts.yaml. */
export interface Choices {
  /** Left out: none. */
  readonly pipeline?: Pipeline;
  readonly backend: Backend;
  readonly answers: Answers & { readonly name: string };
}

export function hasPipeline({ pipeline = "none" }: Choices): boolean {
  return pipeline !== "none";
}

/** The value of a setting: what was given, or what follows from the others; undefined where nobody can say. */
export function settled(key: SettingKey, { answers }: Choices): string | undefined {
  switch (key) {
    case "bucketRegion":
      return answers.bucketRegion ?? answers.region;
    case "keyPrefix":
      return answers.keyPrefix ?? answers.name;
    default:
      return answers[key];
  }
}
