import { spawnSync } from "node:child_process";
import { InputError } from "./input-error";

/** 2,000 accounts with every feature are about 2 MB; a tree's listing may be larger. */
const MOST_OUTPUT_BYTES = 256 * 1024 * 1024;

/** How a run of git ended. */
interface Ended {
  readonly status: number;
  readonly stdout: Buffer;
}

/**
 * Runs git in a folder, with `input` on its standard input. An exit code other than 0 is the caller's to read.
 * Throws an InputError where git is not installed, cannot run or does not trust the folder's owner.
 */
export function git(folder: string, args: readonly string[], input = ""): Ended {
  const { status, stdout, stderr, error } = spawnSync("git", ["-C", folder, ...args], {
    input,
    maxBuffer: MOST_OUTPUT_BYTES,
    env: { ...ownEnvironment(), LC_ALL: "C" },
  });
  if (error !== undefined) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new InputError(
      isMissing ? "git is not on the PATH; install it" : `git failed: ${error.message}`,
      "base",
    );
  }
  if (status !== 0 && stderr.includes("dubious ownership")) {
    throw new InputError(
      `git does not trust the owner of ${folder}; if you do, run: git config --global --add safe.directory "$(pwd)"`,
      "base",
    );
  }
  return { status: status ?? 1, stdout };
}

/**
 * Without what a git hook hears of its own repository and index, which need not be those of the accounts file.
 * Whom git trusts, and how it reaches a remote for what a partial clone lacks, stays.
 */
function ownEnvironment(): NodeJS.ProcessEnv {
  const isForeign = (name: string): boolean =>
    name.startsWith("GIT_") && !/^GIT_(CONFIG|SSH|SSL|ASKPASS|DISCOVERY)/.test(name);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isForeign(name)));
}

/** What git prints, without the last line's end; undefined where it fails. */
export function lineOf(folder: string, ...args: string[]): string | undefined {
  const { status, stdout } = git(folder, args);
  return status === 0 ? stdout.toString("utf8").replace(/\n$/, "") : undefined;
}

/** What git prints with -z, in its parts. */
export function partsOf(folder: string, ...args: string[]): string[] {
  return git(folder, args).stdout.toString("utf8").split("\0").slice(0, -1);
}
