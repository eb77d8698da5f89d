import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { bodyOf, type ProxyServer, startProxyServer } from "../harness/proxy-server";

/*
 * Stands between the provider and AWS, knows whose call each is, and makes one of them fail.
 */

/** How a call fails, and whether AWS had carried it out by then. */
export const KINDS = [
  "throttled",
  "error 500",
  "cut before",
  "answer lost",
  "lost, retried",
  "killed before",
  "killed after",
] as const;
export type Kind = (typeof KINDS)[number];

/** The kinds that end terraform itself. */
export const KILLS: readonly Kind[] = ["killed before", "killed after"];

/** The kinds after which AWS has done what nobody was told of. */
export const LOST: readonly Kind[] = ["answer lost", "lost, retried", "killed after"];

export interface Call {
  /** As AWS names it, such as CreateAccessKey. */
  readonly action: string;
  /** The how manieth of this action, from 1 on. */
  readonly turn: number;
}

export interface Fault extends Call {
  readonly kind: Kind;
  /** Ends terraform, for the kinds that do. */
  readonly kill?: () => void;
}

/** Whether a call changes what an account holds. */
export function mutates({ action }: Call): boolean {
  return !/^(Get|List|Describe|AssumeRole)/.test(action);
}

/** What the proxy keeps of each account, since it was last armed. */
interface Watch {
  readonly fault: Fault | undefined;
  readonly calls: Call[];
  struck: boolean;
  /** Nothing of this account reaches AWS any more: who called has been killed. */
  dead: boolean;
}

/** A secret's name tells whose it is: all are in one account, and each ends in `/u` and the account that its key is of. */
const SECRET = /\/u(\d{12})/;

export class FaultProxy {
  private readonly watches = new Map<string, Watch>();
  /** Accounts by the access key that a role gave. */
  private readonly keys = new Map<string, string>();
  private aws = new URL("http://127.0.0.1:9");

  private constructor(private readonly proxy: ProxyServer) {}

  static async start(): Promise<FaultProxy> {
    const proxy: FaultProxy = new FaultProxy(
      await startProxyServer((incoming, outgoing) => {
        proxy.serve(incoming, outgoing).catch(() => incoming.socket.destroy());
      }),
    );
    return proxy;
  }

  /** What the provider takes for AWS. */
  standBefore(aws: string): string {
    this.aws = new URL(aws);
    return this.proxy.url;
  }

  /** Counts an account's calls anew, and makes one of them fail. */
  arm(account: string, fault?: Fault): void {
    this.watches.set(account, { fault, calls: [], struck: false, dead: false });
  }

  /** The account's calls since it was armed, as they came. */
  calls(account: string): readonly Call[] {
    return this.watches.get(account)?.calls ?? [];
  }

  /** Whether the fault has happened. */
  struck(account: string): boolean {
    return this.watches.get(account)?.struck === true;
  }

  stop(): void {
    this.proxy.server.close();
    this.proxy.server.closeAllConnections();
  }

  private async serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming);
    const { action, account, json } = this.recognize(incoming, body.toString("utf8"));
    const watch = account === undefined ? undefined : this.watches.get(account);
    const cut = () => incoming.socket.destroy();
    const forward = () => this.forward(incoming, body, action === "AssumeRole" ? account : undefined);
    const answer = ({ status, headers, content }: Answer) => outgoing.writeHead(status, headers).end(content);

    if (watch === undefined) return void answer(await forward());
    if (watch.dead) return void cut();
    const turn = watch.calls.filter((call) => call.action === action).length + 1;
    watch.calls.push({ action, turn });
    const { fault } = watch;
    if (watch.struck || fault?.action !== action || fault.turn !== turn) return void answer(await forward());

    watch.struck = true;
    switch (fault.kind) {
      case "throttled":
        return void answer(refusal(400, json ? "ThrottlingException" : "Throttling", json));
      case "error 500":
        return void answer(refusal(500, json ? "InternalServiceError" : "ServiceFailure", json));
      case "cut before":
        return void cut();
      case "answer lost":
      case "lost, retried":
        await forward();
        return void cut();
      case "killed before":
        watch.dead = true;
        fault.kill?.();
        return void cut();
      case "killed after":
        watch.dead = true;
        await forward();
        fault.kill?.();
        return void cut();
    }
  }

  /** Whose call it is, and which: IAM and STS say so in a form, Secrets Manager in a header. */
  private recognize({ headers }: IncomingMessage, body: string): Recognized {
    const target = headers["x-amz-target"];
    if (typeof target === "string") {
      const account = SECRET.exec(body)?.[1];
      return { action: target.replace(/^.*\./, ""), account, json: true };
    }
    const form = new URLSearchParams(body);
    const action = form.get("Action") ?? "";
    const role = /^arn:aws:iam::(\d{12}):/.exec(form.get("RoleArn") ?? "")?.[1];
    const key = /Credential=([^/]+)\//.exec(headers.authorization ?? "")?.[1] ?? "";
    return { action, account: role ?? this.keys.get(key), json: false };
  }

  private forward(incoming: IncomingMessage, body: Buffer, assumed: string | undefined): Promise<Answer> {
    const { method, url: path, headers } = incoming;
    const { hostname, port } = this.aws;
    return new Promise((resolve, reject) => {
      const sent = request({ hostname, port, method, path, headers }, (reply) => {
        const chunks: Buffer[] = [];
        reply.on("data", (chunk: Buffer) => chunks.push(chunk)).once("error", reject);
        reply.once("end", () => {
          const content = Buffer.concat(chunks);
          const key = /<AccessKeyId>([^<]+)</.exec(content.toString("utf8"))?.[1];
          if (assumed !== undefined && key !== undefined) this.keys.set(key, assumed);
          const { "transfer-encoding": _, connection: __, ...kept } = reply.headers;
          resolve({ status: reply.statusCode ?? 500, headers: kept, content });
        });
      });
      sent.once("error", reject);
      sent.end(body);
    });
  }
}

interface Recognized {
  readonly action: string;
  readonly account: string | undefined;
  readonly json: boolean;
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly content: Buffer;
}

/** An error in the form of the protocol: JSON for Secrets Manager, XML for the others. */
function refusal(status: number, code: string, json: boolean): Answer {
  const content = Buffer.from(
    json
      ? JSON.stringify({ __type: code, message: "Rate exceeded" })
      : `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>Rate exceeded</Message></Error>` +
          "<RequestId>fault</RequestId></ErrorResponse>",
  );
  const type = json ? "application/x-amz-json-1.1" : "text/xml";
  return { status, headers: { "content-type": type, "content-length": String(content.length) }, content };
}
