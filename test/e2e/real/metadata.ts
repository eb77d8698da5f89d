import { type ProxyServer, startProxyServer } from "../harness/proxy-server";

const ROLE = "pipeline";
const ROLES = "/latest/meta-data/iam/security-credentials/";

/** The metadata service of an EC2 instance, as far as credentials go (docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html). */
export async function startMetadataService(): Promise<ProxyServer> {
  const credentials = {
    Code: "Success",
    Type: "AWS-HMAC",
    LastUpdated: "2026-01-01T00:00:00Z",
    AccessKeyId: "ASIAINSTANCEPROFILE0",
    SecretAccessKey: "instance-profile",
    Token: "instance-profile",
    Expiration: "2126-01-01T00:00:00Z",
  };
  return startProxyServer(({ method, url }, answer) => {
    if (method === "PUT" && url === "/latest/api/token")
      answer.writeHead(200, { "x-aws-ec2-metadata-token-ttl-seconds": "21600" }).end("token");
    else if (url === ROLES) answer.writeHead(200).end(ROLE);
    else if (url === `${ROLES}${ROLE}`) answer.writeHead(200).end(JSON.stringify(credentials));
    else answer.writeHead(404).end();
  });
}

/** The variables of a program on such an instance: no keys, and where the service is. */
export function onInstance({ url }: ProxyServer): Record<string, string | undefined> {
  return {
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
    AWS_EC2_METADATA_DISABLED: undefined,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: url,
  };
}
