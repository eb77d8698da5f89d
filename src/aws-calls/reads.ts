import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  GetQueryResultsCommand,
  StartQueryCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { type AwsSession, clientSettings } from "./session";

/*
 * What PMM and Grafana read of an account's databases, each as small as the API allows. Thousands are made in a row, so
 * their clients keep one pool of connections between them, which is never closed: it keeps no process from ending.
 */

/** An RDS or Aurora instance, in one region. */
export interface Database {
  readonly name: string;
  readonly engine: string;
  /** Seconds between two readings of Enhanced Monitoring; 0: it is off. */
  readonly monitoringInterval: number;
}

const METRIC = { Namespace: "AWS/RDS", MetricName: "CPUUtilization" };

/** Seconds of one data point, and milliseconds of all that is asked for. */
const PERIOD = 300;
const SPAN = 600_000;

/** The instances of the session's region. */
export async function databases(session: AwsSession): Promise<Database[]> {
  const client = pooled(new RDSClient(pooledSettings(session)));
  const found: Database[] = [];
  let marker: string | undefined;
  do {
    const page = await client.send(
      new DescribeDBInstancesCommand(marker === undefined ? {} : { Marker: marker }),
    );
    found.push(
      ...(page.DBInstances ?? []).map(
        ({ DBInstanceIdentifier = "", Engine = "", MonitoringInterval = 0 }) => ({
          name: DBInstanceIdentifier,
          engine: Engine,
          monitoringInterval: MonitoringInterval,
        }),
      ),
    );
    marker = page.Marker;
  } while (marker !== undefined && marker !== "");
  return found;
}

/** Reads a metric as rds_exporter does. */
export async function metricStatistics(session: AwsSession): Promise<void> {
  await cloudwatch(session).send(
    new GetMetricStatisticsCommand({ ...METRIC, ...lastMinutes(), Period: PERIOD, Statistics: ["Average"] }),
  );
}

/** Reads a metric as Grafana does. */
export async function metricData(session: AwsSession): Promise<void> {
  const query = { Id: "q", MetricStat: { Metric: METRIC, Period: PERIOD, Stat: "Average" } };
  await cloudwatch(session).send(new GetMetricDataCommand({ ...lastMinutes(), MetricDataQueries: [query] }));
}

export async function metrics(session: AwsSession): Promise<void> {
  await cloudwatch(session).send(new ListMetricsCommand({ Namespace: METRIC.Namespace }));
}

export async function alarms(session: AwsSession): Promise<void> {
  await cloudwatch(session).send(new DescribeAlarmsCommand({ MaxRecords: 1 }));
}

export async function alarmsOfMetric(session: AwsSession): Promise<void> {
  await cloudwatch(session).send(new DescribeAlarmsForMetricCommand(METRIC));
}

/** Throws what `reasonOf` calls absent where the region has no such group. */
export async function filterLog(session: AwsSession, logGroupName: string): Promise<void> {
  const startTime = Date.now() - SPAN;
  await logs(session).send(new FilterLogEventsCommand({ logGroupName, startTime, limit: 1 }));
}

export async function logGroups(session: AwsSession, logGroupNamePrefix: string): Promise<void> {
  await logs(session).send(new DescribeLogGroupsCommand({ logGroupNamePrefix, limit: 1 }));
}

/** Starts a query over the last second, and reads what it has. */
export async function logQuery(session: AwsSession, logGroupName: string): Promise<void> {
  const client = logs(session);
  const now = Math.floor(Date.now() / 1000);
  const queryString = "fields @timestamp | limit 1";
  const { queryId } = await client.send(
    new StartQueryCommand({ logGroupName, startTime: now - 1, endTime: now, queryString }),
  );
  await client.send(new GetQueryResultsCommand({ queryId }));
}

function cloudwatch(session: AwsSession): CloudWatchClient {
  return pooled(new CloudWatchClient(pooledSettings(session)));
}

function logs(session: AwsSession): CloudWatchLogsClient {
  return pooled(new CloudWatchLogsClient(pooledSettings(session)));
}

function lastMinutes(): { StartTime: Date; EndTime: Date } {
  const end = Date.now();
  return { StartTime: new Date(end - SPAN), EndTime: new Date(end) };
}

type Pool = RDSClient["config"]["requestHandler"];

/** The connections of the first client, which every later one takes. */
let pool: Pool | undefined;

function pooledSettings(session: AwsSession) {
  const { requestHandler, ...settings } = clientSettings(session);
  return { ...settings, requestHandler: pool ?? requestHandler };
}

function pooled<Client extends { readonly config: { readonly requestHandler: Pool } }>(
  client: Client,
): Client {
  pool ??= client.config.requestHandler;
  return client;
}
