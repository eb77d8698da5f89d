// More than 300 lines: one table of causes, each with how it comes about and what is said of it.

import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreatePolicyCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DeleteUserPermissionsBoundaryCommand,
  DeleteUserPolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { ModifyDBInstanceCommand } from "@aws-sdk/client-rds";
import {
  DeleteResourcePolicyCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
} from "@aws-sdk/client-secrets-manager";
import type { CauseName } from "../../../src/verify/causes";
import type { Account } from "../harness/accounts";
import { documentText } from "../harness/held";
import { keysOf, makeRole } from "../harness/look";
import {
  BILLING,
  type Estate,
  MONITORING_ROLE,
  ORDERS,
  PMM_ROLE,
  rdsIn,
  SOURCE,
  sessionOf,
  startMetadata,
  USER,
} from "./estate";
import type { WireCall, WireError } from "./wire";

/** How a cause comes about in a deployment in which all is well, and what `verify` says. */
export interface Scenario {
  readonly how: string;
  /** What is typed. */
  readonly line: string;
  /** Breaks something, and answers how to repair it, and the environment to run in. */
  readonly broken: (estate: Estate) => Promise<Broken>;
  /** The first line of the output. */
  readonly says: string;
  /** A warning lets the run pass. */
  readonly passes?: true;
}

interface Broken {
  readonly repair?: () => Promise<unknown>;
  readonly env?: Readonly<Record<string, string>>;
}

const SECRET = "pmm/aurora/billing-prod";
const PMM_SESSION = `arn:aws:sts::${SOURCE}:assumed-role/pmm-ec2-role/i-0123456789abcdef0`;
const USER_ARN = `arn:aws:iam::${BILLING}:user/${USER}`;
const ROLE_ARN = `arn:aws:iam::${BILLING}:role/${MONITORING_ROLE}`;
const APPLY = "terraform -chdir=cdktf.out/stacks/pmm-iam apply";
const ATTACH =
  "aws ec2 associate-iam-instance-profile --region us-east-1 --iam-instance-profile Name=pmm-ec2-role --instance-id <instance>";
const REPLACE =
  "aws ec2 replace-iam-instance-profile-association --region us-east-1 --iam-instance-profile Name=pmm-ec2-role --association-id $(aws ec2 describe-iam-instance-profile-associations --region us-east-1 --filters Name=instance-id,Values=<instance> --query 'IamInstanceProfileAssociations[0].AssociationId' --output text)";
const SAID = `User: ${USER_ARN} is not authorized to perform: rds:DescribeDBInstances on resource: arn:aws:rds:eu-west-1:${BILLING}:db:*`;

const PMM = "--account billing-prod --only pmm";
const GRAFANA = "--account billing-prod --only grafana";

const statement = (Effect: string, Action: string | readonly string[], more: object = {}) => ({
  Effect,
  Action,
  Resource: "*",
  ...more,
});
const document = (...statements: readonly object[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** AWS answers some calls with an error. */
function faulty(
  error: WireError,
  isIt: (call: WireCall, by: string | undefined) => boolean,
): Scenario["broken"] {
  return async ({ aws }) => {
    aws.fault = (call, by) => (isIt(call, by) ? error : undefined);
    return {
      repair: async () => {
        aws.fault = () => undefined;
      },
    };
  };
}

const asksWho = ({ action }: WireCall): boolean => action === "sts:GetCallerIdentity";
const findsDatabases = ({ action, region }: WireCall): boolean =>
  action === "rds:DescribeDBInstances" && region === "eu-west-1";

/** A policy that is neither of the caller nor of what it calls: the local AWS has none of these. */
const elsewhere = (how: string): Scenario["broken"] =>
  faulty({ code: "AccessDenied", message: `${SAID} ${how}` }, findsDatabases);

/** The key's secret has another text for a while. */
const secretText =
  (text: (now: Record<string, unknown>) => unknown): Scenario["broken"] =>
  async ({ lab }) => {
    const secrets = (await lab.account(SOURCE)).secrets("us-east-1");
    const { SecretString = "{}" } = await secrets.send(new GetSecretValueCommand({ SecretId: SECRET }));
    const put = (value: string) =>
      secrets.send(new PutSecretValueCommand({ SecretId: SECRET, SecretString: value }));
    await put(JSON.stringify(text(JSON.parse(SecretString) as Record<string, unknown>)));
    return { repair: () => put(SecretString) };
  };

/** The trust of the monitoring role is edited by hand. */
const trust =
  (edit: (text: string) => string): Scenario["broken"] =>
  async ({ lab, aws }) => {
    const { iam } = await lab.account(BILLING);
    const RoleName = MONITORING_ROLE;
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    const before = documentText(Role?.AssumeRolePolicyDocument);
    const put = (PolicyDocument: string) =>
      iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
    await put(edit(before));
    aws.changed();
    return { repair: () => put(before) };
  };

/** The scenarios by cause. A text: why it is not here. */
export const SCENARIOS: Readonly<Record<CauseName, readonly Scenario[] | string>> = {
  no_credentials: [
    {
      how: "a laptop: no key, and nothing at the metadata service's address",
      line: "",
      broken: async ({ aws }) => ({
        env: { AWS_ENDPOINT_URL: aws.url, AWS_EC2_METADATA_SERVICE_ENDPOINT: "http://127.0.0.1:9" },
      }),
      says: "failed: this host: it has no AWS credentials: none in the environment, no profile and no metadata service; run this on the PMM instance, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    },
  ],
  no_host_role: [
    {
      how: "an instance without an instance profile",
      line: "",
      broken: async (estate) => {
        const metadata = await startMetadata("none", estate.pmm);
        return { env: estate.onInstance(metadata), repair: async () => metadata.server.close() };
      },
      says: `failed: this host: this EC2 instance has no role; attach the instance profile of ${PMM_ROLE}: ${ATTACH}`,
    },
  ],
  hop_limit: [
    {
      how: "a container, one hop too far from the metadata service",
      line: "",
      broken: async (estate) => {
        const metadata = await startMetadata("silent", estate.pmm);
        return {
          env: estate.onInstance(metadata),
          repair: async () => {
            metadata.server.closeAllConnections();
            metadata.server.close();
          },
        };
      },
      says: "failed: this host: the metadata service takes a connection and does not answer: in a container, its hop limit of 1 keeps the answer out; aws ec2 modify-instance-metadata-options --region us-east-1 --instance-id <instance> --http-put-response-hop-limit 2",
    },
  ],
  metadata_disabled: [
    {
      how: "the variable that switches the metadata service off",
      line: "",
      broken: async ({ aws }) => ({
        env: { AWS_ENDPOINT_URL: aws.url, AWS_EC2_METADATA_DISABLED: "true" },
      }),
      says: "failed: this host: AWS_EC2_METADATA_DISABLED is true, and there are no other AWS credentials in the environment or a profile; unset AWS_EC2_METADATA_DISABLED, or set AWS_PROFILE",
    },
  ],
  profile_unusable: [
    {
      how: "a profile that is not there",
      line: "",
      broken: async ({ aws }) => ({
        env: {
          AWS_ENDPOINT_URL: aws.url,
          AWS_PROFILE: "nobody",
          AWS_EC2_METADATA_DISABLED: "true",
        },
      }),
      says: 'failed: this host: AWS_PROFILE names the profile "nobody", which gives no credentials; aws configure list-profiles lists the profiles; on the PMM instance, unset AWS_PROFILE so that its role is used',
    },
  ],
  credentials_expired: [
    {
      how: "a session that is over",
      line: "",
      broken: faulty(
        { code: "ExpiredToken", message: "The security token included in the request is expired" },
        asksWho,
      ),
      says: "failed: this host: its AWS credentials have expired; get new ones and run this again; for a profile of IAM Identity Center: aws sso login",
    },
  ],
  credentials_unusable: [
    {
      how: "a key that nobody has",
      line: "",
      broken: async (estate) => ({
        env: estate.onHost({
          accessKeyId: "AKIANOBODYSKEY000000",
          secretAccessKey: "none",
          sessionToken: "",
        }),
      }),
      says: "failed: this host: AWS does not accept its credentials (The security token included in the request is invalid.); aws sts get-caller-identity shows whether they work; on the PMM instance, unset AWS_ACCESS_KEY_ID and AWS_PROFILE so that its role is used",
    },
  ],
  clock_skew: [
    {
      how: "a clock an hour off",
      line: "",
      broken: faulty(
        {
          code: "SignatureDoesNotMatch",
          message:
            "Signature expired: 20260101T000000Z is now earlier than 20260101T005500Z (20260101T010000Z - 5 min.)",
        },
        asksWho,
      ),
      says: "failed: this host: the clock of this host is wrong by more than the five minutes that AWS allows; set it: sudo chronyc makestep",
    },
  ],
  unreachable: [
    {
      how: "nothing listens",
      line: "",
      broken: async (estate) => ({ env: { ...estate.onHost(), AWS_ENDPOINT_URL: "http://127.0.0.1:9" } }),
      says: "failed: this host: AWS cannot be reached (connect ECONNREFUSED 127.0.0.1:9); open HTTPS from this host to AWS's endpoints, or make VPC endpoints for them; a proxy is not used",
    },
    {
      how: "the network lets RDS's calls through to nowhere",
      line: PMM,
      broken: async (estate) => ({
        env: { ...estate.onHost(), AWS_ENDPOINT_URL_RDS: "http://127.0.0.1:9" },
      }),
      says: "failed: pmm in billing-prod, eu-west-1: AWS cannot be reached (connect ECONNREFUSED 127.0.0.1:9); open HTTPS from this host to AWS's endpoints, or make VPC endpoints for them; a proxy is not used",
    },
  ],
  throttled: [
    {
      how: "a limit on calls",
      line: PMM,
      broken: faulty({ code: "Throttling", message: "Rate exceeded" }, findsDatabases),
      says: "failed: pmm in billing-prod, eu-west-1: AWS answers that there are too many calls; wait a minute and run this again",
    },
  ],
  wrong_caller: [
    {
      how: "an instance with another role, which may assume everything",
      line: GRAFANA,
      broken: async (estate) => {
        const account = await estate.lab.account(SOURCE);
        await makeRole(account, "somebody").catch(() => {});
        await account.iam.send(
          new PutRolePolicyCommand({
            RoleName: "somebody",
            PolicyName: "all",
            PolicyDocument: document(statement("Allow", "*")),
          }),
        );
        estate.aws.changed();
        const role = `arn:aws:iam::${SOURCE}:role/somebody`;
        const session = await sessionOf(estate.lab, role);
        estate.aws.know(session.accessKeyId, role);
        return { env: estate.onHost(session) };
      },
      says: `failed: grafana in billing-prod: this host calls AWS as arn:aws:sts::${SOURCE}:assumed-role/somebody/i-0123456789abcdef0, which the role does not trust; run this as ${PMM_ROLE}; on the PMM instance, give it this profile: ${REPLACE}`,
    },
  ],
  assume_not_granted: [
    {
      how: "the PMM role's assume policy is gone",
      line: GRAFANA,
      broken: async ({ lab, aws }) => {
        const { iam } = await lab.account(SOURCE);
        const policy = { RoleName: "pmm-ec2-role", PolicyName: "pmm-assume-rds-monitoring-roles" };
        const { PolicyDocument } = await iam.send(new GetRolePolicyCommand(policy));
        await iam.send(new DeleteRolePolicyCommand(policy));
        aws.changed();
        return {
          repair: () =>
            iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: documentText(PolicyDocument) })),
        };
      },
      says: `failed: grafana in billing-prod: no policy of ${PMM_SESSION} lets it assume the role; apply the stack that writes the assume policy: ${APPLY}`,
    },
  ],
  trust: [
    {
      how: "a trust that names another role",
      line: GRAFANA,
      broken: trust((text) => text.replaceAll(PMM_ROLE, `${PMM_ROLE}-before`)),
      says: `failed: grafana in billing-prod: ${ROLE_ARN} is not there, or its trust does not let this host's role in; apply the stack pmm-iam: ${APPLY}`,
    },
  ],
  tag_session: [
    {
      how: "a trust that allows sts:AssumeRole alone",
      line: GRAFANA,
      broken: trust((text) => text.replaceAll('"sts:TagSession"', '"sts:SetSourceIdentity"')),
      says: `failed: grafana in billing-prod: ${ROLE_ARN} can be assumed, but not with session tags, which a pod of EKS passes on: sts:TagSession is missing; apply the stack pmm-iam, and allow sts:TagSession in the boundaries of both roles: ${APPLY}`,
    },
    {
      how: "a boundary of the PMM role that allows sts:AssumeRole alone",
      line: GRAFANA,
      broken: roleBoundary(SOURCE, "pmm-ec2-role", "sts:AssumeRole"),
      says: `failed: grafana in billing-prod: ${ROLE_ARN} can be assumed, but not with session tags, which a pod of EKS passes on: sts:TagSession is missing, as no permissions boundary allows it; apply the stack pmm-iam, and allow sts:TagSession in the boundaries of both roles: ${APPLY}`,
    },
  ],
  boundary: [
    {
      how: "the user's is too small",
      line: PMM,
      broken: async ({ lab, aws }) => {
        const { iam } = await lab.account(BILLING);
        const PermissionsBoundary = await small(await lab.account(BILLING), "user-boundary", [
          "cloudwatch:*",
          "logs:*",
        ]);
        await iam.send(new PutUserPermissionsBoundaryCommand({ UserName: USER, PermissionsBoundary }));
        aws.changed();
        return { repair: () => iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName: USER })) };
      },
      says: `failed: pmm in billing-prod, eu-west-1: the permissions boundary of ${USER_ARN} is too small: it does not allow rds:DescribeDBInstances; allow rds:DescribeDBInstances in it, as the examples in examples/boundary do`,
    },
    {
      how: "the monitoring role's is too small",
      line: GRAFANA,
      broken: roleBoundary(BILLING, MONITORING_ROLE, "logs:*"),
      says: `failed: grafana in billing-prod, eu-west-1: the permissions boundary of ${ROLE_ARN} is too small: it does not allow cloudwatch:GetMetricData and cloudwatch:ListMetrics; allow cloudwatch:GetMetricData and cloudwatch:ListMetrics in it, as the examples in examples/boundary do`,
    },
    {
      how: "the PMM role's does not let it assume anything",
      line: GRAFANA,
      broken: roleBoundary(SOURCE, "pmm-ec2-role", "rds:*"),
      says: `failed: grafana in billing-prod: the permissions boundary of ${PMM_SESSION} is too small: it does not allow sts:AssumeRole; allow sts:AssumeRole in it, as the examples in examples/boundary do`,
    },
  ],
  service_control_policy: [
    {
      how: "the organization denies RDS",
      line: PMM,
      broken: elsewhere("with an explicit deny in a service control policy"),
      says: `failed: pmm in billing-prod, eu-west-1: a service control policy of the organization denies rds:DescribeDBInstances in ${BILLING}; ask those who manage the organization to allow rds:DescribeDBInstances: aws organizations list-policies-for-target --target-id ${BILLING} --filter SERVICE_CONTROL_POLICY`,
    },
  ],
  resource_control_policy: [
    {
      how: "the organization keeps outsiders from the role",
      line: GRAFANA,
      broken: faulty(
        {
          code: "AccessDenied",
          message: `User: ${PMM_SESSION} is not authorized to perform: sts:AssumeRole on resource: ${ROLE_ARN} with an explicit deny in a resource control policy`,
        },
        ({ action }) => action === "sts:AssumeRole",
      ),
      says: `failed: grafana in billing-prod: a resource control policy of the organization denies sts:AssumeRole in ${BILLING}; ask those who manage the organization to allow sts:AssumeRole: aws organizations list-policies-for-target --target-id ${BILLING} --filter RESOURCE_CONTROL_POLICY`,
    },
  ],
  vpc_endpoint_policy: [
    {
      how: "the host reaches RDS by an endpoint with a policy",
      line: PMM,
      broken: elsewhere("because no VPC endpoint policy allows the rds:DescribeDBInstances action"),
      says: "failed: pmm in billing-prod, eu-west-1: the policy of the VPC endpoint that this host goes through does not allow rds:DescribeDBInstances; allow rds:DescribeDBInstances in it: aws ec2 describe-vpc-endpoints --query 'VpcEndpoints[].[VpcEndpointId,ServiceName,PolicyDocument]'",
    },
  ],
  session_policy: [
    {
      how: "credentials that were made with a policy",
      line: PMM,
      broken: elsewhere("because no session policy allows the rds:DescribeDBInstances action"),
      says: `failed: pmm in billing-prod, eu-west-1: the session of ${PMM_SESSION} has a policy of its own that does not allow rds:DescribeDBInstances; use a session without a session policy, such as the instance's role`,
    },
  ],
  address: [
    {
      how: "a host outside allowed_source_ips",
      line: "--account orders-prod --only pmm",
      broken: async ({ aws }) => {
        const before = aws.sourceIp;
        aws.sourceIp = "203.0.113.9";
        return {
          repair: async () => {
            aws.sourceIp = before;
          },
        };
      },
      says: "failed: pmm in orders-prod, us-east-1: the key works from 198.51.100.7/32 only, and this host's calls come from elsewhere; compare with this host's address: curl -s https://checkip.amazonaws.com; then correct allowed_source_ips or allowed_source_vpcs and apply",
    },
  ],
  explicit_deny: [
    {
      how: "a Deny that somebody put on the user",
      line: PMM,
      broken: async ({ lab, aws }) => {
        const { iam } = await lab.account(BILLING);
        const policy = { UserName: USER, PolicyName: "by-hand" };
        const PolicyDocument = document(statement("Deny", "rds:*"));
        await iam.send(new PutUserPolicyCommand({ ...policy, PolicyDocument }));
        aws.changed();
        return { repair: () => iam.send(new DeleteUserPolicyCommand(policy)) };
      },
      says: `failed: pmm in billing-prod, eu-west-1: a Deny forbids rds:DescribeDBInstances (${SAID} with an explicit deny in an identity-based policy); remove the Deny, or take this caller out of it`,
    },
  ],
  not_granted: [
    {
      how: "the user's policy is gone",
      line: PMM,
      broken: async ({ lab, aws }) => {
        const { iam } = await lab.account(BILLING);
        const policy = { UserName: USER, PolicyName: "pmm-aurora-os-metrics" };
        const { PolicyDocument } = await iam.send(new GetUserPolicyCommand(policy));
        await iam.send(new DeleteUserPolicyCommand(policy));
        aws.changed();
        return {
          repair: () =>
            iam.send(new PutUserPolicyCommand({ ...policy, PolicyDocument: documentText(PolicyDocument) })),
        };
      },
      says: `failed: pmm in billing-prod, eu-west-1: no policy of ${USER_ARN} allows rds:DescribeDBInstances, cloudwatch:GetMetricStatistics and logs:FilterLogEvents (${SAID} because no identity-based policy allows the rds:DescribeDBInstances action); apply the stack pmm-iam: ${APPLY}`,
    },
  ],
  key_inactive: [
    {
      how: "somebody switched the key off",
      line: PMM,
      broken: async ({ lab, aws }) => {
        const account = await lab.account(BILLING);
        const [key] = await keysOf(account, USER);
        const set = (Status: "Active" | "Inactive") =>
          account.iam.send(
            new UpdateAccessKeyCommand({ UserName: USER, AccessKeyId: key?.id ?? "", Status }),
          );
        await set("Inactive");
        aws.changed();
        return { repair: () => set("Active") };
      },
      says: `failed: pmm in billing-prod, eu-west-1: the key of ${USER_ARN} is inactive or deleted; aws iam list-access-keys --user-name ${USER}, in ${BILLING}; to make the key again, apply the stack pmm-iam: ${APPLY}`,
    },
    {
      how: "the secret has a key that is deleted",
      line: PMM,
      broken: secretText((now) => ({ ...now, access_key_id: "AKIAGONEGONEGONE0000" })),
      says: `failed: pmm in billing-prod, eu-west-1: the key of ${USER_ARN} is inactive or deleted; aws iam list-access-keys --user-name ${USER}, in ${BILLING}; to make the key again, apply the stack pmm-iam: ${APPLY}`,
    },
  ],
  key_of_another: [
    {
      how: "the secret was written for another account",
      line: PMM,
      broken: secretText((now) => ({ ...now, account_id: ORDERS })),
      says: `failed: pmm in billing-prod: the secret ${SECRET} has the key of another account; write it again: ${APPLY} -replace=module.aurora_user_billing_prod.module.key.aws_secretsmanager_secret_version.key; aws secretsmanager describe-secret --region us-east-1 --secret-id ${SECRET} shows whose it is`,
    },
  ],
  old_secret: [
    {
      how: "the secret has another generation than the file",
      line: PMM,
      broken: secretText((now) => ({ ...now, generation: 7 })),
      says: `warning: pmm in billing-prod: the secret ${SECRET} does not have generation 1 of the key, which the file asks for; apply the stack pmm-iam: ${APPLY}; if the file is the older one, pack verify again`,
      passes: true,
    },
  ],
  secret_denied: [
    {
      how: "the secret's policy is gone",
      line: PMM,
      broken: async ({ lab, aws }) => {
        const secrets = (await lab.account(SOURCE)).secrets("us-east-1");
        const { ResourcePolicy } = await secrets.send(new GetResourcePolicyCommand({ SecretId: SECRET }));
        await secrets.send(new DeleteResourcePolicyCommand({ SecretId: SECRET }));
        aws.changed();
        return {
          repair: () => secrets.send(new PutResourcePolicyCommand({ SecretId: SECRET, ResourcePolicy })),
        };
      },
      says: `failed: pmm in billing-prod, us-east-1: ${PMM_SESSION} may not read the secret ${SECRET}, so its key cannot be tried; apply the stack pmm-iam, which lets pmm_ec2_role read it: ${APPLY}`,
    },
    {
      how: "credentials of another account than the secrets'",
      line: PMM,
      broken: async (estate) => {
        const role = `arn:aws:iam::${ORDERS}:role/look`;
        const session = await sessionOf(estate.lab, role);
        estate.aws.know(session.accessKeyId, role);
        return { env: estate.onHost(session) };
      },
      says: `failed: pmm in billing-prod: arn:aws:sts::${ORDERS}:assumed-role/look/i-0123456789abcdef0 may not read the secret ${SECRET}, so its key cannot be tried; run this as ${PMM_ROLE}; on the PMM instance, give it this profile: ${REPLACE}`,
    },
  ],
  secret_encrypted: [
    {
      how: "a KMS key whose policy does not name the PMM role",
      line: PMM,
      broken: faulty(
        { code: "AccessDeniedException", message: "Access to KMS is not allowed" },
        ({ action }) => action === "secretsmanager:GetSecretValue",
      ),
      says: `failed: pmm in billing-prod, us-east-1: ${PMM_SESSION} may not use the KMS key of the secret ${SECRET}; allow it kms:Decrypt in the policy of the KMS key that secrets.kms_key_id names`,
    },
  ],
  secret_absent: [
    {
      how: "a secret that is not made yet",
      line: PMM,
      broken: faulty(
        {
          code: "ResourceNotFoundException",
          message: "Secrets Manager can't find the specified secret.",
        },
        ({ action }) => action === "secretsmanager:GetSecretValue",
      ),
      says: `failed: pmm in billing-prod, us-east-1: there is no secret ${SECRET} in ${SOURCE}; apply the stack pmm-iam: ${APPLY}`,
    },
  ],
  secret_malformed: [
    {
      how: "a secret with something else in it",
      line: PMM,
      broken: secretText(() => ["s3cret"]),
      says: `failed: pmm in billing-prod: the secret ${SECRET} holds no access key; write it again: ${APPLY} -replace=module.aurora_user_billing_prod.module.key.aws_secretsmanager_secret_version.key; aws secretsmanager describe-secret --region us-east-1 --secret-id ${SECRET} shows when it was changed`,
    },
  ],
  region_disabled: [
    {
      how: "a region that the account has not enabled, which knows none of its keys",
      line: PMM,
      broken: faulty(
        {
          code: "InvalidClientTokenId",
          message: "The security token included in the request is invalid.",
        },
        ({ region }, by) => region === "eu-west-1" && by === USER_ARN,
      ),
      says: `failed: pmm in billing-prod: eu-west-1 is not enabled in ${BILLING}; in that account: aws account enable-region --region-name eu-west-1; or correct the account's region`,
    },
  ],
  wrong_region: [
    {
      how: "the databases are in another region than the file's",
      line: `${PMM} --region us-west-2`,
      broken: async () => ({}),
      says: "warning: pmm in billing-prod: no database is in us-west-2; the account's databases are in eu-west-1; correct the account's region in the file, or run this with --region eu-west-1",
      passes: true,
    },
  ],
  no_databases: [
    {
      how: "an account without a database",
      line: `--account ${SOURCE} --only pmm --region us-west-2`,
      broken: faulty(
        { code: "AccessDenied", message: "not here" },
        ({ action, region }) => action === "rds:DescribeDBInstances" && region === "us-east-1",
      ),
      says: "warning: pmm in the source account: no database is in us-west-2; if the account has databases, look for them in every region: --region all",
      passes: true,
    },
  ],
  enhanced_monitoring_off: [
    {
      how: "an instance that nobody switched it on for",
      line: PMM,
      broken: async ({ lab }) => {
        const rds = await rdsIn(lab, BILLING, "eu-west-1");
        const set = (MonitoringInterval: number) =>
          rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: "billing-1", MonitoringInterval }));
        await set(0);
        return { repair: () => set(60) };
      },
      says: `warning: pmm in billing-prod, eu-west-1: Enhanced Monitoring is off, so PMM has no metrics of the operating system: billing-1; aws rds modify-db-instance --region eu-west-1 --db-instance-identifier billing-1 --monitoring-interval 60 --monitoring-role-arn arn:aws:iam::${BILLING}:role/rds-monitoring-role --apply-immediately`,
      passes: true,
    },
  ],
  no_os_metrics: [
    {
      how: "RDS has not written yet",
      line: PMM,
      broken: async ({ lab }) => {
        const credentials = await sessionOf(lab, `arn:aws:iam::${BILLING}:role/look`);
        const logs = new CloudWatchLogsClient({ endpoint: lab.url, region: "eu-west-1", credentials });
        const group = { logGroupName: "RDSOSMetrics" };
        await logs.send(new DeleteLogGroupCommand(group));
        return { repair: () => logs.send(new CreateLogGroupCommand(group)) };
      },
      says: "warning: pmm in billing-prod, eu-west-1: the log group RDSOSMetrics is not there yet, though Enhanced Monitoring is on; RDS makes it with the first reading: wait some minutes and run this again",
      passes: true,
    },
  ],
  not_teleports_host: "the run in which everything passes has it",
  only_the_vendor: "the run in which everything passes has it",
  unknown: [
    {
      how: "a fault of AWS",
      line: PMM,
      broken: faulty({ code: "InternalFailure", message: "Something is wrong", status: 500 }, findsDatabases),
      says: "failed: pmm in billing-prod, eu-west-1: rds:DescribeDBInstances failed: Something is wrong; run this again; if it stays, look at https://health.aws.amazon.com",
    },
  ],
};

/** A boundary that allows too little. */
async function small(account: Account, name: string, actions: readonly string[]): Promise<string> {
  const { Policy } = await account.iam.send(
    new CreatePolicyCommand({ PolicyName: name, PolicyDocument: document(statement("Allow", actions)) }),
  );
  return Policy?.Arn ?? "";
}

function roleBoundary(accountId: string, RoleName: string, action: string): Scenario["broken"] {
  return async ({ lab, aws }) => {
    const account = await lab.account(accountId);
    const PermissionsBoundary = await small(account, `${RoleName}-${action.replace(/\W/g, "")}`, [action]);
    await account.iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }));
    aws.changed();
    return { repair: () => account.iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName })) };
  };
}
