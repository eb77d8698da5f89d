// More than 300 lines: one file of accounts, and what each change of it is warned of.
import { JUDGES } from "../../src/changes/widenings";
import { judge } from "./judged";

/** What `check --base` warns of, because it gives access that nobody means by accident; and what it is silent about. */

const FILE = `source:
  account_id: "111111111111"
  pmm_ec2_role_name: pmm-ec2-role
  additional_principals:
    - arn:aws:iam::111111111111:role/grafana
defaults:
  admin_role_name: Admin
  third_party_monitors:
    - name: shared
      principals: ["888888888888"]
      external_id: 7c1d30b5
      policies: [SecurityAudit]
  cloudwatch_agent:
    on_premises_server_user:
      allowed_source_ips:
        - 198.51.100.0/25
teleport:
  role_name: teleport
  proxy_address: teleport.example.com:443
secrets:
  readers:
    - pmm_ec2_role
accounts:
  - name: orders
    account_id: "222222222222"
    aurora:
      allowed_source_ips:
        - 198.51.100.7/32
    teleport:
      databases:
        - name: orders
          engine: postgres
          resource_id: db-ORDERS
          endpoint: db:5432
          db_users: [alice]
    third_party_monitors:
      - name: vendor
        principals:
          - "999999999999"
        external_id: 9b2d41c6
        policies: [SecurityAudit]
  - name: billing
    account_id: "033333333333"
    aurora: true
`;

type Part = readonly [before: string, after: string];

function changed(file: string, parts: readonly Part[]): string {
  return parts.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`there is no ${from}`);
    return text.replace(from, to);
  }, file);
}

/** `line source text: message [rule]` of each problem that the change has and the file alone has not. */
function said(before: string, after: string): string[] {
  const alone = new Set(judge({ before: after, after }).problems.map(({ rule, line }) => `${line} ${rule}`));
  const { problems } = judge({ before, after });
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  return problems
    .filter(({ rule, line }) => !alone.has(`${line} ${rule}`))
    .map(({ sourceLine = "", message, rule }) => `${sourceLine.trim()}: ${message} [${rule}]`);
}

const SHARED = "      external_id: 7c1d30b5\n";
const OWN = "        external_id: 9b2d41c6\n";
const INTERN = "arn:aws:iam::111111111111:role/intern";
const OUTSIDE = "arn:aws:iam::777777777777:role/x";
const NO_ORGANIZATION =
  "its account is not in this file, and no organization_id limits the trust: check the account id, or set source.organization_id [outside-principal-added]";
const NAMED =
  "name the addresses and VPCs that its consumers call from, and no others [key-addresses-opened]";
const DENY = "set deny_data_access: true unless the vendor has to read them [data-deny-off]";
const VENDOR = "check it against what the vendor's console shows [monitor-principal-added]";
const USER = "user/PMMAWSIntegrationUser";
const AGENT = "user/CloudWatchAgentServerUser";
const EVERYONE =
  "as every database user with IAM authentication, administrators too; name them where you can [db-users-opened]";

const WARNED: readonly (readonly [name: string, parts: readonly Part[], lines: readonly string[]])[] = [
  [
    "a reader more: once for all keys",
    [["    - pmm_ec2_role\n", `    - pmm_ec2_role\n    - ${INTERN}\n`]],
    [
      `- ${INTERN}: new since main: role/intern of 111111111111 may read the keys of 2 accounts (billing and orders); anyone who reads a key can act as its user: name only those who need it [reader-added]`,
    ],
  ],
  [
    "a key's list of addresses removed",
    [["    aurora:\n      allowed_source_ips:\n        - 198.51.100.7/32\n", "    aurora: true\n"]],
    [`aurora: true: new since main: the key of ${USER} in orders works from anywhere; ${NAMED}`],
  ],
  [
    "an address more",
    [["        - 198.51.100.7/32\n", "        - 198.51.100.7/32\n        - 203.0.113.9/32\n"]],
    [`- 203.0.113.9/32: new since main: the key of ${USER} in orders works from 203.0.113.9/32; ${NAMED}`],
  ],
  [
    "a larger range",
    [["198.51.100.7/32", "198.51.100.6/31"]],
    [`- 198.51.100.6/31: new since main: the key of ${USER} in orders works from 198.51.100.6/31; ${NAMED}`],
  ],
  [
    "a VPC beside the addresses",
    [
      [
        "        - 198.51.100.7/32\n",
        "        - 198.51.100.7/32\n      allowed_source_vpcs:\n        - vpc-0abc1234\n",
      ],
    ],
    [`- vpc-0abc1234: new since main: the key of ${USER} in orders works from vpc-0abc1234; ${NAMED}`],
  ],
  [
    "the addresses of an on-premises user in defaults: once for all accounts",
    [["198.51.100.0/25", "198.51.100.0/24"]],
    [
      `- 198.51.100.0/24: new since main: the keys of ${AGENT} in 2 accounts (billing and orders) work from 198.51.100.0/24; ${NAMED}`,
    ],
  ],
  [
    "every database user",
    [["db_users: [alice]", 'db_users: ["*"]']],
    [
      `db_users: ["*"]: new since main: role/TeleportDatabaseAccess in orders may rds-db:connect on arn:aws:rds-db:us-east-1:222222222222:dbuser:db-ORDERS/*, ${EVERYONE}`,
    ],
  ],
  [
    "every database user of a new database, in another region",
    [
      [
        "          db_users: [alice]\n",
        '          db_users: [alice]\n        - {name: all, engine: postgres, resource_id: "*", region: eu-west-1, db_users: [alice]}\n        - {name: every, engine: postgres, resource_id: "*", db_users: ["*"]}\n',
      ],
    ],
    [
      `- {name: every, engine: postgres, resource_id: "*", db_users: ["*"]}: new since main: role/TeleportDatabaseAccess in orders may rds-db:connect on arn:aws:rds-db:us-east-1:222222222222:dbuser:*/*, ${EVERYONE}`,
    ],
  ],
  [
    "a vendor's Deny off in the account",
    [[OWN, `${OWN}        deny_data_access: false\n`]],
    [
      `deny_data_access: false: new since main: role/vendor-monitoring in orders has no Deny on reading data and secrets; ${DENY}`,
    ],
  ],
  [
    "a vendor's Deny off in defaults: once for all accounts",
    [[SHARED, `${SHARED}      deny_data_access: false\n`]],
    [
      `deny_data_access: false: new since main: role/shared-monitoring in 2 accounts (billing and orders) has no Deny on reading data and secrets; ${DENY}`,
    ],
  ],
  [
    "a vendor's Deny off by an account's entry that replaces the default's",
    [
      [
        "    aurora: true\n",
        '    aurora: true\n    third_party_monitors: [{name: shared, principals: ["888888888888"], external_id: 7c1d30b5, policies: [SecurityAudit], deny_data_access: false}]\n',
      ],
    ],
    [
      `third_party_monitors: [{name: shared, principals: ["888888888888"], external_id: 7c1d30b5, policies: [SecurityAudit], deny_data_access: false}]: new since main: role/shared-monitoring in billing has no Deny on reading data and secrets; ${DENY}`,
    ],
  ],
  [
    "a new monitor without the Deny",
    [
      [
        "    aurora: true\n",
        '    aurora: true\n    third_party_monitors:\n      - name: other\n        principals: ["666666666666"]\n        external_id: 1a2b3c4d\n        policies: [SecurityAudit]\n        deny_data_access: false\n',
      ],
    ],
    [
      `deny_data_access: false: new since main: role/other-monitoring in billing has no Deny on reading data and secrets; ${DENY}`,
    ],
  ],
  [
    "a principal outside the file, for every account: once",
    [
      [
        "    - arn:aws:iam::111111111111:role/grafana\n",
        `    - arn:aws:iam::111111111111:role/grafana\n    - ${OUTSIDE}\n`,
      ],
    ],
    [
      "- arn:aws:iam::111111111111:role/grafana: additional_principals was arn:aws:iam::111111111111:role/grafana at main: the plan changes the trust of every monitoring role, in every stack; a principal that is no longer listed loses access [additional-principals-changed]",
      `- ${OUTSIDE}: new since main: role/x of 777777777777 may assume role/AmazonRDSforPMMrole in 2 accounts (billing and orders); ${NO_ORGANIZATION}`,
    ],
  ],
  [
    "a principal outside the file, in one account",
    [["    aurora: true\n", `    aurora: true\n    additional_principals: ["${OUTSIDE}"]\n`]],
    [
      `additional_principals: ["${OUTSIDE}"]: new since main: role/x of 777777777777 may assume role/AmazonRDSforPMMrole in billing; ${NO_ORGANIZATION}`,
    ],
  ],
  [
    "a principal outside the file, in a new account",
    [
      [
        "  - name: billing\n",
        `  - {name: stock, account_id: "444444444444", additional_principals: ["${OUTSIDE}"]}\n  - name: billing\n`,
      ],
    ],
    [
      `- {name: stock, account_id: "444444444444", additional_principals: ["${OUTSIDE}"]}: new since main: role/x of 777777777777 may assume role/AmazonRDSforPMMrole in stock; ${NO_ORGANIZATION}`,
    ],
  ],
  [
    "one more principal of a vendor's role",
    [['          - "999999999999"\n', '          - "999999999999"\n          - "555555555555"\n']],
    [
      `- "555555555555": new since main: account 555555555555 may assume role/vendor-monitoring in orders if sts:ExternalId is 9b2d41c6; ${VENDOR}`,
    ],
  ],
];

test.each(WARNED)("%s", (_, parts, lines) => {
  expect(said(FILE, changed(FILE, parts))).toEqual(lines);
});

test("a Deny off that kept nothing of the policies shut: those of AWS grow", () => {
  const before = changed(FILE, [
    ["policies: [SecurityAudit]\n  - name: billing", "policies: [IAMReadOnlyAccess]\n  - name: billing"],
  ]);
  expect(said(before, changed(before, [[OWN, `${OWN}        deny_data_access: false\n`]]))).toEqual([
    `deny_data_access: false: new since main: role/vendor-monitoring in orders has no Deny on reading data and secrets; ${DENY}`,
  ]);
});

test("the first readers", () => {
  const before = changed(FILE, [["secrets:\n  readers:\n    - pmm_ec2_role\n", ""]]);
  expect(said(before, FILE)).toEqual([
    "- pmm_ec2_role: new since main: role/pmm-ec2-role of 111111111111 may read the keys of 2 accounts (billing and orders); anyone who reads a key can act as its user: name only those who need it [reader-added]",
  ]);
});

const ORGANIZATION: Part = ["defaults:\n", "  organization_id: o-exampleorgid\ndefaults:\n"];

test("no organization any more, and a principal outside the file", () => {
  const outside: Part = ["arn:aws:iam::111111111111:role/grafana", OUTSIDE];
  expect(said(changed(FILE, [outside, ORGANIZATION]), changed(FILE, [outside]))).toEqual([
    expect.stringContaining("[organization-id-changed]"),
    `- ${OUTSIDE}: new since main: role/x of 777777777777 may assume role/AmazonRDSforPMMrole in 2 accounts (billing and orders); ${NO_ORGANIZATION}`,
  ]);
});

/** A file in which all is open that is warned of where it is new. */
const OPEN = changed(FILE, [
  ["arn:aws:iam::111111111111:role/grafana", OUTSIDE],
  [SHARED, `${SHARED}      deny_data_access: false\n`],
  [OWN, `${OWN}        deny_data_access: false\n`],
  ["db_users: [alice]", 'db_users: ["*"]'],
]);

const MONITORS = OPEN.slice(
  OPEN.indexOf("    third_party_monitors:\n      - name: vendor"),
  OPEN.indexOf("  - name: billing"),
);

/** What is added to the account billing. */
const inBilling = (settings: string): Part => ["    aurora: true\n", `    aurora: true\n    ${settings}\n`];

const SILENT: readonly (readonly [name: string, before: string, parts: readonly Part[]])[] = [
  ["nothing changed, whatever is open", OPEN, []],
  [
    "what is open, in other words",
    OPEN,
    [
      ["    - pmm_ec2_role\n", '    - "arn:aws:iam::111111111111:role/pmm-ec2-role" # PMM itself\n'],
      ['principals: ["888888888888"]', 'account_id: "888888888888"'],
      ["198.51.100.7/32", "198.51.100.7"],
      ["198.51.100.0/25\n", "198.51.100.0/26\n        - 198.51.100.64/26\n"],
    ],
  ],
  [
    "a new account takes what the file had for all",
    OPEN,
    [
      [
        "  - name: billing\n",
        '  - {name: stock, account_id: "444444444444", aurora: true}\n  - name: billing\n',
      ],
    ],
  ],
  [
    "a monitor of the account moves to defaults, of which the other account takes none",
    changed(OPEN, [inBilling("third_party_monitors: null")]),
    [
      [MONITORS, ""],
      [
        "    - name: shared\n",
        '    - {name: vendor, principals: ["999999999999"], external_id: 9b2d41c6, policies: [SecurityAudit], deny_data_access: false}\n    - name: shared\n',
      ],
    ],
  ],
  [
    "a new key, which works from anywhere",
    FILE,
    [
      inBilling(
        "cloudwatch_agent: {on_premises_admin_user: true, on_premises_server_user: {allowed_source_ips: [198.51.100.0/25]}}",
      ),
    ],
  ],
  ["fewer addresses", FILE, [["198.51.100.0/25", "198.51.100.0/26"]]],
  [
    "addresses where there were none",
    FILE,
    [["    aurora: true\n", "    aurora: {allowed_source_ips: [198.51.100.7/32]}\n"]],
  ],
  ["a reader less", FILE, [["secrets:\n  readers:\n    - pmm_ec2_role\n", ""]]],
  ["another database user", FILE, [["[alice]", "[alice, bob]"]]],
  ["every user, and then one", OPEN, [['db_users: ["*"]', "db_users: [alice]"]]],
  [
    "a new vendor, with its Deny",
    FILE,
    [
      inBilling(
        'third_party_monitors: [{name: other, principals: ["666666666666"], external_id: 1a2b3c4d, policies: [SecurityAudit]}]',
      ),
    ],
  ],
  [
    "a role of the file's own accounts for a vendor's role",
    FILE,
    [
      [
        '          - "999999999999"\n',
        '          - "999999999999"\n          - arn:aws:iam::111111111111:role/active-gate\n',
      ],
    ],
  ],
  ["another external id", FILE, [["9b2d41c6", "8c3e52d7"]]],
  [
    "a principal of one of the file's accounts",
    FILE,
    [inBilling('additional_principals: ["arn:aws:iam::222222222222:role/x"]')],
  ],
  [
    "a principal outside the file, within the organization",
    changed(FILE, [ORGANIZATION]),
    [inBilling(`additional_principals: ["${OUTSIDE}"]`)],
  ],
  ["more permissions, which diff shows", FILE, [["defaults:\n", "defaults:\n  permissions: grafana\n"]]],
];

test.each(SILENT)("no warning: %s", (_, before, parts) => {
  expect(said(before, changed(before, parts))).toEqual([]);
});

test("no warning: another order of the accounts, and one of them retires", () => {
  const [head = "", orders = "", billing = ""] = OPEN.split(/(?=^ {2}- name: (?:orders|billing)$)/m);
  expect(said(OPEN, `${head}${billing}${orders}`)).toEqual([]);
  expect(said(OPEN, `${head}${billing}    lifecycle: retiring\n${orders}`)).toEqual([]);
});

test("the rule on the file alone is silent where a widening says the same", () => {
  const after = changed(FILE, [["db_users: [alice]", 'db_users: ["*"]']]);
  const rules = (before: string) => judge({ before, after }).problems.map(({ rule }) => rule);
  expect(rules(after)).toEqual(["db-users"]);
  expect(rules(FILE)).toEqual(["db-users-opened"]);
});

test("each kind of row is judged, or says why not", () => {
  const silent = Object.entries(JUDGES).flatMap(([kind, changes]) =>
    Object.entries(changes).flatMap(([change, judges]) =>
      typeof judges === "string" ? [`${change} ${kind}`] : [],
    ),
  );
  expect(silent).toEqual([
    "gained use_key",
    "gained boundary",
    "widened boundary",
    "gained module",
    "widened module",
  ]);
});
