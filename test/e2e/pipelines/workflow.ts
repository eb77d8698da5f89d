import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { ROOT } from "../harness/tools";

/** The parts of a workflow of GitHub Actions that the tests run or look at. */

const texts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));

const step = z.strictObject({
  id: z.string().optional(),
  name: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  with: texts.optional(),
  env: texts.optional(),
  run: z.string().optional(),
});
export type Step = z.output<typeof step>;

const permissions = z.record(z.string(), z.enum(["read", "write"]));
const concurrency = z.strictObject({ group: z.string(), "cancel-in-progress": z.boolean().optional() });

const job = z.strictObject({
  name: z.string().optional(),
  needs: z
    .union([z.string(), z.array(z.string())])
    .transform((needs) => (typeof needs === "string" ? [needs] : needs))
    .optional(),
  if: z.string().optional(),
  "runs-on": z.literal("ubuntu-latest"),
  "timeout-minutes": z.number(),
  environment: z.string().optional(),
  permissions,
  outputs: texts.optional(),
  strategy: z.strictObject({ "fail-fast": z.literal(false), matrix: z.string() }).optional(),
  concurrency: concurrency.optional(),
  env: texts.optional(),
  steps: z.array(step),
});
export type Job = z.output<typeof job>;

const workflow = z.strictObject({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions: z.strictObject({}),
  concurrency: concurrency.optional(),
  defaults: z.strictObject({ run: z.strictObject({ shell: z.literal("bash") }) }),
  env: texts.optional(),
  jobs: z.record(z.string(), job),
});
export type Workflow = z.output<typeof workflow>;

const FOLDER = join(ROOT, "examples", "pipelines", "github", ".github", "workflows");

export const WORKFLOWS = ["pull-request", "apply", "drift", "keys"] as const;
export type WorkflowName = (typeof WORKFLOWS)[number];

export function workflowOf(name: WorkflowName): Workflow {
  return workflow.parse(parse(readFileSync(join(FOLDER, `pmm-iam-${name}.yml`), "utf8")));
}

export const WORKFLOW_FOLDER = FOLDER;

/** Each shell text of the workflow. */
export function textsOf({ jobs }: Workflow): string[] {
  return Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
}
