/*
 * What PMM 3.7's API takes, as facts: api/inventory/v1/agents.proto, services.proto, api/common/*.proto and
 * api/server/v1/server.proto of percona/pmm. The gateway writes JSON with the names of the proto files.
 */

type FieldType = "string" | "boolean" | "string map" | "resolutions" | "log level";

/** The fields of the change of an rds_exporter. Each is optional: one that is left out stays as it is. */
export const RDS_EXPORTER_CHANGE: Readonly<Record<string, FieldType>> = {
  enable: "boolean",
  custom_labels: "string map",
  enable_push_metrics: "boolean",
  metrics_resolutions: "resolutions",
  aws_access_key: "string",
  aws_secret_key: "string",
  disable_basic_metrics: "boolean",
  disable_enhanced_metrics: "boolean",
  log_level: "log level",
};

interface Call {
  readonly path: RegExp;
  /** The parameters of the query, each with the values that it takes. */
  readonly query: Readonly<Record<string, RegExp>>;
  readonly hasBody: boolean;
}

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const CALLS = {
  version: { method: "GET", path: /^\/v1\/server\/version$/, query: {}, hasBody: false },
  agents: {
    method: "GET",
    path: /^\/v1\/inventory\/agents$/,
    query: { pmm_agent_id: ID, node_id: ID, service_id: ID, agent_type: /^AGENT_TYPE_RDS_EXPORTER$/ },
    hasBody: false,
  },
  agent: { method: "GET", path: /^\/v1\/inventory\/agents\/([^/]+)$/, query: {}, hasBody: false },
  change: { method: "PUT", path: /^\/v1\/inventory\/agents\/([^/]+)$/, query: {}, hasBody: true },
  services: {
    method: "GET",
    path: /^\/v1\/inventory\/services$/,
    query: { node_id: ID, service_type: /^SERVICE_TYPE_\w+$/, external_group: /^.+$/ },
    hasBody: false,
  },
} satisfies Readonly<Record<string, Call & { readonly method: string }>>;

export type CallName = keyof typeof CALLS;

export interface Received {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Which call a request is; undefined where the API has no such call. */
export function callOf({ method, url }: Received): CallName | undefined {
  const names = Object.keys(CALLS) as CallName[];
  return names.find((name) => CALLS[name].method === method && CALLS[name].path.test(url.pathname));
}

/** Where a request is not as the API describes it, a line for each. */
export function violations(received: Received, token: string): string[] {
  const { method, url, headers, body } = received;
  const name = callOf(received);
  if (name === undefined) {
    return [`${method} ${url.pathname} is no call`];
  }
  const call: Call = CALLS[name];
  const parameters = [...url.searchParams].flatMap(([key, value]) =>
    call.query[key]?.test(value) ? [] : [`${name}: the query has ${key}=${value}`],
  );
  return [
    ...parameters,
    ...(headers["authorization"] === `Bearer ${token}` ? [] : [`${name}: no token`]),
    ...(call.hasBody === (body !== "") ? [] : [`${name}: a body where there is none, or none`]),
    ...(call.hasBody && !String(headers["content-type"]).startsWith("application/json")
      ? [`${name}: the body is not called JSON`]
      : []),
    ...(call.hasBody ? bodyViolations(body) : []),
  ];
}

function bodyViolations(text: string): string[] {
  const body = fieldsOf(JSON.parse(text));
  const change = fieldsOf(body["rds_exporter"]);
  return [
    ...Object.keys(body)
      .filter((name) => name !== "rds_exporter")
      .map((name) => `change: the body has ${name}`),
    ...Object.entries(change).flatMap(([name, value]) =>
      isOfType(value, RDS_EXPORTER_CHANGE[name]) ? [] : [`change: ${name} is not of its type`],
    ),
  ];
}

function isOfType(value: unknown, type: FieldType | undefined): boolean {
  switch (type) {
    case "string":
    case "boolean":
      return typeof value === type;
    case "string map":
      return Object.values(fieldsOf(fieldsOf(value)["values"])).every((each) => typeof each === "string");
    case "resolutions":
      return Object.entries(fieldsOf(value)).every(
        ([key, each]) => /^[hml]r$/.test(key) && /^\d+s$/.test(`${each}`),
      );
    case "log level":
      return typeof value === "string" && value.startsWith("LOG_LEVEL_");
    case undefined:
      return false;
  }
}

/** The fields of an object; none of anything else. */
export function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
