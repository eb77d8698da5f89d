/** The modules that the contract names, which states and calls written by hand depend on. */
export const CONTRACT_MODULES = [
  "aurora-integration-user",
  "cloudwatch-agent",
  "pmm-iam-target",
  "rotating-access-key",
  "teleport-connect",
  "third-party-monitor",
];
