// More than 300 lines: one table of changes, some for each key outside the accounts.
import type { ChangeRule, Effect } from "../../../src/accounts/effects";

/** A change of a file's text: each part is replaced where it stands. */
export interface FileChange {
  readonly parts: readonly (readonly [before: string, after: string])[];
  /** The most that the plan of the main stack does to what is in AWS already. */
  readonly does: Effect["does"];
  readonly rules: readonly ChangeRule[];
}

function change(
  before: string,
  after: string,
  does: Effect["does"],
  ...rules: readonly ChangeRule[]
): FileChange {
  return { parts: [[before, after]], does, rules };
}

/** A file with every key that is of no single account. */
export const FILE = `\
name: pmm-iam
source:
  account_id: "111111111111"
  region: us-east-1
  admin_role_name: SourceAdmin
  pmm_ec2_role_name: pmm-ec2-role
  create_pmm_ec2_role: true
  additional_principals: ["arn:aws:iam::111111111111:role/grafana"]
  assume_policy: explicit
  organization_id: o-exampleorgid
  permissions_boundary: source-boundary
  cloudwatch_agent: true
  monitor_own_account: true
defaults:
  region: eu-west-1
  admin_role_name: Admin
  permissions: standard
  permissions_boundary: boundary
  iam_path: /dba/
  tags: {team: dba}
  cloudwatch_agent:
    server_role: true
    admin_role: true
    on_premises_server_user: {key_generation: 2, previous_key: active, allowed_source_ips: [198.51.100.7/32], allowed_source_vpcs: [vpc-0abc1234]}
    on_premises_admin_user: {key_generation: 4, previous_key: inactive, allowed_source_ips: [198.51.100.8/32], allowed_source_vpcs: [vpc-0abc5678]}
    hybrid_activation: true
    parameter_prefixes: [AmazonCloudWatch-]
    adopt: false
    ssm_managed_policy: null
  third_party_monitors: [{name: vendor, principals: ["999999999999"], external_id: 9b2d41c6, policies: [SecurityAudit]}]
  modules: [{name: shared, source: ./modules/a, variables: {text: a}}]
backend:
  s3: {bucket: acme-tfstate, region: us-east-1, key_prefix: iam, kms_key_id: alias/tf}
teleport:
  account_id: "111111111111"
  role_name: teleport
  external_id: 6c1f0e1e
  proxy_address: teleport.example.com:443
secrets:
  kms_key_id: alias/pmm
  readers: ["arn:aws:iam::111111111111:role/reader"]
accounts:
  - name: orders
    account_id: "222222222222"
    aurora: true
    teleport: {databases: [{name: orders, engine: mysql, resource_id: db-ORDERS, endpoint: "orders:3306", db_users: [alice]}]}
  - name: tools
    account_id: "333333333333"
    third_party_monitors: null
    modules: null
`;

const MONITORS =
  '  third_party_monitors: [{name: vendor, principals: ["999999999999"], external_id: 9b2d41c6, policies: [SecurityAudit]}]\n';
const MODULES = "  modules: [{name: shared, source: ./modules/a, variables: {text: a}}]\n";
const AGENT = FILE.slice(FILE.indexOf("  cloudwatch_agent:\n"), FILE.indexOf(MONITORS));
const S3 =
  "backend:\n  s3: {bucket: acme-tfstate, region: us-east-1, key_prefix: iam, kms_key_id: alias/tf}\n";
const SECRETS = 'secrets:\n  kms_key_id: alias/pmm\n  readers: ["arn:aws:iam::111111111111:role/reader"]\n';

/** The source takes its region from the defaults. */
const INHERITED_REGION: readonly FileChange[] = [
  { parts: [["  region: us-east-1\n  admin", "  admin"]], does: "nothing", rules: ["region-changed"] },
];

/** Of the keys that are of no single account, and of an account's identity. Each is a plan of its own. */
export const FILE_CHANGES: Readonly<Record<string, readonly FileChange[]>> = {
  stacks: [change("name: pmm-iam", "stacks: per_account\nname: pmm-iam", "orphaned", "stacks-changed")],
  name: [change("name: pmm-iam", "name: staging", "orphaned", "deployment-renamed")],
  source: [
    change(
      'source:\n  account_id: "111111111111"',
      'source:\n  account_id: "444444444444"',
      "orphaned",
      "source-changed",
    ),
  ].map(withSource),
  "source.account_id": [
    change(
      'source:\n  account_id: "111111111111"',
      'source:\n  account_id: "444444444444"',
      "orphaned",
      "source-changed",
    ),
  ].map(withSource),
  "source.region": [
    change("region: us-east-1\n  admin", "region: us-east-2\n  admin", "nothing", "region-changed"),
  ],
  "source.admin_role_name": [change("  admin_role_name: SourceAdmin\n", "", "nothing")],
  "source.pmm_ec2_role_name": [
    change("name: pmm-ec2-role", "name: other-role", "replaced", "pmm-role-renamed"),
  ],
  "source.create_pmm_ec2_role": [
    change("create_pmm_ec2_role: true", "create_pmm_ec2_role: false", "destroyed", "pmm-role-dropped"),
  ],
  "source.additional_principals": [
    change("role/grafana", "role/agent", "in place", "additional-principals-changed"),
  ],
  "source.assume_policy": [
    change("policy: explicit", "policy: sharded", "in place", "assume-policy-changed"),
    change("policy: explicit", "policy: organization", "in place", "assume-policy-changed"),
  ],
  "source.organization_id": [
    change("o-exampleorgid", "o-otherorgid00", "in place", "organization-id-changed"),
    change("  organization_id: o-exampleorgid\n", "", "in place", "organization-id-changed"),
  ],
  "source.permissions_boundary": [
    change("source-boundary", "other", "in place", "boundary-changed"),
    change(": source-boundary", ": null", "in place", "boundary-changed"),
    change(": source-boundary", ": {pmm_ec2_role: source-boundary}", "nothing"),
  ],
  "source.permissions_boundary.pmm_ec2_role": [
    change(": source-boundary", ": {pmm_ec2_role: other}", "in place", "boundary-changed"),
    change(": source-boundary", ": {pmm_ec2_role: null}", "in place", "boundary-changed"),
  ],
  "source.cloudwatch_agent": [change("cloudwatch_agent: true", "cloudwatch_agent: false", "in place")],
  "source.monitor_own_account": [change("  monitor_own_account: true\n", "", "in place")],
  defaults: [
    {
      parts: [
        [
          "  permissions: standard\n  permissions_boundary: boundary\n  iam_path: /dba/\n  tags: {team: dba}\n",
          "",
        ],
        [AGENT, ""],
        [MONITORS, ""],
        [MODULES, ""],
      ],
      does: "replaced",
      rules: [
        "boundary-changed",
        "iam-path-changed",
        "module-dropped",
        "monitor-dropped",
        "role-dropped",
        "user-dropped",
      ],
    },
    ...INHERITED_REGION,
  ],
  "defaults.region": [
    change("region: eu-west-1", "region: eu-west-2", "in place", "module-region-changed"),
    ...INHERITED_REGION,
  ],
  "defaults.admin_role_name": [change("name: Admin", "name: Other", "nothing")],
  "defaults.permissions": [change("permissions: standard", "permissions: minimal", "in place")],
  "defaults.permissions_boundary": [
    change("permissions_boundary: boundary", "permissions_boundary: other", "in place", "boundary-changed"),
  ],
  ...Object.fromEntries(
    ["monitoring_role", "aurora_user", "teleport"].map((kind) => [
      `defaults.permissions_boundary.${kind}`,
      [
        change(
          "permissions_boundary: boundary",
          `permissions_boundary: {monitoring_role: boundary, aurora_user: boundary, teleport: boundary, ${kind}: other}`.replace(
            `${kind}: boundary, `,
            "",
          ),
          "in place",
          "boundary-changed",
        ),
      ],
    ]),
  ),
  "defaults.iam_path": [
    change("iam_path: /dba/", "iam_path: /other/", "replaced", "iam-path-changed"),
    change("  iam_path: /dba/\n", "", "replaced", "iam-path-changed"),
  ],
  "defaults.tags": [change("{team: dba}", "{team: other}", "in place")],
  "defaults.third_party_monitors": [change(MONITORS, "", "destroyed", "monitor-dropped")],
  "defaults.third_party_monitors[].name": [
    change("name: vendor", "name: other", "destroyed", "monitor-renamed"),
  ],
  "defaults.third_party_monitors[].role_name": [
    change("name: vendor", "name: vendor, role_name: Vendor", "replaced", "monitor-role-renamed"),
  ],
  "defaults.third_party_monitors[].principals": [
    change('["999999999999"]', '["999999999999", "arn:aws:iam::111111111111:role/gate"]', "in place"),
  ],
  "defaults.third_party_monitors[].account_id": [
    change(
      'principals: ["999999999999"]',
      'account_id: "888888888888"',
      "in place",
      "monitor-principal-added",
    ),
  ],
  "defaults.third_party_monitors[].external_id": [change("9b2d41c6", "8b2d41c6", "in place")],
  "defaults.third_party_monitors[].policies": [
    change("[SecurityAudit]", "[SecurityAudit, job-function/ViewOnlyAccess]", "in place"),
  ],
  "defaults.third_party_monitors[].policy": [
    change("policies: [SecurityAudit]", "policy: ReadOnlyAccess", "in place"),
  ],
  "defaults.third_party_monitors[].deny_data_access": [
    change("name: vendor", "name: vendor, deny_data_access: false", "in place", "data-deny-off"),
  ],
  "defaults.third_party_monitors[].adopt": [change("name: vendor", "name: vendor, adopt: true", "nothing")],
  "defaults.cloudwatch_agent": [
    change(AGENT, "", "destroyed", "role-dropped", "user-dropped"),
    change(AGENT, "  cloudwatch_agent: null\n", "destroyed", "role-dropped", "user-dropped"),
  ],
  "defaults.cloudwatch_agent.server_role": [
    change("server_role: true", "server_role: false", "destroyed", "role-dropped"),
  ],
  "defaults.cloudwatch_agent.admin_role": [
    change("admin_role: true", "admin_role: false", "destroyed", "role-dropped"),
  ],
  ...ofUser("on_premises_server_user", {
    line: "{key_generation: 2, previous_key: active, allowed_source_ips: [198.51.100.7/32], allowed_source_vpcs: [vpc-0abc1234]}",
    raised: "key_generation: 3",
  }),
  ...ofUser("on_premises_admin_user", {
    line: "{key_generation: 4, previous_key: inactive, allowed_source_ips: [198.51.100.8/32], allowed_source_vpcs: [vpc-0abc5678]}",
    raised: "key_generation: 5",
  }),
  "defaults.cloudwatch_agent.hybrid_activation": [
    change("hybrid_activation: true", "hybrid_activation: false", "destroyed", "role-dropped"),
  ],
  "defaults.cloudwatch_agent.parameter_prefixes": [
    change("[AmazonCloudWatch-]", "[/cloudwatch-agent/]", "in place"),
  ],
  "defaults.cloudwatch_agent.adopt": [change("adopt: false", "adopt: true", "nothing")],
  "defaults.cloudwatch_agent.ssm_managed_policy": [
    change("ssm_managed_policy: null", "ssm_managed_policy: AmazonSSMManagedInstanceCore", "in place"),
  ],
  "defaults.modules": [change(MODULES, "", "destroyed", "module-dropped")],
  "defaults.modules[].name": [change("name: shared", "name: other", "destroyed", "module-renamed")],
  "defaults.modules[].source": [change("modules/a", "modules/b", "in place")],
  "defaults.modules[].variables": [change("{text: a}", "{text: b}", "in place")],
  backend: [change(S3, "", "orphaned", "backend-changed")],
  "backend.s3": [change(S3, "", "orphaned", "backend-changed")],
  "backend.s3.bucket": [change("acme-tfstate", "other-tfstate", "orphaned", "backend-changed")],
  "backend.s3.region": [
    change("region: us-east-1, key", "region: us-east-2, key", "orphaned", "backend-changed"),
  ],
  "backend.s3.key_prefix": [
    change("key_prefix: iam", "key_prefix: other", "orphaned", "backend-changed"),
    change("key_prefix: iam, ", "", "orphaned", "backend-changed"),
  ],
  "backend.s3.kms_key_id": [change("alias/tf", "alias/other", "nothing")],
  teleport: [change("role_name: teleport", "role_name: other", "in place", "teleport-role-changed")],
  "teleport.account_id": [
    change(
      'teleport:\n  account_id: "111111111111"',
      'teleport:\n  account_id: "333333333333"',
      "orphaned",
      "teleport-account-changed",
    ),
  ],
  "teleport.role_name": [
    change("role_name: teleport", "role_name: other", "in place", "teleport-role-changed"),
  ],
  "teleport.external_id": [
    change("6c1f0e1e", "7d1f0e1e", "in place", "teleport-external-id-changed"),
    change("  external_id: 6c1f0e1e\n", "", "in place", "teleport-external-id-changed"),
  ],
  "teleport.proxy_address": [change("teleport.example.com", "other.example.com", "nothing")],
  secrets: [change(SECRETS, "", "in place")],
  "secrets.kms_key_id": [change("alias/pmm", "alias/other", "in place")],
  "secrets.readers": [
    change('["arn:aws:iam::111111111111:role/reader"]', "[pmm_ec2_role]", "in place", "reader-added"),
  ],
  accounts: [
    change(
      '  - name: tools\n    account_id: "333333333333"\n    third_party_monitors: null\n    modules: null\n',
      "",
      "orphaned",
      "account-removed",
    ),
  ],
  "accounts[].name": [change("name: tools", "name: tooling", "orphaned", "name-changed")],
  "accounts[].account_id": [
    change(
      '    account_id: "333333333333"',
      '    account_id: "444444444444"',
      "orphaned",
      "account-id-changed",
    ),
  ],
  "accounts[].group": [change("name: tools", "name: tools\n    group: shop", "orphaned", "group-changed")],
};

/** The changes of a user's settings, of which each is in `line`; `raised` is its next generation. */
function ofUser(
  key: string,
  { line, raised }: { readonly line: string; readonly raised: string },
): Record<string, readonly FileChange[]> {
  const path = `defaults.cloudwatch_agent.${key}`;
  const inLine = (after: string, does: Effect["does"], ...rules: readonly ChangeRule[]): FileChange =>
    change(`${key}: ${line}`, `${key}: ${after}`, does, ...rules);
  const isActive = line.includes("active,") && !line.includes("inactive");
  const raise = line.replace(/key_generation: \d/, raised).replace("inactive", "active");
  return {
    [path]: [inLine("false", "destroyed", "user-dropped")],
    [`${path}.key_generation`]: [inLine(raise, "replaced")],
    [`${path}.previous_key`]: [
      inLine(
        line.replace(/previous_key: \w+/, "previous_key: deleted"),
        "destroyed",
        ...(isActive ? (["previous-key-deleted"] as const) : []),
      ),
    ],
    [`${path}.allowed_source_ips`]: [
      inLine(line.replace("198.51", "203.0"), "in place", "key-addresses-opened"),
    ],
    [`${path}.allowed_source_vpcs`]: [
      inLine(line.replace("vpc-0abc", "vpc-0def"), "in place", "key-addresses-opened"),
    ],
  };
}

/** The secrets' readers and Teleport's role are of the source account. */
function withSource(changed: FileChange): FileChange {
  return {
    ...changed,
    parts: [
      ...changed.parts,
      ['readers: ["arn:aws:iam::111111111111', 'readers: ["arn:aws:iam::444444444444'],
      ['teleport:\n  account_id: "111111111111"\n', "teleport:\n"],
    ],
    rules: [...changed.rules, "teleport-account-changed", "reader-added"],
  };
}

/** The file with a change in it. */
export function changedFile({ parts }: FileChange, file = FILE): string {
  return parts.reduce((text, [before, after]) => {
    if (!text.includes(before)) {
      throw new Error(`there is no ${before} in the file`);
    }
    return text.replace(before, after);
  }, file);
}
