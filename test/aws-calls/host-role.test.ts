import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { hostRole } from "../../src/aws-calls/host-role";

const ROLES = "/latest/meta-data/iam/security-credentials/";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(listener: RequestListener): Promise<Record<string, string>> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
  const { port } = started.address() as AddressInfo;
  return { AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${port}` };
}

const answers =
  (roles: number, body: string): RequestListener =>
  ({ method, url, headers }, answer) => {
    if (method === "PUT") {
      answer.writeHead(200).end("token");
    } else if (url === ROLES && headers["x-aws-ec2-metadata-token"] === "token") {
      answer.writeHead(roles).end(body);
    } else {
      answer.writeHead(401).end();
    }
  };

test.each([
  ["role", 200, "pmm-ec2-role"],
  ["none", 404, "not found"],
  ["none", 200, ""],
  // A proxy that answers for every address.
  ["unreachable", 403, "denied"],
])("%s: %i %s", async (role, status, body) => {
  expect(await hostRole(await serve(answers(status, body)))).toBe(role);
});

test("a connection without an answer", async () => {
  expect(await hostRole(await serve(() => {}))).toBe("silent");
});

test.each(["http://127.0.0.1:1", "not an address"])("nothing at %s", async (address) => {
  expect(await hostRole({ AWS_EC2_METADATA_SERVICE_ENDPOINT: address })).toBe("unreachable");
});

test("switched off", async () => {
  expect(await hostRole({ AWS_EC2_METADATA_DISABLED: "TRUE" })).toBe("disabled");
});
