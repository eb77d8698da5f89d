import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { recipeCommands } from "../../contributing/recipe";
import { Checkout } from "../docs/checkout";
import { type Ended, removeAtExit, removed, run } from "../harness/processes";

type Blocks = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What synth said, and the main stack that it wrote, where it wrote one. */
export interface Synthesized extends Ended {
  readonly resource: Readonly<Record<string, Blocks>>;
  readonly module: Blocks;
}

/** A checkout of the project, as it stands here, that somebody changes. */
export class ChangedProject {
  readonly folder: string;
  private readonly around: string;

  constructor() {
    this.around = realpathSync(mkdtempSync(join(tmpdir(), "pmm-iam-contributing-")));
    removeAtExit(this.around);
    this.folder = join(this.around, "project");
    new Checkout(this.folder);
  }

  remove(): void {
    removed(this.around);
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path));
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), "utf8");
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  git(...args: string[]): string {
    return execFileSync("git", ["-C", this.folder, ...args], { encoding: "utf8" });
  }

  /** Types the commands of a step of CONTRIBUTING.md. */
  async type(step: string): Promise<void> {
    for (const command of recipeCommands(step)) {
      const { code, stdout, stderr } = await this.start("sh", ["-c", command]);
      if (code !== 0) throw new Error(`${command} ended with ${code}:\n${stdout}${stderr}`);
    }
  }

  /** Runs the project's own program, on another accounts file than the project's where one is given. */
  async program(accounts: string | undefined, ...args: string[]): Promise<Ended> {
    const file = join(this.around, "accounts.yaml");
    if (accounts !== undefined) writeFileSync(file, accounts);
    return await this.start(
      process.execPath,
      [join(this.folder, "bin", "pmm-iam.js"), ...args],
      accounts === undefined ? {} : { ACCOUNTS_FILE: file },
    );
  }

  /** What synth makes of an accounts file. */
  async synth(accounts: string): Promise<Synthesized> {
    const output = mkdtempSync(join(this.around, "out-"));
    const ended = await this.program(accounts, "synth", "--output", output);
    const root = join(output, "stacks", "pmm-iam", "cdk.tf.json");
    const { resource = {}, module = {} } = existsSync(root) ? JSON.parse(readFileSync(root, "utf8")) : {};
    return { ...ended, resource, module };
  }

  /** The errors of an accounts file, without its name and the lines that they quote. */
  async errorsOf(accounts: string): Promise<string[]> {
    const { code, stderr } = await this.synth(accounts);
    expect(code).toBe(1);
    return stderr.split("\n").flatMap((line) => /accounts\.yaml:(\d+:\d+: error: .*)$/.exec(line)?.[1] ?? []);
  }

  private start(
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Ended> {
    const own = { PATH: process.env["PATH"] ?? "", HOME: this.around, TMPDIR: this.around, NO_COLOR: "1" };
    return run({ command, args, cwd: this.folder, env: { ...own, ...env } }).ended;
  }
}
