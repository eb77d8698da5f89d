// More than 300 lines: each key has its changes in one table.
import type { ChangeRule, Effect } from "../../../src/accounts/effects";

/** A change of one key, what Terraform plans for it, and which rules of `check --base` say so. */
export interface KeyChange {
  readonly before: string;
  readonly after: string;
  /** The most that the plan does to what is in AWS already. */
  readonly does: Effect["does"];
  readonly rules: readonly ChangeRule[];
}

type Changes = Readonly<Record<string, readonly KeyChange[]>>;

function change(
  before: string,
  after: string,
  does: Effect["does"],
  ...rules: readonly ChangeRule[]
): KeyChange {
  return { before, after, does, rules };
}

/** Taking what `before` adds, and adding it: two changes. */
function eitherWay(
  before: string,
  after: string,
  does: Effect["does"],
  ...rules: readonly ChangeRule[]
): KeyChange[] {
  return [change(before, after, does, ...rules), change(after, before, does, ...rules)];
}

const LONG_ROTATION = "key_generation: 3, previous_key";

/** The changes of the settings that every user with keys has, each under the key that makes the user. */
function ofKeys(key: string, inKey: (settings: string) => string): Changes {
  return {
    [`${key}.key_generation`]: [
      change(inKey("key_generation: 2"), inKey("key_generation: 3"), "replaced"),
      change(inKey("key_generation: 1"), inKey("key_generation: 2"), "in place"),
    ],
    [`${key}.previous_key`]: [
      change(inKey(`${LONG_ROTATION}: active`), inKey(`${LONG_ROTATION}: inactive`), "in place"),
      change(inKey(`${LONG_ROTATION}: inactive`), inKey(`${LONG_ROTATION}: active`), "in place"),
      change(inKey(`${LONG_ROTATION}: inactive`), inKey(`${LONG_ROTATION}: deleted`), "destroyed"),
      change(
        inKey(`${LONG_ROTATION}: active`),
        inKey(`${LONG_ROTATION}: deleted`),
        "destroyed",
        "previous-key-deleted",
      ),
      change(
        inKey(`${LONG_ROTATION}: deleted`),
        inKey(`${LONG_ROTATION}: active`),
        "in place",
        "previous-key-restored",
      ),
    ],
    [`${key}.allowed_source_ips`]: [
      change(inKey("key_generation: 1"), inKey("allowed_source_ips: [198.51.100.7/32]"), "in place"),
      ...["key_generation: 1", "allowed_source_ips: [203.0.113.7/32]"].map((after) =>
        change(
          inKey("allowed_source_ips: [198.51.100.7/32]"),
          inKey(after),
          "in place",
          "key-addresses-opened",
        ),
      ),
    ],
    [`${key}.allowed_source_vpcs`]: [
      change(inKey("key_generation: 1"), inKey("allowed_source_vpcs: [vpc-0abc1234]"), "in place"),
      change(
        inKey("allowed_source_vpcs: [vpc-0abc1234]"),
        inKey("key_generation: 1"),
        "in place",
        "key-addresses-opened",
      ),
    ],
  };
}

/** A boundary of one kind changed, removed by null and left out; `others` are what makes the kind. */
function ofBoundary(kind: string, others: string): KeyChange[] {
  const before = `${others}permissions_boundary: {${kind}: boundary}`;
  return [
    change(before, `${others}permissions_boundary: {${kind}: other}`, "in place", "boundary-changed"),
    change(before, `${others}permissions_boundary: {${kind}: null}`, "in place", "boundary-changed"),
    change(before, `${others}permissions_boundary: {}`, "in place", "boundary-changed"),
    change(before, `${others}permissions_boundary: boundary`, "in place"),
  ];
}

const agent = (settings: string) => `cloudwatch_agent: {${settings}}`;
const database = (settings: { readonly [key: string]: string } = {}) => {
  const all = {
    name: "DATABASE",
    engine: "aurora-postgresql",
    resource_id: "cluster-ABCDEFGHIJKL01234",
    endpoint: '"db.cluster-abc.us-east-1.rds.amazonaws.com:5432"',
    db_users: "[alice]",
    ...settings,
  };
  return `teleport: {databases: [{${Object.entries(all)
    .map(([key, value]) => `${key}: ${value}`)
    .join(", ")}}]}`;
};
/** A setting of "" is left out. */
const monitor = (settings: { readonly [key: string]: string } = {}) => {
  const all = {
    name: "site24x7",
    account_id: '"999999999999"',
    external_id: "9b2d41c6",
    policy: "SecurityAudit",
    ...settings,
  };
  return `third_party_monitors: [{${Object.entries(all)
    .filter(([, value]) => value !== "")
    .map(([key, value]) => `${key}: ${value}`)
    .join(", ")}}]`;
};
/** Who may assume the role, and what it may, as lists. */
const principals = (listed: string) => monitor({ account_id: "", principals: `[${listed}]` });
const policies = (listed: string) => monitor({ policy: "", policies: `[${listed}]` });
const teamModule = (settings: { readonly [key: string]: string } = {}) => {
  const all = { name: "own", source: "./modules/a", variables: "{text: a}", ...settings };
  return `modules: [{${Object.entries(all)
    .map(([key, value]) => `${key}: ${value}`)
    .join(", ")}}]`;
};

/**
 * Of the keys of an account: what an entry has beside its name and id. Each change is planned in an account of
 * its own, all in one plan. DATABASE becomes a name of its own.
 */
export const ACCOUNT_CHANGES: Changes = {
  "accounts[].region": [
    // A host of RDS's says the database's region itself.
    ...eitherWay(
      `region: eu-west-1, ${database({ endpoint: '"db:5432"' })}`,
      `region: us-east-1, ${database({ endpoint: '"db:5432"' })}`,
      "in place",
    ),
    change(`region: eu-west-1, ${teamModule()}`, teamModule(), "nothing", "module-region-changed"),
  ],
  "accounts[].admin_role_name": eitherWay("admin_role_name: Other", "", "nothing"),
  "accounts[].permissions": [
    ...eitherWay("permissions: minimal", "", "in place"),
    ...eitherWay("permissions: grafana, aurora: true", "aurora: true", "in place"),
  ],
  "accounts[].permissions_boundary": [
    change("permissions_boundary: boundary", "", "in place", "boundary-changed"),
    change("permissions_boundary: boundary", "permissions_boundary: other", "in place", "boundary-changed"),
    change("", "permissions_boundary: boundary", "in place"),
  ],
  "accounts[].permissions_boundary.monitoring_role": ofBoundary("monitoring_role", "aurora: true, "),
  "accounts[].permissions_boundary.aurora_user": ofBoundary("aurora_user", "aurora: true, "),
  "accounts[].permissions_boundary.teleport": ofBoundary("teleport", `${database()}, `),
  "accounts[].permissions_boundary.cloudwatch_agent": ofBoundary("cloudwatch_agent", `${agent("")}, `),
  "accounts[].permissions_boundary.third_party": ofBoundary("third_party", `${monitor()}, `),
  "accounts[].permissions_boundary.pmm_ec2_role": [
    change(
      "permissions_boundary: {pmm_ec2_role: boundary}",
      "permissions_boundary: {pmm_ec2_role: other}",
      "nothing",
    ),
  ],
  "accounts[].iam_path": [
    change("iam_path: /dba/", "", "replaced", "iam-path-changed"),
    change("iam_path: /dba/", "iam_path: /other/", "replaced", "iam-path-changed"),
    change(
      `iam_path: /, ${agent("on_premises_server_user: true")}`,
      agent("on_premises_server_user: true"),
      "nothing",
    ),
  ],
  "accounts[].tags": [
    ...eitherWay("tags: {owner: a}", "", "in place"),
    change("tags: {owner: a}", "tags: {owner: b}", "in place"),
  ],
  "accounts[].lifecycle": [
    change("aurora: true", "aurora: true, lifecycle: retiring", "destroyed"),
    change(
      `${monitor()}, aurora: true`,
      `${monitor()}, aurora: true, lifecycle: closed`,
      "orphaned",
      "closed-from-active",
    ),
    change("aurora: true", "lifecycle: closed", "orphaned", "closed-from-active", "dropped-when-closed"),
  ],
  // The other way round needs what was made by hand.
  "accounts[].adopt": [change("", "adopt: true", "nothing")],
  "accounts[].external_id": eitherWay("external_id: 7d0a2f4c", "", "in place"),
  "accounts[].additional_principals": eitherWay(
    'additional_principals: ["arn:aws:iam::111111111111:role/agent"]',
    "",
    "in place",
  ),
  "accounts[].aurora": [
    change("aurora: true", "", "destroyed", "aurora-dropped"),
    change("aurora: true", "aurora: false", "destroyed", "aurora-dropped"),
    change("", "aurora: true", "nothing"),
  ],
  ...ofKeys("accounts[].aurora", (settings) => `aurora: {${settings}}`),
  "accounts[].aurora.lifecycle": [
    change("aurora: true", "aurora: {lifecycle: retiring}", "destroyed"),
    change("aurora: {lifecycle: retiring}", "aurora: true", "nothing"),
  ],
  "accounts[].aurora.credentials": [
    change("aurora: true", "aurora: {credentials: role}", "destroyed", "credentials-changed"),
    change("aurora: {lifecycle: retiring}", "aurora: {credentials: role}", "nothing"),
    change("aurora: {credentials: role}", "aurora: true", "nothing", "credentials-changed"),
    ...eitherWay("aurora: {credentials: role}", "", "nothing"),
    ...eitherWay("aurora: true", "aurora: {credentials: access_key}", "nothing"),
  ],
  "accounts[].teleport": [
    change(database(), "", "destroyed", "role-dropped"),
    change("", database(), "nothing"),
  ],
  "accounts[].teleport.databases": [
    change(
      `teleport: {databases: [{name: DATABASE, engine: mysql, resource_id: db-A, endpoint: "a:3306", db_users: [a]}, {name: DATABASE2, engine: mysql, resource_id: db-B, endpoint: "b:3306", db_users: [a]}]}`,
      `teleport: {databases: [{name: DATABASE, engine: mysql, resource_id: db-A, endpoint: "a:3306", db_users: [a]}]}`,
      "in place",
    ),
  ],
  "accounts[].teleport.databases[].name": [change(database(), database({ name: "DATABASE2" }), "nothing")],
  "accounts[].teleport.databases[].engine": [
    change(database(), database({ engine: "aurora-mysql" }), "nothing"),
  ],
  "accounts[].teleport.databases[].resource_id": [
    change(database(), database({ resource_id: "cluster-BCDEFGHIJKLM01234" }), "in place"),
  ],
  "accounts[].teleport.databases[].region": eitherWay(
    database({
      region: "eu-west-1",
      endpoint: '"db.cluster-abc.eu-west-1.rds.amazonaws.com:5432"',
    }),
    database(),
    "in place",
  ),
  "accounts[].teleport.databases[].endpoint": [
    change(
      database(),
      database({ endpoint: '"other.cluster-abc.us-east-1.rds.amazonaws.com:5432"' }),
      "nothing",
    ),
    change(
      database(),
      database({ endpoint: '"db.cluster-abc.eu-west-1.rds.amazonaws.com:5432"' }),
      "in place",
    ),
  ],
  "accounts[].teleport.databases[].db_users": [
    change(database(), database({ db_users: "[alice, bob]" }), "in place"),
    change(database({ db_users: "[alice, bob]" }), database(), "in place"),
    change(database(), database({ db_users: '["*"]' }), "in place", "db-users-opened"),
  ],
  "accounts[].teleport.databases[].db_names": eitherWay(
    database({ db_names: "[billing]" }),
    database(),
    "nothing",
  ),
  "accounts[].cloudwatch_agent": [
    change(agent(""), "", "destroyed", "role-dropped"),
    change(agent(""), "cloudwatch_agent: null", "destroyed", "role-dropped"),
    change(agent("on_premises_server_user: true"), "", "destroyed", "role-dropped", "user-dropped"),
    change("", agent(""), "nothing"),
  ],
  "accounts[].cloudwatch_agent.server_role": [
    change(
      agent("admin_role: true"),
      agent("admin_role: true, server_role: false"),
      "destroyed",
      "role-dropped",
    ),
  ],
  "accounts[].cloudwatch_agent.admin_role": [
    change(agent("admin_role: true"), agent(""), "destroyed", "role-dropped"),
    change(agent(""), agent("admin_role: true"), "nothing"),
  ],
  ...ofUser("on_premises_server_user"),
  ...ofUser("on_premises_admin_user"),
  "accounts[].cloudwatch_agent.hybrid_activation": [
    change(agent("hybrid_activation: true"), agent(""), "destroyed", "role-dropped"),
    change(agent(""), agent("hybrid_activation: true"), "nothing"),
  ],
  "accounts[].cloudwatch_agent.parameter_prefixes": eitherWay(
    agent("parameter_prefixes: [/cloudwatch-agent/], ssm_managed_policy: AmazonSSMManagedInstanceCore"),
    agent("ssm_managed_policy: AmazonSSMManagedInstanceCore"),
    "in place",
  ),
  // The other way round needs what was made by hand.
  "accounts[].cloudwatch_agent.adopt": [change(agent(""), agent("adopt: true"), "nothing")],
  "accounts[].cloudwatch_agent.ssm_managed_policy": eitherWay(
    agent("ssm_managed_policy: AmazonSSMManagedInstanceCore"),
    agent(""),
    "in place",
  ),
  "accounts[].third_party_monitors": [
    change(monitor(), "", "destroyed", "monitor-dropped"),
    change("", monitor(), "nothing"),
  ],
  "accounts[].third_party_monitors[].name": [
    change(monitor(), monitor({ name: "datadog" }), "destroyed", "monitor-renamed"),
    change(
      monitor(),
      monitor({ name: "datadog", role_name: "site24x7-monitoring" }),
      "destroyed",
      "monitor-renamed",
    ),
    change(
      monitor(),
      monitor({ name: "datadog", external_id: "1b2d41c6", account_id: '"888888888888"' }),
      "destroyed",
      "monitor-dropped",
    ),
  ],
  "accounts[].third_party_monitors[].role_name": eitherWay(
    monitor({ role_name: "vendor-monitoring" }),
    monitor(),
    "replaced",
    "monitor-role-renamed",
  ),
  "accounts[].third_party_monitors[].account_id": [
    change(
      monitor(),
      monitor({ account_id: '"888888888888"', external_id: "5b2d41c6" }),
      "in place",
      "monitor-principal-added",
    ),
  ],
  "accounts[].third_party_monitors[].principals": [
    change(monitor(), principals('"999999999999"'), "nothing"),
    ...eitherWay(
      monitor(),
      principals('"999999999999", "arn:aws:iam::111111111111:role/active-gate"'),
      "in place",
    ),
  ],
  "accounts[].third_party_monitors[].external_id": [
    change(monitor(), monitor({ external_id: "2b2d41c6" }), "in place"),
  ],
  "accounts[].third_party_monitors[].policy": [
    change(monitor(), monitor({ policy: "ViewOnlyAccess" }).replace("View", "job-function/View"), "in place"),
    ...eitherWay(monitor(), monitor({ policy: "./policy.json" }), "in place"),
  ],
  "accounts[].third_party_monitors[].policies": [
    change(monitor(), policies("SecurityAudit"), "nothing"),
    ...eitherWay(monitor(), policies("SecurityAudit, job-function/ViewOnlyAccess"), "in place"),
    ...eitherWay(
      policies("SecurityAudit, job-function/ViewOnlyAccess"),
      policies("ReadOnlyAccess, SecurityAudit, job-function/ViewOnlyAccess"),
      "in place",
    ),
    ...eitherWay(monitor({ policy: "./policy.json" }), policies("ReadOnlyAccess, ./policy.json"), "in place"),
  ],
  "accounts[].third_party_monitors[].deny_data_access": [
    change(monitor({ deny_data_access: "false" }), monitor(), "in place"),
    change(monitor(), monitor({ deny_data_access: "false" }), "in place", "data-deny-off"),
  ],
  // The other way round needs what was made by hand.
  "accounts[].third_party_monitors[].adopt": [change(monitor(), monitor({ adopt: "true" }), "nothing")],
  "accounts[].modules": [
    change(teamModule(), "", "destroyed", "module-dropped"),
    change("", teamModule(), "nothing"),
  ],
  "accounts[].modules[].name": [
    change(teamModule(), teamModule({ name: "other" }), "destroyed", "module-renamed"),
    change(teamModule(), teamModule({ name: "gone", source: "./modules/b" }), "destroyed", "module-dropped"),
  ],
  "accounts[].modules[].source": [
    change(teamModule({ name: "here" }), teamModule({ name: "here", source: "./modules/b" }), "in place"),
  ],
  "accounts[].modules[].variables": [
    change(teamModule(), teamModule({ variables: "{text: b}" }), "in place"),
  ],
};

/** The keys whose change cannot be planned here, each with the reason. */
export const UNPLANNED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["monitoring_role", "aurora_user", "teleport", "cloudwatch_agent", "third_party"].map((kind) => [
      `source.permissions_boundary.${kind}`,
      "of the source where it is listed as an account too: the same as of an account",
    ]),
  ),
  "defaults.permissions_boundary.cloudwatch_agent": "the same as of an account",
  "defaults.permissions_boundary.third_party": "the same as of an account",
  "defaults.permissions_boundary.pmm_ec2_role": "the same as of the source",
  "accounts[].modules[].version": "only a module of a registry has one, and it is fetched from there",
  "defaults.modules[].version": "only a module of a registry has one, and it is fetched from there",
};

function ofUser(key: string): Changes {
  const path = `accounts[].cloudwatch_agent.${key}`;
  return {
    [path]: [
      change(agent(`${key}: true`), agent(""), "destroyed", "user-dropped"),
      change(agent(""), agent(`${key}: true`), "nothing"),
    ],
    ...ofKeys(path, (settings) => agent(`server_role: false, ${key}: {${settings}}`)),
  };
}
