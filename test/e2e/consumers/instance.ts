import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import type { Lab } from "../harness/lab";
import { type ProxyServer, startProxyServer } from "../harness/proxy-server";

const TOKEN = "token-of-the-second-version";
const ROLES = "/latest/meta-data/iam/security-credentials/";

/**
 * The metadata service of an EC2 instance with a role, in its second version alone: a request without the token of a
 * session is refused. Source: EC2 User Guide, "Access instance metadata for an EC2 instance".
 */
export async function startInstance(lab: Lab, roleArn: string): Promise<ProxyServer> {
  const sts = new STSClient({
    endpoint: lab.url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const { Credentials: given } = await sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: "i-0123456789abcdef0" }),
  );
  const name = roleArn.split("/").at(-1) ?? "";
  const credentials = {
    Code: "Success",
    Type: "AWS-HMAC",
    LastUpdated: "2026-01-01T00:00:00Z",
    AccessKeyId: given?.AccessKeyId,
    SecretAccessKey: given?.SecretAccessKey,
    Token: given?.SessionToken,
    Expiration: "2126-01-01T00:00:00Z",
  };
  return startProxyServer(({ method, url, headers }, answer) => {
    if (method === "PUT" && url === "/latest/api/token")
      answer.writeHead(200, { "x-aws-ec2-metadata-token-ttl-seconds": "21600" }).end(TOKEN);
    else if (headers["x-aws-ec2-metadata-token"] !== TOKEN) answer.writeHead(401).end();
    else if (url === ROLES) answer.writeHead(200).end(name);
    else if (url === `${ROLES}${name}`) answer.writeHead(200).end(JSON.stringify(credentials));
    else answer.writeHead(404).end();
  });
}
