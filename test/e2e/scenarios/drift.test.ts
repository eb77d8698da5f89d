import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import {
  attachedToRole,
  attachedToUser,
  BY_HAND,
  keysOf,
  makeRole,
  rolePolicies,
  secretOf,
  trustOf,
  userPolicies,
} from "../harness/look";
import { FORMATS, Project } from "../harness/project";
import type { Folder } from "../harness/terraform";

/*
 * What someone changes by hand: the plan tells it, the next apply mends it.
 */

const ACCOUNTS = `
source:
  account_id: "111111111111"
  pmm_ec2_role_name: pmm-ec2-role
  create_pmm_ec2_role: true
defaults:
  admin_role_name: Admin
teleport:
  role_name: teleport-db-service
  proxy_address: teleport.example.com:443
accounts:
  - name: billing-prod
    account_id: "033333333333"
    aurora: {key_generation: KEY_GENERATION}
    teleport:
      databases:
        - name: billing
          engine: aurora-postgresql
          resource_id: cluster-ABCDEFGHIJKL01234
          endpoint: billing.cluster-abc.us-east-1.rds.amazonaws.com:5432
          db_users: [alice]
    cloudwatch_agent:
      on_premises_server_user: true
    third_party_monitors:
      - name: site24x7
        account_id: "999999999999"
        external_id: 9b2d41c6-7f0e-4a53-8d1b-2f6c0a5e7d94
        policy: ReadOnlyAccess
`;
const accounts = (generation: number) => ACCOUNTS.replace("KEY_GENERATION", String(generation));

const USER = "PMMAWSIntegrationUser";
const SECRET = "pmm/aurora/billing-prod";
const WARNING = "has access keys that Terraform does not manage";

describeE2e("changes by hand", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  describe.each(FORMATS)("as %s", (format) => {
    let project: Project;
    let stack: Folder;

    beforeAll(async () => {
      await lab.reset();
      await makeRole(await lab.account("111111111111"), "teleport-db-service");
      project = new Project(lab, format);
      await project.synth(accounts(1), format);
      stack = await project.init();
      await stack.apply();
    });

    const source = () => lab.account("111111111111");
    const target = () => lab.account("033333333333");

    /** Plans what must be empty, and returns what terraform says, in one line. */
    async function emptyPlan(): Promise<string> {
      const ended = await stack.attempt("plan", "-no-color", "-detailed-exitcode");
      expect(ended).toMatchObject({ code: 0, stderr: "" });
      return ended.stdout.replaceAll(/\s+/g, " ");
    }

    test("an extra key is named by the plan, with the command that deletes it", async () => {
      expect(await emptyPlan()).not.toContain(WARNING);
      const { iam } = await target();
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: USER }));
      const said = await emptyPlan();
      expect(said).toContain(
        `The user ${USER} in account 033333333333 has access keys that Terraform does not manage`,
      );
      const commands = [
        ...said.matchAll(/aws iam delete-access-key --user-name (\S+) --access-key-id (\S+)/g),
      ].map(([, UserName, AccessKeyId]) => ({ UserName, AccessKeyId }));
      expect(commands).toEqual([{ UserName: USER, AccessKeyId: AccessKey?.AccessKeyId }]);

      for (const command of commands) await iam.send(new DeleteAccessKeyCommand(command));
      expect(await emptyPlan()).not.toContain(WARNING);
      const secret = await secretOf(await source(), SECRET);
      expect(await keysOf(await target(), USER)).toEqual([{ id: secret.access_key_id, status: "Active" }]);
    });

    test("a newest key that is deleted is made again, and the secret names it", async () => {
      const { iam } = await target();
      const before = await secretOf(await source(), SECRET);
      await iam.send(new DeleteAccessKeyCommand({ UserName: USER, AccessKeyId: before.access_key_id }));
      expect(await stack.changes()).toMatchObject({
        'module.aurora_user_billing_prod.module.key.aws_iam_access_key.slot["odd"]': "create",
      });
      await stack.run("apply", "-no-color", "plan");
      await stack.expectEmptyPlan();
      const after = await secretOf(await source(), SECRET);
      expect(after.access_key_id).not.toBe(before.access_key_id);
      expect(after.secret_access_key).not.toBe(before.secret_access_key);
      expect(after.generation).toBe(1);
      expect(await keysOf(await target(), USER)).toEqual([{ id: after.access_key_id, status: "Active" }]);
    });

    test("of two keys, the one that is deleted is made again, and the other stays", async () => {
      const { iam } = await target();
      await project.synth(accounts(2), format);
      await stack.apply();
      const first = await secretOf(await source(), SECRET, { stage: "AWSPREVIOUS" });
      const second = await secretOf(await source(), SECRET);

      await iam.send(new DeleteAccessKeyCommand({ UserName: USER, AccessKeyId: first.access_key_id }));
      await stack.apply();
      await stack.expectEmptyPlan();
      expect(await secretOf(await source(), SECRET)).toEqual(second);
      const previous = (await keysOf(await target(), USER)).filter(({ id }) => id !== second.access_key_id);
      expect(previous).toEqual([{ id: expect.any(String), status: "Active" }]);

      await iam.send(new DeleteAccessKeyCommand({ UserName: USER, AccessKeyId: second.access_key_id }));
      await stack.apply();
      await stack.expectEmptyPlan();
      const third = await secretOf(await source(), SECRET);
      expect(third.access_key_id).not.toBe(second.access_key_id);
      const keys = await keysOf(await target(), USER);
      expect(keys).toHaveLength(2);
      expect(keys).toEqual(
        expect.arrayContaining([{ id: third.access_key_id, status: "Active" }, ...previous]),
      );
    });

    /** A role or user of ours, where it is, what it has, and the addresses that put it back. */
    const HOLDERS = [
      ["role", "111111111111", "pmm-ec2-role", "aws_iam_role_NOUN_exclusive.pmm_ec2"],
      [
        "role",
        "033333333333",
        "AmazonRDSforPMMrole",
        "module.pmm_iam_billing_prod.aws_iam_role_NOUN_exclusive.pmm_rds_monitoring",
      ],
      [
        "role",
        "033333333333",
        "TeleportDatabaseAccess",
        "module.teleport_connect_billing_prod.aws_iam_role_NOUN_exclusive.teleport_database_access",
      ],
      [
        "role",
        "033333333333",
        "CloudWatchAgentServerRole",
        'module.cloudwatch_agent_billing_prod.aws_iam_role_NOUN_exclusive.agent["server"]',
      ],
      [
        "role",
        "033333333333",
        "site24x7-monitoring",
        "module.third_party_site24x7_billing_prod.aws_iam_role_NOUN_exclusive.monitor",
      ],
      [
        "user",
        "033333333333",
        "PMMAWSIntegrationUser",
        "module.aurora_user_billing_prod.aws_iam_user_NOUN_exclusive.pmm_aws_integration",
      ],
      [
        "user",
        "033333333333",
        "CloudWatchAgentServerUser",
        'module.cloudwatch_agent_billing_prod.aws_iam_user_NOUN_exclusive.agent["server"]',
      ],
    ] as const;

    test("a policy and an attachment on each role and user of ours go with the next apply", async () => {
      const held = async () => {
        const all: Record<string, unknown> = {};
        for (const [kind, id, name] of HOLDERS) {
          const account = await lab.account(id);
          all[name] =
            kind === "role"
              ? [await rolePolicies(account, name), await attachedToRole(account, name)]
              : [await userPolicies(account, name), await attachedToUser(account, name)];
        }
        return all;
      };
      const before = await held();

      const byHand = { PolicyName: "by-hand", PolicyDocument: BY_HAND };
      const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
      for (const [kind, id, name] of HOLDERS) {
        const { iam } = await lab.account(id);
        if (kind === "role") {
          await iam.send(new PutRolePolicyCommand({ RoleName: name, ...byHand }));
          await iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn }));
        } else {
          await iam.send(new PutUserPolicyCommand({ UserName: name, ...byHand }));
          await iam.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn }));
        }
      }

      expect(await stack.changes()).toEqual(
        Object.fromEntries(
          HOLDERS.flatMap(([, , , address]) => [
            [address.replace("NOUN", "policies"), "update"],
            [address.replace("NOUN", "policy_attachments"), "update"],
          ]),
        ),
      );
      await stack.run("apply", "-no-color", "plan");
      await stack.expectEmptyPlan();
      expect(await held()).toEqual(before);
    });

    test("a trust and a policy changed by hand are put back", async () => {
      const account = await target();
      const RoleName = "AmazonRDSforPMMrole";
      const before = [await trustOf(account, RoleName), await rolePolicies(account, RoleName)];
      const open =
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}';
      await account.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: open }));
      await account.iam.send(
        new PutRolePolicyCommand({
          RoleName,
          PolicyName: "pmm-cloudwatch-rds-access",
          PolicyDocument: BY_HAND,
        }),
      );
      expect(await stack.changes()).toEqual({
        "module.pmm_iam_billing_prod.aws_iam_role.pmm_rds_monitoring": "update",
        "module.pmm_iam_billing_prod.aws_iam_role_policy.pmm_rds_monitoring": "update",
      });
      await stack.run("apply", "-no-color", "plan");
      await stack.expectEmptyPlan();
      expect([await trustOf(account, RoleName), await rolePolicies(account, RoleName)]).toEqual(before);
    });
  });
});
