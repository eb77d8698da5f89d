import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ended, run } from "./processes";
import { ROOT } from "./tools";

/*
 * What the suite does on a machine that cannot run it: skipped where something is missing, a failure in CI, and a
 * failure everywhere where a version is wrong. Needs nothing itself.
 */

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
  }[];
}

const NONE = join(ROOT, "no-such-terraform");
const LINE = `${NONE} is not on the PATH: install Terraform 1.11 or later (https://developer.hashicorp.com/terraform/install)`;
const ONE_FILE = join("test", "e2e", "modules.test.ts");

/** Runs the suite's files in a jest of its own. */
async function jest(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ended> {
  const { CI: _, ...own } = process.env as Record<string, string>;
  return await run({
    command: process.execPath,
    args: [
      join(ROOT, "node_modules", "jest", "bin", "jest.js"),
      "--config=jest.e2e.config.json",
      "--json",
      ...args,
    ],
    cwd: ROOT,
    env: { ...own, ...env },
  }).ended;
}

function reportOf({ stdout }: Ended): Report {
  return JSON.parse(stdout) as Report;
}

describe("where something is missing", () => {
  test.each([{}, { CI: "" }, { CI: "0" }, { CI: "false" }])(
    "with %p a file is skipped, and says why",
    async (env) => {
      const ended = await jest({ E2E_TERRAFORM: NONE, ...env }, ONE_FILE);
      expect(ended.code).toBe(0);
      expect(ended.stderr).toContain(`skipped: modules: ${LINE}\n`);
      const report = reportOf(ended);
      expect(report).toMatchObject({ numPassedTests: 0, numFailedTests: 0 });
      expect(report.numPendingTests).toBeGreaterThan(5);
    },
  );

  test.each([{ CI: "true" }, { CI: "1" }])("with %p it fails, and says why", async (env) => {
    const ended = await jest({ E2E_TERRAFORM: NONE, ...env }, ONE_FILE);
    expect(ended.code).toBe(1);
    const report = reportOf(ended);
    expect(report).toMatchObject({ numPassedTests: 0, numFailedTests: 1, numPendingTests: 0 });
    expect(report.testResults[0]?.message).toContain(LINE);
  });

  // Of these two files parts need nothing, and are run.
  test("no file starts a lab: each that would is skipped", async () => {
    const others = ["gate", "contributing"].map((name) => `${name}\\.test\\.ts$`);
    const ended = await jest({ E2E_TERRAFORM: NONE }, "--testPathIgnorePatterns", ...others);
    const { testResults } = reportOf(ended);
    expect(testResults.length).toBeGreaterThan(15);
    expect(testResults.filter(({ status }) => status === "failed").map(({ message }) => message)).toEqual([]);
    expect(ended.code).toBe(0);
  });
});

describe("where a version is wrong", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "pmm-iam-e2e-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** A tool that says no more than its version. */
  function tool(name: string, says: string): string {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\nprintf '%s\\n' '${says}'\n`);
    chmodSync(path, 0o755);
    return path;
  }

  const TERRAFORM =
    "1.11 or later is needed, for write-only arguments; install it (https://developer.hashicorp.com/terraform/install), or name another in E2E_TERRAFORM";
  const PYTHON =
    "Python 3.10 or later is needed, for moto; install it, or name another in E2E_PYTHON, then: python3 -m venv .venv && .venv/bin/pip install 'moto[server]==5.2.5' awscli==1.46.3";

  test.each([
    ["terraform", "terraform-1.10", '{"terraform_version": "1.10.5"}', `is version 1.10.5: ${TERRAFORM}`],
    ["terraform", "terraform-0.12", "Terraform v0.12.31", `is version 0.12.31: ${TERRAFORM}`],
    ["terraform", "terraform-none", "hello", `is version unknown: ${TERRAFORM}`],
    ["python", "python-3.9", "Python 3.9.18", `is version 3.9.18: ${PYTHON}`],
    ["python", "python-2", "Python 2.7.18", `is version 2.7.18: ${PYTHON}`],
  ])("the suite ends with one line: %s, %s", async (kind, name, says, line) => {
    const path = tool(name, says);
    const env =
      kind === "terraform"
        ? { E2E_TERRAFORM: path }
        : { E2E_TERRAFORM: tool("terraform", '{"terraform_version": "1.11.4"}'), E2E_PYTHON: path };
    expect(await jest(env, ONE_FILE)).toMatchObject({ code: 1, stdout: "", stderr: `${path} ${line}\n` });
  });
});
