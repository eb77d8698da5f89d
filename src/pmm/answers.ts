/*
 * What PMM's API answers, as far as it is read here. Source: api/inventory/v1/agents.proto, services.proto and
 * api/server/v1/server.proto of percona/pmm, 3.x. A field that has its default, such as an empty list or an empty text,
 * may be left out of an answer.
 */

/** An rds_exporter of PMM: it reads one database's metrics with one access key. */
export interface RdsExporter {
  readonly agentId: string;
  /** The database's node in PMM. */
  readonly nodeId: string;
  /** The id of the access key; empty where the exporter has none and reads by the instance's role. */
  readonly keyId: string;
}

/** What an answer says, or undefined where it is not of the form that the API describes. */
type Read<Value> = Value | undefined;

export function rdsExportersIn(answer: unknown): Read<RdsExporter[]> {
  const list = field(answer, "rds_exporter");
  const items = list === undefined && isObject(answer) ? [] : list;
  if (!Array.isArray(items)) {
    return undefined;
  }
  const agents = items.map(rdsExporter);
  const known = new Map(agents.flatMap((agent) => (agent === undefined ? [] : [[agent.agentId, agent]])));
  return agents.includes(undefined) ? undefined : [...known.values()];
}

/** The one exporter of an answer about one. */
export function rdsExporterIn(answer: unknown): Read<RdsExporter> {
  return rdsExporter(field(answer, "rds_exporter"));
}

/** The names of services by the node that they are on. The answer has a list for each kind of service. */
export function serviceNamesIn(answer: unknown): Read<ReadonlyMap<string, readonly string[]>> {
  if (!isObject(answer)) {
    return undefined;
  }
  const names = new Map<string, string[]>();
  for (const service of Object.values(answer).flatMap((list): unknown[] =>
    Array.isArray(list) ? list : [],
  )) {
    const [node, name] = [field(service, "node_id"), field(service, "service_name")];
    if (typeof node === "string" && typeof name === "string" && name !== "") {
      names.set(node, [...(names.get(node) ?? []), name]);
    }
  }
  return names;
}

/** PMM's version, `3.7.0`. */
export function versionIn(answer: unknown): Read<string> {
  const version = field(answer, "version");
  return typeof version === "string" && /^\d{1,4}\.\d{1,4}/.test(version) ? version : undefined;
}

/** Whether a version is the one of `least` or a later one. */
export function isAtLeast(version: string, least: readonly [major: number, minor: number]): boolean {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  return major > least[0] || (major === least[0] && minor >= least[1]);
}

function rdsExporter(value: unknown): Read<RdsExporter> {
  const [agentId, nodeId = "", keyId = ""] = ["agent_id", "node_id", "aws_access_key"].map((name) =>
    field(value, name),
  );
  // It goes into the path of a request.
  return typeof agentId === "string" &&
    /^[\w-]{1,100}$/.test(agentId) &&
    typeof nodeId === "string" &&
    typeof keyId === "string"
    ? { agentId, nodeId, keyId }
    : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function field(value: unknown, name: string): unknown {
  const own = isObject(value) ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;
  return own === null ? undefined : own;
}
