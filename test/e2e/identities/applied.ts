import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type AttachedPermissionsBoundary,
  type AttachedPolicy,
  CreatePolicyCommand,
  CreateRoleCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  type IAMClient,
  type PolicyDetail,
  paginateGetAccountAuthorizationDetails,
} from "@aws-sdk/client-iam";
import {
  GetResourcePolicyCommand,
  ListSecretsCommand,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { documentText } from "../harness/held";
import type { Lab } from "../harness/lab";
import { Project } from "../harness/project";
import { ROOT } from "../harness/tools";

export interface Policy {
  readonly name: string;
  readonly document: Document;
}

export interface Document {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

export type Statement = Readonly<Record<string, unknown>>;

/** A role or user as AWS holds it. */
export interface Identity {
  readonly arn: string;
  /** Who may assume it; a user has none. */
  readonly trust: Document | undefined;
  /** What is inline and what is attached. */
  readonly policies: readonly Policy[];
  readonly boundary: Policy | undefined;
}

export interface Secret {
  readonly arn: string;
  readonly policy: Document | undefined;
}

/** What AWS holds after the applies, by ARN for identities and by name for secrets. */
export interface Applied {
  readonly identities: ReadonlyMap<string, Identity>;
  readonly secrets: ReadonlyMap<string, Secret>;
}

const BOUNDARIES = join(ROOT, "examples", "boundary");

/** The boundaries of the examples, by the kind of role or user that each is for. */
export const EXAMPLES: ReadonlyMap<string, Policy> = new Map(
  readdirSync(BOUNDARIES)
    .filter((file) => file.endsWith(".json"))
    .map((file) => {
      const name = file.replace(".json", "");
      return [name, { name, document: parsed(readFileSync(join(BOUNDARIES, file), "utf8")) }];
    }),
);

/** Which of them is for a role or user, by its name. */
const KINDS: readonly (readonly [name: RegExp, kind: string])[] = [
  [/\/pmm-ec2-role$/, "pmm-ec2-role"],
  [/\/teleport-db-service$/, "teleport-service"],
  [/\/AmazonRDSforPMMrole$/, "monitoring-role"],
  [/\/PMMAWSIntegrationUser$/, "aurora-user"],
  [/\/TeleportDatabaseAccess$/, "teleport"],
  [/\/CloudWatchAgent\w+$/, "cloudwatch-agent"],
  [/(?:-monitoring|Dynatrace_monitoring_role)$/, "third-party"],
];

/** The example for a role or user of ours; undefined for anybody else. */
export function exampleFor(arn: string): Policy | undefined {
  const [, kind = ""] = KINDS.find(([name]) => name.test(arn)) ?? [];
  return EXAMPLES.get(kind);
}

/** The accounts of organization.yaml, all with the boundaries of the examples. */
const BOUNDED = ["111111111111", "777777777777", "222222222222", "044444444444", "033333333333"];
const UNBOUNDED = [
  "121212121212",
  "131313131313",
  "141414141414",
  "151515151515",
  "161616161616",
  "171717171717",
];

/** The roles that are there before the program comes. */
const EXISTING: readonly { account: string; path: string; name: string; bounded: boolean }[] = [
  { account: "777777777777", path: "/service/", name: "teleport-db-service", bounded: true },
  { account: "121212121212", path: "/", name: "pmm-ec2-role", bounded: false },
  { account: "121212121212", path: "/", name: "teleport-db-service", bounded: false },
  { account: "151515151515", path: "/", name: "pmm-ec2-role", bounded: false },
  { account: "151515151515", path: "/", name: "teleport-db-service", bounded: false },
];

/** Applies the three accounts files of this folder, each by the program and terraform, and reads back what AWS holds. */
export async function applyAndRead(lab: Lab): Promise<Applied> {
  for (const account of BOUNDED) {
    const { iam } = await lab.account(account);
    for (const { name, document } of EXAMPLES.values()) {
      const PolicyDocument = JSON.stringify(document);
      await iam.send(new CreatePolicyCommand({ PolicyName: `pmm-boundary-${name}`, PolicyDocument }));
    }
  }
  for (const { account, path, name, bounded } of EXISTING) {
    const { iam } = await lab.account(account);
    await iam.send(
      new CreateRoleCommand({
        RoleName: name,
        Path: path,
        AssumeRolePolicyDocument: JSON.stringify(EC2_TRUST),
        ...(bounded
          ? { PermissionsBoundary: `arn:aws:iam::${account}:policy/pmm-boundary-teleport-service` }
          : {}),
      }),
    );
  }
  await Promise.all([
    apply(lab, "organization", ["pmm-iam", "pmm-iam-finance"]),
    apply(lab, "explicit", ["pmm-iam"]),
    apply(lab, "sharded", ["pmm-iam"]),
  ]);
  const identities = new Map<string, Identity>();
  const secrets = new Map<string, Secret>();
  for (const id of [...BOUNDED, ...UNBOUNDED]) {
    const account = await lab.account(id);
    for (const identity of await identitiesOf(account.iam)) identities.set(identity.arn, identity);
    for (const [name, secret] of await secretsOf(account.secrets("us-east-1"))) secrets.set(name, secret);
  }
  return { identities, secrets };
}

const EC2_TRUST = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
};

async function apply(lab: Lab, name: string, stacks: readonly string[]): Promise<void> {
  const project = new Project(lab, name);
  project.copy(join(__dirname, "third-party-policy.json"), "third-party-policy.json");
  await project.synth(readFileSync(join(__dirname, `${name}.yaml`), "utf8"));
  for (const stack of stacks) {
    const folder = await project.init(stack);
    await folder.apply();
  }
}

/** Every role and user of an account. */
export async function identitiesOf(iam: IAMClient): Promise<Identity[]> {
  const found: Found[] = [];
  for await (const page of paginateGetAccountAuthorizationDetails(
    { client: iam },
    { Filter: ["Role", "User"] },
  )) {
    found.push(
      ...(page.RoleDetailList ?? []).map((role) => ({ ...role, inline: role.RolePolicyList ?? [] })),
      ...(page.UserDetailList ?? []).map((user) => ({ ...user, inline: user.UserPolicyList ?? [] })),
    );
  }
  return Promise.all(
    found.map(async ({ Arn = "", AssumeRolePolicyDocument, inline, ...one }) => {
      const attached = (one.AttachedManagedPolicies ?? []).map(({ PolicyArn = "" }) =>
        managedPolicy(iam, PolicyArn),
      );
      const boundary = one.PermissionsBoundary?.PermissionsBoundaryArn;
      return {
        arn: Arn,
        trust: AssumeRolePolicyDocument === undefined ? undefined : parsed(AssumeRolePolicyDocument),
        policies: [
          ...inline.map(({ PolicyName = "", PolicyDocument }) => ({
            name: PolicyName,
            document: parsed(PolicyDocument),
          })),
          ...(await Promise.all(attached)),
        ],
        boundary: boundary === undefined ? undefined : await managedPolicy(iam, boundary),
      };
    }),
  );
}

/** What roles and users have in common. */
interface Found {
  readonly Arn?: string | undefined;
  readonly AssumeRolePolicyDocument?: string | undefined;
  readonly inline: readonly PolicyDetail[];
  readonly AttachedManagedPolicies?: readonly AttachedPolicy[] | undefined;
  readonly PermissionsBoundary?: AttachedPermissionsBoundary | undefined;
}

async function managedPolicy(iam: IAMClient, arn: string): Promise<Policy> {
  const { Policy: policy } = await iam.send(new GetPolicyCommand({ PolicyArn: arn }));
  const { PolicyVersion: version } = await iam.send(
    new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: policy?.DefaultVersionId }),
  );
  return { name: arn, document: parsed(version?.Document) };
}

/** The secrets of an account in one region, by name. */
export async function secretsOf(client: SecretsManagerClient): Promise<[string, Secret][]> {
  const { SecretList: list = [] } = await client.send(new ListSecretsCommand({}));
  return Promise.all(
    list.map(async ({ Name = "", ARN = "" }): Promise<[string, Secret]> => {
      const { ResourcePolicy } = await client.send(new GetResourcePolicyCommand({ SecretId: ARN }));
      return [Name, { arn: ARN, policy: ResourcePolicy === undefined ? undefined : parsed(ResourcePolicy) }];
    }),
  );
}

function parsed(text: string | undefined): Document {
  return JSON.parse(documentText(text)) as Document;
}
