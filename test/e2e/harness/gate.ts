import { execFileSync } from "node:child_process";
import { Missing, pythonPath, terraformPath } from "./tools";

/** The program in E2E_TERRAFORM, or terraform and, where there is one, OpenTofu. */
export function engines(): readonly string[] {
  const told = process.env["E2E_TERRAFORM"];
  if (told !== undefined) return [told];
  try {
    execFileSync("tofu", ["version"], { stdio: "ignore" });
    return ["terraform", "tofu"];
  } catch {
    return ["terraform"];
  }
}

/** What this machine lacks, in one line that says how to get it. */
export function missing(): string | undefined {
  try {
    terraformPath();
    pythonPath();
    return undefined;
  } catch (error) {
    if (error instanceof Missing) return error.message;
    throw error;
  }
}

/** Whether nobody watches: any value of CI but those that say no. */
function isCi(): boolean {
  return !["", "0", "false"].includes(process.env["CI"] ?? "");
}

/**
 * The tests of one file. Where something is missing they are skipped, with one line that says what; in CI that is a
 * failure.
 */
export function describeE2e(name: string, tests: () => void): void {
  describeWith(engines().slice(0, 1), name, tests);
}

/** The same for each engine in turn: the few that show that OpenTofu, where there is one, does what Terraform does. */
export function describeEveryEngine(name: string, tests: () => void): void {
  describeWith(engines(), name, tests);
}

function describeWith(all: readonly string[], name: string, tests: () => void): void {
  const lack = missing();
  if (lack !== undefined) {
    if (isCi()) {
      describe(name, () => {
        test("this machine has what it needs", () => {
          throw new Error(lack);
        });
      });
      return;
    }
    process.stderr.write(`skipped: ${name}: ${lack}\n`);
    describe.skip(`${name}: skipped, ${lack}`, tests);
    return;
  }
  const told = process.env["E2E_TERRAFORM"];
  for (const engine of all) {
    describe(all.length === 1 ? name : `${name}, with ${engine}`, () => {
      beforeAll(() => {
        process.env["E2E_TERRAFORM"] = engine;
      });
      afterAll(() => {
        if (told === undefined) delete process.env["E2E_TERRAFORM"];
      });
      tests();
    });
  }
}
