import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createSocket } from "node:net";
import { LIMITS, type Limits, PmmConnection } from "../../src/pmm/connection";
import { type FailureKind, PmmFailure } from "../../src/pmm/failures";
import { PmmServer, TOKEN } from "../support/pmm-server";

/** As the program's own, with shorter pauses, and a total within a test's time. */
const QUICK: Limits = { ...LIMITS, total: 30_000, pause: 1, bytes: 10_000 };

/** For servers that do not answer: of one that does, a busy machine may take longer. */
const IMPATIENT: Limits = { ...QUICK, request: 200 };

const VERSION = { method: "GET", path: "/v1/server/version" } as const;

let pmm: PmmServer;

beforeAll(async () => {
  pmm = await PmmServer.start({ slowness: 1_000 });
});
beforeEach(() => pmm.forget());
afterEach(() => expect(pmm.violations).toEqual([]));
afterAll(() => pmm.stop());

const ask = (url = pmm.url, limits = QUICK): Promise<unknown> =>
  new PmmConnection({ url, token: TOKEN }, limits).ask(VERSION);

async function failureOf(asked: Promise<unknown>): Promise<{ kind: FailureKind; message: string }> {
  try {
    await asked;
  } catch (cause) {
    if (cause instanceof PmmFailure) {
      expect(cause.message).not.toContain(TOKEN);
      expect(cause.message).not.toContain("\n");
      return { kind: cause.kind, message: cause.message };
    }
    throw cause;
  }
  throw new Error("it was answered");
}

test("an answer", async () => {
  expect(await ask()).toMatchObject({ version: "3.7.0" });
});

test.each([429, 502, 503, 504])("%d is tried again, five times in all", async (status) => {
  pmm.faults = { 1: { status }, 2: { status } };
  expect(await ask()).toMatchObject({ version: "3.7.0" });
  expect(pmm.calls).toHaveLength(3);
  pmm.forget();
  pmm.faultOf = { version: { status } };
  expect((await failureOf(ask())).kind).toBe("failing");
  expect(pmm.calls).toHaveLength(5);
});

test.each(["cut before", "cut after", "truncated"] as const)("%s is tried again", async (fault) => {
  pmm.faults = { 1: fault };
  expect(await ask()).toMatchObject({ version: "3.7.0" });
  pmm.faultOf = { version: fault };
  expect(await failureOf(ask())).toEqual({
    kind: "unreachable",
    message: expect.stringMatching(
      /^the connection to PMM at http:\/\/127\.0\.0\.1:\d+ failed \(\w+\); check/,
    ),
  });
});

test.each<[number, FailureKind, RegExp]>([
  [400, "refused-request", /refuses the request \(400\)/],
  [401, "refused-token", /does not know the token in PMM_TOKEN \(401\)/],
  [
    403,
    "refused-token",
    /does not let the token in PMM_TOKEN read and change its inventory \(403\).* role Admin/,
  ],
  [404, "not-there", /does not have what was asked for \(404\); expected PMM 3, and its address in PMM_URL/],
  [500, "failing", /fails \(500\)/],
  [501, "not-there", /\(501\)/],
])("%d is not tried again", async (status, kind, message) => {
  pmm.faultOf = { version: { status } };
  expect(await failureOf(ask())).toEqual({ kind, message: expect.stringMatching(message) });
  expect(pmm.calls).toHaveLength(1);
});

test("the pause that PMM asks for is kept", async () => {
  pmm.faults = { 1: { status: 429, headers: { "Retry-After": "1" } } };
  const start = Date.now();
  await ask();
  expect(Date.now() - start).toBeGreaterThanOrEqual(990);
});

test("a pause that is longer than all the time is not begun", async () => {
  pmm.faults = { 1: { status: 503, headers: { "Retry-After": "86400" } } };
  const start = Date.now();
  expect((await failureOf(ask())).kind).toBe("failing");
  expect(Date.now() - start).toBeLessThan(QUICK.total / 2);
});

test("no answer in time", async () => {
  pmm.faultOf = { version: "slow" };
  expect(await failureOf(ask(pmm.url, IMPATIENT))).toEqual({
    kind: "unreachable",
    message: expect.stringMatching(/^PMM at http:\/\/127\.0\.0\.1:\d+ does not answer in time;/),
  });
  expect(pmm.calls).toHaveLength(1);
});

test("all requests together have their time too", async () => {
  const connection = new PmmConnection({ url: pmm.url, token: TOKEN }, QUICK);
  await connection.ask(VERSION);
  const clock = jest.spyOn(Date, "now").mockReturnValue(Date.now() + QUICK.total);
  const failure = await failureOf(connection.ask(VERSION));
  clock.mockRestore();
  expect(failure.message).toContain("does not answer in time");
});

test.each([
  ["<!DOCTYPE html><title>Sign in</title>", "a page (HTML)"],
  [" \n<html>", "a page (HTML)"],
  ["", "what is not JSON"],
  ['{"version": "3.7.0"', "what is not JSON"],
  [`"${"x".repeat(20_000)}"`, "more than 10000 bytes"],
])("the answer %.20j", async (answer, found) => {
  pmm.faultOf = { version: { answer } };
  expect(await failureOf(ask())).toEqual({
    kind: "not-pmm",
    message: expect.stringContaining(` answers with ${found}; expected the JSON of PMM 3's API`),
  });
});

describe("other servers", () => {
  let server: Server;
  const start = async (listener: Parameters<typeof createServer>[1]): Promise<string> => {
    server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  test.each([301, 302, 303, 307, 308])("a redirect (%d) to another host is not followed", async (status) => {
    const url = await start((_request, response) => {
      response.writeHead(status, { Location: `${pmm.url}/v1/server/version?${TOKEN}` }).end();
    });
    expect(await failureOf(ask(url))).toEqual({
      kind: "not-pmm",
      message: `PMM at ${url} answers with a redirect to ${pmm.url}, which is not followed, because the token and the keys would go there; expected PMM_URL with the address that PMM itself has`,
    });
    expect(pmm.calls).toEqual([]);
  });

  test("a redirect that leads nowhere", async () => {
    const url = await start((_request, response) => void response.writeHead(302).end());
    expect((await failureOf(ask(url))).message).toContain("answers with a redirect, which is not followed");
  });

  test("an answer without an end", async () => {
    const url = await start((_request, response) => {
      response.writeHead(200, { "Content-Type": "application/json" });
      const more = () => void response.write(" ".repeat(4_000), (error) => (error ? undefined : more()));
      more();
    });
    expect((await failureOf(ask(url))).message).toContain("answers with more than 10000 bytes");
  });

  test("an answer that drips", async () => {
    const url = await start((_request, response) => {
      response.writeHead(200, { "Content-Type": "application/json" });
      const timer = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(timer));
    });
    expect((await failureOf(ask(url, IMPATIENT))).message).toContain("does not answer in time");
  });

  test("a login before PMM: it is the address that is wrong, not the token", async () => {
    const url = await start((_request, response) => void response.writeHead(401).end("<html>Log in</html>"));
    expect((await failureOf(ask(url))).message).toContain("something in front of it asks for a login (401)");
  });

  test("PMM tells a role that is too small by the code in the body", async () => {
    const url = await start((_request, response) => {
      response.writeHead(401).end(JSON.stringify({ code: 7, error: "Access denied.", message: TOKEN }));
    });
    expect((await failureOf(ask(url))).message).toContain(
      "expected the token of a service account with the role Admin",
    );
  });
});

test("nobody listens", async () => {
  const socket = createSocket();
  await new Promise<void>((resolve) => socket.listen(0, "127.0.0.1", resolve));
  const { port } = socket.address() as AddressInfo;
  await new Promise((resolve) => socket.close(resolve));
  expect(await failureOf(ask(`http://127.0.0.1:${port}`))).toEqual({
    kind: "unreachable",
    message: `PMM at http://127.0.0.1:${port} refuses the connection (ECONNREFUSED); expected PMM to run there: check the host and the port in PMM_URL`,
  });
});

test("a host that nobody knows", async () => {
  expect((await failureOf(ask("https://pmm.invalid"))).message).toMatch(
    /^the host of PMM_URL, pmm\.invalid, is not known here \((?:ENOTFOUND|EAI_AGAIN)\)/,
  );
});

test("a server that does not speak TLS", async () => {
  expect((await failureOf(ask(pmm.url.replace("http:", "https:")))).message).toMatch(
    /does not speak TLS as expected/,
  );
});
