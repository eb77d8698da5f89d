import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { type CallName, callOf, fieldsOf, type Received, violations } from "./pmm-description";

/** An rds_exporter as PMM keeps it. The secret is in no answer. */
export interface StoredAgent {
  readonly agent_id: string;
  readonly pmm_agent_id: string;
  readonly node_id: string;
  readonly aws_access_key?: string;
  readonly custom_labels?: Readonly<Record<string, string>>;
  readonly disabled?: boolean;
  readonly basic_metrics_disabled?: boolean;
  readonly enhanced_metrics_disabled?: boolean;
  readonly push_metrics_enabled?: boolean;
  readonly log_level?: string;
  readonly metrics_resolutions?: Readonly<Record<string, string>>;
  readonly status?: string;
  readonly listen_port?: number;
}

export interface StoredService {
  readonly service_id: string;
  readonly service_name: string;
  readonly node_id: string;
}

/** What goes wrong with one request. `cut after`: the change is made, and the connection ends before the answer. */
export type Fault =
  | "cut before"
  | "cut after"
  | "truncated"
  | "slow"
  | { readonly status: number; readonly after?: boolean; readonly headers?: Readonly<Record<string, string>> }
  /** Answers what it says, with this type. */
  | { readonly answer: string; readonly type?: string };

export interface Settings {
  readonly version?: string;
  /** The path that PMM is served under. */
  readonly prefix?: string;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** As PMM before 3.7: fields that it does not know are ignored. */
  readonly ignoresKeys?: boolean;
  /** How long a slow answer takes, in milliseconds. */
  readonly slowness?: number;
}

export const TOKEN = "glsa_AbCdEf0123456789_0badc0de";

/** A PMM of the tests: it holds agents and services, and checks every request by the description of PMM's API. */
export class PmmServer {
  readonly violations: string[] = [];
  readonly calls: CallName[] = [];
  /** Of each request, as a proxy's log would have it. */
  readonly lines: string[] = [];
  /** The secret key of each agent. */
  readonly secrets = new Map<string, string>();
  readonly agents = new Map<string, StoredAgent>();
  services: Readonly<Record<string, readonly StoredService[]>> = {};
  /** By the number of the request, from 1. */
  faults: Readonly<Record<number, Fault>> = {};
  /** For each request of a call. */
  faultOf: Partial<Record<CallName, Fault>> = {};

  private constructor(
    private readonly server: Server,
    private readonly settings: Settings,
  ) {}

  static async start(settings: Settings = {}): Promise<PmmServer> {
    const server = settings.tls === undefined ? createServer() : createTlsServer(settings.tls);
    const pmm = new PmmServer(server, settings);
    server.on("request", (request, response) => void pmm.serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return pmm;
  }

  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    const { tls, prefix = "" } = this.settings;
    return tls === undefined ? `http://127.0.0.1:${port}${prefix}` : `https://localhost:${port}${prefix}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Forgets what was asked, and goes on without faults. */
  forget(): void {
    this.calls.length = 0;
    this.lines.length = 0;
    this.faults = {};
    this.faultOf = {};
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = await this.received(request);
    const name = callOf(received);
    this.lines.push(`${received.method} ${received.url.href}`);
    this.violations.push(...violations(received, TOKEN));
    if (name === undefined) {
      send(response, 404, { code: 5, message: "Not Found" });
      return;
    }
    this.calls.push(name);
    const fault = this.faults[this.calls.length] ?? this.faultOf[name];
    await this.answer(name, received, response, fault);
  }

  private async received(request: IncomingMessage): Promise<Received> {
    const parts: Buffer[] = [];
    for await (const part of request) {
      parts.push(part);
    }
    const { prefix = "" } = this.settings;
    const path = request.url ?? "";
    const url = new URL(
      path.startsWith(prefix) ? path.slice(prefix.length) : `/elsewhere${path}`,
      "http://pmm",
    );
    const { method = "", headers } = request;
    return { method, url, headers, body: Buffer.concat(parts).toString() };
  }

  private async answer(
    name: CallName,
    received: Received,
    response: ServerResponse,
    fault: Fault | undefined,
  ): Promise<void> {
    if (fault === "cut before") {
      response.destroy();
      return;
    }
    if (fault === "slow") {
      await new Promise((resolve) => setTimeout(resolve, this.settings.slowness ?? 300));
    }
    if (typeof fault === "object" && "status" in fault && fault.after !== true) {
      send(response, fault.status, { code: 13, message: "Internal server error." }, fault.headers);
      return;
    }
    const [status, body] = this.does(name, received);
    if (typeof fault === "object" && "status" in fault) {
      send(response, fault.status, { code: 13, message: "Internal server error." }, fault.headers);
    } else if (typeof fault === "object") {
      response.writeHead(200, { "Content-Type": fault.type ?? "application/json" }).end(fault.answer);
    } else if (fault === "cut after") {
      response.destroy();
    } else if (fault === "truncated") {
      response.writeHead(status, { "Content-Type": "application/json", "Content-Length": 100_000 });
      response.write(JSON.stringify(body).slice(0, 40), () => response.destroy());
    } else {
      send(response, status, body);
    }
  }

  private does(name: CallName, { url, body }: Received): [status: number, body: unknown] {
    const agent = this.agents.get(decodeURIComponent(url.pathname.split("/").at(-1) ?? ""));
    switch (name) {
      case "version": {
        const version = this.settings.version ?? "3.7.0";
        return [200, { version, server: { version }, distribution_method: "DISTRIBUTION_METHOD_DOCKER" }];
      }
      case "agents":
        return [200, this.agents.size === 0 ? {} : { rds_exporter: [...this.agents.values()] }];
      case "services":
        return [200, this.services];
      case "agent":
        return agent === undefined
          ? [404, { code: 5, message: "not found" }]
          : [200, { rds_exporter: agent }];
      case "change":
        return agent === undefined
          ? [404, { code: 5, message: "not found" }]
          : [
              200,
              { rds_exporter: this.changed(agent, fieldsOf(fieldsOf(JSON.parse(body))["rds_exporter"])) },
            ];
    }
  }

  private changed(agent: StoredAgent, change: Readonly<Record<string, unknown>>): StoredAgent {
    const { aws_access_key, aws_secret_key } = change;
    if (
      !this.settings.ignoresKeys &&
      typeof aws_access_key === "string" &&
      typeof aws_secret_key === "string"
    ) {
      this.secrets.set(agent.agent_id, aws_secret_key);
      this.agents.set(agent.agent_id, { ...agent, aws_access_key });
    }
    return this.agents.get(agent.agent_id) ?? agent;
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));
}
