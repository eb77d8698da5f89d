import type { AccessModel } from "../access/model";
import type { Consumer } from "../features/consumer";
import { awsConfig } from "./aws-config";
import { grafana } from "./grafana";
import { pmm } from "./pmm";
import { principals } from "./principals";
import { vendors } from "./vendors";

/** The program's own consumers, in the order in which consumers/README.md has them. */
export const consumers: readonly Consumer<AccessModel>[] = [grafana, awsConfig, pmm, vendors, principals];
