import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePoliciesExclusive } from "@cdktf/provider-aws/lib/iam-role-policies-exclusive";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { IamRolePolicyAttachmentsExclusive } from "@cdktf/provider-aws/lib/iam-role-policy-attachments-exclusive";
import type { TerraformProvider, TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { Deployment } from "../accounts/model";
import { nameWithoutPath, pathOf } from "../aws/arns";
import { CLOUDWATCH_AGENT_SERVER_POLICY } from "../aws/names";
import { policyText, trustEc2 } from "../aws/policies";
import { modulePolicy } from "../modules";
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
        new IamRolePolicyAttachmentsExclusive(this, "managed", { roleName, policyArns: granted.managed }),
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
}

function grantAssume(
  scope: Construct,
  { name, address, packed }: AssumePolicy,
  role: string,
  provider?: TerraformProvider,
): Granted {
  const granted: Granted = { inline: [], managed: [] };
  const on = provider === undefined ? {} : { provider };
  for (const { shard, document } of packed.policies) {
    const policy = policyText(document);
    if (shard === undefined) {
      const inline = at(new IamRolePolicy(scope, address, { name, role, policy, ...on }), address);
      granted.inline.push(inline.name ?? "");
    } else {
      const sharded = `${address}_${shard}`;
      const managed = at(
        new IamPolicy(scope, `policy-${shard}`, { name: `${name}-${shard}`, policy, ...on }),
        sharded,
      );
      const attachment = at(
        new IamRolePolicyAttachment(scope, `attachment-${shard}`, { role, policyArn: managed.arn, ...on }),
        sharded,
      );
      granted.managed.push(attachment.policyArn);
    }
  }
  return granted;
}

/** Gives a resource its address: state files know it by that, so it does not follow the construct tree. */
function at<Resource extends TerraformResource>(resource: Resource, address: string): Resource {
  resource.overrideLogicalId(address);
  return resource;
}
