// More than 300 lines: one table of requests, each with its answer.
import type { Call, Outcome } from "./evaluate";

/*
 * What the identities of this folder's accounts files may do, and what they must not: the expectation, written by
 * hand. organization.yaml has PMM in 111111111111, Teleport in 777777777777 (grafana) and databases in 222222222222
 * (minimal), 044444444444 (standard) and 033333333333 (external id); explicit.yaml has PMM in 121212121212, a minimal
 * Aurora user in 131313131313 and none in 141414141414, where PMM reads by the role; sharded.yaml has PMM in
 * 151515151515 and an agent in 161616161616.
 */

const role = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;
const user = (account: string, name: string) => `arn:aws:iam::${account}:user/${name}`;
const monitoring = (account: string) => role(account, "AmazonRDSforPMMrole");
const aurora = (account: string) => user(account, "PMMAWSIntegrationUser");
const databases = (account: string) => `arn:aws:rds:us-east-1:${account}:db:*`;
const group = (account: string, name: string) =>
  `arn:aws:logs:us-east-1:${account}:log-group:${name}:log-stream:`;
const alarm = (account: string) => `arn:aws:cloudwatch:us-east-1:${account}:alarm:x`;
const stream = (account: string, name: string) => `${group(account, name)}db-ABCDEFGHIJKL01234`;
const parameter = (account: string, name: string) => `arn:aws:ssm:us-east-1:${account}:parameter/${name}`;

const PMM = role("111111111111", "service/pmm-ec2-role");
const GRAFANA = role("111111111111", "grafana");
const AGENT = role("777777777777", "pmm-agent");
const TELEPORT = role("777777777777", "service/teleport-db-service");
const VENDOR = role("999999999999", "collector");
const OTHER_VENDOR = role("888888888888", "collector");

const CONNECT = role("033333333333", "TeleportDatabaseAccess");
const SITE24X7 = role("033333333333", "site24x7-monitoring");
const VIEWER = role("033333333333", "viewer-monitoring");
const CUSTOM = role("033333333333", "vendor-monitoring");
const DYNATRACE = role("033333333333", "Dynatrace_monitoring_role");
const GATE = role("111111111111", "monitoring/active-gate");
const SCANNER = user("999999999999", "scanner");
const SERVER = role("033333333333", "CloudWatchAgentServerRole");
const ADMIN = role("033333333333", "CloudWatchAgentAdminRole");
const PLAIN_SERVER = role("044444444444", "CloudWatchAgentServerRole");
const HYBRID = role("044444444444", "CloudWatchAgentHybridRole");
const SHARD_SERVER = role("161616161616", "CloudWatchAgentServerRole");
const SERVER_USER = user("033333333333", "CloudWatchAgentServerUser");
const ADMIN_USER = user("033333333333", "CloudWatchAgentAdminUser");

const BILLING = "arn:aws:rds-db:eu-west-1:033333333333:dbuser:cluster-ABCDEFGHIJKL01234";
const ARCHIVE = "arn:aws:rds-db:us-east-1:033333333333:dbuser:db-ZYXWVUTSRQPO98765";

const TELEPORT_ID = { "sts:ExternalId": "6c1f0e1e-teleport" };
const GRAFANA_ID = { "sts:ExternalId": "7d0a2f4c-grafana" };
const SITE24X7_ID = { "sts:ExternalId": "9b2d41c6-site24x7" };
const VIEWER_ID = { "sts:ExternalId": "1b2d41c6-viewer" };
const CUSTOM_ID = { "sts:ExternalId": "1b2d41c6-custom" };
const DYNATRACE_ID = { "sts:ExternalId": "1b2d41c6-dynatrace" };

/** A request over the internet has no VPC, one through a VPC endpoint no public address. */
const from = (address: string) => ({ "aws:SourceIp": address });
const through = (vpc: string) => ({ "aws:SourceVpc": vpc, "aws:SourceVpce": "vpce-0123456789abcdef0" });
const OFFICE = from("198.51.100.7");
const VPC = through("vpc-0abc");
const AGENTS_SITE = from("192.0.2.44");

/** On whose behalf Systems Manager asks for a role: a hybrid activation of an account. */
const SYSTEMS_MANAGER = "ssm.amazonaws.com";
const activationIn = (account: string, region = "eu-central-1") => ({
  "aws:SourceAccount": account,
  "aws:SourceArn": `arn:aws:ssm:${region}:${account}:managed-instance/mi-0123456789abcdef0`,
});

export type Row = readonly [what: string, call: Call];
/** With its outcome, and the one with the boundary where that forbids what is not granted anyway. */
export type DeniedRow = readonly [why: string, outcome: Outcome, call: Call, bounded?: Outcome];

const call = (by: string, action: string, on: string, context?: Call["context"]): Call => ({
  by,
  action,
  on,
  ...(context === undefined ? {} : { context }),
});

/** What PMM calls: discovery, and rds_exporter for each database. */
const exporterCalls = (who: string, by: string, account: string, context?: Call["context"]): Row[] => [
  [`${who}: discovery lists the databases`, call(by, "rds:DescribeDBInstances", databases(account), context)],
  [`${who}: rds_exporter reads a metric`, call(by, "cloudwatch:GetMetricStatistics", "*", context)],
  [
    `${who}: rds_exporter reads OS metrics`,
    call(by, "logs:FilterLogEvents", group(account, "RDSOSMetrics"), context),
  ],
];

/** The same calls in another region. */
const inRegion = (region: string, rows: readonly Row[]): Row[] =>
  rows.map(([what, { on, context, ...rest }]) => [
    `${what}, in ${region}`,
    {
      ...rest,
      on: on.replace("us-east-1", region),
      context: { ...context, "aws:RequestedRegion": region },
    },
  ]);

/** What Grafana calls for metrics, and to test its connection. */
const grafanaMetrics = (who: string, by: string, context?: Call["context"]): Row[] => [
  [`${who}: Grafana reads metrics`, call(by, "cloudwatch:GetMetricData", "*", context)],
  [`${who}: Grafana lists metrics`, call(by, "cloudwatch:ListMetrics", "*", context)],
  [`${who}: Grafana lists log groups`, call(by, "logs:DescribeLogGroups", "*", context)],
];

/** What `standard` grants besides: the guide's calls. */
const guideCalls = (who: string, by: string, account: string, context?: Call["context"]): Row[] => [
  [
    `${who}: the streams of OS metrics`,
    call(by, "logs:DescribeLogStreams", group(account, "RDSOSMetrics"), context),
  ],
  [
    `${who}: one stream of OS metrics`,
    call(by, "logs:GetLogEvents", stream(account, "RDSOSMetrics"), context),
  ],
  [
    `${who}: clusters`,
    call(by, "rds:DescribeDBClusters", `arn:aws:rds:us-east-1:${account}:cluster:*`, context),
  ],
  [`${who}: names of log files`, call(by, "rds:DescribeDBLogFiles", databases(account), context)],
  [`${who}: a log file`, call(by, "rds:DownloadDBLogFilePortion", databases(account), context)],
  [`${who}: tags`, call(by, "rds:ListTagsForResource", databases(account), context)],
];

/** What Grafana calls besides for log queries, annotations, variables and Performance Insights. */
const grafanaCalls = (who: string, by: string, account: string): Row[] => [
  [`${who}: starts a log query`, call(by, "logs:StartQuery", group(account, "RDSOSMetrics"))],
  [`${who}: reads a query's results`, call(by, "logs:GetQueryResults", group(account, "RDSOSMetrics"))],
  [`${who}: lists the fields of a log`, call(by, "logs:GetLogGroupFields", group(account, "RDSOSMetrics"))],
  [`${who}: stops a query`, call(by, "logs:StopQuery", "*")],
  [`${who}: lists alarms`, call(by, "cloudwatch:DescribeAlarms", alarm(account))],
  [`${who}: alarms of a metric`, call(by, "cloudwatch:DescribeAlarmsForMetric", "*")],
  [`${who}: an alarm's history`, call(by, "cloudwatch:DescribeAlarmHistory", alarm(account))],
  [
    `${who}: a Contributor Insights report`,
    call(by, "cloudwatch:GetInsightRuleReport", `arn:aws:cloudwatch:us-east-1:${account}:insight-rule/x`),
  ],
  [`${who}: lists EC2 instances`, call(by, "ec2:DescribeInstances", "*")],
  [`${who}: finds resources by tag`, call(by, "tag:GetResources", "*")],
  [
    `${who}: reads Performance Insights`,
    call(by, "pi:GetResourceMetrics", `arn:aws:pi:us-east-1:${account}:metrics/rds/db-ABCDEFGHIJKL01234`),
  ],
];

const agentCalls = (who: string, by: string, account: string, context?: Call["context"]): Row[] => [
  [`${who}: sends metrics`, call(by, "cloudwatch:PutMetricData", "*", context)],
  [`${who}: reads the instance's tags`, call(by, "ec2:DescribeTags", "*", context)],
  [`${who}: reads the instance's volumes`, call(by, "ec2:DescribeVolumes", "*", context)],
  [
    `${who}: makes a log group`,
    call(by, "logs:CreateLogGroup", group(account, "/var/log/messages"), context),
  ],
  [
    `${who}: makes a log stream`,
    call(by, "logs:CreateLogStream", stream(account, "/var/log/messages"), context),
  ],
  [`${who}: sends log events`, call(by, "logs:PutLogEvents", stream(account, "/var/log/messages"), context)],
  [`${who}: looks for log groups`, call(by, "logs:DescribeLogGroups", "*", context)],
  [
    `${who}: looks for log streams`,
    call(by, "logs:DescribeLogStreams", group(account, "/var/log/messages"), context),
  ],
  [
    `${who}: sets how long logs are kept`,
    call(by, "logs:PutRetentionPolicy", group(account, "/var/log/messages"), context),
  ],
  [
    `${who}: reads its configuration`,
    call(by, "ssm:GetParameter", parameter(account, "AmazonCloudWatch-linux"), context),
  ],
];

/** EKS Pod Identity gives a pod's session transitive tags, which AWS passes on: AssumeRole needs both actions then. */
const POD_TAGS = {
  "aws:RequestTag/kubernetes-namespace": "monitoring",
  "aws:RequestTag/kubernetes-service-account": "grafana",
};

const tags = (by: string, on: string): Call => call(by, "sts:TagSession", on, POD_TAGS);

const tagging = (who: string, by: string, on: string): Row[] => [
  [`${who} assumes with a pod's session tags`, call(by, "sts:AssumeRole", on, POD_TAGS)],
  [`${who} passes a pod's session tags on`, tags(by, on)],
];

export const ALLOWED: readonly Row[] = [
  ["PMM assumes the monitoring role of an account", call(PMM, "sts:AssumeRole", monitoring("222222222222"))],
  [
    "PMM assumes the monitoring role of another account",
    call(PMM, "sts:AssumeRole", monitoring("044444444444")),
  ],
  [
    "PMM assumes the monitoring role of Teleport's account",
    call(PMM, "sts:AssumeRole", monitoring("777777777777")),
  ],
  [
    "PMM assumes the monitoring role of its own account",
    call(PMM, "sts:AssumeRole", monitoring("111111111111")),
  ],
  [
    "PMM assumes a role that explicit lists",
    call(role("121212121212", "pmm-ec2-role"), "sts:AssumeRole", monitoring("131313131313")),
  ],
  [
    "PMM assumes the other role that explicit lists",
    call(role("121212121212", "pmm-ec2-role"), "sts:AssumeRole", monitoring("141414141414")),
  ],
  [
    "PMM assumes a role of one shard",
    call(role("151515151515", "pmm-ec2-role"), "sts:AssumeRole", monitoring("161616161616")),
  ],
  [
    "PMM assumes a role of another shard",
    call(role("151515151515", "pmm-ec2-role"), "sts:AssumeRole", monitoring("171717171717")),
  ],
  [
    "Grafana, of the source's principals, assumes",
    call(GRAFANA, "sts:AssumeRole", monitoring("222222222222")),
  ],
  [
    "Grafana assumes with the external id",
    call(GRAFANA, "sts:AssumeRole", monitoring("033333333333"), GRAFANA_ID),
  ],
  [
    "a pmm-agent host, of the account's principals, assumes",
    call(AGENT, "sts:AssumeRole", monitoring("222222222222")),
  ],
  ...tagging("PMM", PMM, monitoring("222222222222")),
  ...tagging("Grafana", GRAFANA, monitoring("222222222222")),
  ...tagging("a pmm-agent host", AGENT, monitoring("222222222222")),
  ["Grafana, with an external id, passes a pod's session tags on", tags(GRAFANA, monitoring("033333333333"))],
  ["Teleport, with an external id, passes a pod's session tags on", tags(TELEPORT, CONNECT)],
  ["the third party passes session tags on", tags(VENDOR, SITE24X7)],
  ...tagging("PMM, by explicit,", role("121212121212", "pmm-ec2-role"), monitoring("131313131313")),
  ...tagging("PMM, by a shard,", role("151515151515", "pmm-ec2-role"), monitoring("161616161616")),
  ...tagging(
    "Teleport, by explicit,",
    role("121212121212", "teleport-db-service"),
    role("131313131313", "TeleportDatabaseAccess"),
  ),
  ...tagging(
    "Teleport, by a shard,",
    role("151515151515", "teleport-db-service"),
    role("161616161616", "TeleportDatabaseAccess"),
  ),
  ["an EC2 instance bears the PMM role", call("ec2.amazonaws.com", "sts:AssumeRole", PMM)],
  ["an EC2 instance bears the agent's role", call("ec2.amazonaws.com", "sts:AssumeRole", SERVER)],
  [
    "Systems Manager hands the hybrid role out for an activation of the account",
    call(SYSTEMS_MANAGER, "sts:AssumeRole", HYBRID, activationIn("044444444444")),
  ],
  [
    "Systems Manager hands the hybrid role out in another region",
    call(SYSTEMS_MANAGER, "sts:AssumeRole", HYBRID, activationIn("044444444444", "us-west-2")),
  ],
  ["an EC2 instance bears the agent's admin role", call("ec2.amazonaws.com", "sts:AssumeRole", ADMIN)],

  ...exporterCalls("monitoring role, minimal", monitoring("222222222222"), "222222222222"),
  ...grafanaMetrics("monitoring role, minimal", monitoring("222222222222")),
  ...exporterCalls("monitoring role, standard", monitoring("044444444444"), "044444444444"),
  ...grafanaMetrics("monitoring role, standard", monitoring("044444444444")),
  ...guideCalls("monitoring role, standard", monitoring("044444444444"), "044444444444"),
  ...exporterCalls("monitoring role, grafana", monitoring("777777777777"), "777777777777"),
  ...grafanaMetrics("monitoring role, grafana", monitoring("777777777777")),
  ...guideCalls("monitoring role, grafana", monitoring("777777777777"), "777777777777"),
  ...grafanaCalls("monitoring role, grafana", monitoring("777777777777"), "777777777777"),

  ...exporterCalls("PMM, in its own account", PMM, "111111111111"),
  ...exporterCalls("Aurora user", aurora("044444444444"), "044444444444", from("192.0.2.1")),
  ...grafanaMetrics("Aurora user, standard", aurora("044444444444"), from("192.0.2.1")),
  ...guideCalls("Aurora user, standard", aurora("044444444444"), "044444444444", from("192.0.2.1")),
  ...exporterCalls("Aurora user, from its address", aurora("111111111111"), "111111111111", OFFICE),
  ...exporterCalls("Aurora user, from its VPC", aurora("777777777777"), "777777777777", through("vpc-0abc")),
  ...exporterCalls("Aurora user of both, from an address", aurora("222222222222"), "222222222222", OFFICE),
  ...exporterCalls(
    "Aurora user of both, from a VPC",
    aurora("222222222222"),
    "222222222222",
    through("vpc-0abc"),
  ),
  [
    "Aurora user of both: another address of the block",
    call(aurora("222222222222"), "cloudwatch:GetMetricStatistics", "*", from("203.0.113.200")),
  ],
  [
    "Aurora user of both: the other VPC",
    call(aurora("222222222222"), "cloudwatch:GetMetricStatistics", "*", through("vpc-0def")),
  ],

  ...agentCalls("agent on the PMM host", PMM, "111111111111"),
  ...agentCalls("agent on a server", PLAIN_SERVER, "044444444444"),
  ...agentCalls("agent on a server with Systems Manager", SERVER, "033333333333"),
  ...agentCalls("agent with a hybrid activation", HYBRID, "044444444444"),
  [
    "agent with a hybrid activation: its heartbeat",
    call(
      HYBRID,
      "ssm:UpdateInstanceInformation",
      "arn:aws:ssm:us-east-1:044444444444:managed-instance/mi-0123456789abcdef0",
    ),
  ],
  ["agent with a hybrid activation: its channel", call(HYBRID, "ssmmessages:OpenControlChannel", "*")],
  [
    "agent with a hybrid activation: its configuration among several",
    call(HYBRID, "ssm:GetParameters", parameter("044444444444", "AmazonCloudWatch-linux")),
  ],
  ...agentCalls("agent outside AWS", SERVER_USER, "033333333333", AGENTS_SITE),
  ...agentCalls("admin role", ADMIN, "033333333333"),
  ...agentCalls("admin user", ADMIN_USER, "033333333333"),
  [
    "admin role: stores a configuration",
    call(ADMIN, "ssm:PutParameter", parameter("033333333333", "AmazonCloudWatch-linux")),
  ],
  [
    "admin user: stores a configuration",
    call(ADMIN_USER, "ssm:PutParameter", parameter("033333333333", "AmazonCloudWatch-linux")),
  ],
  [
    "agent with Systems Manager: its heartbeat",
    call(
      SERVER,
      "ssm:UpdateInstanceInformation",
      "arn:aws:ec2:us-east-1:033333333333:instance/i-0123456789abcdef0",
    ),
  ],
  ["agent with Systems Manager: its channel", call(SERVER, "ssmmessages:OpenControlChannel", "*")],
  ["agent with Systems Manager: its messages", call(SERVER, "ec2messages:GetMessages", "*")],
  [
    "agent with Systems Manager: its configuration among several",
    call(SERVER, "ssm:GetParameters", parameter("033333333333", "AmazonCloudWatch-linux")),
  ],

  ["Teleport assumes with its external id", call(TELEPORT, "sts:AssumeRole", CONNECT, TELEPORT_ID)],
  [
    "Teleport assumes a role that explicit lists",
    call(
      role("121212121212", "teleport-db-service"),
      "sts:AssumeRole",
      role("131313131313", "TeleportDatabaseAccess"),
    ),
  ],
  [
    "Teleport assumes a role of its shard",
    call(
      role("151515151515", "teleport-db-service"),
      "sts:AssumeRole",
      role("161616161616", "TeleportDatabaseAccess"),
    ),
  ],
  ["Teleport connects as a listed user", call(CONNECT, "rds-db:connect", `${BILLING}/alice`)],
  ["Teleport connects as another listed user", call(CONNECT, "rds-db:connect", `${BILLING}/reporting`)],
  [
    "Teleport connects as anyone where that was asked for",
    call(CONNECT, "rds-db:connect", `${ARCHIVE}/whoever`),
  ],
  [
    "Teleport connects to any database where that was asked for",
    call(
      role("131313131313", "TeleportDatabaseAccess"),
      "rds-db:connect",
      "arn:aws:rds-db:us-east-1:131313131313:dbuser:db-WHATEVER/alice",
    ),
  ],

  ["the third party assumes with its external id", call(VENDOR, "sts:AssumeRole", SITE24X7, SITE24X7_ID)],
  ["another third party assumes with its own", call(OTHER_VENDOR, "sts:AssumeRole", VIEWER, VIEWER_ID)],
  ["another third party assumes its other role", call(OTHER_VENDOR, "sts:AssumeRole", CUSTOM, CUSTOM_ID)],
  ["a vendor's whole account assumes", call(OTHER_VENDOR, "sts:AssumeRole", DYNATRACE, DYNATRACE_ID)],
  [
    "another role of that account assumes",
    call(role("888888888888", "x/other"), "sts:AssumeRole", DYNATRACE, DYNATRACE_ID),
  ],
  ["a role of one's own under the same external id", call(GATE, "sts:AssumeRole", DYNATRACE, DYNATRACE_ID)],
  ["a user of another vendor's", call(SCANNER, "sts:AssumeRole", DYNATRACE, DYNATRACE_ID)],
  ["of several policies: one of AWS's", call(DYNATRACE, "ec2:DescribeInstances", "*")],
  ["of several policies: a file's", call(DYNATRACE, "cloudwatch:GetMetricData", "*")],
  ["ReadOnlyAccess: instances", call(SITE24X7, "ec2:DescribeInstances", "*")],
  ["ReadOnlyAccess: databases", call(SITE24X7, "rds:DescribeDBInstances", databases("033333333333"))],
  ["ReadOnlyAccess: metrics", call(SITE24X7, "cloudwatch:GetMetricData", "*")],
  ["ReadOnlyAccess: one metric", call(SITE24X7, "cloudwatch:GetMetricStatistics", "*")],
  [
    "ReadOnlyAccess: alarms",
    call(SITE24X7, "cloudwatch:DescribeAlarms", "arn:aws:cloudwatch:us-east-1:033333333333:alarm:*"),
  ],
  ["ReadOnlyAccess: load balancers", call(SITE24X7, "elasticloadbalancing:DescribeLoadBalancers", "*")],
  ["ReadOnlyAccess: functions", call(SITE24X7, "lambda:ListFunctions", "*")],
  [
    "ReadOnlyAccess: a queue's length",
    call(SITE24X7, "sqs:GetQueueAttributes", "arn:aws:sqs:us-east-1:033333333333:orders"),
  ],
  [
    "ReadOnlyAccess: a table's figures",
    call(SITE24X7, "dynamodb:DescribeTable", "arn:aws:dynamodb:us-east-1:033333333333:table/orders"),
  ],
  ["ReadOnlyAccess: buckets", call(SITE24X7, "s3:ListAllMyBuckets", "*")],
  ["ReadOnlyAccess: tags", call(SITE24X7, "tag:GetResources", "*")],
  ["ReadOnlyAccess: names of log groups", call(SITE24X7, "logs:DescribeLogGroups", "*")],
  ["ViewOnlyAccess: instances", call(VIEWER, "ec2:DescribeInstances", "*")],
  ["ViewOnlyAccess: metrics", call(VIEWER, "cloudwatch:ListMetrics", "*")],
  ["a policy of one's own: metrics", call(CUSTOM, "cloudwatch:GetMetricData", "*")],
  ["a policy of one's own: databases", call(CUSTOM, "rds:DescribeDBInstances", databases("033333333333"))],

  ["PMM reads an Aurora key", call(PMM, "secretsmanager:GetSecretValue", "secret:pmm/aurora/orders-prod")],
  [
    "PMM reads its own account's Aurora key",
    call(PMM, "secretsmanager:GetSecretValue", "secret:pmm/aurora/home"),
  ],
  [
    "PMM reads an agent's key",
    call(
      PMM,
      "secretsmanager:GetSecretValue",
      "secret:cloudwatch-agent/CloudWatchAgentServerUser/billing-prod",
    ),
  ],

  ...exporterCalls("Aurora user, minimal", aurora("131313131313"), "131313131313"),
  ...["141414141414", "171717171717"].flatMap((account) => [
    ...exporterCalls(`monitoring role of ${account}`, monitoring(account), account),
    ...grafanaMetrics(`monitoring role of ${account}`, monitoring(account)),
    ...guideCalls(`monitoring role of ${account}`, monitoring(account), account),
  ]),
  ...["eu-central-2", "ap-southeast-7", "us-west-2"].flatMap((region) =>
    inRegion(region, exporterCalls("PMM, by the role alone", monitoring("141414141414"), "141414141414")),
  ),
  ...agentCalls("agent on a server of a shard", SHARD_SERVER, "161616161616"),
];

const NOT_GRANTED = "ImplicitlyDenied";
const FORBIDDEN = "ExplicitlyDenied";

/** What no one of ours reads, changes or becomes, whatever it is for. */
const nobodys = (who: string, by: string, account: string, context?: Call["context"]): DeniedRow[] => [
  [`${who} makes no user`, NOT_GRANTED, call(by, "iam:CreateUser", user(account, "x"), context)],
  [
    `${who} makes no key`,
    NOT_GRANTED,
    call(by, "iam:CreateAccessKey", user(account, "PMMAWSIntegrationUser"), context),
  ],
  [`${who} passes no role`, NOT_GRANTED, call(by, "iam:PassRole", role(account, "admin"), context)],
  [
    `${who} changes no trust`,
    NOT_GRANTED,
    call(by, "iam:UpdateAssumeRolePolicy", monitoring(account), context),
  ],
  [
    `${who} becomes no administrator`,
    NOT_GRANTED,
    call(by, "sts:AssumeRole", role(account, "admin"), context),
  ],
  [
    `${who} deletes no database`,
    NOT_GRANTED,
    call(by, "rds:DeleteDBInstance", `arn:aws:rds:us-east-1:${account}:db:orders`, context),
  ],
  [
    `${who} starts no instance`,
    NOT_GRANTED,
    call(by, "ec2:RunInstances", `arn:aws:ec2:us-east-1:${account}:instance/*`, context),
  ],
];

/** What stays shut beside OS metrics. */
const otherLogs = (who: string, by: string, account: string, context?: Call["context"]): DeniedRow[] => [
  [
    `${who} filters no other log group`,
    NOT_GRANTED,
    call(by, "logs:FilterLogEvents", group(account, "/aws/lambda/x"), context),
  ],
  [
    `${who} reads no stream of another log group`,
    NOT_GRANTED,
    call(by, "logs:GetLogEvents", stream(account, "/aws/lambda/x"), context),
  ],
  [
    `${who} lists no streams of another log group`,
    NOT_GRANTED,
    call(by, "logs:DescribeLogStreams", group(account, "/aws/lambda/x"), context),
  ],
  [
    `${who} reads no log group whose name goes on`,
    NOT_GRANTED,
    call(by, "logs:GetLogEvents", stream(account, "RDSOSMetrics2"), context),
  ],
  [
    `${who} deletes no OS metrics`,
    NOT_GRANTED,
    call(by, "logs:DeleteLogGroup", group(account, "RDSOSMetrics"), context),
  ],
  [`${who} sends no metrics`, NOT_GRANTED, call(by, "cloudwatch:PutMetricData", "*", context)],
  [
    `${who} reads no parameter`,
    NOT_GRANTED,
    call(by, "ssm:GetParameter", parameter(account, "AmazonCloudWatch-linux"), context),
  ],
  [
    `${who} logs in to no database`,
    NOT_GRANTED,
    call(by, "rds-db:connect", `arn:aws:rds-db:us-east-1:${account}:dbuser:db-A/alice`, context),
  ],
];

/** Each as a call that is not granted. */
const notGranted = (who: string, rows: readonly Row[]): DeniedRow[] =>
  rows.map(([what, call]) => [`${who} ${what.replace(/^: /, "")}`, NOT_GRANTED, call]);

/** What `standard` has and `minimal` has not. */
const beyondMinimal = (who: string, by: string, account: string, context?: Call["context"]): DeniedRow[] =>
  notGranted(who, guideCalls("", by, account, context));

/** Grafana's calls, which the role of a `minimal` account has and the user has not. */
const beyondTheKey = (who: string, by: string, context?: Call["context"]): DeniedRow[] =>
  notGranted(who, grafanaMetrics("", by, context));

/** What `grafana` alone has. */
const beyondStandard = (who: string, by: string, account: string, context?: Call["context"]): DeniedRow[] =>
  notGranted(
    who,
    grafanaCalls("", by, account).map(([what, request]) => [
      what,
      context === undefined ? request : { ...request, context },
    ]),
  );

/** Log queries on anything but the OS metrics, and other services than databases in Performance Insights. */
const otherQueries = (who: string, by: string, account: string): DeniedRow[] => [
  [`${who} queries no other log`, NOT_GRANTED, call(by, "logs:StartQuery", group(account, "/aws/lambda/x"))],
  [
    `${who} queries no log whose name goes on`,
    NOT_GRANTED,
    call(by, "logs:StartQuery", group(account, "RDSOSMetrics2")),
  ],
  [
    `${who} reads no results of another log`,
    NOT_GRANTED,
    call(by, "logs:GetQueryResults", group(account, "/aws/lambda/x")),
  ],
  [
    `${who} lists no fields of another log`,
    NOT_GRANTED,
    call(by, "logs:GetLogGroupFields", group(account, "/aws/lambda/x")),
  ],
  [`${who} lists nobody's queries`, NOT_GRANTED, call(by, "logs:DescribeQueries", "*")],
  [
    `${who} reads no SQL text in Performance Insights`,
    NOT_GRANTED,
    call(by, "pi:GetDimensionKeyDetails", `arn:aws:pi:us-east-1:${account}:metrics/rds/db-ABCDEFGHIJKL01234`),
  ],
  [
    `${who} reads no Performance Insights of DocumentDB`,
    NOT_GRANTED,
    call(by, "pi:GetResourceMetrics", `arn:aws:pi:us-east-1:${account}:metrics/docdb/db-A`),
  ],
  [`${who} sets no alarm's state`, NOT_GRANTED, call(by, "cloudwatch:SetAlarmState", alarm(account))],
];

const agentLimits = (
  who: string,
  by: string,
  account: string,
  outcome: Outcome,
  context?: Call["context"],
): DeniedRow[] => [
  [
    `${who} reads no other parameter`,
    outcome,
    call(by, "ssm:GetParameter", parameter(account, "prod/db/password"), context),
  ],
  [
    `${who} reads no parameter with the prefix further in`,
    outcome,
    call(by, "ssm:GetParameter", parameter(account, "prod/AmazonCloudWatch-x"), context),
  ],
  [
    `${who} reads no parameters`,
    outcome,
    call(by, "ssm:GetParameters", parameter(account, "prod/db/password"), context),
  ],
  [
    `${who} reads no path of parameters`,
    outcome,
    call(by, "ssm:GetParametersByPath", parameter(account, "prod"), context),
  ],
  [
    `${who} reads no earlier parameter`,
    outcome,
    call(by, "ssm:GetParameterHistory", parameter(account, "prod/db/password"), context),
  ],
  [
    `${who} overwrites no other parameter`,
    outcome,
    call(by, "ssm:PutParameter", parameter(account, "prod/db/password"), context),
  ],
  [
    `${who} reads no logs`,
    NOT_GRANTED,
    call(by, "logs:GetLogEvents", stream(account, "/var/log/messages"), context),
  ],
  [
    `${who} deletes no logs`,
    NOT_GRANTED,
    call(by, "logs:DeleteLogGroup", group(account, "/var/log/messages"), context),
  ],
  [`${who} reads no metrics`, NOT_GRANTED, call(by, "cloudwatch:GetMetricData", "*", context)],
];

export const DENIED: readonly DeniedRow[] = [
  // Who may become the monitoring role.
  [
    "another role of PMM's account",
    NOT_GRANTED,
    call(role("111111111111", "developer"), "sts:AssumeRole", monitoring("222222222222")),
  ],
  [
    "the PMM role's name under another path",
    NOT_GRANTED,
    call(role("111111111111", "pmm-ec2-role"), "sts:AssumeRole", monitoring("222222222222")),
  ],
  [
    "a role whose name begins with the PMM role's",
    NOT_GRANTED,
    call(role("111111111111", "service/pmm-ec2-role-2"), "sts:AssumeRole", monitoring("222222222222")),
  ],
  [
    "the PMM role's name in another account of ours",
    NOT_GRANTED,
    call(role("044444444444", "service/pmm-ec2-role"), "sts:AssumeRole", monitoring("222222222222")),
  ],
  [
    "the PMM role's name in a stranger's account",
    NOT_GRANTED,
    call(role("666666666666", "service/pmm-ec2-role"), "sts:AssumeRole", monitoring("222222222222")),
  ],
  [
    "a user of PMM's account",
    NOT_GRANTED,
    call(user("111111111111", "admin"), "sts:AssumeRole", monitoring("222222222222")),
  ],
  [
    "the Aurora user of PMM's account",
    NOT_GRANTED,
    call(aurora("111111111111"), "sts:AssumeRole", monitoring("222222222222"), OFFICE),
  ],
  [
    "a role of the account itself, next to the monitoring role",
    NOT_GRANTED,
    call(role("222222222222", "developer"), "sts:AssumeRole", monitoring("222222222222")),
  ],
  [
    "an EC2 instance bears no monitoring role",
    NOT_GRANTED,
    call("ec2.amazonaws.com", "sts:AssumeRole", monitoring("222222222222")),
  ],
  [
    "a principal of one account only, in another",
    NOT_GRANTED,
    call(AGENT, "sts:AssumeRole", monitoring("044444444444")),
  ],
  [
    "a principal's name in another account of the principals",
    NOT_GRANTED,
    call(role("111111111111", "pmm-agent"), "sts:AssumeRole", monitoring("222222222222")),
  ],
  ["Teleport's role", NOT_GRANTED, call(TELEPORT, "sts:AssumeRole", monitoring("222222222222"))],
  ["the third party", NOT_GRANTED, call(VENDOR, "sts:AssumeRole", monitoring("033333333333"), GRAFANA_ID)],
  [
    "PMM's account has left for another organization",
    NOT_GRANTED,
    call(PMM, "sts:AssumeRole", monitoring("222222222222"), { "aws:PrincipalOrgID": "o-otherorgxyz" }),
  ],
  [
    "PMM's account has left every organization",
    NOT_GRANTED,
    call(PMM, "sts:AssumeRole", monitoring("222222222222"), { "aws:PrincipalOrgID": null }),
  ],
  [
    "PMM sends no external id where one is asked for",
    NOT_GRANTED,
    call(PMM, "sts:AssumeRole", monitoring("033333333333")),
  ],
  [
    "Grafana sends a wrong external id",
    NOT_GRANTED,
    call(GRAFANA, "sts:AssumeRole", monitoring("033333333333"), { "sts:ExternalId": "7d0a2f4c-grafanA" }),
  ],
  [
    "Grafana sends a third party's external id",
    NOT_GRANTED,
    call(GRAFANA, "sts:AssumeRole", monitoring("033333333333"), SITE24X7_ID),
  ],
  [
    "another role, explicit",
    NOT_GRANTED,
    call(role("121212121212", "developer"), "sts:AssumeRole", monitoring("131313131313")),
  ],
  [
    "another role, sharded",
    NOT_GRANTED,
    call(role("151515151515", "developer"), "sts:AssumeRole", monitoring("171717171717")),
  ],
  [
    "a PMM role assumes another file's role",
    NOT_GRANTED,
    call(role("121212121212", "pmm-ec2-role"), "sts:AssumeRole", monitoring("161616161616")),
  ],

  // What PMM may become.
  [
    "the monitoring role's name in an account outside the organization",
    NOT_GRANTED,
    call(PMM, "sts:AssumeRole", monitoring("666666666666")),
  ],
  [
    "the monitoring role's name in an account of no organization",
    NOT_GRANTED,
    call(PMM, "sts:AssumeRole", monitoring("101010101010")),
  ],
  [
    "the monitoring role's name in an account that has left the organization",
    NOT_GRANTED,
    call(PMM, "sts:AssumeRole", monitoring("222222222222"), { "aws:ResourceOrgID": "o-otherorgxyz" }),
  ],
  [
    "a role that is not called so, in the organization",
    NOT_GRANTED,
    call(PMM, "sts:AssumeRole", role("222222222222", "OrganizationAccountAccessRole")),
  ],
  [
    "Terraform's role",
    NOT_GRANTED,
    call(PMM, "sts:AssumeRole", role("222222222222", "AWSControlTowerExecution")),
  ],
  [
    "a role whose name only begins so",
    NOT_GRANTED,
    call(PMM, "sts:AssumeRole", role("222222222222", "AmazonRDSforPMMrole2")),
  ],
  [
    "a role of that name under a path",
    NOT_GRANTED,
    call(PMM, "sts:AssumeRole", role("222222222222", "x/AmazonRDSforPMMrole")),
  ],
  ["Teleport's connect role, by PMM", NOT_GRANTED, call(PMM, "sts:AssumeRole", CONNECT, TELEPORT_ID)],
  [
    "an account that explicit does not list",
    NOT_GRANTED,
    call(role("121212121212", "pmm-ec2-role"), "sts:AssumeRole", monitoring("101010101010")),
  ],
  [
    "an account that no shard lists",
    NOT_GRANTED,
    call(role("151515151515", "pmm-ec2-role"), "sts:AssumeRole", monitoring("101010101010")),
  ],

  ...nobodys("the PMM role", PMM, "111111111111"),
  [
    "the PMM role reads no clusters itself",
    NOT_GRANTED,
    call(PMM, "rds:DescribeDBClusters", "arn:aws:rds:us-east-1:111111111111:cluster:*"),
  ],
  [
    "the PMM role reads no stream of OS metrics itself",
    NOT_GRANTED,
    call(PMM, "logs:GetLogEvents", stream("111111111111", "RDSOSMetrics")),
  ],
  [
    "the PMM role reads no other parameter",
    NOT_GRANTED,
    call(PMM, "ssm:GetParameter", parameter("111111111111", "prod/db/password")),
  ],
  [
    "the PMM role reads no other log of its own account",
    NOT_GRANTED,
    call(PMM, "logs:FilterLogEvents", group("111111111111", "/aws/lambda/x")),
  ],
  [
    "the PMM role reads no log file of its own account",
    NOT_GRANTED,
    call(PMM, "rds:DownloadDBLogFilePortion", databases("111111111111")),
  ],
  [
    "the PMM role queries no metrics of its own account",
    NOT_GRANTED,
    call(PMM, "cloudwatch:GetMetricData", "*"),
  ],
  [
    "a PMM role without monitor_own_account finds no database",
    NOT_GRANTED,
    call(role("121212121212", "pmm-ec2-role"), "rds:DescribeDBInstances", databases("121212121212")),
  ],
  [
    "the PMM role stores no configuration",
    NOT_GRANTED,
    call(PMM, "ssm:PutParameter", parameter("111111111111", "AmazonCloudWatch-linux")),
  ],
  [
    "a service other than EC2 bears the PMM role",
    NOT_GRANTED,
    call("lambda.amazonaws.com", "sts:AssumeRole", PMM),
  ],
  [
    "an administrator of the account bears the PMM role",
    NOT_GRANTED,
    call(role("111111111111", "admin"), "sts:AssumeRole", PMM),
  ],

  [
    "a role that is not trusted passes no session tags",
    NOT_GRANTED,
    tags(role("111111111111", "developer"), monitoring("222222222222")),
  ],
  [
    "PMM passes no session tags to an account outside the organization",
    NOT_GRANTED,
    tags(PMM, monitoring("666666666666")),
  ],
  [
    "PMM, by explicit, passes no session tags to a role that is not listed",
    NOT_GRANTED,
    tags(role("121212121212", "pmm-ec2-role"), monitoring("161616161616")),
  ],
  [
    "PMM passes no session tags to another role of an account",
    NOT_GRANTED,
    tags(PMM, role("222222222222", "OrganizationAccountAccessRole")),
  ],
  [
    "the monitoring role passes no session tags on",
    NOT_GRANTED,
    tags(monitoring("222222222222"), monitoring("044444444444")),
  ],

  // The monitoring role and the Aurora user.
  ...nobodys("the monitoring role", monitoring("044444444444"), "044444444444"),
  ...otherLogs("the monitoring role, standard,", monitoring("044444444444"), "044444444444"),
  ...otherLogs("the monitoring role, minimal,", monitoring("222222222222"), "222222222222"),
  ...otherLogs("the monitoring role, grafana,", monitoring("777777777777"), "777777777777"),
  ...otherQueries("the monitoring role, grafana,", monitoring("777777777777"), "777777777777"),
  ...beyondMinimal("the monitoring role, minimal,", monitoring("222222222222"), "222222222222"),
  ...beyondStandard("the monitoring role, minimal,", monitoring("222222222222"), "222222222222"),
  ...beyondStandard("the monitoring role, standard,", monitoring("044444444444"), "044444444444"),
  [
    "the monitoring role goes on to no other account",
    NOT_GRANTED,
    call(monitoring("222222222222"), "sts:AssumeRole", monitoring("044444444444")),
  ],
  [
    "the monitoring role stops no database",
    NOT_GRANTED,
    call(monitoring("044444444444"), "rds:StopDBInstance", "arn:aws:rds:us-east-1:044444444444:db:orders"),
  ],
  [
    "the monitoring role changes no database",
    NOT_GRANTED,
    call(monitoring("044444444444"), "rds:ModifyDBInstance", "arn:aws:rds:us-east-1:044444444444:db:orders"),
  ],
  [
    "the monitoring role makes no alarm",
    NOT_GRANTED,
    call(
      monitoring("044444444444"),
      "cloudwatch:PutMetricAlarm",
      "arn:aws:cloudwatch:us-east-1:044444444444:alarm:x",
    ),
  ],
  [
    "the monitoring role reads no secret",
    NOT_GRANTED,
    call(
      monitoring("044444444444"),
      "secretsmanager:GetSecretValue",
      "arn:aws:secretsmanager:us-east-1:044444444444:secret:prod-AbCdEf",
    ),
  ],
  ...nobodys("the Aurora user", aurora("044444444444"), "044444444444"),
  ...otherLogs("the Aurora user, standard,", aurora("044444444444"), "044444444444", from("192.0.2.1")),
  ...otherLogs("the Aurora user, minimal,", aurora("222222222222"), "222222222222", OFFICE),
  ...beyondMinimal("the Aurora user, minimal,", aurora("222222222222"), "222222222222", OFFICE),
  ...beyondTheKey("the Aurora user, minimal,", aurora("222222222222"), OFFICE),
  ...beyondStandard(
    "the Aurora user of an account with grafana",
    aurora("777777777777"),
    "777777777777",
    VPC,
  ),

  // Where the Aurora user's key works.
  [
    "the key of an address, from another",
    FORBIDDEN,
    call(aurora("111111111111"), "cloudwatch:GetMetricStatistics", "*", from("198.51.100.8")),
  ],
  [
    "the key of an address, from an IPv6 address",
    FORBIDDEN,
    call(aurora("111111111111"), "cloudwatch:GetMetricStatistics", "*", from("2001:db8::7")),
  ],
  [
    "the key of an address, from a VPC",
    FORBIDDEN,
    call(aurora("111111111111"), "cloudwatch:GetMetricStatistics", "*", through("vpc-0abc")),
  ],
  [
    "the key of a VPC, from another",
    FORBIDDEN,
    call(aurora("777777777777"), "cloudwatch:GetMetricStatistics", "*", through("vpc-0bad")),
  ],
  [
    "the key of a VPC, from the internet",
    FORBIDDEN,
    call(aurora("777777777777"), "cloudwatch:GetMetricStatistics", "*", OFFICE),
  ],
  [
    "the key of both, from another address",
    FORBIDDEN,
    call(aurora("222222222222"), "cloudwatch:GetMetricStatistics", "*", from("198.51.100.8")),
  ],
  [
    "the key of both, just outside its block",
    FORBIDDEN,
    call(aurora("222222222222"), "cloudwatch:GetMetricStatistics", "*", from("203.0.114.0")),
  ],
  [
    "the key of both, from another VPC",
    FORBIDDEN,
    call(aurora("222222222222"), "cloudwatch:GetMetricStatistics", "*", through("vpc-0bad")),
  ],
  [
    "the key of both, reading OS metrics from elsewhere",
    FORBIDDEN,
    call(
      aurora("222222222222"),
      "logs:FilterLogEvents",
      group("222222222222", "RDSOSMetrics"),
      from("192.0.2.1"),
    ),
  ],
  ["the agent's key, from elsewhere", FORBIDDEN, call(SERVER_USER, "cloudwatch:PutMetricData", "*", OFFICE)],
  [
    "the agent's key, from a VPC",
    FORBIDDEN,
    call(SERVER_USER, "cloudwatch:PutMetricData", "*", through("vpc-0abc")),
  ],

  // The CloudWatch agent.
  ...nobodys("the agent's role", PLAIN_SERVER, "044444444444"),
  ...agentLimits("the agent's role", PLAIN_SERVER, "044444444444", NOT_GRANTED),
  ...agentLimits("the agent's role beside AmazonSSMManagedInstanceCore", SERVER, "033333333333", FORBIDDEN),
  ...agentLimits("the hybrid role", HYBRID, "044444444444", FORBIDDEN),
  ...nobodys("the hybrid role", HYBRID, "044444444444"),
  [
    "the hybrid role stores no configuration",
    NOT_GRANTED,
    call(HYBRID, "ssm:PutParameter", parameter("044444444444", "AmazonCloudWatch-linux")),
  ],
  [
    "the hybrid role runs no command elsewhere",
    NOT_GRANTED,
    call(HYBRID, "ssm:SendCommand", "arn:aws:ec2:us-east-1:044444444444:instance/i-0123456789abcdef0"),
  ],
  ["the hybrid role makes no activation", NOT_GRANTED, call(HYBRID, "ssm:CreateActivation", "*")],
  [
    "Systems Manager hands the hybrid role out for an activation of another account",
    NOT_GRANTED,
    call(SYSTEMS_MANAGER, "sts:AssumeRole", HYBRID, activationIn("999999999999")),
  ],
  [
    "Systems Manager hands the hybrid role out for another account's activation under our id",
    NOT_GRANTED,
    call(SYSTEMS_MANAGER, "sts:AssumeRole", HYBRID, {
      ...activationIn("999999999999"),
      "aws:SourceAccount": "044444444444",
    }),
  ],
  [
    "Systems Manager hands the hybrid role out on nobody's behalf",
    NOT_GRANTED,
    call(SYSTEMS_MANAGER, "sts:AssumeRole", HYBRID),
  ],
  [
    "an EC2 instance bears the hybrid role",
    NOT_GRANTED,
    call("ec2.amazonaws.com", "sts:AssumeRole", HYBRID, activationIn("044444444444")),
  ],
  [
    "another role of the account bears the hybrid role",
    NOT_GRANTED,
    call(role("044444444444", "developer"), "sts:AssumeRole", HYBRID),
  ],
  [
    "Systems Manager hands the server's role out",
    NOT_GRANTED,
    call(SYSTEMS_MANAGER, "sts:AssumeRole", PLAIN_SERVER, activationIn("044444444444")),
  ],
  ...agentLimits("the admin role beside AmazonSSMManagedInstanceCore", ADMIN, "033333333333", FORBIDDEN),
  ...agentLimits("the agent's user", SERVER_USER, "033333333333", NOT_GRANTED, AGENTS_SITE),
  ...agentLimits("the admin user", ADMIN_USER, "033333333333", NOT_GRANTED),
  ...nobodys("the admin role", ADMIN, "033333333333"),
  [
    "the agent's role stores no configuration",
    NOT_GRANTED,
    call(PLAIN_SERVER, "ssm:PutParameter", parameter("044444444444", "AmazonCloudWatch-linux")),
  ],
  [
    "the agent's role with Systems Manager stores no configuration",
    NOT_GRANTED,
    call(SERVER, "ssm:PutParameter", parameter("033333333333", "AmazonCloudWatch-linux")),
  ],
  [
    "the agent's user stores no configuration",
    NOT_GRANTED,
    call(SERVER_USER, "ssm:PutParameter", parameter("033333333333", "AmazonCloudWatch-linux"), AGENTS_SITE),
  ],
  [
    "the admin role runs no command elsewhere",
    NOT_GRANTED,
    call(ADMIN, "ssm:SendCommand", "arn:aws:ec2:us-east-1:033333333333:instance/i-0123456789abcdef0"),
  ],
  [
    "the admin role opens no session elsewhere",
    NOT_GRANTED,
    call(ADMIN, "ssm:StartSession", "arn:aws:ec2:us-east-1:033333333333:instance/i-0123456789abcdef0"),
  ],
  [
    "another role of the account bears the agent's role",
    NOT_GRANTED,
    call(role("033333333333", "developer"), "sts:AssumeRole", ADMIN),
  ],

  // Teleport.
  ["Teleport without its external id", NOT_GRANTED, call(TELEPORT, "sts:AssumeRole", CONNECT)],
  [
    "Teleport with a wrong external id",
    NOT_GRANTED,
    call(TELEPORT, "sts:AssumeRole", CONNECT, { "sts:ExternalId": "6c1f0e1e" }),
  ],
  [
    "another role of Teleport's account, with the external id",
    NOT_GRANTED,
    call(role("777777777777", "developer"), "sts:AssumeRole", CONNECT, TELEPORT_ID),
  ],
  [
    "Teleport's name under another path",
    NOT_GRANTED,
    call(role("777777777777", "teleport-db-service"), "sts:AssumeRole", CONNECT, TELEPORT_ID),
  ],
  [
    "Teleport's name in PMM's account",
    NOT_GRANTED,
    call(role("111111111111", "service/teleport-db-service"), "sts:AssumeRole", CONNECT, TELEPORT_ID),
  ],
  [
    "Teleport's account has left the organization",
    NOT_GRANTED,
    call(TELEPORT, "sts:AssumeRole", CONNECT, { ...TELEPORT_ID, "aws:PrincipalOrgID": "o-otherorgxyz" }),
  ],
  [
    "Teleport in an account outside the organization",
    NOT_GRANTED,
    call(TELEPORT, "sts:AssumeRole", role("666666666666", "TeleportDatabaseAccess"), TELEPORT_ID),
  ],
  [
    "Teleport in an account that explicit does not list",
    NOT_GRANTED,
    call(
      role("121212121212", "teleport-db-service"),
      "sts:AssumeRole",
      role("101010101010", "TeleportDatabaseAccess"),
    ),
  ],
  [
    "Teleport becomes no administrator",
    NOT_GRANTED,
    call(TELEPORT, "sts:AssumeRole", role("033333333333", "OrganizationAccountAccessRole")),
  ],
  [
    "Teleport's role connects to nothing itself",
    NOT_GRANTED,
    call(
      TELEPORT,
      "rds-db:connect",
      "arn:aws:rds-db:eu-west-1:777777777777:dbuser:cluster-ABCDEFGHIJKL01234/alice",
    ),
  ],
  ["Teleport: a user who is not listed", NOT_GRANTED, call(CONNECT, "rds-db:connect", `${BILLING}/bob`)],
  ["Teleport: a user whose name goes on", NOT_GRANTED, call(CONNECT, "rds-db:connect", `${BILLING}/alice2`)],
  [
    "Teleport: AWS's own administrator",
    NOT_GRANTED,
    call(CONNECT, "rds-db:connect", `${BILLING}/rdsadmin`),
    FORBIDDEN,
  ],
  ["Teleport: every user", NOT_GRANTED, call(CONNECT, "rds-db:connect", `${BILLING}/postgres`)],
  [
    "Teleport: another cluster",
    NOT_GRANTED,
    call(CONNECT, "rds-db:connect", "arn:aws:rds-db:eu-west-1:033333333333:dbuser:cluster-OTHER/alice"),
  ],
  [
    "Teleport: the listed users of one database on another",
    NOT_GRANTED,
    call(CONNECT, "rds-db:connect", "arn:aws:rds-db:us-east-1:033333333333:dbuser:db-OTHER/alice"),
  ],
  [
    "Teleport: the same cluster id in another region",
    NOT_GRANTED,
    call(
      CONNECT,
      "rds-db:connect",
      "arn:aws:rds-db:us-east-1:033333333333:dbuser:cluster-ABCDEFGHIJKL01234/alice",
    ),
  ],
  [
    "Teleport: the instance of anyone in another region",
    NOT_GRANTED,
    call(
      CONNECT,
      "rds-db:connect",
      "arn:aws:rds-db:eu-west-1:033333333333:dbuser:db-ZYXWVUTSRQPO98765/whoever",
    ),
  ],
  [
    "Teleport: any database, but another user",
    NOT_GRANTED,
    call(
      role("131313131313", "TeleportDatabaseAccess"),
      "rds-db:connect",
      "arn:aws:rds-db:us-east-1:131313131313:dbuser:db-WHATEVER/bob",
    ),
  ],
  [
    "Teleport: any database, but in another region",
    NOT_GRANTED,
    call(
      role("131313131313", "TeleportDatabaseAccess"),
      "rds-db:connect",
      "arn:aws:rds-db:eu-west-1:131313131313:dbuser:db-WHATEVER/alice",
    ),
  ],
  [
    "Teleport changes no database",
    NOT_GRANTED,
    call(CONNECT, "rds:ModifyDBInstance", "arn:aws:rds:us-east-1:033333333333:db:orders"),
  ],
  [
    "Teleport lists no databases",
    NOT_GRANTED,
    call(CONNECT, "rds:DescribeDBInstances", databases("033333333333")),
  ],
  ...nobodys("Teleport's connect role", CONNECT, "033333333333"),

  // Third parties.
  ["the third party without an external id", NOT_GRANTED, call(VENDOR, "sts:AssumeRole", SITE24X7)],
  [
    "the third party with another customer's external id",
    NOT_GRANTED,
    call(VENDOR, "sts:AssumeRole", SITE24X7, { "sts:ExternalId": "ffffffff-site24x7" }),
  ],
  [
    "the third party with another third party's external id",
    NOT_GRANTED,
    call(VENDOR, "sts:AssumeRole", SITE24X7, VIEWER_ID),
  ],
  [
    "another third party with the right external id",
    NOT_GRANTED,
    call(OTHER_VENDOR, "sts:AssumeRole", SITE24X7, SITE24X7_ID),
  ],
  [
    "a third party's one external id for its other role",
    NOT_GRANTED,
    call(OTHER_VENDOR, "sts:AssumeRole", CUSTOM, VIEWER_ID),
  ],
  ["a vendor's account without an external id", NOT_GRANTED, call(OTHER_VENDOR, "sts:AssumeRole", DYNATRACE)],
  ["a role of one's own without an external id", NOT_GRANTED, call(GATE, "sts:AssumeRole", DYNATRACE)],
  ["a user without an external id", NOT_GRANTED, call(SCANNER, "sts:AssumeRole", DYNATRACE)],
  [
    "a role of one's own with another external id",
    NOT_GRANTED,
    call(GATE, "sts:AssumeRole", DYNATRACE, CUSTOM_ID),
  ],
  [
    "another role of the account whose one role is named",
    NOT_GRANTED,
    call(PMM, "sts:AssumeRole", DYNATRACE, DYNATRACE_ID),
  ],
  [
    "a role of the same name in another path",
    NOT_GRANTED,
    call(role("111111111111", "active-gate"), "sts:AssumeRole", DYNATRACE, DYNATRACE_ID),
  ],
  [
    "a role of the same name in another account",
    NOT_GRANTED,
    call(role("777777777777", "monitoring/active-gate"), "sts:AssumeRole", DYNATRACE, DYNATRACE_ID),
  ],
  [
    "another user of the account whose one user is named",
    NOT_GRANTED,
    call(user("999999999999", "other"), "sts:AssumeRole", DYNATRACE, DYNATRACE_ID),
  ],
  [
    "a role that is called like the user",
    NOT_GRANTED,
    call(role("999999999999", "scanner"), "sts:AssumeRole", DYNATRACE, DYNATRACE_ID),
  ],
  ["PMM in the third party's role", NOT_GRANTED, call(PMM, "sts:AssumeRole", SITE24X7, SITE24X7_ID)],
  [
    "ReadOnlyAccess: an object",
    FORBIDDEN,
    call(SITE24X7, "s3:GetObject", "arn:aws:s3:::acme-backups/dump.sql"),
  ],
  [
    "ReadOnlyAccess: an object's earlier version",
    FORBIDDEN,
    call(SITE24X7, "s3:GetObjectVersion", "arn:aws:s3:::acme-backups/dump.sql"),
  ],
  [
    "ReadOnlyAccess: a secret",
    FORBIDDEN,
    call(
      SITE24X7,
      "secretsmanager:GetSecretValue",
      "arn:aws:secretsmanager:us-east-1:033333333333:secret:prod-AbCdEf",
    ),
  ],
  [
    "ReadOnlyAccess: a parameter",
    FORBIDDEN,
    call(SITE24X7, "ssm:GetParameter", parameter("033333333333", "prod/db/password")),
  ],
  [
    "ReadOnlyAccess: a key's use",
    FORBIDDEN,
    call(
      SITE24X7,
      "kms:Decrypt",
      "arn:aws:kms:us-east-1:033333333333:key/00000000-0000-0000-0000-000000000000",
    ),
  ],
  [
    "ReadOnlyAccess: log events",
    FORBIDDEN,
    call(SITE24X7, "logs:GetLogEvents", stream("033333333333", "/aws/lambda/x")),
  ],
  [
    "ReadOnlyAccess: a search in logs",
    FORBIDDEN,
    call(SITE24X7, "logs:FilterLogEvents", group("033333333333", "/aws/lambda/x")),
  ],
  [
    "ReadOnlyAccess: a query over logs",
    FORBIDDEN,
    call(SITE24X7, "logs:StartQuery", group("033333333333", "/aws/lambda/x")),
  ],
  [
    "ReadOnlyAccess: a table's items",
    FORBIDDEN,
    call(SITE24X7, "dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:033333333333:table/orders"),
  ],
  [
    "ReadOnlyAccess: a whole table",
    FORBIDDEN,
    call(SITE24X7, "dynamodb:Scan", "arn:aws:dynamodb:us-east-1:033333333333:table/orders"),
  ],
  [
    "ReadOnlyAccess: a database's log file",
    FORBIDDEN,
    call(SITE24X7, "rds:DownloadDBLogFilePortion", databases("033333333333")),
  ],
  [
    "ReadOnlyAccess: a message",
    FORBIDDEN,
    call(SITE24X7, "sqs:ReceiveMessage", "arn:aws:sqs:us-east-1:033333333333:orders"),
  ],
  [
    "ReadOnlyAccess: a stream's records",
    FORBIDDEN,
    call(SITE24X7, "kinesis:GetRecords", "arn:aws:kinesis:us-east-1:033333333333:stream/orders"),
  ],
  [
    "ReadOnlyAccess: a function's code",
    FORBIDDEN,
    call(SITE24X7, "lambda:GetFunction", "arn:aws:lambda:us-east-1:033333333333:function:orders"),
  ],
  [
    "ReadOnlyAccess: a function's environment",
    FORBIDDEN,
    call(
      SITE24X7,
      "lambda:GetFunctionConfiguration",
      "arn:aws:lambda:us-east-1:033333333333:function:orders",
    ),
  ],
  [
    "ReadOnlyAccess: a stack's template",
    FORBIDDEN,
    call(
      SITE24X7,
      "cloudformation:GetTemplate",
      "arn:aws:cloudformation:us-east-1:033333333333:stack/orders/0",
    ),
  ],
  [
    "ReadOnlyAccess: an instance's console",
    FORBIDDEN,
    call(SITE24X7, "ec2:GetConsoleOutput", "arn:aws:ec2:us-east-1:033333333333:instance/i-0123456789abcdef0"),
  ],
  [
    "ReadOnlyAccess: an instance's user data",
    FORBIDDEN,
    call(
      SITE24X7,
      "ec2:DescribeInstanceAttribute",
      "arn:aws:ec2:us-east-1:033333333333:instance/i-0123456789abcdef0",
    ),
  ],
  [
    "ReadOnlyAccess: an image's layers",
    FORBIDDEN,
    call(SITE24X7, "ecr:GetDownloadUrlForLayer", "arn:aws:ecr:us-east-1:033333333333:repository/orders"),
  ],
  [
    "ReadOnlyAccess: API keys",
    FORBIDDEN,
    call(SITE24X7, "apigateway:GET", "arn:aws:apigateway:us-east-1::/apikeys"),
  ],
  ["ReadOnlyAccess: a database login", FORBIDDEN, call(SITE24X7, "rds-db:connect", `${BILLING}/alice`)],
  [
    "a policy of one's own: an object",
    FORBIDDEN,
    call(CUSTOM, "s3:GetObject", "arn:aws:s3:::acme-backups/dump.sql"),
  ],
  ["a policy of one's own: what it does not say", NOT_GRANTED, call(CUSTOM, "ec2:DescribeInstances", "*")],
  [
    "ViewOnlyAccess without the Deny: an object",
    NOT_GRANTED,
    call(VIEWER, "s3:GetObject", "arn:aws:s3:::acme-backups/dump.sql"),
  ],
  [
    "ViewOnlyAccess without the Deny: a secret",
    NOT_GRANTED,
    call(
      VIEWER,
      "secretsmanager:GetSecretValue",
      "arn:aws:secretsmanager:us-east-1:033333333333:secret:prod-AbCdEf",
    ),
  ],
  ...nobodys("the third party", SITE24X7, "033333333333"),
  ...nobodys("another third party", VIEWER, "033333333333"),

  // Secrets.
  [
    "another role of the secrets' account that has no policy of its own for it",
    NOT_GRANTED,
    {
      ...call(
        role("111111111111", "developer"),
        "secretsmanager:GetSecretValue",
        "secret:pmm/aurora/orders-prod",
      ),
      bare: true,
    },
  ],
  [
    "the PMM role's name under another path reads a secret",
    NOT_GRANTED,
    {
      ...call(
        role("111111111111", "pmm-ec2-role"),
        "secretsmanager:GetSecretValue",
        "secret:pmm/aurora/orders-prod",
      ),
      bare: true,
    },
  ],
  [
    "a principal of the trusts, who is no reader",
    NOT_GRANTED,
    { ...call(GRAFANA, "secretsmanager:GetSecretValue", "secret:pmm/aurora/orders-prod"), bare: true },
  ],
  [
    "the Aurora user of the secrets' account",
    NOT_GRANTED,
    call(aurora("111111111111"), "secretsmanager:GetSecretValue", "secret:pmm/aurora/home", OFFICE),
  ],
  [
    "the monitoring role of the secrets' account",
    NOT_GRANTED,
    call(monitoring("111111111111"), "secretsmanager:GetSecretValue", "secret:pmm/aurora/orders-prod"),
  ],
  [
    "the PMM role's name in another account reads a secret",
    NOT_GRANTED,
    call(
      role("222222222222", "service/pmm-ec2-role"),
      "secretsmanager:GetSecretValue",
      "secret:pmm/aurora/orders-prod",
    ),
  ],
  [
    "an administrator of another account reads a secret",
    NOT_GRANTED,
    call(role("222222222222", "admin"), "secretsmanager:GetSecretValue", "secret:pmm/aurora/orders-prod"),
  ],
  [
    "the user whose key it is reads a secret",
    NOT_GRANTED,
    call(aurora("222222222222"), "secretsmanager:GetSecretValue", "secret:pmm/aurora/orders-prod", OFFICE),
  ],
  [
    "Grafana in another account reads a secret",
    NOT_GRANTED,
    call(AGENT, "secretsmanager:GetSecretValue", "secret:pmm/aurora/tools"),
  ],
  [
    "PMM reads no other secret",
    NOT_GRANTED,
    call(
      PMM,
      "secretsmanager:GetSecretValue",
      "arn:aws:secretsmanager:us-east-1:111111111111:secret:prod/db-AbCdEf",
    ),
  ],
  [
    "PMM writes no secret",
    NOT_GRANTED,
    call(PMM, "secretsmanager:PutSecretValue", "secret:pmm/aurora/orders-prod"),
  ],
  [
    "PMM deletes no secret",
    NOT_GRANTED,
    call(PMM, "secretsmanager:DeleteSecret", "secret:pmm/aurora/orders-prod"),
  ],
  [
    "PMM changes no secret's policy",
    NOT_GRANTED,
    call(PMM, "secretsmanager:PutResourcePolicy", "secret:pmm/aurora/orders-prod"),
  ],
  ["PMM lists no secrets", NOT_GRANTED, call(PMM, "secretsmanager:ListSecrets", "*")],

  ...[
    ...grafanaMetrics("the minimal user", aurora("131313131313")),
    ...guideCalls("the minimal user", aurora("131313131313"), "131313131313"),
  ].map(([what, refused]): DeniedRow => [`not granted to ${what}`, NOT_GRANTED, refused]),
  ...nobodys("the minimal user", aurora("131313131313"), "131313131313"),
  ...["141414141414", "171717171717"].flatMap((account) => [
    ...nobodys(`the monitoring role of ${account}`, monitoring(account), account),
    ...otherLogs(`the monitoring role of ${account}`, monitoring(account), account),
  ]),
  ...agentLimits("the agent on a server of a shard", SHARD_SERVER, "161616161616", NOT_GRANTED),
  ...nobodys("the agent on a server of a shard", SHARD_SERVER, "161616161616"),
];

const KEY = "00000000-0000-0000-0000-000000000000";

/** What the boundary leaves to policies that are none of ours: a reader's own, a KMS key's. */
export const WITHIN: readonly Row[] = [
  [
    "PMM reads an Aurora key by its own policy",
    call(PMM, "secretsmanager:GetSecretValue", "secret:pmm/aurora/orders-prod"),
  ],
  [
    "PMM reads an agent's key by its own policy",
    call(
      PMM,
      "secretsmanager:GetSecretValue",
      "secret:cloudwatch-agent/CloudWatchAgentServerUser/billing-prod",
    ),
  ],
  [
    "PMM reads a secret that a key of one's own encrypts",
    call(PMM, "kms:Decrypt", `arn:aws:kms:us-east-1:111111111111:key/${KEY}`, {
      "kms:ViaService": "secretsmanager.us-east-1.amazonaws.com",
    }),
  ],
];

/** What the boundary alone stops, once someone has attached AdministratorAccess by hand. */
export const BEYOND: readonly DeniedRow[] = [
  ...[PMM, monitoring("222222222222"), aurora("044444444444"), SERVER, ADMIN_USER, CONNECT, SITE24X7].flatMap(
    (by) => {
      const [account = "", name = ""] = by.split(":").slice(4);
      return [
        ...nobodys(name, by, account).map(
          ([why, outcome, one]): DeniedRow => [
            why,
            one.action === "sts:AssumeRole" ? FORBIDDEN : outcome,
            one,
          ],
        ),
        [
          `${name} takes no boundary off`,
          NOT_GRANTED,
          call(by, "iam:DeleteRolePermissionsBoundary", role(account, "x")),
        ],
        [`${name} gives no policy`, NOT_GRANTED, call(by, "iam:AttachRolePolicy", role(account, "x"))],
        [
          `${name} reads no object`,
          NOT_GRANTED,
          call(by, "s3:GetObject", "arn:aws:s3:::acme-backups/dump.sql"),
        ],
        [
          `${name} reads no other secret`,
          NOT_GRANTED,
          call(
            by,
            "secretsmanager:GetSecretValue",
            `arn:aws:secretsmanager:us-east-1:${account}:secret:prod/db-AbCdEf`,
          ),
        ],
        [
          `${name} reads no other parameter`,
          NOT_GRANTED,
          call(by, "ssm:GetParameter", parameter(account, "prod/db/password")),
        ],
        [
          `${name} reads no other log group`,
          NOT_GRANTED,
          call(by, "logs:GetLogEvents", stream(account, "/aws/lambda/x")),
        ],
        [
          `${name} decrypts nothing itself`,
          NOT_GRANTED,
          call(by, "kms:Decrypt", `arn:aws:kms:us-east-1:${account}:key/${KEY}`),
        ],
        [
          `${name} decrypts nothing through S3`,
          NOT_GRANTED,
          call(by, "kms:Decrypt", `arn:aws:kms:us-east-1:${account}:key/${KEY}`, {
            "kms:ViaService": "s3.us-east-1.amazonaws.com",
          }),
        ],
        [
          `${name} is never a database's own administrator`,
          by === CONNECT ? FORBIDDEN : NOT_GRANTED,
          call(
            by,
            "rds-db:connect",
            `arn:aws:rds-db:us-east-1:${account}:dbuser:db-ZYXWVUTSRQPO98765/rdsadmin`,
          ),
        ],
        [
          `${name} becomes no role of another name`,
          FORBIDDEN,
          call(by, "sts:AssumeRole", role("222222222222", "OrganizationAccountAccessRole")),
        ],
      ] as DeniedRow[];
    },
  ),
];
