import { auroraUser } from "./aurora-user";
import { cloudwatchAgent } from "./cloudwatch-agent";
import type { Feature } from "./feature";
import { monitoringRole } from "./monitoring-role";
import { teamModule } from "./team-module";
import { teleportConnect } from "./teleport-connect";
import { thirdPartyMonitor } from "./third-party-monitor";

/** Everything that an account can ask for, in the order in which the schema lists the keys. */
export const features: readonly Feature[] = [
  monitoringRole,
  auroraUser,
  teleportConnect,
  cloudwatchAgent,
  thirdPartyMonitor,
  teamModule,
];
