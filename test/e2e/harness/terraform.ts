import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type Ended, type Running, run } from "./processes";

/** How long the end of a service may take to be known, and how often it is asked for. */
const MOST_MILLISECONDS = 2_000;
const STEP_MILLISECONDS = 20;

/** The part of `terraform show -json PLAN` that tests look at. */
export interface PlanJson {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly type: string;
    readonly change: { readonly actions: readonly string[]; readonly after: Record<string, unknown> | null };
  }[];
  readonly checks?: readonly { readonly address: { readonly to_display: string }; readonly status: string }[];
}

/** Runs an apply or a destroy, and looks at AWS before and after it. May fail for what it sees. */
export type Onlooker = (folder: Folder, args: readonly string[], run: () => Promise<Ended>) => Promise<Ended>;

/** A folder that terraform runs in. */
export class Folder {
  constructor(
    readonly path: string,
    readonly terraform: string,
    readonly env: Readonly<Record<string, string>>,
    /** One line on why nothing can work any more, where that is so. */
    private readonly died: () => string | undefined = () => undefined,
    private readonly onlooker: Onlooker = (_folder, _args, run) => run(),
  ) {
    mkdirSync(path, { recursive: true });
  }

  /** Writes a file. */
  write(name: string, content: string): void {
    writeFileSync(join(this.path, name), content);
  }

  /** Copies a file or folder into it. */
  copy(from: string, to: string): void {
    cpSync(from, join(this.path, to), { recursive: true });
  }

  /** Starts terraform and does not wait. No onlooker sees it. */
  start(...args: string[]): Running {
    return run({ command: this.terraform, args, cwd: this.path, env: this.env });
  }

  /** Runs terraform, whatever its exit code. */
  attempt(...args: string[]): Promise<Ended> {
    const run = () => this.start(...args).ended;
    return args[0] === "apply" || args[0] === "destroy" ? this.onlooker(this, args, run) : run();
  }

  /** Runs terraform and fails with what it said where it fails. */
  async run(...args: string[]): Promise<string> {
    const ended = await this.attempt(...args);
    if (ended.code !== 0)
      throw await this.failure(`terraform ${args.join(" ")} ended with ${ended.code}`, ended);
    return ended.stdout;
  }

  init(): Promise<string> {
    return this.run("init", "-no-color");
  }

  validate(): Promise<string> {
    return this.run("validate", "-no-color");
  }

  apply(...args: string[]): Promise<string> {
    return this.run("apply", "-no-color", "-auto-approve", ...args);
  }

  destroy(...args: string[]): Promise<string> {
    return this.run("destroy", "-no-color", "-auto-approve", ...args);
  }

  /** A plan as JSON. */
  async plan(...args: string[]): Promise<PlanJson> {
    await this.run("plan", "-no-color", "-out=plan", ...args);
    return JSON.parse(await this.run("show", "-json", "plan")) as PlanJson;
  }

  /** What a plan would change, by address, as "create", "update", "delete", "delete create" and so on. */
  async changes(...args: string[]): Promise<Record<string, string>> {
    return changesIn(await this.plan(...args));
  }

  /** The same of the plan that was saved last. */
  async saved(): Promise<Record<string, string>> {
    return changesIn(JSON.parse(await this.run("show", "-json", "plan")) as PlanJson);
  }

  /** Fails, with the plan, unless there is nothing to do: resources, outputs, anything. */
  async expectEmptyPlan(): Promise<void> {
    const ended = await this.attempt("plan", "-no-color", "-detailed-exitcode");
    if (ended.code !== 0) throw await this.failure(`the plan is not empty (exit code ${ended.code})`, ended);
  }

  /** Where terraform fails because a service has died, the word of that may come a little later than terraform's. */
  private async failure(what: string, { stdout, stderr }: Ended): Promise<Error> {
    for (
      let waited = 0;
      this.died() === undefined && waited < MOST_MILLISECONDS;
      waited += STEP_MILLISECONDS
    ) {
      await setTimeout(STEP_MILLISECONDS);
    }
    return new Error(this.died() ?? `${what}\n${stdout}${stderr}`);
  }
}

function changesIn({ resource_changes: all = [] }: PlanJson): Record<string, string> {
  const changed = all.filter(({ change }) => !["no-op", "read"].includes(change.actions.join(" ")));
  return Object.fromEntries(changed.map(({ address, change }) => [address, change.actions.join(" ")]));
}
