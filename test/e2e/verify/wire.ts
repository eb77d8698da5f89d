import type { IncomingMessage, ServerResponse } from "node:http";

/** One call to AWS as it is on the wire. */
export interface WireCall {
  /** Of who signed it. */
  readonly accessKeyId: string;
  readonly region: string;
  /** As a policy names it: `rds:DescribeDBInstances`. */
  readonly action: string;
  readonly protocol: Protocol;
  /** What it is given, by name; of the query protocol and of JSON. */
  readonly parameters: ReadonlyMap<string, string>;
}

export type Protocol = "query" | "json" | "cbor";

const CREDENTIAL = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//;

/** What a service is called in a policy, where that is not what its calls are signed for. */
const PREFIXES: Readonly<Record<string, string>> = { monitoring: "cloudwatch" };

/** Reads a call; undefined for what is not signed. */
export function wireCall({ headers, url = "" }: IncomingMessage, body: Buffer): WireCall | undefined {
  const [, accessKeyId, region, service = ""] = CREDENTIAL.exec(headers.authorization ?? "") ?? [];
  if (accessKeyId === undefined || region === undefined) {
    return undefined;
  }
  const named = (
    operation: string,
    protocol: Protocol,
    parameters: Iterable<[string, string]>,
  ): WireCall => ({
    accessKeyId,
    region,
    action: `${PREFIXES[service] ?? service}:${operation}`,
    protocol,
    parameters: new Map(parameters),
  });
  const target = headers["x-amz-target"];
  if (typeof target === "string") {
    const given = Object.entries(JSON.parse(body.toString()) as Record<string, unknown>);
    return named(
      target.split(".").at(-1) ?? "",
      "json",
      given.map(([name, value]) => [name, String(value)]),
    );
  }
  const operation = /\/operation\/(\w+)$/.exec(url)?.[1];
  if (operation !== undefined) {
    return named(operation, "cbor", []);
  }
  const parameters = new URLSearchParams(body.toString());
  return named(parameters.get("Action") ?? "", "query", parameters);
}

/** An error as AWS sends it. */
export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly status?: number;
}

export function sendError(
  response: ServerResponse,
  protocol: Protocol,
  { code, message, status = protocol === "query" ? 403 : 400 }: WireError,
): void {
  switch (protocol) {
    case "query": {
      const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
      response
        .writeHead(status, { "Content-Type": "text/xml" })
        .end(`<ErrorResponse>${error}<RequestId>0</RequestId></ErrorResponse>`);
      return;
    }
    case "json":
      response
        .writeHead(status, { "Content-Type": "application/x-amz-json-1.1" })
        .end(JSON.stringify({ __type: code, message }));
      return;
    case "cbor":
      response
        .writeHead(status, { "Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" })
        .end(cborMap({ __type: code, message }));
  }
}

/** A map of texts. (RFC 8949: major type 5 with the number of pairs, then texts of major type 3.) */
function cborMap(map: Readonly<Record<string, string>>): Buffer {
  const texts = Object.entries(map).flat();
  return Buffer.concat([Buffer.from([0xa0 + texts.length / 2]), ...texts.map(cborText)]);
}

function cborText(text: string): Buffer {
  const bytes = Buffer.from(text);
  const head = Buffer.from([0x79, bytes.length >> 8, bytes.length & 0xff]);
  return Buffer.concat([head, bytes]);
}
