import {
  DeleteInstanceProfileCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  RemoveRoleFromInstanceProfileCommand,
} from "@aws-sdk/client-iam";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { dropRole, inventory, makeRole, rolePolicies, trustOf } from "../harness/look";
import { FORMATS, Project } from "../harness/project";
import type { Folder } from "../harness/terraform";

/*
 * Stacks in every order, and a PMM EC2 role that is there before, comes after, and is made anew: the roles
 * that trust it are made before it and outlive it.
 */

const accounts = (createPmmRole: boolean) => `
source:
  account_id: "111111111111"
  pmm_ec2_role_name: service/pmm-ec2-role
  create_pmm_ec2_role: ${createPmmRole}
defaults:
  admin_role_name: Admin
accounts:
  - {name: orders-prod, account_id: "222222222222"}
  - {name: billing-prod, account_id: "033333333333", group: finance}
  - {name: payments-prod, account_id: "444444444444", group: payments}
`;

const TARGETS = ["222222222222", "033333333333", "444444444444"];

const TRUST = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111111111111:root" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
      Condition: {
        StringEquals: { "aws:PrincipalArn": ["arn:aws:iam::111111111111:role/service/pmm-ec2-role"] },
      },
    },
  ],
};

/** As HCL, whose stacks are the same to Terraform, with the main stack first and last alone. */
const IN_HCL = [
  ["pmm-iam", "pmm-iam-finance", "pmm-iam-payments"],
  ["pmm-iam-payments", "pmm-iam-finance", "pmm-iam"],
] as const;

const ORDERS = [
  ["pmm-iam", "pmm-iam-finance", "pmm-iam-payments"],
  ["pmm-iam", "pmm-iam-payments", "pmm-iam-finance"],
  ["pmm-iam-finance", "pmm-iam", "pmm-iam-payments"],
  ["pmm-iam-finance", "pmm-iam-payments", "pmm-iam"],
  ["pmm-iam-payments", "pmm-iam", "pmm-iam-finance"],
  ["pmm-iam-payments", "pmm-iam-finance", "pmm-iam"],
] as const;

const KINDS = FORMATS.flatMap((format) => [[format, "made"] as const, [format, "existing"] as const]);

describeE2e("stacks in every order", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  describe.each(KINDS)("as %s, with a PMM EC2 role that is %s", (format, kind) => {
    let project: Project;
    const stacks = new Map<string, Folder>();

    beforeAll(async () => {
      project = new Project(lab, `${kind}-${format}`);
      await project.synth(accounts(kind === "made"), format);
      for (const name of ORDERS[0]) stacks.set(name, await project.init(name));
    });

    const stack = (name: string): Folder => {
      const folder = stacks.get(name);
      if (folder === undefined) throw new Error(`no stack ${name}`);
      return folder;
    };

    async function expectEmptyPlans(...names: readonly string[]): Promise<void> {
      for (const name of names) await stack(name).expectEmptyPlan();
    }

    async function expectTrust(): Promise<void> {
      for (const id of TARGETS) {
        expect(JSON.parse(await trustOf(await lab.account(id), "AmazonRDSforPMMrole"))).toEqual(TRUST);
      }
    }

    const orders = format === "hcl" ? IN_HCL : ORDERS;
    test.each(orders.map((order) => [order.join(", "), order] as const))("%s", async (_, order) => {
      await lab.reset();
      project.reset();
      for (const name of order) {
        // Not there until its own stack needs it.
        if (kind === "existing" && name === "pmm-iam")
          await makeRole(await lab.account("111111111111"), "pmm-ec2-role", "/service/");
        await stack(name).apply();
      }
      await expectEmptyPlans(...order);
      await expectTrust();
      expect(await inventory(lab, ["111111111111", ...TARGETS])).toEqual([
        ...(kind === "made" ? ["111111111111 instance-profile pmm-ec2-role"] : []),
        "111111111111 role pmm-ec2-role",
        "222222222222 role AmazonRDSforPMMrole",
        "033333333333 role AmazonRDSforPMMrole",
        "444444444444 role AmazonRDSforPMMrole",
      ]);
    });

    test("the role deleted and made again by hand is trusted as before", async () => {
      const source = await lab.account("111111111111");
      const id = async () =>
        (await source.iam.send(new GetRoleCommand({ RoleName: "pmm-ec2-role" }))).Role?.RoleId;
      const before = await id();
      const profile = { InstanceProfileName: "pmm-ec2-role" };
      if (kind === "made") {
        await source.iam.send(
          new RemoveRoleFromInstanceProfileCommand({ ...profile, RoleName: "pmm-ec2-role" }),
        );
        await source.iam.send(new DeleteInstanceProfileCommand(profile));
      }
      await dropRole(source, "pmm-ec2-role");

      // No one is there to trust, and that changes nothing where it is trusted.
      await expectEmptyPlans("pmm-iam-finance", "pmm-iam-payments");

      // With create_pmm_ec2_role the next apply makes the role; without, whoever made it first.
      const grant = { "aws_iam_role_policy.pmm_assume_target_roles": "create" };
      if (kind === "existing") {
        await makeRole(source, "pmm-ec2-role", "/service/");
        expect(await stack("pmm-iam").changes()).toEqual(grant);
      } else {
        expect(await stack("pmm-iam").changes()).toMatchObject({
          ...grant,
          "aws_iam_role.pmm_ec2": "create",
          "aws_iam_instance_profile.pmm_ec2": "create",
        });
      }
      await stack("pmm-iam").apply();
      await expectEmptyPlans("pmm-iam", "pmm-iam-finance", "pmm-iam-payments");
      await expectTrust();
      expect(await id()).not.toBe(before);
      expect(Object.keys(await rolePolicies(source, "pmm-ec2-role"))).toEqual([
        "pmm-assume-rds-monitoring-roles",
      ]);
      if (kind === "made") {
        const { InstanceProfile } = await source.iam.send(new GetInstanceProfileCommand(profile));
        expect(InstanceProfile?.Roles?.map(({ RoleName }) => RoleName)).toEqual(["pmm-ec2-role"]);
      }
    });
  });
});

describeE2e("the source account, listed as an account", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  const SOURCES = FORMATS.flatMap((format) => [
    [format, "with Terraform's own credentials", ""] as const,
    [format, "through its administrator's role", "admin_role_name: SourceAdmin"] as const,
  ]);

  test.each(SOURCES)("as %s, %s, is monitored like any other", async (format, name, admin) => {
    await lab.reset();
    const source = await lab.account("111111111111");
    const project = new Project(lab, `${name.replaceAll(/\W/g, "-")}-${format}`);
    await project.synth(
      `
source:
  account_id: "111111111111"
  pmm_ec2_role_name: pmm-ec2-role
  create_pmm_ec2_role: true
  assume_policy: organization
  organization_id: o-exampleorgid
  ${admin}
defaults:
  admin_role_name: Admin
accounts:
  - {name: home, account_id: "111111111111", aurora: true}
  - {name: orders-prod, account_id: "222222222222"}
`,
      format,
    );
    const stack = await project.init();
    await stack.apply();
    await stack.expectEmptyPlan();
    expect(await inventory(lab, ["111111111111", "222222222222"])).toEqual([
      "111111111111 instance-profile pmm-ec2-role",
      "111111111111 role AmazonRDSforPMMrole",
      "111111111111 role pmm-ec2-role",
      "111111111111 user PMMAWSIntegrationUser",
      "111111111111 secret in us-east-1 pmm/aurora/home",
      "222222222222 role AmazonRDSforPMMrole",
    ]);
    const assume = (await rolePolicies(source, "pmm-ec2-role"))["pmm-assume-rds-monitoring-roles"];
    expect(JSON.parse(assume ?? "")).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["sts:AssumeRole", "sts:TagSession"],
          Resource: "arn:aws:iam::*:role/AmazonRDSforPMMrole",
          Condition: { StringEquals: { "aws:ResourceOrgID": "o-exampleorgid" } },
        },
      ],
    });
    const [statement] = JSON.parse(await trustOf(source, "AmazonRDSforPMMrole")).Statement;
    expect(statement.Condition).toEqual({
      StringEquals: {
        "aws:PrincipalArn": ["arn:aws:iam::111111111111:role/pmm-ec2-role"],
        "aws:PrincipalOrgID": "o-exampleorgid",
      },
    });
    await stack.destroy();
    expect(await inventory(lab, ["111111111111", "222222222222"])).toEqual([]);
  });
});
