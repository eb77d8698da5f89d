import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type Ended, run } from "../harness/processes";
import { checkout } from "./github-checkout";
import { type Contexts, evaluateExpression, holds, interpolated } from "./github-expression";
import { type Job, type Step, textsOf, type Workflow, type WorkflowName, workflowOf } from "./workflow";

/** What starts a run. */
export interface Event {
  readonly name: "pull_request" | "push" | "schedule";
  /** The commit that is checked out: of a pull request, its merge commit. */
  readonly sha: string;
  readonly baseRef?: string;
  /** `github.event`. */
  readonly payload: Readonly<Record<string, unknown>>;
}

export type Result = "success" | "failure" | "skipped";

export interface JobEnd {
  /** With the values of its matrix. */
  readonly name: string;
  readonly job: string;
  readonly result: Result;
  readonly log: string;
  readonly summary: string;
  /** The role that the job's AWS credentials are of. */
  readonly role: string | undefined;
}

export interface Setting {
  /** The folder of the repository that is cloned. */
  readonly origin: string;
  /** Where jobs have their folders. */
  readonly folder: string;
  /** What a runner has in its environment before any step: no AWS credentials. */
  readonly env: Readonly<Record<string, string>>;
  /** What a step of configure-aws-credentials adds. */
  readonly credentials: Readonly<Record<string, string>>;
  readonly vars: Readonly<Record<string, string>>;
}

interface Running {
  readonly job: Job;
  readonly folder: string;
  readonly workspace: string;
  readonly contexts: Contexts;
  env: Record<string, string>;
  log: string;
  failed: boolean;
  role: string | undefined;
  readonly steps: Record<string, { readonly outputs: Record<string, string> }>;
}

/** Runs workflows as GitHub's runner does: jobs in order, matrices, conditions, outputs, artifacts. */
export class GitHubRunner {
  /** Each shell text that was run. */
  readonly ran = new Set<string>();
  private runs = 0;

  constructor(private readonly setting: Setting) {}

  async run(name: WorkflowName, event: Event): Promise<JobEnd[]> {
    this.runs += 1;
    const workflow = workflowOf(name);
    const folder = join(this.setting.folder, `run-${this.runs}`);
    mkdirSync(join(folder, "artifacts"), { recursive: true });
    const needs: Record<string, { result: Result; outputs: Record<string, string> }> = {};
    const ends: JobEnd[] = [];
    for (const [id, job] of Object.entries(workflow.jobs)) {
      const contexts = { ...this.contexts(workflow, event), needs: pick(needs, job.needs ?? []) };
      const before = { failed: (job.needs ?? []).some((need) => needs[need]?.result !== "success") };
      if (!holds(job.if, contexts, before)) {
        needs[id] = { result: "skipped", outputs: {} };
        ends.push({ name: id, job: id, result: "skipped", log: "", summary: "", role: undefined });
        continue;
      }
      const outputs: Record<string, string> = {};
      const own: JobEnd[] = [];
      for (const matrix of matrixOf(job, contexts)) {
        own.push(await this.job(id, job, { ...contexts, matrix }, { workflow, event, folder, outputs }));
      }
      const failed = own.some(({ result }) => result === "failure");
      needs[id] = { result: failed ? "failure" : "success", outputs };
      ends.push(...own);
    }
    return ends;
  }

  private contexts(workflow: Workflow, { sha, baseRef, payload, name }: Event): Contexts {
    return {
      github: {
        event: { repository: { default_branch: "main" }, ...payload },
        event_name: name,
        repository: "acme/access",
        base_ref: baseRef ?? "",
        ref_name: baseRef === undefined ? "main" : "7/merge",
        sha,
        token: "token",
        workflow: workflow.name,
      },
      vars: this.setting.vars,
      secrets: {},
    };
  }

  private async job(
    id: string,
    job: Job,
    contexts: Contexts,
    on: {
      readonly workflow: Workflow;
      readonly event: Event;
      readonly folder: string;
      readonly outputs: Record<string, string>;
    },
  ): Promise<JobEnd> {
    const folder = mkdtempSync(join(on.folder, `${id}-`));
    const [workspace, temporary] = [join(folder, "work"), join(folder, "temp")];
    mkdirSync(workspace);
    mkdirSync(temporary);
    const runner = { temp: temporary };
    const steps: Running["steps"] = {};
    const all = { ...contexts, runner, steps };
    const running: Running = {
      job,
      folder,
      workspace,
      contexts: all,
      env: {
        ...this.setting.env,
        ...this.github(on.workflow, on.event, workspace, temporary),
        ...given(on.workflow.env, all),
        ...given(job.env, all),
      },
      log: "",
      failed: false,
      role: undefined,
      steps,
    };
    for (const [at, step] of job.steps.entries()) {
      if (holds(step.if, all, running)) await this.step(step, running, { ...on, at });
    }
    Object.assign(on.outputs, given(job.outputs, all));
    return {
      name: interpolated(job.name ?? id, all, running),
      job: id,
      result: running.failed ? "failure" : "success",
      log: running.log,
      summary: read(join(folder, "summary.md")),
      role: running.role,
    };
  }

  private github(
    workflow: Workflow,
    { name, sha, baseRef }: Event,
    workspace: string,
    temporary: string,
  ): Record<string, string> {
    return {
      CI: "true",
      GITHUB_ACTIONS: "true",
      GITHUB_BASE_REF: baseRef ?? "",
      GITHUB_EVENT_NAME: name,
      GITHUB_REF_NAME: baseRef === undefined ? "main" : "7/merge",
      GITHUB_REPOSITORY: "acme/access",
      GITHUB_SHA: sha,
      GITHUB_WORKFLOW: workflow.name,
      GITHUB_WORKSPACE: workspace,
      RUNNER_TEMP: temporary,
    };
  }

  private async step(
    step: Step,
    running: Running,
    on: { readonly event: Event; readonly folder: string; readonly at: number },
  ): Promise<void> {
    const with_ = given(step.with, running.contexts);
    if (step.uses !== undefined) {
      this.action(step.uses, with_, running, on);
      return;
    }
    if (step.run === undefined || step.run.includes("${{")) {
      throw new Error("expected a step that runs a shell text, with its values from env");
    }
    const output = join(running.folder, `output-${on.at}`);
    writeFileSync(output, "");
    const ended = await run({
      command: "bash",
      args: ["--noprofile", "--norc", "-eo", "pipefail", "-c", step.run],
      cwd: running.workspace,
      env: {
        ...running.env,
        ...given(step.env, running.contexts),
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: join(running.folder, "summary.md"),
      },
    }).ended;
    this.ran.add(step.run);
    running.log += logOf(step.run, ended);
    running.failed ||= ended.code !== 0;
    if (step.id !== undefined) running.steps[step.id] = { outputs: outputsIn(read(output)) };
  }

  /** What the actions do that the workflows use, as far as the shell texts rest on it. */
  private action(
    uses: string,
    with_: Readonly<Record<string, string>>,
    running: Running,
    { event, folder }: { readonly event: Event; readonly folder: string },
  ): void {
    const [action] = uses.split("@");
    const artifacts = join(folder, "artifacts");
    if (action === "actions/checkout") {
      checkout(this.setting.origin, running.workspace, event, with_);
    } else if (action === "aws-actions/configure-aws-credentials") {
      if (running.job.permissions["id-token"] !== "write" || !with_["role-to-assume"] || !with_["aws-region"])
        throw new Error("expected id-token: write, a role and a region");
      running.role = with_["role-to-assume"];
      running.env = { ...running.env, ...this.setting.credentials, AWS_REGION: with_["aws-region"] };
    } else if (action === "actions/upload-artifact") {
      const path = with_["path"] ?? "";
      if (existsSync(path)) cpSync(path, join(artifacts, with_["name"] ?? ""));
    } else if (action === "actions/download-artifact") {
      const [path = "", pattern = ""] = [with_["path"], with_["pattern"]];
      const found = readdirSync(artifacts).filter((name) => name.startsWith(pattern.replace(/\*$/, "")));
      if (found.length > 0) mkdirSync(path, { recursive: true });
      // The name of the file in the artifact.
      for (const name of found)
        cpSync(join(artifacts, name), join(path, `${name.replace("verdict-", "")}.md`));
    } else if (!["actions/setup-node", "hashicorp/setup-terraform"].includes(action ?? "")) {
      throw new Error(`the action ${uses} is not known`);
    }
  }

  /** The shell texts of the workflows that no run has come to. */
  unrun(names: readonly WorkflowName[]): string[] {
    return names.flatMap((name) => textsOf(workflowOf(name))).filter((text) => !this.ran.has(text));
  }
}

function matrixOf({ strategy }: Job, contexts: Contexts): readonly unknown[] {
  if (strategy === undefined) return [{}];
  const expression = /^\$\{\{(.*)\}\}$/s.exec(strategy.matrix)?.[1] ?? "";
  const { include } = evaluateExpression(expression, contexts, { failed: false }) as { include: unknown[] };
  if (include.length === 0) throw new Error("GitHub refuses an empty matrix");
  return include;
}

function given(of: Readonly<Record<string, string>> | undefined, contexts: Contexts): Record<string, string> {
  return Object.fromEntries(
    Object.entries(of ?? {}).map(([key, value]) => [key, interpolated(value, contexts, { failed: false })]),
  );
}

function pick<Value>(of: Readonly<Record<string, Value>>, names: readonly string[]): Record<string, Value> {
  return Object.fromEntries(names.flatMap((name) => (of[name] === undefined ? [] : [[name, of[name]]])));
}

function outputsIn(text: string): Record<string, string> {
  const lines = text.split("\n").filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf("=");
      if (at < 1) throw new Error(`the output ${line} is not <name>=<value>`);
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

function logOf(text: string, { code, stdout, stderr }: Ended): string {
  return `${text}\n${stdout}${stderr}${code === 0 ? "" : `ended with exit code ${code}\n`}`;
}

function read(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
