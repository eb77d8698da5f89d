import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { BY_HAND, makePolicy, rolePolicies } from "../harness/look";
import type { Folder } from "../harness/terraform";
import { ReviewedProject } from "./reviewed-project";

/** Each reason to refuse a plan, from a plan that Terraform made. None is applied. */

const accounts = ({
  aurora = "{key_generation: 2}",
  rest = "",
  defaults = ", permissions_boundary: boundary",
} = {}) => `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role, create_pmm_ec2_role: true, permissions_boundary: null}
defaults: {admin_role_name: Admin${defaults}}
accounts:
  - name: orders
    account_id: "222222222222"
    aurora: ${aurora}
${rest}`;

const VENDOR = `    third_party_monitors:
      - {name: site24x7, account_id: "999999999999", external_id: 9b2d41c6, policy: SecurityAudit}
`;

const MERGED = accounts({ rest: VENDOR });
const ROLE = "module.pmm_iam_orders.aws_iam_role.pmm_rds_monitoring";
const USER = "module.aurora_user_orders.aws_iam_user.pmm_aws_integration";
const slot = (which: string) => `module.aurora_user_orders.module.key.aws_iam_access_key.slot["${which}"]`;

describeE2e("plans that are refused", () => {
  let lab: Lab;
  let reviewed: ReviewedProject;

  beforeAll(async () => {
    lab = await startLab();
    await makePolicy(await lab.account("222222222222"), "boundary");
    reviewed = new ReviewedProject(lab, "refused");
    await reviewed.merged(MERGED);
  });
  afterAll(() => lab?.stop());

  test("the key that the secret names is replaced, and the other is not it", async () => {
    const newest = await reviewed.proposed(MERGED, { plan: [`-replace=${slot("even")}`] });
    expect(newest).toMatchObject({ code: 1, rules: ["plan-key-in-use", "plan-drift"] });
    expect(newest.refused.slice(0, 1)).toEqual([slot("even")]);
    const previous = await reviewed.proposed(MERGED, { plan: [`-replace=${slot("odd")}`] });
    expect(previous).toMatchObject({ code: 1, rules: ["plan-drift"] });
  });

  test("the key that the secret names is made inactive", async () => {
    const edit = (folder: Folder) => {
      const file = join(folder.path, "modules/rotating-access-key/main.tf");
      const text = readFileSync(file, "utf8");
      writeFileSync(file, text.replace(/^ {2}status = .*$/m, '  status = "Inactive"'));
    };
    const { code, rules, stdout } = await reviewed.proposed(MERGED, { edit });
    expect({ code, rules }).toEqual({ code: 1, rules: ["plan-key-in-use", "plan-drift"] });
    expect(stdout).toContain(`- \`${slot("even")}\` of \`orders\` in \`pmm-iam\`: \`made inactive\``);
  });

  test("both keys of a user are replaced", async () => {
    const plan = [`-replace=${slot("even")}`, `-replace=${slot("odd")}`];
    const { code, rules, refused } = await reviewed.proposed(MERGED, { plan });
    expect({ code, rules }).toEqual({ code: 1, rules: ["plan-key-in-use", "plan-both-keys", "plan-drift"] });
    expect(refused.slice(1, 3)).toEqual([slot("even"), slot("odd")]);
  });

  test("a role and a user are replaced", async () => {
    const plan = [`-replace=${ROLE}`, `-replace=${USER}`];
    const { code, rules, refused } = await reviewed.proposed(MERGED, { plan });
    expect(code).toBe(1);
    expect(rules).toContain("plan-destroys");
    expect(refused).toEqual(expect.arrayContaining([ROLE, USER]));
  });

  test("a vendor's role is destroyed with its entry, unless that is let pass", async () => {
    const without = accounts();
    const role = "module.third_party_site24x7_orders.aws_iam_role.monitor";
    const { code, rules, refused } = await reviewed.proposed(without);
    expect({ code, rules, refused }).toEqual({ code: 1, rules: ["plan-destroys"], refused: [role] });
    const { code: passed, stdout } = await reviewed.proposed(without, {
      options: ["--allow", "plan-destroys"],
    });
    expect(passed).toBe(0);
    expect(stdout).toContain("allowed by `--allow plan-destroys`");
  });

  test("a user is destroyed without retiring, and everything with -destroy", async () => {
    const dropped = await reviewed.proposed(accounts({ aurora: "false", rest: VENDOR }), {
      options: ["--allow", "aurora-dropped"],
    });
    expect(dropped.rules).toEqual(["plan-key-in-use", "plan-both-keys", "plan-destroys"]);
    const all = await reviewed.proposed(MERGED, { plan: ["-destroy"] });
    expect(all.code).toBe(1);
    expect(all.refused).toEqual(expect.arrayContaining([ROLE, USER, "aws_iam_role.pmm_ec2"]));
  });

  test("a boundary is dropped", async () => {
    const { code, rules, stdout } = await reviewed.proposed(accounts({ rest: VENDOR, defaults: "" }), {
      options: ["--allow", "boundary-changed"],
    });
    expect({ code, rules }).toEqual({ code: 1, rules: ["plan-boundary"] });
    expect(stdout).toContain("has the boundary arn:aws:iam::222222222222:policy/boundary today");
  });

  test("what somebody changed by hand is drift, beside a change of another account", async () => {
    const account = await lab.account("222222222222");
    const [RoleName, PolicyName] = ["AmazonRDSforPMMrole", "pmm-cloudwatch-rds-access"];
    const { [PolicyName]: before } = await rolePolicies(account, RoleName);
    const put = (PolicyDocument = BY_HAND) =>
      account.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
    await put();
    const { code, rules, refused, stdout } = await reviewed.proposed(
      accounts({
        rest: `${VENDOR}  - {name: billing, account_id: "033333333333", permissions_boundary: null}\n`,
      }),
    );
    await put(before);
    expect({ code, rules }).toEqual({ code: 1, rules: ["plan-drift"] });
    expect(refused).toEqual(["module.pmm_iam_orders.aws_iam_role_policy.pmm_rds_monitoring"]);
    expect(stdout).toMatch(/^\*\*Refused: a plan does what the change does not explain/);
  });

  test("a plan of a part of the stack does not say all", async () => {
    const { code, stdout, stderr } = await reviewed.proposed(MERGED, { plan: [`-target=${ROLE}`] });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^\*\*Nothing is judged:\*\* `the plan plan\.json of pmm-iam /);
    expect(stderr).toContain("without -target");
  });
});
