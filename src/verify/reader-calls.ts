import {
  type AwsSession,
  alarms,
  alarmsOfMetric,
  filterLog,
  logGroups,
  logQuery,
  metricData,
  metricStatistics,
  metrics,
  reasonOf,
} from "../aws-calls/index";
import type { AccessBy } from "./plan";

/** One call that a reader makes in each region. */
export interface ReaderCall {
  /** As a policy names it. */
  readonly action: string;
  readonly make: (session: AwsSession) => Promise<void>;
}

/** The log group of Enhanced Monitoring. */
const OS_METRICS = "RDSOSMetrics";

/** By which PMM finds databases. */
export const FIND_DATABASES = "rds:DescribeDBInstances";

/** By which rds_exporter reads CloudWatch, and Enhanced Monitoring. It calls nothing else. */
export const READ_METRIC: ReaderCall = { action: "cloudwatch:GetMetricStatistics", make: metricStatistics };
export const READ_OS_METRICS: ReaderCall = {
  action: "logs:FilterLogEvents",
  make: (session) => filterLog(session, OS_METRICS),
};

/** What Grafana's CloudWatch data source calls for metrics, and to test itself. */
const GRAFANA_METRICS: readonly ReaderCall[] = [
  { action: "cloudwatch:GetMetricData", make: metricData },
  { action: "cloudwatch:ListMetrics", make: metrics },
  { action: "logs:DescribeLogGroups", make: (session) => logGroups(session, OS_METRICS) },
];

/** Of what it calls besides, with `permissions: grafana`: what is for alarms and for log queries. */
const GRAFANA_REST: readonly ReaderCall[] = [
  { action: "cloudwatch:DescribeAlarms", make: alarms },
  { action: "cloudwatch:DescribeAlarmsForMetric", make: alarmsOfMetric },
  { action: "logs:StartQuery", make: evenWithoutGroup((session) => logQuery(session, OS_METRICS)) },
];

/** What Grafana calls in an account. */
export function grafanaCalls(by: AccessBy): readonly ReaderCall[] {
  return by.kind === "role" && by.permissions === "grafana"
    ? [...GRAFANA_METRICS, ...GRAFANA_REST]
    : GRAFANA_METRICS;
}

/** AWS looks whether a caller may before it looks whether the group is there. */
function evenWithoutGroup(make: ReaderCall["make"]): ReaderCall["make"] {
  return async (session) => {
    try {
      await make(session);
    } catch (cause) {
      if (reasonOf(cause).kind !== "absent") {
        throw cause;
      }
    }
  };
}
