import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DeleteAccessKeyCommand, UntagUserCommand } from "@aws-sdk/client-iam";
import { modelOf } from "../harness/applied-model";
import { EVERYTHING } from "../harness/everything";
import { describeEveryEngine } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { inventory, keysOf, makeRole, secretOf, userPolicies } from "../harness/look";
import { Project } from "../harness/project";
import { Recorder } from "../harness/recorder";
import type { Folder } from "../harness/terraform";
import { ROOT, unread } from "../harness/tools";

/*
 * An account with everything that can be asked for, in a group, closed in the very apply that changes its
 * neighbour; and back again.
 */

const SOURCE = "111111111111";
const ORDERS = "222222222222";
const BILLING = "033333333333";
const USER = "PMMAWSIntegrationUser";

const accounts = (orders: string, billing: string) => `
source:
  account_id: "${SOURCE}"
  pmm_ec2_role_name: pmm-ec2-role
  create_pmm_ec2_role: true
defaults:
  admin_role_name: Admin
teleport:
  role_name: teleport-db-service
  proxy_address: teleport.example.com:443
accounts:
${orders}  - name: billing
    account_id: "${BILLING}"
    group: shop
    aurora: ${billing}
`;

const entry = (rest: string) => `  - name: orders
    account_id: "${ORDERS}"
    group: shop
${rest}`;

const MODULES = `    modules:
      - name: backup-reader
        source: ./modules/backup-reader
        variables:
          bucket: acme-backups-orders
          reader: {account_id: "999999999999", role_name: backup/restore-tests}
`;

const HELD = [
  "instance-profile CloudWatchAgentAdminRole",
  "instance-profile CloudWatchAgentServerRole",
  "policy CloudWatchAgentAdminPolicy",
  "policy CloudWatchAgentServerPolicy",
  "role AmazonRDSforPMMrole",
  "role CloudWatchAgentAdminRole",
  "role CloudWatchAgentHybridRole",
  "role CloudWatchAgentServerRole",
  "role TeleportDatabaseAccess",
  "role backup-reader",
  "role site24x7-monitoring",
  "role vendor-monitoring",
  "user CloudWatchAgentAdminUser",
  "user CloudWatchAgentServerUser",
  "user PMMAWSIntegrationUser",
].map((line) => `${ORDERS} ${line}`);

/** What the team's module makes. */
const MADE_BY_TEAM = {
  backup_reader_orders: {
    arns: [`arn:aws:iam::${ORDERS}:role/backup-reader`],
    addresses: ["aws_iam_role.backup_reader", "aws_iam_role_policy.backup_reader"],
  },
};

describeEveryEngine("a closed account with everything, in a group", () => {
  let recorder: Recorder;
  let lab: Lab;
  let project: Project;
  let main: Folder;
  let shop: Folder;

  beforeAll(async () => {
    recorder = await Recorder.start();
    lab = await startLab({ url: recorder.url });
    await makeRole(await lab.account(SOURCE), "teleport-db-service");
    project = new Project(lab, "closed", MADE_BY_TEAM);
    project.copy(join(ROOT, "test/e2e/scenarios/vendor-policy.json"), "vendor-policy.json");
    const team = join(ROOT, "examples/team-module/modules/backup-reader");
    for (const path of readdirSync(team, { recursive: true, encoding: "utf8" })) {
      if (/\.\w+$/.test(path)) project.copy(join(team, path), join("modules/backup-reader", path));
    }
  });
  afterAll(async () => {
    await lab?.stop();
    recorder?.stop();
  });

  async function synth(orders: string, billing: string): Promise<void> {
    await project.synth(accounts(orders, billing));
    main = await project.init("pmm-iam");
    shop = await project.init("pmm-iam-shop");
  }

  async function expectEmptyPlans(): Promise<void> {
    await main.expectEmptyPlan();
    await shop.expectEmptyPlan();
  }

  const idsIn = async (account: string) =>
    (await keysOf(await lab.account(account), USER)).map(({ id }) => id).sort();

  test("is forgotten in one apply with its neighbour's rotation, and nobody gets into it", async () => {
    await synth(entry(`${EVERYTHING}${MODULES}`), "{key_generation: 1}");
    await main.apply();
    await shop.apply();
    expect(await inventory(lab, [ORDERS])).toEqual(HELD);
    const [keys, [first]] = [await idsIn(ORDERS), await idsIn(BILLING)];
    expect(keys).toHaveLength(2);

    recorder.close(ORDERS);
    const { code, stderr } = await shop.attempt("plan", "-no-color");
    expect(code).toBe(1);
    expect(stderr).toContain(`IAM Role (arn:aws:iam::${ORDERS}:role/Admin) cannot be assumed`);

    await synth(entry(`${EVERYTHING}${MODULES}    lifecycle: closed\n`), "{key_generation: 2}");
    const changes = Object.entries(await shop.changes(...unread()));
    const destroyed = changes.filter(([, action]) => action.includes("delete")).map(([address]) => address);
    // Of the account's own objects none: what is destroyed is in the source account, or in the state alone.
    expect(
      destroyed.filter((address) => !/\.(aws_secretsmanager_\w+|terraform_data)\.\w+[^.]*$/.test(address)),
    ).toEqual([]);
    expect(destroyed.filter((address) => address.endsWith(".aws_secretsmanager_secret.key"))).toEqual([
      "module.aurora_user_orders.module.key.aws_secretsmanager_secret.key",
      'module.cloudwatch_agent_orders.module.key["admin"].aws_secretsmanager_secret.key',
      'module.cloudwatch_agent_orders.module.key["server"].aws_secretsmanager_secret.key',
    ]);
    expect(changes).toContainEqual([
      'module.aurora_user_billing.module.key.aws_iam_access_key.slot["even"]',
      "create",
    ]);
    await main.apply();
    await shop.apply(...unread());

    // All of it is still in AWS, and none of it in the model, nor Teleport's role, which has no role left to assume.
    expect(await inventory(lab, [ORDERS])).toEqual(HELD);
    const { identities } = modelOf(join(project.folder, "accounts.yaml"));
    expect(identities.map(({ arn }) => arn)).toEqual([
      `arn:aws:iam::${BILLING}:role/AmazonRDSforPMMrole`,
      `arn:aws:iam::${BILLING}:user/${USER}`,
      `arn:aws:iam::${SOURCE}:role/pmm-ec2-role`,
    ]);
    expect(await idsIn(ORDERS)).toEqual(keys);
    expect(await idsIn(BILLING)).toEqual(
      expect.arrayContaining([
        first,
        (await secretOf(await lab.account(SOURCE), "pmm/aurora/billing")).access_key_id,
      ]),
    );
    expect((await inventory(lab, [SOURCE])).filter((line) => line.includes("secret"))).toEqual([
      `${SOURCE} secret in us-east-1 pmm/aurora/billing`,
    ]);
    await expectEmptyPlans();

    await synth("", "{key_generation: 2}");
    await expectEmptyPlans();
  });

  test("comes back through adopt, once its forgotten keys leave room", async () => {
    recorder.reopen(ORDERS);
    const keys = await idsIn(ORDERS);
    const back = (generation: number) =>
      entry(`    aurora: {key_generation: ${generation}}\n    adopt: true\n`);
    await synth(back(2), "{key_generation: 2}");
    const refused = await shop.attempt("plan", "-no-color");
    expect(refused.code).toBe(1);
    expect(refused.stderr.replaceAll(/^[│╷╵]/gm, "").replaceAll(/\s+/g, " ")).toContain(
      `The user ${USER} in account ${ORDERS} has access keys that Terraform does not manage, ${keys.join(" and ")}; expected at most 0 of them, since AWS allows two and the keys of generation 1 and 2 are to be made. To keep one of them, start again: set key_generation to 1, and run aws iam untag-user --user-name ${USER} --tag-keys pmm-iam:key-generation.`,
    );

    const { iam } = await lab.account(ORDERS);
    await iam.send(new DeleteAccessKeyCommand({ UserName: USER, AccessKeyId: keys[0] }));
    await iam.send(new UntagUserCommand({ UserName: USER, TagKeys: ["pmm-iam:key-generation"] }));
    await synth(back(1), "{key_generation: 2}");
    const plan = await shop.run("plan", "-no-color", "-out=plan");
    expect(plan).toContain("Plan: 8 to import");
    expect(plan).toContain('- "pmm-allowed-sources"');
    expect(plan).toContain(`aws iam delete-access-key --user-name ${USER} --access-key-id ${keys[1]}`);
    await shop.run("apply", "-no-color", "plan");
    await main.apply();
    await expectEmptyPlans();

    const { access_key_id: own, generation } = await secretOf(await lab.account(SOURCE), "pmm/aurora/orders");
    expect(generation).toBe(1);
    expect(await idsIn(ORDERS)).toEqual([own, keys[1]].sort());
    expect(Object.keys(await userPolicies(await lab.account(ORDERS), USER))).toEqual([
      "pmm-aurora-os-metrics",
    ]);
    // What was not adopted stays as it is.
    expect(await inventory(lab, [ORDERS])).toEqual(HELD);
  });
});
