import { databaseUsers } from "../../src/consumers/database-users";
import { accessOf } from "../support/synthesize";

function filesOf(databases: readonly object[], lifecycle = "active"): ReadonlyMap<string, string> {
  const file = {
    source: { account_id: "111111111111", pmm_ec2_role_name: "pmm" },
    defaults: { admin_role_name: "Admin" },
    teleport: { role_name: "teleport-db", proxy_address: "teleport.example.com:443" },
    accounts: [{ name: "shop", account_id: "222222222222", lifecycle, teleport: { databases } }],
  };
  return databaseUsers.files(accessOf(JSON.stringify(file)));
}

const ORDERS = {
  name: "orders",
  engine: "postgres",
  resource_id: "db-A",
  endpoint: "orders.abc.us-east-1.rds.amazonaws.com:5432",
  db_users: ["bob", "alice", "bob"],
};

const MYSQL = {
  name: "stock",
  engine: "aurora-mysql",
  resource_id: "cluster-A",
  endpoint: "stock.cluster-abc.us-east-1.rds.amazonaws.com:3306",
  db_users: ["o'neil", "a\\b`c", "bob"],
};

/** Of the one database. */
function sqlOf(database: object): string {
  const [text = ""] = filesOf([database]).values();
  return text;
}

test("PostgreSQL", () => {
  expect([...filesOf([ORDERS])]).toEqual([
    [
      "teleport/users/shop-orders.sql",
      `-- Users with IAM authentication for the database orders (postgres) at orders.abc.us-east-1.rds.amazonaws.com:5432,
-- in account shop, 222222222222. Run it as a user who may create users, with psql.
-- IAM authentication has to be on there. The users have no password and no rights:
-- grant next what each may do, such as CONNECT, USAGE and SELECT on what it reads.
-- A user that is there without IAM authentication stays so, with a warning.

SET client_encoding = 'UTF8';

DO $user$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'alice') THEN
    CREATE USER "alice";
    GRANT rds_iam TO "alice";
  ELSIF NOT pg_catalog.pg_has_role('alice', 'rds_iam', 'MEMBER') THEN
    RAISE WARNING 'user % is there without rds_iam: once granted, it logs in with IAM only', 'alice';
  END IF;
END
$user$;

DO $user$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'bob') THEN
    CREATE USER "bob";
    GRANT rds_iam TO "bob";
  ELSIF NOT pg_catalog.pg_has_role('bob', 'rds_iam', 'MEMBER') THEN
    RAISE WARNING 'user % is there without rds_iam: once granted, it logs in with IAM only', 'bob';
  END IF;
END
$user$;
`,
    ],
  ]);
});

test("MySQL and MariaDB", () => {
  expect([...filesOf([MYSQL])]).toEqual([
    [
      "teleport/users/shop-stock.sql",
      `-- Users with IAM authentication for the database stock (aurora-mysql) at stock.cluster-abc.us-east-1.rds.amazonaws.com:3306,
-- in account shop, 222222222222. Run it as a user who may create users, with mysql.
-- IAM authentication has to be on there. The users have no password and no rights:
-- grant next what each may do, such as SELECT on what it reads.
-- A user that is there stays as it is, with a note: see SHOW CREATE USER.

SET NAMES utf8mb4;
CREATE USER IF NOT EXISTS \`a\\b\`\`c\`@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL;
CREATE USER IF NOT EXISTS 'bob'@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL;
CREATE USER IF NOT EXISTS 'o''neil'@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL;
`,
    ],
  ]);
});

test.each([
  ["postgres", "nothing is made here"],
  ["mariadb", "nothing is made here"],
])("* is no user: %s", (engine, words) => {
  const text = sqlOf({ name: "any", engine, resource_id: "*", region: "eu-west-1", db_users: ["*"] });
  expect(text).toContain(`for every ${engine} database of eu-west-1,`);
  expect(text).toContain(`-- db_users is "*", which names no user: ${words}.`);
  expect(text.split("\n").filter((line) => line !== "" && !line.startsWith("--"))).toEqual([]);
});

test("names that PostgreSQL keeps for itself are said, not made", () => {
  const text = sqlOf({ ...ORDERS, db_users: ["pg_monitor", "public"] });
  expect(text).toContain('-- PostgreSQL keeps this name for itself: "pg_monitor". Nothing is made for it.\n');
  expect(text).toContain('-- PostgreSQL keeps this name for itself: "public". Nothing is made for it.\n');
  expect(text).not.toContain("CREATE");
});

test("says where else to run it", () => {
  const at = (resource_id: string, endpoint: string) =>
    sqlOf({
      ...ORDERS,
      engine: "aurora-postgresql",
      resource_id,
      endpoint: `${endpoint}.us-east-1.rds.amazonaws.com:5432`,
    });
  const reader = "-- This endpoint leads to readers: run it at the cluster's endpoint.\n";
  const proxy = "-- Run it on the database behind the proxy";
  expect(at("cluster-A", "o.cluster-ro-abc")).toContain(reader);
  expect(at("cluster-A", "o.cluster-abc")).not.toContain(reader);
  expect(at("cluster-A", "o.cluster-abc")).not.toContain(proxy);
  expect(at("prx-0a", "o.proxy-abc")).toContain(proxy);
});

test("no name ends the block that it is in", () => {
  const text = sqlOf({ ...ORDERS, db_users: ["$user$", "$user1$$user$", "a$user2$"] });
  expect(text.match(/^DO .*$/gm)).toEqual(["DO $user1$", "DO $user2$", "DO $user$"]);
  expect(text.match(/^\$.*;$/gm)).toEqual(["$user1$;", "$user2$;", "$user$;"]);
});

test.each(["retiring", "closed"])("an account that is %s has no users", (lifecycle) => {
  expect(filesOf([ORDERS], lifecycle).size).toBe(0);
});
