import { judged } from "../../refresh/judge";

const WRITES = [
  "iam:AttachRolePolicy",
  "kms:Decrypt",
  "lambda:UpdateFunctionCode",
  "polly:PutLexicon",
  "sqs:SendMessage",
  "support:CreateCase",
];

function policy(name: string, ...statements: readonly object[]) {
  return {
    name,
    document: {
      Statement: statements.map((statement) => ({ Effect: "Allow", Resource: "*", ...statement })),
    },
  };
}

function judgementOf(...statements: readonly object[]): string[] {
  const found = judged([policy("one", ...statements)], WRITES);
  return Object.entries(found)
    .filter(([, names]) => names.includes("one"))
    .map(([list]) => list);
}

test.each([
  ["a read", { Action: "rds:Describe*" }, ["read"]],
  ["a write", { Action: ["rds:Describe*", "POLLY:put*"] }, ["write"]],
  ["a read that AWS counts among the writes", { Action: "kms:Decrypt" }, ["read"]],
  ["code", { Action: "lambda:*", Resource: "arn:aws:lambda:*:*:function:x" }, ["handOutAccess"]],
  ["a session that the Deny takes", { Action: "cognito-identity:GetCredentialsForIdentity" }, ["read"]],
  ["a session that a role cannot have", { Action: "sts:GetSessionToken" }, ["read"]],
  ["a session", { Action: "sts:AssumeRole" }, ["handOutAccess"]],
  ["nothing", { Action: "iam:*", Effect: "Deny" }, ["read"]],
  ["everything", { Action: "*" }, ["handOutAccess", "boundNothing"]],
  [
    "everything on a condition",
    { Action: "*", Condition: { Bool: { "aws:ViaAWSService": "true" } } },
    ["handOutAccess", "boundLittle"],
  ],
  ["all but IAM", { NotAction: "iam:*" }, ["handOutAccess", "boundLittle"]],
  ["one role's policies", { Action: "iam:*", Resource: "arn:aws:iam::*:role/x" }, ["handOutAccess"]],
])("a policy that allows %s", (_, statement, lists) => {
  expect(judgementOf(statement)).toEqual(lists);
});

test("what AWS's readers may do is no write of another policy", () => {
  const reader = policy("ReadOnlyAccess", { Action: "support:*" });
  expect(judged([policy("z", { Action: "support:CreateCase" }), reader], WRITES)).toEqual({
    handOutAccess: [],
    write: [],
    read: ["ReadOnlyAccess", "z"],
    boundNothing: [],
    boundLittle: [],
  });
});
