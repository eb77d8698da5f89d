import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { fromNodeProviderChain } from "@aws-sdk/credential-providers";

/** What signs a call. It is kept out of every message. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of a role's session; an access key has none. */
  readonly sessionToken?: string;
}

/** Who calls AWS, and in which region. */
export interface AwsSession {
  readonly region: string;
  readonly credentials: () => Promise<AwsCredentials>;
  /** How often a call is tried that AWS throttles or that fails on the way. Default: 4. */
  readonly attempts?: number;
}

// The SDK's warning of an old Node is for who builds this program, not for who runs it.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

/** What the name of the session is in CloudTrail, as Terraform's is. */
const SESSION_NAME = "pmm-iam";

/** As short as AWS allows, in seconds: a session is used for a few calls. */
const SESSION_SECONDS = 900;

/** Milliseconds for a connection, and for an answer. */
const CONNECTION_TIMEOUT = 5_000;
const REQUEST_TIMEOUT = 20_000;

/** Without the throw, the SDK prints a warning past the time and waits on, for an answer that may never come. */
const REQUEST_HANDLER = {
  connectionTimeout: CONNECTION_TIMEOUT,
  requestTimeout: REQUEST_TIMEOUT,
  throwOnRequestTimeout: true,
  // Of an answer that begins and then stops.
  socketTimeout: REQUEST_TIMEOUT,
} as const;

/** Milliseconds in which an instance's metadata service answers, where there is one. It is asked twice. */
const METADATA_TIMEOUT = 500;

const MAX_ATTEMPTS = 4;

/**
 * The credentials that the AWS CLI would use here, from the environment, a profile, IAM Identity Center, a container or
 * the instance, in that order. They are looked for once, at the first call.
 */
export function ownSession(region: string): AwsSession {
  return {
    region,
    credentials: once(
      fromNodeProviderChain({
        clientConfig: { region, requestHandler: REQUEST_HANDLER },
        timeout: METADATA_TIMEOUT,
        maxRetries: 0,
      }),
    ),
  };
}

/** The same caller in another region. */
export function inRegion(session: AwsSession, region: string): AwsSession {
  return { ...session, region };
}

/** A role to assume, and what its trust may ask for. */
export interface AssumedRole {
  readonly roleArn: string;
  readonly externalId?: string | undefined;
  /** A session tag that is passed on, as EKS Pod Identity has them. */
  readonly transitiveTag?: { readonly key: string; readonly value: string };
}

/** A session with the role's rights, assumed at its first call, by the STS of the session's region. */
export function assumeRole(
  session: AwsSession,
  { roleArn, externalId, transitiveTag }: AssumedRole,
): AwsSession {
  const assume = async (): Promise<AwsCredentials> => {
    const client = new STSClient(clientSettings(session));
    try {
      const { Credentials } = await client.send(
        new AssumeRoleCommand({
          RoleArn: roleArn,
          RoleSessionName: SESSION_NAME,
          DurationSeconds: SESSION_SECONDS,
          ...(externalId === undefined ? {} : { ExternalId: externalId }),
          ...(transitiveTag === undefined
            ? {}
            : {
                Tags: [{ Key: transitiveTag.key, Value: transitiveTag.value }],
                TransitiveTagKeys: [transitiveTag.key],
              }),
        }),
      );
      return {
        accessKeyId: Credentials?.AccessKeyId ?? "",
        secretAccessKey: Credentials?.SecretAccessKey ?? "",
        ...(Credentials?.SessionToken === undefined ? {} : { sessionToken: Credentials.SessionToken }),
      };
    } finally {
      client.destroy();
    }
  };
  return { region: session.region, credentials: once(assume) };
}

/** A session with an access key. */
export function keySession(region: string, key: AwsCredentials): AwsSession {
  return { region, credentials: () => Promise.resolve(key) };
}

/** What each client of the SDK is made with. */
export function clientSettings({ region, credentials, attempts = MAX_ATTEMPTS }: AwsSession) {
  return {
    region,
    credentials,
    maxAttempts: attempts,
    requestHandler: REQUEST_HANDLER,
  };
}

/** Asks once. What fails is asked again the next time: a host may get its role in between. */
function once(ask: () => Promise<AwsCredentials>): () => Promise<AwsCredentials> {
  let asked: Promise<AwsCredentials> | undefined;
  return () => {
    asked ??= ask().catch((cause: unknown) => {
      asked = undefined;
      throw cause;
    });
    return asked;
  };
}
