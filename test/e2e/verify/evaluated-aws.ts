import type { IncomingMessage, ServerResponse } from "node:http";
import { ListAccessKeysCommand, ListUsersCommand } from "@aws-sdk/client-iam";
import type { Lab } from "../harness/lab";
import { bodyOf, type ProxyServer, startProxyServer } from "../harness/proxy-server";
import { type Identity, identitiesOf, type Secret, secretsOf } from "../identities/applied";
import { type Call, evaluate, openDocuments } from "../identities/evaluate";
import { sendError, type WireCall, type WireError, wireCall } from "./wire";

/** Who holds credentials. */
interface Holder {
  readonly arn: string;
  readonly isActive: boolean;
}

/** What the local AWS holds: read once, and again after `changed`. */
interface Held {
  readonly identities: ReadonlyMap<string, Identity>;
  readonly secrets: ReadonlyMap<string, Secret>;
  /** By access key id. */
  readonly users: ReadonlyMap<string, Holder>;
}

/**
 * Stands in front of the local AWS and evaluates every call as AWS does, by the policies that are there: the caller's,
 * with its boundary, a role's trust, a secret's policy. What it denies it answers in AWS's words. (IAM User Guide,
 * "Troubleshoot access denied error messages".)
 */
export class EvaluatedAws {
  /** Where calls come from. */
  sourceIp = "198.51.100.7";
  /** What else may keep a call from being answered. */
  fault: (call: WireCall, by: string | undefined) => WireError | undefined = () => undefined;
  /** Every action that was asked for, with who asked. */
  readonly seen: string[] = [];
  private readonly sessions = new Map<string, string>();
  private held: Promise<Held> | undefined;

  private constructor(
    private readonly lab: Lab,
    private readonly accounts: readonly string[],
    private readonly proxy: ProxyServer,
  ) {}

  static async start(lab: Lab, accounts: readonly string[]): Promise<EvaluatedAws> {
    const aws: EvaluatedAws = new EvaluatedAws(
      lab,
      accounts,
      await startProxyServer((request, response) => {
        aws.serve(request, response).catch((error: unknown) => {
          process.stderr.write(`${String(error)}\n`);
          response.destroy();
        });
      }),
    );
    return aws;
  }

  get url(): string {
    return this.proxy.url;
  }

  /** Credentials that were given past this. */
  know(accessKeyId: string, arn: string): void {
    this.sessions.set(accessKeyId, arn);
  }

  /** To be called after every change of a policy or key. */
  changed(): void {
    this.held = undefined;
  }

  async stop(): Promise<void> {
    this.proxy.server.closeAllConnections();
    await new Promise((resolve) => this.proxy.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const call = wireCall(request, body);
    if (call === undefined) {
      sendError(response, "query", { code: "MissingAuthenticationToken", message: "not signed" });
      return;
    }
    const error = await this.errorOf(call);
    if (error !== undefined) {
      sendError(response, call.protocol, error);
      return;
    }
    const headers = Object.entries(request.headers).filter(
      ([name]) => !["host", "connection", "content-length", "transfer-encoding"].includes(name),
    );
    const answer = await fetch(`${this.lab.url}${request.url}`, {
      method: request.method ?? "POST",
      headers: headers.map(([name, value]) => [name, String(value)] as [string, string]),
      ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
    });
    const text = Buffer.from(await answer.arrayBuffer());
    if (call.action === "sts:AssumeRole" && answer.ok) {
      const id = /<AccessKeyId>(\w+)</.exec(text.toString())?.[1];
      this.sessions.set(id ?? "", call.parameters.get("RoleArn") ?? "");
    }
    const kept = ["content-type", "smithy-protocol"].flatMap((name): [string, string][] => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value]];
    });
    response.writeHead(answer.status, Object.fromEntries(kept)).end(text);
  }

  private async errorOf(call: WireCall): Promise<WireError | undefined> {
    this.held ??= this.read();
    const held = await this.held;
    const user = held.users.get(call.accessKeyId);
    const by = this.sessions.get(call.accessKeyId) ?? user?.arn;
    this.seen.push(`${by} ${call.action}`);
    const fault = this.fault(call, by);
    if (fault !== undefined) {
      return fault;
    }
    if (by === undefined || user?.isActive === false) {
      const code = call.protocol === "query" ? "InvalidClientTokenId" : "UnrecognizedClientException";
      return { code, message: "The security token included in the request is invalid." };
    }
    for (const asked of callsOf(call, by, this.sourceIp, held)) {
      const denial = await this.denial(asked, held);
      if (denial !== undefined) {
        return denial;
      }
    }
    return undefined;
  }

  /** Why AWS would refuse the call, in its words. */
  private async denial(call: Call, held: Held): Promise<WireError | undefined> {
    const { by, action, on } = call;
    const caller = held.identities.get(by);
    const open = openDocuments(call);
    const resource = action.startsWith("sts:")
      ? held.identities.get(on)?.trust
      : [...held.secrets.values()].find(({ arn }) => arn === on)?.policy;
    const identity = caller?.policies ?? [];
    const boundary = caller?.boundary;
    const isKnown = !action.startsWith("sts:") || resource !== undefined;
    if (isKnown && (await evaluate(call, { identity, boundary, resource })) === "Allowed") {
      return undefined;
    }
    const alone = await evaluate(call, { ...open, identity });
    const bounded = await evaluate(call, { ...open, boundary });
    const because =
      alone === "ExplicitlyDenied"
        ? " with an explicit deny in an identity-based policy"
        : bounded !== "Allowed"
          ? ` because no permissions boundary allows the ${action} action`
          : alone !== "Allowed"
            ? ` because no identity-based policy allows the ${action} action`
            : "";
    return {
      code: action.startsWith("sts:") || action.startsWith("rds:") ? "AccessDenied" : "AccessDeniedException",
      message: `User: ${sessionArn(by)} is not authorized to perform: ${action} on resource: ${on}${because}`,
    };
  }

  private async read(): Promise<Held> {
    const identities = new Map<string, Identity>();
    const secrets = new Map<string, Secret>();
    const users = new Map<string, Holder>();
    for (const id of this.accounts) {
      const account = await this.lab.account(id);
      for (const identity of await identitiesOf(account.iam)) identities.set(identity.arn, identity);
      for (const [name, secret] of await secretsOf(account.secrets("us-east-1"))) secrets.set(name, secret);
      const { Users = [] } = await account.iam.send(new ListUsersCommand({}));
      for (const { UserName, Arn = "" } of Users) {
        const { AccessKeyMetadata = [] } = await account.iam.send(new ListAccessKeysCommand({ UserName }));
        for (const { AccessKeyId = "", Status } of AccessKeyMetadata) {
          users.set(AccessKeyId, { arn: Arn, isActive: Status === "Active" });
        }
      }
    }
    return { identities, secrets, users };
  }
}

/** What a policy has to allow for a call. */
function callsOf(
  { action, region, parameters }: WireCall,
  by: string,
  sourceIp: string,
  { secrets }: Held,
): Call[] {
  const account = by.split(":")[4];
  const context = { "aws:SourceIp": sourceIp };
  const on = (resource: string): Call[] => [{ by, action, on: resource, context }];
  switch (action) {
    case "sts:GetCallerIdentity":
      return [];
    case "sts:AssumeRole": {
      const role = parameters.get("RoleArn") ?? "";
      const externalId = parameters.get("ExternalId");
      const tag = parameters.get("Tags.member.1.Key");
      const tags =
        tag === undefined ? {} : { [`aws:RequestTag/${tag}`]: parameters.get("Tags.member.1.Value") ?? "" };
      const given = { ...(externalId === undefined ? {} : { "sts:ExternalId": externalId }), ...tags };
      return ["sts:AssumeRole", ...(tag === undefined ? [] : ["sts:TagSession"])].map((asked) => ({
        by,
        action: asked,
        on: role,
        context: asked === "sts:TagSession" ? tags : given,
      }));
    }
    case "secretsmanager:GetSecretValue":
      return on(
        secrets.get(parameters.get("SecretId") ?? "")?.arn ??
          "arn:aws:secretsmanager:us-east-1:111111111111:secret:none",
      );
    case "rds:DescribeDBInstances":
      return on(`arn:aws:rds:${region}:${account}:db:*`);
    case "logs:FilterLogEvents":
    case "logs:StartQuery":
      return on(`arn:aws:logs:${region}:${account}:log-group:${parameters.get("logGroupName")}:log-stream:`);
    default:
      return on(
        action === "cloudwatch:DescribeAlarms" ? `arn:aws:cloudwatch:${region}:${account}:alarm:x` : "*",
      );
  }
}

/** As AWS names a role's session. */
function sessionArn(arn: string): string {
  return (
    arn.replace(/^(arn:\w+):iam:(:\d+):role\/(?:.*\/)?/, "$1:sts:$2:assumed-role/") +
    (arn.includes(":role/") ? "/pmm-iam" : "")
  );
}
