import { join } from "node:path";
import { environment } from "../harness/environment";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { inventory, keysOf, rolePolicies, secretOf, trustOf } from "../harness/look";
import { type Ended, run } from "../harness/processes";
import { ROOT } from "../harness/tools";
import { ReviewedProject } from "../summary/reviewed-project";

/** `aurora: {credentials: role}`: an account without a user, and the way there and back as docs/keys.md has it. */

const ACCOUNTS = ["111111111111", "222222222222", "033333333333"];
const MONITORING_ROLES = [
  "111111111111 role pmm-ec2-role",
  "222222222222 role AmazonRDSforPMMrole",
  "033333333333 role AmazonRDSforPMMrole",
];
const keysOfUser = (id: string, name: string): string[] => [
  `111111111111 secret in us-east-1 pmm/aurora/${name}`,
  `${id} user PMMAWSIntegrationUser`,
];
const ORDERS_USER = keysOfUser("222222222222", "orders");
const BILLING_USER = keysOfUser("033333333333", "billing");

const accounts = (orders: string, billing: string): string => `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role, create_pmm_ec2_role: true}
defaults: {admin_role_name: Admin}
accounts:
  - {name: orders, account_id: "222222222222", ${orders}}
  - {name: billing, account_id: "033333333333", ${billing}}
`;
const USER = "aurora: {key_generation: 2}";
const RETIRING = "aurora: {lifecycle: retiring}";
const ROLE = "aurora: {credentials: role}";
const NEITHER = "lifecycle: active";

describeE2e("an account without a user", () => {
  let lab: Lab;
  let project: ReviewedProject;

  beforeAll(async () => {
    lab = await startLab();
    project = new ReviewedProject(lab, "credentials");
  });

  afterAll(() => lab?.stop());

  /** Roles, users and secrets of all accounts. */
  const held = async (): Promise<string[]> =>
    (await inventory(lab, ACCOUNTS)).filter((line) => !line.includes(" instance-profile ")).sort();

  /** `check --base` of a changed accounts file against the last one that was applied. */
  async function checked(text: string): Promise<Ended> {
    await project.project.synth(text);
    return run({
      command: process.execPath,
      args: [join(ROOT, "bin", "pmm-iam.js"), "check", "--base", "HEAD"],
      cwd: project.project.folder,
      env: { ...environment(lab.folder, lab.url), ACCOUNTS_FILE: "accounts.yaml" },
    }).ended;
  }

  /** What no step may touch: the roles by which PMM and Grafana read, and the other account's key. */
  async function untouched(): Promise<unknown> {
    const [, orders, billing] = await Promise.all(ACCOUNTS.map((id) => lab.account(id)));
    if (orders === undefined || billing === undefined) throw new Error("an account is missing");
    return Promise.all([
      ...[orders, billing].flatMap((account) => [
        trustOf(account, "AmazonRDSforPMMrole"),
        rolePolicies(account, "AmazonRDSforPMMrole"),
      ]),
      keysOf(orders, "PMMAWSIntegrationUser"),
    ]);
  }

  /** A change that passes, and whose plan is empty; applied. */
  async function stepWithoutChange(text: string): Promise<void> {
    expect((await checked(text)).code).toBe(0);
    await project.project.init();
    await project.stack.expectEmptyPlan();
    await project.merged(text);
  }

  test("made with neither user nor secret, beside an account with both", async () => {
    await project.merged(accounts(USER, ROLE));
    expect(await held()).toEqual([...MONITORING_ROLES, ...ORDERS_USER].sort());
    await project.stack.expectEmptyPlan();
  });

  test("from the role to a user in one step is refused", async () => {
    const { code, stderr } = await checked(accounts(USER, "aurora: true"));
    expect(code).toBe(1);
    expect(stderr).toContain(
      'accounts.yaml:6:57: error: aurora of "billing" goes from credentials: role to PMMAWSIntegrationUser in one step: the apply would make a key that none of PMM\'s agents holds, for they have the role; remove aurora and apply, which changes nothing in AWS, then set aurora: true and give PMM the key [credentials-changed]',
    );
  });

  test("in two steps the first changes nothing, and the second makes a user beside the role, at generation 1", async () => {
    const before = await untouched();
    await stepWithoutChange(accounts(USER, NEITHER));
    const { code, stderr } = await checked(accounts(USER, "aurora: true"));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const changes = await (await project.project.init()).changes();
    expect([...new Set(Object.values(changes))]).toEqual(["create"]);
    await project.merged(accounts(USER, "aurora: true"));
    expect(await held()).toEqual([...MONITORING_ROLES, ...ORDERS_USER, ...BILLING_USER].sort());
    expect((await secretOf(await lab.account("111111111111"), "pmm/aurora/billing")).generation).toBe(1);
    expect(await untouched()).toEqual(before);
  });

  test("from the user to the role in one step is refused", async () => {
    const { code, stderr } = await checked(accounts(USER, ROLE));
    expect(code).toBe(1);
    expect(stderr).toContain(
      'accounts.yaml:6:71: error: credentials: role drops PMMAWSIntegrationUser of "billing" in one step, and with it PMM loses the key in pmm/aurora/billing; give the role to each of PMM\'s agents that has the key, set aurora: {lifecycle: retiring} and apply, then set aurora: {credentials: role} [credentials-changed]',
    );
  });

  test("in the steps of the page nothing else is lost, and the last one changes nothing", async () => {
    const before = await untouched();
    expect((await checked(accounts(USER, RETIRING))).code).toBe(0);
    const changes = await (await project.project.init()).changes();
    expect([...new Set(Object.values(changes))]).toEqual(["delete"]);
    expect(
      Object.keys(changes).filter((address) => !address.startsWith("module.aurora_user_billing.")),
    ).toEqual([]);
    await project.merged(accounts(USER, RETIRING));
    expect(await held()).toEqual([...MONITORING_ROLES, ...ORDERS_USER].sort());

    await stepWithoutChange(accounts(USER, ROLE));
    expect(await untouched()).toEqual(before);
  });

  test("a user that was rotated and gave way to the role comes back at generation 1", async () => {
    await project.merged(accounts(RETIRING, ROLE));
    await project.merged(accounts(ROLE, ROLE));
    expect(await held()).toEqual([...MONITORING_ROLES].sort());
    await stepWithoutChange(accounts(NEITHER, ROLE));
    const { code, stderr } = await checked(accounts("aurora: true", ROLE));
    expect(code).toBe(0);
    expect(stderr).not.toContain("key-generation");
    await project.merged(accounts("aurora: true", ROLE));
    expect(await held()).toEqual([...MONITORING_ROLES, ...ORDERS_USER].sort());
    expect((await secretOf(await lab.account("111111111111"), "pmm/aurora/orders")).generation).toBe(1);
  });
});
