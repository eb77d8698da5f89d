/*
 * Sources: PMM's documentation, "Connect Amazon RDS instance" (what has to be on, the database user, the pages);
 * Amazon Aurora's, "Aurora PostgreSQL cluster-level parameters" (shared_preload_libraries); PostgreSQL documentation,
 * "Predefined Roles" (pg_monitor).
 */

interface Engine {
  /** As RDS calls it. */
  readonly name: string;
  /** The port that RDS gives it unless it is told. */
  readonly port: number;
  /** What to choose in PMM for Query Analytics. */
  readonly queries: string;
  /** What Query Analytics needs in the database's settings. */
  readonly needs: string;
}

const PERFORMANCE_SCHEMA: Pick<Engine, "port" | "queries" | "needs"> = {
  port: 3306,
  queries: "Use performance schema",
  needs: "`performance_schema = 1` in the DB parameter group of the instance, and a reboot",
};

const STATEMENTS: Pick<Engine, "port" | "queries"> = { port: 5432, queries: "PG Stat Statements" };

/** Of the kind of parameter group that the engine has it in. RDS reads it when the database starts. */
const preloaded = (group: string): string =>
  `\`pg_stat_statements\` in \`shared_preload_libraries\` of the ${group}, and a reboot`;

const ENGINES: readonly Engine[] = [
  { name: "aurora-mysql", ...PERFORMANCE_SCHEMA },
  { name: "aurora-postgresql", ...STATEMENTS, needs: preloaded("DB cluster parameter group") },
  { name: "mysql", ...PERFORMANCE_SCHEMA },
  { name: "mariadb", ...PERFORMANCE_SCHEMA },
  { name: "postgres", ...STATEMENTS, needs: preloaded("DB parameter group") },
];

/** What each engine takes, as lines of a table. */
export const ENGINE_TABLE: readonly string[] = [
  "| Engine | Usual port | Query Analytics | which needs |",
  "|---|---|---|---|",
  ...ENGINES.map(({ name, port, queries, needs }) => `| \`${name}\` | ${port} | ${queries} | ${needs} |`),
];

/** What PMM's user in a database may do, as lines of a list that goes on. */
export const DATABASE_USER: readonly string[] = [
  "   aurora-mysql, mysql, mariadb:",
  "",
  "   ```sql",
  "   GRANT SELECT, PROCESS, REPLICATION CLIENT ON *.* TO 'pmm'@'%';",
  "   GRANT SELECT, UPDATE, DELETE, DROP ON performance_schema.* TO 'pmm'@'%';",
  "   ```",
  "",
  "   aurora-postgresql, postgres, in the database `postgres`:",
  "",
  "   ```sql",
  "   CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA public;",
  "   GRANT pg_monitor TO pmm;",
  "   ```",
];
