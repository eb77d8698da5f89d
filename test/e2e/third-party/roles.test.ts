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
import { type Recorded, Recorder } from "../harness/recorder";

/** The role of a third party while its policies change, and one that was made by hand and is taken over. */

const TARGET = "222222222222";
const OTHER = "033333333333";
const ROLE = "DatadogIntegrationRole";

function accounts(settings: string, entry = ""): string {
  return `source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role, create_pmm_ec2_role: true}
defaults:
  admin_role_name: Admin
  third_party_monitors:
    - {name: datadog, role_name: ${ROLE}, account_id: "999999999999", external_id: 9b2d41c6, ${settings}}
accounts:
  - {name: orders, account_id: "${TARGET}"${entry}}
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

  /** The policies of AWS's that were attached and detached, by name, each call that was made. */
  function moves(calls: readonly Recorded[]): string[] {
    return calls
      .filter(({ action }) => /:(Attach|Detach)RolePolicy$/.test(action))
      .map(({ action, parameters }) =>
        `${action.slice("iam:".length, -"RolePolicy".length)} ${parameters["PolicyArn"]}`.replace(
          aws(""),
          "",
        ),
      )
      .sort();
  }

  const listed = (name: string) => `aws_iam_role_policy_attachment.listed["${name}"]`;
  const EXCLUSIVE = "aws_iam_role_policy_attachments_exclusive.monitor";

  test.each(FORMATS)(
    "%s: AWS's policies come, go and are replaced: one that stays is neither attached nor detached",
    async (format) => {
      const project = new Project(lab, `grows-${format}`);
      await applied(project, "policy: SecurityAudit", format);
      for (const { to, changes, calls, attached } of [
        {
          to: "policies: [job-function/ViewOnlyAccess, SecurityAudit]",
          changes: { [listed("job-function/ViewOnlyAccess")]: "create", [EXCLUSIVE]: "update" },
          calls: ["Attach job-function/ViewOnlyAccess"],
          attached: ["SecurityAudit", "job-function/ViewOnlyAccess"],
        },
        {
          to: "policy: job-function/ViewOnlyAccess",
          changes: { [listed("SecurityAudit")]: "delete", [EXCLUSIVE]: "update" },
          calls: ["Detach SecurityAudit"],
          attached: ["job-function/ViewOnlyAccess"],
        },
        {
          to: "policies: [ReadOnlyAccess, SecurityAudit, job-function/ViewOnlyAccess]",
          changes: {
            [listed("ReadOnlyAccess")]: "create",
            [listed("SecurityAudit")]: "create",
            [EXCLUSIVE]: "update",
          },
          calls: ["Attach ReadOnlyAccess", "Attach SecurityAudit"],
          attached: ["ReadOnlyAccess", "SecurityAudit", "job-function/ViewOnlyAccess"],
        },
        {
          to: "policy: SecurityAudit",
          changes: {
            [listed("ReadOnlyAccess")]: "delete",
            [listed("job-function/ViewOnlyAccess")]: "delete",
            [EXCLUSIVE]: "update",
          },
          calls: ["Detach ReadOnlyAccess", "Detach job-function/ViewOnlyAccess"],
          attached: ["SecurityAudit"],
        },
        {
          to: "policy: ReadOnlyAccess",
          changes: {
            [listed("ReadOnlyAccess")]: "create",
            [listed("SecurityAudit")]: "delete",
            [EXCLUSIVE]: "update",
          },
          calls: ["Attach ReadOnlyAccess", "Detach SecurityAudit"],
          attached: ["ReadOnlyAccess"],
        },
      ]) {
        const changed = await applied(project, to, format);
        expect([to, changed.changes]).toEqual([to, changes]);
        expect([to, moves(changed.calls)]).toEqual([to, calls]);
        expect([to, changed.attached]).toEqual([to, attached.map(aws)]);
      }
    },
  );

  describe("a policy where version 0.1.0 has it, which knows of one alone", () => {
    const BEFORE = "aws_iam_role_policy_attachment.managed[0]";

    /** SecurityAudit on the role, and the state as that version leaves it. */
    async function earlier(name: string): Promise<Project> {
      const project = new Project(lab, name);
      await applied(project, "policy: SecurityAudit");
      const within = (address: string) => `module.third_party_datadog_orders.${address}`;
      await project.stack().run("state", "mv", within(listed("SecurityAudit")), within(BEFORE));
      return project;
    }

    test.each(FORMATS)("%s: it moves, and nothing else happens", async (format) => {
      const project = await earlier(`stays-${format}`);
      const upgraded = await applied(project, "policy: SecurityAudit", format);
      expect(upgraded.changes).toEqual({});
      expect(moves(upgraded.calls)).toEqual([]);
      expect(upgraded.attached).toEqual([aws("SecurityAudit")]);
    });

    test("another one takes its place", async () => {
      const project = await earlier("swaps");
      const swapped = await applied(project, "policy: ReadOnlyAccess");
      expect(swapped.changes).toEqual({
        [listed("ReadOnlyAccess")]: "delete create",
        [EXCLUSIVE]: "update",
      });
      expect(moves(swapped.calls)).toEqual(["Attach ReadOnlyAccess", "Detach SecurityAudit"]);
      expect(swapped.attached).toEqual([aws("ReadOnlyAccess")]);
    });

    test("one more comes before it by name: it is forgotten and found again, and never detached", async () => {
      const project = await earlier("grows");
      const grown = await applied(project, "policies: [ReadOnlyAccess, SecurityAudit]");
      expect(grown.changes).toEqual({
        [BEFORE]: "forget",
        [listed("ReadOnlyAccess")]: "create",
        [listed("SecurityAudit")]: "create",
        [EXCLUSIVE]: "update",
      });
      expect(moves(grown.calls)).toEqual(["Attach ReadOnlyAccess", "Attach SecurityAudit"]);
      expect(grown.attached).toEqual([aws("ReadOnlyAccess"), aws("SecurityAudit")]);
    });

    test("a file takes its place: it is forgotten, and detached all the same", async () => {
      const project = await earlier("leaves");
      policyFile(project, "a", 1_000);
      const left = await applied(project, "policy: ./a.json");
      expect(left.changes).toMatchObject({ [BEFORE]: "forget", [EXCLUSIVE]: "update" });
      expect(moves(left.calls)).toEqual(["Detach SecurityAudit"]);
      expect(left.attached).toEqual([]);
    });

    test("its account closes: it is forgotten with the rest", async () => {
      const project = await earlier("closes");
      await project.synth(accounts("policy: SecurityAudit", ", lifecycle: closed"));
      const stack = await project.init();
      const changes = await stack.changes();
      expect(changes).toMatchObject({ [`module.third_party_datadog_orders.${BEFORE}`]: "forget" });
      await stack.run("apply", "-no-color", "plan");
      await stack.expectEmptyPlan();
    });
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
