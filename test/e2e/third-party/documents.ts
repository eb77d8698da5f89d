import type { Random } from "../../fuzz/random";

/** Policy documents, half of them with faults that people make, as texts. */
export function documents(count: number, random: Random): string[] {
  return Array.from({ length: count }, () => JSON.stringify(documentOf(random)));
}

type Choices = readonly [unknown, ...unknown[]];

/** The first more often than one of the others. */
function mostly(random: Random, choices: Choices): unknown {
  return random.chance(0.75) ? choices[0] : random.of(choices);
}

/** An object without the keys whose value is undefined, which JSON leaves out. */
function documentOf(random: Random): object {
  const [statement, ...more] = Array.from({ length: 1 + random.below(2) }, () => statementOf(random));
  return {
    Version: mostly(random, ["2012-10-17", "2008-10-17", undefined, "2012-10-7", 2012]),
    Id: mostly(random, [undefined, "a", 1]),
    version: mostly(random, [undefined, undefined, undefined, "2012-10-17"]),
    Statement: mostly(random, [[statement, ...more], statement, [], undefined, "a", [statement, []]]),
  };
}

function statementOf(random: Random): object {
  const of = (choices: Choices) => mostly(random, choices);
  return {
    Sid: of([undefined, "a", "A1", "", "a b", 1]),
    Effect: of(["Allow", "Deny", "allow", "DENY", undefined, true, ["Allow"]]),
    Action: of(["rds:DescribeDBInstances", ...ACTIONS]),
    NotAction: of([undefined, undefined, undefined, undefined, "rds:*", [], "rds"]),
    Resource: of(["*", ...RESOURCES]),
    NotResource: of([undefined, undefined, undefined, undefined, "*", [], "a"]),
    Principal: of([undefined, undefined, undefined, undefined, "*"]),
    condition: of([undefined, undefined, undefined, undefined, {}]),
    Condition: of([undefined, ...CONDITIONS]),
  };
}

const ACTIONS: readonly unknown[] = [
  ...["*", "*:*", "rds", "r*:Describe", "rds:Describe:a", "**", "", "a b:c", "s_3:List", "rds:Desc*", ":a"],
  ...[undefined, null, 1, [], ["rds:Describe*", "a"], ["*", null], [["rds:*"]], { a: 1 }],
];

const RESOURCES: readonly unknown[] = [
  ...[
    "a",
    "",
    "arn:aws",
    "arn:aws:",
    "arn:aws:s3",
    "arn:aws:s3:::a",
    "arn:x:s3:::a",
    "arn:*:s3:::a",
    "arn::s3:::a",
  ],
  ...["arn:aws:s3:eu-west-1::a", "arn:aws:s3:eu-west-1:222222222222:accesspoint/a", "arn:aws:s3:*:*:job/a"],
  ...["arn:aws:iam::222222222222:role/a", "arn:aws:iam::222222222222:*", "arn:aws:iam:eu-west-1::role/a"],
  ...[
    "arn:aws:iam::222222222222:roles/a",
    "arn:aws:iam::222222222222:root",
    "arn:aws::a",
    "arn:aws:::::a",
    "::::::",
  ],
  ...[
    "arn:aws-cn:rds:*:*:db:a",
    "arn:aws-iso:rds:*:*:db:a",
    "arn:aws:rds:*",
    "arn:aws:rds::a",
    "a:aws:s3:::a",
  ],
  ...[
    undefined,
    null,
    1,
    [],
    ["*", "a"],
    ["arn:aws:s3:::a", "arn:aws:s3:::b"],
    ["*", null],
    [["*"]],
    { a: 1 },
  ],
];

const OPERATORS: readonly string[] = [
  ...[
    "StringEquals",
    "StringLike",
    "stringEquals",
    "StringEqual",
    "ForAnyValue:StringLike",
    "ForAllValues:a",
  ],
  ...["StringEqualsIfExists", "ForAnyValue:StringLikeIfExists", "IfExists", "Null", "Bool", "ArnLike", ""],
  ...["DateLessThan", "ForAnyValue:DateGreaterThanIfExists", "NumericEquals", "IpAddress", "BinaryEquals"],
];

const VALUES: readonly unknown[] = [
  ...[
    "a",
    "2026-09-30",
    "2026-13-30",
    "2026-09-30T12:00:00Z",
    "2026-09-30T25:00:00Z",
    "20260930",
    "-1",
    "T",
    "",
  ],
  ...[
    "2026-09-30T12:00:00+02:00",
    "99999999999999999999",
    "300000000-01-01",
    "2026-09-30T12:00:61Z",
    "1-2-3-4",
  ],
  ...[true, 1, null, {}, [], ["a", "b"], ["2026-09-30", "a"]],
];

const CONDITIONS: readonly unknown[] = [
  ...["a", null, [], {}, { StringEquals: "a" }, { StringEquals: {} }, { a: [] }, { StringEquals: ["a"] }],
  ...OPERATORS.flatMap((operator) => VALUES.map((value) => ({ [operator]: { "aws:a": value } }))),
];
