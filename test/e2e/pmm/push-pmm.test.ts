import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { agent } from "../../commands/pmm-lab";
import { PmmServer, TOKEN } from "../../support/pmm-server";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { type SecretKey, secretOf } from "../harness/look";
import { oneUser } from "../harness/one-user";
import { type Ended, run } from "../harness/processes";
import { commandEnvironment, Project } from "../harness/project";
import type { Folder } from "../harness/terraform";
import { ROOT } from "../harness/tools";

/*
 * The new key from AWS to PMM: keys that Terraform made, read from the local AWS, and a PMM of the tests that checks every
 * request by the description of PMM's API.
 */

const SECRET = "pmm/aurora/billing-prod";
const OTHER = "AKIAOFANOTHERACCOUNT";

/** Seven agents of the account, and two that are not. */
const OWN = [1, 2, 3, 4, 5, 6, 7];

describeE2e("rotate --push-pmm", () => {
  let lab: Lab;
  let project: Project;
  let folder: Folder;
  let pmm: PmmServer;
  let previous: SecretKey;
  let newest: SecretKey;

  const held = async () => secretOf(await lab.account("111111111111"), SECRET);
  const apply = async (aurora: string) => {
    await project.synth(oneUser(aurora));
    folder = await project.init();
    await folder.apply();
  };
  const fill = () => {
    pmm.agents.clear();
    for (const number of OWN) {
      pmm.agents.set(agent(number).agent_id, agent(number, previous.access_key_id));
    }
    pmm.agents.set(agent(8).agent_id, agent(8, OTHER));
    pmm.agents.set(agent(9).agent_id, agent(9));
    pmm.forget();
  };
  const keys = () => [...pmm.agents.values()].map(({ aws_access_key }) => aws_access_key);
  const allSwitched = () => [...OWN.map(() => newest.access_key_id), OTHER, undefined];

  beforeAll(async () => {
    lab = await startLab();
    project = new Project(lab, "pmm");
    pmm = await PmmServer.start();
    pmm.services = {
      mysql: OWN.map((number) => ({
        service_id: agent(100 + number).agent_id,
        service_name: `billing-${number}`,
        node_id: agent(number).node_id,
      })),
    };
    await apply("true");
    previous = await held();
    await apply("{key_generation: 2}");
    newest = await held();
  });
  beforeEach(fill);
  afterEach(() => expect(pmm.violations).toEqual([]));
  afterAll(async () => {
    await pmm?.stop();
    await lab?.stop();
  });

  const start = (line: string, env: Readonly<Record<string, string>> = {}) =>
    run({
      command: process.execPath,
      args: [join(ROOT, "bin", "pmm-iam.js"), ...line.split(" ")],
      cwd: project.folder,
      env: { ...commandEnvironment(lab), PMM_URL: pmm.url, PMM_TOKEN: TOKEN, ...env },
    });

  /** What a command prints has neither a key nor the token in it, and no log of a proxy has. */
  function expectNoKey({ stdout, stderr }: Ended): void {
    for (const key of [previous, newest].flatMap((one) => [one.access_key_id, one.secret_access_key])) {
      expect(`${stdout}${stderr}${pmm.lines.join()}`).not.toContain(key);
    }
    expect(`${stdout}${stderr}${pmm.lines.join()}`).not.toContain(TOKEN);
  }

  async function pmmIam(line: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const ended = await start(line, env).ended;
    expectNoKey(ended);
    return ended;
  }

  test("names what it would switch, switches it, and says so again", async () => {
    const tried = await pmmIam("rotate billing-prod --push-pmm --dry-run");
    expect(tried).toMatchObject({ code: 0, stderr: "" });
    expect(tried.stdout).toBe(
      `billing-prod: 0 of 7 switched; to be switched:\n${OWN.map((number) => `  billing-${number}\n`).join("")}`,
    );
    expect(keys()).toEqual([...OWN.map(() => previous.access_key_id), OTHER, undefined]);
    for (const _run of ["first", "second"]) {
      const pushed = await pmmIam("rotate billing-prod --push-pmm");
      expect(pushed).toMatchObject({ code: 0, stderr: "" });
      expect(pushed.stdout).toMatch(/^billing-prod: 7 of 7 switched$/m);
      expect(keys()).toEqual(allSwitched());
    }
    expect(pmm.calls.filter((call) => call === "change")).toHaveLength(7);
    expect([...pmm.secrets.values()]).toEqual(OWN.map(() => newest.secret_access_key));
  });

  test("a run that fails half-way says what is left; the next one does it", async () => {
    // The version, the agents, the services, then two calls for each agent.
    pmm.faults = { 4: { status: 500, after: true }, 6: { status: 500 }, 8: "cut after", 10: { status: 401 } };
    const failed = await pmmIam("rotate billing-prod --push-pmm");
    expect(failed.code).toBe(1);
    expect(failed.stdout).toBe("billing-prod: 1 of 7 switched\n");
    expect(failed.stderr).toMatch(
      /^error: 1 agent may still hold the previous key of PMMAWSIntegrationUser in "billing-prod": billing-2: PMM at \S+ fails \(500\); .*; to finish: npm run rotate -- billing-prod --push-pmm\nerror: 5 agents may still hold the previous key of PMMAWSIntegrationUser in "billing-prod": billing-3, billing-4, billing-5, billing-6, billing-7: PMM at \S+ does not know the token in PMM_TOKEN \(401\).*\n$/,
    );
    pmm.forget();
    expect((await pmmIam("rotate billing-prod --push-pmm")).stdout).toMatch(
      /^billing-prod: 7 of 7 switched$/m,
    );
    expect(pmm.calls.filter((call) => call === "change")).toHaveLength(5);
    expect(keys()).toEqual(allSwitched());
  });

  test("--finish waits for it", async () => {
    const refused = await pmmIam("rotate billing-prod --finish --dry-run");
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain(
      "is held by 7 agents of PMM: billing-1, billing-2, billing-3, billing-4, billing-5, billing-6, billing-7; expected nobody",
    );
    expect((await pmmIam("rotate billing-prod --push-pmm")).code).toBe(0);
    expect(await pmmIam("rotate billing-prod --finish --dry-run")).toMatchObject({ code: 0 });
  });

  test("no process has a key in its arguments or its environment", async () => {
    pmm.faultOf = { change: "slow" };
    const running = start("rotate billing-prod --push-pmm");
    let isOver = false;
    const ended = running.ended.then((end) => {
      isOver = true;
      return end;
    });
    let looks = 0;
    while (!isOver) {
      const seen = processes();
      for (const key of [previous, newest].flatMap((one) => [one.access_key_id, one.secret_access_key])) {
        expect(seen).not.toContain(key);
      }
      looks += seen.includes("--push-pmm") ? 1 : 0;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(looks).toBeGreaterThan(0);
    expect((await ended).code).toBe(0);
  });

  test("the certificate is checked, and one of one's own is trusted by NODE_EXTRA_CA_CERTS", async () => {
    const [key, cert] = ["pmm.key", "pmm.pem"].map((name) => join(lab.folder, name));
    const words = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext";
    execFileSync(
      "openssl",
      [...words.split(" "), "subjectAltName=DNS:localhost", "-keyout", `${key}`, "-out", `${cert}`],
      { stdio: "ignore" },
    );
    const tls = { key: readFileSync(`${key}`, "utf8"), cert: readFileSync(`${cert}`, "utf8") };
    const secure = await PmmServer.start({ tls, prefix: "/tools/pmm" });
    try {
      secure.agents.set(agent(1).agent_id, agent(1, previous.access_key_id));
      const env = { PMM_URL: `${secure.url}/` };
      const refused = await pmmIam("rotate billing-prod --push-pmm", env);
      expect(refused).toMatchObject({ code: 1, stdout: "" });
      expect(refused.stderr).toMatch(
        /^error: the certificate of PMM at https:\/\/localhost:\d+\/tools\/pmm is not trusted here \(DEPTH_ZERO_SELF_SIGNED_CERT\); tell Node which certificate to trust: NODE_EXTRA_CA_CERTS=<file>.*\n$/,
      );
      const unchecked = await pmmIam("rotate billing-prod --push-pmm", {
        ...env,
        NODE_TLS_REJECT_UNAUTHORIZED: "0",
      });
      expect(unchecked.stderr).toContain("NODE_TLS_REJECT_UNAUTHORIZED is 0");
      expect(secure.calls).toEqual([]);
      const trusted = await pmmIam("rotate billing-prod --push-pmm", {
        ...env,
        NODE_EXTRA_CA_CERTS: `${cert}`,
      });
      expect(trusted).toMatchObject({ code: 0, stderr: "" });
      expect(trusted.stdout).toMatch(/^billing-prod: 1 of 1 switched$/m);
      expect(secure.violations).toEqual([]);
    } finally {
      await secure.stop();
    }
  });

  test("a raise that is not applied yet: PMM is not asked", async () => {
    await project.synth(oneUser("{key_generation: 3}"));
    const refused = await pmmIam("rotate billing-prod --push-pmm");
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toBe(
      `error: the secret ${SECRET} in account 111111111111, us-east-1 holds the key of generation 2, and accounts.yaml says 3, which is not applied yet; plan and apply the stack pmm-iam first\n`,
    );
    expect(pmm.calls).toEqual([]);
  });
});

/** The arguments and environments of all processes that can be seen. */
function processes(): string {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => ["cmdline", "environ"].map((file) => join("/proc", pid, file)))
    .map((path) => {
      try {
        return readFileSync(path, "utf8");
      } catch {
        // It has ended, or is another user's.
        return "";
      }
    })
    .join("\n");
}
