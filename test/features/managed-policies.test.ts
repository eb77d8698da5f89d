import { managedPolicyRules } from "../../src/features/third-party-monitor/managed-policies";

function said(policy: string, partition?: "aws" | "aws-us-gov"): string[] {
  return [...managedPolicyRules(policy, [], partition)].map(
    ({ severity, message }) => `${severity}: ${message}`,
  );
}

test.each([
  ["ViewOnlyAccess", "job-function/ViewOnlyAccess"],
  ["CloudWatchReadonlyAccess", "CloudWatchReadOnlyAccess"],
  ["CloudWatchReadOnlyAcess", "CloudWatchReadOnlyAccess"],
  ["service-role/ReadOnlyAccess", "ReadOnlyAccess"],
  ["securityaudit", "SecurityAudit"],
])("%s is a misspelt name", (policy, near) => {
  expect(said(policy)).toEqual([`error: AWS has no managed policy ${policy}; did you mean ${near}?`]);
  expect(said(policy, "aws-us-gov")).toEqual([
    `warning: AWS had no managed policy ${policy} on 2026-09-30, so what it allows is not known; did you mean ${near}?`,
  ]);
});

test("a name near to none may be a policy of later", () => {
  expect(said("QuantumLedgerViewing")).toEqual([
    "warning: AWS had no managed policy QuantumLedgerViewing on 2026-09-30, so what it allows is not known; expected a policy that reads, such as ReadOnlyAccess, SecurityAudit or job-function/ViewOnlyAccess",
  ]);
});

test("the next version of a policy may be a policy of later", () => {
  expect(said("AmazonRDSPerformanceInsightsReadOnly2")[0]).toMatch(/^warning: AWS had no managed policy/);
  expect(said("AmazonRDSPerformanceInsightsReadOnly")).toEqual([]);
});

test.each(["ReadOnlyAccess", "job-function/ViewOnlyAccess", "AWSSupportPlansReadOnlyAccess"])(
  "%s is a policy of AWS's that reads",
  (policy) => {
    expect(said(policy)).toEqual([]);
  },
);
