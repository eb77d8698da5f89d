import { z } from "zod";
import { IN_PLACE, judged, NOTHING } from "../accounts/effects";
import { choice, list, mapping, text } from "../accounts/fields";
import type { Account, Deployment } from "../accounts/model";
import { error, type Finding, type Path, warning } from "../accounts/problem";
import { repeated } from "../accounts/rules";
import { DATABASE_NAME, DB_NAME, DB_USER, ENDPOINT, RDS_RESOURCE_ID } from "../aws/formats";
import { TELEPORT_ASSUME_POLICY, TELEPORT_POLICY, TELEPORT_ROLE } from "../aws/names";
import { KNOWN_REGIONS, partitionOf } from "../aws/partitions";
import { type PolicyDocument, trustRoles } from "../aws/policies";
import { modulePolicy } from "../modules/own";
import { type Feature, iamVariables, instanceIn, perDeployment, variables } from "./feature";
import { inlinePolicy, madeIn } from "./identity";

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

const INSTANCE = { prefix: "teleport_connect", module: "teleport-connect", key: "teleport" };

const BOUNDED_AS = "teleport";

/** The role through which Teleport connects to databases with IAM authentication. */
export const teleportConnect: Feature<typeof keys> = {
  keys,
  effects: {
    teleport: judged("destroyed", "role-dropped"),
    "teleport.databases": IN_PLACE,
    "teleport.databases[].name": NOTHING,
    "teleport.databases[].engine": NOTHING,
    "teleport.databases[].resource_id": IN_PLACE,
    "teleport.databases[].region": IN_PLACE,
    "teleport.databases[].endpoint": NOTHING,
    "teleport.databases[].db_users": IN_PLACE,
    "teleport.databases[].db_names": NOTHING,
  },

  boundedAs: BOUNDED_AS,
  instances: INSTANCE,

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
      yield* databaseRules(settings, path, file.partition);
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
    if (databases.length === 0 || teleport === undefined) {
      return [];
    }
    const { name, module } = instanceIn(account, INSTANCE);
    const path = [...account.path, "teleport"];
    return [
      {
        name,
        module,
        usesSecrets: false,
        path,
        makes: [
          madeIn(account, deployment, {
            kind: "role",
            boundedAs: BOUNDED_AS,
            name: TELEPORT_ROLE,
            address: `module.${name}.aws_iam_role.teleport_database_access`,
            trust: trustOf(deployment),
            policies: [
              inlinePolicy(TELEPORT_POLICY, connectPolicy(databases, account, deployment), {
                address: `module.${name}.aws_iam_role_policy.teleport_database_access`,
                path,
                remedy:
                  'use db_users ["*"] for the databases with the most users, and let Teleport\'s roles name the users',
              }),
            ],
            asked: { what: `Teleport's role in "${account.name}"`, path },
          }),
        ],
        variables: variables({
          teleport_role_arn: teleport.roleArn,
          external_id: teleport.externalId,
          organization_id: source.organizationId,
          ...iamVariables(account, BOUNDED_AS),
          databases: databases.map(({ resource_id, region, db_users }) => ({
            resource_id,
            region: region ?? account.region,
            db_users: [...new Set(db_users)].sort(),
          })),
        }),
      },
    ];
  },

  roles: [
    {
      keys: ["teleport"],
      roleName: TELEPORT_ROLE,
      usedBy: "people who connect to its databases through Teleport",
    },
  ],

  assumedBy: {
    caller: "teleport",
    roleName: TELEPORT_ROLE,
    policyName: TELEPORT_ASSUME_POLICY,
    resourceName: "teleport_assume_database_roles",
  },
};

/** Every account's role trusts the same one. */
const trustOf = perDeployment(({ teleport, source: { organizationId } }) =>
  trustRoles({
    principals: teleport === undefined ? [] : [teleport.roleArn],
    organizationId,
    externalId: teleport?.externalId,
  }),
);

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
        'one endpoint cannot serve resource_id "*"; remove the endpoint or name the resource',
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
        `db_names is for PostgreSQL; the engine is ${engine}, whose users see the databases that their grants name: remove db_names`,
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

function databasesOf(account: Account<typeof keys>): readonly Database[] {
  return [...(account.input.teleport?.databases ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The module's policy file shows the form of a resource; here it has one for each user of each database. */
function connectPolicy(
  databases: readonly Database[],
  account: Account,
  { partition }: Deployment,
): PolicyDocument {
  const document = modulePolicy("teleport-connect", TELEPORT_POLICY, partition);
  const resources = databases.flatMap(({ resource_id, region, db_users }) =>
    db_users.map(
      (user) =>
        `arn:${partition}:rds-db:${region ?? account.region}:${account.accountId}:dbuser:${resource_id}/${user}`,
    ),
  );
  return {
    ...document,
    Statement: document.Statement.map((statement) => ({
      ...statement,
      Resource: [...new Set(resources)].sort(),
    })),
  };
}
