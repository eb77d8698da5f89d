import { z } from "zod";
import { choice, list, mapping, text } from "../accounts/fields";
import type { Account, Deployment } from "../accounts/model";
import type { Path } from "../accounts/problem";
import { error, type Finding, warning } from "../accounts/problem";
import { partitionOfFile, repeated } from "../accounts/rules";
import { DATABASE_NAME, DB_NAME, DB_USER, ENDPOINT, RDS_RESOURCE_ID } from "../aws/formats";
import { ROLE_INLINE_CHARACTERS } from "../aws/limits";
import { KNOWN_REGIONS, partitionOf } from "../aws/partitions";
import { policySize } from "../aws/policies";
import { modulePolicy } from "../modules/own";
import { type Feature, settingsOf, variables } from "./feature";

const database = mapping(
  {
    name: text(DATABASE_NAME, "The database's name in Teleport, unique over the file."),
    engine: choice(
      ["aurora-mysql", "aurora-postgresql", "mysql", "mariadb", "postgres"],
      "The database engine, as RDS calls it.",
    ),
    resource_id: text(
      RDS_RESOURCE_ID,
      "The resource id from the console's Configuration tab: of the cluster for Aurora, of the instance, or of a proxy.",
    ),
    region: z
      .enum(KNOWN_REGIONS as [string, ...string[]], {
        error: "expected the name of an AWS region, such as eu-west-1",
      })
      .meta({ description: "The database's region; default: the account's." })
      .optional(),
    endpoint: text(ENDPOINT, 'host:port of the database; none where resource_id is "*".').optional(),
    db_users: list(
      text(DB_USER, "A database user with IAM authentication."),
      'The database users that Teleport may connect as; ["*"] is every one.',
    ).min(1, { error: "expected at least one database user" }),
    db_names: list(
      text(DB_NAME, "A database inside the instance."),
      'PostgreSQL only: the databases that Teleport lets them open; default ["*"].',
    )
      .min(1, { error: "expected at least one database name" })
      .optional(),
  },
  "A database that people reach through Teleport.",
);

const keys = {
  teleport: mapping(
    {
      databases: list(database, "The databases that Teleport connects to in this account.").min(1, {
        error: "expected at least one database",
      }),
    },
    "Makes TeleportDatabaseAccess, which may connect to these databases as these users.",
  ).optional(),
};

type Database = z.output<typeof database>;

/** The role through which Teleport connects to databases with IAM authentication. */
export const teleportConnect: Feature<typeof keys> = {
  keys,

  *rules(file) {
    const databases = file.entries.flatMap(({ path, input }) =>
      (input.teleport?.databases ?? []).map((settings, index) => ({
        settings,
        path: [...path, "teleport", "databases", index] as Path,
      })),
    );
    yield* repeated(
      file,
      databases.map(({ settings, path }) => ({ value: settings.name, path: [...path, "name"] })),
      "databases",
      (name, first) =>
        `the database name "${name}" is taken at ${first}; Teleport tells databases apart by name: give each its own`,
    );
    for (const { settings, path } of databases) {
      yield* databaseRules(settings, path, partitionOfFile(file));
    }
    if (
      file.teleport === undefined &&
      file.source !== undefined &&
      !Object.hasOwn(Object(file.document.plain), "teleport")
    ) {
      for (const { path } of file.entries.filter(({ input }) => input.teleport !== undefined)) {
        yield error(
          [...path, "teleport"],
          "teleport",
          "the file has no `teleport` section, which says who connects; add teleport: {role_name: ..., proxy_address: ...} at the top level",
          "key",
        );
      }
    }
  },

  calls(account, deployment) {
    const databases = databasesOf(account);
    const { teleport, source } = deployment;
    return databases.length === 0 || teleport === undefined
      ? []
      : [
          {
            name: `teleport_connect_${account.alias}`,
            module: "teleport-connect",
            usesSecrets: false,
            path: [...account.path, "teleport"],
            variables: variables({
              teleport_role_arn: teleport.roleArn,
              external_id: teleport.externalId,
              organization_id: source.organizationId,
              permissions_boundary: account.permissionsBoundary,
              databases: databases.map(({ resource_id, region, db_users }) => ({
                resource_id,
                region: region ?? account.region,
                db_users: [...new Set(db_users)].sort(),
              })),
            }),
          },
        ];
  },

  *limits(account, deployment) {
    const arns = connectArns(account, deployment);
    const [statement] = modulePolicy(
      "teleport-connect",
      "teleport-rds-db-connect",
      deployment.partition,
    ).Statement;
    const size = policySize({ Version: "2012-10-17", Statement: [{ ...statement, Resource: arns }] });
    if (size > ROLE_INLINE_CHARACTERS) {
      yield error(
        [...account.path, "teleport"],
        "teleport-policy-size",
        `teleport-rds-db-connect would have ${size} characters for ${arns.length} users of databases; AWS allows ${ROLE_INLINE_CHARACTERS} in one role: use db_users ["*"] for the databases with the most users, and let Teleport's roles name the users`,
        "key",
      );
    }
  },

  users: () => [],
};

function* databaseRules(settings: Database, path: Path, partition: string | undefined): Iterable<Finding> {
  const { engine, resource_id, endpoint, db_users, db_names, region } = settings;
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
        'one endpoint cannot stand for resource_id "*"; take the endpoint away or name the resource',
        "key",
      );
    }
  } else if (endpoint === undefined) {
    yield error(
      path,
      "endpoint",
      `endpoint is missing for the database "${settings.name}"; expected ${ENDPOINT.expected}, such as ${ENDPOINT.example}`,
      "key",
    );
  }
  if (engine.startsWith("aurora-") && resource_id.startsWith("db-")) {
    yield warning(
      [...path, "resource_id"],
      "resource-id",
      "an Aurora database is reached by its cluster's resource id (cluster-...); this one is of a single instance",
    );
  }
  yield* everyone(db_users, [...path, "db_users"]);
  if (db_users.includes("*")) {
    yield warning(
      [...path, "db_users"],
      "db-users",
      'db_users ["*"] lets Teleport connect as every database user with IAM authentication, administrators too; name them where you can',
    );
  }
  if (db_names !== undefined) {
    yield* everyone(db_names, [...path, "db_names"]);
    if (!engine.startsWith("aurora-postgresql") && engine !== "postgres") {
      yield error(
        [...path, "db_names"],
        "db-names",
        `db_names is for PostgreSQL; the engine is ${engine}, whose users see the databases that their grants name: take db_names away`,
        "key",
      );
    }
  }
  if (region !== undefined && partition !== undefined && partitionOf(region) !== partition) {
    yield error(
      [...path, "region"],
      "partition",
      `region ${region} is in the partition ${partitionOf(region)}; expected one of ${partition}, the source account's`,
    );
  }
}

/** `*` stands alone: beside it, names would say nothing. */
function* everyone(names: readonly string[], path: Path): Iterable<Finding> {
  if (names.includes("*") && names.length > 1) {
    yield error(
      path,
      String(path.at(-1)).replaceAll("_", "-"),
      '"*" stands for all of them already; expected it alone: ["*"]',
      "key",
    );
  }
}

function databasesOf(account: Account): readonly Database[] {
  return [...(settingsOf(account, keys).teleport?.databases ?? [])].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
}

function connectArns(account: Account, { partition }: Deployment): string[] {
  const arns = databasesOf(account).flatMap(({ resource_id, region, db_users }) =>
    db_users.map(
      (user) =>
        `arn:${partition}:rds-db:${region ?? account.region}:${account.accountId}:dbuser:${resource_id}/${user}`,
    ),
  );
  return [...new Set(arns)].sort();
}
