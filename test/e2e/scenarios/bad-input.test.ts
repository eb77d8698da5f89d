import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { request as httpRequest } from "node:http";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { inventory } from "../harness/look";
import { type Command, type Ended, run, serve } from "../harness/processes";
import { Project } from "../harness/project";
import { bodyOf, startProxyServer } from "../harness/proxy-server";
import type { Folder } from "../harness/terraform";
import { pythonPath, ROOT, terraformPath } from "../harness/tools";

/*
 * A program of the tests that dies, is too old, is missing, or finds its port taken: one clear line, and
 * nothing left behind.
 */

const ACCOUNTS = `
source:
  account_id: "111111111111"
  pmm_ec2_role_name: pmm-ec2-role
  create_pmm_ec2_role: true
defaults:
  admin_role_name: Admin
accounts:
  - {name: orders-prod, account_id: "222222222222", aurora: true}
`;

/** Stands before the local AWS, and does something once, at a call that it was told to wait for. */
async function doorman() {
  let target = "";
  let waiting: { action: string; act: () => void } | undefined;
  const { server, url } = await startProxyServer(async (request, response) => {
    const body = await bodyOf(request);
    if (waiting !== undefined && body.includes(`Action=${waiting.action}&`)) {
      const { act } = waiting;
      waiting = undefined;
      act();
    }
    const onward = httpRequest(
      new URL(request.url ?? "/", target),
      { method: request.method ?? "POST", headers: request.headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on("error", () => response.destroy());
    onward.end(body);
  });
  return {
    inFrontOf: (aws: string) => {
      target = aws;
      return url;
    },
    at: (action: string, act: () => void) => {
      waiting = { action, act };
    },
    /** Whether the call has come. */
    done: () => waiting === undefined,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describeE2e("what dies in the middle of an apply", () => {
  let door: Awaited<ReturnType<typeof doorman>>;
  let lab: Lab;
  let stack: Folder;

  beforeEach(async () => {
    door = await doorman();
    lab = await startLab({ url: door.inFrontOf });
    const project = new Project(lab, "dying");
    await project.synth(ACCOUNTS);
    stack = await project.init();
  });
  afterEach(async () => {
    await lab?.stop();
    door?.close();
  });

  async function expectNothingLeft(): Promise<void> {
    const pids = [lab.aws.pid, ...(lab.provider === undefined ? [] : [lab.provider.pid])];
    await lab.stop();
    expect(pids.filter(isRunning)).toEqual([]);
    expect(existsSync(lab.folder)).toBe(false);
  }

  test("the local AWS", async () => {
    door.at("CreateRole", () => process.kill(lab.aws.pid, "SIGKILL"));
    await expect(stack.apply()).rejects.toThrow(/^moto has ended by itself \(SIGKILL\)$/);
    expect(door.done()).toBe(true);
    await expectNothingLeft();
  });

  // The real provider is a child of terraform's, whose end terraform tells.
  const standIn = process.env["E2E_PROVIDER"] === "real" ? test.skip : test;
  standIn("the provider", async () => {
    const { provider } = lab;
    if (provider === undefined) throw new Error("no stand-in: E2E_PROVIDER=real says so before the tests");
    door.at("CreateRole", () => process.kill(provider.pid, "SIGKILL"));
    await expect(stack.apply()).rejects.toThrow(/^stand-in provider has ended by itself \(SIGKILL\)$/);
    expect(door.done()).toBe(true);
    await expectNothingLeft();
  });

  test("terraform, and the next plan finds no lock", async () => {
    const running = stack.start("apply", "-no-color", "-auto-approve");
    door.at("CreateAccessKey", () => running.kill());
    expect((await running.ended).code).toBe(137);
    expect(door.done()).toBe(true);
    // The rest stands, and the user that the state may not know of yet is in AWS.
    expect(await inventory(lab, ["222222222222"])).toContain("222222222222 user PMMAWSIntegrationUser");
    expect((await stack.attempt("plan", "-no-color")).code).toBe(0);
    await expectNothingLeft();
  });
});

/** Starts a lab as a test file does, says where it is, and waits. */
const PROGRAM = `
require("./test/e2e/harness/lab").startLab().then(
  ({ url, provider }) => {
    const reattach = Object.values(JSON.parse(provider?.said.TF_REATTACH_PROVIDERS ?? "{}"));
    const ports = [new URL(url).port, ...reattach.slice(0, 1).map(({ Addr }) => Addr.String.split(":")[1])];
    process.stdout.write(JSON.stringify({ ports: ports.map(Number) }) + "\\n");
    process.stdin.resume();
  },
  (error) => {
    process.stderr.write(error.message + "\\n");
    process.exit(1);
  },
);
`;

describeE2e("a test process", () => {
  let folder: string;
  let temporary: string;

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "pmm-iam-e2e-")));
    temporary = join(folder, "tmp");
    mkdirSync(temporary);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** The program, with a temporary folder of its own. */
  function program(env: Readonly<Record<string, string>> = {}): Command {
    return {
      command: process.execPath,
      args: ["--require", join(ROOT, "bin", "register.js"), "-e", PROGRAM],
      cwd: ROOT,
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: folder,
        TMPDIR: temporary,
        E2E_TERRAFORM: terraformPath(),
        E2E_PYTHON: pythonPath(),
        E2E_PROVIDER: process.env["E2E_PROVIDER"] ?? "stand-in",
        ...env,
      },
    };
  }

  /** An executable of its own name. */
  function script(name: string, text: string): string {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  function expectOneLine({ code, stdout, stderr }: Ended, line: string): void {
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: "", stderr: `${line}\n` });
    expect(readdirSync(temporary)).toEqual([]);
  }

  test("with a terraform that is too old", async () => {
    const old = script("terraform", `echo '{"terraform_version": "1.10.5"}'`);
    expectOneLine(
      await run(program({ E2E_TERRAFORM: old })).ended,
      `${old} is version 1.10.5: 1.11 or later is needed, for write-only arguments; install it (https://developer.hashicorp.com/terraform/install), or name another in E2E_TERRAFORM`,
    );
  });

  test("without terraform", async () => {
    expectOneLine(
      await run(program({ E2E_TERRAFORM: join(folder, "none") })).ended,
      `${join(folder, "none")} is not on the PATH: install Terraform 1.11 or later (https://developer.hashicorp.com/terraform/install)`,
    );
  });

  test("without Python", async () => {
    expectOneLine(
      await run(program({ E2E_PYTHON: join(folder, "none") })).ended,
      `${join(folder, "none")} is not on the PATH: install Python 3.10 or later, then: python3 -m venv .venv && .venv/bin/pip install 'moto[server]==5.2.5' awscli==1.46.3`,
    );
  });

  test("without moto", async () => {
    const bare = script("python", '[ "$1" = --version ] && echo "Python 3.11.4"');
    expectOneLine(
      await run(program({ E2E_PYTHON: bare })).ended,
      `${bare} has no moto, the local AWS, or no AWS CLI: python3 -m venv .venv && .venv/bin/pip install 'moto[server]==5.2.5' awscli==1.46.3`,
    );
  });

  test("with a local AWS that ends before it is ready", async () => {
    // What asks whether moto is there is answered; the server itself says what a broken one would.
    const broken = script(
      "python",
      'case "$1" in --version) echo "Python 3.11.4";; *.py) echo "no room for it" >&2; exit 3;; esac',
    );
    expectOneLine(await run(program({ E2E_PYTHON: broken })).ended, "moto: no room for it");
  });

  describe("with a port in use", () => {
    const holder = createServer();
    let port: number;
    beforeAll(async () => {
      await once(holder.listen(0, "127.0.0.1"), "listening");
      port = (holder.address() as AddressInfo).port;
    });
    afterAll(() => holder.close());

    test("for the provider", async () => {
      const command = program({ E2E_PROVIDER: "stand-in" });
      const inherited = PROGRAM.replace("startLab()", `startLab({ env: { STANDIN_PORT: "${port}" } })`);
      const ended = await run({ ...command, args: [...command.args.slice(0, -1), inherited] }).ended;
      expectOneLine(ended, `stand-in provider: port ${port} is in use`);
    });

    test("for the local AWS", async () => {
      const command = {
        command: pythonPath(),
        args: [join(ROOT, "test", "e2e", "aws", "server.py"), "--port", String(port), "--folder", temporary],
        env: { PATH: process.env["PATH"] ?? "" },
      };
      await expect(serve("moto", command)).rejects.toThrow(new Error(`moto: port ${port} is in use`));
    });
  });

  test.each(["SIGKILL", "SIGTERM"] as const)("that is ended by %s takes all along", async (signal) => {
    const service = await serve("program", program());
    const ports = service.said["ports"] as number[];
    expect(ports.length).toBeGreaterThan(0);
    const closed = ports.map(async (port) => {
      const socket = connect(port, "127.0.0.1");
      await once(socket, "connect");
      // A process that is killed resets its connections: an end like any other.
      socket.on("error", () => {}).resume();
      return () => new Promise<void>((resolve) => socket.once("close", () => resolve()));
    });
    // Each connection ends with the process that holds its other end, and not before.
    const ends = (await Promise.all(closed)).map((end) => end());
    expect(readdirSync(temporary)).toHaveLength(1);
    process.kill(service.pid, signal);
    await Promise.all(ends);
    expect(readdirSync(temporary)).toEqual([]);
    await service.stop();
  });
});
