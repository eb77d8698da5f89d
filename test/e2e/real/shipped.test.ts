import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Lab, startLab } from "../harness/lab";
import { inventory, keysOf, makeRole, secretOf } from "../harness/look";
import { Project } from "../harness/project";
import type { Folder } from "../harness/terraform";
import { ROOT } from "../harness/tools";
import { describeReal } from "./gate";

/*
 * The accounts.yaml that ships with the project, applied, moved to another source region, and destroyed.
 */

const SOURCE = "111111111111";
const ACCOUNTS = [SOURCE, "222222222222", "033333333333", "444444444444"];
const USER = "CloudWatchAgentServerUser";
const SECRET = `cloudwatch-agent/${USER}/payments-prod`;

describeReal("the shipped accounts.yaml", () => {
  const shipped = readFileSync(join(ROOT, "accounts.yaml"), "utf8");
  let lab: Lab;
  let project: Project;
  let stacks: Folder[];
  beforeAll(async () => {
    lab = await startLab();
    const source = await lab.account(SOURCE);
    await makeRole(source, "pmm-ec2-role");
    await makeRole(source, "teleport-db-service");
    project = new Project(lab, "shipped");
    await project.synth(shipped);
    stacks = [await project.init("pmm-iam"), await project.init("pmm-iam-payments")];
  });
  afterAll(() => lab?.stop());

  /** Without a look at the model, which does not know where an older provider leaves a secret. */
  async function unseen(stack: Folder, command: "apply" | "destroy"): Promise<void> {
    const { code, stdout, stderr } = await stack.start(command, "-no-color", "-auto-approve").ended;
    expect({ code, said: code === 0 ? "" : `${stdout}${stderr}` }).toEqual({ code: 0, said: "" });
  }

  test("applied, and planned again without a change", async () => {
    for (const stack of stacks) {
      await stack.validate();
      await stack.apply();
      await stack.expectEmptyPlan();
    }
  });

  test("with another source region, the secret that the state knows holds the key that works", async () => {
    await project.synth(shipped.replace(/^source:\n/m, "source:\n  region: eu-west-1\n"));
    const [, payments] = stacks as [Folder, Folder];
    await unseen(payments, "apply");
    await payments.expectEmptyPlan();
    // A provider from 6.0 on leaves the secret where it is; one before it makes another.
    const state = await payments.run("show", "-json");
    const arn = new RegExp(`arn:aws:secretsmanager:([a-z0-9-]+):${SOURCE}:secret:${SECRET}-`).exec(state);
    const { access_key_id: id } = await secretOf(await lab.account(SOURCE), SECRET, {
      region: arn?.[1] ?? "",
    });
    expect(await keysOf(await lab.account("444444444444"), USER)).toEqual([{ id, status: "Active" }]);
  });

  test("destroyed to what was there before", async () => {
    for (const stack of stacks) {
      await unseen(stack, "destroy");
      expect(await stack.run("state", "list")).toBe("");
    }
    const left = await inventory(lab, ACCOUNTS);
    expect(left.filter((line) => !line.includes(" secret in us-east-1 "))).toEqual([
      `${SOURCE} role pmm-ec2-role`,
      `${SOURCE} role teleport-db-service`,
    ]);
  });
});
