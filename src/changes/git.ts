import { spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { basename, dirname } from "node:path";
import { InputError } from "./input-error";

/** A commit of the repository around a folder. */
export interface Commit {
  /** Any folder of the repository; paths below are from its root. */
  readonly folder: string;
  /** As the user typed it. */
  readonly ref: string;
  readonly id: string;
}

/** 2,000 accounts with every feature are about 2 MB; a tree's listing may be larger. */
const MOST_OUTPUT_BYTES = 256 * 1024 * 1024;

interface Ended {
  readonly status: number;
  readonly stdout: Buffer;
}

function git(folder: string, args: readonly string[]): Ended {
  const { status, stdout, stderr, error } = spawnSync("git", ["-C", folder, ...args], {
    maxBuffer: MOST_OUTPUT_BYTES,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, LC_ALL: "C" },
  });
  if (error !== undefined) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new InputError(isMissing ? "git is not on the PATH; install it" : `git failed: ${error.message}`);
  }
  if (status !== 0 && stderr.includes("dubious ownership")) {
    throw new InputError(
      `git does not trust the owner of ${folder}; if you do, run: git config --global --add safe.directory "$(pwd)"`,
    );
  }
  return { status: status ?? 1, stdout };
}

function lineOf(folder: string, ...args: string[]): string | undefined {
  const { status, stdout } = git(folder, args);
  return status === 0 ? stdout.toString("utf8").replace(/\n$/, "") : undefined;
}

/** A file's path from its repository's root, with `/`; undefined outside any repository. */
export function pathInRepository(file: string): string | undefined {
  const folder = realpathSync(dirname(file));
  const prefix = lineOf(folder, "rev-parse", "--show-prefix");
  return prefix === undefined ? undefined : `${prefix}${basename(file)}`;
}

/** The root of the repository around a folder; undefined outside any. */
export function repositoryRoot(folder: string): string | undefined {
  return lineOf(folder, "rev-parse", "--show-toplevel");
}

/** The commit that a ref names, in the repository around a folder. */
export function commitOf(folder: string, ref: string): Commit {
  if (lineOf(folder, "rev-parse", "--is-inside-work-tree") !== "true") {
    throw new InputError(
      `${folder} is not in a git repository, and --base compares with one of its commits; run this in a clone (git clone --depth=1 is enough)`,
    );
  }
  const id = ref.startsWith("-")
    ? undefined
    : lineOf(folder, "rev-parse", "--verify", "-q", `${ref}^{commit}`);
  if (id === undefined) {
    throw new InputError(`the git ref ${ref} is not in this clone; ${fetchAdvice(folder, ref)}`);
  }
  return { folder, ref, id };
}

/** What to type so that the ref is there. */
function fetchAdvice(folder: string, ref: string): string {
  const remotes = (lineOf(folder, "remote") || "origin").split("\n");
  const remote = remotes.find((name) => ref.startsWith(`${name}/`));
  if (remote !== undefined) {
    const branch = ref.slice(remote.length + 1);
    return `fetch it: git fetch --depth=1 ${remote} ${branch}:refs/remotes/${ref}`;
  }
  const from = remotes.includes("origin") ? "origin" : remotes[0];
  if (/[~^@:]/.test(ref) || ref.startsWith("-")) {
    return `name a branch, a tag or a commit, or fetch more commits: git fetch --deepen=50 ${from}`;
  }
  return /^[0-9a-f]{40}$/.test(ref)
    ? `fetch it: git fetch --depth=1 ${from} ${ref}`
    : `fetch it: git fetch --depth=1 ${from} ${ref}, and compare with --base FETCH_HEAD`;
}

/** A file's bytes at a commit; undefined where it was not there. */
export function fileAt({ folder, id }: Commit, path: string): Buffer | undefined {
  const { status, stdout } = git(folder, ["cat-file", "blob", `${id}:${path}`]);
  return status === 0 ? stdout : undefined;
}

/** What a file that is new since a commit was called there; undefined where git sees no such renaming. */
export function nameBefore({ folder, id }: Commit, path: string): string | undefined {
  const { stdout } = git(folder, ["diff", "--name-status", "--diff-filter=R", "-M", "-z", id]);
  const fields = stdout.toString("utf8").split("\0");
  const at = fields.findIndex((field, index) => index % 3 === 2 && field === path);
  return at < 0 ? undefined : fields[at - 1];
}

/** The regular files at or below any of some paths, at a commit, with their content. */
export function filesAt({ folder, id }: Commit, paths: readonly string[]): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  if (paths.length === 0) {
    return files;
  }
  const { stdout } = git(folder, [
    "--literal-pathspecs",
    "ls-tree",
    "-r",
    "-z",
    "--full-tree",
    id,
    "--",
    ...paths,
  ]);
  for (const entry of stdout.toString("utf8").split("\0")) {
    const [, object, path] = /^100\d{3} blob ([0-9a-f]+)\t(.+)$/s.exec(entry) ?? [];
    if (object !== undefined && path !== undefined) {
      files.set(path, git(folder, ["cat-file", "blob", object]).stdout);
    }
  }
  return files;
}

/** Of some paths below a folder, one that differs from the commit, whether git knows it yet or not. */
export function changedBelow({ id }: Commit, folder: string, paths: readonly string[]): string | undefined {
  const changed = lineOf(folder, "diff", "--name-only", "--relative", id, "--", ...paths);
  const added = lineOf(folder, "ls-files", "--others", "--exclude-standard", "--", ...paths);
  return [changed, added].flatMap((lines) => (lines ?? "").split("\n")).find((line) => line !== "");
}
