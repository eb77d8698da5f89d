import { parseRoleArn } from "./arns";
import type { Partition } from "./partitions";

/** A policy document as IAM takes it. */
export interface PolicyDocument {
  /** Undefined in a file without one, which IAM takes for the older. */
  readonly Version: "2012-10-17" | "2008-10-17" | undefined;
  readonly Statement: readonly Statement[];
}

/** One statement, as this program and its modules write it. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: { readonly AWS: string } | { readonly Service: string };
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Condition;
}

/** By operator, then by key: what the request has to carry. */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** The text that is sent to AWS: minified, because the quotas do not count white space. */
export function policyText(document: PolicyDocument): string {
  return JSON.stringify(document);
}

/**
 * The characters that count against a quota. `jsonencode`, with which the modules write their documents, makes
 * `<`, `>`, `&` and two line separators escapes of six. (Terraform documentation, "jsonencode".)
 */
export function policySize(document: PolicyDocument): number {
  const known = sizes.get(document);
  if (known !== undefined) {
    return known;
  }
  const size = textSize(policyText(document));
  sizes.set(document, size);
  return size;
}

/** The characters of JSON text as `jsonencode` writes it. */
export function textSize(json: string): number {
  return json.replace(/[<>&\u2028\u2029]/g, "\\u0000").length;
}

/** Every account has the same few documents of the modules. */
const sizes = new WeakMap<PolicyDocument, number>();

/**
 * What a caller needs to assume a role, in its own policy and in the role's trust. A caller that runs by EKS Pod
 * Identity has transitive session tags, which AWS passes on at each AssumeRole: without `sts:TagSession` on both
 * sides AWS refuses the call. (IAM User Guide, "Pass session tags in AWS STS".)
 */
export const ASSUME_ACTIONS = ["sts:AssumeRole", "sts:TagSession"] as const;

/**
 * What a caller may pass along when it assumes a role, by the action that a trust has to allow for it. A trust that
 * allows nothing else lets nobody assume the role. (IAM User Guide, "Pass session tags in AWS STS" and "Monitor and
 * control actions taken with assumed roles".)
 */
const PASSED_ALONG: Readonly<Record<string, string>> = {
  "sts:tagsession": "session tags",
  "sts:setsourceidentity": "a source identity",
};

/** What these actions of a trust let a caller pass along; undefined where one of them is more than that. */
export function onlyPassedAlong(actions: readonly string[]): readonly string[] | undefined {
  const passed = actions.map((action) => PASSED_ALONG[action.toLowerCase()]);
  return passed.length > 0 && passed.every((what) => what !== undefined) ? passed : undefined;
}

/** Lets the holder assume exactly these roles. */
export function assumeExactly(roleArns: readonly string[]): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ASSUME_ACTIONS, Resource: roleArns }],
  };
}

/** Lets the holder assume the roles of these names, with their IAM paths, in every account of the organization. */
export function assumeInOrganization(
  partition: Partition,
  roleNames: readonly string[],
  organizationId: string,
): PolicyDocument {
  const arns = roleNames.map((name) => `arn:${partition}:iam::*:role/${name}`);
  const [first = "", ...others] = arns;
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ASSUME_ACTIONS,
        Resource: others.length === 0 ? first : arns,
        Condition: { StringEquals: { "aws:ResourceOrgID": organizationId } },
      },
    ],
  };
}

/**
 * Grants nothing: AWS lets every caller ask who he is, whatever the policies say (API reference of
 * sts:GetCallerIdentity). For a policy that has to be there while the roles are named elsewhere, as its Sid tells.
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
    Statement: [...byRoot].flatMap(([root, arns]) =>
      assumedBy(
        root,
        {
          "aws:PrincipalArn": arns,
          ...(trust.organizationId === undefined ? {} : { "aws:PrincipalOrgID": trust.organizationId }),
        },
        trust.externalId,
      ),
    ),
  };
}

/**
 * Trusts accounts, and exact roles and users through their account's root, if they send the external id: one statement
 * per account. A vendor's account belongs to no organization of ours, so none is asked for.
 */
export function trustThirdParty(
  partition: Partition,
  principals: readonly string[],
  externalId: string,
): PolicyDocument {
  const byAccount = new Map<string, string[]>();
  for (const principal of [...new Set(principals)].sort()) {
    const isArn = principal.startsWith("arn:");
    const accountId = isArn ? parseRoleArn(principal).accountId : principal;
    byAccount.set(accountId, [...(byAccount.get(accountId) ?? []), ...(isArn ? [principal] : [])]);
  }
  return {
    Version: "2012-10-17",
    Statement: [...byAccount]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([accountId, arns]) =>
        assumedBy(
          `arn:${partition}:iam::${accountId}:root`,
          arns.length === 0 ? {} : { "aws:PrincipalArn": arns },
          externalId,
        ),
      ),
  };
}

/**
 * The statement that lets a principal assume the role and pass session tags on. With an external id there are two:
 * AWS compares the id for `sts:AssumeRole` alone, so under that condition `sts:TagSession` would never be allowed
 * (Service Authorization Reference, "Actions defined by AWS Security Token Service"). By itself it grants nothing.
 */
function assumedBy(
  root: string,
  equal: Readonly<Record<string, string | readonly string[]>>,
  externalId: string | undefined,
): Statement[] {
  const statement = (actions: readonly string[], keys: typeof equal): Statement => ({
    Effect: "Allow",
    Principal: { AWS: root },
    Action: actions,
    ...(Object.keys(keys).length === 0 ? {} : { Condition: { StringEquals: keys } }),
  });
  return externalId === undefined
    ? [statement(ASSUME_ACTIONS, equal)]
    : [
        statement(["sts:AssumeRole"], { ...equal, "sts:ExternalId": externalId }),
        statement(["sts:TagSession"], equal),
      ];
}

/** Denies every call that comes neither from these addresses nor through the endpoints of these VPCs. */
export function denyOtherSources(ips: readonly string[], vpcs: readonly string[]): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OnlyFromAllowedSources",
        Effect: "Deny",
        Action: "*",
        Resource: "*",
        Condition: {
          ...(ips.length === 0 ? {} : { NotIpAddressIfExists: { "aws:SourceIp": ips } }),
          ...(vpcs.length === 0 ? {} : { StringNotEqualsIfExists: { "aws:SourceVpc": vpcs } }),
        },
      },
    ],
  };
}

/**
 * The resource policy of a secret by which these roles of one account may read it. It adds readers. It does not keep
 * anyone out: a role or user of the secret's account whose own policy allows reading secrets can still read it.
 */
export function readableBy(roleArns: readonly [string, ...string[]]): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ReadByTheseRoles",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: "secretsmanager:GetSecretValue",
        Resource: "*",
        Condition: {
          StringEquals: {
            "aws:PrincipalArn": roleArns,
            "aws:PrincipalAccount": parseRoleArn(roleArns[0]).accountId,
          },
        },
      },
    ],
  };
}

/**
 * Lets Systems Manager give the role to the servers of a hybrid activation, in any region of this account and of no
 * other. Source: Systems Manager User Guide, "Create the IAM service role required for Systems Manager in hybrid and
 * multicloud environments", China included.
 */
export function trustHybridActivations(partition: Partition, accountId: string): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "ssm.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": accountId },
          ArnLike: { "aws:SourceArn": `arn:${partition}:ssm:*:${accountId}:*` },
        },
      },
    ],
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
