import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CORPUS } from "./corpus";

/**
 * What people have and paste: names as AWS Organizations has them, the output of AWS's command line, the console,
 * Terraform, spreadsheets. Each kind has a file in the corpus, and its message says what to type.
 */
const REFUSED: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "names as AWS has them": {
    "name-as-aws-has-it": [
      '"Log Archive"',
      '"log-archive-2"? ("log-archive" is taken at 29:11)',
      '"acme-dev"',
      '"audit-eu"',
      '"r-d"',
      '"a2ndline-tools", with a letter before the digit',
      '"zurich"',
      '"aws-audit"',
    ],
    "name-51-characters": ["at most 50 in all"],
    "group-as-people-call-it": ['"finance-controlling"'],
    "name-of-a-monitor-as-the-vendor-has-it": ['"site-24x7-2"? ("site-24x7" is taken at 11:16)'],
    "name-of-a-module": ['"backup-reader"'],
  },
  "an ARN of another kind": {
    "additional-principals-pasted": [
      '"arn:aws:iam::111111111111:role/grafana"? (this is a session\'s ARN',
      "aws iam list-roles --path-prefix /aws-reserved/sso.amazonaws.com/",
      "this is an instance profile",
      "this is the id of a role",
    ],
    "additional-principals-root": ["name the one role in it"],
    "additional-principals-user": ["this is a user: name a role"],
    "additional-principals-wildcard": ["name each one"],
    "admin-role-name-is-an-arn": ['did you mean "Admin"?'],
    "organization-id-pasted": ['did you mean "o-exampleorgid"?'],
  },
  "an account id in another form": {
    "account-id-pasted": [
      '"222222222222"? (the account in this ARN)',
      '"888888888888"? (the account in this ARN)',
      '"444444444444"?',
      '"077777777777"? (if a spreadsheet has dropped the zero in front',
      "a spreadsheet has rounded it",
      "this is a reference or a placeholder",
    ],
    "account-id-hyphens": ['"222222222222"?'],
    "account-id-unquoted-leading-zero": ['type "0'],
  },
  "accounts in another form": {
    "accounts-mapping": ['- {name: orders-prod, account_id: "222222222222"}'],
    "accounts-mapping-of-ids": ['- {name: ledger-prod, account_id: "444444444444"}'],
    "accounts-one-entry-without-a-dash": ['- {name: orders-prod, account_id: "222222222222"}'],
    "accounts-of-ids-alone": ['{name: orders-prod, account_id: "033333333333"}'],
  },
  "accounts as AWS Organizations prints them": {
    "accounts-of-organizations": [
      "300 entries are as aws organizations list-accounts prints them",
      '- {name: team-1, account_id: "200000000001"}',
      "# and 199 more",
    ],
    "unknown-key-status-of-organizations": [
      "type lifecycle: closed",
      "did you mean closed?",
      "remove the line",
    ],
  },
  "one mistake in many accounts": {
    "admin-role-name-missing-everywhere": ['neither "team-1" nor 4 other accounts'],
  },
  "keys that keep an anchor": { "unknown-key-keeps-an-anchor": ["where its value is first used"] },
  "tags in another form": {
    "tag-value-empty-in-defaults": ['the tag "team" is empty'],
    "tag-value-null": ['the tag "team" is empty'],
    "tag-value-number": ['type "0815"'],
    "tag-value-flag": ['type "true"'],
    "tags-as-the-command-line-takes-them": [
      "type {team: dba, stage: prod}",
      '"&", "(" and ")" are not among them',
    ],
  },
  "regions as the console has them": {
    "region-as-the-console-has-it": [
      "did you mean us-east-1?",
      "did you mean eu-west-1?",
      "did you mean sa-east-1?",
    ],
  },
  "addresses and keys in another form": {
    "bucket-pasted": ['"acme-tfstate"?', '"alias/terraform"?'],
    "kms-key-id-pasted": ['"alias/terraform-state"?'],
    "endpoint-pasted": [
      '"teleport.example.com:443"?',
      '"orders.cluster-abc.us-east-1.rds.amazonaws.com:5432"?',
      '"billing.abc.us-east-1.rds.amazonaws.com:3306"?',
    ],
    "external-id-space": ["a space is not among them"],
    "allowed-source-ips-in-one-text": ['type ["198.51.100.7/32", "198.51.100.8/32"]'],
  },
  "a boundary that AWS keeps for itself": {
    "permissions-boundary-of-a-service-linked-role": ["is for a service-linked role alone"],
  },
};

const ACCEPTED = ["names-of-50-characters", "yaml-anchor-where-it-is-first-used", "yaml-anchors-and-merges"];

describe.each(Object.entries(REFUSED))("%s", (_, files) => {
  test.each(Object.entries(files))("%s says what to type", (name, says) => {
    const output = readFileSync(join(CORPUS, "bad", `${name}.txt`), "utf8");
    expect(says.filter((words) => !output.includes(words))).toEqual([]);
  });
});

test.each(ACCEPTED)("%s goes through as it is", (name) => {
  expect(existsSync(join(CORPUS, "ok", `${name}.yaml`))).toBe(true);
});
