/*
 * Sources: PMM's documentation, "Connect Amazon RDS instance" (what has to be on, the database user, the pages);
 * PostgreSQL documentation, "Predefined Roles" (pg_monitor).
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
  needs: "`performance_schema = 1` in the DB parameter group of the instance, and a restart",
};

const STATEMENTS: Pick<Engine, "port" | "queries" | "needs"> = {
  port: 5432,
  queries: "PG Stat Statements",
  needs: "`pg_stat_statements` in `shared_preload_libraries` of the DB parameter group",
};

const ENGINES: readonly Engine[] = [
  { name: "aurora-mysql", ...PERFORMANCE_SCHEMA },
  { name: "aurora-postgresql", ...STATEMENTS },
  { name: "mysql", ...PERFORMANCE_SCHEMA },
  { name: "mariadb", ...PERFORMANCE_SCHEMA },
  { name: "postgres", ...STATEMENTS },
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
