import { type IncomingMessage, request } from "node:http";
import { bodyOf, type ProxyServer, startProxyServer } from "./proxy-server";

/** One call to AWS that went through the recorder. */
export interface Recorded {
  /** The account that the caller's credentials are of. */
  readonly account: string;
  /** As a policy names it: `iam:CreateRole`. */
  readonly action: string;
  readonly region: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether AWS did it. */
  readonly done: boolean;
}

/** Stands between the provider and the local AWS: keeps what is called there, and can play an account that is gone. */
export class Recorder {
  readonly calls: Recorded[] = [];
  private readonly gone = new Set<string>();
  private aws: URL | undefined;
  /** Who the temporary credentials are of, by access key id. */
  private readonly sessions = new Map<string, string>();

  private constructor(private readonly proxy: ProxyServer) {}

  static async start(): Promise<Recorder> {
    const recorder: Recorder = new Recorder(
      await startProxyServer((incoming, answer) => {
        recorder.pass(incoming).then(
          ({ status, headers, body }) => answer.writeHead(status, headers).end(body),
          (error: Error) => answer.writeHead(502).end(error.message),
        );
      }),
    );
    return recorder;
  }

  /** The lab's option `url`: what the provider takes for AWS. */
  readonly url = (aws: string): string => {
    this.aws = new URL(aws);
    return this.proxy.url;
  };

  /** From now on no role of the account can be assumed. */
  close(account: string): void {
    this.gone.add(account);
  }

  reopen(account: string): void {
    this.gone.delete(account);
  }

  stop(): void {
    this.proxy.server.closeAllConnections();
    this.proxy.server.close();
  }

  private async pass(incoming: IncomingMessage) {
    const sent = await bodyOf(incoming);
    const assumed = new URLSearchParams(sent.toString("utf8")).get("RoleArn")?.split(":")[4];
    if (assumed !== undefined && this.gone.has(assumed)) return DENIED;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const { method, url, headers } = incoming;
      request(new URL(url ?? "/", this.aws), { method, headers }, resolve)
        .once("error", reject)
        .end(sent);
    });
    const body = await bodyOf(answer);
    this.record(incoming, sent.toString("utf8"), answer.statusCode ?? 0, body.toString("utf8"));
    return { status: answer.statusCode ?? 502, headers: answer.headers, body };
  }

  private record({ headers }: IncomingMessage, sent: string, status: number, answer: string): void {
    const [, key = "", region = "", service = ""] =
      /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(headers.authorization ?? "") ?? [];
    if (!["iam", "sts", "secretsmanager"].includes(service)) return;
    const { name, parameters } = operation(headers, sent);
    if (name === undefined) throw new Error(`the recorder cannot read this call to ${service}: ${sent}`);
    if (name === "AssumeRole" && status < 300) {
      const given = /<AccessKeyId>([^<]+)</.exec(answer)?.[1] ?? "";
      this.sessions.set(given, parameters["RoleArn"]?.split(":")[4] ?? "");
    }
    this.calls.push({
      account: this.sessions.get(key) ?? "111111111111",
      action: `${service}:${name}`,
      region,
      parameters,
      done: status < 300,
    });
  }
}

const DENIED = {
  status: 403,
  headers: { "content-type": "text/xml" },
  body: "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User is not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>",
};

function operation(
  headers: IncomingMessage["headers"],
  sent: string,
): { name: string | undefined; parameters: Record<string, string> } {
  const target = headers["x-amz-target"];
  if (typeof target === "string") {
    const parsed = JSON.parse(sent) as Record<string, unknown>;
    const texts = Object.entries(parsed).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    return { name: target.split(".")[1], parameters: Object.fromEntries(texts) };
  }
  const { Action, ...parameters } = Object.fromEntries(new URLSearchParams(sent));
  return { name: Action, parameters };
}
