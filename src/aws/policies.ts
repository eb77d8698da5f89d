import type { Partition } from "./partitions";

/** A policy document as IAM takes it. Only what this program writes itself is typed further. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly object[];
}

/** The text that is sent to AWS: minified, because the quotas do not count white space. */
export function policyText(document: PolicyDocument): string {
  return JSON.stringify(document);
}

/** The characters that count against a quota. */
export function policySize(document: PolicyDocument): number {
  return policyText(document).length;
}

/**
 * The characters that a JSON text has once Terraform has encoded it: `jsonencode` writes `<`, `>`, `&` and two
 * line separators as escapes of six. (Terraform documentation, "jsonencode".)
 */
export function terraformJsonSize(text: string): number {
  return text.replace(/[<>&\u2028\u2029]/g, "\\u0000").length;
}

/** Lets the holder assume exactly these roles. */
export function assumeExactly(roleArns: readonly string[]): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Resource: roleArns }],
  };
}

/** Lets the holder assume the role of this name in every account of the organization. */
export function assumeInOrganization(
  partition: Partition,
  roleName: string,
  organizationId: string,
): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Resource: `arn:${partition}:iam::*:role/${roleName}`,
        Condition: { StringEquals: { "aws:ResourceOrgID": organizationId } },
      },
    ],
  };
}

/**
 * Grants nothing: AWS lets every caller ask who he is, whatever the policies say (API reference of
 * sts:GetCallerIdentity). For a policy that has to be there while the roles stand elsewhere, as its Sid tells.
 */
export function grantNothing(): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "RolesAreInManagedPolicies",
        Effect: "Allow",
        Action: "sts:GetCallerIdentity",
        Resource: "*",
      },
    ],
  };
}

/** What a trust policy of ours says; the modules write the same document, a test holds the two together. */
export interface Trust {
  readonly principals: readonly string[];
  readonly organizationId?: string | undefined;
  readonly externalId?: string | undefined;
}

/**
 * Trusts exact roles through their account's root: one statement per account. It applies before the roles
 * exist and survives their re-creation, which a role ARN as principal does not.
 */
export function trustRoles(trust: Trust): PolicyDocument {
  const byRoot = new Map<string, string[]>();
  for (const arn of [...new Set(trust.principals)].sort()) {
    const root = arn.replace(/:role\/.*$/, ":root");
    byRoot.set(root, [...(byRoot.get(root) ?? []), arn]);
  }
  return {
    Version: "2012-10-17",
    Statement: [...byRoot].map(([root, arns]) => ({
      Effect: "Allow",
      Principal: { AWS: root },
      Action: "sts:AssumeRole",
      Condition: {
        StringEquals: {
          "aws:PrincipalArn": arns,
          ...(trust.organizationId === undefined ? {} : { "aws:PrincipalOrgID": trust.organizationId }),
          ...(trust.externalId === undefined ? {} : { "sts:ExternalId": trust.externalId }),
        },
      },
    })),
  };
}

/** Lets EC2 instances bear the role. Source: AWS documentation, "AWS service principals", China included. */
export function trustEc2(partition: Partition): PolicyDocument {
  const service = partition === "aws-cn" ? "ec2.amazonaws.com.cn" : "ec2.amazonaws.com";
  return {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  };
}
