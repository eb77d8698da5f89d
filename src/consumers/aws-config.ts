import type { AccessModel } from "../access/model";
import { SESSION_NAME } from "../aws/names";
import type { Consumer } from "../features/consumer";
import { type MonitoringRole, monitoringRoles } from "./active-accounts";

const FILE = "aws/config";

/*
 * Source: AWS CLI User Guide, "Configuration and credential file settings" and "Using an IAM role in the AWS CLI". The
 * names and ARNs have no character that means something in the file: no space before a # or ;, no line end.
 */
const HEAD = `# Profiles for the AWS CLI and AWS SDKs: each assumes the monitoring role of one account.
# Written by pmm-iam from accounts.yaml. No key is in this file.
#
# On the PMM instance: name this file in AWS_CONFIG_FILE, and the account with --profile.
#
# credential_source Ec2InstanceMetadata takes the credentials of the instance's role. On another machine use a copy in
# which each profile has, in its place, source_profile with the name of a profile whose role is one of
# additional_principals; in a container of ECS: credential_source = EcsContainer.
`;

/** A profile for each account. */
export const awsConfig: Consumer<AccessModel> = {
  readme: [
    {
      path: FILE,
      use: "For the AWS CLI and SDKs on the PMM instance: a profile for each account, by its name. Point `AWS_CONFIG_FILE` at it, and name the account with `--profile`.",
    },
  ],

  files(access) {
    const roles = monitoringRoles(access);
    return roles.length === 0 ? new Map() : new Map([[FILE, [HEAD, ...roles.map(profile)].join("\n")]]);
  },
};

function profile({ account, arn, externalId }: MonitoringRole): string {
  const settings = {
    role_arn: arn,
    credential_source: "Ec2InstanceMetadata",
    role_session_name: SESSION_NAME,
    ...(externalId === undefined ? {} : { external_id: externalId }),
    region: account.region,
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}\n`);
  return `[profile ${account.name}]\n${lines.join("")}`;
}
