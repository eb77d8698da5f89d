import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../src/project";
import { CORPUS } from "../accounts/corpus";
import { Broken } from "./judge";

/** A folder with an output that no refused file may touch. */
export class Untouched {
  private readonly folder = mkdtempSync(join(tmpdir(), "pmm-iam-fuzz-"));
  private readonly output = join(this.folder, "out");

  constructor() {
    // Each in a folder of its own, where accounts.yaml need not name its deployment.
    for (const folder of ["good", "mutated"]) {
      mkdirSync(join(this.folder, folder));
    }
    cpSync(join(CORPUS, "ok", "smallest.yaml"), join(this.folder, "good", "accounts.yaml"));
    const { status, stderr } = this.synth("good");
    if (status !== 0) {
      throw new Error(`a good file ends with ${status}: ${stderr}`);
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** Runs the program on a file that has errors: exit code 1, no trace, the output as it was. */
  judge(bytes: Buffer): void {
    writeFileSync(join(this.folder, "mutated", "accounts.yaml"), bytes);
    const before = this.fingerprint();
    const { status, stderr } = this.synth("mutated");
    if (status !== 1 || /^\s+at /m.test(stderr) || this.fingerprint() !== before) {
      throw new Broken(`synth ends with ${status}, a trace or another output: ${stderr.slice(0, 200)}`);
    }
  }

  private synth(folder: string): { status: number | null; stderr: string } {
    return spawnSync(
      process.execPath,
      [join(packageRoot, "bin", "pmm-iam.js"), "synth", "--output", this.output],
      {
        cwd: this.folder,
        env: { ...process.env, ACCOUNTS_FILE: join(this.folder, folder, "accounts.yaml"), NO_COLOR: "1" },
        encoding: "utf8",
      },
    );
  }

  private fingerprint(): string {
    const sum = createHash("sha256");
    for (const name of readdirSync(this.output, { recursive: true, encoding: "utf8" }).sort()) {
      const path = join(this.output, name);
      const stats = statSync(path);
      sum.update(`${name}\0${stats.mtimeMs}\0`).update(stats.isFile() ? readFileSync(path) : "");
    }
    return sum.digest("hex");
  }
}
