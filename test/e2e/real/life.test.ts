import { join } from "node:path";
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import type { Account } from "../harness/accounts";
import { EVERYTHING } from "../harness/everything";
import { type Lab, startLab } from "../harness/lab";
import { attachToRole, inventory, keysOf, makeRole, rolePolicies, userPolicies } from "../harness/look";
import { Project } from "../harness/project";
import type { ProxyServer } from "../harness/proxy-server";
import { Recorder } from "../harness/recorder";
import type { Folder } from "../harness/terraform";
import { ROOT } from "../harness/tools";
import { describeReal } from "./gate";
import { onInstance, startMetadataService } from "./metadata";

/*
 * An account with everything that can be asked for, and one that was made by hand: adopted, granted more than they
 * ask for, closed, retired. Terraform runs on an EC2 instance, with the credentials of its profile alone.
 */

const SOURCE = "111111111111";
// Both in shard 5, so that one's leaving changes the other's policy.
const ORDERS = "222222222221";
const LEGACY = "033333333333";
const READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const MONITORING = { RoleName: "AmazonRDSforPMMrole" };
const USER = { UserName: "PMMAWSIntegrationUser" };

const accounts = (...entries: readonly string[]) => `
source:
  account_id: "${SOURCE}"
  pmm_ec2_role_name: pmm-ec2-role
  create_pmm_ec2_role: true
  assume_policy: sharded
  cloudwatch_agent: true
defaults:
  admin_role_name: Admin
  tags: {team: dba}
teleport:
  role_name: teleport-db-service
  proxy_address: teleport.example.com:443
secrets:
  readers: [pmm_ec2_role]
accounts:
${entries.join("")}`;

const ORDERS_ENTRY = `  - name: orders
    account_id: "${ORDERS}"
${EVERYTHING}`;

const ADOPTED = `  - name: legacy
    account_id: "${LEGACY}"
    aurora: true
    adopt: true
`;

const document = (statement: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
const ANY_READ = document({ Action: "rds:DescribeDBInstances", Resource: "*" });

describeReal("two accounts on an instance profile", () => {
  let metadata: ProxyServer;
  let recorder: Recorder;
  let lab: Lab;
  let project: Project;
  let stack: Folder;
  let legacy: Account;
  let byHand: string;

  beforeAll(async () => {
    metadata = await startMetadataService();
    recorder = await Recorder.start();
    lab = await startLab({ url: recorder.url, env: onInstance(metadata) });
    await makeRole(await lab.account(SOURCE), "teleport-db-service");
    project = new Project(lab, "life");
    project.copy(join(ROOT, "test/e2e/scenarios/vendor-policy.json"), "vendor-policy.json");
    legacy = await lab.account(LEGACY);
    await makeByHand();
  });
  afterAll(async () => {
    await lab?.stop();
    recorder?.stop();
    metadata?.server.close();
  });

  async function makeByHand(): Promise<void> {
    const { iam } = legacy;
    const trust = document({ Principal: { AWS: `arn:aws:iam::${SOURCE}:root` }, Action: "sts:AssumeRole" });
    await iam.send(new CreateRoleCommand({ ...MONITORING, AssumeRolePolicyDocument: trust }));
    await iam.send(new CreateUserCommand(USER));
    const PolicyDocument = ANY_READ;
    for (const PolicyName of ["pmm-cloudwatch-rds-access", "console-policy"])
      await iam.send(new PutRolePolicyCommand({ ...MONITORING, PolicyName, PolicyDocument }));
    await iam.send(
      new PutUserPolicyCommand({ ...USER, PolicyName: "pmm-aurora-os-metrics", PolicyDocument }),
    );
    await iam.send(new AttachUserPolicyCommand({ ...USER, PolicyArn: READ_ONLY }));
    byHand = (await iam.send(new CreateAccessKeyCommand(USER))).AccessKey?.AccessKeyId ?? "";
  }

  async function synth(...entries: readonly string[]): Promise<void> {
    await project.synth(accounts(...entries));
    stack = await project.init();
  }

  async function applySaved(): Promise<void> {
    await stack.run("apply", "-no-color", "plan");
    await stack.expectEmptyPlan();
  }

  test("one made, the other adopted: what hangs on it is shown, and goes", async () => {
    await synth(ORDERS_ENTRY, ADOPTED);
    const plan = await stack.run("plan", "-no-color", "-out=plan");
    expect(plan).toContain("Plan: 8 to import");
    for (const leaving of ["console-policy", READ_ONLY]) expect(plan).toContain(`- "${leaving}"`);
    await applySaved();
    expect((await keysOf(legacy, USER.UserName)).map(({ id }) => id)).toContain(byHand);
    expect(Object.keys(await rolePolicies(legacy, MONITORING.RoleName))).toEqual([
      "pmm-cloudwatch-rds-access",
    ]);
  });

  test("a grant made by hand shows in the plan, and goes", async () => {
    await attachToRole(legacy, MONITORING.RoleName, READ_ONLY);
    await legacy.iam.send(
      new PutUserPolicyCommand({ ...USER, PolicyName: "more", PolicyDocument: ANY_READ }),
    );
    expect(await stack.changes()).toEqual({
      "module.pmm_iam_legacy.aws_iam_role_policy_attachments_exclusive.pmm_rds_monitoring": "update",
      "module.aurora_user_legacy.aws_iam_user_policies_exclusive.pmm_aws_integration": "update",
    });
    await applySaved();
    expect(Object.keys(await userPolicies(legacy, USER.UserName))).toEqual(["pmm-aurora-os-metrics"]);
  });

  test("a closed account is forgotten without a call to it", async () => {
    const held = await inventory(lab, [ORDERS]);
    expect(held.length).toBeGreaterThan(10);
    recorder.close(ORDERS);
    const before = recorder.calls.length;
    await synth(`${ORDERS_ENTRY}    lifecycle: closed\n`, ADOPTED);
    const destroyed = Object.entries(await stack.changes()).filter(([, action]) => action.includes("delete"));
    // In the account nothing: its secrets are in the source account, and the rest is in the state alone.
    expect(
      destroyed
        .map(([address]) => address)
        .filter((address) => address.startsWith("module."))
        .filter((address) => !/\.(aws_secretsmanager_\w+|terraform_data)\.\w+[^.]*$/.test(address)),
    ).toEqual([]);
    await applySaved();
    const calls = recorder.calls.slice(before);
    expect(
      calls.filter(
        ({ account, parameters }) => account === ORDERS || parameters["RoleArn"]?.includes(ORDERS),
      ),
    ).toEqual([]);
    // A changed policy is the default at once.
    expect(calls.map(({ action }) => action)).toContain("iam:CreatePolicyVersion");
    expect(recorder.calls.map(({ action }) => action)).not.toContain("iam:SetDefaultPolicyVersion");
    expect(await inventory(lab, [ORDERS])).toEqual(held);
  });

  test("a retired account is emptied", async () => {
    await synth(ADOPTED.replace("adopt: true", "lifecycle: retiring"));
    await stack.plan();
    await applySaved();
    expect(await inventory(lab, [LEGACY, SOURCE])).toEqual([
      `${SOURCE} instance-profile pmm-ec2-role`,
      `${SOURCE} role pmm-ec2-role`,
      `${SOURCE} role teleport-db-service`,
    ]);
  });
});
