import { request } from "node:http";

/**
 * What the metadata service of EC2 says of this host's role. `silent`: it takes a connection and does not answer, as
 * where a container is a hop too far. `none`: the instance has no role. `unreachable`: there is no metadata service here.
 */
export type HostRole = "role" | "none" | "silent" | "unreachable" | "disabled";

/** Milliseconds to wait for the metadata service, which is on the host itself. */
const TIMEOUT = 2_000;

const ADDRESS = "http://169.254.169.254";
const ROLES = "/latest/meta-data/iam/security-credentials/";

/** Asks the metadata service for this host's role, as the SDK does. (EC2 User Guide, "Use IMDSv2".) */
export async function hostRole(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<HostRole> {
  if (environment["AWS_EC2_METADATA_DISABLED"]?.toLowerCase() === "true") {
    return "disabled";
  }
  const base = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] || ADDRESS;
  if (!URL.canParse(base)) {
    return "unreachable";
  }
  const token = await ask(base, "PUT", "/latest/api/token", {
    "x-aws-ec2-metadata-token-ttl-seconds": "60",
  });
  if (typeof token === "string") {
    return token;
  }
  const headers = token.status === 200 ? { "x-aws-ec2-metadata-token": token.body } : {};
  const roles = await ask(base, "GET", ROLES, headers);
  if (typeof roles === "string") {
    return roles;
  }
  if (roles.status === 404 || (roles.status === 200 && roles.body.trim() === "")) {
    return "none";
  }
  // Something else that is at this address, such as a proxy of the network.
  return roles.status === 200 ? "role" : "unreachable";
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

function ask(
  base: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<Answer | "silent" | "unreachable"> {
  return new Promise((resolve) => {
    let isConnected = false;
    const asked = request(new URL(path, base), { method, headers, timeout: TIMEOUT }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
      response.on("error", () => resolve("silent"));
    });
    asked.on("socket", (socket) => socket.once("connect", () => (isConnected = true)));
    asked.on("timeout", () => asked.destroy(new Error("no answer")));
    asked.on("error", () => resolve(isConnected ? "silent" : "unreachable"));
    asked.end();
  });
}
