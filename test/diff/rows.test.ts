import { diffRows } from "../../src/diff/rows";
import { accessOf } from "../support/synthesize";
import { FILE, rowsOf, said } from "./estate";

test("a file and itself have no difference, in whatever order its parts are", () => {
  expect(rowsOf()).toEqual([]);
  const [head, first, second] = FILE.split(/(?= {2}- name: )/);
  expect(diffRows([accessOf(FILE)], [accessOf(`${head}${second}${first}`)])).toEqual([]);
});

test.each<[string, [string, string][], string[]]>([
  [
    "a reader of the keys",
    [["[pmm_ec2_role]", '[pmm_ec2_role, "arn:aws:iam::111111111111:role/intern"]']],
    [
      "widened: role/intern of 111111111111 may read the key pmm/aurora/billing",
      "widened: role/intern of 111111111111 may read the key pmm/aurora/orders",
    ],
  ],
  [
    "the addresses of a key opened",
    [["{allowed_source_ips: [198.51.100.7/32]}", "true"]],
    ["widened: the key of user/PMMAWSIntegrationUser in orders works from anywhere"],
  ],
  [
    "one more address of a key",
    [["[198.51.100.7/32]", "[198.51.100.7/32, 203.0.113.0/24]"]],
    ["widened: the key of user/PMMAWSIntegrationUser in orders works from 203.0.113.0/24"],
  ],
  [
    "a larger block, and the same addresses written otherwise",
    [["[198.51.100.7/32]", "[198.51.100.6/31]"]],
    ["widened: the key of user/PMMAWSIntegrationUser in orders works from 198.51.100.6/31"],
  ],
  ["an address written as a block of two halves", [["[198.51.100.7/32]", "[198.51.100.7]"]], []],
  [
    "any database user",
    [["db_users: [alice]", 'db_users: ["*"]']],
    [
      "widened: role/TeleportDatabaseAccess in orders may rds-db:connect on arn:aws:rds-db:us-east-1:222222222222:dbuser:db-ORDERS/*",
    ],
  ],
  [
    "another database user in place of one",
    [["db_users: [alice]", "db_users: [bob]"]],
    [
      "gained: role/TeleportDatabaseAccess in orders may rds-db:connect on arn:aws:rds-db:us-east-1:222222222222:dbuser:db-ORDERS/bob",
      "lost: role/TeleportDatabaseAccess in orders may rds-db:connect on arn:aws:rds-db:us-east-1:222222222222:dbuser:db-ORDERS/alice",
    ],
  ],
  [
    "the vendor's Deny removed",
    [["policies: [SecurityAudit]", "policies: [SecurityAudit], deny_data_access: false"]],
    ["widened: role/vendor-monitoring in orders has AWS's policy SecurityAudit, which a Deny kept shut"],
  ],
  [
    "a managed policy more, and the Deny stays",
    [["[SecurityAudit]", "[SecurityAudit, job-function/ViewOnlyAccess]"]],
    ["gained: role/vendor-monitoring in orders has AWS's policy job-function/ViewOnlyAccess"],
  ],
  [
    "another external id",
    [["9b2d41c6", "8c3e52d7"]],
    [
      "widened: account 999999999999 may assume role/vendor-monitoring in orders if sts:ExternalId is 8c3e52d7",
      "narrowed: account 999999999999 may assume role/vendor-monitoring in orders if sts:ExternalId is 9b2d41c6",
    ],
  ],
  [
    "one role of the vendor in place of its account",
    [['["999999999999"]', '["arn:aws:iam::999999999999:role/collector"]']],
    [
      "narrowed: account 999999999999 may assume role/vendor-monitoring in orders if sts:ExternalId is 9b2d41c6",
      "narrowed: account 999999999999 may pass session tags to role/vendor-monitoring in orders (this alone does not let it assume the role)",
    ],
  ],
  [
    "more of the same role",
    [["permissions: minimal", "permissions: standard"]],
    expect.arrayContaining([expect.stringMatching(/^gained: role\/AmazonRDSforPMMrole in orders may /)]),
  ],
  [
    "the boundary gone",
    [["    permissions_boundary: boundary\n", ""]],
    expect.arrayContaining([
      "widened: role/AmazonRDSforPMMrole in orders has no boundary any more (it was arn:aws:iam::222222222222:policy/boundary)",
    ]),
  ],
])("%s", (_, parts, expected) => {
  expect(said(rowsOf(...parts))).toEqual(expected);
});

test("a new vendor: whom the external id lets in, and that session tags alone let nobody in", () => {
  const monitor =
    '      - {name: watcher, account_id: "888888888888", external_id: 5f1c77a0, policies: [SecurityAudit]}\n';
  const rows = rowsOf(["    third_party_monitors:\n", `    third_party_monitors:\n${monitor}`]);
  expect(said(rows.filter(({ kind }) => kind === "assume"))).toEqual([
    "gained: account 888888888888 may assume role/watcher-monitoring in orders if sts:ExternalId is 5f1c77a0",
    "gained: account 888888888888 may pass session tags to role/watcher-monitoring in orders (this alone does not let it assume the role)",
  ]);
});

test("a Deny that comes keeps shut what was open", () => {
  const open = FILE.replace(
    "policies: [SecurityAudit]",
    "policies: [SecurityAudit], deny_data_access: false",
  );
  expect(said(diffRows([accessOf(open)], [accessOf(FILE)]))).toEqual([
    "narrowed: role/vendor-monitoring in orders has AWS's policy SecurityAudit, which a Deny keeps shut",
  ]);
});

test("what is gained in one direction is lost in the other, and what is widened is narrowed", () => {
  const changed = FILE.replace("[alice]", '["*"]').replace("permissions: minimal", "permissions: grafana");
  const [forward, back] = [
    diffRows([accessOf(FILE)], [accessOf(changed)]),
    diffRows([accessOf(changed)], [accessOf(FILE)]),
  ];
  const opposite = { gained: "lost", widened: "narrowed", narrowed: "widened", lost: "gained" };
  const facts = (rows: typeof forward) => rows.map(({ change, says }) => `${change} ${says}`).sort();
  expect(forward.length).toBeGreaterThan(1);
  expect(facts(back)).toEqual(
    facts(forward.map((row) => ({ ...row, change: opposite[row.change] }) as typeof row)),
  );
});
