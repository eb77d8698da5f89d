import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describeE2e } from "./harness/gate";
import { type Lab, startLab } from "./harness/lab";
import { FORMATS, Project } from "./harness/project";
import { ROOT } from "./harness/tools";

/*
 * The modules by themselves: formatted, and each with tests of its own in Terraform's language; and everything
 * that can be asked for, as terraform validates it.
 */

const MODULES = readdirSync(join(ROOT, "modules"));
const everything = readFileSync(join(ROOT, "test", "support", "everything.yaml"), "utf8");

interface Event {
  readonly type: string;
  readonly test_run?: { readonly status?: string; readonly run: string };
  readonly test_summary?: { readonly status: string; readonly passed: number };
}

describeE2e("modules", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  test("terraform fmt finds nothing to do in the modules and their tests", async () => {
    const folder = lab.terraform("fmt");
    folder.copy(join(ROOT, "modules"), "modules");
    expect(await folder.attempt("fmt", "-check", "-recursive", "modules")).toMatchObject({
      code: 0,
      stdout: "",
    });
    // It looks at all of them: in one that is not formatted it finds something.
    folder.write("modules/pmm-iam-target/tests/other.tftest.hcl", 'run   "x" {}\n');
    expect(await folder.attempt("fmt", "-check", "-recursive", "modules")).toMatchObject({ code: 3 });
  });

  describe("terraform test", () => {
    beforeAll(() => lab.terraform("tests").copy(join(ROOT, "modules"), "modules"));

    test.each(MODULES)("%s", async (module) => {
      const folder = lab.terraform(join("tests", "modules", module));
      const files = readdirSync(join(folder.path, "tests")).filter((name) => name.endsWith(".tftest.hcl"));
      const written = files.flatMap((name) => [
        ...readFileSync(join(folder.path, "tests", name), "utf8").matchAll(/^run "(\w+)"/gm),
      ]);
      expect(written.length).toBeGreaterThan(0);

      await folder.init();
      const ended = await folder.attempt("test", "-json");
      const events = ended.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Event);
      // A run that is starting has no status yet.
      const failed = events.filter(({ test_run: run }) => run?.status && run.status !== "pass");
      expect(failed.map(({ test_run: run }) => run?.run)).toEqual([]);
      const summary = events.find(({ test_summary }) => test_summary !== undefined)?.test_summary;
      expect(summary).toEqual({ status: "pass", passed: written.length, failed: 0, errored: 0, skipped: 0 });
      expect(ended.code).toBe(0);
    });
  });

  describe.each(FORMATS)("everything that can be asked for, as %s", (format) => {
    let project: Project;

    beforeAll(async () => {
      project = new Project(lab, `everything-${format}`);
      project.copy(join(ROOT, "test", "support", "custom-policy.json"), "custom-policy.json");
      await project.synth(everything, format);
    });

    test.each(["pmm-iam", "pmm-iam-finance"])("terraform validate of %s", async (name) => {
      const stack = project.stack(name);
      await stack.run("init", "-no-color", "-backend=false");
      const { valid, error_count, warning_count } = JSON.parse(await stack.run("validate", "-json"));
      expect({ valid, error_count, warning_count }).toEqual({
        valid: true,
        error_count: 0,
        warning_count: 0,
      });
    });

    if (format === "hcl") {
      test("terraform fmt finds nothing to do", async () => {
        const names = [...project.files().keys()].filter((name) => name.endsWith("cdk.tf"));
        expect(names).toEqual(["stacks/pmm-iam-finance/cdk.tf", "stacks/pmm-iam/cdk.tf"]);
        const folder = project.stack();
        expect(await folder.attempt("fmt", "-check", "-recursive", project.output)).toMatchObject({
          code: 0,
          stdout: "",
        });
      });
    }
  });
});
