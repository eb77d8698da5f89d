// More than 300 lines: a table of what IAM refuses, one entry after the other.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AccountsFolder } from "../../src/accounts/folder";
import { readPolicyFile } from "../../src/features/third-party-monitor/policy-file";
import { processorSeconds } from "../support/processor-time";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pmm-iam-policy-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** "3:5 error ...": what is said of a file of this text, without what the Deny takes back. */
function said(content: string | Buffer): string[] {
  writeFileSync(join(folder, "p.json"), content);
  return readPolicyFile(new AccountsFolder(folder), "./p.json").findings.map(
    ({ elsewhere, severity, message }) =>
      `${elsewhere?.file}:${elsewhere?.line}:${elsewhere?.column}: ${severity}: ${message}`,
  );
}

/** A document of one statement that is right but for what is given. */
function statement(parts: object): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "rds:DescribeDBInstances", Resource: "*", ...parts }],
  });
}

/** Without its place, which the corpus holds. */
function messages(parts: object): string[] {
  return said(statement(parts)).map((line) => line.replace(/^p\.json:1:\d+: /, ""));
}

const ARN_FORM = 'expected "*" or an ARN, arn:<partition>:<service>:<region>:<account>:<resource>';

test.each([
  "*",
  "arn:aws:s3:::a-bucket/*",
  "arn:aws:s3:eu-west-1:222222222222:accesspoint/a",
  "arn:aws:s3:*:*:storage-lens/*",
  "arn:*:rds:*:*:db:*",
  "arn:aws-iso-b:rds:us-isob-east-1:222222222222:db:a",
  "arn:aws:iam::*:role/a",
  "arn:aws:iam::222222222222:*",
  "arn:aws:iam::aws:policy/ReadOnlyAccess",
  "arn:aws:kms:eu-west-1:${aws:PrincipalAccount}:key/*",
  "arn:aws:rds:*",
  "arn:aws:logs:eu-west-1:222222222222:log-group:RDSOSMetrics:log-stream:*",
])("IAM takes the resource %s", (Resource) => {
  expect(messages({ Resource })).toEqual([]);
  expect(messages({ Resource: undefined, NotResource: [Resource] })).toEqual([]);
});

const NO_ARN = "this resource is not an ARN";
const NO_PARTITION = "the partition in this ARN is not one of AWS's, such as aws";
const NO_SERVICE = "the service in this ARN is not one in lower case without wildcards";

test.each([
  ["", NO_ARN],
  ["a-bucket", NO_ARN],
  ["s3:::a-bucket", NO_ARN],
  ["arn:", NO_PARTITION],
  ["arn:amazon:s3:::a", NO_PARTITION],
  ["arn:aws*:s3:::a", NO_PARTITION],
  ["arn:aws", NO_SERVICE],
  ["arn:aws:*", NO_SERVICE],
  ["arn:aws:s3*:::a", NO_SERVICE],
  ["arn:aws:S3:::a", NO_SERVICE],
  ["arn:aws:s3:a-bucket", "this ARN has 4 of its six parts"],
])("IAM refuses the resource %s", (Resource, message) => {
  expect(messages({ Resource })).toEqual([`error: ${message}; ${ARN_FORM}`]);
});

test.each([
  [
    "arn:aws:iam:eu-west-1:222222222222:role/a",
    "error: this ARN of IAM names a region; expected none, as in arn:aws:iam::111111111111:role/name",
  ],
  [
    "arn:aws:iam::222222222222:roles/a",
    'error: IAM has no resources of the kind in this ARN; expected "*", or one that begins with role/, user/, policy/ or another of IAM\'s kinds',
  ],
  [
    "arn:aws:s3:eu-west-1::a-bucket",
    "error: this ARN of a bucket names a region; expected none, as in arn:aws:s3:::a-bucket/*",
  ],
  ["arn:aws:s3:::", `warning: this ARN ends before its resource, so it matches nothing; ${ARN_FORM}`],
  [
    "arn:aws:rds:ireland:222222222222:db:a",
    "warning: the region in this ARN is not an AWS region, so the ARN matches nothing; expected one such as eu-west-1, or *",
  ],
  [
    "arn:aws:rds:eu-west-1:22222222222:db:a",
    "warning: the account in this ARN is not an account id, so the ARN matches nothing; expected 12 digits, or *",
  ],
  [
    "arn:aws:rds:eu-west-1:123456789012:db:a",
    "warning: this ARN has an account id of AWS's documentation; put the value in its place",
  ],
])("of the resource %s", (Resource, message) => {
  expect(messages({ Resource })).toEqual([message]);
});

test.each(["rds:Describe*", "RDS:describedbinstances", "ec2:?escribeInstances", "execute-api:List*"])(
  "IAM takes the action %s",
  (Action) => {
    expect(messages({ Action }).filter((message) => message.startsWith("error"))).toEqual([]);
  },
);

test.each([
  ["DescribeDBInstances", "this action has no service in front of it"],
  ["rds: Describe*", "this action has white space in it"],
  ["rds:Describe DBInstances", "this action has white space in it"],
  ["rds:Describe:DBInstances", "this action has more than one colon"],
  ["rd*:DescribeDBInstances", "this action has a wildcard in its service, where IAM takes none"],
  ["rds:", "this action has characters that no action has, or lacks a part"],
  [":Describe*", "this action has characters that no action has, or lacks a part"],
  ["rds:Describe_DBInstances", "this action has characters that no action has, or lacks a part"],
])("IAM refuses the action %s", (Action, message) => {
  expect(messages({ Action })).toEqual([
    `error: ${message}; expected a service and an action, such as "rds:Describe*"`,
  ]);
});

const OPERATORS =
  `StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase StringLike StringNotLike
  BinaryEquals`.split(/\s+/);

test.each(
  OPERATORS.flatMap((operator) => [
    operator,
    `${operator}IfExists`,
    `ForAnyValue:${operator}`,
    `ForAllValues:${operator}IfExists`,
  ]),
)("IAM has the operator %s", (operator) => {
  expect(messages({ Condition: { [operator]: { "aws:PrincipalTag/cost centre": ["a", "b"] } } })).toEqual([]);
});

test.each([
  ["NumericLessThan", "10"],
  ["NumericEquals", 10],
  ["DateGreaterThanEquals", "2026-09-30"],
  ["DateLessThan", "1790000000"],
  ["DateEquals", "2026-09-30T12:00:00.5+02:00"],
  ["Bool", true],
  ["Bool", "False"],
  ["IpAddress", "2001:db8::/32"],
  ["NotIpAddress", ["203.0.113.7", "198.51.100.0/24"]],
  ["ArnLike", "arn:*:iam::222222222222:role/*"],
  ["ArnNotEquals", "${aws:PrincipalArn}"],
  ["Null", "true"],
])("IAM compares with %s the value %s", (operator, value) => {
  expect(messages({ Condition: { [operator]: { "aws:a": value } } })).toEqual([]);
});

test.each([
  [
    { StringEqual: { "aws:a": "b" } },
    "error: IAM has no such condition operator; did you mean StringEquals?",
  ],
  [
    { StringEqualsIfExist: { "aws:a": "b" } },
    "error: IAM has no such condition operator; did you mean StringEqualsIfExists?",
  ],
  [
    { "ForAnyValues:StringEquals": { "aws:a": "b" } },
    "error: IAM has no such condition operator; did you mean ForAnyValue:StringEquals?",
  ],
  [
    { stringEquals: { "aws:a": "b" } },
    "error: IAM has no such condition operator; upper and lower case matter: write StringEquals",
  ],
  [
    { "ForAnyvalue:StringLikeIfexists": { "aws:a": "b" } },
    "error: IAM has no such condition operator; upper and lower case matter: write ForAnyValue:StringLikeIfExists",
  ],
  [{ NullIfExists: { "aws:a": "true" } }, "error: the operator Null has no IfExists; write Null"],
  [
    { StringEquals: { region: "b" } },
    "error: this condition key has no service in front of it; expected one such as aws:RequestedRegion",
  ],
  [
    { StringEquals: { "aws:a": { b: "c" } } },
    "error: found an object as the value of a condition key; expected text, a number, true, false or a list of them",
  ],
  [
    { StringEquals: { "aws:a": [["c"]] } },
    "error: found a list as the value of a condition key; expected text, a number, true, false or a list of them",
  ],
  [
    { StringEquals: { "aws:a": null } },
    "error: found null as the value of a condition key; expected text, a number, true, false or a list of them",
  ],
  [
    { StringEquals: { "aws:a": [] } },
    "warning: an empty list matches nothing; expected the values of this condition key",
  ],
  [
    { StringEquals: { "aws:a": "b", "AWS:A": "c" } },
    "error: this operator has the same condition key in another case, which is one key; remove one",
  ],
  [
    { DateLessThan: { "aws:CurrentTime": "2026-13-01" } },
    "error: this is not a date; expected one such as 2026-09-30T12:00:00Z, or seconds since 1970",
  ],
  [
    { Bool: { "aws:SecureTransport": "yes" } },
    "warning: this operator compares true and false, so this value matches nothing",
  ],
  [
    { NumericEqualsIfExists: { "s3:max-keys": "ten" } },
    "warning: this operator compares numbers, so this value matches nothing",
  ],
  [
    { "ForAnyValue:IpAddress": { "aws:SourceIp": "home" } },
    "warning: this operator compares IP addresses and ranges, such as 203.0.113.0/24, so this value matches nothing",
  ],
  [
    { IpAddress: { "aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32", "300.1.1.1"] } },
    "warning: this operator compares IP addresses and ranges, such as 203.0.113.0/24, so this value matches nothing",
  ],
  [
    { NotIpAddress: { "aws:SourceIp": ["203.0.113.7", "203.0.113.0/33"] } },
    "warning: this operator compares IP addresses and ranges, such as 203.0.113.0/24, so this value matches nothing",
  ],
  [
    { ArnEquals: { "aws:SourceArn": ["arn:aws:s3:::bucket", "arn:aws:sns:*", "*", "arn:aws:s3"] } },
    "warning: this operator compares ARNs, so this value matches nothing",
  ],
  [
    { ArnLike: { "aws:PrincipalArn": "a" } },
    "warning: this operator compares ARNs, so this value matches nothing",
  ],
  [
    { StringEquals: "b" },
    'error: found text under a condition operator; expected an object such as {"aws:RequestedRegion": "eu-west-1"}',
  ],
])("the condition %j", (Condition, message) => {
  expect(messages({ Condition })).toEqual([message]);
});

test.each([
  ["{{Bucket}}", "this text has a placeholder in {{ }}"],
  ["<YOUR_BUCKET>", "this text has a placeholder in < >"],
  ["${BucketName}", "this text has a ${ } that is not a policy variable of IAM, so nothing replaces it"],
  ["${AWS::Region}", "this text has a ${ } that is not a policy variable of IAM, so nothing replaces it"],
  ["${var.bucket}", "this text has a ${ } that is not a policy variable of IAM, so nothing replaces it"],
  ["your-bucket", "this text has a placeholder"],
])("the placeholder %s", (bucket, message) => {
  expect(messages({ Resource: `arn:aws:s3:::${bucket}/*` })).toEqual([
    `warning: ${message}; put the value in its place`,
  ]);
});

test.each(["${aws:username}", "${aws:PrincipalTag/team, 'all'}", "${*}", "${$}{x}", "x-yours"])(
  "%s is no placeholder",
  (text) => {
    expect(messages({ Resource: `arn:aws:s3:::a/${text}` })).toEqual([]);
  },
);

test.each([
  [
    Buffer.from([0x7b, 0x0a, 0x22, 0xe9, 0x22]),
    "2:2: error: found bytes that are not UTF-8 text; save the file as UTF-8",
  ],
  ["", "1:1: error: this is not JSON: found the end; expected a value in JSON"],
  ['{"a": 1,}', "1:8: error: this is not JSON: a comma is before the } at the end; remove it"],
  ['{\n  // why\n  "a": 1}', "2:3: error: this is not JSON: JSON has no comments; remove this one"],
  ["%7B%22Version%22%3A", "1:1: error: this is a URL-encoded document, as IAM's API answers it; decode it"],
  ["{'Version': 1}", `1:2: error: this is not JSON: found '''; expected a key in "`],
])("a file that is no JSON: %s", (content, line) => {
  expect(said(content)).toEqual([`p.json:${line}`]);
});

test("a byte order mark is not part of the text", () => {
  expect(said(`\uFEFF${statement({})}`)).toEqual([]);
});

test("both of IAM's versions are taken, and none is the older", () => {
  const document = (version: string): string =>
    `{${version}"Statement": {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::a/\${aws:username}"}}`;
  const noVariable =
    'IAM takes ${ as plain text in a document without "Version": "2012-10-17"; give it that version, or remove the variable';
  expect(said(document('"Version": "2012-10-17", '))).toEqual([]);
  expect(said(document('"Version": "2008-10-17", '))).toEqual([`p.json:1:99: warning: ${noVariable}`]);
  expect(said(document(""))).toEqual([
    'p.json:1:1: warning: Version is missing, so IAM takes "2008-10-17"; write "Version": "2012-10-17"',
    `p.json:1:74: warning: ${noVariable}`,
  ]);
  expect(said(document('"Version": "2012-10-7", ')).slice(0, 1)).toEqual([
    'p.json:1:13: error: Version is neither of IAM\'s two; expected "2012-10-17", or the older "2008-10-17": it is the version of the policy language, not of the policy',
  ]);
});

test.each([
  ["cloudwatch:GetMetricsData", "cloudwatch:GetMetricData"],
  ["cloudwatch:DescribeLogGroups", "logs:DescribeLogGroups"],
  ["cloudwath:GetMetricData", "cloudwatch:GetMetricData"],
  ["rds:DescribeDBInstancess*", "rds:DescribeDBInstances"],
])("AWS has no action %s", (Action, near) => {
  expect(messages({ Action })).toEqual([
    `warning: AWS had no action of this name on 2026-09-26, so this matches nothing; did you mean ${near}?`,
  ]);
});

test("nothing of the text is in what is said of it", () => {
  const text = "Zyx9Qwv";
  const Condition = { [text]: { [text]: text } };
  const parts = { Sid: `${text}-`, Effect: text, Action: text, Resource: text, [text]: text, Condition };
  const found = said(`{"${text}": "${text}", "Version": "${text}", "Statement": [${JSON.stringify(parts)}]}`);
  expect(found.length).toBeGreaterThan(6);
  expect(found.join("\n")).not.toMatch(/zyx|qwv/i);
});

const MANY = Array.from({ length: 2_000 }, (_, index) => index);

test.each<[string, string]>([
  ["wildcards", statement({ Action: MANY.map((index) => `ec2:*${index}*`) })],
  ["unknown actions", statement({ Action: MANY.map((index) => `ec2:DescribeVolume${index}`) })],
  ["keys that are there twice", `{${MANY.map(() => '"Version": "2012-10-17"').join()}}`],
  ["unknown keys", `{${MANY.map((index) => `"k${index}": 1`).join()}}`],
  ["lists in lists", "[".repeat(100_000)],
  ["beginnings of variables", statement({ Resource: `arn:aws:s3:::${"${".repeat(20_000)}` })],
  ["beginnings of placeholders", statement({ Resource: `arn:aws:s3:::${"{{<a".repeat(10_000)}` })],
  ["spaces", statement({ Condition: { StringEquals: { [`a:${" ".repeat(50_000)}`]: "b" } } })],
])("thousands of %s are judged in seconds", (_, text) => {
  expect(processorSeconds(() => said(text))).toBeLessThan(10);
});
