import { GetAccountAuthorizationDetailsCommand } from "@aws-sdk/client-iam";
import type { Account } from "../harness/accounts";

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string;
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
}

/** The documents that hang on a role, inline and attached, by name, as AWS holds them at this moment. */
export async function documentsOf({ iam }: Account, role: string): Promise<ReadonlyMap<string, string>> {
  const details = await iam.send(
    new GetAccountAuthorizationDetailsCommand({ Filter: ["Role", "LocalManagedPolicy"] }),
  );
  const found = details.RoleDetailList?.find(({ RoleName }) => RoleName === role);
  const documents = new Map<string, string>();
  for (const { PolicyName = "", PolicyDocument = "" } of found?.RolePolicyList ?? []) {
    documents.set(`inline ${PolicyName}`, decodeURIComponent(PolicyDocument));
  }
  for (const { PolicyArn, PolicyName = "" } of found?.AttachedManagedPolicies ?? []) {
    const policy = details.Policies?.find(({ Arn }) => Arn === PolicyArn);
    const version = policy?.PolicyVersionList?.find(({ VersionId }) => VersionId === policy.DefaultVersionId);
    documents.set(`managed ${PolicyName}`, decodeURIComponent(version?.Document ?? ""));
  }
  return documents;
}

/**
 * Whether one of the documents lets its holder assume the role of this ARN, in an account of this
 * organization. Knows the documents of this program, and throws at anything else.
 */
export function mayAssume(documents: Iterable<string>, arn: string, organizationId: string): boolean {
  return [...documents].flatMap(statementsOf).some((statement) => {
    if (statement.Effect !== "Allow") throw new Error(`cannot judge ${JSON.stringify(statement)}`);
    if (![statement.Action].flat().includes("sts:AssumeRole")) return false;
    const resources = [statement.Resource].flat();
    return resources.some((pattern) => matches(pattern, arn)) && holds(statement.Condition, organizationId);
  });
}

function statementsOf(document: string): readonly Statement[] {
  return (JSON.parse(document) as { Statement: readonly Statement[] }).Statement;
}

function matches(pattern: string, arn: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(arn);
}

function holds(condition: unknown, organizationId: string): boolean {
  if (condition === undefined) return true;
  const text = JSON.stringify(condition);
  const id = /^\{"StringEquals":\{"aws:ResourceOrgID":"([\w-]+)"\}\}$/.exec(text)?.[1];
  if (id === undefined) throw new Error(`cannot judge ${text}`);
  return id === organizationId;
}
