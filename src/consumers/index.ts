import type { AccessModel } from "../access/model";
import type { Consumer } from "../features/consumer";
import { awsConfig } from "./aws-config";
import { databaseUsers } from "./database-users";
import { grafana } from "./grafana";
import { pmm } from "./pmm";
import { principals } from "./principals";
import { teleport } from "./teleport";
import { vendors } from "./vendors";

/** The program's own consumers, in the order in which consumers/README.md has them. */
export const consumers: readonly Consumer<AccessModel>[] = [
  grafana,
  awsConfig,
  teleport,
  databaseUsers,
  pmm,
  vendors,
  principals,
];
