import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bodyOf, type ProxyServer, startProxyServer } from "../harness/proxy-server";

/** What a stand-in for a forge's command was called with. */
export interface ForgeCall {
  readonly args: readonly string[];
  /** The files that a body is read from, by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
}

export interface ForgeAnswer {
  readonly code?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

export type Answering = (call: ForgeCall) => ForgeAnswer;

/** The client: sends what it was called with, and does what the answer says. */
const CLIENT = `
const { readFileSync } = require("node:fs");
const [url, ...args] = process.argv.slice(2);
const files = {};
for (const argument of args) {
  const path = /^body=?@(.+)$/.exec(argument)?.[1];
  if (path !== undefined) files[path] = readFileSync(path, "utf8");
}
fetch(url, { method: "POST", body: JSON.stringify({ args, files, env: process.env }) })
  .then((answer) => answer.json())
  .then(({ code = 0, stdout = "", stderr = "" }) => {
    process.stdout.write(stdout);
    process.stderr.write(stderr);
    process.exitCode = code;
  });
`;

/** Commands on a PATH that the tests themselves answer: gh, or curl. */
export class Forge {
  private constructor(private readonly server: ProxyServer) {}

  /** Puts a command into a folder of the PATH. */
  static async start(bin: string, command: string, answer: Answering): Promise<Forge> {
    const server = await startProxyServer((incoming, response) => {
      bodyOf(incoming)
        .then((body) => answer(JSON.parse(body.toString("utf8")) as ForgeCall))
        .catch((error: Error): ForgeAnswer => ({ code: 70, stderr: `${error.message}\n` }))
        .then((told) => response.end(JSON.stringify(told)));
    });
    const client = join(bin, `${command}.client.cjs`);
    writeFileSync(client, CLIENT);
    script(bin, command, `exec "${process.execPath}" "${client}" ${server.url} "$@"`);
    return new Forge(server);
  }

  stop(): void {
    this.server.server.closeAllConnections();
    this.server.server.close();
  }
}

/** An executable of one line of shell in a folder of the PATH. */
export function script(bin: string, command: string, line: string): void {
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, command), `#!/bin/sh\n${line}\n`);
  chmodSync(join(bin, command), 0o755);
}

/** Runs git in a folder, without the machine's own settings, and returns what it prints. */
export function git(folder: string, ...args: string[]): string {
  return execFileSync("git", ["-c", "user.name=author", "-c", "user.email=author@example.com", ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();
}
