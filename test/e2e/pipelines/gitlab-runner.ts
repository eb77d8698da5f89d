import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { run } from "../harness/processes";
import { ROOT } from "../harness/tools";
import { git } from "./forge";

/** The pipelines of GitLab CI, as far as the tests run them. */

export const GITLAB = join(ROOT, "examples", "pipelines", "gitlab");

const lines = z.array(z.string());
const texts = z.record(z.string(), z.string());

const job = z.looseObject({
  extends: z.string().optional(),
  stage: z.string().optional(),
  rules: z.array(z.strictObject({ if: z.string().optional(), when: z.string().optional() })).optional(),
  variables: texts.optional(),
  before_script: lines.optional(),
  script: lines.optional(),
  id_tokens: z.record(z.string(), z.strictObject({ aud: z.literal("sts.amazonaws.com") })).optional(),
  environment: z.string().optional(),
  resource_group: z.string().optional(),
  trigger: z.object({ include: z.array(z.object({ artifact: z.string(), job: z.string() })) }).optional(),
  artifacts: z.looseObject({ paths: lines }).optional(),
});
type Job = z.output<typeof job>;

const GLOBAL = ["workflow", "stages", "variables"];

interface Pipeline {
  readonly stages: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly jobs: ReadonlyMap<string, Job>;
}

function pipelineOf(text: string): Pipeline {
  const all = z.record(z.string(), z.unknown()).parse(parse(text));
  const own = Object.entries(all).filter(([name]) => !GLOBAL.includes(name));
  const declared = new Map(own.map(([name, value]) => [name, job.parse(value)]));
  const extended = (one: Job): Job => {
    if (one.extends === undefined) return one;
    const base = declared.get(one.extends);
    if (base === undefined) throw new Error(`${one.extends} is not known`);
    const from = extended(base);
    return { ...from, ...one, variables: { ...from.variables, ...one.variables } };
  };
  return {
    stages: lines.parse(all["stages"]),
    variables: texts.parse(all["variables"]),
    jobs: new Map(
      [...declared].filter(([name]) => !name.startsWith(".")).map(([name, one]) => [name, extended(one)]),
    ),
  };
}

/** Each shell text of a file of jobs. */
export function scriptsOf(path: string): string[] {
  const all = z.record(z.string(), z.unknown()).parse(parse(readFileSync(join(GITLAB, path), "utf8")));
  return Object.entries(all)
    .filter(([name]) => !GLOBAL.includes(name))
    .flatMap(([, value]) => {
      const { before_script = [], script = [] } = job.parse(value);
      return [...before_script, ...script];
    });
}

export interface JobEnd {
  readonly name: string;
  readonly result: "success" | "failure" | "skipped";
  readonly log: string;
}

export interface Setting {
  readonly origin: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** What the project sets. It counts more than what a file sets. */
  readonly variables: Readonly<Record<string, string>>;
}

/** What a pipeline is started with: GitLab's own variables, and the commit. */
export interface Start {
  readonly sha: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Runs pipelines as GitLab's runner does: stages in order, rules, artifacts, child pipelines. */
export class GitLabRunner {
  readonly ran = new Set<string>();
  /** The text of each child pipeline. */
  readonly children: string[] = [];
  private count = 0;

  constructor(private readonly setting: Setting) {}

  /** The jobs that ran, in order, with those of child pipelines. */
  run(start: Start): Promise<JobEnd[]> {
    this.count += 1;
    const artifacts = join(this.setting.folder, `pipeline-${this.count}`);
    mkdirSync(artifacts, { recursive: true });
    return this.pipeline(readFileSync(join(GITLAB, ".gitlab-ci.yml"), "utf8"), start, artifacts);
  }

  private async pipeline(text: string, start: Start, artifacts: string): Promise<JobEnd[]> {
    const { stages, variables, jobs } = pipelineOf(text);
    const ends: JobEnd[] = [];
    let failed = false;
    for (const stage of stages) {
      const before = failed;
      for (const [name, one] of [...jobs].filter(([, { stage: of }]) => of === stage)) {
        const known = { ...variables, ...this.setting.variables, ...start.variables, ...one.variables };
        const rule = (one.rules ?? []).find((each) => each.if === undefined || matches(each.if, known));
        if (rule === undefined) continue;
        if (before && rule.when !== "always") {
          ends.push({ name, result: "skipped", log: "" });
          continue;
        }
        const own = one.trigger
          ? await this.child(one.trigger.include[0]?.artifact ?? "", start, artifacts)
          : [await this.job(name, one, { start, known, artifacts })];
        failed ||= own.some(({ result }) => result === "failure");
        ends.push(...own);
      }
    }
    return ends;
  }

  private child(artifact: string, start: Start, artifacts: string): Promise<JobEnd[]> {
    const text = readFileSync(join(artifacts, artifact), "utf8");
    this.children.push(text);
    return this.pipeline(text, start, artifacts);
  }

  private async job(
    name: string,
    { before_script = [], script = [], id_tokens = {}, artifacts: kept }: Job,
    on: {
      readonly start: Start;
      readonly known: Readonly<Record<string, string>>;
      readonly artifacts: string;
    },
  ): Promise<JobEnd> {
    this.count += 1;
    const workspace = join(this.setting.folder, `job-${this.count}`);
    const temporary = join(this.setting.folder, `temporary-${this.count}`);
    mkdirSync(temporary);
    git(this.setting.folder, "clone", "--quiet", this.setting.origin, workspace);
    git(workspace, "fetch", "--quiet", "origin", on.start.sha);
    git(workspace, "checkout", "--quiet", "--detach", on.start.sha);
    cpSync(on.artifacts, workspace, { recursive: true });
    const tokens = Object.keys(id_tokens).map((token) => [token, "a.web.identity"]);
    const all = [...before_script, ...script];
    const trace = join(temporary, "trace");
    const ended = await run({
      command: "sh",
      args: ["-ec", all.map((text, at) => `echo ${at} >>"$TRACE"\n${text}`).join("\n")],
      cwd: workspace,
      env: {
        ...this.setting.env,
        ...on.known,
        ...Object.fromEntries(tokens),
        TMPDIR: temporary,
        TRACE: trace,
        CI: "true",
        CI_JOB_ID: String(this.count),
      },
    }).ended;
    // One that ends the job, as a missing variable does, keeps those after it from being run.
    const reached = readFileSync(trace, "utf8").split("\n").filter(Boolean).map(Number);
    for (const at of reached) this.ran.add(all[at] ?? "");
    for (const path of kept?.paths ?? []) {
      const from = join(workspace, path);
      if (existsSync(from)) cpSync(from, join(on.artifacts, path), { recursive: true });
    }
    const log = `${all.join("\n")}\n${ended.stdout}${ended.stderr}`;
    // A runner's container is gone with its job; what is left in the folders is looked at by the tests.
    rmSync(join(workspace, ".git"), { recursive: true, force: true });
    return { name, result: ended.code === 0 ? "success" : "failure", log };
  }
}

/** Whether a rule's condition holds: comparisons of variables and texts, joined by &&. */
function matches(condition: string, variables: Readonly<Record<string, string>>): boolean {
  return condition.split(" && ").every((comparison) => {
    const [, left = "", right = ""] = /^(\$\w+) == (\$\w+|"[^"]*")$/.exec(comparison) ?? [];
    if (left === "") throw new Error(`the condition ${comparison} is not known`);
    const value = (text: string) => (text.startsWith("$") ? variables[text.slice(1)] : text.slice(1, -1));
    return value(left) === value(right);
  });
}
