import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A secret's text by its stage. */
export type SecretVersions = Readonly<Partial<Record<"AWSCURRENT" | "AWSPREVIOUS", string>>>;

export interface ListedKey {
  readonly id: string;
  readonly status?: "Active" | "Inactive";
  /** Left out: a month of 2026, by its place in the list. */
  readonly created?: string;
  /** When RDS in us-east-1 saw it last; left out: it was never used. */
  readonly used?: string;
}

/** What AWS answers in place of doing a call. */
export interface Failure {
  readonly status: number;
  readonly code: string;
  readonly message?: string;
}

type Answer = readonly [status: number, type: string, body: string];

const IAM: ReadonlySet<string> = new Set(["GetUser", "ListAccessKeys", "GetAccessKeyLastUsed"]);

/** The user of an account whose keys are in `keys`. */
const USER = "PMMAWSIntegrationUser";

/**
 * A stand-in for the AWS calls that read keys: GetSecretValue, GetUser, ListAccessKeys, GetAccessKeyLastUsed,
 * GetCallerIdentity and AssumeRole. A session of a role is in the account of the role. The end-to-end suite asks the
 * local AWS instead.
 */
export class KeysInAws {
  readonly secrets = new Map<string, SecretVersions>();
  /** By account; one that is not here has no such user. */
  readonly keys = new Map<string, readonly ListedKey[]>();
  /** The user's tag of its generation, by account; one that is not here has no such tag. */
  readonly generations = new Map<string, number>();
  /** What AWS refuses, such as `secretsmanager:GetSecretValue`. */
  readonly denied = new Set<string>();
  /** What else fails of STS and IAM, by the action and the account that it is for. */
  failure: (action: string, account: string) => Failure | undefined = () => undefined;
  /** Each call of STS and IAM: `AssumeRole arn:...`, `GetUser 222222222222 PMMAWSIntegrationUser`. */
  readonly calls: string[] = [];
  /** The most calls that were under way at once. */
  most = 0;
  /** No AssumeRole is answered before so many calls are under way. */
  assumesAtOnce = 0;
  private running = 0;
  private readonly held: (() => void)[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<KeysInAws> {
    const server = createServer();
    const aws = new KeysInAws(server);
    server.on("request", async (request, response) => {
      aws.running += 1;
      aws.most = Math.max(aws.most, aws.running);
      const parts: Buffer[] = [];
      for await (const part of request) {
        parts.push(part);
      }
      const target = String(request.headers["x-amz-target"] ?? "");
      const caller = /Credential=[A-Z]*(\d{12})/.exec(String(request.headers["authorization"]))?.[1] ?? "";
      const [status, type, body] = aws.answer(target, Buffer.concat(parts).toString(), caller);
      aws.held.push(() => {
        aws.running -= 1;
        response.writeHead(status, { "Content-Type": type }).end(body);
      });
      if (aws.most >= aws.assumesAtOnce || !aws.calls.at(-1)?.startsWith("AssumeRole ")) {
        // Long enough for others to come in between.
        setTimeout(() => {
          for (const answer of aws.held.splice(0)) {
            answer();
          }
        }, 2);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return aws;
  }

  /** What makes the SDK come here, as a caller in this account. */
  environment(accountId = "111111111111"): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: `AKIA${accountId}`,
      AWS_SECRET_ACCESS_KEY: "of-the-caller",
      AWS_REGION: "us-east-1",
      AWS_MAX_ATTEMPTS: "1",
    };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(target: string, body: string, caller: string): Answer {
    return target === "secretsmanager.GetSecretValue"
      ? this.secret(JSON.parse(body), caller)
      : this.query(new URLSearchParams(body), caller);
  }

  private secret(
    { SecretId, VersionStage }: { SecretId: string; VersionStage: keyof SecretVersions },
    caller: string,
  ): Answer {
    const type = "application/x-amz-json-1.1";
    const refuse = (name: string, message: string): Answer => [
      400,
      type,
      JSON.stringify({ __type: name, message }),
    ];
    if (this.denied.has("secretsmanager:GetSecretValue")) {
      return refuse("AccessDeniedException", "not authorized to perform: secretsmanager:GetSecretValue");
    }
    const text = caller === "111111111111" ? this.secrets.get(SecretId)?.[VersionStage] : undefined;
    return text === undefined
      ? refuse("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
      : [200, type, JSON.stringify({ Name: SecretId, SecretString: text, VersionStages: [VersionStage] })];
  }

  private query(parameters: URLSearchParams, caller: string): Answer {
    const action = parameters.get("Action") ?? "";
    const [role, user] = [parameters.get("RoleArn"), parameters.get("UserName")];
    this.calls.push([action, ...(role === null ? [caller, user ?? ""] : [role])].filter(Boolean).join(" "));
    const name = `${IAM.has(action) ? "iam" : "sts"}:${action}`;
    if (this.denied.has(name)) {
      return failed({ status: 403, code: "AccessDenied", message: `not authorized to perform: ${name}` });
    }
    const failure = this.failure(action, role?.split(":")[4] ?? caller);
    if (failure !== undefined) {
      return failed(failure);
    }
    if (user !== null && !(user === USER && this.keys.has(caller))) {
      return failed({ status: 404, code: "NoSuchEntity", message: `no user ${user}` });
    }
    const result = this.result(action, parameters, caller);
    return [
      200,
      "text/xml",
      `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`,
    ];
  }

  private result(action: string, parameters: URLSearchParams, caller: string): string {
    switch (action) {
      case "GetCallerIdentity":
        return `<Account>${caller}</Account><Arn>arn:aws:iam::${caller}:user/a</Arn><UserId>A</UserId>`;
      case "AssumeRole": {
        const account = parameters.get("RoleArn")?.split(":")[4];
        return `<Credentials><AccessKeyId>ASIA${account}</AccessKeyId><SecretAccessKey>of-the-session</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>`;
      }
      case "GetUser": {
        const tag = this.generations.get(caller);
        const tags =
          tag === undefined
            ? ""
            : `<Tags><member><Key>pmm-iam:key-generation</Key><Value>${tag}</Value></member></Tags>`;
        return `<User><UserName>${USER}</UserName>${tags}</User>`;
      }
      case "GetAccessKeyLastUsed": {
        const id = parameters.get("AccessKeyId");
        const used = this.keys.get(caller)?.find((key) => key.id === id)?.used;
        return used === undefined
          ? "<AccessKeyLastUsed><ServiceName>N/A</ServiceName><Region>N/A</Region></AccessKeyLastUsed>"
          : `<AccessKeyLastUsed><LastUsedDate>${used}</LastUsedDate><ServiceName>rds</ServiceName><Region>us-east-1</Region></AccessKeyLastUsed>`;
      }
      default: {
        const members = (this.keys.get(caller) ?? []).map(
          ({ id, status = "Active", created }, index) =>
            `<member><UserName>${USER}</UserName><AccessKeyId>${id}</AccessKeyId><Status>${status}</Status><CreateDate>${created ?? `2026-0${index + 1}-01T00:00:00Z`}</CreateDate></member>`,
        );
        return `<AccessKeyMetadata>${members.join("")}</AccessKeyMetadata><IsTruncated>false</IsTruncated>`;
      }
    }
  }
}

function failed({ status, code, message = code }: Failure): Answer {
  return [
    status,
    "text/xml",
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  ];
}
