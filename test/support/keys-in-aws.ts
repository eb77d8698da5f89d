import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A secret's text by its stage. */
export type SecretVersions = Readonly<Partial<Record<"AWSCURRENT" | "AWSPREVIOUS", string>>>;

export interface ListedKey {
  readonly id: string;
  readonly status?: "Active" | "Inactive";
}

const IAM: ReadonlySet<string> = new Set(["GetUser", "ListAccessKeys", "GetAccessKeyLastUsed"]);

/**
 * A stand-in for the AWS calls that read keys: GetSecretValue, GetUser, ListAccessKeys, GetAccessKeyLastUsed (no key was
 * ever used), GetCallerIdentity and AssumeRole. A session of a role is in the account of the role. The end-to-end suite
 * asks the local AWS instead.
 */
export class KeysInAws {
  readonly secrets = new Map<string, SecretVersions>();
  /** By account. */
  readonly keys = new Map<string, readonly ListedKey[]>();
  /** The user's tag of its generation, by account. */
  readonly generations = new Map<string, number>();
  /** What AWS refuses, such as `secretsmanager:GetSecretValue`. */
  readonly denied = new Set<string>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<KeysInAws> {
    const server = createServer();
    const aws = new KeysInAws(server);
    server.on("request", async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) {
        parts.push(part);
      }
      const target = String(request.headers["x-amz-target"] ?? "");
      const caller = /Credential=[A-Z]*(\d{12})/.exec(String(request.headers["authorization"]))?.[1] ?? "";
      const [status, type, body] = aws.answer(target, Buffer.concat(parts).toString(), caller);
      response.writeHead(status, { "Content-Type": type }).end(body);
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

  private answer(target: string, body: string, caller: string): [status: number, type: string, body: string] {
    return target === "secretsmanager.GetSecretValue"
      ? this.secret(JSON.parse(body), caller)
      : this.query(new URLSearchParams(body), caller);
  }

  private secret(
    { SecretId, VersionStage }: { SecretId: string; VersionStage: keyof SecretVersions },
    caller: string,
  ): [number, string, string] {
    const type = "application/x-amz-json-1.1";
    const refuse = (name: string, message: string): [number, string, string] => [
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

  private query(parameters: URLSearchParams, caller: string): [number, string, string] {
    const action = parameters.get("Action") ?? "";
    const service = IAM.has(action) ? "iam" : "sts";
    if (this.denied.has(`${service}:${action}`)) {
      return [
        403,
        "text/xml",
        `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized to perform: ${service}:${action}</Message></Error></ErrorResponse>`,
      ];
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
        return `<Credentials><AccessKeyId>ASIA${account}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>`;
      }
      case "GetUser":
        return `<User><UserName>PMMAWSIntegrationUser</UserName><Tags><member><Key>pmm-iam:key-generation</Key><Value>${this.generations.get(caller)}</Value></member></Tags></User>`;
      case "GetAccessKeyLastUsed":
        return "<AccessKeyLastUsed><ServiceName>N/A</ServiceName><Region>N/A</Region></AccessKeyLastUsed>";
      default: {
        const members = (this.keys.get(caller) ?? []).map(
          ({ id, status = "Active" }, index) =>
            `<member><UserName>PMMAWSIntegrationUser</UserName><AccessKeyId>${id}</AccessKeyId><Status>${status}</Status><CreateDate>2026-0${index + 1}-01T00:00:00Z</CreateDate></member>`,
        );
        return `<AccessKeyMetadata>${members.join("")}</AccessKeyMetadata><IsTruncated>false</IsTruncated>`;
      }
    }
  }
}
