import { flowText } from "../accounts/wording";
import { packageName } from "../project";
import { type Choices, hasPipeline, SETTINGS, type SettingKey, settled } from "./settings";

/** The first accounts.yaml of a deployment: what was given, and a placeholder for what was not. */
export function accountsText(choices: Choices): string {
  const value = (key: SettingKey): string => written(key, choices);
  return `\
# yaml-language-server: $schema=./node_modules/${packageName}/accounts.schema.json
# The AWS accounts that PMM monitors, and what each of them grants.
# Every key: node_modules/${packageName}/docs/accounts-yaml.md

# The names of the stacks and of their states begin with it. It never changes.
name: ${value("name")}

# The account of the PMM EC2 instance.
source:
  # Account ids are always in quotes.
  account_id: ${value("sourceAccount")}
  # The role in the instance's profile, with its IAM path if it has one. It exists already.
  pmm_ec2_role_name: ${value("pmmRole")}
${sourceRoleText(choices)}
# What every account has unless it says otherwise.
defaults:
  region: ${value("region")}
  # The role that Terraform assumes in each account. It exists already:
  # node_modules/${packageName}/examples/deployer makes one with just enough permissions.
  admin_role_name: ${value("adminRole")}
  # That of examples/deployer makes roles and users with a boundary alone:
  # node_modules/${packageName}/docs/first-rollout.md says how the boundaries are made.
  # permissions_boundary:
  #   monitoring_role: pmm-boundary-monitoring-role
  #   aurora_user: pmm-boundary-aurora-user

${backendText(choices)}
accounts:
  # A name is part of Terraform addresses: it never changes.
  - name: ${value("accountName")}
    account_id: ${value("accountId")}
    # Makes a user with an access key, with which PMM reads the OS metrics of Aurora and RDS:
    # aurora: true
    # Gives the account a stack, a state and a plan with others of the same group:
    # group: finance
`;
}

function sourceRoleText(choices: Choices): string {
  return hasPipeline(choices)
    ? `\
  # The role that Terraform assumes in this account: a pipeline's own role may do nothing but assume such roles.
  admin_role_name: ${written("adminRole", choices)}
`
    : "";
}

function backendText(choices: Choices): string {
  if (choices.backend === "local") {
    return `\
# Terraform's state is beside this file, and holds access keys. For more than a trial, keep it in S3:
# backend:
#   s3: {bucket: acme-tfstate, region: us-east-1, key_prefix: ${written("name", choices)}}
`;
  }
  const kmsKey = settled("kmsKey", choices);
  return `\
# Where Terraform's states are: they hold access keys. The bucket exists already, with versioning on.
backend:
  s3:
    bucket: ${written("bucket", choices)}
    region: ${written("bucketRegion", choices)}
    key_prefix: ${written("keyPrefix", choices)}
${kmsKey === undefined ? "    # kms_key_id: alias/tfstate" : `    kms_key_id: ${scalar(kmsKey)}`}
`;
}

/** A value as YAML has it: what is to be replaced in quotes, so that what replaces it is a text. */
function written(key: SettingKey, choices: Choices): string {
  const value = settled(key, choices);
  return value === undefined ? JSON.stringify(SETTINGS[key].placeholder) : scalar(value);
}

/** A text on one line, whatever is in it: `check` says of each value what is wrong with it. */
function scalar(text: string): string {
  return /^[ -~]*$/.test(text)
    ? flowText(text)
    : JSON.stringify(text).replace(
        /[^ -~]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
      );
}
