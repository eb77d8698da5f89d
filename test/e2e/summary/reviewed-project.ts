import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { environment } from "../harness/environment";
import type { Lab } from "../harness/lab";
import { type Ended, run } from "../harness/processes";
import { Project } from "../harness/project";
import type { Folder } from "../harness/terraform";
import { ROOT } from "../harness/tools";

/** What `summary` says of real plans. */
export interface Reviewed extends Ended {
  /** What the plan was refused for, by rule; empty where it is accepted. */
  readonly rules: readonly string[];
  /** The lines of the Markdown that name an address. */
  readonly refused: readonly string[];
}

/** A project whose merged accounts file is committed and applied, and whose changes are planned and reviewed. */
export class ReviewedProject {
  readonly project: Project;

  constructor(
    private readonly lab: Lab,
    name: string,
  ) {
    this.project = new Project(lab, name);
    writeFileSync(join(this.project.folder, ".gitignore"), "out\n*.tfstate*\n*.json\n");
    this.git("init", "--quiet", "--initial-branch=main");
  }

  get stack(): Folder {
    return this.project.stack();
  }

  /** Applies an accounts file and commits it. */
  async merged(accounts: string): Promise<void> {
    await this.project.synth(accounts);
    await this.stack.init();
    await this.stack.apply();
    this.commit();
  }

  commit(): void {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message=merged");
  }

  /** Plans a stack of a changed accounts file and reviews the plan. `edit` changes what synth wrote before the plan. */
  async proposed(
    accounts: string,
    {
      plan = [],
      options = [],
      edit = () => {},
      stack = "pmm-iam",
    }: {
      readonly plan?: readonly string[];
      readonly options?: readonly string[];
      readonly edit?: (folder: Folder) => void;
      readonly stack?: string;
    } = {},
  ): Promise<Reviewed> {
    await this.project.synth(accounts);
    const folder = await this.project.init(stack);
    edit(folder);
    await folder.run("plan", "-no-color", "-out=reviewed.tfplan", ...plan);
    const text = await folder.run("show", "-json", "reviewed.tfplan");
    writeFileSync(join(this.project.folder, "plan.json"), text);
    const ended = await this.review([`--plan=${stack}=plan.json`, ...options]);
    expectNoKeys(text, ended);
    return { ...ended, ...refusalsIn(ended.stdout) };
  }

  /** Runs `summary` on what is in the folder. */
  review(options: readonly string[]): Promise<Ended> {
    return run({
      command: process.execPath,
      args: [join(ROOT, "bin", "pmm-iam.js"), "summary", "--base", "HEAD", ...options],
      cwd: this.project.folder,
      env: { ...environment(this.lab.folder, this.lab.url), ACCOUNTS_FILE: "accounts.yaml" },
    }).ended;
  }

  private git(...args: string[]): void {
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
      cwd: this.project.folder,
      env: { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }
}

function refusalsIn(markdown: string): Pick<Reviewed, "rules" | "refused"> {
  const [, plans = ""] = /^### Plans$(.*?)^### /ms.exec(`${markdown}\n### `) ?? [];
  return {
    rules: [...plans.matchAll(/\[`(plan-[a-z-]+)`\]$/gm)].map(([, rule = ""]) => rule),
    refused: [...plans.matchAll(/^- `+((?:module|aws)[^`]*)`+.*$/gm)].map(([, address = ""]) => address),
  };
}

const shownObject: z.ZodType<Record<string, unknown>> = z.record(z.string(), z.unknown());

/** Fails where a key of the plan, its id or what is derived from it, is in the output. */
export function expectNoKeys(plan: string, { stdout, stderr }: Ended): void {
  const secrets = new Set<string>();
  JSON.parse(plan, (name, value: unknown) => {
    if (name === "aws_iam_access_key" || typeof value !== "object" || value === null) {
      return value;
    }
    const { type, values, change } = shownObject.catch({}).parse(value);
    for (const object of type === "aws_iam_access_key" ? [values, ...sidesOf(change)] : []) {
      const known = shownObject.catch({}).parse(object);
      for (const key of ["id", "secret", "ses_smtp_password_v4", "encrypted_secret"]) {
        if (typeof known[key] === "string" && known[key] !== "") {
          secrets.add(known[key]);
        }
      }
    }
    return value;
  });
  for (const secret of secrets) {
    expect(stdout + stderr).not.toContain(secret);
  }
  if (plan.includes('"type":"aws_iam_access_key"') && plan.includes('"secret":"')) {
    expect(secrets.size).toBeGreaterThan(1);
  }
}

function sidesOf(change: unknown): unknown[] {
  const { before, after } = shownObject.catch({}).parse(change);
  return [before, after];
}
