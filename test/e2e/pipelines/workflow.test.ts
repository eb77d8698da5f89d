import { readFileSync } from "node:fs";
import { join } from "node:path";
import { textsOf, WORKFLOW_FOLDER, WORKFLOWS, workflowOf } from "./workflow";

/** What holds for every workflow of examples/pipelines/github, whatever it runs. */

describe("the text of the workflows", () => {
  const workflows = WORKFLOWS.map(workflowOf);
  const jobs = workflows.flatMap((workflow) => Object.values(workflow.jobs));
  const steps = jobs.flatMap((job) => job.steps);

  test("every action is pinned to a commit, with its version beside it", () => {
    for (const name of WORKFLOWS) {
      const text = readFileSync(join(WORKFLOW_FOLDER, `pmm-iam-${name}.yml`), "utf8");
      const uses = text.split("\n").filter((line) => line.includes("uses:"));
      expect(uses.length).toBeGreaterThan(1);
      for (const line of uses) expect(line).toMatch(/uses: [a-z-]+\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  test("a version of an action is one commit", () => {
    const pins = new Map(steps.flatMap(({ uses }) => (uses ? [[uses.split("@")[0], uses] as const] : [])));
    for (const { uses } of steps) if (uses) expect(pins.get(uses.split("@")[0])).toBe(uses);
  });

  test("a job has credentials where it asks for a token, and writes to the repository in two places alone", () => {
    const writers = jobs.filter(({ permissions }) => permissions["contents"] === "write");
    expect(writers).toEqual([workflowOf("keys").jobs["due"]]);
    const commenters = jobs.filter(({ permissions }) => permissions["pull-requests"] === "write");
    expect(commenters).toEqual([workflowOf("pull-request").jobs["verdict"], workflowOf("keys").jobs["due"]]);
    for (const job of jobs) {
      const assumes = job.steps.some(({ uses }) =>
        uses?.startsWith("aws-actions/configure-aws-credentials@"),
      );
      expect(job.permissions["id-token"] === "write").toBe(assumes);
    }
  });

  test("what writes to AWS waits for the environment, and one stack at a time", () => {
    const writers = jobs.filter(({ steps: own }) =>
      own.some(({ with: given }) => given?.["role-to-assume"]?.includes("APPLY")),
    );
    expect(writers).toEqual([workflowOf("apply").jobs["apply"]]);
    expect(writers[0]).toMatchObject({
      environment: "production",
      concurrency: { group: "pmm-iam-apply-${{ matrix.stack }}" },
    });
    expect(writers[0]?.concurrency?.["cancel-in-progress"]).toBeUndefined();
  });

  test("no value of the forge is part of a shell text", () => {
    for (const workflow of workflows) for (const text of textsOf(workflow)) expect(text).not.toContain("${{");
  });
});
