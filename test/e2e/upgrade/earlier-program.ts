import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environment } from "../harness/environment";
import type { Lab } from "../harness/lab";
import { run } from "../harness/processes";
import { ROOT } from "../harness/tools";

/** The commit of version 0.1.0. */
export const EARLIER = "044337898c9f2f44fac18e1410a73875e41288cd";

/** Why the program of the earlier version is not there; undefined where it is. */
export function whyAbsent(): string | undefined {
  try {
    execFileSync("git", ["cat-file", "-e", `${EARLIER}^{commit}`], { cwd: ROOT, stdio: "ignore" });
    return undefined;
  } catch {
    return `this clone does not have the commit ${EARLIER.slice(0, 7)} of version 0.1.0; fetch the whole history: git fetch --unshallow`;
  }
}

/** A file of the earlier version. */
export function earlierFile(path: string): string {
  return execFileSync("git", ["show", `${EARLIER}:${path}`], { cwd: ROOT, encoding: "utf8" });
}

/** The program of the earlier version, as its own repository has it. */
export class EarlierProgram {
  private readonly root: string;

  constructor(private readonly lab: Lab) {
    this.root = join(lab.folder, "earlier", "program");
    mkdirSync(join(this.root, "node_modules", "proper-lockfile"), { recursive: true });
    const paths = ["bin", "src", "modules", "main.ts", "package.json", ".swcrc", "cdktf.json"];
    const archive = execFileSync("git", ["archive", EARLIER, ...paths], {
      cwd: ROOT,
      maxBuffer: 64 * 1024 * 1024,
    });
    execFileSync("tar", ["-x"], { cwd: this.root, input: archive });
    // Its packages are today's, but for the one that today's program has no longer: it locked the output folder.
    symlinkSync(join(ROOT, "node_modules"), join(this.root, "..", "node_modules"));
    const lock = "exports.lock = async () => async () => {};\n";
    writeFileSync(join(this.root, "node_modules", "proper-lockfile", "index.js"), lock);
  }

  /** Writes the Terraform of an accounts file into an output folder. Returns the names of the stacks. */
  async synth(accountsFile: string, output: string): Promise<string[]> {
    const { code, stdout, stderr } = await run({
      command: process.execPath,
      args: [join(this.root, "bin", "pmm-iam.js"), "synth", "--output", output],
      cwd: this.root,
      env: { ...environment(this.lab.folder, this.lab.url), ACCOUNTS_FILE: accountsFile },
    }).ended;
    if (code !== 0) throw new Error(`synth of version 0.1.0 ended with ${code}\n${stdout}${stderr}`);
    return readdirSync(join(output, "stacks")).sort();
  }
}
