import { z } from "zod";
import { choice, list, mapping, text } from "../../accounts/fields";
import { DATABASE_NAME, DB_NAME, DB_USER, ENDPOINT, RDS_RESOURCE_ID } from "../../aws/formats";
import { KNOWN_REGIONS } from "../../aws/partitions";
import { parseRdsHost, type RdsEndpoint } from "../../aws/rds-endpoints";

export const database = mapping(
  {
    name: text(DATABASE_NAME, "The database's name in Teleport, unique over the file."),
    engine: choice(
      ["aurora-mysql", "aurora-postgresql", "mysql", "mariadb", "postgres"],
      "The database engine, as RDS calls it.",
    ),
    resource_id: text(
      RDS_RESOURCE_ID,
      'The resource id from the console\'s Configuration tab: of the cluster for Aurora, of the instance, or of a proxy; "*" is every database of the region.',
    ),
    region: z
      .enum(KNOWN_REGIONS as [string, ...string[]], {
        error: "expected the name of an AWS region, such as eu-west-1",
      })
      .meta({
        description: "The database's region; default: the endpoint's if it names one, else the account's.",
      })
      .optional(),
    endpoint: text(
      ENDPOINT,
      'host:port of the database: required, unless resource_id is "*", which takes none. The region and the kind (cluster, instance, proxy) that an RDS host names must agree with region and resource_id.',
    ).optional(),
    db_users: list(
      text(DB_USER, "A database user with IAM authentication."),
      'The database users that Teleport may connect as; ["*"] is every one.',
    ).min(1, { error: "expected at least one database user" }),
    db_names: list(
      text(DB_NAME, "A database inside the instance."),
      'PostgreSQL only: the databases that Teleport\'s own role lets people open; default ["*"]. IAM knows no database names: TeleportDatabaseAccess reaches every database of the instance.',
    )
      .min(1, { error: "expected at least one database name" })
      .optional(),
  },
  "A database that people reach through Teleport.",
);

export type Database = z.output<typeof database>;

/** Whether the engine speaks PostgreSQL's protocol; else it is MySQL's. */
export function isPostgres({ engine }: Pick<Database, "engine">): boolean {
  return engine === "postgres" || engine === "aurora-postgresql";
}

/** What the host of a database's endpoint says; undefined where it is not of RDS's shape. */
export function rdsEndpointOf({ endpoint }: Pick<Database, "endpoint">): RdsEndpoint | undefined {
  return endpoint === undefined ? undefined : parseRdsHost(endpoint.slice(0, endpoint.lastIndexOf(":")));
}

/** Where the database is: the entry's region, or the endpoint's, or the account's. */
export function regionOf(database: Database, account: { readonly region: string }): string {
  return database.region ?? rdsEndpointOf(database)?.region ?? account.region;
}
