import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publish } from "../../src/output/publish";
import { packageRoot } from "../../src/project";
import { files, HCL_OUTPUT, JSON_OUTPUT, Scratch } from "./scratch";

/*
 * kill -9 before each change of the file system that a run makes, and in the midst of each write: the next run
 * writes the output at once, and nothing of others is lost.
 */

const OTHERS = {
  "README.md": "others",
  "stacks/network/cdk.tf.json": "others",
  "stacks/network/modules/vpc/main.tf": "others",
  "stacks/pmm-iam/terraform.tfstate": "others",
  "stacks/pmm-iam/modules/vpc/main.tf": "others",
  "stacks/pmm-iam-gone/.terraform.lock.hcl": "others",
};

const SECOND_ROOT = JSON_OUTPUT["stacks/pmm-iam/pmm-iam.tf.json"];

const BEFORE = {
  ...JSON_OUTPUT,
  "stacks/pmm-iam/cdk.tf.json":
    '{"//":{"metadata":{"stackName":"pmm-iam"}},"module":{"old":{"source":"./modules/team/old"}}}',
  "stacks/pmm-iam/modules/team/old/main.tf": "old",
  "stacks/pmm-iam-gone/cdk.tf.json": '{"//":{"metadata":{"stackName":"pmm-iam-gone"}}}',
  "stacks/pmm-iam-gone/pmm-iam.tf.json": SECOND_ROOT,
  "stacks/pmm-iam-gone/modules/x/main.tf": "gone",
};

const AFTER = {
  ...HCL_OUTPUT,
  "stacks/pmm-iam/modules/x/main.tf": "changed",
  "stacks/pmm-iam-new/cdk.tf": "new",
};

let scratch: Scratch;

beforeEach(() => {
  scratch = new Scratch();
});

afterEach(() => scratch.remove());

/** Runs publish in a process of its own that is killed before its nth change. Returns whether it was. */
function isKilled(output: string, nth: number): boolean {
  const { status, signal, stderr } = spawnSync(
    process.execPath,
    [
      "--require",
      join(packageRoot, "bin/register.js"),
      join(__dirname, "killed-run.ts"),
      scratch.out,
      output,
      `${nth}`,
    ],
    { encoding: "utf8" },
  );
  expect([status, signal, stderr]).toEqual(signal === null ? [0, null, ""] : [null, "SIGKILL", ""]);
  return signal === "SIGKILL";
}

test.each([
  ["the first output", {}, JSON_OUTPUT],
  ["an output with another format, other modules and other stacks", BEFORE, AFTER],
  ["an output from before synth kept a list", BEFORE, AFTER],
])(
  "%s",
  async (name, before, after) => {
    const isWithoutList = name.includes("before synth kept a list");
    const output = join(scratch.folder, "output.json");
    writeFileSync(output, JSON.stringify(after));
    let nth = 1;
    // The third differs from the second in what is read alone: a part of it is enough.
    for (; ; nth += isWithoutList ? 3 : 1) {
      rmSync(scratch.out, { recursive: true, force: true });
      await publish(files(before), scratch.out, { underCdktfCommand: false, deployment: "pmm-iam" });
      if (isWithoutList) {
        rmSync(join(scratch.out, ".pmm-iam"), { recursive: true });
      }
      const others = before === BEFORE ? OTHERS : {};
      scratch.put(others);
      const wasKilled = isKilled(output, nth);
      expect(existsSync(scratch.out) ? scratch.tree() : {}).toMatchObject(others);
      for (const stack of ["pmm-iam", "pmm-iam-gone", "pmm-iam-new"]) {
        const root = join(scratch.out, "stacks", stack);
        expect([stack, existsSync(join(root, "cdk.tf")) && existsSync(join(root, "cdk.tf.json"))]).toEqual([
          stack,
          false,
        ]);
      }
      const start = Date.now();
      await publish(files(after), scratch.out, { underCdktfCommand: false, deployment: "pmm-iam" });
      // A lock that nobody could ask about would keep it for 30 s.
      expect(Date.now() - start).toBeLessThan(15_000);
      expect(scratch.tree()).toEqual({ ...after, ...others });
      expect(scratch.listed()).toEqual(Object.keys(after).sort());
      expect(readdirSync(join(scratch.out, ".pmm-iam"))).toEqual(["files.json"]);
      if (!wasKilled) {
        break;
      }
    }
    // As many as a run makes at the least: three for each file, and the folders, the lock and the list.
    expect(nth).toBeGreaterThan(Object.keys(after).length * 3 + 5);
  },
  300_000,
);
