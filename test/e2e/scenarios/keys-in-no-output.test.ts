import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { secretOf } from "../harness/look";
import { oneUser } from "../harness/one-user";
import { run } from "../harness/processes";
import { commandEnvironment, Project } from "../harness/project";
import type { Folder } from "../harness/terraform";
import { ROOT } from "../harness/tools";

/*
 * States and plans hold every key. No command prints one or writes one into a file, whatever it is given.
 */

const SECRET = "pmm/aurora/billing-prod";

/** The arguments of each command, once for each way in which it reads a state or a plan. STATE and PLAN are files. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  // In the way of the deployment that is there.
  init: ["init"],
  synth: ["synth --output again.out"],
  check: [
    "check",
    ...["text", "json", "github"].flatMap((format) => [
      `check --base HEAD --state pmm-iam=STATE --format ${format}`,
      `check --base HEAD --state pmm-iam=PULLED --format ${format}`,
      `check --base HEAD --state pmm-iam=PLAN --format ${format}`,
    ]),
  ],
  affected: ["affected --base HEAD --state pmm-iam=STATE", "affected --base HEAD --state pmm-iam=PLAN"],
  diff: ["text", "markdown", "json"].map((format) => `diff --base HEAD --format ${format}`),
  show: ["show", "show --format json"],
  summary: ["summary --base HEAD --plan pmm-iam=PLAN", "summary --base HEAD --plan pmm-iam=STATE"],
  report: [
    "report --output access.html --state pmm-iam=STATE",
    "report --output access.html --state pmm-iam=PLAN",
  ],
  rotate: [
    ...["STATE", "PULLED", "PLAN"].map((state) => `rotate --due 90 --state pmm-iam=${state}`),
    // With a PMM that nobody runs; test/e2e/pmm/ has one.
    "rotate billing-prod --push-pmm",
    "rotate billing-prod --push-pmm --dry-run",
    "rotate billing-prod --finish --dry-run",
  ],
  // Without credentials of the role: the calls fail, or the key that is read is used. Its own suite has the rest.
  verify: ["verify", "verify --format json", "verify --pack verify.js"],
  lock: ["lock --output out", "lock --output out --check"],
  schema: ["schema"],
};

describeE2e("keys", () => {
  let lab: Lab;
  let project: Project;
  let folder: Folder;
  let secrets: ReadonlySet<string>;

  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
      cwd: project.folder,
    });

  beforeAll(async () => {
    lab = await startLab();
    project = new Project(lab, "keys");
    const seen = new Set<string>();
    const apply = async (aurora: string) => {
      await project.synth(oneUser(aurora));
      folder = await project.init();
      await folder.apply();
      const { access_key_id, secret_access_key } = await secretOf(await lab.account("111111111111"), SECRET);
      seen.add(access_key_id).add(secret_access_key);
    };
    await apply("true");
    await apply("{key_generation: 2}");
    git("init", "-q");
    git("add", "accounts.yaml");
    git("commit", "-qm", "before");
    await project.synth(oneUser("{key_generation: 3}"));
    await folder.run("plan", "-out=plan");
    writeFileSync(join(project.folder, "STATE"), await folder.run("show", "-json"));
    writeFileSync(join(project.folder, "PULLED"), await folder.run("state", "pull"));
    writeFileSync(join(project.folder, "PLAN"), await folder.run("show", "-json", "plan"));
    secrets = seen;
  });
  afterAll(() => lab?.stop());

  const pmmIam = async (line: string) =>
    run({
      command: process.execPath,
      args: [join(ROOT, "bin", "pmm-iam.js"), ...line.split(" ")],
      cwd: project.folder,
      env: {
        ...commandEnvironment(lab),
        ACCOUNTS_FILE: "accounts.yaml",
        PMM_URL: "http://127.0.0.1:9",
        PMM_TOKEN: "glsa_0badc0de",
      },
    }).ended;

  /** What is in the project's folder but for Terraform's own files and those that are handed in. */
  function written(): string {
    return readdirSync(project.folder, { recursive: true, encoding: "utf8" })
      .filter((path) => !/^out|tfstate|^STATE$|^PULLED$|^PLAN$|^\.git/.test(path))
      .map((path) => join(project.folder, path))
      .filter((path) => statSync(path).isFile())
      .map((path) => readFileSync(path, "utf8"))
      .join("\n");
  }

  const found = (text: string): string[] => [...secrets].filter((secret) => text.includes(secret));

  test("are in the files that are handed in, which is what makes the others a test", () => {
    expect(secrets.size).toBe(4);
    for (const name of ["STATE", "PULLED", "PLAN"]) {
      expect(found(readFileSync(join(project.folder, name), "utf8"))).toEqual([...secrets]);
    }
  });

  test("every command is here", async () => {
    const { stdout } = await pmmIam("--help");
    const names = [...stdout.matchAll(/^ {2}([a-z]+) .*?(?= {2,}|$)/gm)].map(([, name]) => name);
    expect(names.filter((name) => name !== "help").sort()).toEqual(Object.keys(COMMANDS).sort());
  });

  test.each(Object.values(COMMANDS).flat())("are in nothing that `%s` prints or writes", async (line) => {
    const { code, stdout, stderr } = await pmmIam(line);
    expect(code).not.toBe(70);
    expect(`${stdout}${stderr}`).not.toBe("");
    expect(stderr).not.toMatch(/unknown (?:command|option)/);
    expect(found(`${stdout}${stderr}${written()}`)).toEqual([]);
  });
});
