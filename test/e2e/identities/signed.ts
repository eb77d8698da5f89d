import { createHash, createHmac } from "node:crypto";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** What AWS answered to a call: its error code, or "allowed". */
export type Answer = string;

/**
 * Makes one call in AWS's query protocol, signed with the credentials (Signature Version 4), where the project has
 * no client for the service.
 */
export async function query(
  url: string,
  service: string,
  credentials: Credentials,
  parameters: Readonly<Record<string, string>>,
): Promise<Answer> {
  const { host } = new URL(url);
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const body = new URLSearchParams(parameters).toString();
  const headers: Record<string, string> = {
    "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    host,
    "x-amz-date": time,
    "x-amz-security-token": credentials.sessionToken,
  };
  const signedHeaders = Object.keys(headers).join(";");
  const canonical = [
    "POST",
    "/",
    "",
    ...Object.entries(headers).map(([name, value]) => `${name}:${value}`),
    "",
    signedHeaders,
    sha256(body),
  ].join("\n");
  const scope = [time.slice(0, 8), "us-east-1", service, "aws4_request"];
  const key = scope.reduce(
    (last: string | Buffer, part) => createHmac("sha256", last).update(part).digest(),
    `AWS4${credentials.secretAccessKey}`,
  );
  const text = ["AWS4-HMAC-SHA256", time, scope.join("/"), sha256(canonical)].join("\n");
  const signature = createHmac("sha256", key).update(text).digest("hex");
  const answer = await fetch(url, {
    method: "POST",
    body,
    headers: {
      ...headers,
      authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope.join("/")}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
    },
  });
  return answer.ok
    ? "allowed"
    : (/<Code>(\w+)<\/Code>/.exec(await answer.text())?.[1] ?? String(answer.status));
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
