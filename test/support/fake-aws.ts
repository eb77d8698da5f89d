import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** An access key as the fake AWS has it. */
export interface FakeKey {
  readonly id: string;
  readonly created: string;
  readonly isInactive?: boolean;
  /** Left out: never used. */
  readonly used?: { readonly at: string; readonly service?: string; readonly region?: string };
}

/** A user as the fake AWS has it. */
export interface FakeUser {
  /** The tag; left out: there is none. */
  readonly generation?: string;
  readonly keys: readonly FakeKey[];
}

/** What AWS answers in place of doing a call. */
export interface FakeFailure {
  readonly status: number;
  readonly code: string;
  readonly message?: string;
}

/** The account whose credentials are in the environment. */
export const OWN_ACCOUNT = "111111111111";

/** STS and IAM, as far as `rotate` asks them: answers by their query protocol, on a port of this machine. */
export class FakeAws {
  /** By account and user: `222222222222/PMMAWSIntegrationUser`. */
  users: Record<string, FakeUser> = {};
  /** What fails, by the action, the account that is asked, and the role that was assumed. */
  failure: (action: string, account: string, role: string) => FakeFailure | undefined = () => undefined;
  /** `AssumeRole arn:...`, `ListAccessKeys 222222222222 PMMAWSIntegrationUser`. */
  readonly calls: string[] = [];
  /** The most calls that were under way at once. */
  most = 0;
  private running = 0;
  private server: Server | undefined;

  async start(): Promise<string> {
    const server = createServer((request, response) => {
      this.running += 1;
      this.most = Math.max(this.most, this.running);
      void bodyOf(request).then((body) => {
        const { status, text } = this.answer(new URLSearchParams(body), request.headers.authorization ?? "");
        // Long enough for others to come in between.
        setTimeout(() => {
          this.running -= 1;
          response.writeHead(status, { "content-type": "text/xml" }).end(text);
        }, 2);
      });
    });
    this.server = server;
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((done) => this.server?.close(done));
  }

  private answer(asked: URLSearchParams, authorization: string): { status: number; text: string } {
    const action = asked.get("Action") ?? "";
    const arn = asked.get("RoleArn");
    // A session's key id says whose it is.
    const account = /Credential=ASIA(\d{12})/.exec(authorization)?.[1] ?? OWN_ACCOUNT;
    const user = asked.get("UserName") ?? "";
    this.calls.push([action, ...(arn === null ? [account, user] : [arn])].filter(Boolean).join(" "));
    const [, target = account, role = ""] = /:(\d{12}):role\/(.+)$/.exec(arn ?? "") ?? [];
    const failed = this.failure(action, target, role);
    if (failed !== undefined) {
      return errorOf(failed);
    }
    const found = this.users[`${account}/${user}`];
    if (found === undefined && user !== "") {
      return errorOf({ status: 404, code: "NoSuchEntity", message: `no user ${user}` });
    }
    return { status: 200, text: resultOf(action, this.result(action, asked, { target, account, found })) };
  }

  private result(
    action: string,
    asked: URLSearchParams,
    { target, account, found }: { target: string; account: string; found: FakeUser | undefined },
  ): string {
    switch (action) {
      case "GetCallerIdentity":
        return `<Account>${account}</Account><Arn>arn:aws:iam::${account}:user/me</Arn><UserId>me</UserId>`;
      case "AssumeRole":
        return `<Credentials><AccessKeyId>ASIA${target}AAAA</AccessKeyId><SecretAccessKey>of-the-session</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2036-01-01T00:00:00Z</Expiration></Credentials>`;
      case "GetUser": {
        const tag = found?.generation;
        const tags =
          tag === undefined
            ? ""
            : `<Tags><member><Key>pmm-iam:key-generation</Key><Value>${tag}</Value></member></Tags>`;
        return `<User><UserName>u</UserName><UserId>i</UserId><Path>/</Path><Arn>a</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate>${tags}</User>`;
      }
      case "ListAccessKeys":
        return `<IsTruncated>false</IsTruncated><AccessKeyMetadata>${found?.keys
          .map(
            ({ id, created, isInactive }) =>
              `<member><AccessKeyId>${id}</AccessKeyId><Status>${isInactive ? "Inactive" : "Active"}</Status><CreateDate>${created}</CreateDate></member>`,
          )
          .join("")}</AccessKeyMetadata>`;
      case "GetAccessKeyLastUsed": {
        const keys = Object.values(this.users).flatMap((one) => one.keys);
        const used = keys.find(({ id }) => id === asked.get("AccessKeyId"))?.used;
        return used === undefined
          ? "<AccessKeyLastUsed><ServiceName>N/A</ServiceName><Region>N/A</Region></AccessKeyLastUsed>"
          : `<AccessKeyLastUsed><LastUsedDate>${used.at}</LastUsedDate><ServiceName>${used.service ?? "rds"}</ServiceName><Region>${used.region ?? "us-east-1"}</Region></AccessKeyLastUsed>`;
      }
      default:
        throw new Error(`the fake AWS knows no ${action}`);
    }
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const part of request) {
    body += String(part);
  }
  return body;
}

function resultOf(action: string, result: string): string {
  return `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`;
}

function errorOf({ status, code, message = code }: FakeFailure): { status: number; text: string } {
  return {
    status,
    text: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  };
}
