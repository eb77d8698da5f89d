import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePoliciesExclusive } from "@cdktf/provider-aws/lib/iam-role-policies-exclusive";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { IamRolePolicyAttachmentsExclusive } from "@cdktf/provider-aws/lib/iam-role-policy-attachments-exclusive";
import type { ITerraformDependable, TerraformProvider, TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { Deployment } from "../accounts/model";
import { nameWithoutPath, pathOf } from "../aws/arns";
import { CLOUDWATCH_AGENT_SERVER_POLICY } from "../aws/names";
import { grantNothing, policyText, trustEc2 } from "../aws/policies";
import { modulePolicy } from "../modules/own";
import { type AssumePolicy, pmmAssumePolicy, teleportAssumePolicy } from "./assume-policies";

/** The PMM EC2 role: made here if asked for, and what it may do in any case. */
export class PmmRole extends Construct {
  constructor(scope: Construct, deployment: Deployment) {
    super(scope, "pmm-role");
    const { source, partition } = deployment;
    const roleName = source.createPmmRole ? this.createRole(deployment) : nameWithoutPath(source.pmmRoleName);
    const granted = grantAssume(this, pmmAssumePolicy(deployment), roleName);
    if (source.cloudwatchAgent) {
      const agent = at(
        new IamRolePolicy(this, "cloudwatch-agent", {
          name: CLOUDWATCH_AGENT_SERVER_POLICY,
          role: roleName,
          policy: policyText(modulePolicy("cloudwatch-agent", "server", partition)),
        }),
        "pmm_cloudwatch_agent",
      );
      granted.inline.push(agent.name ?? "");
    }
    if (source.createPmmRole) {
      at(new IamRolePoliciesExclusive(this, "inline", { roleName, policyNames: granted.inline }), "pmm_ec2");
      at(
        new IamRolePolicyAttachmentsExclusive(this, "managed", {
          roleName,
          policyArns: granted.managed,
          ...(granted.before.length === 0 ? {} : { dependsOn: granted.before }),
        }),
        "pmm_ec2",
      );
    }
  }

  private createRole({ source, partition }: Deployment): string {
    const name = nameWithoutPath(source.pmmRoleName);
    const path = pathOf(source.pmmRoleName);
    const role = at(
      new IamRole(this, "role", {
        name,
        path,
        assumeRolePolicy: policyText(trustEc2(partition)),
        forceDetachPolicies: true,
        ...(source.permissionsBoundary === undefined
          ? {}
          : { permissionsBoundary: source.permissionsBoundary }),
      }),
      "pmm_ec2",
    );
    at(new IamInstanceProfile(this, "instance-profile", { name, path, role: role.name }), "pmm_ec2");
    return role.name;
  }
}

/** What Teleport's role may assume, in the account where Teleport runs. */
export class TeleportRole extends Construct {
  /** Without a provider Teleport runs in the source account, whose provider is the default. */
  constructor(scope: Construct, deployment: Deployment, provider: TerraformProvider | undefined) {
    super(scope, "teleport-role");
    const { teleport } = deployment;
    if (teleport !== undefined) {
      grantAssume(this, teleportAssumePolicy(deployment), nameWithoutPath(teleport.roleName), provider);
    }
  }
}

/** Names of the inline policies and ARNs of the managed ones that a role was given. */
interface Granted {
  readonly inline: string[];
  readonly managed: string[];
  /** What must be done before a policy may be taken from the role. */
  readonly before: ITerraformDependable[];
}

/**
 * Writes an assume policy so that a change of its mode never leaves a role out, whatever moment it stops at:
 *
 * - The inline policy is there in every mode, so that a change of mode updates it in place. Where the roles
 *   stand in managed policies it grants nothing.
 * - It depends on the attachments: it is emptied after the last of them is made.
 * - The attachments are `create_before_destroy`, which Terraform keeps in the state. With it, what depended on
 *   an attachment is updated before the attachment goes: the inline policy is full before the first one is
 *   taken away. It spreads to what an attachment depends on, the managed policy and a PMM EC2 role of ours.
 *
 * The price: a replaced attachment would be attached, which changes nothing, and then detached. Nothing here
 * replaces one; docs/outgrowing-a-policy.md says what to do when a fault has tainted one.
 */
function grantAssume(
  scope: Construct,
  { name, address, packed }: AssumePolicy,
  role: string,
  provider?: TerraformProvider,
): Granted {
  if (packed.policies.length === 0) {
    return { inline: [], managed: [], before: [] };
  }
  const on = provider === undefined ? {} : { provider };
  const attachments: IamRolePolicyAttachment[] = [];
  let inlineDocument = grantNothing();
  for (const { shard, document } of packed.policies) {
    if (shard === undefined) {
      inlineDocument = document;
      continue;
    }
    const sharded = `${address}_${shard}`;
    const policy = at(
      new IamPolicy(scope, `policy-${shard}`, {
        name: `${name}-${shard}`,
        policy: policyText(document),
        ...on,
      }),
      sharded,
    );
    const attachment = new IamRolePolicyAttachment(scope, `attachment-${shard}`, {
      role,
      policyArn: policy.arn,
      lifecycle: { createBeforeDestroy: true },
      ...on,
    });
    attachments.push(at(attachment, sharded));
  }
  const inline = at(
    new IamRolePolicy(scope, address, {
      name,
      role,
      policy: policyText(inlineDocument),
      ...(attachments.length === 0 ? {} : { dependsOn: attachments }),
      ...on,
    }),
    address,
  );
  return {
    inline: [inline.name ?? ""],
    managed: attachments.map(({ policyArn }) => policyArn),
    before: [inline],
  };
}

/** Gives a resource its address: state files know it by that, so it does not follow the construct tree. */
function at<Resource extends TerraformResource>(resource: Resource, address: string): Resource {
  resource.overrideLogicalId(address);
  return resource;
}
