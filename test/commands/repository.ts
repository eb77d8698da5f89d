import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { check } from "../../src/commands/check";
import type { CHECK_FORMATS } from "../../src/commands/check-formats";
import { runCommand } from "../../src/commands/run";
import { features } from "../../src/features";

/** A git repository in a temporary folder. Nothing of the machine's own configuration of git reaches it. */
export class Repository {
  private constructor(readonly folder: string) {}

  static create(): Repository {
    const repository = new Repository(realpathSync(mkdtempSync(join(tmpdir(), "pmm-iam-git-"))));
    repository.git("init", "--quiet", "--initial-branch=main");
    return repository;
  }

  /** A clone of the last commit of `main` alone. */
  shallowClone(): Repository {
    const clone = realpathSync(mkdtempSync(join(tmpdir(), "pmm-iam-git-")));
    this.git("clone", "--quiet", "--depth=1", "--branch=main", `file://${this.folder}`, clone);
    return new Repository(clone);
  }

  git(...args: string[]): string {
    return execFileSync("git", args, {
      cwd: this.folder,
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"],
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_AUTHOR_NAME: "a",
        GIT_AUTHOR_EMAIL: "a@example.com",
        GIT_COMMITTER_NAME: "a",
        GIT_COMMITTER_EMAIL: "a@example.com",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, content: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
  }

  commit(): string {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message=change");
    return this.git("rev-parse", "HEAD").trim();
  }
}

export interface Ran {
  readonly code: number | string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command as the program does, in a folder and on its accounts.yaml unless another is named. */
export async function ran(
  command: () => Promise<number>,
  folder: string,
  accountsFile = "accounts.yaml",
): Promise<Ran> {
  const written = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((stream) =>
    jest.spyOn(process[stream], "write").mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    }),
  );
  const [before, environment] = [process.cwd(), process.env["ACCOUNTS_FILE"]];
  try {
    process.chdir(folder);
    process.env["ACCOUNTS_FILE"] = accountsFile;
    await runCommand(command);
    return { code: process.exitCode, ...written };
  } finally {
    process.chdir(before);
    process.exitCode = 0;
    if (environment === undefined) {
      delete process.env["ACCOUNTS_FILE"];
    } else {
      process.env["ACCOUNTS_FILE"] = environment;
    }
    for (const spy of spies) {
      spy.mockRestore();
    }
  }
}

type Format = (typeof CHECK_FORMATS)[number];

/** `check` in a repository. */
export function ranCheck(
  repository: Repository,
  options: { base?: string; state?: string[]; format?: Format } = {},
  accountsFile?: string,
): Promise<Ran> {
  return ran(() => check(features, { format: "text", ...options }), repository.folder, accountsFile);
}
