import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeEveryEngine } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import {
  attachedToRole,
  inventory,
  keysOf,
  makeRole,
  rolePolicies,
  secretOf,
  trustOf,
} from "../harness/look";
import { FORMATS, Project } from "../harness/project";
import { ROOT } from "../harness/tools";

/*
 * The accounts.yaml that ships with the project, from nothing to everything and back.
 */

const ACCOUNTS = ["111111111111", "222222222222", "033333333333", "444444444444"];

/** The two roles that the file says are there already. */
const BEFORE = ["111111111111 role pmm-ec2-role", "111111111111 role teleport-db-service"];

const AFTER = [
  ...BEFORE,
  "111111111111 secret in us-east-1 cloudwatch-agent/CloudWatchAgentServerUser/payments-prod",
  "111111111111 secret in us-east-1 pmm/aurora/billing-prod",
  "222222222222 role AmazonRDSforPMMrole",
  "033333333333 role AmazonRDSforPMMrole",
  "033333333333 role TeleportDatabaseAccess",
  "033333333333 user PMMAWSIntegrationUser",
  "444444444444 instance-profile CloudWatchAgentServerRole",
  "444444444444 policy CloudWatchAgentServerPolicy",
  "444444444444 role AmazonRDSforPMMrole",
  "444444444444 role CloudWatchAgentServerRole",
  "444444444444 role site24x7-monitoring",
  "444444444444 user CloudWatchAgentServerUser",
];

describeEveryEngine("the shipped accounts.yaml", () => {
  const shipped = readFileSync(join(ROOT, "accounts.yaml"), "utf8");
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  test.each(FORMATS)(
    "as %s: applied, planned again without a change, destroyed to nothing",
    async (format) => {
      await lab.reset();
      const source = await lab.account("111111111111");
      await makeRole(source, "pmm-ec2-role");
      await makeRole(source, "teleport-db-service");

      const project = new Project(lab, `shipped-${format}`);
      await project.synth(shipped, format);
      const stacks = [await project.init("pmm-iam"), await project.init("pmm-iam-payments")];
      for (const stack of stacks) {
        await stack.validate();
        await stack.apply();
        await stack.expectEmptyPlan();
      }
      expect(await inventory(lab, ACCOUNTS)).toEqual(AFTER);

      // The one format means what the other does.
      await project.synth(shipped, format === "json" ? "hcl" : "json");
      for (const stack of stacks) {
        await stack.init();
        await stack.expectEmptyPlan();
      }

      for (const stack of stacks) {
        await stack.destroy();
        expect(await stack.run("state", "list")).toBe("");
      }
      expect(await inventory(lab, ACCOUNTS)).toEqual(BEFORE);
      expect(await rolePolicies(source, "pmm-ec2-role")).toEqual({});
      expect(await rolePolicies(source, "teleport-db-service")).toEqual({});
    },
  );

  test("AWS holds the trust, grants and keys that the file asks for", async () => {
    await lab.reset();
    const source = await lab.account("111111111111");
    await makeRole(source, "pmm-ec2-role");
    await makeRole(source, "teleport-db-service");
    const project = new Project(lab, "shipped-held");
    await project.synth(shipped);
    for (const name of ["pmm-iam", "pmm-iam-payments"]) {
      const stack = await project.init(name);
      await stack.apply();
    }

    expect(Object.keys(await rolePolicies(source, "pmm-ec2-role"))).toEqual([
      "CloudWatchAgentServerPolicy",
      "pmm-assume-rds-monitoring-roles",
    ]);
    const assume = (await rolePolicies(source, "pmm-ec2-role"))["pmm-assume-rds-monitoring-roles"];
    expect(JSON.parse(assume ?? "")).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["sts:AssumeRole", "sts:TagSession"],
          Resource: [
            "arn:aws:iam::033333333333:role/AmazonRDSforPMMrole",
            "arn:aws:iam::222222222222:role/AmazonRDSforPMMrole",
            "arn:aws:iam::444444444444:role/AmazonRDSforPMMrole",
          ],
        },
      ],
    });
    const connect = (await rolePolicies(source, "teleport-db-service"))["teleport-assume-database-roles"];
    expect(JSON.parse(connect ?? "")).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["sts:AssumeRole", "sts:TagSession"],
          Resource: ["arn:aws:iam::033333333333:role/TeleportDatabaseAccess"],
        },
      ],
    });

    for (const id of ["222222222222", "033333333333", "444444444444"]) {
      const account = await lab.account(id);
      expect(JSON.parse(await trustOf(account, "AmazonRDSforPMMrole"))).toEqual({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: "arn:aws:iam::111111111111:root" },
            Action: ["sts:AssumeRole", "sts:TagSession"],
            Condition: {
              StringEquals: { "aws:PrincipalArn": ["arn:aws:iam::111111111111:role/pmm-ec2-role"] },
            },
          },
        ],
      });
    }
    const payments = await lab.account("444444444444");
    expect(await attachedToRole(payments, "site24x7-monitoring")).toEqual([
      "arn:aws:iam::aws:policy/ReadOnlyAccess",
    ]);
    expect(Object.keys(await rolePolicies(payments, "site24x7-monitoring"))).toEqual(["deny-data-access"]);

    for (const [id, user, secret] of [
      ["033333333333", "PMMAWSIntegrationUser", "pmm/aurora/billing-prod"],
      [
        "444444444444",
        "CloudWatchAgentServerUser",
        "cloudwatch-agent/CloudWatchAgentServerUser/payments-prod",
      ],
    ] as const) {
      const held = await secretOf(source, secret);
      expect(await keysOf(await lab.account(id), user)).toEqual([
        { id: held.access_key_id, status: "Active" },
      ]);
      expect(Object.keys(held)).toEqual(["access_key_id", "account_id", "generation", "secret_access_key"]);
      expect(held).toMatchObject({ account_id: id, generation: 1 });
      expect(held.secret_access_key).toMatch(/^[A-Za-z0-9+/]{40}$/);
    }
  });
});
