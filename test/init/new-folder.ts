import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { packageRoot } from "../../src/project";

/** Flags for all that `init` cannot know of a deployment with local state. */
export const ALL = [
  ["--source-account", "111111111111"],
  ["--pmm-role", "pmm-ec2-role"],
  ["--region", "eu-west-1"],
  ["--admin-role", "Admin"],
  ["--account-name", "orders-prod"],
  ["--account-id", "222222222222"],
].flat();

interface Place {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A folder of its own for each test of a file, in which the program runs in a pipe: nobody is asked. */
export class NewFolder {
  path = "";

  constructor() {
    beforeEach(() => {
      this.path = realpathSync(mkdtempSync(join(tmpdir(), "pmm-iam-")));
    });
    afterEach(() => rmSync(this.path, { recursive: true }));
  }

  pmmIam(args: readonly string[], { cwd = this.path, env = {} }: Place = {}) {
    const command = join(packageRoot, "bin", "pmm-iam.js");
    // npm install is for the tests of the package.
    const all = args[0] === "init" ? [...args, "--no-install"] : args;
    const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...all], {
      cwd,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], HOME: "/nonexistent", ...env },
      input: "",
    });
    return { status, stdout, stderr };
  }

  /** Every file and folder. */
  paths(): string[] {
    return readdirSync(this.path, { recursive: true, encoding: "utf8" }).sort();
  }

  read(path: string): string {
    return readFileSync(join(this.path, path), "utf8");
  }

  write(path: string, content = "mine\n"): void {
    mkdirSync(dirname(join(this.path, path)), { recursive: true });
    writeFileSync(join(this.path, path), content);
  }

  /** `init` says no: each line matches, and what was there before is all that is there afterwards. */
  refuses(args: readonly string[], lines: readonly RegExp[], place?: Place): void {
    const before = this.paths();
    const { status, stdout, stderr } = this.pmmIam(["init", ...args], place);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr.trimEnd().split("\n")).toEqual(lines.map((line) => expect.stringMatching(line)));
    expect(this.paths()).toEqual(before);
  }

  /** `init` with every flag and more: what it says beside its result. */
  notes(place?: Place, args: readonly string[] = []): string[] {
    const { status, stderr } = this.pmmIam(["init", ...ALL, ...args], place);
    expect(status).toBe(0);
    return stderr.trimEnd().split("\n");
  }
}
