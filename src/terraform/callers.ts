import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePoliciesExclusive } from "@cdktf/provider-aws/lib/iam-role-policies-exclusive";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachmentsExclusive } from "@cdktf/provider-aws/lib/iam-role-policy-attachments-exclusive";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import type { Caller } from "../access/callers";
import { type PolicyDocument, policyText } from "../aws/policies";
import type { Identity, OwnPolicy } from "../features/identity";
import { withAddress } from "./address";
import { AssumePolicy } from "./assume-policy";

export interface PmmRoleProps {
  readonly caller: Caller;
}

/** The PMM EC2 role: made here if asked for, and what it may do in any case. */
export class PmmRole extends Construct {
  constructor(scope: Construct, id: string, { caller }: PmmRoleProps) {
    super(scope, id);
    const { role, ownPolicies } = caller;
    const { trust } = role;
    const name = trust === undefined ? role.name : this.makeRole(role, trust);
    const assume = assumePolicies(this, caller, name);
    const own = ownPolicies.map((policy) => this.grantItself(policy, name));
    if (trust !== undefined) {
      const inline = [...assume.flatMap(({ inline }) => inline ?? []), ...own];
      this.ownEverything(name, inline, assume);
    }
  }

  private makeRole(
    { name, iamPath, description, boundary, instanceProfile, address = "" }: Identity,
    trust: PolicyDocument,
  ): string {
    const role = new IamRole(this, "role", {
      name,
      path: iamPath,
      ...(description === undefined ? {} : { description }),
      assumeRolePolicy: policyText(trust),
      forceDetachPolicies: true,
      ...(boundary === undefined ? {} : { permissionsBoundary: boundary }),
    });
    withAddress(role, address);
    if (instanceProfile !== undefined) {
      const profile = new IamInstanceProfile(this, "instance-profile", {
        name: instanceProfile.name,
        path: iamPath,
        role: role.name,
      });
      withAddress(profile, instanceProfile.address);
    }
    return role.name;
  }

  private grantItself({ name, document, addresses: [address = ""] }: OwnPolicy, role: string): IamRolePolicy {
    const policy = new IamRolePolicy(this, address, { name, role, policy: policyText(document) });
    return withAddress(policy, address);
  }

  /** Shows a grant that was added by hand in the next plan. */
  private ownEverything(
    roleName: string,
    inline: readonly IamRolePolicy[],
    assume: readonly AssumePolicy[],
  ): void {
    // The attachments go only once the inline policies hold what they granted.
    const before: ITerraformDependable[] = assume.flatMap((policy) => policy.inline ?? []);
    withAddress(
      new IamRolePoliciesExclusive(this, "inline", {
        roleName,
        policyNames: inline.map(({ name }) => name ?? ""),
      }),
      "aws_iam_role_policies_exclusive.pmm_ec2",
    );
    withAddress(
      new IamRolePolicyAttachmentsExclusive(this, "managed", {
        roleName,
        policyArns: assume.flatMap(({ attachments }) => attachments.map(({ policyArn }) => policyArn)),
        ...(before.length === 0 ? {} : { dependsOn: before }),
      }),
      "aws_iam_role_policy_attachments_exclusive.pmm_ec2",
    );
  }
}

export interface TeleportRoleProps {
  readonly caller: Caller;
  /** Of the account where Teleport runs; left out: the default, the source account's. */
  readonly provider: TerraformProvider | undefined;
}

/** What Teleport's role may assume, in the account where Teleport runs. */
export class TeleportRole extends Construct {
  constructor(scope: Construct, id: string, { caller, provider }: TeleportRoleProps) {
    super(scope, id);
    assumePolicies(this, caller, caller.role.name, provider);
  }
}

function assumePolicies(
  scope: Construct,
  { grants }: Caller,
  role: string,
  provider?: TerraformProvider,
): AssumePolicy[] {
  return grants.map(
    (grant, index) =>
      new AssumePolicy(scope, `assume-${grant.resourceName}`, {
        grant,
        role,
        provider,
        within: index === 0 ? scope : undefined,
      }),
  );
}
