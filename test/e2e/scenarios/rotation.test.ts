import { describeEveryEngine } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { inventory, keysOf, secretOf } from "../harness/look";
import { FORMATS, Project } from "../harness/project";
import type { Folder } from "../harness/terraform";

/*
 * A rotation as the user makes one: a number in accounts.yaml, synth, plan, apply.
 */

type Previous = "active" | "inactive" | "deleted";

/** One edit of accounts.yaml, and what its plan does to the slots. */
interface Step {
  readonly generation: number;
  readonly previous: Previous;
  readonly slots: Readonly<Record<string, string>>;
}

const STATUS = { active: ["Active"], inactive: ["Inactive"], deleted: [] } as const;

/** A user with keys: where accounts.yaml says so, where its slots are, where its secret is. */
interface Rotating {
  readonly accounts: (generation: number, previous: Previous) => string;
  readonly slot: (slot: string) => string;
  readonly user: string;
  readonly secret: string;
}

const head = `
source:
  account_id: "111111111111"
  pmm_ec2_role_name: pmm-ec2-role
  create_pmm_ec2_role: true
defaults:
  admin_role_name: Admin
accounts:
  - name: billing-prod
    account_id: "033333333333"
    region: eu-west-1
`;

const AURORA: Rotating = {
  accounts: (generation, previous) =>
    `${head}    aurora:\n      key_generation: ${generation}\n      previous_key: ${previous}\n`,
  slot: (slot) => `module.aurora_user_billing_prod.module.key.aws_iam_access_key.slot["${slot}"]`,
  user: "PMMAWSIntegrationUser",
  secret: "pmm/aurora/billing-prod",
};

const ON_PREMISES: Rotating = {
  accounts: (generation, previous) =>
    `${head}    cloudwatch_agent:\n      server_role: false\n      on_premises_server_user: {key_generation: ${generation}, previous_key: ${previous}}\n`,
  slot: (slot) =>
    `module.cloudwatch_agent_billing_prod.module.key["server"].aws_iam_access_key.slot["${slot}"]`,
  user: "CloudWatchAgentServerUser",
  secret: "cloudwatch-agent/CloudWatchAgentServerUser/billing-prod",
};

describeEveryEngine("rotation", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  const ROTATIONS = [
    [
      "the Aurora user, by every way from 1 to 4",
      AURORA,
      [
        { generation: 1, previous: "active", slots: { odd: "create" } },
        { generation: 2, previous: "active", slots: { even: "create" } },
        { generation: 2, previous: "inactive", slots: { odd: "update" } },
        { generation: 2, previous: "deleted", slots: { odd: "delete" } },
        { generation: 3, previous: "active", slots: { odd: "create" } },
        { generation: 3, previous: "inactive", slots: { even: "update" } },
        { generation: 3, previous: "active", slots: { even: "update" } },
        { generation: 4, previous: "active", slots: { even: "delete create" } },
        { generation: 4, previous: "inactive", slots: { odd: "update" } },
        { generation: 4, previous: "deleted", slots: { odd: "delete" } },
      ],
    ],
    [
      "the on-premises agent's user, straight from 1 to 3",
      ON_PREMISES,
      [
        { generation: 1, previous: "active", slots: { odd: "create" } },
        { generation: 2, previous: "active", slots: { even: "create" } },
        { generation: 3, previous: "active", slots: { odd: "delete create" } },
      ],
    ],
  ] satisfies [string, Rotating, Step[]][];

  const CASES = FORMATS.flatMap((format) => ROTATIONS.map((rotation) => [format, ...rotation] as const));

  describe.each(CASES)("as %s, %s", (format, name, rotating, steps) => {
    let project: Project;
    let stack: Folder;
    /** The id of each generation's key. */
    const ids = new Map<number, string>();

    beforeAll(async () => {
      await lab.reset();
      project = new Project(lab, `${name.replaceAll(/\W/g, "-")}-${format}`);
      await project.synth(rotating.accounts(1, "active"), format);
      stack = await project.init();
    });

    test.each(
      steps.map((step) => [`generation ${step.generation}, previous key ${step.previous}`, step] as const),
    )("%s", async (_, { generation, previous, slots }: Step) => {
      await project.synth(rotating.accounts(generation, previous), format);
      const changes = await stack.changes();
      const keys = Object.entries(changes).filter(([address]) => address.includes("aws_iam_access_key"));
      expect(Object.fromEntries(keys)).toEqual(
        Object.fromEntries(Object.entries(slots).map(([slot, action]) => [rotating.slot(slot), action])),
      );
      const touched = Object.entries(changes).filter(([, action]) => action !== "update");
      // The secret's own object stays, and so does the user: consumers know both by name.
      if (generation > 1)
        expect(
          touched.filter(([address]) => /aws_secretsmanager_secret\.|aws_iam_user\./.test(address)),
        ).toEqual([]);
      await stack.run("apply", "-no-color", "plan");
      await stack.expectEmptyPlan();

      const source = await lab.account("111111111111");
      const secret = await secretOf(source, rotating.secret);
      expect(secret).toMatchObject({ generation, account_id: "033333333333" });
      const known = ids.get(generation);
      // A key is made when its generation begins, and stays.
      if (known !== undefined) expect(secret.access_key_id).toBe(known);
      else expect([...ids.values()]).not.toContain(secret.access_key_id);
      ids.set(generation, secret.access_key_id);

      const before = ids.get(generation - 1);
      const expected = [
        { id: secret.access_key_id, status: "Active" },
        ...(before === undefined ? [] : STATUS[previous].map((status) => ({ id: before, status }))),
      ];
      const held = await keysOf(await lab.account("033333333333"), rotating.user);
      expect(held).toHaveLength(expected.length);
      expect(held).toEqual(expect.arrayContaining(expected));

      if (before !== undefined) {
        const earlier = await secretOf(source, rotating.secret, { stage: "AWSPREVIOUS" });
        expect(earlier).toMatchObject({ access_key_id: before, generation: generation - 1 });
      }
    });

    test("destroy leaves nothing", async () => {
      await stack.destroy();
      expect(await inventory(lab, ["111111111111", "033333333333"])).toEqual([]);
    });
  });
});
