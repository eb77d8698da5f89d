import { TOKEN } from "../support/pmm-server";
import { agent, keyOf, PmmLab } from "./pmm-lab";

/*
 * A PMM that is too old, is wrong, or wants to harm: one line, no key in it, and no control character.
 */

let lab: PmmLab;
afterEach(() => lab.stop());

describe("a PMM that cannot be given keys", () => {
  const BY_HAND = `    billing: in PMM, Inventory, Services: remove billing-mysql-1, billing-pg-2, node 00000000-0000-4000-8000-000000001003 (no service)
    billing: in PMM, Inventory, Add Service, Amazon RDS: add them again, by the same names, with the key in the secret pmm/aurora/billing
`;
  const NAMES = "billing-mysql-1, billing-pg-2, node 00000000-0000-4000-8000-000000001003 (no service)";

  test.each(["3.0.0", "3.6.0", "3.6.1-rc2"])(
    "%s: nothing is sent to it, and the way by hand is said",
    async (version) => {
      lab = await PmmLab.start({ version, ignoresKeys: true });
      const { code, stdout, stderr } = await lab.push(["billing"]);
      expect({ code, stdout }).toEqual({
        code: 1,
        stdout: expect.stringMatching(/^billing: 0 of 3 switched; to be switched:\n {2}billing-mysql-1\n/),
      });
      expect(stderr).toBe(
        `error: PMM at ${lab.pmm.url} is ${version}, whose API cannot give an agent another key; expected 3.7.0 or later: upgrade PMM and run this again, or give it the key by hand, for ${NAMES}:\n${BY_HAND}`,
      );
      expect(lab.pmm.calls).toEqual(["version", "agents", "services"]);
    },
  );

  test("that was switched by hand is switched", async () => {
    lab = await PmmLab.start({ version: "3.6.0" });
    for (const number of [1, 2, 3]) {
      lab.pmm.agents.set(agent(number).agent_id, agent(number, keyOf("billing", 2).id));
    }
    const { code, stdout } = await lab.push(["billing"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^billing: 3 of 3 switched\n/);
  });

  test("whose version says that it can", async () => {
    lab = await PmmLab.start({ version: "3.10.0", ignoresKeys: true });
    const { code, stdout, stderr } = await lab.push(["billing"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "billing: 0 of 3 switched\n" });
    expect(stderr).toBe(
      `error: 3 agents may still hold the previous key of PMMAWSIntegrationUser in "billing": ${NAMES}: PMM at ${lab.pmm.url} does not change the key of an agent; expected PMM 3.7.0 or later; to finish: ACCOUNTS_FILE=accounts.yaml npm run rotate -- billing --push-pmm\n${BY_HAND}`,
    );
  });
});

describe("what PMM sends", () => {
  const LINES = /^[\x20-\x7e\n]*$/;

  test("is no control character, no line of its own, and no key, on the terminal", async () => {
    lab = await PmmLab.start();
    const name = (number: number, service_name: string) => ({
      service_id: agent(2000 + number).agent_id,
      service_name,
      node_id: agent(number).node_id,
    });
    lab.pmm.services = {
      mysql: [
        name(1, "a\u001b[2Jb\n::error::c\u202ed"),
        name(2, `${keyOf("billing", 2).secret} and ${keyOf("billing", 1).id}`),
        name(3, `${"x".repeat(55)}${TOKEN}${"y".repeat(100_000)}`),
      ],
      // The node is named where there is no service.
      haproxy: [],
    };
    for (const options of [{ pushPmm: true, dryRun: true }, { finish: true }, { pushPmm: true }]) {
      lab.pmm.faultOf = { change: { status: 500 } };
      const { stdout, stderr } = await lab.rotate(["billing"], options);
      expect(`${stdout}${stderr}`).toMatch(LINES);
      expect(`${stdout}${stderr}`).toContain("a\\u001b[2Jb\\u000a::error::c\\u202ed");
      expect(`${stdout}${stderr}`).not.toMatch(/^\s*::/m);
      expect(`${stdout}${stderr}`.length).toBeLessThan(2_000);
      expect(`${stdout}${stderr}`).not.toContain("glsa");
    }
  });

  test("is no key in the name of a node", async () => {
    lab = await PmmLab.start();
    lab.pmm.services = {};
    lab.pmm.agents.set("a", { ...agent(1, keyOf("billing", 1).id), node_id: keyOf("billing", 2).secret });
    expect((await lab.rotate(["billing"], { pushPmm: true, dryRun: true })).stdout).toContain(
      "node (a key) (no service)",
    );
  });

  test("as an agent's id is no path of a request", async () => {
    lab = await PmmLab.start();
    for (const agent_id of ["..", "../../graph/api", "a/b", "%2e%2e", "", "a".repeat(101)]) {
      lab.pmm.forget();
      lab.pmm.agents.set("hostile", { ...agent(9, keyOf("billing", 1).id), agent_id });
      const { code, stdout, stderr } = await lab.push(["billing"]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(
        /^error: PMM at \S+ answers with agents that are none; expected the JSON of PMM 3's API.*\n$/,
      );
      expect(lab.pmm.calls).toEqual(["version", "agents"]);
    }
  });

  test.each([
    ["version", "[]", "a version that is none"],
    ["version", '{"version": "\\u001b[2J"}', "a version that is none"],
    ["version", '{"version": 3}', "a version that is none"],
    ["agents", '{"rds_exporter": "all"}', "agents that are none"],
    ["agents", '{"rds_exporter": [null]}', "agents that are none"],
    ["agents", '{"rds_exporter": [{"agent_id": 7}]}', "agents that are none"],
    ["agents", "[]", "agents that are none"],
    ["agents", "7", "agents that are none"],
    ["services", "[]", "services that are none"],
    ["services", "null", "services that are none"],
  ] as const)("as %s: %s", async (call, answer, found) => {
    lab = await PmmLab.start();
    lab.pmm.faultOf = { [call]: { answer } };
    const { code, stdout, stderr } = await lab.push(["billing"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^error: PMM at \\S+ answers with ${found}; .*\\n$`));
    expect(lab.pmm.calls).not.toContain("change");
  });

  test("with the fields of objects that JSON has too", async () => {
    lab = await PmmLab.start();
    lab.pmm.faultOf = {
      services: {
        answer: '{"__proto__": [{"node_id": "x", "service_name": "y"}], "mysql": [7, null, {"node_id": 1}]}',
      },
    };
    expect((await lab.push(["billing"])).code).toBe(0);
  });

  test("as 10,000 agents is read in a moment, and what is printed has an end", async () => {
    lab = await PmmLab.start();
    for (let number = 10; number < 10_000; number += 1) {
      lab.pmm.agents.set(agent(number).agent_id, agent(number, keyOf("billing", 1).id));
    }
    const start = Date.now();
    const { code, stdout } = await lab.rotate(["billing"], { pushPmm: true, dryRun: true });
    expect(Date.now() - start).toBeLessThan(60_000);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^billing: 0 of 9993 switched; to be switched:\n/);
    expect(stdout).toMatch(/\n {2}and 9793 more\n$/);
    expect(stdout.split("\n")).toHaveLength(203);
  });
});

test.each([
  ["PMM_URL", "https://admin:hunter2@pmm", /^error: PMM_URL has a user or a password in it.*\n$/],
  ["PMM_URL", "", /^error: PMM_TOKEN is set and PMM_URL is not.*\n$/],
  ["PMM_TOKEN", "hunter2\u0007", /^error: PMM_TOKEN has characters in it that no token has.*\n$/],
])("%s=%j: one line, and nothing is asked", async (name, value, message) => {
  lab = await PmmLab.start();
  const { code, stdout, stderr } = await lab.rotate(["billing"], { pushPmm: true }, { [name]: value });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(message);
  expect(stderr).not.toContain("hunter2");
  expect(lab.pmm.calls).toEqual([]);
});

test("PMM under a path", async () => {
  lab = await PmmLab.start({ prefix: "/tools/pmm" });
  expect((await lab.push(["billing"], { PMM_URL: `${lab.pmm.url}/` })).stdout).toMatch(
    /^billing: 3 of 3 switched\n/,
  );
});
