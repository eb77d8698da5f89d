import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { Account } from "../harness/accounts";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { BY_HAND } from "../harness/look";
import { ReviewedProject } from "./reviewed-project";

/** Plans that do what the file asks for are accepted, and an import that changes whom a role trusts is not. */

const accounts = (...entries: readonly string[]) => `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role, create_pmm_ec2_role: true}
defaults: {admin_role_name: Admin}
accounts:
${entries.map((entry) => `  - {${entry}}\n`).join("")}`;

const ORDERS = 'name: orders, account_id: "222222222222"';
const BILLING = 'name: billing, account_id: "033333333333", aurora: {key_generation: 2}';
const STOCK = 'name: stock, account_id: "444444444444"';
const MERGED = accounts(`${ORDERS}, aurora: true`, BILLING);

const ACCEPTED = { code: 0, stderr: "", rules: [], refused: [] };

describeE2e("plans that are accepted", () => {
  let lab: Lab;
  let reviewed: ReviewedProject;

  beforeAll(async () => {
    lab = await startLab();
    reviewed = new ReviewedProject(lab, "accepted");
  });
  afterAll(() => lab?.stop());

  test("the first plan of all, before anything was applied", async () => {
    await reviewed.project.synth(MERGED);
    reviewed.commit();
    expect(await reviewed.proposed(MERGED)).toMatchObject(ACCEPTED);
    await reviewed.merged(MERGED);
  });

  test("no change at all", async () => {
    const { stdout, ...rest } = await reviewed.proposed(MERGED);
    expect(rest).toMatchObject(ACCEPTED);
    expect(stdout).toMatch(
      /^\*\*No change of access\.\*\* .*1 plan, 0 refused: 0 to add, 0 to change, 0 to destroy\.\n/,
    );
  });

  test("one more account", async () => {
    const { stdout, ...rest } = await reviewed.proposed(accounts(`${ORDERS}, aurora: true`, BILLING, STOCK));
    expect(rest).toMatchObject(ACCEPTED);
    expect(stdout).toMatch(/^\*\*More access\.\*\* /);
  });

  test("a rotation from 1 to 2, which makes a key, and from 2 to 3, which replaces the one that is in no use", async () => {
    const rotated = accounts(`${ORDERS}, aurora: {key_generation: 2}`, BILLING.replace("2}", "3}"));
    const { stdout, ...rest } = await reviewed.proposed(rotated);
    expect(rest).toMatchObject(ACCEPTED);
    expect(stdout).toContain("move every consumer to the key of generation 3");
  });

  test("the previous key is made inactive", async () => {
    const inactive = BILLING.replace("2}", "2, previous_key: inactive}");
    expect(await reviewed.proposed(accounts(`${ORDERS}, aurora: true`, inactive))).toMatchObject(ACCEPTED);
  });

  test("tags and permissions change in place", async () => {
    const tagged = accounts(`${ORDERS}, aurora: true, tags: {team: dba}, permissions: minimal`, BILLING);
    expect(await reviewed.proposed(tagged)).toMatchObject(ACCEPTED);
  });

  test("an account retires, and a user alone", async () => {
    const retiring = accounts(`${ORDERS}, aurora: {lifecycle: retiring}`, `${BILLING}, lifecycle: retiring`);
    expect(await reviewed.proposed(retiring)).toMatchObject(ACCEPTED);
  });

  test("a closed account is forgotten", async () => {
    const closed = accounts(`${ORDERS}, aurora: true`, `${BILLING}, lifecycle: closed`);
    const { code, rules, stdout } = await reviewed.proposed(closed);
    expect({ code, rules }).toEqual({ code: 0, rules: [] });
    expect(stdout).toMatch(/ to forget\./);
  });

  test("an account in another group, once its objects are in that stack's state", async () => {
    const group = accounts(`${ORDERS}, aurora: true`, `${BILLING}, group: finance`);
    const state = await reviewed.stack.run("state", "pull");
    await reviewed.project.synth(group);
    const finance = await reviewed.project.init("pmm-iam-finance");
    const moved = `${reviewed.project.folder}/moved.tfstate`;
    for (const module of ["pmm_iam_billing", "aurora_user_billing"])
      await reviewed.stack.run("state", "mv", `-state-out=${moved}`, `module.${module}`, `module.${module}`);
    await finance.run("state", "push", moved);
    const options = ["--allow", "group-changed"];
    for (const stack of ["pmm-iam", "pmm-iam-finance"]) {
      const { code, rules } = await reviewed.proposed(group, { stack, options });
      expect({ code, rules }).toEqual({ code: 0, rules: [] });
    }
    reviewed.project.stack().write("before.tfstate", state);
    await reviewed.project.synth(MERGED);
    await reviewed.stack.run("state", "push", "-force", "before.tfstate");
  });

  describe("a role made by hand is adopted", () => {
    const RoleName = "AmazonRDSforPMMrole";
    const adopted = accounts(`${ORDERS}, aurora: true`, BILLING, `${STOCK}, adopt: [role, role_policy]`);
    let stock: Account;

    async function made(principal: string): Promise<void> {
      const Statement = [{ Effect: "Allow", Principal: { AWS: principal }, Action: "sts:AssumeRole" }];
      const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
      stock = await lab.account("444444444444");
      await stock.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
      const policy = { PolicyName: "pmm-cloudwatch-rds-access", PolicyDocument: BY_HAND };
      await stock.iam.send(new PutRolePolicyCommand({ RoleName, ...policy }));
    }

    test("that trusts PMM's role, as the guide says", async () => {
      await made("arn:aws:iam::111111111111:role/pmm-ec2-role");
      const { stdout, ...rest } = await reviewed.proposed(adopted);
      expect(rest).toMatchObject(ACCEPTED);
      expect(stdout).toMatch(/ to import, /);
      await removed();
    });

    test("that trusts more than PMM's role", async () => {
      await made("arn:aws:iam::111111111111:root");
      const { code, rules, refused, stdout } = await reviewed.proposed(adopted);
      expect({ code, rules, refused }).toEqual({
        code: 1,
        rules: ["plan-trust"],
        refused: ["module.pmm_iam_stock.aws_iam_role.pmm_rds_monitoring"],
      });
      expect(stdout).toContain(
        "trusts AWS 111111111111 today, and AWS arn:aws:iam::111111111111:role/pmm-ec2-role after the import",
      );
      await removed();
    });

    async function removed(): Promise<void> {
      await stock.iam.send(
        new DeleteRolePolicyCommand({ RoleName, PolicyName: "pmm-cloudwatch-rds-access" }),
      );
      await stock.iam.send(new DeleteRoleCommand({ RoleName }));
    }
  });
});
