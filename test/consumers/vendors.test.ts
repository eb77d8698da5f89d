import { piecesOf } from "../summary/rendered";
import { consumerFile, consumersOf, EVERYTHING } from "./written";

const file = (accounts: string) => `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin, iam_path: /dba/}
accounts:
${accounts}`;

const monitor = (name: string, more = "") =>
  `{name: ${name}, account_id: "999999999999", external_id: 9b2d-4f, policy: SecurityAudit${more}}`;

const namesIn = (yaml: string) => [...consumersOf(yaml).keys()].filter((path) => path.startsWith("vendors/"));

test("what to enter, after what, and what to compare it with", () => {
  const page = consumerFile(EVERYTHING, "vendors/billing-prod-custom.md");
  expect(page).toContain("| role ARN | `arn:aws:iam::033333333333:role/vendor-monitoring` |\n");
  expect(page).toContain("| external ID | `1b2d41c6-7f0e-4a53-8d1b-2f6c0a5e7d94` |\n");
  expect(page).toContain("| AWS account ID | `033333333333` |\n");
  expect(page).toContain("1. Apply the stack `pmm-iam-finance` first");
  expect(page).toContain("only these may assume the role: `888888888888`.");
  expect(page).toContain("- the policy `monitoring-access` from accounts.yaml\n");
  expect(page).toContain("- the policy `deny-data-access`, which denies reading data and secrets\n");
});

test("without the Deny, and with AWS's own policy", () => {
  const page = consumerFile(EVERYTHING, "vendors/billing-prod-site24x7.md");
  expect(page.split("What the role may do:\n\n")[1]).toBe("- AWS's policy `job-function/ViewOnlyAccess`\n");
});

test("the roles and users of a vendor, and a path", () => {
  const yaml = file(`  - name: a
    account_id: "222222222222"
    third_party_monitors:
      - {name: v, principals: ["arn:aws:iam::999999999999:role/collector", "arn:aws:iam::888888888888:user/x"], external_id: 9b2d, policy: SecurityAudit}`);
  const page = consumerFile(yaml, "vendors/a-v.md");
  expect(page).toContain("| role ARN | `arn:aws:iam::222222222222:role/dba/v-monitoring` |");
  expect(page).toContain("`arn:aws:iam::888888888888:user/x`");
  expect(page).toContain("`arn:aws:iam::999999999999:role/collector`");
});

test("two that would share a file have their account's id in the name", () => {
  const yaml = file(`  - {name: a, account_id: "222222222222", third_party_monitors: [${monitor("b-c")}]}
  - {name: a-b, account_id: "333333333333", third_party_monitors: [${monitor("c")}, ${monitor("d", ", role_name: d")}]}`);
  expect(namesIn(yaml)).toEqual([
    "vendors/a-b-c-222222222222.md",
    "vendors/a-b-c-333333333333.md",
    "vendors/a-b-d.md",
  ]);
});

test("nor does a name that has such an id already stand in the way", () => {
  const yaml = file(`  - {name: a, account_id: "222222222222", third_party_monitors: [${monitor("b-c")}]}
  - {name: a-b, account_id: "333333333333", third_party_monitors: [${monitor("c")}, ${monitor("c-222222222222", ", role_name: d")}]}`);
  expect(namesIn(yaml)).toEqual([
    expect.stringMatching(/^vendors\/a-b-c\.[0-9a-f]{12}\.md$/),
    "vendors/a-b-c-222222222222.md",
    "vendors/a-b-c-333333333333.md",
  ]);
});

test("a monitor of defaults has a page in each account that is active", () => {
  const yaml = file(`  - {name: a, account_id: "222222222222"}
  - {name: b, account_id: "333333333333", third_party_monitors: null}
  - {name: c, account_id: "444444444444", lifecycle: retiring}`).replace(
    "defaults: {",
    `defaults: {third_party_monitors: [${monitor("v")}], `,
  );
  expect(namesIn(yaml)).toEqual(["vendors/a-v.md"]);
});

test("each value of the file is code, whatever Markdown would make of it", () => {
  const yaml = file(
    `  - {name: a, account_id: "222222222222", third_party_monitors: [{name: v, account_id: "999999999999", external_id: "@a_b_:/-=+", policy: SecurityAudit}]}`,
  );
  const code = piecesOf(consumerFile(yaml, "vendors/a-v.md")).filter(({ type }) => type === "code");
  expect(code.map(({ text }) => text)).toContain("@a_b_:/-=+");
});
