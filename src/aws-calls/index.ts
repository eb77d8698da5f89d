/*
 * Everything that the program asks AWS, by the AWS SDK. The SDK takes endpoints from AWS_ENDPOINT_URL. It is loaded where
 * a command calls AWS and nowhere else, for it costs a start a tenth of a second: `await import("../aws-calls/index.ts")`.
 */
export {
  type AccessKey,
  accessKeys,
  callerIdentity,
  type LastUse,
  lastUse,
  secretText,
  userTags,
} from "./calls";
export { type HostRole, hostRole } from "./host-role";
export { inParallel, type Outcome } from "./in-parallel";
export {
  alarms,
  alarmsOfMetric,
  type Database,
  databases,
  filterLog,
  logGroups,
  logQuery,
  metricData,
  metricStatistics,
  metrics,
} from "./reads";
export { type Reason, type ReasonKind, reasonOf } from "./reason";
export {
  type AssumedRole,
  type AwsCredentials,
  type AwsSession,
  assumeRole,
  clientSettings,
  inRegion,
  keySession,
  ownSession,
} from "./session";
