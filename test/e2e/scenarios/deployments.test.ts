import { copyFileSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeEveryEngine } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { inventory, makeRole, rolePolicies } from "../harness/look";
import { FORMATS, Project } from "../harness/project";

/*
 * Two deployments share a PMM EC2 role and neither undoes the other, and a stack's folder refuses the state of
 * another deployment or stack before anything is changed. Their accounts have one name: where they have not, Terraform
 * misses the providers of the other's.
 */

const SOURCE = "111111111111";
const ACCOUNTS = [SOURCE, "222222222222", "333333333333"];

const prod = `
source: {account_id: "${SOURCE}", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
accounts:
  - {name: orders, account_id: "222222222222", aurora: true}
`;

const staging = `
name: staging
source: {account_id: "${SOURCE}", pmm_ec2_role_name: pmm-ec2-role, cloudwatch_agent: true}
defaults: {admin_role_name: Admin}
accounts:
  - {name: orders, account_id: "333333333333", group: shop}
`;

const POLICIES = {
  prod: ["pmm-assume-rds-monitoring-roles"],
  staging: ["CloudWatchAgentServerPolicy-staging", "pmm-assume-rds-monitoring-roles-staging"],
};

describeEveryEngine("two deployments", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  describe.each(FORMATS)("as %s", (format) => {
    let one: Project;
    let other: Project;

    const policies = async (): Promise<string[]> =>
      Object.keys(await rolePolicies(await lab.account(SOURCE), "pmm-ec2-role"));

    const stateOf = (project: Project, stack: string): string =>
      join(project.folder, `terraform.${stack}.tfstate`);

    /** A plan that must be refused. Returns what it says in one line, without the frame around it. */
    async function refused(project: Project, stack: string): Promise<string> {
      const file = stateOf(project, stack);
      const [objects, state] = [await inventory(lab, ACCOUNTS), readFileSync(file, "utf8")];
      for (const args of [["plan"], ["plan", "-refresh=false"], ["apply", "-auto-approve"]]) {
        expect((await project.stack(stack).start(...args, "-no-color").ended).code).toBe(1);
      }
      const { stderr } = await project.stack(stack).start("plan", "-no-color").ended;
      expect([await inventory(lab, ACCOUNTS), readFileSync(file, "utf8")]).toEqual([objects, state]);
      return stderr.replace(/[│\s]+/g, " ");
    }

    beforeAll(async () => {
      await lab.reset();
      await makeRole(await lab.account(SOURCE), "pmm-ec2-role");
      one = new Project(lab, `${format}-prod`);
      other = new Project(lab, `${format}-staging`);
      await one.synth(prod, format);
      await other.synth(staging, format);
      await (await one.init()).apply();
      for (const stack of ["staging", "staging-shop"]) {
        await (await other.init(stack)).apply();
      }
    });

    test("share the PMM EC2 role: each plans empty after the other, and keeps its policies", async () => {
      for (const folder of [one.stack(), other.stack("staging"), other.stack("staging-shop")]) {
        await folder.expectEmptyPlan();
      }
      expect(await policies()).toEqual([...POLICIES.staging, ...POLICIES.prod].sort());
    });

    test("one's folder refuses the state of the other", async () => {
      const said = await refusedWith(stateOf(one, "pmm-iam"));
      expect(said).toContain(
        "This state belongs to the deployment pmm-iam, and this folder to staging. Nothing was changed. Run Terraform where that one's accounts file was synthesized, or give this one a state of its own, with name or backend in its accounts file.",
      );
    });

    test("a group's folder refuses the main stack's state", async () => {
      expect(await refusedWith(stateOf(other, "staging"))).toContain(
        "This state belongs to the stack staging, and this folder to staging-shop.",
      );
    });

    /** What the group's stack says of a state in place of its own, which it has back afterwards. */
    async function refusedWith(state: string): Promise<string> {
      const own = readFileSync(stateOf(other, "staging-shop"));
      copyFileSync(state, stateOf(other, "staging-shop"));
      const said = await refused(other, "staging-shop");
      writeFileSync(stateOf(other, "staging-shop"), own);
      await other.stack("staging-shop").expectEmptyPlan();
      return said;
    }

    test("so does a copy of one's output folder in which the other is synthesized", async () => {
      const copy = new Project(lab, `${format}-copy`);
      cpSync(one.output, copy.output, { recursive: true });
      copyFileSync(stateOf(one, "pmm-iam"), stateOf(copy, "pmm-iam"));
      await expect(copy.synth(staging, format)).rejects.toThrow(
        "holds the output of the deployment pmm-iam, and this is the output of staging; nothing was changed",
      );
      rmSync(join(copy.output, ".pmm-iam", "files.json"));
      await copy.synth(staging, format);
      expect(existsSync(stateOf(copy, "staging"))).toBe(false);
      cpSync(join(one.stack().path, ".terraform"), join(copy.stack("staging-shop").path, ".terraform"), {
        recursive: true,
      });
      // Terraform offers to take the state of the other place along.
      await copy.stack("staging-shop").run("init", "-no-color", "-migrate-state", "-force-copy");
      expect(await refused(copy, "staging-shop")).toContain("This state belongs to the deployment pmm-iam");
    });

    test("a state from before takes the name of the first that applies", async () => {
      const stack = other.stack("staging");
      await stack.run("state", "rm", "terraform_data.deployment");
      expect(await stack.changes()).toEqual({ "terraform_data.deployment": "create" });
      await stack.apply();
      await stack.expectEmptyPlan();
    });

    test("one goes, and the other stays", async () => {
      await other.stack("staging").destroy();
      await other.stack("staging-shop").destroy();
      expect(await policies()).toEqual(POLICIES.prod);
      await one.stack().expectEmptyPlan();
    });
  });
});
