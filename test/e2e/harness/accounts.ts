import { IAMClient } from "@aws-sdk/client-iam";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";

// The SDK's notice that it will want a newer Node one day would stand in every test's output.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

/** A look into one account of the local AWS, past Terraform. */
export interface Account {
  readonly id: string;
  readonly iam: IAMClient;
  secrets(region: string): SecretsManagerClient;
}

/** The account behind an administrator's role, which the local AWS lets anyone assume. */
export async function account(
  url: string,
  id: string,
  partition = "aws",
  region = "us-east-1",
): Promise<Account> {
  const own = { endpoint: url, region, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  const { Credentials: given } = await new STSClient(own).send(
    new AssumeRoleCommand({ RoleArn: `arn:${partition}:iam::${id}:role/look`, RoleSessionName: "look" }),
  );
  const credentials = {
    accessKeyId: given?.AccessKeyId ?? "",
    secretAccessKey: given?.SecretAccessKey ?? "",
    sessionToken: given?.SessionToken ?? "",
  };
  return {
    id,
    iam: new IAMClient({ endpoint: url, region, credentials }),
    secrets: (at) => new SecretsManagerClient({ endpoint: url, region: at, credentials }),
  };
}
