import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { attachedToRole, rolePolicies } from "../harness/look";
import { FORMATS, type Format, Project } from "../harness/project";
import { Recorder } from "../harness/recorder";

/** The role of a third party while its policies change, and one that was made by hand and is taken over. */

const TARGET = "222222222222";
const OTHER = "033333333333";
const ROLE = "DatadogIntegrationRole";

function accounts(settings: string): string {
  return `source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role, create_pmm_ec2_role: true}
defaults:
  admin_role_name: Admin
  third_party_monitors:
    - {name: datadog, role_name: ${ROLE}, account_id: "999999999999", external_id: 9b2d41c6, ${settings}}
accounts:
  - {name: orders, account_id: "${TARGET}"}
  - {name: billing, account_id: "${OTHER}", third_party_monitors: null}
`;
}

const aws = (name: string) => `arn:aws:iam::aws:policy/${name}`;
const own = (name: string) => `arn:aws:iam::${TARGET}:policy/${ROLE}-${name}`;

describeE2e("the role of a third party", () => {
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

  /** A policy file with so many characters as AWS counts them. */
  function policyFile(project: Project, name: string, characters: number): void {
    const documentOf = (bucket: string) => ({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:ListBucket", Resource: `arn:aws:s3:::${bucket}` }],
    });
    const bucket = "x".repeat(characters - JSON.stringify(documentOf("")).length);
    mkdirSync(project.folder, { recursive: true });
    writeFileSync(join(project.folder, `${name}.json`), JSON.stringify(documentOf(bucket)));
  }

  async function applied(project: Project, settings: string, format: Format = "json") {
    await project.synth(accounts(settings), format);
    const stack = await project.init();
    const changes = await stack.changes();
    const before = recorder.calls.length;
    await stack.run("apply", "-no-color", "plan");
    await stack.expectEmptyPlan();
    const account = await lab.account(TARGET);
    return {
      /** By address within the module, what the plan does. */
      changes: Object.fromEntries(
        Object.entries(changes).flatMap(([address, does]) =>
          address.startsWith("module.third_party_datadog_orders.")
            ? [[address.slice("module.third_party_datadog_orders.".length), does]]
            : [],
        ),
      ),
      calls: recorder.calls.slice(before).filter(({ done, account: of }) => done && of === TARGET),
      attached: (await attachedToRole(account, ROLE)).sort(),
      inline: Object.keys(await rolePolicies(account, ROLE)),
    };
  }

  test.each(FORMATS)(
    "%s: one policy of AWS's becomes several: nothing is destroyed, and it stays attached",
    async (format) => {
      const project = new Project(lab, `grows-${format}`);
      await applied(project, "policy: SecurityAudit", format);
      const grown = await applied(project, "policies: [job-function/ViewOnlyAccess, SecurityAudit]", format);
      expect(grown.changes).toEqual({
        'aws_iam_role_policy_attachment.listed["job-function/ViewOnlyAccess"]': "create",
        "aws_iam_role_policy_attachments_exclusive.monitor": "update",
      });
      expect(grown.calls.map(({ action }) => action)).not.toContain("iam:DetachRolePolicy");
      expect(grown.attached).toEqual([aws("SecurityAudit"), aws("job-function/ViewOnlyAccess")]);

      const third = await applied(
        project,
        "policies: [ReadOnlyAccess, job-function/ViewOnlyAccess, SecurityAudit]",
        format,
      );
      expect(third.changes).toEqual({
        'aws_iam_role_policy_attachment.listed["ReadOnlyAccess"]': "create",
        "aws_iam_role_policy_attachments_exclusive.monitor": "update",
      });

      const shrunk = await applied(project, "policy: SecurityAudit", format);
      expect(shrunk.attached).toEqual([aws("SecurityAudit")]);
    },
  );

  test("a policy that does not come first by name is attached in the end too", async () => {
    const project = new Project(lab, "moves");
    await applied(project, "policy: SecurityAudit");
    const grown = await applied(project, "policies: [SecurityAudit, ReadOnlyAccess]");
    expect(grown.attached).toEqual([aws("ReadOnlyAccess"), aws("SecurityAudit")]);
    const other = await applied(project, "policies: [SecurityAudit]");
    expect(other.attached).toEqual([aws("SecurityAudit")]);
  });

  test("a file that no longer fits in the role is attached before it is taken out of there", async () => {
    const project = new Project(lab, "crosses");
    policyFile(project, "a", 2_000);
    policyFile(project, "b", 2_000);
    const settings = "policies: [./a.json, ./b.json], deny_data_access: false";
    const first = await applied(project, settings);
    expect(first).toMatchObject({ attached: [], inline: ["monitoring-access"] });

    policyFile(project, "a", 3_000);
    const crossed = await applied(project, settings);
    expect(crossed.changes).toEqual({
      'aws_iam_policy.document["b"]': "create",
      'aws_iam_role_policy_attachment.document["b"]': "create",
      "aws_iam_role_policy.custom[0]": "update",
      "aws_iam_role_policy_attachments_exclusive.monitor": "update",
    });
    expect(crossed).toMatchObject({ attached: [own("b")], inline: ["monitoring-access"] });
    const writes = crossed.calls.map(({ action }) => action);
    expect(writes.indexOf("iam:AttachRolePolicy")).toBeGreaterThan(-1);
    expect(writes.indexOf("iam:AttachRolePolicy")).toBeLessThan(writes.indexOf("iam:PutRolePolicy"));

    policyFile(project, "a", 2_000);
    expect(await applied(project, settings)).toMatchObject({
      attached: [],
      inline: ["monitoring-access"],
    });
  });

  test.each(FORMATS)(
    "%s: one that was made by hand is taken over: what hangs on it shows in the plan, then goes",
    async (format) => {
      const { iam } = await lab.account(TARGET);
      const trust = {
        Effect: "Allow",
        Principal: { Service: "ec2.amazonaws.com" },
        Action: "sts:AssumeRole",
      };
      const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
      await iam.send(new CreateRoleCommand({ RoleName: ROLE, AssumeRolePolicyDocument }));
      await iam.send(new AttachRolePolicyCommand({ RoleName: ROLE, PolicyArn: aws("AmazonS3FullAccess") }));
      await iam.send(new AttachRolePolicyCommand({ RoleName: ROLE, PolicyArn: aws("SecurityAudit") }));
      const PolicyDocument = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
      });
      await iam.send(new PutRolePolicyCommand({ RoleName: ROLE, PolicyName: "by-hand", PolicyDocument }));
      const { Role: before } = await iam.send(new GetRoleCommand({ RoleName: ROLE }));

      const project = new Project(lab, `adopts-${format}`);
      policyFile(project, "a", 2_000);
      policyFile(project, "b", 6_000);
      const policies = "policies: [SecurityAudit, ./a.json, ./b.json], deny_data_access: false";
      await project.synth(accounts(`${policies}, adopt: true`), format);
      const stack = await project.init();
      const plan = await stack.run("plan", "-no-color", "-out=plan");
      expect(plan).toMatch(/Plan: 3 to import, \d+ to add, \d+ to change, 0 to destroy/);
      for (const leaving of ["by-hand", aws("AmazonS3FullAccess")]) {
        expect(plan).toContain(`- "${leaving}"`);
      }
      expect(plan).not.toContain(`- "${aws("SecurityAudit")}"`);
      await stack.run("apply", "-no-color", "plan");
      await stack.expectEmptyPlan();
      const account = await lab.account(TARGET);
      expect((await iam.send(new GetRoleCommand({ RoleName: ROLE }))).Role?.RoleId).toBe(before?.RoleId);
      expect((await attachedToRole(account, ROLE)).sort()).toEqual([own("b"), aws("SecurityAudit")].sort());
      expect(Object.keys(await rolePolicies(account, ROLE))).toEqual(["monitoring-access"]);

      await project.synth(accounts(policies), format);
      await (await project.init()).expectEmptyPlan();
    },
  );
});
