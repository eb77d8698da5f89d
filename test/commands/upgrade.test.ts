import { rmSync } from "node:fs";
import { affected } from "../../src/commands/affected";
import { summary } from "../../src/commands/summary";
import { features } from "../../src/features";
import { packageName, version } from "../../src/project";
import { programLines } from "../../src/summary/program";
import { accountsFile } from "../changes/judged";
import { Repository, ran, ranCheck } from "./repository";

/** What the commands that compare say of a program that was another version at the base. */

let repository: Repository;

beforeEach(() => {
  repository = Repository.create();
  repository.write("accounts.yaml", accountsFile(['name: orders, account_id: "222222222222"']));
});

afterEach(() => rmSync(repository.folder, { recursive: true }));

const packageJson = (asked: string) => JSON.stringify({ devDependencies: { [packageName]: asked } });

/** A base whose package.json asks for one version, and a work tree that asks for another. */
function upgraded(from: string, to = version): void {
  repository.write("package.json", packageJson(from));
  repository.commit();
  repository.write("package.json", packageJson(to));
}

const ranAffected = () => ran(() => affected(features, { base: "HEAD" }), repository.folder);
const ranSummary = () => ran(() => summary(features, { base: "HEAD" }), repository.folder);

const ALL = '{"include":[{"stack":"pmm-iam","accounts":1}]}\n';
const UPGRADED = new RegExp(
  `^note: pmm-iam is ${version}, and was 0\\.1\\.0 at HEAD: CHANGELOG\\.md of pmm-iam says which grants and addresses change and which plan to expect, docs/upgrade\\.md of pmm-iam how to apply it$`,
  "m",
);

test("an upgrade: every stack is affected, and each command says where to read on", async () => {
  upgraded("0.1.0");
  const { stdout, stderr } = await ranAffected();
  expect(stdout).toBe(ALL);
  expect(stderr).toMatch(UPGRADED);
  expect(stderr).toContain("note: all stacks are affected: package.json has changed since HEAD\n");
  const checked = await ranCheck(repository, { base: "HEAD" });
  expect(checked).toMatchObject({ code: 0, stderr: expect.stringMatching(UPGRADED) });
  expect(checked.stdout).toContain("no errors, 0 warnings");
  const json = JSON.parse((await ranCheck(repository, { base: "HEAD", format: "json" })).stdout);
  expect(json.summary.program).toEqual({ before: "0.1.0", now: version });
});

test("an upgrade in the lock file alone, of a range", async () => {
  const lockFile = (locked: string) =>
    JSON.stringify({ packages: { [`node_modules/${packageName}`]: { version: locked } } });
  repository.write("package.json", packageJson("^0.1.0"));
  repository.write("package-lock.json", lockFile("0.1.0"));
  repository.commit();
  repository.write("package-lock.json", lockFile(version));
  expect(await ranAffected()).toMatchObject({ stdout: ALL, stderr: expect.stringMatching(UPGRADED) });
});

test("summary quotes the change log, folded", async () => {
  upgraded("0.1.0");
  const { stdout, code } = await ranSummary();
  expect(code).toBe(0);
  const lines = stdout.split("\n");
  expect(lines[0]).toMatch(
    /^\*\*No change of access in accounts\.yaml; the version of pmm-iam changes\.\*\*/,
  );
  expect(lines).toContain("### Program");
  expect(lines).toContain(
    `<summary>What changes from 0&#46;1&#46;0 to ${version.replaceAll(".", "&#46;")}</summary>`,
  );
  expect(lines).toContain(`#### ${version}`);
  expect(lines).toContain("##### The plan to expect");
  expect(lines).toContain(
    "| `terraform_data.deployment` | create | says in the state which deployment and stack it belongs to; nothing in AWS |",
  );
});

test("a downgrade is a warning, with the way on", async () => {
  upgraded("99.0.0");
  const line = `pmm-iam is ${version}, older than 99.0.0 at HEAD: its plans undo what 99.0.0 changed`;
  expect((await ranAffected()).stderr).toContain(`note: ${line}`);
  const { code, stderr, stdout } = await ranCheck(repository, { base: "HEAD" });
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("1 warning") });
  expect(stderr).toContain(`warning: ${line}`);
  expect(stderr).toContain("npm install --save-dev --save-exact pmm-iam@99.0.0");
  expect(stderr).not.toContain("note:");
  const comment = (await ranSummary()).stdout;
  expect(comment).toContain(line);
  expect(comment).not.toContain("What changes from");
});

test("the same version is not worth a word", async () => {
  upgraded(version);
  expect(await ranAffected()).toMatchObject({ stderr: "", stdout: '{"include":[]}\n' });
  expect((await ranCheck(repository, { base: "HEAD" })).stderr).toBe("");
  expect((await ranSummary()).stdout).not.toContain("### Program");
});

test("a range and no lock file: an upgrade is not seen, and what to do", async () => {
  upgraded("^0.2.0", "^0.2.0");
  const line = `an upgrade of the program since HEAD is not seen: package.json asks for pmm-iam ^0.2.0, which may be any of several versions, and there is no lock file; commit package-lock.json, or the exact version: npm install --save-dev --save-exact pmm-iam@${version}`;
  expect((await ranAffected()).stderr).toBe(`note: ${line}\n`);
  expect((await ranCheck(repository, { base: "HEAD" })).stderr).toBe(`note: ${line}\n`);
  const { stdout } = await ranSummary();
  expect(stdout).toMatch(/^\*\*No change of access\.\*\* /);
  expect(stdout).toContain(`### Program\n\n\`${line}\`\n`);
});

const CHANGED = (what: string) =>
  `the program may make other Terraform than at HEAD, for every stack: ${what} has changed since HEAD`;

/** What the three commands say where the program has changed, and no version says how. */
async function expectChanged(what: string): Promise<void> {
  expect(await ranAffected()).toMatchObject({
    stdout: ALL,
    stderr: expect.stringContaining(`note: all stacks are affected: ${what} has changed since HEAD\n`),
  });
  expect((await ranCheck(repository, { base: "HEAD" })).stderr).toBe(`note: ${CHANGED(what)}\n`);
  const json = JSON.parse((await ranCheck(repository, { base: "HEAD", format: "json" })).stdout);
  expect(json.summary.program).toEqual({ now: version, changed: `${what} has changed since HEAD` });
  const { stdout } = await ranSummary();
  expect(stdout).toMatch(/^\*\*No change of access in accounts\.yaml; the program changes\.\*\* /);
  expect(stdout).toContain(`### Program\n\n\`${CHANGED(what)}\`\n`);
}

test("another range and no lock file: every command says that the program changes", async () => {
  upgraded("^0.1.0", "^0.2.0");
  await expectChanged("package.json");
});

test("the user's own code: every command says that the program changes", async () => {
  repository.write("package.json", packageJson(version));
  repository.write("main.ts", "main");
  repository.commit();
  repository.write("main.ts", "changed");
  const [node = "", main = ""] = process.argv;
  process.argv.splice(0, 2, node, repository.path("main.ts"));
  try {
    await expectChanged("main.ts");
  } finally {
    process.argv.splice(0, 2, node, main);
  }
});

test("another edit of package.json changes no program", async () => {
  upgraded(version);
  repository.write(
    "package.json",
    JSON.stringify({ description: "new", devDependencies: { [packageName]: version } }),
  );
  expect(await ranAffected()).toMatchObject({ stderr: "", stdout: '{"include":[]}\n' });
  expect((await ranCheck(repository, { base: "HEAD" })).stderr).toBe("");
  expect((await ranSummary()).stdout).not.toContain("### Program");
});

test("drift is judged where package.json changes and the program does not, and not where it does", async () => {
  const guard = { triggers_replace: "pmm-iam" };
  const policy = (text: string) => ({ name: "AmazonRDSforPMM", policy: text });
  repository.write(
    "plan.json",
    JSON.stringify({
      format_version: "1.2",
      terraform_version: "1.11.4",
      resource_changes: [
        {
          ...{ address: "terraform_data.deployment", mode: "managed", type: "terraform_data" },
          change: { actions: ["no-op"], before: guard, after: guard },
        },
        {
          ...{
            address: "module.orders.aws_iam_role_policy.pmm",
            mode: "managed",
            type: "aws_iam_role_policy",
          },
          change: { actions: ["update"], before: policy("{}"), after: policy('{"Statement":[]}') },
        },
      ],
    }),
  );
  const ranOnPlan = () =>
    ran(() => summary(features, { base: "HEAD", plan: ["pmm-iam=plan.json"] }), repository.folder);
  upgraded(version);
  repository.write("package.json", JSON.stringify({ private: true, ...JSON.parse(packageJson(version)) }));
  expect(await ranOnPlan()).toMatchObject({ code: 1, stderr: expect.stringContaining("[plan-drift]") });
  upgraded("^0.1.0", "^0.2.0");
  expect((await ranOnPlan()).stderr).not.toContain("[plan-drift]");
});

test("where there was no accounts file, a new package.json is no change of the program", async () => {
  rmSync(repository.path("accounts.yaml"));
  repository.write("README.md", "ours");
  repository.commit();
  repository.write("accounts.yaml", accountsFile(['name: orders, account_id: "222222222222"']));
  repository.write("package.json", packageJson(version));
  expect((await ranCheck(repository, { base: "HEAD" })).stderr).not.toContain("the program");
  expect((await ranSummary()).stdout).not.toContain("### Program");
});

test("without git: how to compare", async () => {
  rmSync(repository.path(".git"), { recursive: true });
  for (const { code, stderr } of [await ranAffected(), await ranCheck(repository, { base: "HEAD" })]) {
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `error: ${repository.folder} is not in a git repository, and --base compares with one of its commits; run this in a clone (git clone --depth=1 is enough), or make a repository of it: git init, git add . and git commit\n`,
    });
  }
});

test("nothing that the change log says is HTML, a mention or a link, and what is long is cut", () => {
  const UPGRADE = {
    upgrade: { from: "0.1.0", to: "0.2.0", isDowngrade: false },
    isChanged: true,
    says: "pmm-iam is `0.2.0`",
  };
  const lines = ["### Added", "", "- <b> @someone `<stack> @x` [a page](docs/a.md) \u202e"];
  expect(programLines({ ...UPGRADE, entries: [{ version: "0.2.0", lines }] }, 1000)).toEqual([
    "`` pmm-iam is `0.2.0` ``",
    "",
    "<details>",
    "<summary>What changes from 0&#46;1&#46;0 to 0&#46;2&#46;0</summary>",
    "",
    "#### 0.2.0",
    "",
    "##### Added",
    "",
    "- &lt;b> &#64;someone `<stack> @x` a page \\u202e",
    "",
    "",
    "</details>",
    "",
  ]);
  const long = Array.from({ length: 100 }, (_, index) => `- ${index}`);
  const cut = programLines({ ...UPGRADE, entries: [{ version: "0.2.0", lines: long }] }, 100);
  expect(cut.length).toBeLessThan(40);
  expect(cut).toContain("The rest is in the change log.");
});
