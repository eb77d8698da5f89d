/**
 * The one authority on what things are called in AWS. The seeds fix these names: policies, dashboards and
 * people's fingers know them, and a change would destroy and re-make what bears the name. A later feature, whose names
 * nothing else needs, keeps them in its own file.
 */
export const MONITORING_ROLE = "AmazonRDSforPMMrole";
export const MONITORING_POLICY = "pmm-cloudwatch-rds-access";
export const AURORA_USER = "PMMAWSIntegrationUser";
export const AURORA_USER_POLICY = "pmm-aurora-os-metrics";
export const AURORA_SOURCES_POLICY = "pmm-allowed-sources";
export const TELEPORT_ROLE = "TeleportDatabaseAccess";
export const PMM_ASSUME_POLICY = "pmm-assume-rds-monitoring-roles";
export const PMM_OWN_ACCOUNT_POLICY = "pmm-monitor-own-account";
export const TELEPORT_ASSUME_POLICY = "teleport-assume-database-roles";
export const CLOUDWATCH_AGENT_SOURCES_POLICY = "cloudwatch-agent-allowed-sources";
export const CLOUDWATCH_AGENT_PARAMETER_POLICY = "cloudwatch-agent-parameter-store";
/** What the CloudWatch agent has in an account: the server writes metrics, the administrator its configuration too. */
export const CLOUDWATCH_AGENT = {
  server: {
    role: "CloudWatchAgentServerRole",
    policy: "CloudWatchAgentServerPolicy",
    user: "CloudWatchAgentServerUser",
  },
  admin: {
    role: "CloudWatchAgentAdminRole",
    policy: "CloudWatchAgentAdminPolicy",
    user: "CloudWatchAgentAdminUser",
  },
} as const;
/** What Systems Manager gives to servers outside EC2, with the server's policy. */
export const CLOUDWATCH_AGENT_HYBRID_ROLE = "CloudWatchAgentHybridRole";
export const TELEPORT_POLICY = "teleport-rds-db-connect";
export const MONITOR_POLICY = "monitoring-access";
export const MONITOR_DENY_POLICY = "deny-data-access";
export const SESSION_NAME = "pmm-iam";
/** The tag on a user with access keys that holds the generation of the newest. */
export const GENERATION_TAG = "pmm-iam:key-generation";

/** The secret in the source account that holds an account's Aurora integration key. */
export function auroraSecretName(accountName: string): string {
  return `pmm/aurora/${accountName}`;
}

/** The secret in the source account that holds an on-premises CloudWatch agent user's key. */
export function cloudwatchAgentSecretName(userName: string, accountName: string): string {
  return `cloudwatch-agent/${userName}/${accountName}`;
}

/** The role that a third-party monitor assumes, unless the file says otherwise. */
export function monitorRoleName(monitorName: string): string {
  return `${monitorName}-monitoring`;
}
