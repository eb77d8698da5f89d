import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { FORMATS, Project } from "../harness/project";

/* Words of Terraform's language, and what is no name in it, as names of accounts and as tag keys. */

/** Each names an account, and is the first and only tag key of it. */
const WORDS = ["for", "if", "in", "null", "true", "each", "self", "var"];

const KEYS = [
  ...["0", "1a", "-a", "a.b", "a b", "@", "é", "a/b", "a:b", "a=b", "+", "for", "for a", "in", "else"],
  ...["endif", "endfor", "false", "count", "local", "module", "data", "path", "dynamic", "content"],
];

const tagsOf = (keys: readonly string[]): Record<string, string> =>
  Object.fromEntries(keys.map((key) => [key, `value of ${key}`]));

const ENTRIES = [
  ...WORDS.map((word, index) => ({ name: word, account_id: `20000000000${index}`, tags: tagsOf([word]) })),
  { name: "other", account_id: "300000000000", tags: tagsOf(KEYS) },
];

describeE2e("words of Terraform", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  test.each(FORMATS)("as %s: names and tag keys are what they are in the file", async (format) => {
    const project = new Project(lab, `words-${format}`);
    await project.synth(
      JSON.stringify({
        source: { account_id: "111111111111", pmm_ec2_role_name: "pmm-ec2-role" },
        defaults: { admin_role_name: "Admin" },
        accounts: ENTRIES,
      }),
      format,
    );
    const stack = await project.init();
    await stack.validate();
    expect(await stack.attempt("fmt", "-check")).toMatchObject({ code: 0, stdout: "" });
    const { resource_changes: changes = [] } = await stack.plan();
    const roles = changes.filter(({ type }) => type === "aws_iam_role");
    expect(
      Object.fromEntries(roles.map(({ address, change }) => [address, change.after?.["tags_all"]])),
    ).toEqual(
      Object.fromEntries(
        ENTRIES.map(({ name, tags }) => [`module.pmm_iam_${name}.aws_iam_role.pmm_rds_monitoring`, tags]),
      ),
    );
  });
});
