/**
 * The character sets of AWS, Teleport and this program, each stated once.
 *
 * Sources: IAM API Reference (CreateRole, CreateUser, CreatePolicy, Tag), STS API Reference (AssumeRole),
 * "IAM and STS quotas"; organization ids from the Organizations API Reference (Organization). The modules'
 * `validation` blocks repeat those that concern them.
 */

import { ACCOUNT_NAME } from "./limits";

/** What a text must look like: the pattern, the words for people, and one example that matches. */
export interface Format {
  readonly pattern: RegExp;
  readonly expected: string;
  readonly example: string;
  /** The pattern for JSON Schema, which knows no flags, where `pattern` has some. It may let more pass. */
  readonly portable?: string;
}

const IAM_NAME = "[\\w+=,.@-]{1,64}";
const PARTITIONS = "(?:aws|aws-cn|aws-us-gov|aws-eusc)";

export const ACCOUNT_ID: Format = {
  pattern: /^\d{12}$/,
  expected: "12 digits in quotes",
  example: '"111111111111"',
};

/** The names of accounts, groups, monitors and modules, part of Terraform addresses and stack names. As long as AWS's account names. */
export const ENTRY_NAME: Format = {
  pattern: new RegExp(`^[a-z][a-z0-9-]{0,${ACCOUNT_NAME - 1}}$`),
  expected: `a lower-case letter, then lower-case letters, digits or -, at most ${ACCOUNT_NAME} in all`,
  example: "orders-prod",
};

/** The name of a deployment: it begins the names of its stacks, and ends those of what it makes in shared places. */
export const DEPLOYMENT_NAME: Format = {
  pattern: /^[a-z][a-z0-9-]{0,30}$/,
  expected: "a lower-case letter, then lower-case letters, digits or -, at most 31 in all",
  example: "staging",
};

export const ROLE_NAME: Format = {
  pattern: new RegExp(`^${IAM_NAME}$`),
  expected: "an IAM role name: 1 to 64 letters, digits or any of + = , . @ _ -",
  example: "pmm-ec2-role",
};

/** An IAM path holds no space and no control character; a name follows it. */
export const ROLE_NAME_WITH_PATH: Format = {
  pattern: new RegExp(`^(?:[\\w+=,.@-]+/)*${IAM_NAME}$`),
  expected:
    "an IAM role name, with its path in front if it has one: letters, digits or any of + = , . @ _ -, at most 64 in the name",
  example: "service/pmm-ec2-role",
};

/** IAM allows more characters in a path; these are those of names, none of which means anything in a policy. */
export const IAM_PATH: Format = {
  pattern: /^(?=.{1,512}$)\/(?:[\w+=,.@-]+\/)*$/,
  expected:
    "/ alone, or an IAM path that begins and ends with /: parts of letters, digits or any of + = , . @ _ -, at most 512 characters",
  example: "/dba/",
};

export const ROLE_ARN: Format = {
  pattern: new RegExp(`^arn:${PARTITIONS}:iam::\\d{12}:role/(?:[\\w+=,.@-]+/)*${IAM_NAME}$`),
  expected: "the ARN of one role (no wildcard, root, user or session)",
  example: "arn:aws:iam::111111111111:role/grafana",
};

/** Who may assume a third party's role: a whole account, or one role or user. */
export const THIRD_PARTY_PRINCIPAL: Format = {
  pattern: new RegExp(
    `^(?:\\d{12}|arn:${PARTITIONS}:iam::\\d{12}:(?:role|user)/(?:[\\w+=,.@-]+/)*${IAM_NAME})$`,
  ),
  expected:
    "an account id of 12 digits in quotes, or the ARN of one role or user (no wildcard, root or session)",
  example: '"999999999999"',
};

/** The word stands for the PMM EC2 role, so that its ARN need not be repeated. */
export const SECRET_READER: Format = {
  pattern: new RegExp(`^pmm_ec2_role$|${ROLE_ARN.pattern.source}`),
  expected: `pmm_ec2_role or ${ROLE_ARN.expected}`,
  example: ROLE_ARN.example,
};

/** A policy's name with its path, or its ARN in an account or among AWS's own. */
export const BOUNDARY: Format = {
  pattern: new RegExp(
    `^(?:arn:${PARTITIONS}:iam::(?:\\d{12}|aws):policy/)?(?:[\\w+=,.@-]+/)*[\\w+=,.@-]{1,128}$`,
  ),
  expected:
    "the name of a policy in the account (with its path if it has one), a policy's ARN, or null for none",
  example: "pmm-boundary",
};

export const MANAGED_POLICY: Format = {
  pattern: /^(?!.*\.json$)(?:(?!\.{1,2}\/)[\w+=,.@-]+\/)*[\w+=,.@-]{1,128}$/,
  expected: "the name of an AWS managed policy (with its path if it has one), or a file that starts with ./",
  example: "ReadOnlyAccess",
};

export const EXTERNAL_ID: Format = {
  pattern: /^[\w+=,.@:/-]{2,1224}$/,
  expected: "2 to 1224 letters, digits or any of + = , . @ : / _ -",
  example: "6c1f0e1e-0d5b-4c2a-9f6d-2f1f4f1c9a77",
};

export const ORGANIZATION_ID: Format = {
  pattern: /^o-[a-z0-9]{10,32}$/,
  expected: "o- and 10 to 32 lower-case letters or digits",
  example: "o-exampleorgid",
};

/** What tags may not hold, of ASCII. */
const NOT_IN_TAGS = "\\x00-\\x1f!\"#$%&'()*,;<>?[\\\\\\]^`{|}~\\x7f";

export const TAG_KEY: Format = {
  pattern: /^(?!(?:aws|pmm-iam):)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu,
  expected: "1 to 128 letters, digits, spaces or any of _ . : / = + - @, not starting with aws: or pmm-iam:",
  example: "team",
  portable: `^(?!(?:[Aa][Ww][Ss]|[Pp][Mm][Mm]-[Ii][Aa][Mm]):)[^${NOT_IN_TAGS}]{1,128}$`,
};

/** Not empty: the AWS provider cannot write an empty value over a default tag, and plans it again each time. */
export const TAG_VALUE: Format = {
  pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u,
  expected: "1 to 256 letters, digits, spaces or any of _ . : / = + - @",
  example: "dba",
  portable: `^[^${NOT_IN_TAGS}]{1,256}$`,
};

/**
 * The name of a database in Teleport. Teleport has no limit for it; this one keeps a name on a screen. Source: Teleport,
 * `ValidateDatabase` in lib/services/database.go.
 */
export const DATABASE_NAME: Format = {
  pattern: /^(?=.{1,255}$)[a-zA-Z](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/,
  expected: "a letter, then letters, digits or -, not ending in -, at most 255 in all",
  example: "billing",
};

/**
 * The resource id of an Aurora cluster, an RDS instance or an RDS proxy; `*` is every one in the account. A proxy's is
 * lower-case, the others are upper-case, and IAM compares case. AWS's have at most 26 characters after the dash.
 */
export const RDS_RESOURCE_ID: Format = {
  pattern: /^(?:(?:cluster|db)-[A-Z0-9]{1,40}|prx-[0-9a-f]{1,40}|\*)$/,
  expected:
    'cluster- or db- and upper-case letters or digits, prx- and lower-case hexadecimal digits, or "*"',
  example: "cluster-ABCDEFGHIJKL01234",
};

/**
 * A database user as the end of a resource in a policy. `*` and `?` are left out because IAM would expand them (`rds*`
 * reaches `rdsadmin`), and so is what begins a policy variable. The characters are those that IAM takes in a policy
 * (IAM API Reference, CreatePolicy: U+0020 to U+00FF) without spaces and what cannot be seen.
 */
export const DB_USER: Format = {
  pattern: /^(?:(?!.*\$\{)[\x21-\x29\x2b-\x3e\x40-\x7e\xa1-\xac\xae-\xff]{1,80}|\*)$/,
  expected:
    '1 to 80 characters that IAM takes (ASCII and Latin-1, such as é), without white space, *, ? and ${, or "*" as the only entry',
  example: "alice",
};

/** PostgreSQL's database names as Teleport lists them; `*` is every one. */
export const DB_NAME: Format = {
  pattern: /^\P{Cc}{1,63}$/u,
  expected: '1 to 63 characters without line breaks and other control characters, or "*"',
  example: "billing",
  portable: "^[^\\x00-\\x1f\\x7f-\\x9f]{1,63}$",
};

export const ENDPOINT: Format = {
  pattern:
    /^(?=[^:]{1,253}:)[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9][A-Za-z0-9-]{0,62})*:(?:6553[0-5]|655[0-2]\d|65[0-4]\d{2}|6[0-4]\d{3}|[1-5]\d{4}|[1-9]\d{0,3})$/,
  expected: "host:port, the port from 1 to 65535",
  example: "billing.cluster-abc.eu-west-1.rds.amazonaws.com:5432",
};

export const VPC_ID: Format = {
  pattern: /^vpc-[0-9a-f]{3,17}$/,
  expected: "vpc- and hexadecimal digits",
  example: "vpc-0abc",
};

const KMS_ALIAS = "alias/[\\w/-]{1,250}";
const KMS_KEY_ID = "(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})";

/** A KMS key as Secrets Manager and the S3 backend take it: id, alias, or the ARN of either. */
export const KMS_KEY: Format = {
  pattern: new RegExp(
    `^(?:${KMS_ALIAS}|${KMS_KEY_ID}|arn:${PARTITIONS}:kms:[a-z0-9-]+:\\d{12}:(?:${KMS_ALIAS}|key/${KMS_KEY_ID}))$`,
  ),
  expected: "alias/ and a name, a key id, or the ARN of either",
  example: "alias/pmm",
};

/** S3 User Guide, "General purpose bucket naming rules". Kinds of buckets with a suffix of their own hold no state. */
export const BUCKET: Format = {
  pattern:
    /^(?=.{3,63}$)(?!xn--|sthree-|amzn-s3-demo-)(?!\d+\.\d+\.\d+\.\d+$)(?!.*(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$)[a-z0-9][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)*(?<!-)$/,
  expected:
    "the name of a general purpose S3 bucket: 3 to 63 lower-case letters, digits, - or ., no IP address, not starting with xn--, sthree- or amzn-s3-demo-, not ending with -s3alias, --ol-s3, .mrap, --x-s3 or --table-s3",
  example: "acme-tfstate",
};

/** A part of an S3 key that every tool reads alike; no slash at either end. Its length counts with the stack's name. */
export const KEY_PREFIX: Format = {
  pattern: /^(?!(?:.*\/)?\.{1,2}(?:\/|$))[\w.-]+(?:\/[\w.-]+)*$/,
  expected: "letters, digits or any of _ . -, parts separated by /, none at the ends, no part . or ..",
  example: "pmm-iam",
};

/**
 * What the names of parameters begin with: a name, or a path with a slash before each part. The lengths are of a
 * name in the region with the shortest ARN. (Systems Manager User Guide, "Parameter name requirements and
 * constraints": 15 levels, 1,011 characters with the ARN, and names that begin with aws or ssm are AWS's own.)
 */
export const PARAMETER_PREFIX: Format = {
  pattern:
    /^(?!\/?(?:[Aa][Ww][Ss]|[Ss][Ss][Mm]))(?=.{1,966}$)(?=.*[A-Za-z0-9])(?:[A-Za-z0-9_.-]+|\/(?:[A-Za-z0-9_.-]+\/){0,14}[A-Za-z0-9_.-]*)$/,
  expected:
    "what parameters' names begin with, without a wildcard: letters, digits or any of _ . -, a slash before each part of a path, not aws or ssm, which AWS keeps for itself",
  example: "/cloudwatch-agent/",
};
