/**
 * Where people find the value of a key that takes a free text, for docs/accounts-yaml.md. The commands are the AWS
 * CLI's, version 2, with credentials of the account that the key is about unless they say more.
 */

/** A value that is made up in accounts.yaml, and found nowhere else. */
const CHOSEN = "You choose it.";

const ACCOUNT =
  "`aws sts get-caller-identity --query Account --output text`, with credentials of that account";
const ADMIN_ROLE =
  "The role of [examples/deployer](../examples/deployer/README.md), or the one that your organization has in each account: `aws iam list-roles --query 'Roles[].[Path,RoleName]'`";
const BOUNDARY =
  "The policies of [examples/boundary](../examples/boundary/README.md), or yours: `aws iam list-policies --scope Local --query 'Policies[].Arn'`";
const KIND_OF_BOUNDARY = "As for `permissions_boundary`";
const KMS_ALIASES = "aws kms list-aliases --query 'Aliases[].AliasName'";
const ROLE_ARN = "`aws iam get-role --role-name <role> --query Role.Arn --output text`";
const INSTANCE_ROLE =
  "`aws ec2 describe-instances --instance-ids <id> --query 'Reservations[].Instances[].IamInstanceProfile.Arn'`, then `aws iam get-instance-profile --instance-profile-name <profile> --query 'InstanceProfile.Roles[].[Path,RoleName]'`";
const VENDOR =
  "The vendor's setup page or template; [examples/vendors](../examples/vendors/README.md) has six";
const ACCESS_KEY = {
  allowed_source_ips: "`curl https://checkip.amazonaws.com` where the key is used",
  allowed_source_vpcs:
    "`aws ec2 describe-vpc-endpoints --query 'VpcEndpoints[].[VpcId,ServiceName]'`: the VPC of the endpoints that the calls go through",
};

/** Keys of an account that `defaults` has too, and keys of an account alone. */
const ACCOUNT_KEYS = {
  admin_role_name: ADMIN_ROLE,
  region:
    "Where most of its databases are: `aws rds describe-db-instances --region <region> --query 'DBInstances[].DBInstanceIdentifier'`",
  permissions_boundary: BOUNDARY,
  "permissions_boundary.monitoring_role": KIND_OF_BOUNDARY,
  "permissions_boundary.aurora_user": KIND_OF_BOUNDARY,
  "permissions_boundary.teleport": KIND_OF_BOUNDARY,
  "permissions_boundary.cloudwatch_agent": KIND_OF_BOUNDARY,
  "permissions_boundary.third_party": KIND_OF_BOUNDARY,
  "permissions_boundary.pmm_ec2_role": KIND_OF_BOUNDARY,
  iam_path: "What your organization's policies allow; `/` where they do not ask for one",
  tags: "What your organization asks for; any other you choose.",
  name: CHOSEN,
  account_id:
    "`aws organizations list-accounts --query 'Accounts[].[Id,Name]'` in the organization's management account, or `aws sts get-caller-identity --query Account --output text` in the account",
  group: CHOSEN,
  external_id: "You choose it, such as with `uuidgen`, and set it in Grafana's data source too.",
  additional_principals: ROLE_ARN,
  "aurora.allowed_source_ips": ACCESS_KEY.allowed_source_ips,
  "aurora.allowed_source_vpcs": ACCESS_KEY.allowed_source_vpcs,
  "teleport.databases[].name": CHOSEN,
  "teleport.databases[].resource_id":
    "`aws rds describe-db-clusters --query 'DBClusters[].[DBClusterIdentifier,DbClusterResourceId]'` for Aurora; `aws rds describe-db-instances --query 'DBInstances[].[DBInstanceIdentifier,DbiResourceId]'` for others; the end of the ARN that `aws rds describe-db-proxies --query 'DBProxies[].DBProxyArn'` prints for a proxy",
  "teleport.databases[].region": "The `--region` with which the command for `resource_id` finds it",
  "teleport.databases[].endpoint":
    "`aws rds describe-db-clusters --query 'DBClusters[].[Endpoint,Port]'`, `aws rds describe-db-instances --query 'DBInstances[].Endpoint.[Address,Port]'`, or `aws rds describe-db-proxies --query 'DBProxies[].Endpoint'`",
  "teleport.databases[].db_users":
    "In the database: PostgreSQL `\\du`, the members of `rds_iam`; MySQL `SELECT user FROM mysql.user WHERE plugin = 'AWSAuthenticationPlugin'`",
  "teleport.databases[].db_names": "In the database: `\\l`",
  "cloudwatch_agent.on_premises_server_user.allowed_source_ips": ACCESS_KEY.allowed_source_ips,
  "cloudwatch_agent.on_premises_server_user.allowed_source_vpcs": ACCESS_KEY.allowed_source_vpcs,
  "cloudwatch_agent.on_premises_admin_user.allowed_source_ips": ACCESS_KEY.allowed_source_ips,
  "cloudwatch_agent.on_premises_admin_user.allowed_source_vpcs": ACCESS_KEY.allowed_source_vpcs,
  "cloudwatch_agent.parameter_prefixes": "`aws ssm describe-parameters --query 'Parameters[].Name'`",
  "third_party_monitors[].name": CHOSEN,
  "third_party_monitors[].role_name": VENDOR,
  "third_party_monitors[].principals": VENDOR,
  "third_party_monitors[].account_id": VENDOR,
  "third_party_monitors[].external_id": "The vendor's console, on the page that adds an AWS account",
  "third_party_monitors[].policies": `${VENDOR}; AWS's own: \`aws iam list-policies --scope AWS --query 'Policies[].Arn'\``,
  "third_party_monitors[].policy": `${VENDOR}; AWS's own: \`aws iam list-policies --scope AWS --query 'Policies[].Arn'\``,
  "modules[].name": CHOSEN,
  "modules[].source":
    "The folder in your repository, the module's page in its registry, or `git rev-parse HEAD` in its repository",
  "modules[].version": "The module's page in its registry",
  "modules[].variables": "The module's `variables.tf`, or its page in its registry",
};

const OTHERS: Readonly<Record<string, string>> = {
  name: CHOSEN,
  "source.account_id": ACCOUNT,
  "source.region":
    "Where the PMM instance is: `aws ec2 describe-instances --region <region> --instance-ids <id>`",
  "source.admin_role_name": ADMIN_ROLE,
  "source.pmm_ec2_role_name": INSTANCE_ROLE,
  "source.additional_principals": ROLE_ARN,
  "source.organization_id": "`aws organizations describe-organization --query Organization.Id --output text`",
  "backend.s3.bucket": "`aws s3api list-buckets --query 'Buckets[].Name'`",
  "backend.s3.region": "`aws s3api get-bucket-location --bucket <bucket>`; `null` is us-east-1",
  "backend.s3.key_prefix": CHOSEN,
  "backend.s3.kms_key_id": `\`${KMS_ALIASES}\`, in the bucket's account and region`,
  "teleport.account_id": `${ACCOUNT}, on the host of the Teleport Database Service`,
  "teleport.role_name":
    "`aws sts get-caller-identity --query Arn` on the host of the Teleport Database Service: `assumed-role/<role>/...`; `aws iam get-role --role-name <role> --query Role.Path` has its path",
  "teleport.external_id":
    "You choose it, such as with `uuidgen`, and set it in Teleport's configuration too.",
  "teleport.proxy_address": "`tsh status`: the host and port of the profile's URL",
  "secrets.kms_key_id": `\`${KMS_ALIASES}\`, in the source account and its region`,
  "secrets.readers": `\`pmm_ec2_role\`, or ${ROLE_ARN} in the source account`,
};

const BEFORE_AN_ACCOUNTS_KEY = /^(?:accounts\[\]|defaults|source(?=\.permissions_boundary))\./;

/** Where to find the value of a key, by its path on the page, in Markdown; undefined where nothing says it. */
export function whereToFind(path: string): string | undefined {
  const ofAccount: Readonly<Record<string, string>> = ACCOUNT_KEYS;
  const key = path.replace(BEFORE_AN_ACCOUNTS_KEY, "");
  return OTHERS[path] ?? (key === path ? undefined : ofAccount[key]);
}

/** Every path that this file knows, as `whereToFind` takes it, but for those of `defaults`. */
export function knownPlaces(): readonly string[] {
  return [...Object.keys(OTHERS), ...Object.keys(ACCOUNT_KEYS).map((key) => `accounts[].${key}`)];
}
