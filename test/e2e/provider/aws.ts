import { IAMClient } from "@aws-sdk/client-iam";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { optional } from "./drafts";
import { blocks, entries, required, type State, text, texts } from "./values";

/** What a resource needs of its provider configuration: the clients of one alias, and what the alias says of itself. */
export interface Aws {
  readonly region: string;
  readonly partition: Partition;
  readonly defaultTags: Readonly<Record<string, string>>;
  readonly iam: IAMClient;
  readonly sts: STSClient;
  /** Secrets Manager is regional, and a resource may name another region than its provider. */
  secrets(region: string): SecretsManagerClient;
}

export interface Partition {
  readonly name: string;
  readonly dnsSuffix: string;
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

type Service = "iam" | "sts" | "secretsmanager";

/** One pool of connections for every alias: a thousand of them share one server. */
const { requestHandler } = new STSClient({
  region: "us-east-1",
  requestHandler: { connectionTimeout: 60_000, requestTimeout: 300_000 },
}).config;

/**
 * Does what the provider does when Terraform configures it: assumes the role,
 * asks who it has become, and refuses an account that is not allowed
 * (github.com/hashicorp/aws-sdk-go-base, and the provider's documentation of
 * the skip_* arguments). Throws an error whose message is the diagnostic's.
 */
export async function connect(config: State): Promise<Aws> {
  const region = text(config, "region") ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  if (region === undefined)
    throw new Error("invalid AWS Region: a region is needed in the provider block or AWS_REGION");
  const endpoints = blocks(config["endpoints"]);
  const common = { region, requestHandler, maxAttempts: attempts(config) };
  let credentials = await baseCredentials(config, region);
  const settings = (service: Service, at = region) => ({
    ...common,
    region: at,
    endpoint: endpoint(endpoints, service),
    credentials,
  });

  for (const role of blocks(config["assume_role"])) {
    if (text(role, "role_arn") === undefined) continue;
    // Once to see that it can be assumed, once to have the credentials.
    const own = new STSClient(settings("sts"));
    await assume(own, role);
    credentials = await assume(own, role);
  }
  await verify(config, () => new STSClient(settings("sts")));

  const made = new Map<string, unknown>();
  const once = <Client>(key: string, make: () => Client): Client => {
    if (!made.has(key)) made.set(key, make());
    return made.get(key) as Client;
  };
  return {
    region,
    partition: partitionOf(region),
    defaultTags: entries(blocks(config["default_tags"])[0]?.["tags"]),
    get iam() {
      return once("iam", () => new IAMClient(settings("iam")));
    },
    get sts() {
      return once("sts", () => new STSClient(settings("sts")));
    },
    secrets: (at) => once(at, () => new SecretsManagerClient(settings("secretsmanager", at))),
  };
}

/**
 * The credentials that everything starts from: those of the provider block, of the environment or a profile, or of
 * the instance's metadata service unless the block skips that. As the provider does, this looks for them whenever it
 * is configured, whatever else the block skips, and fails where there are none.
 */
async function baseCredentials(config: State, region: string): Promise<Credentials> {
  const [accessKeyId, secretAccessKey, sessionToken] = [
    text(config, "access_key"),
    text(config, "secret_key"),
    text(config, "token"),
  ];
  if (accessKeyId !== undefined && secretAccessKey !== undefined)
    return { accessKeyId, secretAccessKey, ...optional("sessionToken", sessionToken) };
  const environment = process.env.AWS_ACCESS_KEY_ID ?? process.env.AWS_PROFILE;
  if (environment === undefined && config["skip_metadata_api_check"] === "true")
    throw new Error("No valid credential sources found: access disabled to EC2 IMDS");
  try {
    return await new STSClient({ region }).config.credentials();
  } catch (error) {
    throw new Error(`No valid credential sources found: ${problem(error)}`);
  }
}

/** The provider tries 25 times more unless told otherwise. */
function attempts(config: State): number {
  const retries = config["max_retries"];
  return typeof retries === "number" ? retries + 1 : Number(process.env.AWS_MAX_ATTEMPTS ?? 26);
}

async function assume(sts: STSClient, role: State): Promise<Credentials> {
  const arn = required(role, "role_arn");
  const externalId = text(role, "external_id");
  try {
    const { Credentials: given } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: arn,
        RoleSessionName: text(role, "session_name") ?? `terraform-${Date.now()}`,
        ...optional("ExternalId", externalId),
      }),
    );
    if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken)
      throw new Error("no credentials in the answer");
    return {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      sessionToken: given.SessionToken,
    };
  } catch (error) {
    throw new Error(`Cannot assume IAM Role: IAM Role (${arn}) cannot be assumed: ${problem(error)}`);
  }
}

async function verify(config: State, sts: () => STSClient): Promise<void> {
  const [unchecked, unasked] = [
    config["skip_credentials_validation"] === true,
    config["skip_requesting_account_id"] === true,
  ];
  let account = "";
  if (!unchecked || !unasked) {
    try {
      const identity = await sts().send(new GetCallerIdentityCommand({}));
      if (!unasked) account = identity.Account ?? "";
    } catch (error) {
      throw new Error(
        `validating provider credentials: retrieving caller identity from STS: ${problem(error)}`,
      );
    }
  }
  const allowed = texts(config["allowed_account_ids"]);
  const forbidden = texts(config["forbidden_account_ids"]);
  if (forbidden.includes(account) || (allowed.length > 0 && !allowed.includes(account))) {
    throw new Error(`AWS account ID not allowed: ${account}`);
  }
}

/** Never AWS itself: the stand-in is test equipment, and a test that lost its endpoint must not reach an account. */
function endpoint(endpoints: readonly State[], service: Service): string {
  const named = endpoints.map((block) => text(block, service)).find((url) => url !== undefined);
  const url =
    named ?? process.env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ?? process.env.AWS_ENDPOINT_URL;
  if (url === undefined)
    throw new Error(`no endpoint for ${service}: name one in the provider block or in AWS_ENDPOINT_URL`);
  return url;
}

/** AWS's partitions by the region's prefix (docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html). */
const PARTITIONS: readonly (readonly [prefix: string, partition: Partition])[] = [
  ["cn-", { name: "aws-cn", dnsSuffix: "amazonaws.com.cn" }],
  ["us-gov-", { name: "aws-us-gov", dnsSuffix: "amazonaws.com" }],
  ["eusc-", { name: "aws-eusc", dnsSuffix: "amazonaws.eu" }],
  ["", { name: "aws", dnsSuffix: "amazonaws.com" }],
];

function partitionOf(region: string): Partition {
  const found = PARTITIONS.find(([prefix]) => region.startsWith(prefix));
  if (found === undefined) throw new Error(`no partition for ${region}`);
  return found[1];
}

/** An error of the SDK's in one line: its code and what AWS said. */
export function problem(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A refused connection to a name with two addresses has no message of its own.
  const reason = error.message !== "" ? error.message : ((error as { code?: string }).code ?? "");
  return error.name === "Error" ? reason : `${error.name}: ${reason}`;
}
