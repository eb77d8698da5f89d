import type { AccessModel } from "../access/model";
import type { Consumer } from "../features/consumer";
import { isPostgres, rdsEndpointOf } from "../features/teleport-connect/database";
import { type TeleportDatabase, teleportDatabases } from "./teleport-databases";
import { yamlText } from "./yaml-text";

/**
 * For each database that people reach through Teleport, the SQL that makes its users with IAM authentication. It may
 * run again: what is there stays as it is. It grants nothing, and no password is in it.
 *
 * Sources: RDS User Guide, "Creating a database account using IAM authentication"; PostgreSQL documentation, "Lexical
 * Structure"; MySQL Reference Manual, "String Literals", "Specifying Account Names" and "CREATE USER Statement".
 */
export const databaseUsers: Consumer<AccessModel> = {
  readme: [
    {
      path: "teleport/users/<account>-<database>.sql",
      use: "For the database's administrator: makes the users with whom Teleport connects. Its first lines say where to run it; grant their rights next.",
    },
  ],

  files: (access) =>
    new Map(teleportDatabases(access).map((one) => [`teleport/users/${one.fileName}.sql`, sqlText(one)])),
};

function sqlText(one: TeleportDatabase): string {
  const named = one.users.filter((user) => user !== "*");
  const reserved = isPostgres(one.settings) ? named.filter(isReserved) : [];
  const made = named.filter((user) => !reserved.includes(user));
  const lines = [
    ...headOf(one),
    ...(named.length < one.users.length
      ? ['-- db_users is "*", which names no user: nothing is made here.']
      : []),
    ...reserved.map(
      (user) => `-- PostgreSQL keeps this name for itself: ${yamlText(user)}. Nothing is made for it.`,
    ),
    ...(made.length === 0 ? [] : isPostgres(one.settings) ? postgresUsers(made) : mysqlUsers(made)),
  ];
  return `${lines.join("\n")}\n`;
}

/** Names, engines and endpoints hold no character that could end a comment. */
function headOf({ account, settings, region }: TeleportDatabase): string[] {
  const { name, engine, endpoint, resource_id } = settings;
  const what =
    endpoint === undefined
      ? `every ${engine} database of ${region}`
      : `the database ${name} (${engine}) at ${endpoint}`;
  return [
    `-- Users with IAM authentication for ${what},`,
    `-- in account ${account.name}, ${account.accountId}. Run it as a user who may create users, with ${isPostgres(settings) ? "psql" : "mysql"}.`,
    ...whereElse(settings, resource_id),
    "-- IAM authentication has to be on there. The users have no password and no rights:",
    `-- grant next what each may do, such as ${isPostgres(settings) ? "CONNECT, USAGE and SELECT" : "SELECT"} on what it reads.`,
    isPostgres(settings)
      ? "-- A user that is there without IAM authentication stays so, with a warning."
      : "-- A user that is there stays as it is, with a note: see SHOW CREATE USER.",
    "",
  ];
}

/** Where to run it, if not at the endpoint. */
function whereElse(settings: TeleportDatabase["settings"], resourceId: string): string[] {
  if (resourceId.startsWith("prx-")) {
    return [
      "-- Run it on the database behind the proxy, and only where the proxy logs in there with IAM authentication",
      "-- (its default authentication scheme is IAM_AUTH). With secrets it logs in with the users' passwords.",
    ];
  }
  return rdsEndpointOf(settings) !== undefined && /\.cluster-(?:ro|custom)-/i.test(settings.endpoint ?? "")
    ? ["-- This endpoint leads to readers: run it at the cluster's endpoint."]
    : [];
}

/** Source: PostgreSQL documentation, CREATE ROLE, and `IsReservedName` and `check_rolespec_name` in its source. */
function isReserved(user: string): boolean {
  return user.startsWith("pg_") || user === "public" || user === "none";
}

/**
 * One block for each user, so that a failure leaves the others whole. A user that others use with a password is not
 * given rds_iam: it would end their login, because RDS then accepts tokens only.
 */
function postgresUsers(users: readonly string[]): string[] {
  return ["SET client_encoding = 'UTF8';", ...users.flatMap((user) => ["", ...postgresUser(user)])];
}

function postgresUser(user: string): string[] {
  const [name, text] = [postgresIdentifier(user), postgresString(user)];
  const quote = dollarQuote(`${name}${text}`);
  return [
    `DO ${quote}`,
    "BEGIN",
    `  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${text}) THEN`,
    `    CREATE USER ${name};`,
    `    GRANT rds_iam TO ${name};`,
    `  ELSIF NOT pg_catalog.pg_has_role(${text}, 'rds_iam', 'MEMBER') THEN`,
    `    RAISE WARNING 'user % is there without rds_iam: once granted, it logs in with IAM only', ${text};`,
    "  END IF;",
    "END",
    `${quote};`,
  ];
}

function postgresIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** With a backslash, in the form whose meaning does not depend on standard_conforming_strings. */
function postgresString(text: string): string {
  const doubled = text.replaceAll("'", "''");
  return text.includes("\\") ? `E'${doubled.replaceAll("\\", "\\\\")}'` : `'${doubled}'`;
}

/** One that no name ends. */
function dollarQuote(inside: string): string {
  let tag = "$user$";
  for (let number = 1; inside.includes(tag); number += 1) {
    tag = `$user${number}$`;
  }
  return tag;
}

function mysqlUsers(users: readonly string[]): string[] {
  return [
    "SET NAMES utf8mb4;",
    ...users.map(
      (user) =>
        `CREATE USER IF NOT EXISTS ${mysqlName(user)}@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL;`,
    ),
  ];
}

/**
 * In quotes a backslash depends on the SQL mode (NO_BACKSLASH_ESCAPES), and a quote on none. A name with a backslash is
 * in backticks, in which it means nothing.
 */
function mysqlName(name: string): string {
  return name.includes("\\") ? `\`${name.replaceAll("`", "``")}\`` : `'${name.replaceAll("'", "''")}'`;
}
