import { readAccess } from "../../src/access/read";
import type { Problem } from "../../src/accounts/problem";
import { synthSummary } from "../../src/commands/synth-summary";
import { features } from "../../src/features";
import { accessOf } from "../support/synthesize";

/** `line:column message [rule]` of each error. */
function errors(text: string): string[] {
  return problemsOf(text).flatMap(({ severity, line, column, message, rule }) =>
    severity === "error" ? [`${line}:${column} ${message} [${rule}]`] : [],
  );
}

function problemsOf(text: string): readonly Problem[] {
  return readAccess({ name: "accounts.yaml", path: "/accounts.yaml", text }, features).problems;
}

const DATABASE = '{name: NAME, engine: postgres, resource_id: db-A, endpoint: "h:5432", db_users: [a]}';

/** PMM's and Teleport's role are one, and each account has both roles that it assumes. */
function sharedRole(mode: string, accounts: number): string {
  const entries = Array.from(
    { length: accounts },
    (_, index) =>
      `  - {name: a-${index}, account_id: "${200_000_000_000 + index}", group: g-${index % 40}, teleport: {databases: [${DATABASE.replace("NAME", `d-${index}`)}]}}\n`,
  );
  return `source: {account_id: "111111111111", pmm_ec2_role_name: PMM, assume_policy: ${mode}}
defaults: {admin_role_name: Admin}
teleport: {role_name: pmm, proxy_address: "teleport.example.com:443"}
accounts:
${entries.join("")}`;
}

describe("PMM's and Teleport's role are one", () => {
  // An ARN with its quotes and comma: 13 + 12 + 6 + 19 + 3 = 53, of TeleportDatabaseAccess 56; 115 around them.
  test("explicit: both policies share the role's 10,240 characters", () => {
    const fits = Math.floor((10_240 - 2 * 115) / (53 + 56));
    expect(fits).toBe(91);
    expect(errors(sharedRole("explicit", fits))).toEqual([]);
    expect(errors(sharedRole("explicit", fits + 1))).toEqual([
      `1:62 the inline policies of the role PMM in account 111111111111 would have ${2 * 115 + 92 * (53 + 56)} characters; AWS allows 10240: pmm-assume-rds-monitoring-roles has ${115 + 92 * 53}, teleport-assume-database-roles has ${115 + 92 * 56}; set assume_policy: organization, or give the PMM EC2 role and Teleport's role different names [role-policy-size]`,
    ]);
  });

  test("explicit: what PMM reads of its own account is counted beside them", () => {
    const own =
      '{"Version":"2012-10-17","Statement":[{"Sid":"RDSAndCloudWatchAccess","Effect":"Allow","Action":["rds:DescribeDBInstances","cloudwatch:GetMetricStatistics"],"Resource":"*"},{"Sid":"OSMetricsLogAccess","Effect":"Allow","Action":"logs:FilterLogEvents","Resource":"arn:aws:logs:*:*:log-group:RDSOSMetrics:*"}]}';
    const withOwn = (accounts: number) =>
      sharedRole("explicit", accounts).replace(
        "pmm_ec2_role_name",
        "monitor_own_account: true, pmm_ec2_role_name",
      );
    const fits = Math.floor((10_240 - 2 * 115 - own.length) / (53 + 56));
    expect(fits).toBe(89);
    expect(errors(withOwn(fits))).toEqual([]);
    expect(errors(withOwn(fits + 1))).toEqual([
      expect.stringContaining(`pmm-monitor-own-account has ${own.length}`),
    ]);
  });

  test("explicit: nearly full is a warning only as long as both fit", () => {
    const warned = (accounts: number) =>
      problemsOf(sharedRole("explicit", accounts).replace("PMM", "pmm")).map(({ rule }) => rule);
    expect(warned(91)).toEqual(["assume-policy-headroom", "assume-policy-headroom"]);
    expect(warned(92)).toEqual(["role-policy-size"]);
  });

  test("explicit: the headroom is what the other policy leaves", () => {
    const summary = synthSummary({
      access: accessOf(sharedRole("explicit", 80)),
      format: "json",
      folder: "out",
      published: { written: 1, unchanged: 0, removed: 0 },
    });
    // 10,240 - 2 * 115 - 80 * (53 + 56) leaves 1,290, which is more than 11 times 53 + 56.
    expect(summary).toContain("pmm-assume-rds-monitoring-roles: explicit, 80 of 91 accounts\n");
    expect(summary).toContain("teleport-assume-database-roles: explicit, 80 of 91 accounts\n");
  });

  test("sharded: both take managed policies, of the ten that a role may have", () => {
    // Five shards each, of account ids that end in 0 to 4 (200,000,000,000 is a multiple of 8).
    expect(errors(sharedRole("sharded", 5))).toEqual([]);
    expect(errors(sharedRole("sharded", 6))).toEqual([
      "1:62 the role PMM in account 111111111111 would have 12 managed policies; AWS allows 10: pmm-assume-rds-monitoring-roles has 6, teleport-assume-database-roles has 6; set assume_policy: organization, or give the PMM EC2 role and Teleport's role different names [attached-policies]",
    ]);
  });
});

test("a secret's resource policy: 277 readers of 70 characters fit, 278 do not", () => {
  const around =
    '{"Version":"2012-10-17","Statement":[{"Sid":"ReadByTheseRoles","Effect":"Allow","Principal":{"AWS":"*"},"Action":"secretsmanager:GetSecretValue","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalArn":[],"aws:PrincipalAccount":"111111111111"}}}]}';
  // 13 + 12 + 6 characters around a name of 39, then two quotes and a comma but for the last.
  const size = (readers: number) => around.length + 73 * readers - 1;
  expect([size(277) <= 20_480, size(278) <= 20_480]).toEqual([true, false]);
  const file = (readers: number) => `source: {account_id: "111111111111", pmm_ec2_role_name: pmm}
defaults: {admin_role_name: Admin}
secrets:
  readers: [${Array.from({ length: readers }, (_, index) => `"arn:aws:iam::111111111111:role/${String(index).padStart(39, "r")}"`).join(", ")}]
accounts:
  - {name: a, account_id: "222222222222", aurora: true}
`;
  expect(errors(file(277))).toEqual([]);
  expect(errors(file(278))).toEqual([
    `4:3 the resource policy of each secret would have ${size(278)} characters; AWS allows 20480: list fewer readers, or let them assume one role that may read [secret-policy-size]`,
  ]);
});

test("a role over its quota is told once, by the assume policy that is over its own", () => {
  const many = Array.from(
    { length: 200 },
    (_, index) => `  - {name: a-${index}, account_id: "${200_000_000_000 + index}", group: g-${index % 4}}\n`,
  );
  const file = `source: {account_id: "111111111111", pmm_ec2_role_name: pmm, cloudwatch_agent: true}
defaults: {admin_role_name: Admin}
accounts:
${many.join("")}`;
  expect(errors(file)).toEqual([
    `1:1 pmm-assume-rds-monitoring-roles would have ${115 + 200 * 53} characters for 200 accounts; 8192 hold 152: set assume_policy: sharded [assume-policy-size]`,
  ]);
});
