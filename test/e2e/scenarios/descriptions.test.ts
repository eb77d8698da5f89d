import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { GetPolicyCommand } from "@aws-sdk/client-iam";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { makeRole } from "../harness/look";
import { type Format, Project } from "../harness/project";

/*
 * Roles and policies that were made without descriptions, or with others: the plan changes those of roles in place
 * and no policy, since AWS changes no policy's description.
 */

const ACCOUNTS = `
source:
  account_id: "111111111111"
  pmm_ec2_role_name: pmm-ec2-role
  create_pmm_ec2_role: true
  assume_policy: sharded
defaults: {admin_role_name: Admin}
teleport: {role_name: teleport-db-service, proxy_address: "teleport.example.com:443"}
accounts:
  - name: orders
    account_id: "222222222222"
    teleport:
      databases:
        - name: orders
          engine: postgres
          resource_id: cluster-ABCDEFGHIJKL01234
          endpoint: "h:5432"
          db_users: [${Array.from({ length: 130 }, (_, index) => `reporting_${index}`).join(", ")}]
    cloudwatch_agent: {admin_role: true, hybrid_activation: true}
    third_party_monitors:
      - {name: site24x7, account_id: "999999999999", external_id: 9b2d41c6, policy: ./long.json}
`;

/** Of some 5,000 characters: the Deny leaves 4,100 of the role's inline policies. */
const LONG = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:ListBucket", Resource: `arn:aws:s3:::${"x".repeat(4_890)}` }],
};

const ROLES = [
  "aws_iam_role.pmm_ec2",
  'module.cloudwatch_agent_orders.aws_iam_role.agent["admin"]',
  'module.cloudwatch_agent_orders.aws_iam_role.agent["hybrid"]',
  'module.cloudwatch_agent_orders.aws_iam_role.agent["server"]',
  "module.pmm_iam_orders.aws_iam_role.pmm_rds_monitoring",
  "module.teleport_connect_orders.aws_iam_role.teleport_database_access",
  "module.third_party_site24x7_orders.aws_iam_role.monitor",
];

const POLICIES: readonly (readonly [account: string, name: string])[] = [
  ["111111111111", "pmm-assume-rds-monitoring-roles-6"],
  ["111111111111", "teleport-assume-database-roles-6"],
  ["222222222222", "CloudWatchAgentServerPolicy"],
  ["222222222222", "CloudWatchAgentAdminPolicy"],
  ["222222222222", "teleport-rds-db-connect-0"],
  ["222222222222", "site24x7-monitoring-long"],
];

/** The descriptions of the stack's code, changed line by line. */
function describeOtherwise(project: Project, change: (line: string) => string): void {
  for (const [path, text] of project.files()) {
    if (!/\.tf(?:\.json)?$/.test(path)) continue;
    const lines = text.replace(
      /^ *"?description"? *[=:] .*(?:Managed by Terraform, stack|local\.managed_by).*\n/gm,
      change,
    );
    writeFileSync(join(project.output, path), lines);
  }
}

describeE2e("descriptions that a stack's roles and policies do not have yet", () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await startLab();
  });

  afterAll(() => lab?.stop());

  beforeEach(() => lab.reset());

  async function held(): Promise<(string | undefined)[]> {
    return Promise.all(
      POLICIES.map(async ([id, name]) => {
        const { iam } = await lab.account(id);
        const PolicyArn = `arn:aws:iam::${id}:policy/${name}`;
        return (await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.Description || undefined;
      }),
    );
  }

  test.each<[string, Format, (line: string) => string, string | undefined]>([
    ["none", "json", () => "", undefined],
    [
      "others",
      "hcl",
      (line) =>
        line.replace(/"[^"\n]*(?:stack pmm-iam\.|local\.managed_by\})"/, '"Made by an earlier release."'),
      "Made by an earlier release.",
    ],
  ])(
    "where there are %s, roles get theirs and policies keep what they have (%s)",
    async (_, format, change, before) => {
      await makeRole(await lab.account("111111111111"), "teleport-db-service");
      const project = new Project(lab, `described-${format}`);
      writeFileSync(join(project.folder, "long.json"), JSON.stringify(LONG));
      await project.synth(ACCOUNTS, format);
      describeOtherwise(project, change);
      const stack = await project.init();
      const { warning_count } = JSON.parse(await stack.run("validate", "-json"));
      expect(warning_count).toBe(0);
      // Not what the model says, so nothing looks on.
      const { code, stderr } = await stack.start("apply", "-no-color", "-auto-approve").ended;
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(await held()).toEqual(POLICIES.map(() => before));

      await project.synth(ACCOUNTS, format);
      expect(await stack.changes()).toEqual(Object.fromEntries(ROLES.map((address) => [address, "update"])));
      await stack.apply();
      await stack.expectEmptyPlan();
      expect(await held()).toEqual(POLICIES.map(() => before));
    },
  );
});
