import { join } from "node:path";
import { recipeChanges, recipeCommands, recipeFiles, withoutComment } from "../../contributing/recipe";
import { blocksOf, withTexts } from "../../readme/blocks";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { FORMATS } from "../harness/project";
import { ChangedProject } from "./changed-project";

/*
 * CONTRIBUTING.md, followed to the letter in a checkout of the project: its sample needs no other file, and all that
 * the program counts, compares and prints knows of it. Needs nothing but Node; the last part is for Terraform.
 */

const GRANT = "pmm_assume_performance_insights_roles";
const POLICY = "pmm-assume-performance-insights-roles";

const HEAD = `source:
  account_id: "111111111111"
  pmm_ec2_role_name: pmm-ec2-role
`;
const DEFAULTS = "defaults:\n  admin_role_name: Admin\naccounts:\n";

/** Accounts from 000000000001 on that ask for the sample, in groups of 50. */
function asking(count: number): string {
  const entry = (number: number) =>
    `  - {name: account-${number}, account_id: "${String(number).padStart(12, "0")}", group: g${Math.ceil(number / 50)}, performance_insights: true}\n`;
  return Array.from({ length: count }, (_, index) => entry(index + 1)).join("");
}

function assume(...accounts: string[]): string {
  const roles = accounts.map((id) => `"arn:aws:iam::${id}:role/PMMPerformanceInsightsRole"`);
  return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],"Resource":[${roles.join(",")}]}]}`;
}

let project: ChangedProject;

beforeAll(() => {
  project = new ChangedProject();
});

afterAll(() => project?.remove());

describe("the recipe", () => {
  test("the sample is new, and its files and lines are written as they are there", () => {
    expect([...recipeFiles.keys()].filter((path) => project.has(path))).toEqual([]);
    for (const [path, text] of recipeFiles) {
      project.write(path, text);
    }
    for (const { path, after, added } of recipeChanges) {
      const [before = "", rest, ...others] = project.read(path).split(`${after}\n`);
      expect({ after, rest: typeof rest, others }).toEqual({ after, rest: "string", others: [] });
      project.write(path, `${before}${after}\n${added}\n${rest}`);
    }
  });

  test("step 5: what is generated", async () => {
    // The packages are those of the project.
    expect(recipeCommands("install")).toEqual(["npm ci"]);
    await project.type("generate");
  });

  test("step 6: types, style and every unit test", () => project.type("check"), 3_600_000);

  test("no other file is touched", () => {
    const changed = project.git("status", "--porcelain", "--untracked-files=all").trimEnd().split("\n");
    const outputs = changed.filter((line) => /^ M test\/corpus\/bad\/[\w-]+\.txt$/.test(line));
    expect(changed.filter((line) => !outputs.includes(line)).sort()).toEqual(
      [
        " M README.md",
        " M accounts.schema.json",
        " M docs/accounts-yaml.md",
        " M docs/commands.md",
        " M docs/rules.md",
        " M src/features/index.ts",
        " M test/changes/keys/changes.ts",
        "?? test/corpus/ok/performance-insights.txt",
        ...[...recipeFiles.keys()].map((path) => `?? ${path}`),
      ].sort(),
    );
    expect(outputs.length).toBeGreaterThan(5);
  });

  test("in the pages and the corpus only outputs have changed, by the key in lists of keys and the module's files", () => {
    const withoutOutputs = (text: string) => {
      const outputs = blocksOf(text).filter(({ marker }) => marker?.startsWith("test: output of "));
      return withTexts(text, new Map(outputs.map((block) => [block, ""])));
    };
    const pages = ["README.md", "docs/commands.md"];
    for (const page of pages) {
      expect(withoutOutputs(project.read(page))).toBe(withoutOutputs(project.git("show", `HEAD:${page}`)));
    }
    const changes = project.git("diff", "--unified=0", "--", "test/corpus", ...pages).split("\n");
    const lines = (sign: string) =>
      changes.flatMap((line) => (line.startsWith(sign) && line[1] !== sign ? [line.slice(1)] : []));
    // The stack carries five files more.
    const files = (line: string) => /^(\d+) files: \1 written, 0 unchanged, 0 removed$/.exec(line)?.[1];
    const [before = [], after = []] = ["-", "+"].map((sign) =>
      lines(sign).flatMap((line) => files(line) ?? []),
    );
    expect(after.map(Number)).toEqual(before.map((number) => Number(number) + 5));
    const others = (sign: string) => lines(sign).filter((line) => files(line) === undefined);
    expect(others("+").map((line) => line.replace(", performance_insights", ""))).toEqual(others("-"));
  });
});

describe("what the program knows of the sample", () => {
  test("the schema for editors and the page of keys have its key", () => {
    const schema = JSON.parse(project.read("accounts.schema.json"));
    const description =
      "true: makes PMMPerformanceInsightsRole, which PMM assumes to read Performance Insights.";
    expect(schema.properties.accounts.items.properties.performance_insights).toEqual({
      default: false,
      description,
      type: "boolean",
    });
    expect(project.read("docs/accounts-yaml.md")).toContain(
      `\n## \`accounts[].performance_insights\`\n\n| Key | Type | Default | Allowed values | Description | Where to find the value | Example | A change of it |\n|---|---|---|---|---|---|---|---|\n| \`accounts[].performance_insights\` | true or false | \`false\` |  | ${description} |  | \`performance_insights: true\` | destroyed; \`role-dropped\` |\n`,
    );
  });

  test("explicit: an instance, a grant beside the other one, and a line in the summary", async () => {
    const { code, stdout, module, resource } = await project.synth(
      `${HEAD}${DEFAULTS}${asking(2)}  - {name: other, account_id: "222222222222", performance_insights: true}\n  - {name: without, account_id: "333333333333"}\n`,
    );
    expect(code).toBe(0);
    expect(Object.keys(module)).toEqual(["performance_insights_other", "pmm_iam_other", "pmm_iam_without"]);
    expect(module["performance_insights_other"]).toMatchObject({
      source: "./modules/performance-insights",
      providers: { aws: "aws.other" },
      pmm_ec2_role_arn: "arn:aws:iam::111111111111:role/pmm-ec2-role",
    });
    const grants = resource["aws_iam_role_policy"] ?? {};
    expect(Object.keys(grants).sort()).toEqual([GRANT, "pmm_assume_target_roles"]);
    expect(grants[GRANT]).toMatchObject({
      name: POLICY,
      role: "pmm-ec2-role",
      policy: assume("000000000001", "000000000002", "222222222222"),
    });
    // 10,240 less 115 + 4 * 53 and 115 + 3 * 60 leaves 9,618: room for 85 more accounts with both, at 53 + 60 each.
    expect(stdout).toContain(
      `\npmm-assume-rds-monitoring-roles: explicit, 4 of 89 accounts\n${POLICY}: explicit, 3 of 88 accounts\n`,
    );
  });

  test("sharded: managed policies of both grants side by side", async () => {
    const { code, stdout, resource } = await project.synth(
      `${HEAD}  assume_policy: sharded\n${DEFAULTS}${asking(5)}`,
    );
    expect(code).toBe(0);
    const names = [1, 2, 3, 4, 5].flatMap((shard) => [
      `${GRANT}_${shard}`,
      `pmm_assume_target_roles_${shard}`,
    ]);
    expect(Object.keys(resource["aws_iam_policy"] ?? {}).sort()).toEqual([...names].sort());
    expect(Object.keys(resource["aws_iam_role_policy_attachment"] ?? {}).sort()).toEqual([...names].sort());
    expect(resource["aws_iam_policy"]?.[`${GRANT}_5`]).toMatchObject({
      name: `${POLICY}-5`,
      policy: assume("000000000005"),
    });
    expect(resource["aws_iam_role_policy_attachment"]?.[`${GRANT}_5`]).toMatchObject({
      role: "pmm-ec2-role",
      policy_arn: `\${aws_iam_policy.${GRANT}_5.arn}`,
      lifecycle: { create_before_destroy: true },
    });
    expect(resource["aws_iam_role_policy"]?.[GRANT]).toMatchObject({
      name: POLICY,
      policy: expect.stringContaining("RolesAreInManagedPolicies"),
      depends_on: [1, 2, 3, 4, 5].map((shard) => `aws_iam_role_policy_attachment.${GRANT}_${shard}`),
    });
    // 115 characters and 60 for each account: 100 of them are 6,096 of 6,144.
    expect(stdout).toContain(`\n${POLICY}: sharded, 1 of 100 accounts in the fullest shard (1)\n`);
  });

  test("organization: a wildcard within the organization, and the trust asks for it", async () => {
    const { code, stdout, module, resource } = await project.synth(
      `${HEAD}  assume_policy: organization\n  organization_id: o-exampleorgid\n${DEFAULTS}${asking(2).replaceAll(/, group: \w+/g, "")}`,
    );
    expect(code).toBe(0);
    expect(resource["aws_iam_role_policy"]?.[GRANT]).toMatchObject({
      policy:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],"Resource":"arn:aws:iam::*:role/PMMPerformanceInsightsRole","Condition":{"StringEquals":{"aws:ResourceOrgID":"o-exampleorgid"}}}]}',
    });
    expect(module["performance_insights_account_1"]).toMatchObject({ organization_id: "o-exampleorgid" });
    expect(stdout).toContain(`\n${POLICY}: organization, 2 accounts, no limit\n`);
  });

  test("explicit: both grants share the role's 10,240 characters, and each says its part", async () => {
    // 115 and 53 for each account, and 115 and 60: 88 accounts are 10,174, and 89 are 10,287.
    expect((await project.synth(`${HEAD}${DEFAULTS}${asking(88)}`)).code).toBe(0);
    expect(await project.errorsOf(`${HEAD}${DEFAULTS}${asking(89)}`)).toEqual([
      `1:1: error: the inline policies of the role pmm-ec2-role in account 111111111111 would have 10287 characters; AWS allows 10240: pmm-assume-rds-monitoring-roles has 4832, ${POLICY} has 5455; set assume_policy: organization [role-policy-size]`,
    ]);
  });

  test("sharded: both grants share the role's ten managed policies, and each says its part", async () => {
    expect(await project.errorsOf(`${HEAD}  assume_policy: sharded\n${DEFAULTS}${asking(6)}`)).toEqual([
      `4:3: error: the role pmm-ec2-role in account 111111111111 would have 12 managed policies; AWS allows 10: pmm-assume-rds-monitoring-roles has 6, ${POLICY} has 6; set assume_policy: organization [attached-policies]`,
    ]);
  });

  test("its own limit is the assume policy's, with its own capacity", async () => {
    // 115 characters and 60 for each account.
    expect(await project.errorsOf(`${HEAD}${DEFAULTS}${asking(135)}`)).toEqual([
      `1:1: error: ${POLICY} would have 8215 characters for 135 accounts; 8192 hold 134: set assume_policy: organization [assume-policy-size]`,
    ]);
  });

  test.each([
    [
      "Teleport's role",
      `${HEAD}teleport: {account_id: "222222222222", role_name: PMMPerformanceInsightsRole, proxy_address: "t.example.com:443"}
${DEFAULTS}  - {name: orders, account_id: "222222222222", performance_insights: true}
  - name: billing
    account_id: "333333333333"
    teleport: {databases: [{name: billing, engine: mysql, resource_id: db-A, endpoint: "h:3306", db_users: [a]}]}
`,
      '4:51: error: the role "PMMPerformanceInsightsRole" in account 222222222222 is written by Teleport\'s role here and by the Performance Insights role of "orders" at 8:70, and each would undo the other; give this one another role_name [name-taken]',
    ],
    [
      "the PMM EC2 role",
      `source:
  account_id: "111111111111"
  pmm_ec2_role_name: PMMPerformanceInsightsRole
${DEFAULTS}  - {name: home, account_id: "111111111111", performance_insights: true}
`,
      '3:22: error: the role "PMMPerformanceInsightsRole" in account 111111111111 is written by the PMM EC2 role here and by the Performance Insights role of "home" at 7:68, and each would undo the other; give this one another pmm_ec2_role_name [name-taken]',
    ],
    [
      "the role that Terraform assumes",
      `${HEAD}defaults: {admin_role_name: PMMPerformanceInsightsRole}
accounts:
  - {name: orders, account_id: "222222222222", performance_insights: true}
`,
      '4:29: error: the role "PMMPerformanceInsightsRole" in account 222222222222 is written by the role that Terraform assumes here and by the Performance Insights role of "orders" at 6:70, and each would undo the other; give this one another admin_role_name [name-taken]',
    ],
  ])("a collision with %s cites both places", async (_, text, message) => {
    expect(await project.errorsOf(text)).toEqual([message]);
  });

  test("a state with nothing but its grant is known as the main stack's", async () => {
    const state = {
      format_version: "1.0",
      values: {
        root_module: { resources: [{ address: `aws_iam_role_policy.${GRANT}`, mode: "managed" }] },
      },
    };
    project.write("state.json", JSON.stringify(state));
    const ended = await project.program(undefined, "check", "--base", "main", "--state", "state.json");
    // The sample is a change of the program, which check says.
    expect(ended).toMatchObject({
      code: 0,
      stderr:
        "note: the program may make other Terraform than at main, for every stack: src/features/index.ts has changed since main\n",
    });
  });
});

describeE2e("with Terraform", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
    lab.terraform("sample").copy(join(project.folder, "modules"), "modules");
  });
  afterAll(() => lab?.stop());

  test("step 7: the format, and the module's own tests", async () => {
    const sample = lab.terraform("sample");
    const format = await sample.attempt("fmt", "-check", "-recursive", "modules");
    expect(format).toMatchObject({ code: 0, stdout: "" });
    const module = lab.terraform(join("sample", "modules", "performance-insights"));
    await module.init();
    const { stdout } = await module.attempt("test", "-no-color");
    expect(stdout).toContain("Success! 7 passed, 0 failed.");
  });

  test.each(FORMATS)("as %s, the stack with both grants is valid", async (format) => {
    const accounts = `${HEAD}  assume_policy: sharded\n  create_pmm_ec2_role: true\n${DEFAULTS}${asking(2)}`;
    const options = format === "hcl" ? ["--hcl"] : [];
    const ended = await project.program(accounts, "synth", "--output", join(lab.folder, format), ...options);
    expect(ended.code).toBe(0);
    for (const name of ["pmm-iam", "pmm-iam-g1"]) {
      const stack = lab.terraform(join(format, "stacks", name));
      await stack.run("init", "-no-color", "-backend=false");
      const validity = JSON.parse(await stack.run("validate", "-json"));
      expect(validity).toMatchObject({ valid: true, error_count: 0, warning_count: 0 });
    }
  });
});

test("step 7 is what is run above, and the test of all modules", () => {
  expect(recipeCommands("terraform").map(withoutComment)).toEqual([
    "terraform fmt -check -recursive modules",
    "npm run test:e2e -- test/e2e/modules.test.ts",
  ]);
});
