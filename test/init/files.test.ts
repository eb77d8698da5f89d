import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import packageJson from "../../package.json";
import { deploymentFiles, isInstalled } from "../../src/init/files";
import { pipelineFiles } from "../../src/init/pipeline-files";
import { packageRoot } from "../../src/project";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pmm-iam-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(path: string, content = ""): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

function contentOf(path: string, name = "pmm-iam"): string {
  const files = deploymentFiles(folder, {
    answers: { name },
    backend: "local",
    pipeline: "none",
    commands: ["synth", "check"],
  });
  return String(files.find((file) => file.path === path)?.content);
}

describe("package.json", () => {
  test("asks for this version and no other, and has a script for each command", () => {
    expect(JSON.parse(contentOf("package.json"))).toEqual({
      private: true,
      scripts: {
        synth: "pmm-iam synth",
        "synth:hcl": "pmm-iam synth --hcl",
        check: "pmm-iam check",
      },
      devDependencies: { "pmm-iam": packageJson.version },
    });
  });

  test.each([
    ['{"devDependencies": {"pmm-iam": "0.1.0"}}', true],
    ['{"dependencies": {"pmm-iam": "file:x.tgz"}, "scripts": {"test": "jest"}}', true],
    ['{"devDependencies": {"pmm-iam": "0.1.0"}, "scripts": {"check": "pmm-iam check"}}', false],
    ['{"devDependencies": {"other": "0.1.0"}}', false],
    ['{"devDependencies": {"pmm-iam": 1}}', false],
    ["[]", false],
    ["null", false],
    ["{", false],
  ])("%s names the program already: %s", (text, expected) => {
    write("package.json", text);
    expect(isInstalled(folder)).toBe(expected);
  });
});

test("cdktf.json lets the cdktf command run the program that is installed", () => {
  expect(JSON.parse(contentOf("cdktf.json", "staging"))).toEqual({
    language: "typescript",
    app: "npx pmm-iam synth",
    projectId: "staging",
    sendTelemetry: "false",
    output: "cdktf.out",
  });
});

describe(".gitignore", () => {
  /** What a command of Terraform, of cdktf or of this program leaves with access keys in it, or can be made again. */
  const IGNORED = [
    "terraform.pmm-iam.tfstate",
    "terraform.pmm-iam-finance.tfstate.backup",
    "terraform.pmm-iam.tfstate.1700000000.backup",
    ".terraform.pmm-iam.tfstate.lock.info",
    "errored.tfstate",
    "cdktf.out/stacks/pmm-iam/cdk.tf.json",
    "cdktf.out/stacks/pmm-iam/plan",
    "cdktf.out/stacks/pmm-iam/pmm-iam.tfplan",
    "cdktf.out/stacks/pmm-iam/.terraform/terraform.tfstate",
    "staging.out/stacks/staging/plan",
    "elsewhere/stacks/pmm-iam/plan",
    "pmm-iam.tfplan",
    "plan.json",
    "state.json",
    "finance-plan.json",
    "pmm-iam.state.json",
    "plans-of-today/finance-plan.json",
    "pmm-iam.tfstate.json",
    "pmm-iam.tfplan.json",
    "pmm-iam.json",
    "pmm-iam-finance.json",
    "states/finance.json",
    "plans/finance.json",
    "crash.log",
    "node_modules/pmm-iam/package.json",
    "access-report.html",
    "access-report.csv",
    "access-report.json",
  ];

  const KEPT = [
    "accounts.yaml",
    "staging.yaml",
    "package.json",
    "package-lock.json",
    "cdktf.json",
    ".gitignore",
    ".gitlab-ci.yml",
    "atlantis.yaml",
    ".github/workflows/pmm-iam-plan.yml",
    ".terraform.lock.hcl",
    "provider-locks/pmm-iam.terraform.lock.hcl",
    "policies/plan-reader.json",
    "policies/pmm-iam.json",
    "modules/backup-reader/main.tf",
    "main.ts",
  ];

  test("leaves out every file that holds keys, and nothing that is reviewed", () => {
    execFileSync("git", ["init", "--quiet", folder]);
    write(".gitignore", contentOf(".gitignore"));
    const { stdout } = spawnSync("git", ["check-ignore", "--no-index", "--stdin"], {
      cwd: folder,
      input: [...IGNORED, ...KEPT].join("\n"),
      encoding: "utf8",
    });
    expect(stdout.trimEnd().split("\n")).toEqual(IGNORED);
  });

  test("takes the names of the deployment's own stacks", () => {
    expect(contentOf(".gitignore", "staging")).toMatch(/^\/staging\.json\n\/staging-\*\.json$/m);
  });

  test("has what this repository's own has of Terraform's files", () => {
    const own = readFileSync(join(packageRoot, ".gitignore"), "utf8").split("\n");
    const terraforms = own.filter(
      (line) => /terraform|\.tf|\.out|stacks/.test(line) && !line.startsWith("#"),
    );
    expect(terraforms.length).toBeGreaterThan(4);
    expect(contentOf(".gitignore").split("\n")).toEqual(expect.arrayContaining(terraforms));
  });
});

describe("a pipeline's files", () => {
  test("are all but the pages, as they are, at the same paths", () => {
    write("github/.github/workflows/b.yml", "b: ${{ x }}\n");
    write("github/.github/a.sh", "#!/bin/sh\n");
    write("github/README.md", "page");
    write("github/.github/workflows/README.md", "page");
    write("gitlab/.gitlab-ci.yml", "");
    chmodSync(join(folder, "github/.github/a.sh"), 0o755);
    expect(
      pipelineFiles("github", folder).map((file) => ({ ...file, content: String(file.content) })),
    ).toEqual([
      { path: ".github/a.sh", content: "#!/bin/sh\n", isProgram: true },
      { path: ".github/workflows/b.yml", content: "b: ${{ x }}\n", isProgram: false },
    ]);
    expect(pipelineFiles("none", folder)).toEqual([]);
  });
});
