import type { Identity } from "../../src/features/identity";
import { appliedDocuments, type Call, evaluate } from "../e2e/identities/evaluate";
import { accessOf, rootModule, synthesize } from "../support/synthesize";

/** `aurora: {credentials: role}`: PMM reads by the monitoring role, and there is no user, no key and no secret. */

const fileOf = (...entries: readonly string[]) => `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
accounts:
${entries.map((entry, index) => `  - {account_id: "22222222222${index}", ${entry}}\n`).join("")}`;

const BY_ROLE = fileOf(
  "name: orders, permissions: minimal, aurora: {credentials: role}",
  "name: billing, permissions: standard, aurora: {credentials: role}",
  "name: stock, permissions: grafana, aurora: {credentials: role}",
);

describe.each(["json", "hcl"] as const)("as %s", (format) => {
  test("the stack has the monitoring roles alone", async () => {
    const { module, resource } = await rootModule(BY_ROLE, "pmm-iam", format);
    expect(Object.keys(module as object).sort()).toEqual([
      "pmm_iam_billing",
      "pmm_iam_orders",
      "pmm_iam_stock",
    ]);
    expect(Object.keys(resource as object).sort()).toEqual(["aws_iam_role_policy"]);
  });

  test("every file is the one of an account without aurora", async () => {
    const without = await synthesize(BY_ROLE.replaceAll(", aurora: {credentials: role}", ""), format);
    expect(await synthesize(BY_ROLE, format)).toEqual(without);
  });

  test("credentials: access_key is what aurora: true is", async () => {
    const { module } = await rootModule(
      fileOf("name: orders, aurora: {credentials: access_key}"),
      "pmm-iam",
      format,
    );
    expect(module).toEqual(
      (await rootModule(fileOf("name: orders, aurora: true"), "pmm-iam", format))["module"],
    );
    expect(Object.keys(module as object).sort()).toEqual(["aurora_user_orders", "pmm_iam_orders"]);
  });
});

test("the model has no user and no key", () => {
  const { identities } = accessOf(BY_ROLE);
  expect(identities.filter(({ kind, keys }) => kind === "user" || keys !== undefined)).toEqual([]);
});

describe("the role is enough for PMM", () => {
  const PMM = "arn:aws:iam::111111111111:role/pmm-ec2-role";
  // The partition's regions, from AWS's "Regions and endpoints".
  const REGIONS = [
    "af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2",
    "ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7",
    "ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2",
    "eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2",
  ].flatMap((line) => line.split(" "));
  const identities = new Map(
    accessOf(BY_ROLE).identities.map((identity): [string, ReturnType<typeof asApplied>] => [
      identity.arn,
      asApplied(identity),
    ]),
  );
  const answer = (call: Call) =>
    evaluate(call, appliedDocuments(call, { identities, secrets: new Map() }, undefined));

  describe.each([
    ["minimal", "222222222220"],
    ["standard", "222222222221"],
    ["grafana", "222222222222"],
  ])("%s", (_, account) => {
    const role = `arn:aws:iam::${account}:role/AmazonRDSforPMMrole`;

    test("PMM assumes it, with session tags too, and nobody else does", async () => {
      for (const action of ["sts:AssumeRole", "sts:TagSession"]) {
        expect(await answer({ by: PMM, action, on: role })).toBe("Allowed");
        expect(await answer({ by: "arn:aws:iam::111111111111:role/other", action, on: role })).not.toBe(
          "Allowed",
        );
      }
    });

    test.each(REGIONS)("the calls of PMM's discovery and exporter in %s", async (region) => {
      const context = { "aws:RequestedRegion": region };
      const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
      const osMetrics = arn("logs", "log-group:RDSOSMetrics:log-stream:db-ABCDEFGHIJKL01234");
      for (const [action, on] of [
        ["rds:DescribeDBInstances", arn("rds", "db:*")],
        ["cloudwatch:GetMetricStatistics", "*"],
        ["logs:FilterLogEvents", osMetrics],
      ] as const) {
        expect([action, await answer({ by: role, action, on, context })]).toEqual([action, "Allowed"]);
      }
      const other = arn("logs", "log-group:/aws/lambda/x:log-stream:x");
      expect(await answer({ by: role, action: "logs:FilterLogEvents", on: other, context })).toBe(
        "ImplicitlyDenied",
      );
    });
  });

  /** As AWS would hold it. A copy, for the evaluation takes documents as plain data. */
  function asApplied({ arn, trust, policies }: Identity) {
    return JSON.parse(JSON.stringify({ arn, trust, policies }));
  }
});
