import type { IncomingMessage, ServerResponse } from "node:http";
import { bodyOf, type ProxyServer, startProxyServer } from "../harness/proxy-server";

/** A call that changes something in IAM. */
export interface Change {
  readonly action: string;
  readonly parameters: URLSearchParams;
}

/** What a test does around each change. Changes are made one at a time, so that nothing happens meanwhile. */
export interface Watch {
  /** Before AWS sees the change: "refuse" keeps it from AWS. */
  readonly before?: (change: Change) => Promise<Verdict>;
  /** After AWS has made the change, and before who called learns of it: "refuse" keeps the answer back. */
  readonly after?: (change: Change) => Promise<Verdict>;
  /** Before AWS sees a call of IAM that reads. */
  readonly reading?: () => Verdict;
}

export type Verdict = "pass" | "refuse";

/** Stands between the provider and the local AWS, and lets a test look after every change of IAM. */
export class WatchedAws {
  private aws = "";
  private turn: Promise<unknown> = Promise.resolve();
  watch: Watch = {};

  private constructor(private readonly proxy: ProxyServer) {}

  static async start(): Promise<WatchedAws> {
    const watched: WatchedAws = new WatchedAws(
      await startProxyServer((request, response) => {
        watched.serve(request, response).catch(() => response.destroy());
      }),
    );
    return watched;
  }

  /** The address that the provider is to take for AWS. */
  inFrontOf(aws: string): string {
    this.aws = aws;
    return this.proxy.url;
  }

  async stop(): Promise<void> {
    const { server } = this.proxy;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const parameters = new URLSearchParams(body.toString());
    const action = parameters.get("Action") ?? "";
    const isIam = parameters.get("Version") === "2010-05-08";
    if (!isIam || /^(Get|List)/.test(action)) {
      if (isIam && this.watch.reading?.() === "refuse") refuse(response);
      else await this.pass(request, body, response);
      return;
    }
    const change = { action, parameters };
    const mine = this.turn.then(async () => {
      if ((await this.watch.before?.(change)) === "refuse") {
        refuse(response);
        return;
      }
      const answer = await this.ask(request, body);
      if (answer.status < 400 && (await this.watch.after?.(change)) === "refuse") refuse(response);
      else send(response, answer);
    });
    this.turn = mine.catch(() => {});
    await mine;
  }

  private async pass(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    send(response, await this.ask(request, body));
  }

  private async ask({ url, method, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
    const kept = Object.entries(headers).filter(
      ([name]) => !["host", "connection", "content-length", "expect", "transfer-encoding"].includes(name),
    );
    const answer = await fetch(`${this.aws}${url}`, {
      method: method ?? "POST",
      headers: kept.map(([name, value]) => [name, String(value)] as [string, string]),
      ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
    });
    return {
      status: answer.status,
      type: answer.headers.get("content-type") ?? "text/xml",
      body: Buffer.from(await answer.arrayBuffer()),
    };
  }
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { "Content-Type": type }).end(body);
}

/** As AWS refuses those who lack permission: nobody tries again. */
function refuse(response: ServerResponse): void {
  const error =
    "<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>refused by the test</Message></Error>";
  send(response, {
    status: 403,
    type: "text/xml",
    body: Buffer.from(`<ErrorResponse>${error}<RequestId>0</RequestId></ErrorResponse>`),
  });
}
