import { codeSpan } from "../summary/markdown";
import type { PmmAccount } from "./pmm";

/*
 * Sources: PMM's documentation, "Connect Amazon RDS instance" (what has to be on, the database user, the pages), and
 * its API, management/v1/rds.proto and service.proto of percona/pmm (DiscoverRDS, AddService, their fields).
 */

/** What each engine takes in PMM: how Query Analytics reads it, and what its user may do. */
const ENGINES: readonly (readonly [
  engines: string,
  queries: string,
  before: string,
  grants: readonly string[],
])[] = [
  [
    "aurora-mysql, mysql, mariadb",
    "Use performance schema",
    "`performance_schema = 1` in the instance's DB parameter group, which takes a restart; not on the smallest classes, for want of memory",
    [
      "GRANT SELECT, PROCESS, REPLICATION CLIENT ON *.* TO 'pmm'@'%';",
      "GRANT SELECT, UPDATE, DELETE, DROP ON performance_schema.* TO 'pmm'@'%';",
    ],
  ],
  [
    "aurora-postgresql, postgres",
    "PG Stat Statements",
    "`pg_stat_statements` in `shared_preload_libraries` of the DB parameter group, and the extension in the database `postgres`",
    ["CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA public;", "GRANT pg_monitor TO pmm;"],
  ],
];

/** What to have before, and what to click. */
export function addingSteps(account: PmmAccount): string[] {
  return [
    "## Before",
    "",
    `1. The stack ${codeSpan(account.stack)} is applied.`,
    ...enhancedMonitoring(account),
    "3. PMM reaches the databases: their security groups let in the security group or the private address of PMM's instance, on port 3306 (MySQL, MariaDB) or 5432 (PostgreSQL), or the port that the instance has.",
    "4. Each database has a user `pmm` with a password. After `CREATE USER`:",
    "",
    ...ENGINES.flatMap(([engines, , , grants]) => [`   ${engines}:`, "", ...block("sql", grants, "   ")]),
    "## In PMM's pages",
    "",
    ...steps([
      "Open Inventory, Add Service, Amazon RDS.",
      keyStep(account),
      "Choose Discover. PMM asks every region of the partition, so no region is entered.",
      "At each database choose Start monitoring, enter the user `pmm` and its password, and choose by its engine:",
    ]),
    "",
    "   | Engine | Query Analytics | Needs |",
    "   |---|---|---|",
    ...ENGINES.map(([engines, queries, before]) => `   | ${engines} | ${queries} | ${before} |`),
    "",
    "   Leave basic and enhanced metrics on: both are what the access is for. Instances of two accounts may have one name: put the account's name in front of the service's.",
    "5. Choose Add service.",
    "",
    ...otherPartition(account),
  ];
}

function enhancedMonitoring({ name, region, monitoringRole }: PmmAccount): string[] {
  const on = "2. Enhanced Monitoring is on for each instance, with a granularity of 60 seconds or less.";
  return monitoringRole === undefined
    ? [on]
    : [
        `${on} These have none (\`AWS_CONFIG_FILE\` is \`aws/config\` beside this folder; again for each region):`,
        "",
        ...block(
          "sh",
          [
            `aws rds describe-db-instances --profile ${name} --region ${region} --query 'DBInstances[?MonitoringInterval==\`0\`].DBInstanceIdentifier' --output text`,
          ],
          "   ",
        ),
      ];
}

function keyStep({ access }: PmmAccount): string {
  return access.by === "key"
    ? `Enter the access key ID and the secret access key of the secret ${codeSpan(access.secret.name)}. No PMM release that we know of can assume a role for RDS. The command prints a secret, so clear the terminal: \`${readKey(access)}\``
    : "Leave the access key ID and the secret access key empty: PMM then uses the role of its instance.";
}

/** PMM asks the regions of the partitions that its settings name; only `aws` unless it is told. */
function otherPartition({ partition }: PmmAccount): string[] {
  return partition === "aws"
    ? []
    : [
        `PMM looks for databases in the partitions of its settings, \`aws\` unless it is told: \`aws_partitions\` of \`PUT /v1/server/settings\` has to have ${codeSpan(partition)}.`,
        "",
      ];
}

/** The same by PMM's API: no key and no password is on a command line. */
export function apiSteps(account: PmmAccount): string[] {
  const { name, accountId, access } = account;
  const key = access.by === "key" ? readKey(access) : "echo '{}'";
  const credentials =
    access.by === "key" ? "aws_access_key: $key.access_key_id, aws_secret_key: $key.secret_access_key, " : "";
  return [
    "## Or by PMM's API",
    "",
    "In the environment: `PMM_URL`, `PMM_TOKEN` (of a service account with the role Admin), `DATABASE_USER` and `DATABASE_PASSWORD`. It needs `curl` and `jq`. First what PMM finds:",
    "",
    ...block("sh", [
      "umask 077",
      "printf 'Authorization: Bearer %s\\n' \"$PMM_TOKEN\" >pmm-header",
      `key() { ${key}; }`,
      `post() { curl --silent --show-error --fail-with-body --header @pmm-header --header 'Content-Type: application/json' --data @- "$PMM_URL/v1/management/services$1"; }`,
      access.by === "key"
        ? "key | jq '{aws_access_key: .access_key_id, aws_secret_key: .secret_access_key}' | post :discoverRDS >pmm-found.json"
        : "key | post :discoverRDS >pmm-found.json",
      "jq --raw-output '.rds_instances[]? | [.region, .instance_id, .engine, .engine_version] | @tsv' pmm-found.json",
    ]),
    "Then add all that it found. Those that share the user and its password are added at once; for others remove the rest from `pmm-found.json`.",
    "",
    ...block("sh", [
      `key | jq --compact-output --slurpfile found pmm-found.json '. as $key | $found[0].rds_instances[]? | {rds: (del(.engine_version) + {`,
      `  node_name: ("${name}-" + .instance_id), service_name: ("${name}-" + .instance_id), custom_labels: {aws_account_id: "${accountId}"},`,
      `  pmm_agent_id: "pmm-server", username: env.DATABASE_USER, password: env.DATABASE_PASSWORD, tls: true, tls_skip_verify: true,`,
      `  ${credentials}rds_exporter: true,`,
      `  qan_mysql_perfschema: (.engine == "DISCOVER_RDS_ENGINE_MYSQL"), qan_postgresql_pgstatements: (.engine == "DISCOVER_RDS_ENGINE_POSTGRESQL")})}' |`,
      "  while IFS= read -r body; do printf '%s' \"$body\" | post '' >/dev/null || break; done",
      "rm pmm-header pmm-found.json",
    ]),
    "`tls_skip_verify`: the connection is encrypted, and Amazon's certificate is not checked, because the call takes no certificate authority.",
    "",
    ...(access.by === "key"
      ? [
          `When the key rotates, \`pmm-iam rotate ${name}\` says what comes next, and \`pmm-iam rotate ${name} --push-pmm\` gives PMM the new key.`,
        ]
      : []),
  ];
}

function readKey({ secret }: Extract<PmmAccount["access"], { readonly by: "key" }>): string {
  return `aws secretsmanager get-secret-value --region ${secret.region} --secret-id ${secret.name} --query SecretString --output text`;
}

function steps(texts: readonly string[]): string[] {
  return texts.map((text, index) => `${index + 1}. ${text}`);
}

function block(language: string, lines: readonly string[], indent = ""): string[] {
  return [`\`\`\`${language}`, ...lines, "```"].map((line) => `${indent}${line}`).concat("");
}
