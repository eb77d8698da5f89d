import { GetUserCommand, TagUserCommand, UntagUserCommand } from "@aws-sdk/client-iam";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { keysOf, secretOf } from "../harness/look";
import { oneUser } from "../harness/one-user";
import { FORMATS, Project } from "../harness/project";
import type { Folder } from "../harness/terraform";

/*
 * What would cut access is refused by the plan, before anything is touched, with the way out.
 */

const USER = "PMMAWSIntegrationUser";

describeE2e("refusals", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  describe.each(FORMATS)("as %s", (format) => {
    let project: Project;
    let stack: Folder;

    beforeAll(async () => {
      await lab.reset();
      project = new Project(lab, format);
      // No user yet: any generation passes.
      await project.synth(oneUser("{key_generation: 3}"), format);
      stack = await project.init();
      await stack.apply();
      await stack.expectEmptyPlan();
    });

    /** What a plan says that must fail, in one line and without the frame that terraform draws around it. */
    async function refusal(aurora: string): Promise<string> {
      await project.synth(oneUser(aurora), format);
      const ended = await stack.attempt("plan", "-no-color");
      expect(ended.code).toBe(1);
      return unframed(ended.stderr);
    }

    /** The user's tag, its keys and its secret: what a refused plan must leave alone. */
    async function standing(): Promise<unknown> {
      const target = await lab.account("033333333333");
      const { User } = await target.iam.send(new GetUserCommand({ UserName: USER }));
      const source = await lab.account("111111111111");
      return {
        tags: User?.Tags,
        keys: await keysOf(target, USER),
        secret: await secretOf(source, "pmm/aurora/billing-prod"),
      };
    }

    test("the first apply may start at any generation, and then has two keys", async () => {
      expect(await standing()).toEqual({
        tags: expect.arrayContaining([{ Key: "pmm-iam:key-generation", Value: "3" }]),
        keys: [
          { id: expect.any(String), status: "Active" },
          { id: expect.any(String), status: "Active" },
        ],
        secret: expect.objectContaining({ generation: 3 }),
      });
    });

    test.each([
      [
        "a jump by two",
        "{key_generation: 5}",
        "key_generation is 5, but the user PMMAWSIntegrationUser in account 033333333333 is at generation 3 (its tag pmm-iam:key-generation); expected 3, or 4 to rotate. Set key_generation to 4.",
      ],
      [
        "a lower number",
        "{key_generation: 2}",
        "key_generation is 2, but the user PMMAWSIntegrationUser in account 033333333333 is at generation 3 (its tag pmm-iam:key-generation); expected 3, or 4 to rotate. Set key_generation to 3. To take a rotation back, do not lower the number: point the consumers at the previous key while it is active.",
      ],
      [
        "a raise with previous_key inactive",
        "{key_generation: 4, previous_key: inactive}",
        'key_generation is raised from 3 to 4 for the user PMMAWSIntegrationUser in account 033333333333 while previous_key is "inactive"; expected "active", since the consumers still use the key of generation 3. Set previous_key to "active", and to "inactive" once they have moved.',
      ],
      [
        "a raise with previous_key deleted",
        "{key_generation: 4, previous_key: deleted}",
        'key_generation is raised from 3 to 4 for the user PMMAWSIntegrationUser in account 033333333333 while previous_key is "deleted"; expected "active", since the consumers still use the key of generation 3. Set previous_key to "active", and to "inactive" once they have moved.',
      ],
    ])("%s", async (_, aurora, message) => {
      const before = await standing();
      const said = await refusal(aurora);
      expect(said).toContain(message);
      expect(said.match(/Error: /g)).toHaveLength(1);
      expect(await standing()).toEqual(before);
    });

    test("a lost tag, mended by the command that the message prints", async () => {
      const { iam } = await lab.account("033333333333");
      await iam.send(new UntagUserCommand({ UserName: USER, TagKeys: ["pmm-iam:key-generation"] }));
      const before = await standing();
      const said = await refusal("{key_generation: 3}");
      expect(said).toContain(
        "key_generation is 3, but the user PMMAWSIntegrationUser in account 033333333333 has no tag pmm-iam:key-generation; expected generation 1, the first that is managed here.",
      );
      expect(await standing()).toEqual(before);

      const command =
        /aws iam tag-user --user-name (\S+) --tags Key=(\S+),Value=<the generation in the secret (\S+)>/.exec(
          said,
        );
      const [UserName, Key, secret = ""] = command?.slice(1) ?? [];
      const { generation } = await secretOf(await lab.account("111111111111"), secret);
      await iam.send(new TagUserCommand({ UserName, Tags: [{ Key, Value: String(generation) }] }));
      await stack.expectEmptyPlan();
    });

    test("a tag that is no generation", async () => {
      const { iam } = await lab.account("033333333333");
      const tag = (Value: string) =>
        iam.send(new TagUserCommand({ UserName: USER, Tags: [{ Key: "pmm-iam:key-generation", Value }] }));
      await tag("three");
      const said = await refusal("{key_generation: 3}");
      expect(said).toContain('has "three" in its tag pmm-iam:key-generation, which is no generation');
      await tag("3");
      await stack.expectEmptyPlan();
    });
  });
});

/** Terraform's message without the frame and the line breaks of its lines. */
function unframed(text: string): string {
  return text.replaceAll(/^[│╷╵]/gm, "").replaceAll(/\s+/g, " ");
}
