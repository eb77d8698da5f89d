import {
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
} from "@aws-sdk/client-iam";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { type AwsSession, clientSettings } from "./session";

/** One access key of a user, without its secret. */
export interface AccessKey {
  readonly id: string;
  readonly isActive: boolean;
  readonly createdAt: Date;
}

/** When a key was last used, and for what: AWS keeps the last use alone, with some minutes of delay. */
export interface LastUse {
  readonly at: Date;
  /** `rds`, `monitoring`, `logs`. */
  readonly service: string;
  readonly region: string;
}

/** The access keys of a user, the oldest first. A user has two at most. */
export async function accessKeys(session: AwsSession, userName: string): Promise<AccessKey[]> {
  const { AccessKeyMetadata = [] } = await iam(session, (client) =>
    client.send(new ListAccessKeysCommand({ UserName: userName })),
  );
  return AccessKeyMetadata.map(({ AccessKeyId = "", Status, CreateDate = new Date(0) }) => ({
    id: AccessKeyId,
    isActive: Status === "Active",
    createdAt: CreateDate,
  })).sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}

/** The tags of a user, by their keys. */
export async function userTags(session: AwsSession, userName: string): Promise<ReadonlyMap<string, string>> {
  const { User } = await iam(session, (client) => client.send(new GetUserCommand({ UserName: userName })));
  return new Map((User?.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
}

/** The last use of a key; undefined where it was never used. */
export async function lastUse(session: AwsSession, keyId: string): Promise<LastUse | undefined> {
  const { AccessKeyLastUsed } = await iam(session, (client) =>
    client.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: keyId })),
  );
  return AccessKeyLastUsed?.LastUsedDate === undefined
    ? undefined
    : {
        at: AccessKeyLastUsed.LastUsedDate,
        service: AccessKeyLastUsed.ServiceName ?? "",
        region: AccessKeyLastUsed.Region ?? "",
      };
}

/** The text of a secret, by its name or ARN, in the session's region. */
export async function secretText(
  session: AwsSession,
  secretId: string,
  stage: "AWSCURRENT" | "AWSPREVIOUS" = "AWSCURRENT",
): Promise<string> {
  const client = new SecretsManagerClient(clientSettings(session));
  try {
    const { SecretString } = await client.send(
      new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage }),
    );
    return SecretString ?? "";
  } finally {
    client.destroy();
  }
}

/** The account and the ARN that the session's calls come from. */
export async function callerIdentity(session: AwsSession): Promise<{ accountId: string; arn: string }> {
  const client = new STSClient(clientSettings(session));
  try {
    const { Account = "", Arn = "" } = await client.send(new GetCallerIdentityCommand({}));
    return { accountId: Account, arn: Arn };
  } finally {
    client.destroy();
  }
}

async function iam<Answer>(
  session: AwsSession,
  call: (client: IAMClient) => Promise<Answer>,
): Promise<Answer> {
  const client = new IAMClient(clientSettings(session));
  try {
    return await call(client);
  } finally {
    client.destroy();
  }
}
