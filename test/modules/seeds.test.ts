import { readFileSync } from "node:fs";
import { join } from "node:path";
import { matchesAction } from "../../src/aws/action-patterns";

/**
 * The original guides' policies, as facts, against what the modules attach. A departure is listed here by hand
 * and explained in the module's README; anything else has to be the guide's.
 */

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string;
}

function statements(module: string, name: string): readonly Statement[] {
  const path = join(__dirname, "../../modules", module, "policies", `${name}.json`);
  const document: { Version: string; Statement: readonly Statement[] } = JSON.parse(
    readFileSync(path, "utf8"),
  );
  expect(document.Version).toBe("2012-10-17");
  return document.Statement;
}

/** "action on resource" of every grant, sorted: statement boundaries and order mean nothing to IAM. */
function grants(policy: readonly Statement[]): string[] {
  return policy
    .flatMap(({ Effect, Action, Resource }) =>
      [Action]
        .flat()
        .flatMap((action) => [Resource ?? []].flat().map((resource) => `${Effect} ${action} on ${resource}`)),
    )
    .sort();
}

function changed(
  guide: readonly string[],
  { without, and }: { without: readonly string[]; and: readonly string[] },
): string[] {
  for (const grant of without) {
    expect(guide).toContain(grant);
  }
  for (const grant of and) {
    expect(guide).not.toContain(grant);
  }
  return [...guide.filter((grant) => !without.includes(grant)), ...and].sort();
}

const RDS_OS_METRICS = "arn:aws:logs:*:*:log-group:RDSOSMetrics:*";
const RDS_OS_METRICS_STREAMS = "arn:aws:logs:*:*:log-group:RDSOSMetrics:*:log-stream:*";

const READS = [
  "rds:DescribeDBInstances",
  "rds:DescribeDBClusters",
  "rds:DescribeDBLogFiles",
  "rds:DownloadDBLogFilePortion",
  "rds:ListTagsForResource",
  "cloudwatch:GetMetricStatistics",
  "cloudwatch:GetMetricData",
  "cloudwatch:ListMetrics",
];

const LOG_CALLS = [
  "logs:DescribeLogGroups",
  "logs:DescribeLogStreams",
  "logs:GetLogEvents",
  "logs:FilterLogEvents",
];

const allow = (actions: readonly string[], resource: string): string[] =>
  actions.map((action) => `Allow ${action} on ${resource}`);

describe("the ReliaDB guide's role", () => {
  const guide = [...allow(READS, "*"), ...allow(LOG_CALLS, RDS_OS_METRICS)];

  test("standard: its calls, the ineffective statement mended", () => {
    expect(grants(statements("pmm-iam-target", "standard"))).toEqual(
      changed(guide, {
        without: [`Allow logs:DescribeLogGroups on ${RDS_OS_METRICS}`],
        and: ["Allow logs:DescribeLogGroups on *"],
      }),
    );
  });

  test("minimal: what PMM and Grafana call", () => {
    expect(grants(statements("pmm-iam-target", "minimal"))).toEqual(
      [
        ...allow(
          [
            "rds:DescribeDBInstances",
            "cloudwatch:GetMetricStatistics",
            "cloudwatch:GetMetricData",
            "cloudwatch:ListMetrics",
            "logs:DescribeLogGroups",
          ],
          "*",
        ),
        ...allow(["logs:FilterLogEvents"], RDS_OS_METRICS),
      ].sort(),
    );
  });

  test("grafana: standard, and what Grafana's CloudWatch data source calls", () => {
    expect(grants(statements("pmm-iam-target", "grafana"))).toEqual(
      changed(grants(statements("pmm-iam-target", "standard")), {
        without: [],
        and: [
          ...allow(["logs:StartQuery", "logs:GetQueryResults", "logs:GetLogGroupFields"], RDS_OS_METRICS),
          ...allow(
            [
              "logs:StopQuery",
              "cloudwatch:DescribeAlarms",
              "cloudwatch:DescribeAlarmsForMetric",
              "cloudwatch:DescribeAlarmHistory",
              "cloudwatch:GetInsightRuleReport",
              "ec2:DescribeInstances",
              "tag:GetResources",
            ],
            "*",
          ),
          "Allow pi:GetResourceMetrics on arn:aws:pi:*:*:metrics/rds/*",
        ],
      }),
    );
  });
});

describe("the ReliaDB guide's user", () => {
  const guide = [
    ...allow([...READS, "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:GetLogEvents"], "*"),
    ...LOG_CALLS.flatMap((call) => [
      ...allow([call], RDS_OS_METRICS),
      ...allow([call], RDS_OS_METRICS_STREAMS),
    ]),
  ];

  test("standard: its calls, closed to RDSOSMetrics", () => {
    expect(grants(statements("aurora-integration-user", "standard"))).toEqual(
      changed(guide, {
        without: [
          "Allow logs:DescribeLogStreams on *",
          "Allow logs:GetLogEvents on *",
          `Allow logs:DescribeLogGroups on ${RDS_OS_METRICS}`,
          ...allow(LOG_CALLS, RDS_OS_METRICS_STREAMS),
        ],
        and: [],
      }),
    );
  });

  test("minimal: the three calls of PMM", () => {
    expect(grants(statements("aurora-integration-user", "minimal"))).toEqual(
      [
        ...allow(["rds:DescribeDBInstances", "cloudwatch:GetMetricStatistics"], "*"),
        ...allow(["logs:FilterLogEvents"], RDS_OS_METRICS),
      ].sort(),
    );
  });
});

describe("the CloudWatch agent guide", () => {
  const CONFIGURATION = "arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*";
  const server = allow(
    [
      "logs:CreateLogStream",
      "cloudwatch:PutMetricData",
      "ec2:DescribeTags",
      "logs:DescribeLogStreams",
      "logs:CreateLogGroup",
      "logs:PutLogEvents",
      "ssm:GetParameter",
    ],
    "*",
  );
  const departure = {
    without: ["Allow ssm:GetParameter on *"],
    and: [
      `Allow ssm:GetParameter on ${CONFIGURATION}`,
      // What today's agent calls beside the guide's.
      "Allow logs:PutRetentionPolicy on *",
      "Allow logs:DescribeLogGroups on *",
      "Allow ec2:DescribeVolumes on *",
    ],
  };

  test("server: its calls, Parameter Store closed to the agent's configurations", () => {
    expect(grants(statements("cloudwatch-agent", "server"))).toEqual(changed(server, departure));
  });

  test("admin: the same, and writing a configuration", () => {
    expect(grants(statements("cloudwatch-agent", "admin"))).toEqual(
      changed([...server, "Allow ssm:PutParameter on *"], {
        without: [...departure.without, "Allow ssm:PutParameter on *"],
        and: [...departure.and, `Allow ssm:PutParameter on ${CONFIGURATION}`],
      }),
    );
  });

  test("beside an SSM managed policy: a Deny on every other parameter", () => {
    expect(statements("cloudwatch-agent", "parameter-store-deny")).toEqual([
      {
        Sid: expect.any(String),
        Effect: "Deny",
        Action: expect.arrayContaining([
          "ssm:GetParameter",
          "ssm:GetParameters",
          "ssm:GetParametersByPath",
          "ssm:PutParameter",
        ]),
        NotResource: CONFIGURATION,
      },
    ]);
  });
});

describe("the rds-db guide", () => {
  test("one call, on a database account of one cluster", () => {
    expect(grants(statements("teleport-connect", "teleport-rds-db-connect"))).toEqual([
      "Allow rds-db:connect on arn:aws:rds-db:REGION:ACCOUNT_ID:dbuser:RESOURCE_ID/DB_USER",
    ]);
  });
});

describe("the Site24x7 guide", () => {
  test("the policy is the account's choice; beside it stands nothing but a Deny", () => {
    const policy = statements("third-party-monitor", "deny-data-access");
    expect(new Set(policy.map(({ Effect }) => Effect))).toEqual(new Set(["Deny"]));
    const denied = policy.flatMap(({ Action }) => [Action ?? []].flat());
    for (const action of [
      "s3:GetObject",
      "secretsmanager:GetSecretValue",
      "ssm:GetParameter",
      "kms:Decrypt",
      "dynamodb:GetItem",
      "rds-db:connect",
    ]) {
      expect(denied.some((pattern) => matchesAction(pattern, action))).toBe(true);
    }
  });
});
