import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environment } from "../harness/environment";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { makeRole } from "../harness/look";
import { run } from "../harness/processes";
import { FORMATS, Project } from "../harness/project";
import { pythonPath, ROOT } from "../harness/tools";

/*
 * What init writes, as Terraform takes it: synthesized, validated, applied, planned again without a change. And init on
 * a terminal, with a person who types.
 */

const GIVEN = [
  ["--source-account", "111111111111"],
  ["--pmm-role", "pmm-ec2-role"],
  ["--region", "us-east-1"],
  ["--admin-role", "Admin"],
  ["--account-name", "orders-prod"],
  ["--account-id", "222222222222"],
].flat();

describeE2e("init", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  const inFolder = (name: string, command: string, args: readonly string[]) => {
    const cwd = join(lab.folder, name);
    mkdirSync(cwd, { recursive: true });
    return run({ command, args: [...args], cwd, env: environment(lab.folder, lab.url) }).ended;
  };
  const program = [join(ROOT, "bin", "pmm-iam.js"), "init", "--no-install"];
  const init = (name: string, args: readonly string[]) =>
    inFolder(name, process.execPath, [...program, ...GIVEN, ...args]);
  const written = (name: string) => readdirSync(join(lab.folder, name)).sort();
  const accountsOf = (name: string) => readFileSync(join(lab.folder, name, "accounts.yaml"), "utf8");

  test.each(FORMATS)(
    "with local state, as %s: applied, and planned again without a change",
    async (format) => {
      const name = `local-${format}`;
      expect(await init(name, [])).toMatchObject({ code: 0, stderr: "" });
      await lab.reset();
      await makeRole(await lab.account("111111111111"), "pmm-ec2-role");
      const project = new Project(lab, name);
      await project.synth(accountsOf(name), format);
      const stack = await project.init();
      await stack.validate();
      await stack.apply();
      await stack.expectEmptyPlan();
      await stack.destroy();
      expect(written(name)).toContain("terraform.pmm-iam.tfstate");
    },
  );

  test("with state in S3: planned, with the state's lock in the bucket", async () => {
    expect(await init("s3", ["--bucket", "acme-tfstate"])).toMatchObject({ code: 0, stderr: "" });
    await lab.reset();
    await fetch(`${lab.url}/acme-tfstate`, { method: "PUT" });
    const project = new Project(lab, "s3");
    await project.synth(accountsOf("s3"));
    const stack = await project.init();
    await stack.validate();
    expect(Object.values(await stack.changes())).toContain("create");
    expect(written("s3").filter((file) => file.includes("tfstate"))).toEqual([]);
  });

  describe("on a terminal", () => {
    /** Runs init on a terminal of its own, and types a line at each question. */
    async function session(name: string, lines: readonly string[], args: readonly string[] = []) {
      writeFileSync(join(lab.folder, "lines.json"), JSON.stringify(lines));
      const { code, stdout } = await inFolder(name, pythonPath(), [
        join(__dirname, "terminal.py"),
        join(lab.folder, "lines.json"),
        process.execPath,
        ...program,
        ...args,
      ]);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what moves the cursor and paints.
      return { code, screen: stdout.replace(/\u001b\[[0-9;]*[A-Za-z]/g, "").replaceAll("\r", "") };
    }

    test("it asks, says what is wrong with an answer, and asks again", async () => {
      const lines = ["1234", "111111111111", "pmm-ec2-role", "", "", "orders-prod", "222222222222", "", ""];
      const { code, screen } = await session("asked", lines);
      expect(code).toBe(0);
      expect(screen).toMatch(
        /^AWS account of the PMM EC2 instance: 1234\naccount_id is "1234" \(4 digits\); expected 12 digits in quotes, such as "111111111111"\nAWS account of the PMM EC2 instance: 111111111111\nRole of the PMM EC2 instance: pmm-ec2-role\nAWS region \[us-east-1\]: \n/,
      );
      expect(screen).toContain("\n4 files written:\n  accounts.yaml\n");
      expect(written("asked")).toEqual([".gitignore", "accounts.yaml", "cdktf.json", "package.json"]);
      const project = new Project(lab, "asked");
      expect(await project.synth(accountsOf("asked"))).toContain("1 stack for 1 account");
    });

    test("it asks only for what no flag gives", async () => {
      const { code, screen } = await session("flags", [""], [...GIVEN, "--backend", "local"]);
      expect(code).toBe(0);
      expect(screen).toMatch(/^Pipeline: github, gitlab, atlantis or none \[none\]: \n4 files written:\n/);
    });

    test("Ctrl-C ends it with 130 and writes nothing", async () => {
      const { code, screen } = await session("interrupted", ["111111111111", "\u0003"]);
      expect(code).toBe(130);
      expect(screen).toMatch(/: 111111111111\nRole of the PMM EC2 instance: \n$/);
      expect(written("interrupted")).toEqual([]);
    });

    test("Ctrl-D ends it with 1 and writes nothing", async () => {
      const { code, screen } = await session("closed", ["\u0004"]);
      expect(code).toBe(1);
      expect(screen).toContain(
        "error: the terminal was closed before every question was answered; nothing is written",
      );
      expect(written("closed")).toEqual([]);
    });

    test("what is in the way is said before anything is asked", async () => {
      mkdirSync(join(lab.folder, "taken"));
      writeFileSync(join(lab.folder, "taken", "accounts.yaml"), "mine\n");
      const { code, screen } = await session("taken", []);
      expect(code).toBe(1);
      expect(screen).toMatch(/^error: accounts\.yaml is there already \(a file\), .*\n$/);
    });
  });
});
