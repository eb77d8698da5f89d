import { agent } from "../../commands/pmm-lab";
import { describeE2e } from "../harness/gate";
import { keysOf } from "../harness/look";
import { sessionOf } from "../verify/estate";
import { AGENTS, BILLING, SOURCE, TERRAFORM, TypedRotation, USER } from "./typed-rotation";

/*
 * A whole rotation, typed: raise, review, apply, push to PMM, verify, finish, review, apply, revoke, review, apply. Each
 * part fails once on the way. At every change that AWS or PMM makes, PMM's agents hold a key that works.
 */

const PLAN = `${TERRAFORM} plan -no-color -out=pmm-iam.tfplan`;
const APPLY = `${TERRAFORM} apply -no-color pmm-iam.tfplan && rm cdktf.out/stacks/pmm-iam/pmm-iam.tfplan`;

/** Without PMM, so that AWS alone answers. */
const NO_PMM = { PMM_URL: "", PMM_TOKEN: "" };

describeE2e("a rotation by typed commands", () => {
  let rotation: TypedRotation;
  let oldKey: string;
  let newKey: string;

  beforeAll(async () => {
    rotation = await TypedRotation.start();
    oldKey = (await rotation.held()).access_key_id;
  });
  afterEach(() => {
    rotation.before = () => "pass";
    rotation.reading = () => "pass";
    expect(rotation.pmm.violations).toEqual([]);
    expect([...rotation.gaps]).toEqual([]);
  });
  afterAll(() => rotation?.stop());

  const keys = async () => keysOf(await rotation.lab.account(BILLING), USER);
  const statuses = async () => (await keys()).map(({ status }) => status).sort();

  /** Reviews the edit and merges it. */
  async function review(): Promise<void> {
    await rotation.types("pmm-iam check --base origin/main");
    rotation.merge();
    await rotation.types("pmm-iam synth");
  }

  /** Plans and applies, with the apply killed as AWS is about to see a call. */
  async function killedApply(at: string): Promise<void> {
    await rotation.types(PLAN);
    const running = rotation.start(`exec ${TERRAFORM} apply -no-color pmm-iam.tfplan`);
    rotation.before = (action) => {
      if (action !== at) return "pass";
      running.kill();
      return "refuse";
    };
    expect((await rotation.watching(running)).code).toBe(137);
    rotation.before = () => "pass";
  }

  /** The way past a refusal that the message prints. */
  const wayPast = (refusal: string): string =>
    /: (rotate billing-prod .*--used-until \S+) \[rotation\]/.exec(refusal)?.[1] ?? "no way past";

  test("nothing is due; the ages are AWS's", async () => {
    expect(await rotation.types("pmm-iam rotate --due 90")).toBe(
      `No key is 90 days old or older; the oldest is that of ${USER} in billing-prod, 0 days old.\n`,
    );
  });

  test("rotate raises, and the raise is reviewed", async () => {
    const said = await rotation.types("pmm-iam rotate billing-prod");
    expect(said).toContain("accounts.yaml:13: PMMAWSIntegrationUser in billing-prod: key_generation: 2\n");
    expect(rotation.accounts()).toContain("aurora: {key_generation: 2, previous_key: active}\n");
    expect(await rotation.refused("pmm-iam rotate billing-prod")).toContain(
      'the last step of PMMAWSIntegrationUser in "billing-prod" is not committed',
    );
    await review();
  });

  test("neither PMM gets a key nor is the old one switched off before the apply", async () => {
    expect(await rotation.refused("pmm-iam rotate billing-prod --push-pmm")).toMatch(/generation 1/);
    expect(await rotation.refused("pmm-iam rotate billing-prod --finish", NO_PMM)).toContain(
      `the previous key of ${USER} in "billing-prod" is the newest one that AWS has, at generation 1; expected nobody to use it before it is switched off: apply key_generation: 2 and give each consumer the new key`,
    );
    expect(await rotation.refused("pmm-iam rotate billing-prod --finish")).toMatch(
      /^error: PMM cannot be asked/,
    );
  });

  test("the apply: AWS refuses the new key, the next one is killed, the third makes it", async () => {
    await rotation.types(PLAN);
    rotation.before = (action) => (action === "CreateAccessKey" ? "refuse" : "pass");
    expect((await rotation.attempt(APPLY)).code).toBe(1);
    rotation.before = () => "pass";
    expect(await statuses()).toEqual(["Active"]);
    // Whatever of it was done, the old key is not switched off.
    await rotation.refused("pmm-iam rotate billing-prod --finish", NO_PMM);
    await killedApply("CreateAccessKey");
    await rotation.types(`rm -f cdktf.out/stacks/pmm-iam/pmm-iam.tfplan && ${PLAN}`);
    await rotation.types(APPLY);
    newKey = (await rotation.held()).access_key_id;
    expect(newKey).not.toBe(oldKey);
    expect(await statuses()).toEqual(["Active", "Active"]);
    expect(rotation.keysInPmm()).toEqual(AGENTS.map(() => oldKey));
  });

  test("--finish waits for PMM, and for AWS", async () => {
    const refusal = await rotation.refused("pmm-iam rotate billing-prod --finish");
    expect(refusal).toContain("is held by 3 agents of PMM: billing-1, billing-2, billing-3; expected nobody");
    expect(refusal).toMatch(/was used at \S+ by (rds|sts) in eu-west-1, and AWS made the newest key at /);
    // The raise after next would delete the key that is used.
    expect(await rotation.refused("pmm-iam rotate billing-prod", NO_PMM)).toContain(
      "expected nobody to use it before it is deleted",
    );
  });

  test("push: PMM fails half-way, and the second run does the rest", async () => {
    expect(await rotation.types("pmm-iam rotate billing-prod --push-pmm --dry-run")).toContain(
      "billing-prod: 0 of 3 switched; to be switched:\n",
    );
    rotation.pmm.forget();
    // After the version, the agents and the services: the second agent's change is made, and the answer is lost.
    rotation.pmm.faults = { 6: "cut after", 7: { status: 500 }, 8: { status: 500 }, 9: { status: 500 } };
    const failed = await rotation.attempt("pmm-iam rotate billing-prod --push-pmm");
    expect(failed.code).toBe(1);
    expect(rotation.keysInPmm()).toContain(oldKey);
    expect(rotation.keysInPmm()).toContain(newKey);
    expect(await rotation.refused("pmm-iam rotate billing-prod --finish")).toContain("of PMM: billing-");
    rotation.pmm.forget();
    expect(await rotation.types("pmm-iam rotate billing-prod --push-pmm")).toMatch(
      /^billing-prod: 3 of 3 switched$/m,
    );
    expect(rotation.keysInPmm()).toEqual(AGENTS.map(() => newKey));
  });

  test("verify, on the PMM host: the new key does what PMM needs", async () => {
    const role = `arn:aws:iam::${SOURCE}:role/pmm-ec2-role`;
    const { accessKeyId, secretAccessKey, sessionToken } = await sessionOf(rotation.lab, role);
    rotation.evaluated.know(accessKeyId, role);
    const { code, stdout, stderr } = await rotation.attempt(
      "pmm-iam verify --only pmm --account billing-prod",
      {
        AWS_ENDPOINT_URL: rotation.evaluated.url,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
      },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    // The local AWS has no database to read.
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^1 of 1 account passes/);
  });

  test("finish: refused for the use before the push, which a person knows of; its apply is killed once", async () => {
    const refusal = await rotation.refused("pmm-iam rotate billing-prod --finish");
    expect(refusal).not.toContain("agents of PMM");
    await rotation.types(`pmm-iam ${wayPast(refusal)}`);
    await review();
    expect(await rotation.refused("pmm-iam rotate billing-prod --revoke", NO_PMM)).toContain(
      "is active in AWS; expected nobody to use it before it is deleted: apply previous_key: inactive",
    );
    await killedApply("UpdateAccessKey");
    expect(await statuses()).toEqual(["Active", "Active"]);
    await rotation.types(PLAN);
    await rotation.types(APPLY);
    expect(await keys()).toEqual(
      expect.arrayContaining([
        { id: oldKey, status: "Inactive" },
        { id: newKey, status: "Active" },
      ]),
    );
  });

  test("AWS that refuses to say when the key was used is a note", async () => {
    rotation.reading = () => "refuse";
    const { code, stderr } = await rotation.attempt("pmm-iam rotate billing-prod --revoke --dry-run", NO_PMM);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^note: AWS was not asked whether 1 previous key is still used: the role Admin may not ask in billing-prod/m,
    );
  });

  test("revoke: the same, and AWS refuses the deletion once", async () => {
    await rotation.types(
      `pmm-iam ${wayPast(await rotation.refused("pmm-iam rotate billing-prod --revoke"))}`,
    );
    await review();
    await rotation.types(PLAN);
    rotation.before = (action) => (action === "DeleteAccessKey" ? "refuse" : "pass");
    expect((await rotation.attempt(APPLY)).code).toBe(1);
    rotation.before = () => "pass";
    await rotation.types(PLAN);
    await rotation.types(APPLY);
    expect(await keys()).toEqual([{ id: newKey, status: "Active" }]);
    expect((await rotation.attempt(`${PLAN} -detailed-exitcode`)).code).toBe(0);
  });

  test("the rotation is finished, and the agents were looked at all the way", async () => {
    expect(rotation.accounts()).toContain("aurora: {key_generation: 2, previous_key: deleted}\n");
    expect(await rotation.types("pmm-iam rotate --due 90")).toBe(
      `No key is 90 days old or older; the oldest is that of ${USER} in billing-prod, 0 days old.\n`,
    );
    expect(rotation.keysInPmm()).toEqual(AGENTS.map(() => newKey));
    expect(rotation.looks).toBeGreaterThan(50);
    // What an agent with the old key would have shown.
    rotation.pmm.agents.set(agent(4).agent_id, agent(4, oldKey));
    await rotation.types("pmm-iam --version");
    expect([...rotation.gaps]).toEqual([expect.stringContaining(agent(4).agent_id)]);
    rotation.gaps.clear();
  });
});
