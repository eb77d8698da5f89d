import { chosenOf } from "../../src/verify/chosen";
import { byKey, byRole, checkOf, planOf } from "./checks";

const PLAN = planOf(checkOf("pmm", byKey), checkOf("grafana", byRole), {
  ...checkOf("grafana", byRole),
  account: "billing-prod",
  accountId: "033333333333",
  regions: ["eu-west-1"],
});

function chosen(options: Parameters<typeof chosenOf>[1]): unknown {
  const plan = chosenOf(PLAN, options);
  return "problem" in plan
    ? plan.problem
    : plan.checks.map(({ account, reader, regions }) => `${account} ${reader} ${regions.join()}`);
}

test.each<[Parameters<typeof chosenOf>[1], unknown]>([
  [{}, ["orders-prod pmm us-east-1", "orders-prod grafana us-east-1", "billing-prod grafana eu-west-1"]],
  [{ account: ["billing-prod"] }, ["billing-prod grafana eu-west-1"]],
  [
    { account: ["033333333333", "orders-prod"], only: ["grafana"] },
    ["orders-prod grafana us-east-1", "billing-prod grafana eu-west-1"],
  ],
  [
    { only: ["pmm"], region: ["eu-west-1", "us-west-2", "eu-west-1"] },
    ["orders-prod pmm eu-west-1,us-west-2"],
  ],
  [
    { only: ["pmm"], account: ["billing-prod,orders-prod"], region: ["eu-west-1,us-west-2", "us-east-2,"] },
    ["orders-prod pmm eu-west-1,us-west-2,us-east-2"],
  ],
  [
    { only: ["teleport"] },
    "there is nothing to verify for teleport: no account has it; expected pmm or grafana",
  ],
  [
    { only: ["pmm"], account: ["billing-prod"] },
    "there is nothing to verify for pmm in the accounts that --account names",
  ],
  [
    { account: ["order-prod"] },
    'there is nothing to verify in an account "order-prod"; expected orders-prod, billing-prod',
  ],
  [
    { region: ["us-est-1"] },
    '"us-est-1" is no region of the partition aws; expected one such as us-east-1, or all',
  ],
  [
    { region: ["cn-north-1"] },
    '"cn-north-1" is no region of the partition aws; expected one such as us-east-1, or all',
  ],
])("%j", (options, expected) => {
  expect(chosen(options)).toEqual(expected);
});

test("every region of the partition", () => {
  const plan = chosenOf(PLAN, { region: ["all"] });
  const regions = "problem" in plan ? [] : plan.checks[0]?.regions;
  expect(plan).toMatchObject({ skipsDisabledRegions: true });
  expect(regions).toHaveLength(34);
  expect(regions).toContain("ap-southeast-7");
});

test("a file without an active account", () => {
  expect(chosenOf(planOf(), {})).toEqual({
    problem: "there is nothing to verify: no account in the file is active",
  });
});
