import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { clientSettings, keySession } from "../../src/aws-calls/session";

test("a call that is never answered ends, and nothing is written to the console", async () => {
  const server = createServer(() => {});
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const settings = clientSettings(keySession("us-east-1", { accessKeyId: "a", secretAccessKey: "b" }));
  const client = new STSClient({
    ...settings,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    maxAttempts: 1,
    requestHandler: { ...settings.requestHandler, requestTimeout: 50 },
  });
  const warned = jest.spyOn(console, "warn").mockImplementation();
  await expect(client.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: "TimeoutError" });
  expect(warned).not.toHaveBeenCalled();
  warned.mockRestore();
  client.destroy();
  server.closeAllConnections();
  server.close();
});
