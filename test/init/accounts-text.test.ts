import { join } from "node:path";
import { z } from "zod";
import { parseDocument } from "../../src/accounts/document";
import { schemaText } from "../../src/commands/schema";
import { accountsText } from "../../src/init/accounts-text";
import { judged } from "../../src/init/refusals";
import { BACKENDS, type Choices, SETTING_KEYS, SETTINGS, type SettingKey } from "../../src/init/settings";
import { loadText } from "../accounts/corpus";

const FOLDER = join(__dirname, "nowhere");

/** A value for each setting. */
const GIVEN: Readonly<Record<SettingKey, string>> = {
  name: "staging",
  sourceAccount: "011111111111",
  pmmRole: "service/pmm-ec2-role",
  region: "eu-west-1",
  adminRole: "Admin",
  accountName: "orders-prod",
  accountId: "222222222222",
  bucket: "acme-tfstate",
  bucketRegion: "eu-central-1",
  keyPrefix: "iam/pmm",
  kmsKey: "alias/tf",
};

/** The settings that nobody but the user knows, in the order of the file. */
const ASKED: readonly SettingKey[] = [
  "sourceAccount",
  "pmmRole",
  "region",
  "adminRole",
  "bucket",
  "bucketRegion",
  "accountName",
  "accountId",
];

function givenAll(keys: readonly SettingKey[]): Choices["answers"] {
  return { name: "pmm-iam", ...Object.fromEntries(keys.map((key) => [key, GIVEN[key]])) };
}

const COMMENTED = `\
# yaml-language-server: $schema=./node_modules/pmm-iam/accounts.schema.json
# The AWS accounts that PMM monitors, and what each of them grants.
# Every key: node_modules/pmm-iam/docs/accounts-yaml.md

# The names of the stacks and of their states begin with it. It never changes.
name: staging

# The account of the PMM EC2 instance.
source:
  # Account ids are always in quotes.
  account_id: "011111111111"
  # The role in the instance's profile, with its IAM path if it has one. It exists already.
  pmm_ec2_role_name: service/pmm-ec2-role

# What every account has unless it says otherwise.
defaults:
  region: eu-west-1
  # The role that Terraform assumes in each account. It exists already:
  # node_modules/pmm-iam/examples/deployer makes one with just enough permissions.
  admin_role_name: Admin
  # That of examples/deployer makes roles and users with a boundary alone:
  # node_modules/pmm-iam/docs/first-rollout.md says how the boundaries are made.
  # permissions_boundary:
  #   monitoring_role: pmm-boundary-monitoring-role
  #   aurora_user: pmm-boundary-aurora-user

# Where Terraform's states are: they hold access keys. The bucket exists already, with versioning on.
backend:
  s3:
    bucket: acme-tfstate
    region: eu-central-1
    key_prefix: iam/pmm
    kms_key_id: alias/tf

accounts:
  # A name is part of Terraform addresses: it never changes.
  - name: orders-prod
    account_id: "222222222222"
    # Makes a user with an access key, with which PMM reads the OS metrics of Aurora and RDS:
    # aurora: true
    # Gives the account a stack, a state and a plan with others of the same group:
    # group: finance
`;

test("everything given", () => {
  expect(accountsText({ backend: "s3", answers: GIVEN })).toBe(COMMENTED);
});

test("with a pipeline, Terraform assumes the role in the source account too", () => {
  const { document } = parseDocument({
    name: "accounts.yaml",
    path: "accounts.yaml",
    text: accountsText({ pipeline: "github", backend: "s3", answers: GIVEN }),
  });
  expect(document?.plain).toMatchObject({
    source: { account_id: GIVEN.sourceAccount, admin_role_name: "Admin" },
    defaults: { admin_role_name: "Admin" },
  });
});

test("the schema of the first line takes the file, and so do the keys that a comment offers", () => {
  const validator = z.fromJSONSchema(JSON.parse(schemaText()) as Parameters<typeof z.fromJSONSchema>[0]);
  for (const backend of BACKENDS) {
    const text = accountsText({ backend, answers: GIVEN });
    const offered = text.replace(
      /^( *)# (?=(?:aurora|group|backend|kms_key_id|permissions_boundary| {2}(?:s3|monitoring_role|aurora_user)):)/gm,
      "$1",
    );
    expect(offered === text).toBe(false);
    for (const whole of [text, offered]) {
      const { document } = parseDocument({ name: "accounts.yaml", path: "accounts.yaml", text: whole });
      expect(validator.safeParse(document?.plain).error).toBeUndefined();
      expect(loadText(whole).problems).toEqual([]);
    }
  }
});

describe.each(BACKENDS)("with state in %s", (backend) => {
  const asked = ASKED.filter((key) => backend === "s3" || !SETTINGS[key].ofS3);
  const subsets = Array.from({ length: 2 ** asked.length }, (_, bits) =>
    asked.filter((_, index) => (bits >> index) & 1),
  );

  test("check refuses what was not given by name, and nothing else", () => {
    for (const given of subsets) {
      const answers = givenAll(given);
      // The bucket is taken to be in the region of the accounts.
      const missing = asked.filter(
        (key) => !given.includes(key) && !(key === "bucketRegion" && given.includes("region")),
      );
      const { problems, access } = loadText(accountsText({ backend, answers }));
      const found = problems.map(({ rule, message }) => [
        rule,
        /is the placeholder (".*?")/.exec(message)?.[1],
      ]);
      const expected = missing.map((key) => ["placeholder", JSON.stringify(SETTINGS[key].placeholder)]);
      expect(found).toEqual(expected);
      expect(access === undefined).toBe(missing.length > 0);
      const { refusals, left } = judged({ backend, answers }, FOLDER);
      expect(refusals).toEqual([]);
      expect(left.map(({ key }) => key)).toEqual(missing);
    }
    expect(subsets.length).toBe(backend === "s3" ? 256 : 64);
  });
});

test("every setting is asked for, has a value of its own, or is left out of the file", () => {
  const asked = SETTING_KEYS.filter((key) => SETTINGS[key].question !== undefined);
  expect([...asked].sort()).toEqual([...ASKED].sort());
  expect(SETTING_KEYS.filter((key) => SETTINGS[key].placeholder !== undefined)).toEqual(asked);
  const { problems } = loadText(accountsText({ backend: "s3", answers: givenAll(ASKED) }));
  expect(problems).toEqual([]);
});

/** What check says of a value that is wrong, for each setting: the beginning of its message. */
const WRONG: Readonly<Record<SettingKey, readonly [value: string, message: string]>> = {
  name: ["Staging", 'name is "Staging"; expected a lower-case letter'],
  sourceAccount: ["1234", 'account_id is "1234" (4 digits); expected 12 digits in quotes'],
  pmmRole: ["a b", 'pmm_ec2_role_name is "a b"; expected an IAM role name'],
  region: ["mars", 'region is "mars"; expected the name of an AWS region'],
  adminRole: ["", 'admin_role_name is ""; expected an IAM role name'],
  accountName: ["Orders", 'name is "Orders"; expected a lower-case letter'],
  accountId: ["2222-2222-2222", 'account_id is "2222-2222-2222"; expected 12 digits'],
  bucket: ["Acme", 'bucket is "Acme"; expected the name of a general purpose S3 bucket'],
  bucketRegion: ["us-gov-east-1", "region us-gov-east-1 is in the partition aws-us-gov"],
  keyPrefix: ["a/", 'key_prefix is "a/"; expected letters'],
  kmsKey: [
    "arn:aws:kms:us-east-1:111111111111:alias/tf",
    "this key is in us-east-1; expected one in eu-central-1",
  ],
};

test.each(SETTING_KEYS)("a wrong %s gets the message of check", (key) => {
  const [value, message] = WRONG[key];
  for (const text of [value, `${value}\n${value}`, "<id>", '"', "# x", "*a", "${x}", "\u0000"]) {
    const { refusals } = judged({ backend: "s3", answers: { ...GIVEN, [key]: text } }, FOLDER);
    expect(refusals.map((refusal) => refusal.key)).toEqual([key]);
    expect(text === value ? refusals[0]?.message : message).toContain(message);
  }
});
