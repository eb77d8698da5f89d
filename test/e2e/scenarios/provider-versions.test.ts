import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { keysOf, secretOf } from "../harness/look";
import { Project } from "../harness/project";
import type { Folder } from "../harness/terraform";

/*
 * The modules work with every provider that they allow: also with those that leave a secret's version in place when
 * its number is not known at plan, as 6.45 to 6.49 do.
 */

const SECRET = "pmm/aurora/billing-prod";
const KEY = "module.aurora_user_billing_prod.module.key";

interface Edit {
  readonly generation?: number;
  readonly region?: string;
  readonly reader?: boolean;
}

const accounts = ({ generation = 1, region = "us-east-1", reader = false }: Edit) => `
source:
  account_id: "111111111111"
  region: ${region}
  pmm_ec2_role_name: pmm-ec2-role
  create_pmm_ec2_role: true
defaults:
  admin_role_name: Admin
${reader ? "secrets: {readers: [pmm_ec2_role]}\n" : ""}accounts:
  - name: billing-prod
    account_id: "033333333333"
    region: eu-west-1
    aurora: {key_generation: ${generation}}
`;

describe.each([
  ["6.25", {}],
  ["6.45", { STANDIN_SECRET_VERSION: "6.45" }],
])("as provider %s replaces secret versions", (version, env) => {
  describeE2e("the newest key", () => {
    let lab: Lab;
    let project: Project;
    let stack: Folder;
    beforeAll(async () => {
      lab = await startLab({ env });
      project = new Project(lab, `version-${version}`);
      await project.synth(accounts({}));
      stack = await project.init();
      await stack.apply();
      await stack.expectEmptyPlan();
    });
    afterAll(() => lab?.stop());

    test.each([2, 3])("generation %i is made and written in one apply", async (generation) => {
      await project.synth(accounts({ generation }));
      await stack.apply();
      await stack.expectEmptyPlan();
      const secret = await secretOf(await lab.account("111111111111"), SECRET);
      expect(secret).toMatchObject({ generation });
      const keys = await keysOf(await lab.account("033333333333"), "PMMAWSIntegrationUser");
      expect(keys.map(({ id }) => id)).toContain(secret.access_key_id);
    });

    test("a state from before terraform_data.newest was there gets that alone", async () => {
      await stack.run("state", "rm", `${KEY}.terraform_data.newest`);
      expect(await stack.changes()).toEqual({ [`${KEY}.terraform_data.newest`]: "create" });
      await stack.run("apply", "-no-color", "plan");
      await stack.expectEmptyPlan();
    });

    test("in a changed region nothing is written beside the secret, and it moves when told to", async () => {
      await project.synth(accounts({ generation: 3, region: "eu-west-1" }));
      await stack.expectEmptyPlan();

      for (const edit of [{ generation: 4 }, { generation: 3, reader: true }]) {
        await project.synth(accounts({ ...edit, region: "eu-west-1" }));
        const refused = await stack.attempt("plan", "-no-color");
        expect(refused.code).toBe(1);
        expect(refused.stderr.replaceAll(/^[│╷╵]/gm, "").replaceAll(/\s+/g, " ")).toContain(
          `The secret ${SECRET} is in us-east-1, but it would be written in eu-west-1: the region of the provider aws.secrets has changed.`,
        );
      }

      const address = `${KEY}.aws_secretsmanager_secret.key`;
      expect((await stack.run("state", "list")).split("\n")).toContain(address);
      await project.synth(accounts({ generation: 4, region: "eu-west-1", reader: true }));
      await stack.apply(`-replace=${address}`);
      await stack.expectEmptyPlan();
      const source = await lab.account("111111111111");
      expect(await secretOf(source, SECRET, { region: "eu-west-1" })).toMatchObject({ generation: 4 });
      await expect(secretOf(source, SECRET)).rejects.toThrow();
    });
  });
});
