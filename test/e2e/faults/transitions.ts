import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import type { Account } from "../harness/accounts";
import { BY_HAND, makeRole } from "../harness/look";
import { USER } from "./stack";

/** One change of an account's entry, and the calls that its apply makes for the account. */
export interface Transition {
  readonly name: string;
  /** The entry's keys at first; undefined: the account is not there yet. */
  readonly before: string | undefined;
  readonly after: string;
  /** What is there before Terraform is. */
  readonly byHand?: (account: Account) => Promise<void>;
  /** How often each call that changes something is made. */
  readonly calls: Readonly<Record<string, number>>;
  /** What an account holds in the end: nothing, or what it would hold without a fault. */
  readonly leaves: "nothing" | "what it holds";
  /** The first digits of its account ids. */
  readonly series: number;
}

/** Each kind of object that the modules make, once at least. */
const everything = (generation: number): string =>
  [
    `aurora: {key_generation: ${generation}, allowed_source_ips: [198.51.100.7/32]}`,
    'teleport: {databases: [{name: NAME, engine: mysql, resource_id: "*", db_users: [alice]}]}',
    "cloudwatch_agent: {on_premises_server_user: true, ssm_managed_policy: AmazonSSMManagedInstanceCore}",
    'third_party_monitors: [{name: site24x7, account_id: "999999999999", external_id: 9b2d41c6-7f0e, policy: ReadOnlyAccess}]',
  ].join(", ");

export const TRANSITIONS: readonly Transition[] = [
  {
    name: "made",
    before: undefined,
    after: everything(1),
    calls: {
      CreateRole: 4,
      PutRolePolicy: 4,
      AttachRolePolicy: 3,
      CreatePolicy: 1,
      CreateInstanceProfile: 1,
      AddRoleToInstanceProfile: 1,
      CreateUser: 2,
      PutUserPolicy: 2,
      AttachUserPolicy: 1,
      CreateAccessKey: 2,
      CreateSecret: 2,
      PutSecretValue: 2,
      PutResourcePolicy: 2,
    },
    leaves: "what it holds",
    series: 71,
  },
  {
    name: "retiring",
    before: everything(2),
    after: `${everything(2)}, lifecycle: retiring`,
    calls: {
      DeleteRole: 4,
      DeleteRolePolicy: 4,
      DetachRolePolicy: 3,
      DeletePolicy: 1,
      RemoveRoleFromInstanceProfile: 1,
      DeleteInstanceProfile: 1,
      DeleteLoginProfile: 2,
      DeleteUser: 2,
      DeleteUserPolicy: 2,
      DetachUserPolicy: 1,
      DeleteAccessKey: 3,
      DeleteSecret: 2,
      DeleteResourcePolicy: 2,
    },
    leaves: "nothing",
    series: 72,
  },
  {
    name: "closed",
    before: everything(2),
    after: `${everything(2)}, lifecycle: closed`,
    calls: { DeleteSecret: 2, DeleteResourcePolicy: 2 },
    leaves: "what it holds",
    series: 73,
  },
  {
    name: "adopted",
    before: undefined,
    after: "aurora: true, adopt: true",
    byHand: makeByHand,
    calls: {
      UpdateAssumeRolePolicy: 1,
      UpdateRoleDescription: 1,
      PutRolePolicy: 1,
      DeleteRolePolicy: 1,
      TagUser: 1,
      PutUserPolicy: 1,
      DetachUserPolicy: 1,
      CreateAccessKey: 1,
      CreateSecret: 1,
      PutSecretValue: 1,
      PutResourcePolicy: 1,
    },
    leaves: "what it holds",
    series: 74,
  },
];

/** The original guide's role and user, with a key, and what someone put on them besides. */
async function makeByHand(account: Account): Promise<void> {
  const { iam } = account;
  const [RoleName, UserName, PolicyDocument] = ["AmazonRDSforPMMrole", USER, BY_HAND];
  await makeRole(account, RoleName);
  for (const PolicyName of ["pmm-cloudwatch-rds-access", "console-policy"])
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "pmm-aurora-os-metrics", PolicyDocument }));
  const PolicyArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
  await iam.send(new CreateAccessKeyCommand({ UserName }));
}
