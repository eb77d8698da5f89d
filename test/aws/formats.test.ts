// More than 300 lines: one table of what each format takes and refuses.
import * as formats from "../../src/aws/formats";
import { KNOWN_REGIONS, partitionOf } from "../../src/aws/partitions";

const FORMATS = new Map(Object.entries(formats));

const ARN = "arn:aws:iam::111111111111:role/";

/** For each format, what it takes and what it refuses, at its edges. */
const EDGES: readonly (readonly [keyof typeof formats, readonly string[], readonly string[]])[] = [
  [
    "ACCOUNT_ID",
    ["000000000000", "999999999999"],
    ["", "99999999999", "9999999999999", " 999999999999", "999999999999\n", "١١١١١١١١١١١١"],
  ],
  [
    "ENTRY_NAME",
    ["a", "a-", "a0-9", "a".repeat(50)],
    ["", "A", "0a", "-a", "a_b", "a.b", "a".repeat(51), "a\n", "ä"],
  ],
  [
    "DEPLOYMENT_NAME",
    ["a", "a-", "pmm-iam", "a".repeat(31)],
    ["", "A", "0a", "-a", "a_b", "a.b", "a".repeat(32), "a\n", "ä"],
  ],
  [
    "ROLE_NAME",
    ["r", "R_+=,.@-9", "r".repeat(64)],
    ["", "r".repeat(65), "a/b", "a b", "a:b", "a*", "a\n", "ä"],
  ],
  [
    "ROLE_NAME_WITH_PATH",
    ["r", "a/r", "a/b/r", `a/${"r".repeat(64)}`],
    ["", "/r", "a/", "a//r", "a /r", `a/${"r".repeat(65)}`, `${ARN}r`],
  ],
  [
    "IAM_PATH",
    ["/", "/a/", "/a/b.c/d@e/", "/_+=,.@-/", `/${"a".repeat(510)}/`],
    [
      "",
      "a",
      "/a",
      "a/",
      "//",
      "/a//b/",
      "/a b/",
      "/*/",
      "/${aws:username}/",
      "/a:b/",
      "/ä/",
      `/${"a".repeat(511)}/`,
      "/a/\n",
    ],
  ],
  [
    "THIRD_PARTY_PRINCIPAL",
    [
      "033333333333",
      `${ARN}a/b/r`,
      `${ARN}${"r".repeat(64)}`,
      "arn:aws:iam::111111111111:user/alice",
      "arn:aws-eusc:iam::111111111111:user/a/b/alice",
    ],
    [
      "33333333333",
      "0333333333333",
      "*",
      ARN,
      `${ARN}*`,
      `${ARN}${"r".repeat(65)}`,
      "arn:aws:iam::111111111111:root",
      "arn:aws:iam::111111111111:group/g",
      "arn:aws:iam::111111111111:user/al?ce",
      "arn:aws:sts::111111111111:assumed-role/r/session",
      "arn:aws:sts::111111111111:federated-user/alice",
    ],
  ],
  [
    "ROLE_ARN",
    [
      `${ARN}r`,
      `${ARN}a/b/r`,
      `${ARN}${"r".repeat(64)}`,
      "arn:aws-cn:iam::111111111111:role/r",
      "arn:aws-us-gov:iam::111111111111:role/r",
      "arn:aws-eusc:iam::111111111111:role/r",
    ],
    [
      ARN,
      `${ARN}*`,
      `${ARN}a?`,
      `${ARN}${"r".repeat(65)}`,
      "arn:aws:iam::111111111111:root",
      "arn:aws:iam::111111111111:user/alice",
      "arn:aws:sts::111111111111:assumed-role/r/session",
      "arn:aws:iam::11111111111:role/r",
      "arn:aws:iam::aws:role/r",
      "arn:aws-iso:iam::111111111111:role/r",
      "arn:aws:iam:us-east-1:111111111111:role/r",
      "*",
      "111111111111",
    ],
  ],
  [
    "SECRET_READER",
    ["pmm_ec2_role", `${ARN}r`, `${ARN}a/b/r`],
    ["", "pmm_ec2_role ", "pmm-ec2-role", "xpmm_ec2_role", ARN, `${ARN}*`, "arn:aws:iam::111111111111:root"],
  ],
  [
    "BOUNDARY",
    [
      "b",
      "a/b",
      "b".repeat(128),
      "arn:aws:iam::aws:policy/ReadOnlyAccess",
      "arn:aws:iam::111111111111:policy/a/b",
    ],
    [
      "",
      "/b",
      "b".repeat(129),
      "arn:aws:iam::111111111111:role/b",
      "arn:aws:iam::111111111111:policy/",
      "a b",
    ],
  ],
  [
    "MANAGED_POLICY",
    ["ReadOnlyAccess", "job-function/ViewOnlyAccess", "service-role/a/B", "p".repeat(128)],
    [
      "",
      "p".repeat(129),
      "/p",
      "p/",
      "policies/p.json",
      "../p",
      "a/../p",
      "arn:aws:iam::aws:policy/p",
      "p p",
    ],
  ],
  [
    "EXTERNAL_ID",
    ["ab", "+=,.@:/-_", "x".repeat(1224)],
    ["", "x", "x".repeat(1225), "a b", "a#b", "a$b", "ab\n", "äb"],
  ],
  [
    "ORGANIZATION_ID",
    [`o-${"0".repeat(10)}`, `o-${"z".repeat(32)}`],
    [`o-${"0".repeat(9)}`, `o-${"z".repeat(33)}`, "o-EXAMPLEORG", "exampleorgid", "r-exampleorgid"],
  ],
  [
    "TAG_KEY",
    ["k", "k".repeat(128), "a b", "部門", "_.:/=+-@", "awsome", "x-aws:y", "pmm-iam", "½"],
    [
      "",
      "k".repeat(129),
      "aws:k",
      "AWS:k",
      "aWs:",
      "pmm-iam:k",
      "PMM-IAM:k",
      "a&b",
      "a\tb",
      "a\nb",
      "${a}",
      "😀",
    ],
  ],
  [
    "TAG_VALUE",
    ["v", "v".repeat(256), "a b", "部門", "aws:v", "_.:/=+-@"],
    ["", "v".repeat(257), "a&b", "%{a}", "${a}", "a\nb", "a;b", '"', "'"],
  ],
  [
    "DATABASE_NAME",
    ["a", "A", "a0", "Prod-Billing", "a--b", "b".repeat(75), "a".repeat(255)],
    ["", "0a", "-a", "a-", "a_b", "a.b", "a b", "a".repeat(256)],
  ],
  [
    "RDS_RESOURCE_ID",
    ["cluster-A", "db-0", "prx-0a1b2c3d4e5f60718", `db-${"A".repeat(40)}`, "*"],
    [
      "",
      "cluster-",
      "cluster-a",
      "db-A B",
      "db-a",
      "db_A",
      "DB-A",
      "db-*",
      "prx-",
      "prx-A0",
      "prx-g",
      "PRX-a",
      "proxy-A",
      "**",
      "i-A",
      `db-${"A".repeat(41)}`,
    ],
  ],
  [
    "DB_USER",
    [
      "a",
      "A_.@-9",
      "jane.doe+dba@example.com",
      "svc$reporting",
      "a/b:c",
      "%{a}",
      "{a}",
      "$",
      'a"b\\c',
      "<&>",
      "ä",
      "\xff",
      "u".repeat(80),
      "*",
    ],
    [
      "",
      "u".repeat(81),
      "a*",
      "a?",
      "a b",
      "a\tb",
      "a\nb",
      "**",
      "${a}",
      "a${",
      "\xa0",
      "\xad",
      "\x7f",
      "ł",
      "部",
    ],
  ],
  [
    "DB_NAME",
    ["d", "month end", "d*", "部門", "d".repeat(63), "*"],
    ["", "d".repeat(64), "a\nb", "a\0", "\x85"],
  ],
  [
    "ENDPOINT",
    ["a:1", "localhost:65535", "a.b-c.example.com:5432", "127.0.0.1:3306", `${"a".repeat(63)}.b:1`],
    [
      "a",
      "a:",
      ":1",
      "a:0",
      "a:00",
      "a:01",
      "a:65536",
      "a:65540",
      "a:65600",
      "a:66000",
      "a:70000",
      "a:100000",
      "a:-1",
      "a:1a",
      "a_b:1",
      "a..b:1",
      ".a:1",
      "-a:1",
      "a b:1",
      "https://a:1",
      "a:1/x",
      "[::1]:1",
      `${"a".repeat(64)}:1`,
      `${"a.".repeat(127)}:1`,
    ],
  ],
  [
    "VPC_ID",
    ["vpc-0abc", "vpc-01234567890abcdef"],
    ["", "vpc-", "vpc-0ABC", "vpc-xyz", "subnet-0abc", `vpc-${"0".repeat(18)}`],
  ],
  [
    "KMS_KEY",
    [
      "alias/pmm",
      "01234567-89ab-cdef-0123-456789abcdef",
      "mrk-0123456789abcdef0123456789abcdef",
      "arn:aws:kms:eu-west-1:111111111111:alias/a/b",
      "arn:aws-cn:kms:cn-north-1:111111111111:key/01234567-89ab-cdef-0123-456789abcdef",
    ],
    [
      "",
      "pmm",
      "alias/",
      "alias/a b",
      "arn:aws:kms:eu-west-1:111111111111:pmm",
      "arn:aws:s3:::bucket",
      "key/01234567-89ab-cdef-0123-456789abcdef",
      "arn:aws:kms:eu-west-1:111111111111:01234567-89ab-cdef-0123-456789abcdef",
    ],
  ],
  [
    "BUCKET",
    [
      "abc",
      "a-b.c",
      "0".repeat(63),
      "1.2.3",
      "1.2.3.4.5",
      "1.2.3.x",
      "xn-a",
      "sthree",
      "a-x-s3",
      "a.s3alias",
    ],
    [
      "ab",
      "0".repeat(64),
      "Abc",
      "a_b",
      "-ab",
      "ab-",
      "a..b",
      ".ab",
      "ab.",
      "a b",
      "192.168.5.4",
      "1.2.3.4",
      "xn--a",
      "sthree-a",
      "sthree-configurator",
      "amzn-s3-demo-a",
      "a-s3alias",
      "a--ol-s3",
      "a.mrap",
      "a--use1-az4--x-s3",
      "a--table-s3",
    ],
  ],
  [
    "KEY_PREFIX",
    ["a", "a/b", "a_b.c-d/e", "...", "a/.b/..c"],
    ["", ".", "..", "../a", "a/..", "a/../b", "a/./b", "/a", "a/", "a//b", "a b", "a$b", "a\n"],
  ],
  [
    "PARAMETER_PREFIX",
    [
      "AmazonCloudWatch-",
      "CloudWatch-Config",
      "/cloudwatch-agent/",
      "/cloudwatch-agent",
      "/CloudWatch-Config",
      "/prod/agent/linux",
      "a",
      "/a",
      "/_a/.b/c-",
      "1.2",
      "asw",
      "/a/aws/ssm",
      "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15",
      "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/",
      "c".repeat(966),
    ],
    [
      "",
      "/",
      "-",
      "/-/",
      "cloudwatch-agent/",
      "a/b",
      "//a",
      "/a//b",
      "/a/ b",
      "AmazonCloudWatch-*",
      "AmazonCloudWatch-?",
      "a b",
      "a$b",
      "a\n",
      "é",
      "aws-agent",
      "/aws/agent",
      "/AwS",
      "ssm-agent",
      "SSM",
      "/ssm/agent/",
      "arn:aws:ssm:us-east-1:222222222222:parameter/a",
      "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/",
      "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16",
      "c".repeat(967),
    ],
  ],
];

test("every format has its edges here", () => {
  expect(EDGES.map(([name]) => name).sort()).toEqual([...FORMATS.keys()].sort());
});

describe.each(EDGES)("%s", (name, taken, refused) => {
  const { pattern, example } = FORMATS.get(name) ?? formats.ACCOUNT_ID;

  test("takes its example", () => {
    expect(example.replaceAll('"', "")).toMatch(pattern);
  });

  test.each(taken.map((text) => [text]))("takes %j", (text) => {
    expect(text).toMatch(pattern);
  });

  test.each(refused.map((text) => [text]))("refuses %j", (text) => {
    expect(text).not.toMatch(pattern);
  });
});

describe("regions", () => {
  test("each is in one partition, whose name shows in it", () => {
    for (const region of KNOWN_REGIONS) {
      const prefix = /^(?:cn|us-gov|eusc)(?=-)/.exec(region)?.[0];
      const expected = prefix === undefined ? "aws" : `aws-${prefix}`;
      expect([region, partitionOf(region)]).toEqual([region, expected]);
    }
    expect(new Set(KNOWN_REGIONS).size).toBe(KNOWN_REGIONS.length);
  });

  test("a region that is not in the list has no partition", () => {
    expect(partitionOf("us-east-9")).toBeUndefined();
    expect(partitionOf("constructor")).toBeUndefined();
  });
});
