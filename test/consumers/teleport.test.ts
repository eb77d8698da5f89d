// More than 300 lines: the text of db_service.yaml is here as a whole, and a role for each kind of database.
import { parse, parseAllDocuments } from "yaml";
import { teleport } from "../../src/consumers/teleport";
import { accessOf } from "../support/synthesize";

const HEAD = `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm}
defaults: {admin_role_name: Admin, iam_path: /dba/, tags: {team: dba}}
teleport: {role_name: teleport-db, external_id: "5555", proxy_address: "teleport.example.com:443"}
accounts:
`;

const BILLING = `
  - name: billing-prod
    account_id: "033333333333"
    region: eu-west-1
    tags: {env: prod, "cost center": "1", on: "yes", region: ours, teleport.dev/origin: x}
    teleport:
      databases:
        - {name: billing, engine: aurora-postgresql, resource_id: cluster-ABC, endpoint: "Billing.cluster-abc.us-east-1.rds.amazonaws.com:5432", db_users: [reporting, alice, reporting], db_names: [billing, audit]}
        - {name: ledger, engine: postgres, resource_id: prx-0a1b, endpoint: "ledger.proxy-abc.eu-west-1.rds.amazonaws.com:5433", db_users: [alice]}
        - {name: any, engine: mysql, resource_id: "*", region: eu-west-2, db_users: ["*"]}
`;

const ORDERS = `
  - name: orders-prod
    account_id: "222222222222"
    teleport:
      databases:
        - {name: orders, engine: mariadb, resource_id: db-A, endpoint: "orders-1.abc.us-east-1.rds.amazonaws.com:3306", db_users: [bob]}
        - {name: reports, engine: aurora-mysql, resource_id: cluster-A, endpoint: "reports.cluster-custom-abc.us-east-1.rds.amazonaws.com:3306", db_users: [bob]}
        - {name: legacy, engine: mysql, resource_id: db-B, endpoint: "db.example.com:3306", db_users: [bob]}
`;

const SERVICE = `# For the Teleport Database Service behind teleport.example.com:443: its teleport.yaml takes this as db_service.
#
# What cannot be registered here:
# - any in billing-prod: resource_id is *, which is no one database; let Teleport discover them, with the same role
# - reports in orders-prod: reports.cluster-custom-abc.us-east-1.rds.amazonaws.com:3306 is an Aurora custom endpoint, for which AWS accepts no token; give the cluster's endpoint
db_service:
  enabled: true
  databases:
    - name: "billing"
      protocol: postgres
      uri: "billing.cluster-abc.us-east-1.rds.amazonaws.com:5432"
      static_labels:
        account: "billing-prod"
        account-id: "033333333333"
        database: "billing"
        engine: "aurora-postgresql"
        region: "us-east-1"
        "env": "prod"
        "on": "yes"
        "team": "dba"
      aws:
        region: "us-east-1"
        account_id: "033333333333"
        assume_role_arn: "arn:aws:iam::033333333333:role/dba/TeleportDatabaseAccess"
        external_id: "5555"
        rds:
          cluster_id: "billing"
    - name: "ledger"
      protocol: postgres
      uri: "ledger.proxy-abc.eu-west-1.rds.amazonaws.com:5433"
      static_labels:
        account: "billing-prod"
        account-id: "033333333333"
        database: "ledger"
        engine: "postgres"
        region: "eu-west-1"
        "env": "prod"
        "on": "yes"
        "team": "dba"
      aws:
        region: "eu-west-1"
        account_id: "033333333333"
        assume_role_arn: "arn:aws:iam::033333333333:role/dba/TeleportDatabaseAccess"
        external_id: "5555"
    # Not a name of AWS: a token is accepted for the endpoint that RDS gives, and no other name.
    - name: "legacy"
      protocol: mysql
      uri: "db.example.com:3306"
      static_labels:
        account: "orders-prod"
        account-id: "222222222222"
        database: "legacy"
        engine: "mysql"
        region: "us-east-1"
        "team": "dba"
      aws:
        region: "us-east-1"
        account_id: "222222222222"
        assume_role_arn: "arn:aws:iam::222222222222:role/dba/TeleportDatabaseAccess"
        external_id: "5555"
    - name: "orders"
      protocol: mysql
      uri: "orders-1.abc.us-east-1.rds.amazonaws.com:3306"
      static_labels:
        account: "orders-prod"
        account-id: "222222222222"
        database: "orders"
        engine: "mariadb"
        region: "us-east-1"
        "team": "dba"
      aws:
        region: "us-east-1"
        account_id: "222222222222"
        assume_role_arn: "arn:aws:iam::222222222222:role/dba/TeleportDatabaseAccess"
        external_id: "5555"
        rds:
          instance_id: "orders-1"
`;

function filesOf(yaml: string): ReadonlyMap<string, string> {
  return teleport.files(accessOf(yaml));
}

function fileOf(yaml: string, path: string): string {
  const text = filesOf(yaml).get(path);
  if (text === undefined) throw new Error(`no ${path} among ${[...filesOf(yaml).keys()].join(", ")}`);
  return text;
}

/** As a reader of YAML 1.1 takes it, such as Teleport's, which a reader of 1.2 must not take otherwise. */
function parsed(text: string): unknown {
  const value: unknown = parse(text, { version: "1.1" });
  expect(parse(text)).toEqual(value);
  return value;
}

/** The role in Teleport of the account `shop`'s one database. */
function roleOf(database: object): string {
  const settings = { name: "db", engine: "postgres", resource_id: "db-A", db_users: ["alice"], ...database };
  const endpoint = "db.abc.us-east-1.rds.amazonaws.com:5432";
  const account = {
    name: "shop",
    account_id: "444444444444",
    teleport: { databases: [{ endpoint, ...settings }] },
  };
  return fileOf(`${HEAD}  - ${JSON.stringify(account)}`, "teleport/roles/shop-db.yaml");
}

test("db_service.yaml, and a role for each database", () => {
  const files = filesOf(HEAD + BILLING + ORDERS);
  expect([...files.keys()]).toEqual([
    "teleport/db_service.yaml",
    "teleport/roles/billing-prod-any.yaml",
    "teleport/roles/billing-prod-billing.yaml",
    "teleport/roles/billing-prod-ledger.yaml",
    "teleport/roles/orders-prod-legacy.yaml",
    "teleport/roles/orders-prod-orders.yaml",
    "teleport/roles/orders-prod-reports.yaml",
  ]);
  expect(files.get("teleport/db_service.yaml")).toBe(SERVICE);
});

test("the order of the file means nothing", () => {
  const turned = BILLING.replace("[reporting, alice, reporting]", "[alice, reporting]").replace(
    "[billing, audit]",
    "[audit, billing]",
  );
  expect([...filesOf(HEAD + ORDERS + turned)]).toEqual([...filesOf(HEAD + BILLING + ORDERS)]);
});

/**
 * What Teleport reads, by the tags in lib/config/fileconf.go (`Databases`, `Database`, `DatabaseAWS`,
 * `DatabaseAWSRDS`) and api/types (`Metadata`, `RoleV6`, `RoleConditions`). Another key is an error there.
 */
const TELEPORTS_FIELDS: Readonly<Record<string, "text" | "texts" | "flag" | "labels" | "selectors">> = {
  "db_service.enabled": "flag",
  "db_service.databases[].name": "text",
  "db_service.databases[].protocol": "text",
  "db_service.databases[].uri": "text",
  "db_service.databases[].static_labels": "labels",
  "db_service.databases[].aws.region": "text",
  "db_service.databases[].aws.account_id": "text",
  "db_service.databases[].aws.assume_role_arn": "text",
  "db_service.databases[].aws.external_id": "text",
  "db_service.databases[].aws.rds.instance_id": "text",
  "db_service.databases[].aws.rds.cluster_id": "text",
  kind: "text",
  version: "text",
  "metadata.name": "text",
  "metadata.description": "text",
  "spec.allow.db_labels": "selectors",
  "spec.allow.db_names": "texts",
  "spec.allow.db_users": "texts",
};

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The fields of a document, each with whether its value is of the type. */
function fieldsIn(value: unknown, path = ""): [path: string, isOfType: boolean][] {
  const type = TELEPORTS_FIELDS[path];
  const isText = (one: unknown) => typeof one === "string";
  const isTexts = (one: unknown) => Array.isArray(one) && one.every(isText);
  if (type !== undefined) {
    const checks = {
      text: isText,
      texts: isTexts,
      flag: (one: unknown) => typeof one === "boolean",
      labels: (one: unknown) => isMapping(one) && Object.values(one).every(isText),
      selectors: (one: unknown) => isMapping(one) && Object.values(one).every(isTexts),
    };
    return [[path, checks[type](value)]];
  }
  if (Array.isArray(value)) return value.flatMap((one) => fieldsIn(one, `${path}[]`));
  if (!isMapping(value)) return [[path, false]];
  return Object.entries(value).flatMap(([key, one]) => fieldsIn(one, path === "" ? key : `${path}.${key}`));
}

test("every field is one of Teleport's, of its type, and each of them is written", () => {
  const fields = [...filesOf(HEAD + BILLING + ORDERS).values()].flatMap((text) => fieldsIn(parsed(text)));
  expect(fields.filter(([, isOfType]) => !isOfType)).toEqual([]);
  expect(new Set(fields.map(([path]) => path))).toEqual(new Set(Object.keys(TELEPORTS_FIELDS)));
});

test("a role names the database by its labels, and the users and databases of the file alone", () => {
  const role = (name: string) => parsed(fileOf(HEAD + BILLING + ORDERS, `teleport/roles/${name}.yaml`));
  expect(role("billing-prod-billing")).toEqual({
    kind: "role",
    version: "v7",
    metadata: {
      name: "billing-prod-billing",
      description: "Database billing (aurora-postgresql) of account billing-prod, 033333333333",
    },
    spec: {
      allow: {
        db_labels: { account: ["billing-prod"], database: ["billing"] },
        db_names: ["audit", "billing"],
        db_users: ["alice", "reporting"],
      },
    },
  });
  expect(role("billing-prod-ledger")).toMatchObject({
    spec: { allow: { db_names: ["*"], db_users: ["alice"] } },
  });
});

test("all roles in one file are as many documents", () => {
  const [, ...roles] = filesOf(HEAD + BILLING + ORDERS).values();
  expect(parseAllDocuments(roles.join(""))).toHaveLength(6);
});

test("another deployment's roles have its name, since both may use one Teleport", () => {
  const role = parsed(fileOf(`name: staging\n${HEAD}${ORDERS}`, "teleport/roles/orders-prod-orders.yaml"));
  expect(role).toMatchObject({ metadata: { name: "orders-prod-orders-staging" } });
});

test("MySQL's databases have no db_names", () => {
  expect(parsed(fileOf(HEAD + ORDERS, "teleport/roles/orders-prod-orders.yaml"))).toEqual({
    kind: "role",
    version: "v7",
    metadata: {
      name: "orders-prod-orders",
      description: "Database orders (mariadb) of account orders-prod, 222222222222",
    },
    spec: {
      allow: { db_labels: { account: ["orders-prod"], database: ["orders"] }, db_users: ["bob"] },
    },
  });
});

test("where the file names no one database, a role is for what discovery finds", () => {
  expect(parsed(fileOf(HEAD + BILLING, "teleport/roles/billing-prod-any.yaml"))).toMatchObject({
    spec: {
      allow: {
        db_labels: { "account-id": ["033333333333"], engine: ["mysql"], region: ["eu-west-2"] },
        db_users: ["*"],
      },
    },
  });
});

test("accounts that retire or are closed have no part in it", () => {
  const retiring = BILLING.replace("region: eu-west-1", "lifecycle: retiring");
  const closed = BILLING.replace("region: eu-west-1", "lifecycle: closed");
  const alone = [...filesOf(HEAD + ORDERS)];
  expect([...filesOf(HEAD + retiring + ORDERS)]).toEqual(alone);
  expect([...filesOf(HEAD + closed + ORDERS)]).toEqual(alone);
  expect(filesOf(HEAD + retiring).size).toBe(0);
});

test("without Teleport there is no file", () => {
  expect(filesOf(`${HEAD}  - {name: a, account_id: "222222222222"}`).size).toBe(0);
});

test("an account whose databases cannot be registered has an empty list", () => {
  const any = `
  - {name: a, account_id: "222222222222", teleport: {databases: [{name: d, engine: mysql, resource_id: "*", db_users: [bob]}]}}`;
  expect(parsed(fileOf(HEAD + any, "teleport/db_service.yaml"))).toEqual({
    db_service: { enabled: true, databases: [] },
  });
});

test("names that would meet end in a hash, and no other does", () => {
  const one = (account: string, id: string, names: readonly string[]) => ({
    name: account,
    account_id: id,
    teleport: {
      databases: names.map((name) => ({ name, engine: "mysql", resource_id: "*", db_users: ["bob"] })),
    },
  });
  const accounts = [
    one("a", "222222222222", ["b-c", "plain", "x", "X"]),
    one("a-b", "333333333333", ["c", `d${"e".repeat(254)}`]),
  ];
  const yaml = HEAD + accounts.map((account) => `  - ${JSON.stringify(account)}\n`).join("");
  const names = [...filesOf(yaml).keys()].slice(1).map((path) => path.slice("teleport/roles/".length));
  // The first 12 digits of the SHA-256 of a/X and so on, by sha256sum.
  expect(names).toEqual([
    "a-X.c0dad294c339.yaml",
    "a-b-c.b88f83c840ab.yaml",
    "a-plain.yaml",
    "a-x.1653a06856ec.yaml",
    "a-b-c.4e84717d75bd.yaml",
    `a-b-d${"e".repeat(102)}.861ed110c408.yaml`,
  ]);
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(6);
  for (const name of names) {
    const role = parsed(fileOf(yaml, `teleport/roles/${name}`));
    expect(role).toMatchObject({ metadata: { name: name.slice(0, -".yaml".length) } });
  }
});

test.each([
  [
    "quotes and what ends a line",
    ["'", '"', "a\\", "#x", "-", "é", "~", "{x", "&a", "!x", "|", "null", "0x1f", "y", "1_0"],
  ],
  ["words that YAML takes for others", ["on", "Yes", "012", "1e3", "true", "=", "<<", "12:30:45"]],
])("users stay as they are: %s", (_, db_users) => {
  expect(parsed(roleOf({ db_users }))).toMatchObject({
    spec: { allow: { db_users: [...db_users].sort() } },
  });
});

test("databases inside stay as they are, whatever their characters", () => {
  const db_names = ["a: b", "\u2028x", "\u{1f418}", " # ", "\ufeff", "- a", "é"];
  expect(parsed(roleOf({ db_names }))).toMatchObject({ spec: { allow: { db_names: [...db_names].sort() } } });
});

test("what Teleport would take for a template is left out, and the file says so", () => {
  const text = roleOf({
    db_users: ["alice", "{{external.users}}", "a}}"],
    db_names: ["{{external.names}}", "ok", "\u2028{{", "\ud800"],
  });
  expect(text.slice(0, text.indexOf("kind: role"))).toBe(
    "---\n" +
      [
        'the user "a}}"',
        'the user "{{external.users}}"',
        'the database "{{external.names}}"',
        'the database "\\u2028{{"',
        'the database "\\ud800"',
      ]
        .map((what) => `# Not here, because a role of Teleport cannot name it: ${what}\n`)
        .join(""),
  );
  expect(parsed(text)).toMatchObject({ spec: { allow: { db_names: ["ok"], db_users: ["alice"] } } });
});
