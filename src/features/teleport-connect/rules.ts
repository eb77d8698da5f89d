import type { AccountsFile } from "../../accounts/file";
import { error, type Finding, type Path, warning } from "../../accounts/problem";
import { shown } from "../../accounts/wording";
import { ENDPOINT } from "../../aws/formats";
import { partitionOf } from "../../aws/partitions";
import { type Database, isPostgres } from "./database";
import { endpointRules, portRule } from "./endpoint-rules";

/**
 * The characters of a user's name; of PostgreSQL the bytes. Sources: MySQL Reference Manual, "Account User Names and
 * Passwords"; PostgreSQL documentation, "Identifiers and Key Words"; MariaDB, the column `User` of `mysql.user`.
 */
const USER_CHARACTERS: Readonly<Record<Database["engine"], number>> = {
  "aurora-mysql": 32,
  "aurora-postgresql": 63,
  mysql: 32,
  mariadb: 80,
  postgres: 63,
};

/** What the schema cannot say of one database. */
export function* databaseRules(
  settings: Database,
  path: Path,
  partition: AccountsFile["partition"],
): Iterable<Finding> {
  yield* resourceRules(settings, path);
  yield* userRules(settings, path);
  yield* nameRules(settings, path);
  yield* regionRule(settings, path, partition);
  yield* endpointRules(settings, path, partition);
  yield* portRule(settings, path);
}

function* resourceRules({ name, resource_id, endpoint }: Database, path: Path): Iterable<Finding> {
  if (resource_id === "*") {
    yield warning(
      [...path, "resource_id"],
      "resource-id",
      'resource_id "*" lets Teleport connect to every database of the account in that region; name one where you can',
    );
    if (endpoint !== undefined) {
      yield error(
        [...path, "endpoint"],
        "endpoint",
        'one endpoint cannot serve resource_id "*"; remove the endpoint or name the resource',
        "key",
      );
    }
  } else if (endpoint === undefined) {
    yield error(
      path,
      "endpoint",
      `endpoint is missing for the database "${name}"; expected ${ENDPOINT.expected}, such as ${ENDPOINT.example}`,
      "key",
    );
  }
}

function* userRules(settings: Database, path: Path): Iterable<Finding> {
  const { engine, db_users } = settings;
  yield* everyone(db_users, [...path, "db_users"]);
  if (db_users.includes("*")) {
    yield warning(
      [...path, "db_users"],
      "db-users",
      'db_users ["*"] lets Teleport connect as every database user with IAM authentication, administrators too; name them where you can',
    );
  }
  const most = USER_CHARACTERS[engine];
  for (const [index, user] of db_users.entries()) {
    const length = isPostgres(settings) ? Buffer.byteLength(user) : user.length;
    if (length > most) {
      const unit = length > user.length ? "bytes in UTF-8" : "characters";
      yield error(
        [...path, "db_users", index],
        "db-users",
        `an entry of db_users is ${shown(user)} (${length} ${unit}); a user of ${engine} has at most ${most}: type the name as the database has it`,
      );
    }
  }
}

function* nameRules(settings: Database, path: Path): Iterable<Finding> {
  const { engine, db_names } = settings;
  if (db_names === undefined) {
    return;
  }
  yield* everyone(db_names, [...path, "db_names"]);
  if (!isPostgres(settings)) {
    yield error(
      [...path, "db_names"],
      "db-names",
      `db_names is for PostgreSQL; the engine is ${engine}, whose users see the databases that their grants name: remove db_names`,
      "key",
    );
  }
}

function* regionRule(
  { region }: Database,
  path: Path,
  partition: AccountsFile["partition"],
): Iterable<Finding> {
  if (region !== undefined && partition !== undefined && partitionOf(region) !== partition) {
    yield error(
      [...path, "region"],
      "partition",
      `region ${region} is in the partition ${partitionOf(region)}; expected one of ${partition}, the source account's`,
    );
  }
}

/** `*` is alone in its list: beside it, names would say nothing. */
function* everyone(names: readonly string[], path: Path): Iterable<Finding> {
  if (names.includes("*") && names.length > 1) {
    yield error(
      path,
      String(path.at(-1)).replaceAll("_", "-"),
      '"*" means all of them already; expected it alone: ["*"]',
      "key",
    );
  }
}
