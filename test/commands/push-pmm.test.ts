import { agent, heldKey, keyOf, PmmLab } from "./pmm-lab";

let lab: PmmLab;

beforeEach(async () => {
  lab = await PmmLab.start();
});
afterEach(() => lab.stop());

const NEXT = `When nothing uses the previous key any more, switch it off:
  ACCOUNTS_FILE=accounts.yaml npm run rotate -- billing --finish
`;

test("the agents that hold the previous key get the new one, and nothing else changes", async () => {
  const before = [...lab.pmm.agents.values()];
  expect(await lab.push(["billing"])).toEqual({
    code: 0,
    stderr: "",
    stdout: `billing: 3 of 3 switched\n${NEXT}`,
  });
  expect([...lab.pmm.agents.values()]).toEqual(
    before.map((each, index) => (index < 3 ? { ...each, aws_access_key: keyOf("billing", 2).id } : each)),
  );
  expect([...lab.pmm.secrets.values()]).toEqual(Array(3).fill(keyOf("billing", 2).secret));
});

test("what was switched before counts, and is not changed again", async () => {
  lab.pmm.agents.set(agent(2).agent_id, agent(2, keyOf("billing", 2).id));
  expect((await lab.push(["billing"])).stdout).toBe(`billing: 3 of 3 switched\n${NEXT}`);
  expect(lab.pmm.calls.filter((call) => call === "change")).toHaveLength(2);
  lab.pmm.forget();
  expect((await lab.push(["billing"])).stdout).toBe(`billing: 3 of 3 switched\n${NEXT}`);
  expect(lab.pmm.calls).toEqual(["version", "agents", "services"]);
});

test("several accounts: a line for each, and all", async () => {
  const { code, stdout } = await lab.push(["orders", "billing"]);
  expect(code).toBe(0);
  expect(stdout).toBe(`orders: 1 of 1 switched
billing: 3 of 3 switched
In all: 4 of 4 switched
When nothing uses the previous key any more, switch it off:
  ACCOUNTS_FILE=accounts.yaml npm run rotate -- orders billing --finish
`);
});

test("--dry-run names the services and changes nothing", async () => {
  lab.pmm.agents.set(agent(2).agent_id, agent(2, keyOf("billing", 2).id));
  const { code, stdout, stderr } = await lab.rotate(["billing"], { pushPmm: true, dryRun: true });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toBe(`billing: 1 of 3 switched; to be switched:
  billing-mysql-1
  node 00000000-0000-4000-8000-000000001003 (no service)
`);
  expect(lab.pmm.calls).toEqual(["version", "agents", "services"]);
});

test("no agent with such a key", async () => {
  lab.pmm.agents.clear();
  expect(await lab.push(["billing"])).toEqual({
    code: 0,
    stderr: "",
    stdout: `billing: 0 of 0 switched: no rds_exporter in PMM holds its newest key or one from before it; if PMM is to read its databases, add them with the newest key\n`,
  });
});

describe("which key is the previous one", () => {
  const secrets = (versions: Parameters<PmmLab["aws"]["secrets"]["set"]>[1]) =>
    lab.aws.secrets.set("pmm/aurora/billing", versions);

  test("IAM says it where the secret has no version before", async () => {
    secrets({ AWSCURRENT: heldKey("billing", "033333333333", 2) });
    expect((await lab.push(["billing"])).stdout).toContain("billing: 3 of 3 switched\n");
  });

  test("IAM says it where the version before is of the same generation; the key that was made again is one too", async () => {
    const again = { id: "AKIABILLINGMADEAGAIN", secret: keyOf("billing", 2).secret };
    secrets({
      AWSCURRENT: heldKey("billing", "033333333333", 2, again),
      AWSPREVIOUS: heldKey("billing", "033333333333", 2),
    });
    lab.aws.keys.set("033333333333", [{ id: keyOf("billing", 1).id }, { id: again.id }]);
    lab.pmm.agents.set(agent(2).agent_id, agent(2, keyOf("billing", 2).id));
    expect((await lab.push(["billing"])).stdout).toContain("billing: 3 of 3 switched\n");
    expect(lab.keys().slice(0, 3)).toEqual(Array(3).fill(again.id));
  });

  test("without IAM, the version before, of the generation before", async () => {
    lab.aws.denied.add("iam:ListAccessKeys");
    const { code, stdout, stderr } = await lab.push(["billing"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `billing: 3 of 3 switched\n${NEXT}` });
    expect(stderr).toBe(
      `note: the access keys of PMMAWSIntegrationUser in "billing" cannot be listed, so the previous key is the one of the secret's previous version: not authorized to perform: iam:ListAccessKeys\n`,
    );
  });

  test("without IAM, no version of another generation", async () => {
    lab.aws.denied.add("sts:AssumeRole");
    secrets({
      AWSCURRENT: heldKey("billing", "033333333333", 2),
      AWSPREVIOUS: heldKey("billing", "033333333333", 2, keyOf("billing", 1)),
    });
    await refuses(
      `error: the access keys of PMMAWSIntegrationUser in "billing" cannot be listed, so that it is not known which key is the previous one: not authorized to perform: sts:AssumeRole; expected credentials that may assume the account's admin_role_name, as Terraform does\n`,
    );
  });
});

/** One line, and PMM is not asked. */
async function refuses(stderr: string, accounts = ["billing"]): Promise<void> {
  const result = await lab.push(accounts);
  expect(result).toEqual({ code: 1, stdout: "", stderr });
  expect(lab.pmm.calls).toEqual([]);
}

describe("nothing is sent", () => {
  const secret = "the secret pmm/aurora/billing in account 111111111111, us-east-1";
  const current = (text: string) => lab.aws.secrets.set("pmm/aurora/billing", { AWSCURRENT: text });

  test.each<[name: string, arrange: () => void, stderr: string]>([
    [
      "the raise is not applied",
      () => current(heldKey("billing", "033333333333", 1)),
      `${secret} holds the key of generation 1, and accounts.yaml says 2, which is not applied yet; plan and apply the stack pmm-iam first`,
    ],
    [
      "the file is older than what was applied",
      () => current(heldKey("billing", "033333333333", 3)),
      `${secret} holds the key of generation 3, and accounts.yaml says 2, so this file is older than what was applied; expected the file that was applied: git pull`,
    ],
    [
      "a key of another account",
      () => current(heldKey("billing", "222222222222", 2)),
      `${secret} holds a key of account 222222222222, and accounts.yaml says that billing is 033333333333; expected its own key: plan and apply the stack pmm-iam with -replace=module.aurora_user_billing.module.key.aws_secretsmanager_secret_version.key, which writes it again`,
    ],
    [
      "no JSON",
      () => current(`${keyOf("billing", 2).id} ${keyOf("billing", 2).secret}`),
      `${secret} does not hold a key as Terraform writes it; expected JSON with access_key_id, secret_access_key, account_id and generation: plan and apply the stack pmm-iam with -replace=module.aurora_user_billing.module.key.aws_secretsmanager_secret_version.key, which writes it again`,
    ],
    [
      "no secret",
      () => lab.aws.secrets.delete("pmm/aurora/billing"),
      `${secret} is not there; expected it to be made already: plan and apply the stack pmm-iam first, and use credentials of that AWS account`,
    ],
    [
      "the secret is not for this caller",
      () => lab.aws.denied.add("secretsmanager:GetSecretValue"),
      `${secret} cannot be read: not authorized to perform: secretsmanager:GetSecretValue; expected the credentials of a role that may: one of secrets.readers, or the one that Terraform works with in account 111111111111`,
    ],
    [
      "the newest key was deleted",
      () => lab.aws.keys.set("033333333333", [{ id: keyOf("billing", 1).id }]),
      `${secret} holds a key that PMMAWSIntegrationUser in "billing" does not have, so PMM could not use it; plan and apply the stack pmm-iam, which makes the key again`,
    ],
    [
      "the newest key is inactive",
      () => lab.aws.keys.set("033333333333", [{ id: keyOf("billing", 2).id, status: "Inactive" }]),
      `the newest key of PMMAWSIntegrationUser in "billing" is inactive in AWS, so PMM could not use it; plan and apply the stack pmm-iam, which makes it active`,
    ],
  ])("%s", async (_name, arrange, message) => {
    arrange();
    await refuses(`error: ${message}\n`);
  });

  test("of no account where one of them is wrong", async () => {
    lab.aws.secrets.delete("pmm/aurora/billing");
    await refuses(expect.stringMatching(/^error: .*pmm\/aurora\/billing.*\n$/), ["orders", "billing"]);
  });

  test("at the first generation; of an account that is not there", async () => {
    const { code, stderr } = await lab.push(["fresh", "bilings"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: no account has the name "bilings"; expected billing$/m);
    expect(stderr).toMatch(
      /^accounts\.yaml:12:\d+: error: PMMAWSIntegrationUser in "fresh" is at key_generation 1, so PMM holds no key from before it; expected a rotation that has begun and is applied: rotate fresh \[rotation\]$/m,
    );
  });

  test("with credentials of another account", async () => {
    const { code, stderr } = await lab.push(["billing"], lab.aws.environment("222222222222"));
    expect(code).toBe(1);
    expect(stderr).toBe(
      `error: the AWS credentials here are of account 222222222222, and accounts.yaml names no role to assume in 111111111111; expected credentials of 111111111111: AWS_PROFILE\n`,
    );
  });
});

describe("--finish and --revoke", () => {
  test("refuse while an agent holds the previous key, and name it", async () => {
    const { code, stdout, stderr } = await lab.rotate(["billing"], { finish: true });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      /^accounts\.yaml:6:\d+: error: the previous key of PMMAWSIntegrationUser in "billing" is held by 3 agents of PMM: billing-mysql-1, billing-pg-2, node \S+ \(no service\); expected nobody to use it before it is switched off: rotate billing --push-pmm \[rotation\]$/m,
    );
    await lab.push(["billing"]);
    expect(await lab.rotate(["billing"], { finish: true })).toMatchObject({ code: 0, stderr: "" });
    lab.repository.commit();
    lab.aws.keys.set("033333333333", [
      { id: keyOf("billing", 1).id, status: "Inactive" },
      { id: keyOf("billing", 2).id },
    ]);
    lab.pmm.agents.set(agent(7).agent_id, agent(7, keyOf("billing", 1).id));
    expect((await lab.rotate(["billing"], { revoke: true })).stderr).toContain(
      "is held by 1 agent of PMM: node 00000000-0000-4000-8000-000000001007 (no service); expected nobody to use it before it is deleted: rotate billing --push-pmm",
    );
    lab.pmm.agents.delete(agent(7).agent_id);
    expect(await lab.rotate(["billing"], { revoke: true })).toMatchObject({ code: 0, stderr: "" });
  });

  test("say by what the previous key is known where IAM does not answer", async () => {
    lab.aws.denied.add("sts:AssumeRole");
    const { code, stderr } = await lab.rotate(["billing"], { finish: true });
    expect(code).toBe(1);
    expect(stderr).toContain("is held by 3 agents of PMM");
    expect(stderr).toMatch(
      /^note: the access keys of .* cannot be listed, so the previous key is the one of/m,
    );
  });

  test("refuse where PMM is to be asked and cannot be", async () => {
    lab.aws.denied.add("secretsmanager:GetSecretValue");
    const { code, stdout, stderr } = await lab.rotate(["billing", "orders"], { finish: true });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      /^error: PMM cannot be asked whether it still holds the previous key: the secret pmm\/aurora\/billing .*; 1 more user likewise; to go on without asking PMM, unset PMM_URL\n$/,
    );
  });

  test("say that PMM was not asked", async () => {
    expect(await lab.rotate(["billing"], { finish: true }, { PMM_URL: "", PMM_TOKEN: "" })).toMatchObject({
      code: 0,
      stderr:
        "note: PMM was not asked whether it still holds the previous key; set PMM_URL and PMM_TOKEN to have it asked\n",
    });
  });
});

test.each([
  [{ finish: true }, "--push-pmm gives PMM the key that is applied already, and --finish edits"],
  [{ revoke: true }, "--push-pmm gives PMM the key that is applied already, and --revoke edits"],
  [{ due: "90", state: [] }, "--push-pmm gives PMM the key that is applied already, and --due edits"],
  [{ user: "on_premises_server_user" }, "expected it without --user on_premises_server_user"],
])("does not go with %j", async (options, message) => {
  const { code, stderr } = await lab.rotate(["billing"], { pushPmm: true, ...options });
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(message) });
});
