import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import type { AssumeGrant } from "../access/callers";
import { policyText } from "../aws/policies";
import { withAddress } from "./address";

export interface AssumePolicyProps {
  readonly grant: AssumeGrant;
  /** The role's name, or a reference to it. */
  readonly role: string;
  /** Of the role's account; left out: the default, the source account's. */
  readonly provider?: TerraformProvider | undefined;
  /**
   * The construct that holds the resources, where it is not this one. cdktf writes a resource's path in the tree
   * into a comment, and those of the first grant of a role keep the path that they always had.
   */
  readonly within?: Construct | undefined;
}

/**
 * The permission of one role to assume a role in each account, written so that a change of its mode never leaves
 * one out, whatever moment it stops at:
 *
 * - The inline policy is there in every mode, so that a change of mode updates it in place. Where the roles
 *   are in managed policies it grants nothing.
 * - It depends on the attachments: it is emptied after the last of them is made.
 * - The attachments are `create_before_destroy`, which Terraform keeps in the state. With it, what depended on
 *   an attachment is updated before the attachment goes: the inline policy is full before the first one is
 *   removed. It spreads to what an attachment depends on, the managed policy and a PMM EC2 role of ours. The
 *   policy also says so itself: OpenTofu does not keep in the state what spreads, and ends a change of mode with
 *   an error about a cycle (tried with 1.12).
 *
 * The price: a replaced attachment would be attached, which changes nothing, and then detached. Nothing here
 * replaces one; docs/outgrowing-a-policy.md says what to do when a fault has tainted one.
 */
export class AssumePolicy extends Construct {
  /** undefined where there is nothing to assume. */
  readonly inline: IamRolePolicy | undefined;
  readonly attachments: readonly IamRolePolicyAttachment[];

  constructor(scope: Construct, id: string, { grant, role, provider, within }: AssumePolicyProps) {
    super(scope, id);
    const holder = within ?? this;
    const { inline, shards, resourceName, iamPath } = grant;
    const path = iamPath === "/" ? {} : { path: iamPath };
    const on = provider === undefined ? {} : { provider };
    this.attachments = shards.map(({ shard, policy: { name, description, document, addresses } }) => {
      const [policyAddress = "", attachmentAddress = ""] = addresses;
      const policy = new IamPolicy(holder, `policy-${shard}`, {
        name,
        ...path,
        ...(description === undefined ? {} : { description }),
        policy: policyText(document),
        // AWS changes no policy's description: Terraform would replace the policy for another one.
        lifecycle: { createBeforeDestroy: true, ignoreChanges: ["description"] },
        ...on,
      });
      withAddress(policy, policyAddress);
      const attachment = new IamRolePolicyAttachment(holder, `attachment-${shard}`, {
        role,
        policyArn: policy.arn,
        lifecycle: { createBeforeDestroy: true },
        ...on,
      });
      return withAddress(attachment, attachmentAddress);
    });
    if (inline === undefined) {
      return;
    }
    const [address = ""] = inline.addresses;
    const resource = new IamRolePolicy(holder, resourceName, {
      name: inline.name,
      role,
      policy: policyText(inline.document),
      ...(this.attachments.length === 0 ? {} : { dependsOn: [...this.attachments] }),
      ...on,
    });
    this.inline = withAddress(resource, address);
  }
}
