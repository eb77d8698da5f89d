import { GetRoleCommand } from "@aws-sdk/client-iam";
import type { Account } from "../harness/accounts";
import { makeAgentPolicy, makeAgentRole } from "../harness/agent-role";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { attachedToRole } from "../harness/look";
import { Project } from "../harness/project";

/** The CloudWatch agent's role of AWS's guide, made by hand: what an apply removes from it is in the plan before. */

const RoleName = "CloudWatchAgentServerRole";
const INSTANCE_CORE = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
const AGENT_OF_AWS = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy";
const OWN_POLICY = "arn:aws:iam::222222222222:policy/CloudWatchAgentServerPolicy";

const file = (agent: string): string => `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role, create_pmm_ec2_role: true}
defaults: {admin_role_name: Admin}
accounts:
  - {name: orders, account_id: "222222222222", cloudwatch_agent: {${agent}}}
`;

async function roleId({ iam }: Account): Promise<string | undefined> {
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
  return Role?.RoleId;
}

describeE2e("the agent's role, made by hand", () => {
  let lab: Lab;
  let account: Account;

  beforeAll(async () => {
    lab = await startLab();
  });

  afterAll(() => lab?.stop());

  beforeEach(async () => {
    await lab.reset();
    account = await lab.account("222222222222");
  });

  test.each([
    ["json", "", [INSTANCE_CORE, AGENT_OF_AWS], [OWN_POLICY]],
    [
      "hcl",
      ", ssm_managed_policy: AmazonSSMManagedInstanceCore",
      [AGENT_OF_AWS],
      [OWN_POLICY, INSTANCE_CORE],
    ],
  ] as const)(
    "with policies of AWS's own: the plan has what goes (%s%s)",
    async (format, more, gone, kept) => {
      await makeAgentRole(account, [INSTANCE_CORE, AGENT_OF_AWS]);
      const id = await roleId(account);
      const project = new Project(lab, `of-aws-${format}`);
      await project.synth(file(`adopt: [role, instance_profile]${more}`), format);
      const stack = await project.init();

      const plan = await stack.run("plan", "-no-color");
      expect(plan).toContain("4 to import");
      const address = 'aws_iam_role_policy_attachments_exclusive.agent["server"]';
      const exclusive = plan.split("\n\n").find((block) => block.includes(`${address} will be`));
      expect(exclusive?.match(/^ +- .*$/gm)?.map((line) => line.trim())).toEqual(
        gone.map((arn) => `- "${arn}",`),
      );
      expect(await attachedToRole(account, RoleName)).toEqual([INSTANCE_CORE, AGENT_OF_AWS]);

      await stack.apply();
      expect(await roleId(account)).toBe(id);
      expect(await attachedToRole(account, RoleName)).toEqual(kept);
      await stack.expectEmptyPlan();
      await project.synth(file(more.replace(", ", "")), format);
      await project.stack().expectEmptyPlan();
    },
  );

  test("with a policy of the account: all of it is taken over, and what is asked for stays attached", async () => {
    await makeAgentRole(account, [INSTANCE_CORE, await makeAgentPolicy(account)]);
    const project = new Project(lab, "of-the-account");
    await project.synth(file("adopt: true, ssm_managed_policy: AmazonSSMManagedInstanceCore"));
    const stack = await project.init();
    const plan = await stack.run("plan", "-no-color");
    expect(plan).toContain("5 to import");
    expect(plan).toContain("0 to destroy");
    expect(plan).not.toMatch(/^ +- +"arn:aws:iam::aws:policy\/AmazonSSMManagedInstanceCore"/m);
    await stack.apply();
    expect(await attachedToRole(account, RoleName)).toEqual([OWN_POLICY, INSTANCE_CORE]);
    await stack.expectEmptyPlan();
  });

  test("adopt: true where there is no such policy: the plan stops and names it", async () => {
    await makeAgentRole(account, [INSTANCE_CORE]);
    const project = new Project(lab, "without-policy");
    await project.synth(file("adopt: true"));
    const { code, stderr } = await (await project.init()).attempt("plan", "-no-color");
    expect(code).toBe(1);
    const missing = [...stderr.matchAll(/existing object to\s+"module\.\w+\.aws_iam_(\w+)\./g)];
    expect(missing.map(([, kind]) => kind)).toEqual(["policy"]);
    expect(await attachedToRole(account, RoleName)).toEqual([INSTANCE_CORE]);
  });
});
