// More than 300 lines: one account's life in order, each step on what the one before left.
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  GetRoleCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListRolesCommand,
  ListUsersCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { ListSecretsCommand } from "@aws-sdk/client-secrets-manager";
import type { Account } from "../harness/accounts";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import {
  attachedToRole,
  attachedToUser,
  dropRole,
  keysOf,
  rolePolicies,
  secretOf,
  trustOf,
  userPolicies,
} from "../harness/look";
import { FORMATS, type Format, Project } from "../harness/project";
import { Recorder } from "../harness/recorder";
import type { Folder } from "../harness/terraform";
import { unread } from "../harness/tools";

/** An account's whole life: adopted, retired, closed, and back under the same name. */

const TARGET = "222222222222";
const OTHER = "033333333333";

describeE2e("an account's life", () => {
  let lab: Lab;
  let recorder: Recorder;

  beforeAll(async () => {
    recorder = await Recorder.start();
    lab = await startLab({ url: recorder.url });
  });

  afterAll(async () => {
    await lab?.stop();
    recorder?.stop();
  });

  beforeEach(() => lab.reset());

  function accounts(entries: readonly string[]): string {
    return `source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role, create_pmm_ec2_role: true}
defaults: {admin_role_name: Admin}
accounts:
${entries.map((entry) => `  - {${entry}}`).join("\n")}
`;
  }

  /** The accounts of one stack, synthesized; its folder. */
  async function synth(project: Project, format: Format, entries: readonly string[]): Promise<Folder> {
    await project.synth(accounts(entries), format);
    return project.stack();
  }

  async function names(id: string): Promise<{ roles: string[]; users: string[] }> {
    const { iam } = await lab.account(id);
    const { Roles = [] } = await iam.send(new ListRolesCommand({}));
    const { Users = [] } = await iam.send(new ListUsersCommand({}));
    return {
      roles: Roles.map(({ RoleName = "" }) => RoleName).sort(),
      users: Users.map(({ UserName = "" }) => UserName).sort(),
    };
  }

  async function secrets(): Promise<string[]> {
    const source = await lab.account("111111111111");
    const { SecretList = [] } = await source.secrets("us-east-1").send(new ListSecretsCommand({}));
    return SecretList.map(({ Name = "" }) => Name).sort();
  }

  const trust = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { AWS: "arn:aws:iam::111111111111:root" }, Action: "sts:AssumeRole" },
    ],
  });
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "rds:DescribeDBInstances", Resource: "*" }],
  });
  const role = { RoleName: "AmazonRDSforPMMrole" };
  const user = { UserName: "PMMAWSIntegrationUser" };

  /** The original guide's role and user, with what someone put on them besides. */
  async function makeByHand(): Promise<Account> {
    const account = await lab.account(TARGET);
    const { iam } = account;
    await iam.send(new CreateRoleCommand({ ...role, AssumeRolePolicyDocument: trust }));
    for (const PolicyName of ["pmm-cloudwatch-rds-access", "console-policy"])
      await iam.send(new PutRolePolicyCommand({ ...role, PolicyName, PolicyDocument }));
    await iam.send(new CreateUserCommand(user));
    await iam.send(
      new PutUserPolicyCommand({ ...user, PolicyName: "pmm-aurora-os-metrics", PolicyDocument }),
    );
    await iam.send(
      new AttachUserPolicyCommand({ ...user, PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }),
    );
    return account;
  }

  async function dropRoleByHand(account: Account): Promise<void> {
    await dropRole(account, role.RoleName);
  }

  async function dropRolePolicy({ iam }: Account): Promise<void> {
    await iam.send(new DeleteRolePolicyCommand({ ...role, PolicyName: "pmm-cloudwatch-rds-access" }));
  }

  async function dropUserByHand(account: Account): Promise<void> {
    await dropUserPolicy(account);
    await account.iam.send(
      new DetachUserPolicyCommand({ ...user, PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }),
    );
    await account.iam.send(new DeleteUserCommand(user));
  }

  async function dropUserPolicy({ iam }: Account): Promise<void> {
    await iam.send(new DeleteUserPolicyCommand({ ...user, PolicyName: "pmm-aurora-os-metrics" }));
  }

  const A = `name: orders, account_id: "${TARGET}", aurora: true`;
  const B = `name: billing, account_id: "${OTHER}", aurora: true`;

  describe.each(FORMATS)("as %s", (format) => {
    test("retiring destroys all and only that account's objects; then the entry goes, and may come back", async () => {
      const project = new Project(lab, `retiring-${format}`);
      let stack = await synth(project, format, [A, B]);
      await stack.init();
      await stack.apply();
      expect(await secrets()).toEqual(["pmm/aurora/billing", "pmm/aurora/orders"]);

      stack = await synth(project, format, [`${A}, lifecycle: retiring`, B]);
      await stack.init();
      const changes = await stack.changes();
      expect(Object.keys(changes).filter((address) => address.includes("billing"))).toEqual([]);
      expect(changes["aws_iam_role_policy.pmm_assume_target_roles"]).toBe("update");
      await stack.apply();
      expect(await names(TARGET)).toEqual({ roles: [], users: [] });
      expect(await names(OTHER)).toEqual({
        roles: ["AmazonRDSforPMMrole"],
        users: ["PMMAWSIntegrationUser"],
      });
      expect(await secrets()).toEqual(["pmm/aurora/billing"]);
      await stack.expectEmptyPlan();

      stack = await synth(project, format, [B]);
      await stack.init();
      await stack.expectEmptyPlan();

      stack = await synth(project, format, [A, B]);
      await stack.init();
      await stack.apply();
      await stack.expectEmptyPlan();
      expect(await secrets()).toEqual(["pmm/aurora/billing", "pmm/aurora/orders"]);
    });

    test("an Aurora user retires alone", async () => {
      const project = new Project(lab, `user-${format}`);
      let stack = await synth(project, format, [A]);
      await stack.init();
      await stack.apply();
      stack = await synth(project, format, [
        `name: orders, account_id: "${TARGET}", aurora: {lifecycle: retiring}`,
      ]);
      await stack.init();
      await stack.apply();
      expect(await names(TARGET)).toEqual({ roles: ["AmazonRDSforPMMrole"], users: [] });
      expect(await secrets()).toEqual([]);
      await stack.expectEmptyPlan();
    });

    test("a closed account is forgotten without a call to it, its secret destroyed, the others planned on", async () => {
      const project = new Project(lab, `closed-${format}`);
      const monitors =
        'cloudwatch_agent: {on_premises_server_user: true}, third_party_monitors: [{name: m, account_id: "999999999999", external_id: abcd, policy: ReadOnlyAccess}]';
      let stack = await synth(project, format, [`${A}, ${monitors}`, B]);
      await stack.init();
      await stack.apply();
      const before = await names(TARGET);
      expect(before.users).toEqual(["CloudWatchAgentServerUser", "PMMAWSIntegrationUser"]);

      recorder.close(TARGET);
      const blocked = await stack.attempt("plan", "-no-color");
      expect(blocked.code).toBe(1);
      expect(blocked.stderr).toContain(`IAM Role (arn:aws:iam::${TARGET}:role/Admin) cannot be assumed`);

      stack = await synth(project, format, [`${A}, ${monitors}, lifecycle: closed`, B]);
      await stack.init();
      const { resource_changes: all = [] } = await stack.plan(...unread());
      const touched = all
        .filter(({ address }) => address.includes("orders") && !address.includes("data."))
        .map(({ address, change }) => `${change.actions.join(" ")} ${address.replace(/\[.*?\]/g, "")}`);
      const destroyed = touched.filter((line) => line.startsWith("delete")).sort();
      expect([...new Set(destroyed)]).toEqual([
        "delete module.aurora_user_orders.module.key.aws_secretsmanager_secret.key",
        "delete module.aurora_user_orders.module.key.aws_secretsmanager_secret_version.key",
        "delete module.cloudwatch_agent_orders.module.key.aws_secretsmanager_secret.key",
        "delete module.cloudwatch_agent_orders.module.key.aws_secretsmanager_secret_version.key",
      ]);
      await stack.apply(...unread());
      expect(await names(TARGET)).toEqual(before);
      expect(await secrets()).toEqual(["pmm/aurora/billing"]);
      await stack.expectEmptyPlan();
      stack = await synth(project, format, [B]);
      await stack.init();
      await stack.expectEmptyPlan();
      recorder.reopen(TARGET);
    });

    test("what was made by hand is adopted: imported, what hangs on it shown, then nothing to do", async () => {
      const account = await makeByHand();
      const { iam } = account;
      const { AccessKey: byHand } = await iam.send(new CreateAccessKeyCommand(user));
      const { Role: before } = await iam.send(new GetRoleCommand(role));

      const project = new Project(lab, `adopt-${format}`);
      const stack = await synth(project, format, [`${A}, adopt: true`]);
      await stack.init();
      const plan = await stack.run("plan", "-no-color", "-out=plan");
      expect(plan).toMatch(/Plan: 8 to import/);
      // What the apply takes away, before it does.
      for (const leaving of ["console-policy", "arn:aws:iam::aws:policy/ReadOnlyAccess"])
        expect(plan).toContain(`- "${leaving}"`);
      expect(plan).toContain(
        `aws iam delete-access-key --user-name PMMAWSIntegrationUser --access-key-id ${byHand?.AccessKeyId}`,
      );
      await stack.run("apply", "-no-color", "plan");
      await stack.expectEmptyPlan();
      const { Role: after } = await iam.send(new GetRoleCommand(role));
      expect(after?.RoleId).toBe(before?.RoleId);
      expect(Object.keys(await rolePolicies(account, role.RoleName))).toEqual(["pmm-cloudwatch-rds-access"]);
      expect(await attachedToRole(account, role.RoleName)).toEqual([]);
      expect(Object.keys(await userPolicies(account, user.UserName))).toEqual(["pmm-aurora-os-metrics"]);
      expect(await attachedToUser(account, user.UserName)).toEqual([]);
      const { AccessKeyMetadata: keys = [] } = await iam.send(new ListAccessKeysCommand(user));
      expect(keys.map(({ AccessKeyId }) => AccessKeyId)).toContain(byHand?.AccessKeyId);
      expect(keys).toHaveLength(2);
    });

    test("a user with two keys made by hand has no room: the plan refuses, with the commands that free one", async () => {
      const account = await makeByHand();
      const { iam } = account;
      const made = [
        await iam.send(new CreateAccessKeyCommand(user)),
        await iam.send(new CreateAccessKeyCommand(user)),
      ]
        .map(({ AccessKey }) => AccessKey?.AccessKeyId ?? "")
        .sort();
      const standing = async () => ({
        role: [await rolePolicies(account, role.RoleName), await trustOf(account, role.RoleName)],
        user: [await userPolicies(account, user.UserName), await attachedToUser(account, user.UserName)],
        tags: (await iam.send(new GetUserCommand(user))).User?.Tags,
        keys: await keysOf(account, user.UserName),
        secrets: await secrets(),
      });
      const before = await standing();
      const project = new Project(lab, `two-keys-${format}`);
      const stack = await synth(project, format, [`${A}, adopt: true`]);
      await stack.init();
      const { code, stdout, stderr } = await stack.attempt("plan", "-no-color");
      expect(code).toBe(1);
      const said = stderr.replaceAll(/^[│╷╵]/gm, "").replaceAll(/\s+/g, " ");
      expect(said).toContain(
        `The user PMMAWSIntegrationUser in account ${TARGET} has access keys that Terraform does not manage, ${made.join(" and ")}; expected at most 1 of them, since AWS allows two and the key of generation 1 is to be made.`,
      );
      // Said once: what is refused is not warned of too.
      const commands = [
        ...`${stdout}${said}`.matchAll(/aws iam delete-access-key --user-name (\S+) --access-key-id (\S+)/g),
      ].map(([, UserName, AccessKeyId]) => ({ UserName, AccessKeyId }));
      expect(commands).toEqual(made.map((AccessKeyId) => ({ ...user, AccessKeyId })));
      expect((await stack.attempt("apply", "-no-color", "-auto-approve")).code).toBe(1);
      expect(await standing()).toEqual(before);

      const [unused] = commands;
      await iam.send(new DeleteAccessKeyCommand({ ...user, AccessKeyId: unused?.AccessKeyId }));
      await stack.apply();
      await stack.expectEmptyPlan();
      const source = await lab.account("111111111111");
      const { access_key_id: own } = await secretOf(source, "pmm/aurora/orders");
      expect((await keysOf(account, user.UserName)).map(({ id }) => id).sort()).toEqual(
        [own, made[1]].sort(),
      );
    });

    test.each([
      ["role", dropRoleByHand, "[user, user_policy]", 4],
      ["role_policy", dropRolePolicy, "[role, user, user_policy]", 7],
      ["user", dropUserByHand, "[role, role_policy]", 4],
      ["user_policy", dropUserPolicy, "[role, role_policy, user]", 7],
    ] as const)(
      "a %s that is not there to be adopted is named by the part to leave out",
      async (part, drop, rest, imported) => {
        await drop(await makeByHand());
        const project = new Project(lab, `missing-${part}-${format}`);
        let stack = await synth(project, format, [`${A}, adopt: true`]);
        await stack.init();
        const { code, stderr } = await stack.attempt("plan", "-no-color");
        expect(code).toBe(1);
        const missing = [...stderr.matchAll(/existing object to\s+"module\.\w+\.aws_iam_(\w+)\./g)];
        expect(missing.map(([, named]) => named)).toEqual([part]);

        stack = await synth(project, format, [`${A}, adopt: ${rest}`]);
        await stack.init();
        expect(await stack.apply()).toContain(`Resources: ${imported} imported`);
        await stack.expectEmptyPlan();
      },
    );
  });
});
