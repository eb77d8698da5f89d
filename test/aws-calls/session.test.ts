import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { reasonOf } from "../../src/aws-calls";
import { clientSettings, keySession } from "../../src/aws-calls/session";

const KEY = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x".repeat(40) };

describe("a client of the SDK as calls make it", () => {
  let server: Server | undefined;

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function failureOf(answer: Parameters<typeof createServer>[1]): Promise<unknown> {
    server = createServer(answer ?? (() => undefined));
    const listening = server;
    await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
    const { port } = listening.address() as AddressInfo;
    const settings = clientSettings({ ...keySession("us-east-1", KEY), attempts: 1 });
    const client = new STSClient({
      ...settings,
      endpoint: `http://127.0.0.1:${port}`,
      // The times of the calls are too long for a test; what happens past them is not.
      requestHandler: { ...settings.requestHandler, requestTimeout: 300, socketTimeout: 300 },
    });
    try {
      return await client.send(new GetCallerIdentityCommand({})).catch((cause: unknown) => cause);
    } finally {
      client.destroy();
    }
  }

  test("ends a call that AWS takes and never answers", async () => {
    expect(reasonOf(await failureOf(() => undefined))).toMatchObject({
      kind: "unreachable",
      text: "no answer in time",
    });
  }, 20_000);

  test("ends a call whose answer begins and stops", async () => {
    const failure = await failureOf((_request, response) => {
      response.writeHead(200, { "Content-Type": "text/xml", "Content-Length": "1000" });
      response.write("<GetCaller");
    });
    expect(failure).toBeInstanceOf(Error);
    expect(reasonOf(failure)).toMatchObject({ kind: "unreachable", text: "no answer in time" });
  }, 20_000);
});
