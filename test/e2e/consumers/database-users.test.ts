import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { databaseUsers } from "../../../src/consumers/database-users";
import { accessOf } from "../../support/synthesize";
import { removeAtExit, removed } from "../harness/processes";
import { type DatabaseServer, describeDatabases, startMariadb, startPostgres } from "./database-servers";

/** Each character that a user's name may hold: IAM's, without white space, * and ?. */
const CHARACTERS = [range(0x21, 0x7e), range(0xa1, 0xac), range(0xae, 0xff)]
  .flat()
  .filter((character) => character !== "*" && character !== "?");

/** Names that would end a quote, a comment or a statement, or mean something to a client, beside plain ones. */
const HARD = [
  "alice",
  "Alice",
  "'; DROP USER alice; --",
  "\\'--",
  '\\"--',
  "''",
  '""',
  "``",
  "\\\\",
  "a\\",
  "`\\",
  "$user$",
  "$user$$user1$",
  "$$",
  ":alice",
  ":'alice'",
  "\\gexec",
  "\\!id",
  "--x",
  "/x/",
  "#x",
  "%I",
  "a@b",
  "a@%",
  "{{x}}",
  "delimiter;",
].map((name) => name.replaceAll(" ", ""));

const NAMES = [
  ...new Set([...HARD, ...CHARACTERS.map((character) => `${character}x`), ...CHARACTERS]),
].sort();

let folder: string;

describeDatabases("the SQL for database users", () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "pmm-iam-users-"));
    removeAtExit(folder);
  });
  afterAll(() => removed(folder));

  describe("PostgreSQL", () => {
    let server: DatabaseServer;
    beforeAll(async () => {
      server = await startPostgres();
      server.rows("CREATE ROLE rds_iam");
    });
    afterAll(() => server.stop());

    const USERS = `
      SELECT json_build_array(r.rolname, r.rolcanlogin, r.rolpassword, r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls,
        ARRAY(SELECT g.rolname FROM pg_auth_members m JOIN pg_authid g ON g.oid = m.roleid WHERE m.member = r.oid))
      FROM pg_authid r WHERE r.oid >= 16384 AND r.rolname <> 'rds_iam'`;
    const users = () => server.rows(USERS).map((row) => JSON.parse(row));

    test.each([
      ["as it is", {}],
      ["where a backslash escapes in strings", { env: { PGOPTIONS: "-c standard_conforming_strings=off" } }],
      ["in a terminal of another character set", { env: { PGCLIENTENCODING: "LATIN1" } }],
    ])("makes each user with rds_iam and nothing else, %s", (_, options) => {
      const file = sqlFile("postgres", NAMES);

      expect(server.run(file, options)).toEqual({ status: 0, stdout: "", stderr: "" });

      expect(users().sort(byName)).toEqual(NAMES.map((name) => [name, true, null, false, ["rds_iam"]]));
      expect(server.run(file, options)).toEqual({ status: 0, stdout: "", stderr: "" });
      expect(users()).toHaveLength(NAMES.length);
      server.rows(dropAll(NAMES));
      expect(users()).toEqual([]);
    });

    test("leaves a user who logs in with a password, and says so", () => {
      server.rows(`CREATE USER "b\\'ob" PASSWORD 'secret'`);

      const { status, stderr } = server.run(sqlFile("postgres", ["alice", "b\\'ob"]));

      expect(status).toBe(0);
      expect(stderr).toContain(
        "WARNING:  user b\\'ob is there without rds_iam: once granted, it logs in with IAM only",
      );
      expect(users().map(([name, , , , groups]) => [name, groups])).toEqual([
        ["b\\'ob", []],
        ["alice", ["rds_iam"]],
      ]);
      server.rows(dropAll(["alice", "b\\'ob"]));
    });

    test("a user who has rds_iam through another role needs nothing", () => {
      server.rows("CREATE ROLE people; GRANT rds_iam TO people; CREATE USER alice IN ROLE people");
      expect(server.run(sqlFile("postgres", ["alice"]))).toEqual({ status: 0, stdout: "", stderr: "" });
      server.rows(`${dropAll(["alice"])}; DROP ROLE people`);
    });

    test("without rds_iam, which only RDS has, nothing is made", () => {
      server.rows("DROP ROLE rds_iam");
      const { status, stderr } = server.run(sqlFile("postgres", ["alice"]));
      expect([status, users()]).toEqual([3, []]);
      expect(stderr).toContain('role "rds_iam" does not exist');
      server.rows("CREATE ROLE rds_iam");
    });

    test("names that PostgreSQL refuses, and *, are no statement", () => {
      const file = sqlFile("postgres", ["public", "none", "pg_x", "Public"]);
      expect(server.run(file)).toEqual({ status: 0, stdout: "", stderr: "" });
      expect(users().map(([name]) => name)).toEqual(["Public"]);
      expect(server.run(sqlFile("postgres", ["*"]))).toEqual({ status: 0, stdout: "", stderr: "" });
      expect(users()).toHaveLength(1);
      for (const name of ["public", "none", "pg_x"]) {
        expect(() => server.rows(`CREATE USER "${name}"`)).toThrow("reserved");
      }
      server.rows(dropAll(["Public"]));
    });
  });

  describe("MariaDB", () => {
    let server: DatabaseServer;
    beforeAll(async () => {
      server = await startMariadb();
    });
    afterEach(() => server.rows("DELETE FROM mysql.global_priv WHERE Host = '%'; FLUSH PRIVILEGES"));
    afterAll(() => server.stop());

    const USERS = `
      SELECT JSON_ARRAY(User, Host, plugin, authentication_string, Password, ssl_type) FROM mysql.user
      WHERE User NOT IN ('root', 'mariadb.sys', 'mysql', '')`;
    const users = () => server.rows(USERS).map((row) => JSON.parse(row));

    const MODES = "NO_BACKSLASH_ESCAPES,ANSI_QUOTES";
    test.each([
      ["as it is", []],
      [
        "where a backslash is none and double quotes are for names",
        [`--init-command=SET SESSION sql_mode='${MODES}'`],
      ],
      ["in a terminal of another character set", ["--default-character-set=latin1"]],
    ])("makes each user by the plugin, with TLS and nothing else, %s", (_, args) => {
      const file = sqlFile("mysql", NAMES, asStandIn);

      expect(server.run(file, { args })).toEqual({ status: 0, stdout: "", stderr: "" });

      expect(users().sort(byName)).toEqual(NAMES.map((name) => [name, "%", "unix_socket", "RDS", "", "ANY"]));
      const again = server.run(file, { args });
      expect([again.status, again.stderr]).toEqual([0, ""]);
      expect(again.stdout.match(/^Note \(Code 1973\): /gm)).toHaveLength(NAMES.length);
      expect(users()).toHaveLength(NAMES.length);
      expect(
        server.rows(
          "SELECT GRANTEE FROM information_schema.USER_PRIVILEGES WHERE PRIVILEGE_TYPE <> 'USAGE' AND GRANTEE NOT LIKE '''root''@%'",
        ),
      ).toEqual([]);
    });

    test("the text as it is written lacks the plugin, which only RDS has, and nothing else", () => {
      const { stderr } = server.run(sqlFile("mysql", NAMES), { args: ["--force"] });

      const errors = stderr.split("\n").filter((line) => line.startsWith("ERROR"));
      expect(errors).toHaveLength(NAMES.length);
      expect(new Set(errors.map((line) => line.replace(/at line \d+ .*: /, ": ")))).toEqual(
        new Set(["ERROR 1524 (HY000) : Plugin 'AWSAuthenticationPlugin' is not loaded"]),
      );
      expect(users()).toEqual([]);
    });

    test("leaves a user who logs in with a password", () => {
      server.rows("CREATE USER bob@'%' IDENTIFIED BY 'secret'");
      expect(server.run(sqlFile("mysql", ["bob"], asStandIn)).status).toBe(0);
      expect(users().map(([name, , plugin]) => [name, plugin])).toEqual([["bob", "mysql_native_password"]]);
    });

    test("names as long as MariaDB has them, and * is no statement", () => {
      const long = ["a".repeat(80), `${"b".repeat(79)}\\`, "current_user", "none", "public"];
      expect(server.run(sqlFile("mariadb", long, asStandIn)).stderr).toBe("");
      expect(
        users()
          .map(([name]) => name)
          .sort(),
      ).toEqual(long);
      expect(server.run(sqlFile("mysql", ["*"]))).toEqual({ status: 0, stdout: "", stderr: "" });
      expect(users()).toHaveLength(5);
    });
  });
});

/** AWS gives its plugin to RDS alone. Another of MariaDB takes its place, with the same words around it. */
function asStandIn(sql: string): string {
  const text = sql.replaceAll("WITH AWSAuthenticationPlugin AS", "WITH unix_socket AS");
  expect(text).not.toBe(sql);
  return text;
}

/** The file that the program writes for a database with these users. */
function sqlFile(engine: string, users: readonly string[], changed = (sql: string) => sql): string {
  const access = accessOf(
    JSON.stringify({
      source: { account_id: "111111111111", pmm_ec2_role_name: "pmm" },
      defaults: { admin_role_name: "Admin" },
      teleport: { role_name: "teleport-db", proxy_address: "teleport.example.com:443" },
      accounts: [
        {
          name: "shop",
          account_id: "222222222222",
          teleport: {
            databases: [
              {
                name: "orders",
                engine,
                resource_id: "db-A",
                endpoint: "orders.abc.us-east-1.rds.amazonaws.com:5555",
                db_users: users,
              },
            ],
          },
        },
      ],
    }),
  );
  const [sql = ""] = databaseUsers.files(access).values();
  const file = join(folder, "users.sql");
  writeFileSync(file, changed(sql));
  return file;
}

function dropAll(names: readonly string[]): string {
  return `DROP ROLE ${names.map((name) => `"${name.replaceAll('"', '""')}"`).join(", ")}`;
}

function range(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => String.fromCharCode(first + index));
}

function byName([a]: [string], [b]: [string]): number {
  return a < b ? -1 : 1;
}
