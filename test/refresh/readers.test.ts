import { readersActions } from "../../refresh/readers";

function policy(name: string, ...statements: readonly object[]) {
  return { name, document: { Statement: statements.map((each) => ({ Effect: "Allow", ...each })) } };
}

const OTHERS = [
  policy("SecurityAudit", { Action: ["rds:Describe*", "acm:Get*"] }),
  policy("job-function/ViewOnlyAccess", { Action: "rds:Describe*" }),
];

test("the patterns of AWS's three readers, each once and in order", () => {
  const reader = policy("ReadOnlyAccess", { Action: ["sqs:Get*"] }, { Effect: "Deny", Action: "s3:*" });
  const other = policy("AdministratorAccess", { Action: "*" });
  expect(readersActions([other, reader, ...OTHERS])).toEqual({
    policies: ["ReadOnlyAccess", "SecurityAudit", "job-function/ViewOnlyAccess"],
    actions: ["acm:Get*", "rds:Describe*", "sqs:Get*"],
  });
});

test.each([
  ["is missing", []],
  ["allows by NotAction", [policy("ReadOnlyAccess", { NotAction: "iam:*" })]],
])("a reader that %s is no list of actions", (_, first) => {
  expect(() => readersActions([...first, ...OTHERS])).toThrow(
    "ReadOnlyAccess was not found, or allows by NotAction; expected a list of actions",
  );
});
