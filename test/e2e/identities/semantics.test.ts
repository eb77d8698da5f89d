import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../harness/tools";
import { type Document, EXAMPLES, type Statement } from "./applied";
import { faults } from "./semantics";

const read = (file: string) => JSON.parse(readFileSync(join(ROOT, file), "utf8")) as Document;

const FILES = readdirSync(join(ROOT, "modules"), { recursive: true, encoding: "utf8" })
  .filter((file) => /^[^/]+\/policies\/[^/]+\.json$/.test(file))
  .map((file) => `modules/${file}`)
  .sort();

test("there are policy files to look at", () => {
  expect(FILES.length).toBeGreaterThan(11);
});

test.each(FILES)("AWS ignores no part of %s", async (file) => {
  expect(await faults(read(file), "identity")).toEqual([]);
});

describe.each([...EXAMPLES])("the boundary %s of the examples", (kind, { document }) => {
  test("AWS ignores no part of it", async () => {
    expect(await faults(document, "identity")).toEqual([]);
  });

  test("fits into a managed policy", () => {
    expect(JSON.stringify(document).length).toBeLessThanOrEqual(6144);
  });

  test("refuses every role but those that the kind is there to assume", () => {
    const roles: Readonly<Record<string, string>> = {
      "pmm-ec2-role": "arn:aws:iam::*:role/AmazonRDSforPMMrole",
      "teleport-service": "arn:aws:iam::*:role/TeleportDatabaseAccess",
    };
    const Action = ["sts:AssumeRole", "sts:TagSession"];
    const role = roles[kind];
    const others = role === undefined ? { Resource: "*" } : { NotResource: role };
    expect(document.Statement).toContainEqual({ Sid: "NoOtherRole", Effect: "Deny", Action, ...others });
    const assuming = document.Statement.filter(
      ({ Effect, Action: of }) => Effect === "Allow" && JSON.stringify(of).includes('"sts:'),
    );
    expect(assuming.map(({ Resource }) => Resource)).toEqual(role === undefined ? [] : [role]);
  });
});

describe("the check sees", () => {
  const OS_METRICS = "arn:aws:logs:*:*:log-group:RDSOSMetrics:*";
  const ROLE = "arn:aws:iam::*:role/AmazonRDSforPMMrole";
  const allow = (Action: string | string[], Resource: string | string[], Condition?: object): Statement => ({
    Effect: "Allow",
    Action,
    Resource,
    ...(Condition === undefined ? {} : { Condition }),
  });

  test.each<[what: string, statement: Statement, expected: string[]]>([
    [
      "a call without resources granted on one, as in the ReliaDB guide",
      allow(
        ["logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:GetLogEvents", "logs:FilterLogEvents"],
        [OS_METRICS],
      ),
      [`0: logs:DescribeLogGroups is ignored on ${OS_METRICS}`],
    ],
    [
      "the guide's second resource, which no stream has",
      allow("logs:GetLogEvents", [OS_METRICS, `${OS_METRICS}:log-stream:*`]),
      [`0: ${OS_METRICS}:log-stream:* is no resource of these actions`],
    ],
    [
      "a log group without the :* that AWS compares with",
      allow("logs:FilterLogEvents", ["arn:aws:logs:*:*:log-group:RDSOSMetrics", OS_METRICS]),
      ["0: arn:aws:logs:*:*:log-group:RDSOSMetrics is no resource of these actions"],
    ],
    [
      "a misspelt action",
      allow(["rds:DescribeDBInstance", "rds:DescribeDBClusters"], "*"),
      ["0: rds:DescribeDBInstance is no action of AWS"],
    ],
    ["an action of another service", allow("rds:connect", "*"), ["0: rds:connect is no action of AWS"]],
    ["a service that is none", allow("rdsdb:connect", "*"), ["0: rdsdb:connect is no action of AWS"]],
    [
      "a wildcard that stands for nothing",
      allow("rds:Explain*", "*"),
      ["0: rds:Explain* is no action of AWS"],
    ],
    [
      "a resource of another type",
      allow("ssm:GetParameter", "arn:aws:ssm:*:*:document/AmazonCloudWatch-*"),
      [
        "0: ssm:GetParameter is ignored on arn:aws:ssm:*:*:document/AmazonCloudWatch-*",
        "0: arn:aws:ssm:*:*:document/AmazonCloudWatch-* is no resource of these actions",
      ],
    ],
    [
      "a bucket's call on its objects",
      allow(["s3:ListBucket", "s3:GetObject"], "arn:aws:s3:::acme/*"),
      ["0: s3:ListBucket is ignored on arn:aws:s3:::acme/*"],
    ],
    [
      "an exception that is none",
      { Effect: "Deny", Action: "ssm:GetParameter", NotResource: "arn:aws:ssm:*:*:AmazonCloudWatch-*" },
      [
        "0: ssm:GetParameter is ignored on arn:aws:ssm:*:*:AmazonCloudWatch-*",
        "0: arn:aws:ssm:*:*:AmazonCloudWatch-* is no resource of these actions",
      ],
    ],
    [
      "an account of 10 digits, as in AWS's own example",
      allow("rds-db:connect", "arn:aws:rds-db:us-east-2:1234567890:dbuser:db-ABCDEFGHIJKL01234/db_user"),
      [
        "0: arn:aws:rds-db:us-east-2:1234567890:dbuser:db-ABCDEFGHIJKL01234/db_user has no account of 12 digits",
      ],
    ],
    [
      "a condition key that is none",
      allow("sts:AssumeRole", ROLE, { StringEquals: { "aws:ResourceOrg": "o-exampleorgid" } }),
      ["0: aws:ResourceOrg is no condition key of AWS"],
    ],
    [
      "a condition key of another action",
      allow(["cloudwatch:PutMetricData", "cloudwatch:ListMetrics"], "*", {
        StringEquals: { "cloudwatch:namespace": "CWAgent" },
      }),
      ["0: cloudwatch:ListMetrics has no condition key cloudwatch:namespace"],
    ],
    [
      "a condition key of another service",
      allow("rds:DescribeDBInstances", "*", { StringEquals: { "sts:ExternalId": "x" } }),
      ["0: sts:ExternalId is no condition key of AWS"],
    ],
    [
      "an operator that does not compare the key",
      allow("rds:DescribeDBInstances", "*", { IpAddress: { "aws:SourceVpc": "10.0.0.0/8" } }),
      ["0: IpAddress does not compare aws:SourceVpc, of type String"],
    ],
    [
      "addresses compared as text",
      allow("rds:DescribeDBInstances", "*", { StringEquals: { "aws:SourceIp": "198.51.100.7" } }),
      ["0: StringEquals does not compare aws:SourceIp, of type IPAddress"],
    ],
    [
      "an operator that is none",
      allow("rds:DescribeDBInstances", "*", { StringEqual: { "aws:SourceVpc": "vpc-0abc" } }),
      ["0: StringEqual is no operator"],
    ],
    [
      "many values compared as one",
      allow("ec2:CreateTags", "*", { StringEquals: { "aws:TagKeys": "team" } }),
      ["0: StringEquals on aws:TagKeys, of type ArrayOfString"],
    ],
    [
      "an element out of place",
      { ...allow("rds:DescribeDBInstances", "*"), Principal: "*" },
      ["0: Principal has no place here"],
    ],
  ])("%s", async (_, statement, expected) => {
    expect(await faults({ Version: "2012-10-17", Statement: [statement] }, "identity")).toEqual(expected);
  });

  test("a principal that is none, and a condition on a trust that AWS does not fill in", async () => {
    const document: Document = {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Trust",
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::111111111111:role/pmm-*", Service: "ec2" },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "sts:ExternalIds": "x" } },
        },
      ],
    };
    expect(await faults(document, "trust")).toEqual([
      "Trust: AWS arn:aws:iam::111111111111:role/pmm-* is no principal",
      "Trust: Service ec2 is no principal",
      "Trust: sts:ExternalIds is no condition key of AWS",
    ]);
  });
});
