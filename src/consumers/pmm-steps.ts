import { KNOWN_RELEASES } from "../features/aurora-credentials";
import { codeSpan } from "../summary/markdown";
import type { PmmAccount } from "./pmm";
import { DATABASE_USER, ENGINE_TABLE } from "./pmm-engines";

/** What to have before, and what to click. */
export function addingSteps(account: PmmAccount): string[] {
  return [
    "## Before",
    "",
    `1. The stack ${codeSpan(account.stack)} is applied.`,
    ...enhancedMonitoring(account),
    "3. PMM reaches the databases: their security groups let in the security group or the private address of PMM's instance, on the port of each.",
    "4. Each database has a user `pmm` with a password. After `CREATE USER`:",
    "",
    ...DATABASE_USER,
    "",
    "## In PMM's pages",
    "",
    "1. Open Inventory, Add Service, Amazon RDS.",
    `2. ${credentialsStep(account)}`,
    "3. Choose Discover. PMM asks every region of the partition, so no region is entered.",
    "4. At each database choose Start monitoring, enter the user `pmm` and its password, and choose Query Analytics by its engine, as below. Put the account's name in front of the service's: instances of two accounts may have one name. Leave basic and enhanced metrics on: they are what the access is for.",
    "5. Choose Add service.",
    "",
    ...ENGINE_TABLE,
    "",
    ...otherPartition(account),
  ];
}

function enhancedMonitoring({ name, region, monitoringRole }: PmmAccount): string[] {
  const on = "2. Enhanced Monitoring is on for each instance, with a granularity of 60 seconds or less.";
  return monitoringRole === undefined
    ? [on]
    : [
        `${on} With \`AWS_CONFIG_FILE\` at \`aws/config\` beside this folder, this lists those that have none (again for each region):`,
        "",
        "   ```sh",
        `   aws rds describe-db-instances --profile ${name} --region ${region} --query 'DBInstances[?MonitoringInterval==\`0\`].DBInstanceIdentifier' --output text`,
        "   ```",
        "",
      ];
}

function credentialsStep({ access }: PmmAccount): string {
  switch (access.by) {
    case "key":
      return `Enter the access key ID and the secret access key of the secret ${codeSpan(access.secret.name)}. No PMM release that we know of can assume a role for RDS. This command prints the key, so clear the terminal: \`${readKey(access)}\``;
    case "role":
      return `Leave the access key ID and the secret access key empty, and enter the role's ARN ${codeSpan(access.arn)}. No PMM release that we know of takes one for RDS (${KNOWN_RELEASES}); if yours does not, write \`aurora: true\` at the account in accounts.yaml, in place of \`credentials: role\`.`;
    default:
      return "Leave the access key ID and the secret access key empty: PMM then uses the role of its instance. A container reaches that role only where the instance's metadata hop limit is 2 or more.";
  }
}

/** PMM asks the regions of the partitions that its settings name: only `aws` unless it is told. */
function otherPartition({ partition }: PmmAccount): string[] {
  return partition === "aws"
    ? []
    : [
        `PMM looks for databases in the partitions of its settings, \`aws\` unless it is told: \`aws_partitions\` of \`PUT /v1/server/settings\` has to have ${codeSpan(partition)}.`,
        "",
      ];
}

/**
 * The same by PMM's API, with no key and no password on a command line. What takes a role's ARN has no release and so no
 * description yet.
 *
 * Source: management/v1/rds.proto and service.proto of percona/pmm (DiscoverRDS, AddService and their fields).
 */
export function apiSteps({ name, accountId, access }: PmmAccount): string[] {
  if (access.by === "role") {
    return [];
  }
  const isKey = access.by === "key";
  return [
    "## Or by PMM's API",
    "",
    "In the environment: `PMM_URL`, `PMM_TOKEN` (of a service account with the role Admin), `DATABASE_USER` and `DATABASE_PASSWORD`. It needs `curl` and `jq`. First what PMM finds:",
    "",
    "```sh",
    "umask 077",
    "printf 'Authorization: Bearer %s\\n' \"$PMM_TOKEN\" >pmm-header",
    `key() { ${isKey ? readKey(access) : "echo '{}'"}; }`,
    `post() { curl --silent --show-error --fail-with-body --header @pmm-header --header 'Content-Type: application/json' --data @- "$PMM_URL/v1/management/services$1"; }`,
    isKey
      ? "key | jq '{aws_access_key: .access_key_id, aws_secret_key: .secret_access_key}' | post :discoverRDS >pmm-found.json"
      : "key | post :discoverRDS >pmm-found.json",
    "jq --raw-output '.rds_instances[]? | [.region, .instance_id, .engine, .engine_version] | @tsv' pmm-found.json",
    "```",
    "",
    "Then add those of it that have this user and password: remove the others from `pmm-found.json` first.",
    "",
    "```sh",
    `key | jq --compact-output --slurpfile found pmm-found.json '. as $key | $found[0].rds_instances[]? | {rds: (del(.engine_version) + {`,
    `  node_name: ("${name}-" + .instance_id), service_name: ("${name}-" + .instance_id), custom_labels: {aws_account_id: "${accountId}"},`,
    `  pmm_agent_id: "pmm-server", username: env.DATABASE_USER, password: env.DATABASE_PASSWORD, tls: true, tls_skip_verify: true,`,
    `  ${isKey ? "aws_access_key: $key.access_key_id, aws_secret_key: $key.secret_access_key, " : ""}rds_exporter: true,`,
    `  qan_mysql_perfschema: (.engine == "DISCOVER_RDS_ENGINE_MYSQL"), qan_postgresql_pgstatements: (.engine == "DISCOVER_RDS_ENGINE_POSTGRESQL")})}' |`,
    "  while IFS= read -r body; do printf '%s' \"$body\" | post '' >/dev/null || break; done",
    "rm pmm-header pmm-found.json",
    "```",
    "",
    "`tls_skip_verify`: the connection is encrypted, and Amazon's certificate is not checked, because the call takes no certificate authority.",
    "",
    ...(isKey
      ? [
          `When the key rotates, \`pmm-iam rotate ${name}\` says what comes next, and \`pmm-iam rotate ${name} --push-pmm\` gives PMM the new key.`,
        ]
      : []),
  ];
}

function readKey({ secret }: Extract<PmmAccount["access"], { readonly by: "key" }>): string {
  return `aws secretsmanager get-secret-value --region ${secret.region} --secret-id ${secret.name} --query SecretString --output text`;
}
