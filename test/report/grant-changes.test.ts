import type { Row } from "../../src/diff/row";
import { diffRows } from "../../src/diff/rows";
import { type Grant, grantsOf } from "../../src/report/grants";
import { accountsFile } from "../changes/judged";
import { accessOf } from "../support/synthesize";
import { reportOfFile } from "./made";

const ORDERS = 'name: orders, account_id: "222222222222"';
const BILLING = 'name: billing, account_id: "333333333333"';
const PMM_ROLE = "arn:aws:iam::111111111111:role/pmm-ec2-role";
const ROLE = "arn:aws:iam::222222222222:role/AmazonRDSforPMMrole";
const BILLING_ROLE = "arn:aws:iam::333333333333:role/AmazonRDSforPMMrole";

const orders = (more = "") => accountsFile([`${ORDERS}${more}`]);

/** The grants of a file that are marked, since another one or with these rows. */
function marked(since: string | readonly Row[], after: string): Grant[] {
  const rows = typeof since === "string" ? diffRows([accessOf(since)], [accessOf(after)]) : since;
  return grantsOf(reportOfFile(after, { rows })).filter(({ changed }) => changed.length > 0);
}

/** `lost: orders assume <who>`. */
const said = (grants: readonly Grant[]) =>
  grants.map(({ changed, account, access, who }) => `${changed.join(" ")}: ${account} ${access} ${who}`);

test.each([
  ["removed", accountsFile([ORDERS])],
  ["retiring", accountsFile([ORDERS, `${BILLING}, lifecycle: retiring`])],
])("an account that is %s: each grant that is lost has a row, and none that stands is marked", (_, after) => {
  const grants = marked(accountsFile([ORDERS, BILLING]), after);
  expect(said(grants)).toEqual([
    `lost: account 111111111111 permission ${PMM_ROLE}`,
    `lost: billing assume ${PMM_ROLE}`,
    `lost: billing permission ${BILLING_ROLE}`,
    `lost: billing permission ${BILLING_ROLE}`,
  ]);
  expect(grants[0]).toMatchObject({
    account_id: "111111111111",
    stack: "pmm-iam",
    grant_kind: "source_role",
    target: PMM_ROLE,
    actions: ["sts:AssumeRole", "sts:TagSession"],
    resources: [BILLING_ROLE],
    reason: `No longer granted; at v1: role/pmm-ec2-role in 111111111111 may sts:AssumeRole and sts:TagSession on ${BILLING_ROLE}.`,
  });
  expect(grants[1]).toMatchObject({ account_id: "333333333333", grant_kind: null, target: BILLING_ROLE });
});

test("a reader who is removed is lost, though the diff says that the key is narrowed", () => {
  const file = (readers: string) => `secrets: {readers: [${readers}]}\n${orders(", aurora: true")}`;
  const grants = marked(file('pmm_ec2_role, "arn:aws:iam::111111111111:role/reader"'), file("pmm_ec2_role"));
  expect(said(grants)).toEqual(["lost: orders read_key arn:aws:iam::111111111111:role/reader"]);
  expect(grants[0]).toMatchObject({ grant_kind: "aurora_key", target: "pmm/aurora/orders" });
});

test("actions that are lost have a row, and those that stay no mark", () => {
  const grants = marked(orders(), orders(", permissions: minimal"));
  expect(grants.map(({ changed, actions }) => [changed, actions])).toEqual([
    [["lost"], ["logs:DescribeLogStreams", "logs:GetLogEvents"]],
    [
      ["lost"],
      [
        "rds:DescribeDBClusters",
        "rds:DescribeDBLogFiles",
        "rds:DownloadDBLogFilePortion",
        "rds:ListTagsForResource",
      ],
    ],
  ]);
});

const VENDOR = (id: string, policy: string) =>
  `third_party_monitors: [{name: v, principals: ["999999999999"], external_id: ${id}, policies: [${policy}]}]`;

test("a boundary is about what a role may do: not about who may assume it, nor about what is denied", () => {
  const vendor = VENDOR("abcdef12", "SecurityAudit");
  const grants = marked(orders(`, ${vendor}`), orders(`, ${vendor}, permissions_boundary: x`));
  expect(new Set(grants.map(({ access, effect, changed }) => `${access} ${effect} ${changed}`))).toEqual(
    new Set(["permission Allow narrowed"]),
  );
  // Nine reasons of the monitoring role's policy, and the vendor's policy of AWS's.
  expect(grants).toHaveLength(10);
});

test("another external id and another policy are each a grant more and one that is lost", () => {
  const grants = marked(
    orders(`, ${VENDOR("abcdef12", "SecurityAudit")}`),
    orders(`, ${VENDOR("abcdef13", "ReadOnlyAccess")}`),
  );
  expect(
    grants.map(({ changed, access, policy, condition }) => [changed, access, policy, condition]),
  ).toEqual([
    [["widened"], "assume", null, { StringEquals: { "sts:ExternalId": "abcdef13" } }],
    [["gained"], "permission", "ReadOnlyAccess", {}],
    [["lost"], "assume", null, { StringEquals: { "sts:ExternalId": "abcdef12" } }],
    [["lost"], "permission", "SecurityAudit", {}],
  ]);
});

test.each([
  [", aurora: true", ", aurora: {allowed_source_ips: [198.51.100.7/32]}", ["narrowed aws:SourceIp"]],
  [", aurora: {allowed_source_ips: [198.51.100.7/32]}", ", aurora: true", ["widened "]],
  [
    ", aurora: {allowed_source_ips: [198.51.100.7/32, 198.51.100.8/32]}",
    ", aurora: {allowed_source_ips: [198.51.100.7/32], allowed_source_vpcs: [vpc-0123456789abcdef0]}",
    ["narrowed aws:SourceIp", "widened aws:SourceVpc"],
  ],
  [
    ", aurora: {allowed_source_ips: [198.51.100.7/32]}",
    ", aurora: {allowed_source_vpcs: [vpc-0123456789abcdef0]}",
    ["widened aws:SourceVpc", "lost aws:SourceIp"],
  ],
])("where a key works from, %s and then %s", (before, after, expected) => {
  const keys = ({ condition }: Grant) => Object.values(condition).flatMap((of) => Object.keys(of));
  const grants = marked(orders(before), orders(after));
  expect(grants.map((grant) => `${grant.changed} ${keys(grant)}`)).toEqual(expected);
});

const ROW: Row = {
  change: "narrowed",
  kind: "permission",
  who: { kind: "role", id: ROLE },
  where: { account: "orders", account_id: "222222222222", target: ROLE },
  actions: ["cloudwatch:*"],
  resources: ["*"],
  condition: {},
  says: "role/AmazonRDSforPMMrole in orders may cloudwatch:* on *",
};

test("what is left of a pattern is narrowed", () => {
  expect(marked([ROW], orders()).map(({ changed, actions }) => [changed, actions])).toEqual([
    [["narrowed"], ["cloudwatch:GetMetricStatistics"]],
    [["narrowed"], ["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"]],
  ]);
});

test("of a pattern of which nothing is left here, all is lost", () => {
  expect(marked([{ ...ROW, actions: ["s3:*"] }], orders())).toEqual([
    expect.objectContaining({ changed: ["lost"], actions: ["s3:*"] }),
  ]);
});

test("session tags that somebody may pass are no right to assume the role, and have a row of their own", () => {
  const says =
    "role/pmm-ec2-role of 111111111111 may pass session tags to role/AmazonRDSforPMMrole in orders";
  const who = { kind: "role", id: PMM_ROLE } as const;
  const tags: Row = { ...ROW, change: "widened", kind: "assume", who, actions: ["sts:TagSession"], says };
  expect(marked([tags], orders())).toEqual([
    expect.objectContaining({ changed: ["widened"], actions: ["sts:TagSession"], reason: `${says}.` }),
  ]);
});

test("a team's module that is lost has a row", () => {
  const lost: Row = {
    ...ROW,
    change: "lost",
    kind: "module",
    who: { kind: "module", id: "backup" },
    where: { ...ROW.where, target: "module.backup_orders" },
    says: 'the module "backup" runs in orders; what it makes is not known here',
  };
  expect(said(marked([lost], orders()))).toEqual(["lost: orders module module backup"]);
});
