/** The instances of a fixed name that the contract names, each before the account's alias. */
export const CONTRACT_INSTANCES = ["aurora_user", "cloudwatch_agent", "pmm_iam", "teleport_connect"];

/** The modules that the contract names, which states and calls written by hand depend on. */
export const CONTRACT_MODULES = [
  "aurora-integration-user",
  "cloudwatch-agent",
  "pmm-iam-target",
  "rotating-access-key",
  "teleport-connect",
  "third-party-monitor",
];
