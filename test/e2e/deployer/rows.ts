// More than 300 lines: one table of requests.
import type { Outcome } from "../identities/evaluate";

/*
 * By hand: what the policies of examples/deployer are for beside the recorded calls, and what they must refuse.
 */

export type Caller = "target" | "source" | "teleport" | "pipeline";
type Context = Readonly<Record<string, string>>;
type AllowedRow = readonly [caller: Caller, what: string, action: string, on: string, context?: Context];
type DeniedRow = readonly [
  caller: Caller,
  why: string,
  outcome: Outcome,
  action: string,
  on: string,
  context?: Context,
];

const role = (name: string, account = "222222222222") => `arn:aws:iam::${account}:role/${name}`;
const user = (name: string) => `arn:aws:iam::222222222222:user/${name}`;
const policy = (name: string, account = "222222222222") => `arn:aws:iam::${account}:policy/${name}`;
const profile = (name: string) => `arn:aws:iam::222222222222:instance-profile/${name}`;
const secret = (name: string, account = "111111111111") =>
  `arn:aws:secretsmanager:us-east-1:${account}:secret:${name}-AbCdEf`;
const aws = (name: string) => `arn:aws:iam::aws:policy/${name}`;

const MONITORING = role("AmazonRDSforPMMrole");
const AGENT = role("CloudWatchAgentServerRole");
const VENDOR = role("site24x7-monitoring");
const USER = user("PMMAWSIntegrationUser");
const PMM = role("pmm-ec2-role", "111111111111");
const TELEPORT = role("teleport-db-service", "777777777777");
const DEPLOYER = role("pmm-iam-deployer");
const STATE = "arn:aws:s3:::acme-tfstate/pmm-iam/pmm-iam-finance.tfstate";
const LOCK = `${STATE}.tflock`;
const KEY = "arn:aws:kms:us-east-1:111111111111:key/1a2b3c4d-1111-4222-8333-444455556666";

const bounded = (kind = "monitoring-role", account = "222222222222"): Context => ({
  "iam:PermissionsBoundary": policy(`pmm-boundary-${kind}`, account),
});
const attach = (arn: string, boundary: Context = bounded()): Context => ({
  ...boundary,
  "iam:PolicyARN": arn,
});
const through = (service: string, alias: string): Context => ({
  "kms:ViaService": `${service}.us-east-1.amazonaws.com`,
  "kms:ResourceAliases": alias,
});
const to = (service: string): Context => ({ "iam:PassedToService": service });

export const ALLOWED: readonly AllowedRow[] = [
  // The provider strips a user before it deletes it: not all of that is among the recorded calls.
  ["target", "looks for a user's virtual MFA devices", "iam:ListVirtualMFADevices", "*"],
  ["target", "looks for a user's MFA devices", "iam:ListMFADevices", USER],
  ["target", "takes an MFA device off a user", "iam:DeactivateMFADevice", USER],
  ["target", "looks for a user's groups", "iam:ListGroupsForUser", USER],
  ["target", "takes a user's password", "iam:DeleteLoginProfile", USER],
  ["target", "looks for a user's SSH keys", "iam:ListSSHPublicKeys", USER],
  ["target", "deletes a user's SSH key", "iam:DeleteSSHPublicKey", USER],
  ["target", "looks for a user's certificates", "iam:ListSigningCertificates", USER],
  ["target", "deletes a user's certificate", "iam:DeleteSigningCertificate", USER],
  ["target", "looks for a user's other credentials", "iam:ListServiceSpecificCredentials", USER],
  ["target", "deletes a user's other credentials", "iam:DeleteServiceSpecificCredential", USER],
  ["target", "deletes a key that the state does not know", "iam:DeleteAccessKey", USER],
  ["target", "writes a role's description", "iam:UpdateRoleDescription", MONITORING],
  ["target", "moves a role's longest session", "iam:UpdateRole", MONITORING],
  [
    "target",
    "deletes the oldest of five versions",
    "iam:DeletePolicyVersion",
    policy("CloudWatchAgentServerPolicy"),
  ],
  ["target", "bounds a role that was made by hand", "iam:PutRolePermissionsBoundary", MONITORING, bounded()],
  [
    "target",
    "bounds a user that was made by hand",
    "iam:PutUserPermissionsBoundary",
    USER,
    bounded("aurora-user"),
  ],
  ["source", "re-encrypts a secret", "secretsmanager:UpdateSecret", secret("pmm/aurora/orders-prod")],
  [
    "source",
    "writes the secret of an agent's user",
    "secretsmanager:PutSecretValue",
    secret("cloudwatch-agent/CloudWatchAgentServerUser/orders-prod"),
  ],
  ["pipeline", "finds the states", "s3:ListBucket", "arn:aws:s3:::acme-tfstate"],
  ["pipeline", "reads a state", "s3:GetObject", STATE],
  ["pipeline", "writes a state", "s3:PutObject", STATE],
  ["pipeline", "locks a state", "s3:PutObject", LOCK],
  ["pipeline", "reads who holds the lock", "s3:GetObject", LOCK],
  ["pipeline", "unlocks a state", "s3:DeleteObject", LOCK],
  ["pipeline", "decrypts a state", "kms:Decrypt", KEY, through("s3", "alias/tf")],
  ["pipeline", "encrypts a state", "kms:GenerateDataKey", KEY, through("s3", "alias/tf")],
];

export const DENIED: readonly DeniedRow[] = [
  // The boundary.
  ["target", "a role without a boundary", "ExplicitlyDenied", "iam:CreateRole", MONITORING],
  [
    "target",
    "a role with another boundary",
    "ExplicitlyDenied",
    "iam:CreateRole",
    MONITORING,
    { "iam:PermissionsBoundary": policy("wide-boundary") },
  ],
  [
    "target",
    "a role with AWS's own widest policy as boundary",
    "ExplicitlyDenied",
    "iam:CreateRole",
    MONITORING,
    { "iam:PermissionsBoundary": aws("AdministratorAccess") },
  ],
  [
    "target",
    "a role with a policy whose path only looks like the boundary",
    "ExplicitlyDenied",
    "iam:CreateRole",
    MONITORING,
    { "iam:PermissionsBoundary": policy("x:policy/pmm-boundary-monitoring-role") },
  ],
  ["target", "a user without a boundary", "ExplicitlyDenied", "iam:CreateUser", USER],
  ["target", "a grant to a role that lost its boundary", "ExplicitlyDenied", "iam:PutRolePolicy", MONITORING],
  ["target", "a grant to a user without a boundary", "ExplicitlyDenied", "iam:PutUserPolicy", USER],
  [
    "target",
    "another boundary on a role",
    "ExplicitlyDenied",
    "iam:PutRolePermissionsBoundary",
    MONITORING,
    { "iam:PermissionsBoundary": policy("wide-boundary") },
  ],
  [
    "target",
    "another boundary on a user",
    "ExplicitlyDenied",
    "iam:PutUserPermissionsBoundary",
    USER,
    { "iam:PermissionsBoundary": aws("AdministratorAccess") },
  ],
  [
    "target",
    "a role's boundary lifted",
    "ExplicitlyDenied",
    "iam:DeleteRolePermissionsBoundary",
    MONITORING,
    bounded(),
  ],
  [
    "target",
    "a user's boundary lifted",
    "ExplicitlyDenied",
    "iam:DeleteUserPermissionsBoundary",
    USER,
    bounded(),
  ],
  [
    "target",
    "the boundary deleted",
    "ExplicitlyDenied",
    "iam:DeletePolicy",
    policy("pmm-boundary-monitoring-role"),
  ],
  [
    "target",
    "the boundary changed",
    "ExplicitlyDenied",
    "iam:CreatePolicyVersion",
    policy("pmm-boundary-monitoring-role"),
  ],
  [
    "target",
    "an older version of the boundary",
    "ExplicitlyDenied",
    "iam:SetDefaultPolicyVersion",
    policy("pmm-boundary-monitoring-role"),
  ],
  ["source", "the PMM role made without a boundary", "ExplicitlyDenied", "iam:CreateRole", PMM],
  ["source", "a grant to a PMM role without a boundary", "ExplicitlyDenied", "iam:PutRolePolicy", PMM],
  [
    "source",
    "the PMM role's boundary lifted",
    "ExplicitlyDenied",
    "iam:DeleteRolePermissionsBoundary",
    PMM,
    bounded("pmm-ec2-role", "111111111111"),
  ],
  [
    "teleport",
    "a grant to a Teleport role without a boundary",
    "ExplicitlyDenied",
    "iam:PutRolePolicy",
    TELEPORT,
  ],

  // Another kind's boundary; kinds.test.ts has them all.
  [
    "target",
    "the monitoring role with Teleport's boundary",
    "ImplicitlyDenied",
    "iam:CreateRole",
    MONITORING,
    bounded("teleport"),
  ],
  [
    "target",
    "the monitoring role moved under Teleport's boundary",
    "ImplicitlyDenied",
    "iam:PutRolePermissionsBoundary",
    MONITORING,
    bounded("teleport"),
  ],
  [
    "source",
    "the PMM role with Teleport's boundary",
    "ImplicitlyDenied",
    "iam:CreateRole",
    PMM,
    bounded("teleport", "111111111111"),
  ],

  // Other names.
  ["target", "a role of another name", "ImplicitlyDenied", "iam:CreateRole", role("helper"), bounded()],
  [
    "target",
    "a role of ours under a path",
    "ImplicitlyDenied",
    "iam:CreateRole",
    role("team/AmazonRDSforPMMrole"),
    bounded(),
  ],
  ["target", "a user of another name", "ImplicitlyDenied", "iam:CreateUser", user("helper"), bounded()],
  [
    "target",
    "another role's trust",
    "ImplicitlyDenied",
    "iam:UpdateAssumeRolePolicy",
    role("Admin"),
    bounded(),
  ],
  [
    "target",
    "the trust of a role without a boundary",
    "ExplicitlyDenied",
    "iam:UpdateAssumeRolePolicy",
    MONITORING,
  ],
  [
    "source",
    "the PMM role's trust without a boundary",
    "ExplicitlyDenied",
    "iam:UpdateAssumeRolePolicy",
    PMM,
  ],
  ["target", "its own trust", "ImplicitlyDenied", "iam:UpdateAssumeRolePolicy", DEPLOYER, bounded()],
  ["target", "a grant to itself", "ImplicitlyDenied", "iam:PutRolePolicy", DEPLOYER, bounded()],
  ["target", "another role deleted", "ImplicitlyDenied", "iam:DeleteRole", role("Admin")],
  ["target", "another role read", "ImplicitlyDenied", "iam:GetRole", role("Admin")],
  ["target", "another user's key", "ImplicitlyDenied", "iam:CreateAccessKey", user("alice")],
  ["target", "another user's password", "ImplicitlyDenied", "iam:DeleteLoginProfile", user("alice")],
  ["target", "a password for our own user", "ImplicitlyDenied", "iam:CreateLoginProfile", USER],
  ["target", "our own user renamed", "ImplicitlyDenied", "iam:UpdateUser", USER],
  ["target", "another policy", "ImplicitlyDenied", "iam:CreatePolicy", policy("helper")],
  [
    "target",
    "another policy's version",
    "ImplicitlyDenied",
    "iam:CreatePolicyVersion",
    policy("team-policy"),
  ],
  ["target", "another instance profile", "ImplicitlyDenied", "iam:AddRoleToInstanceProfile", profile("web")],
  [
    "target",
    "a user put into a group",
    "ImplicitlyDenied",
    "iam:AddUserToGroup",
    "arn:aws:iam::222222222222:group/Administrators",
  ],
  [
    "target",
    "a secret",
    "ImplicitlyDenied",
    "secretsmanager:GetSecretValue",
    secret("pmm/aurora/orders-prod", "222222222222"),
  ],
  [
    "source",
    "another role's grants",
    "ImplicitlyDenied",
    "iam:PutRolePolicy",
    role("Admin", "111111111111"),
    bounded("pmm-ec2-role", "111111111111"),
  ],
  [
    "target",
    "the trust of a role that only has a vendor's ending",
    "ImplicitlyDenied",
    "iam:UpdateAssumeRolePolicy",
    role("other-monitoring"),
    bounded(),
  ],
  [
    "source",
    "another role's trust",
    "ImplicitlyDenied",
    "iam:UpdateAssumeRolePolicy",
    role("pmm-iam-pipeline", "111111111111"),
    bounded("pmm-ec2-role", "111111111111"),
  ],
  [
    "source",
    "another secret read",
    "ImplicitlyDenied",
    "secretsmanager:GetSecretValue",
    secret("billing/database"),
  ],
  [
    "source",
    "another secret deleted",
    "ImplicitlyDenied",
    "secretsmanager:DeleteSecret",
    secret("pmm/other"),
  ],
  [
    "source",
    "another secret's readers",
    "ImplicitlyDenied",
    "secretsmanager:PutResourcePolicy",
    secret("billing/database"),
  ],
  ["source", "the key used past Secrets Manager", "ImplicitlyDenied", "kms:Decrypt", KEY],
  [
    "source",
    "another key of Secrets Manager's",
    "ImplicitlyDenied",
    "kms:Decrypt",
    KEY,
    through("secretsmanager", "alias/other"),
  ],
  [
    "source",
    "another account's key",
    "ImplicitlyDenied",
    "kms:Decrypt",
    KEY.replace("111111111111", "222222222222"),
    through("secretsmanager", "alias/pmm"),
  ],
  [
    "source",
    "a policy under a path that starts like a shard",
    "ImplicitlyDenied",
    "iam:CreatePolicyVersion",
    policy("pmm-assume-rds-monitoring-roles-x/team-policy", "111111111111"),
  ],
  [
    "teleport",
    "Teleport's trust",
    "ImplicitlyDenied",
    "iam:UpdateAssumeRolePolicy",
    TELEPORT,
    bounded("teleport-service", "777777777777"),
  ],
  ["teleport", "Teleport's role deleted", "ImplicitlyDenied", "iam:DeleteRole", TELEPORT],

  // Attaching and passing.
  [
    "target",
    "AdministratorAccess on the monitoring role",
    "ImplicitlyDenied",
    "iam:AttachRolePolicy",
    MONITORING,
    attach(aws("AdministratorAccess")),
  ],
  [
    "target",
    "AdministratorAccess on the agent's role",
    "ImplicitlyDenied",
    "iam:AttachRolePolicy",
    AGENT,
    attach(aws("AdministratorAccess"), bounded("cloudwatch-agent")),
  ],
  [
    "target",
    "AdministratorAccess on a vendor's role",
    "ImplicitlyDenied",
    "iam:AttachRolePolicy",
    VENDOR,
    attach(aws("AdministratorAccess"), bounded("third-party")),
  ],
  [
    "target",
    "AdministratorAccess on the user",
    "ImplicitlyDenied",
    "iam:AttachUserPolicy",
    USER,
    attach(aws("AdministratorAccess"), bounded("aurora-user")),
  ],
  [
    "target",
    "a policy of the account on a vendor's role",
    "ImplicitlyDenied",
    "iam:AttachRolePolicy",
    VENDOR,
    attach(policy("team-policy"), bounded("third-party")),
  ],
  [
    "target",
    "a vendor's policy on the agent's role",
    "ImplicitlyDenied",
    "iam:AttachRolePolicy",
    AGENT,
    attach(aws("ReadOnlyAccess"), bounded("cloudwatch-agent")),
  ],
  [
    "target",
    "the agent's policy on another role",
    "ImplicitlyDenied",
    "iam:AttachRolePolicy",
    role("web"),
    attach(policy("CloudWatchAgentServerPolicy")),
  ],
  [
    "target",
    "the agent's policy on a role without a boundary",
    "ExplicitlyDenied",
    "iam:AttachRolePolicy",
    AGENT,
    attach(policy("CloudWatchAgentServerPolicy"), {}),
  ],
  [
    "source",
    "AdministratorAccess on the PMM role",
    "ImplicitlyDenied",
    "iam:AttachRolePolicy",
    PMM,
    attach(aws("AdministratorAccess"), bounded("pmm-ec2-role", "111111111111")),
  ],
  [
    "teleport",
    "PMM's shard on the Teleport role",
    "ImplicitlyDenied",
    "iam:AttachRolePolicy",
    TELEPORT,
    attach(
      policy("pmm-assume-rds-monitoring-roles-0", "777777777777"),
      bounded("teleport-service", "777777777777"),
    ),
  ],
  [
    "target",
    "another role passed to EC2",
    "ImplicitlyDenied",
    "iam:PassRole",
    role("Admin"),
    to("ec2.amazonaws.com"),
  ],
  [
    "target",
    "the monitoring role passed",
    "ImplicitlyDenied",
    "iam:PassRole",
    MONITORING,
    to("ec2.amazonaws.com"),
  ],
  [
    "target",
    "the agent's role passed to Lambda",
    "ImplicitlyDenied",
    "iam:PassRole",
    AGENT,
    to("lambda.amazonaws.com"),
  ],
  [
    "source",
    "the PMM role passed to Lambda",
    "ImplicitlyDenied",
    "iam:PassRole",
    PMM,
    to("lambda.amazonaws.com"),
  ],

  // Going on to other roles, and the pipeline's own reach.
  ["target", "the monitoring role assumed", "ExplicitlyDenied", "sts:AssumeRole", MONITORING],
  ["pipeline", "another role assumed", "ExplicitlyDenied", "sts:AssumeRole", role("Admin", "111111111111")],
  ["pipeline", "the PMM role assumed", "ExplicitlyDenied", "sts:AssumeRole", PMM],
  [
    "pipeline",
    "a role made",
    "ImplicitlyDenied",
    "iam:CreateRole",
    role("AmazonRDSforPMMrole", "111111111111"),
    bounded("pmm-ec2-role", "111111111111"),
  ],
  ["pipeline", "a state deleted", "ImplicitlyDenied", "s3:DeleteObject", STATE],
  [
    "pipeline",
    "another project's state",
    "ImplicitlyDenied",
    "s3:GetObject",
    "arn:aws:s3:::acme-tfstate/network/network.tfstate",
  ],
  ["pipeline", "the bucket deleted", "ImplicitlyDenied", "s3:DeleteBucket", "arn:aws:s3:::acme-tfstate"],
  ["pipeline", "the key used past S3", "ImplicitlyDenied", "kms:Decrypt", KEY],
  ["pipeline", "another key of S3's", "ImplicitlyDenied", "kms:Decrypt", KEY, through("s3", "alias/other")],
];

export const ASSUMED: readonly (readonly [what: string, by: string])[] = [
  ["the pipeline becomes the deployer", role("pmm-iam-pipeline", "111111111111")],
];

export const NOT_ASSUMED: readonly (readonly [why: string, by: string])[] = [
  ["another role of the source does not", role("developer", "111111111111")],
  ["a pipeline under a path does not", role("team/pmm-iam-pipeline", "111111111111")],
  ["the pipeline of another account does not", role("pmm-iam-pipeline", "666666666666")],
  ["a user of that name does not", "arn:aws:iam::111111111111:user/pmm-iam-pipeline"],
];

/** What the recorded calls have to have among them. */
export const RECORDED: readonly string[] = [
  "iam:AddRoleToInstanceProfile",
  "iam:AttachRolePolicy",
  "iam:AttachUserPolicy",
  "iam:CreateAccessKey",
  "iam:CreateInstanceProfile",
  "iam:CreatePolicy",
  "iam:CreatePolicyVersion",
  "iam:CreateRole",
  "iam:CreateUser",
  "iam:DeleteAccessKey",
  "iam:DeleteInstanceProfile",
  "iam:DeletePolicy",
  "iam:DeleteRole",
  "iam:DeleteRolePolicy",
  "iam:DeleteUser",
  "iam:DeleteUserPolicy",
  "iam:DetachRolePolicy",
  "iam:DetachUserPolicy",
  "iam:ListUsers",
  "iam:PassRole",
  "iam:PutRolePolicy",
  "iam:PutUserPolicy",
  "iam:RemoveRoleFromInstanceProfile",
  "iam:TagInstanceProfile",
  "iam:TagPolicy",
  "iam:TagRole",
  "iam:TagUser",
  "iam:UntagInstanceProfile",
  "iam:UntagPolicy",
  "iam:UntagRole",
  "iam:UntagUser",
  "iam:UpdateAccessKey",
  "iam:UpdateAssumeRolePolicy",
  "secretsmanager:CreateSecret",
  "secretsmanager:DeleteResourcePolicy",
  "secretsmanager:DeleteSecret",
  "secretsmanager:PutResourcePolicy",
  "secretsmanager:PutSecretValue",
  "secretsmanager:TagResource",
  "secretsmanager:UntagResource",
];
