import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { AccessModel } from "../../../src/access/model";
import { AppliedModel, modelOf } from "./applied-model";
import { environment } from "./environment";
import type { Lab } from "./lab";
import type { TeamObjects } from "./modelled";
import { type Ended, run } from "./processes";
import { realProviderEnvironment } from "./provider";
import type { Folder } from "./terraform";
import { enginePath, ROOT } from "./tools";

export type Format = "json" | "hcl";
export const FORMATS: readonly Format[] = ["json", "hcl"];

/** What a command needs to reach the local AWS through terraform, as terraform itself has it in a lab. */
export function commandEnvironment(lab: Lab): Record<string, string> {
  const bin = join(lab.folder, "bin");
  // What commands call terraform is the engine under test.
  if (!existsSync(bin)) {
    mkdirSync(bin);
    symlinkSync(enginePath(), join(bin, "terraform"));
  }
  const clean = environment(lab.folder, lab.url);
  const env = { ...clean, PATH: `${bin}:${clean["PATH"]}` };
  return lab.provider === undefined
    ? realProviderEnvironment(lab.folder, env)
    : { ...env, TF_REATTACH_PROVIDERS: String(lab.provider.said["TF_REATTACH_PROVIDERS"]) };
}

/**
 * A user's folder: an accounts file, and the Terraform that the program's own command makes of it. After each apply
 * and destroy of a stack that succeeds, AWS and the state must be what the access model of that file says.
 */
export class Project {
  readonly folder: string;
  readonly output: string;
  private readonly applied: AppliedModel;
  private access: AccessModel | undefined;

  constructor(
    private readonly lab: Lab,
    private readonly name: string,
    /** What the teams' modules make. */
    teams: TeamObjects = {},
  ) {
    this.applied = new AppliedModel(lab, teams);
    this.folder = join(lab.folder, name);
    this.output = join(this.folder, "out");
    mkdirSync(this.folder, { recursive: true });
  }

  /** Copies a file beside the accounts file. */
  copy(from: string, to: string): void {
    mkdirSync(dirname(join(this.folder, to)), { recursive: true });
    cpSync(from, join(this.folder, to));
  }

  /** Synthesizes the accounts file's text, and returns what the command says. */
  async synth(accounts: string, format: Format = "json"): Promise<string> {
    const file = join(this.folder, "accounts.yaml");
    writeFileSync(file, accounts);
    const ended = await run({
      command: process.execPath,
      args: [
        join(ROOT, "bin", "pmm-iam.js"),
        "synth",
        "--output",
        this.output,
        ...(format === "hcl" ? ["--hcl"] : []),
      ],
      cwd: this.folder,
      env: { ...environment(this.lab.folder, this.lab.url), ACCOUNTS_FILE: file },
    }).ended;
    if (ended.code !== 0) throw failed("synth", ended);
    this.access = modelOf(file);
    return ended.stdout;
  }

  /** The folder of a stack. */
  stack(name = "pmm-iam"): Folder {
    return this.lab.terraform(join(this.name, "out", "stacks", name), (folder, args, run) => {
      if (this.access === undefined) throw new Error(`${this.name} is not synthesized yet`);
      const apply = { stack: name, folder, access: this.access, destroys: args[0] === "destroy" };
      return this.applied.around(apply, run, ({ code }) => code === 0);
    });
  }

  /** Forgets the states of all stacks, after AWS was emptied. */
  reset(): void {
    this.applied.reset();
    for (const name of readdirSync(this.folder).filter((file) => file.endsWith(".tfstate")))
      rmSync(join(this.folder, name));
  }

  /** The folder of a stack, initialized. */
  async init(name = "pmm-iam"): Promise<Folder> {
    const folder = this.stack(name);
    await folder.init();
    return folder;
  }

  /** What the program wrote, by path, without what terraform keeps beside it. */
  files(): ReadonlyMap<string, string> {
    const paths = readdirSync(this.output, { recursive: true, encoding: "utf8" }).filter(
      (path) => !path.includes(".terraform") && statSync(join(this.output, path)).isFile(),
    );
    return new Map(paths.sort().map((path) => [path, readFileSync(join(this.output, path), "utf8")]));
  }
}

function failed(what: string, { code, stdout, stderr }: Ended): Error {
  return new Error(`${what} ended with ${code}\n${stdout}${stderr}`);
}
