import { allOf, firstOfMany, oneOf } from "../accounts/counted";
import { isOneOf } from "./caller";
import type { AccessBy, PlannedCheck, VerifyPlan } from "./plan";
import type { Explained } from "./results";

/** What is known where something was found. */
export interface Facts {
  readonly plan: VerifyPlan;
  /** Undefined for what is wrong with the host as a whole. */
  readonly check?: PlannedCheck;
  /** The ARN that AWS says is calling. */
  readonly caller?: string;
  /** What AWS or the system said: one line, without a key. */
  readonly said?: string;
  readonly regions?: readonly string[];
  readonly calls?: readonly string[];
  /** The permissions boundary that decides: its ARN, or of whom it is. */
  readonly boundary?: string | undefined;
  /** Names of databases, or of regions where databases are. */
  readonly names?: readonly string[];
}

/** In one line: what is wrong, and what to type or to do. No full stop follows either. */
type Cause = (facts: Facts) => { readonly message: string; readonly fix: string };

const INSTANCE = "<instance>";

/** Most names in one message. */
const MOST_NAMES = 5;

/** Every cause that `verify` knows. Its name is in the JSON, and stays. */
export const CAUSES = {
  no_credentials: () => ({
    message: "it has no AWS credentials: none in the environment, no profile and no metadata service",
    fix: "run this on the PMM instance, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
  }),
  no_host_role: ({ plan }) => ({
    message: "this EC2 instance has no role",
    fix: `attach the instance profile of ${plan.pmmRole.arn}: ${attachProfile(plan)}`,
  }),
  hop_limit: ({ plan }) => ({
    message:
      "the metadata service takes a connection and does not answer: in a container, its hop limit of 1 keeps the answer out",
    fix: `aws ec2 modify-instance-metadata-options --region ${plan.source.region} --instance-id ${INSTANCE} --http-put-response-hop-limit 2`,
  }),
  metadata_disabled: () => ({
    message:
      "AWS_EC2_METADATA_DISABLED is true, and there are no other AWS credentials in the environment or a profile",
    fix: "unset AWS_EC2_METADATA_DISABLED, or set AWS_PROFILE",
  }),
  profile_unusable: ({ said }) => ({
    message: `AWS_PROFILE names the profile "${said}", which gives no credentials`,
    fix: "aws configure list-profiles lists the profiles; on the PMM instance, unset AWS_PROFILE so that its role is used",
  }),
  credentials_expired: () => ({
    message: "its AWS credentials have expired",
    fix: "get new ones and run this again; for a profile of IAM Identity Center: aws sso login",
  }),
  credentials_unusable: ({ said }) => ({
    message: `AWS does not accept its credentials (${said})`,
    fix: "aws sts get-caller-identity shows whether they work; on the PMM instance, unset AWS_ACCESS_KEY_ID and AWS_PROFILE so that its role is used",
  }),
  clock_skew: () => ({
    message: "the clock of this host is wrong by more than the five minutes that AWS allows",
    fix: "set it: sudo chronyc makestep",
  }),
  unreachable: ({ said }) => ({
    message: `AWS cannot be reached (${said})`,
    fix: "open HTTPS from this host to AWS's endpoints, or make VPC endpoints for them; a proxy is not used",
  }),
  throttled: () => ({
    message: "AWS answers that there are too many calls",
    fix: "wait a minute and run this again",
  }),

  wrong_caller: ({ caller, check, plan }) => ({
    message: `this host calls AWS as ${caller}, which the role does not trust`,
    fix: `run this as ${oneOf(trustedBy(check))}; on the PMM instance, give it this profile: ${replaceProfile(plan)}`,
  }),
  assume_not_granted: ({ plan, caller }) => ({
    message: `no policy of ${caller} lets it assume the role`,
    fix: `apply the stack that writes the assume policy: ${apply(plan.deployment)}`,
  }),
  trust: ({ check }) => ({
    message: `${roleOf(check)} is not there, or its trust does not let this host's role in`,
    fix: `apply the stack ${check?.stack}: ${apply(check?.stack)}`,
  }),
  tag_session: ({ check, said }) => ({
    message: `${roleOf(check)} can be assumed, but not with session tags, which a pod of EKS passes on: sts:TagSession is missing${where(said)}`,
    fix: `apply the stack ${check?.stack}, and allow sts:TagSession in the boundaries of both roles: ${apply(check?.stack)}`,
  }),
  boundary: ({ boundary, calls }) => ({
    message: `the permissions boundary ${boundary} is too small: it does not allow ${them(calls)}`,
    fix: `allow ${them(calls)} in it, as the examples in examples/boundary do`,
  }),
  service_control_policy: ({ calls, check }) => ({
    message: `a service control policy of the organization denies ${them(calls)} in ${check?.accountId}`,
    fix: `ask those who manage the organization to allow ${them(calls)}: aws organizations list-policies-for-target --target-id ${check?.accountId} --filter SERVICE_CONTROL_POLICY`,
  }),
  resource_control_policy: ({ calls, check }) => ({
    message: `a resource control policy of the organization denies ${them(calls)} in ${check?.accountId}`,
    fix: `ask those who manage the organization to allow ${them(calls)}: aws organizations list-policies-for-target --target-id ${check?.accountId} --filter RESOURCE_CONTROL_POLICY`,
  }),
  vpc_endpoint_policy: ({ calls }) => ({
    message: `the policy of the VPC endpoint that this host goes through does not allow ${them(calls)}`,
    fix: `allow ${them(calls)} in it: aws ec2 describe-vpc-endpoints --query 'VpcEndpoints[].[VpcEndpointId,ServiceName,PolicyDocument]'`,
  }),
  session_policy: ({ calls, caller }) => ({
    message: `the session of ${caller} has a policy of its own that does not allow ${them(calls)}`,
    fix: "use a session without a session policy, such as the instance's role",
  }),
  address: ({ check }) => ({
    message: `the key works from ${sourcesOf(check)} only, and this host's calls come from elsewhere`,
    fix: "compare with this host's address: curl -s https://checkip.amazonaws.com; then correct allowed_source_ips or allowed_source_vpcs and apply",
  }),
  explicit_deny: ({ calls, said }) => ({
    message: `a Deny forbids ${them(calls)} (${said})`,
    fix: "remove the Deny, or take this caller out of it",
  }),
  not_granted: ({ calls, check, said }) => ({
    message: `no policy of ${holderOf(check)} allows ${them(calls)} (${said})`,
    fix: `apply the stack ${check?.stack}: ${apply(check?.stack)}`,
  }),

  key_inactive: ({ check }) => ({
    message: `the key of ${holderOf(check)} is inactive or deleted`,
    fix: `aws iam list-access-keys --user-name ${userName(check)}, in ${check?.accountId}; to make the key again, apply the stack ${check?.stack}: ${apply(check?.stack)}`,
  }),
  key_of_another: ({ check, plan }) => ({
    message: `the secret ${secretOf(check)} has the key of another account`,
    fix: `${writeSecretAgain(check)}; ${readSecret(check, plan)} shows whose it is`,
  }),
  old_secret: ({ check }) => ({
    message: `the secret ${secretOf(check)} does not have generation ${generationOf(check)} of the key, which the file asks for`,
    fix: `apply the stack ${check?.stack}: ${apply(check?.stack)}; if the file is the older one, pack verify again`,
  }),
  secret_denied: ({ check, caller, plan }) => ({
    message: `${caller} may not read the secret ${secretOf(check)}, so its key cannot be tried`,
    fix: isReader(check)
      ? isOneOf(caller ?? "", [plan.pmmRole.arn])
        ? `apply the stack ${check?.stack}, which lets pmm_ec2_role read it: ${apply(check?.stack)}`
        : `run this as ${plan.pmmRole.arn}; on the PMM instance, give it this profile: ${replaceProfile(plan)}`
      : `add pmm_ec2_role to secrets.readers and apply, or run this with credentials that may: AWS_PROFILE=<profile of ${plan.source.accountId}>`,
  }),
  secret_encrypted: ({ check, caller }) => ({
    message: `${caller} may not use the KMS key of the secret ${secretOf(check)}`,
    fix: "allow it kms:Decrypt in the policy of the KMS key that secrets.kms_key_id names",
  }),
  secret_absent: ({ check, plan }) => ({
    message: `there is no secret ${secretOf(check)} in ${plan.source.accountId}`,
    fix: `apply the stack ${check?.stack}: ${apply(check?.stack)}`,
  }),
  secret_malformed: ({ check, plan }) => ({
    message: `the secret ${secretOf(check)} holds no access key`,
    fix: `${writeSecretAgain(check)}; ${readSecret(check, plan)} shows when it was changed`,
  }),

  region_disabled: ({ check, regions = [] }) => ({
    message: `${allOf(regions)} ${regions.length === 1 ? "is" : "are"} not enabled in ${check?.accountId}`,
    fix: `in that account: aws account enable-region --region-name ${regions[0]}; or correct the account's region`,
  }),
  wrong_region: ({ regions = [], names = [] }) => ({
    message: `no database is in ${allOf(regions)}; the account's databases are in ${allOf(names)}`,
    fix: `correct the account's region in the file, or run this with --region ${names[0]}`,
  }),
  no_databases: ({ regions = [] }) => ({
    message: `no database is in ${allOf(regions)}`,
    fix: "if the account has databases, look for them in every region: --region all",
  }),
  enhanced_monitoring_off: ({ plan, check, regions = [], names = [] }) => ({
    message: `Enhanced Monitoring is off, so PMM has no metrics of the operating system: ${firstOfMany(names, MOST_NAMES)}`,
    fix: `aws rds modify-db-instance --region ${regions[0]} --db-instance-identifier ${names[0]} --monitoring-interval 60 --monitoring-role-arn arn:${plan.partition}:iam::${check?.accountId}:role/rds-monitoring-role --apply-immediately`,
  }),
  no_os_metrics: () => ({
    message: "the log group RDSOSMetrics is not there yet, though Enhanced Monitoring is on",
    fix: "RDS makes it with the first reading: wait some minutes and run this again",
  }),

  not_teleports_host: ({ plan }) => ({
    message: `only ${plan.teleportRole?.arn} may assume TeleportDatabaseAccess, and this host is not Teleport's`,
    fix: "run this on Teleport's host with --only teleport",
  }),
  only_the_vendor: ({ check }) => ({
    message: `only ${oneOf(trustedBy(check))} may assume the vendor's role`,
    fix: "the vendor's own page tests it; show prints the ARN and the external id to give to it",
  }),
  unknown: ({ said, calls = [] }) => ({
    message: `${calls.length === 0 ? "AWS" : allOf(calls)} failed: ${said}`,
    fix: "run this again; if it stays, look at https://health.aws.amazon.com",
  }),
} satisfies Readonly<Record<string, Cause>>;

export type CauseName = keyof typeof CAUSES;

/** A cause in words. */
export function explained(cause: CauseName, facts: Facts): Explained {
  return { cause, ...CAUSES[cause](facts) };
}

function apply(stack: string | undefined): string {
  return `terraform -chdir=cdktf.out/stacks/${stack} apply`;
}

/** A plan does not show what a secret holds, so an apply alone leaves it as it is. */
function writeSecretAgain(check: PlannedCheck | undefined): string {
  return `write it again: ${apply(check?.stack)} -replace=${keyOf(check)?.secret.heldKeyAddress}`;
}

function attachProfile({ pmmRole, source }: VerifyPlan): string {
  return `aws ec2 associate-iam-instance-profile --region ${source.region} --iam-instance-profile Name=${profileOf(pmmRole)} --instance-id ${INSTANCE}`;
}

/** For an instance that has a profile: EC2 associates no second one. */
function replaceProfile({ pmmRole, source }: VerifyPlan): string {
  const [profile, region] = [profileOf(pmmRole), source.region];
  const association = `aws ec2 describe-iam-instance-profile-associations --region ${region} --filters Name=instance-id,Values=${INSTANCE} --query 'IamInstanceProfileAssociations[0].AssociationId' --output text`;
  return `aws ec2 replace-iam-instance-profile-association --region ${region} --iam-instance-profile Name=${profile} --association-id $(${association})`;
}

function profileOf({ instanceProfile, arn }: VerifyPlan["pmmRole"]): string {
  return instanceProfile ?? `<profile of ${arn}>`;
}

function readSecret(check: PlannedCheck | undefined, { source }: VerifyPlan): string {
  const secret = keyOf(check)?.secret;
  return `aws secretsmanager describe-secret --region ${secret?.region ?? source.region} --secret-id ${secret?.name}`;
}

function keyOf(check: PlannedCheck | undefined): Extract<AccessBy, { kind: "key" }> | undefined {
  return check?.by.kind === "key" ? check.by : undefined;
}

function secretOf(check: PlannedCheck | undefined): string {
  return keyOf(check)?.secret.name ?? "";
}

function generationOf(check: PlannedCheck | undefined): number | undefined {
  return keyOf(check)?.generation;
}

function isReader(check: PlannedCheck | undefined): boolean {
  return keyOf(check)?.secret.isReadByPmmRole === true;
}

function userName(check: PlannedCheck | undefined): string | undefined {
  return keyOf(check)?.user.split("/").at(-1);
}

function sourcesOf(check: PlannedCheck | undefined): string {
  const { ips = [], vpcs = [] } = keyOf(check)?.allowedSources ?? {};
  return oneOf([...ips, ...vpcs]);
}

function roleOf(check: PlannedCheck | undefined): string | undefined {
  return check?.by.kind === "role" ? check.by.role : undefined;
}

function trustedBy(check: PlannedCheck | undefined): readonly string[] {
  return check?.by.kind === "role" ? check.by.trusted : [];
}

/** Whose policies decide on a call. */
export function holderOf(check: PlannedCheck | undefined): string {
  return keyOf(check)?.user ?? roleOf(check) ?? "this host's role";
}

function them(calls: readonly string[] = []): string {
  return calls.length === 0 ? "the call" : allOf(calls);
}

/** Which policy AWS says lacks it. */
function where(said: string | undefined): string {
  const kind = /because no ([\w -]+?) allows/.exec(said ?? "")?.[1];
  return kind === undefined ? "" : `, as no ${kind} allows it`;
}
