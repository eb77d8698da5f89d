import type { AccountsFile } from "../../accounts/file";
import { error, type Finding, type Path, warning } from "../../accounts/problem";
import { nearest } from "../../accounts/wording";
import { KNOWN_REGIONS, partitionOf } from "../../aws/partitions";
import { DNS_SUFFIX, isInRdsDomain, type RdsEndpoint, type RdsKind } from "../../aws/rds-endpoints";
import { type Database, isPostgres, rdsEndpointOf } from "./database";

type Partition = AccountsFile["partition"];

/** An endpoint of RDS's own says where the database is and of which kind: what else the entry says must agree. */
export function* endpointRules(settings: Database, path: Path, partition: Partition): Iterable<Finding> {
  const host = rdsEndpointOf(settings);
  // With "*" the endpoint itself is the mistake.
  if (host !== undefined && settings.resource_id !== "*") {
    yield* placeRules(host, settings, path, partition);
    yield* kindRules(host, settings, path);
  } else if (host === undefined) {
    yield* instanceOfAurora(settings, path);
    yield* oddHost(settings, path);
  }
}

/** Nobody has names of their own there: a part is missing or misspelt. */
function* oddHost({ endpoint, resource_id }: Database, path: Path): Iterable<Finding> {
  const host = endpoint?.slice(0, endpoint.lastIndexOf(":")) ?? "";
  if (resource_id !== "*" && isInRdsDomain(host)) {
    yield warning(
      [...path, "endpoint"],
      "endpoint",
      "the endpoint is under RDS's domain, and does not have the form of RDS's endpoints, such as billing.cluster-abc.eu-west-1.rds.amazonaws.com:5432; type it as the console shows it",
    );
  }
}

function* placeRules(
  { region, suffix }: RdsEndpoint,
  settings: Database,
  path: Path,
  partition: Partition,
): Iterable<Finding> {
  const at = [...path, "endpoint"];
  const found = partitionOf(region);
  if (found === undefined) {
    const near = nearest(region, KNOWN_REGIONS);
    const advice = near === undefined ? "type the endpoint as the console shows it" : `did you mean ${near}?`;
    yield error(
      at,
      "endpoint",
      `the endpoint names the region ${region}, which AWS does not have; ${advice}`,
    );
  } else if (DNS_SUFFIX[found] !== suffix) {
    yield error(
      at,
      "endpoint",
      `the endpoint names the region ${region}, whose hosts end in .${DNS_SUFFIX[found]}, and ends in .${suffix}; type the endpoint as the console shows it`,
    );
  } else if (settings.region === region) {
    return;
  } else if (partition !== undefined && found !== partition) {
    yield error(
      at,
      "partition",
      `the endpoint is in region ${region} of the partition ${found}; expected one of ${partition}, the source account's`,
    );
  } else if (settings.region !== undefined) {
    yield error(
      [...path, "region"],
      "endpoint",
      `region is ${settings.region}, and the endpoint is in ${region}; type region: ${region}, or the endpoint of the database in ${settings.region}`,
    );
  }
}

/** What to write beside an endpoint of each kind, and what messages call it. */
const OF_KIND = {
  cluster: { called: "a cluster", resourceId: "cluster-... (the cluster's resource id)" },
  instance: { called: "an instance", resourceId: "db-... (the instance's resource id)" },
  proxy: { called: "a proxy", resourceId: "prx-... (the end of the proxy's ARN)" },
} as const satisfies Record<RdsKind, object>;

function* kindRules({ kind }: RdsEndpoint, settings: Database, path: Path): Iterable<Finding> {
  const named = kindOfResource(settings.resource_id);
  if (kind === undefined || kind === named) {
    if (kind === "instance") {
      yield* instanceOfAurora(settings, path);
    }
    return;
  }
  // IAM authentication knows the instances of an Aurora cluster by the cluster's resource id.
  const isAurora = settings.engine.startsWith("aurora-");
  if (kind === "instance" && named === "cluster" && isAurora) {
    return;
  }
  const wanted = kind === "instance" && isAurora ? OF_KIND.cluster.resourceId : OF_KIND[kind].resourceId;
  yield error(
    [...path, "resource_id"],
    "endpoint",
    `the endpoint is of ${OF_KIND[kind].called}, and resource_id is of ${OF_KIND[named].called}; type resource_id: ${wanted}, or the endpoint of the ${named}`,
  );
}

function* instanceOfAurora({ engine, resource_id }: Database, path: Path): Iterable<Finding> {
  if (engine.startsWith("aurora-") && resource_id.startsWith("db-")) {
    yield warning(
      [...path, "resource_id"],
      "resource-id",
      "an Aurora database is reached by its cluster's resource id (cluster-...); this one is of a single instance",
    );
  }
}

function kindOfResource(resourceId: string): RdsKind {
  return resourceId.startsWith("cluster-") ? "cluster" : resourceId.startsWith("prx-") ? "proxy" : "instance";
}

const DEFAULT_PORTS = { MySQL: "3306", PostgreSQL: "5432" } as const;

/** A port that is the other engine's default is more often a slip than a choice. */
export function* portRule(settings: Database, path: Path): Iterable<Finding> {
  const { engine, endpoint } = settings;
  const port = endpoint?.slice(endpoint.lastIndexOf(":") + 1);
  const [own, other] = isPostgres(settings)
    ? (["PostgreSQL", "MySQL"] as const)
    : (["MySQL", "PostgreSQL"] as const);
  if (port === DEFAULT_PORTS[other]) {
    const others = other === "MySQL" ? "MySQL's and MariaDB's" : "PostgreSQL's";
    yield warning(
      [...path, "endpoint"],
      "endpoint",
      `port ${port} is ${others} default, and the engine is ${engine}, whose default is ${DEFAULT_PORTS[own]}; check the port and the engine`,
    );
  }
}
