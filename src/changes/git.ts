import { spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, posix } from "node:path";
import { InputError } from "./input-error";

/** A commit of the repository around a folder. */
export interface Commit {
  /** Any folder of the repository; paths below are from its root. */
  readonly folder: string;
  /** As the user typed it, or a short id where another commit is meant. */
  readonly ref: string;
  readonly id: string;
  /** Whether this branch is known to have all that the commit has. */
  readonly isContained: boolean;
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

function lineOf(folder: string, ...args: string[]): string | undefined {
  const { status, stdout } = git(folder, args);
  return status === 0 ? stdout.toString("utf8").replace(/\n$/, "") : undefined;
}

/** Where a file is in its repository. */
export interface Whereabouts {
  /** A folder of the repository; the file's own where there is none. */
  readonly folder: string;
  /** From the repository's root, with `/`: as the file is named, then what a link of that name leads to. */
  readonly paths: readonly string[];
}

/** Finds a file in its repository, also where a link outside leads into it. */
export function whereabouts(file: string): Whereabouts {
  const named = { folder: realpathSync(dirname(file)), name: basename(file) };
  const real = existsSync(file) ? realpathSync(file) : join(named.folder, named.name);
  const [first, ...others] = [named, { folder: dirname(real), name: basename(real) }].flatMap((place) => {
    const prefix = lineOf(place.folder, "rev-parse", "--show-prefix");
    return prefix === undefined ? [] : [{ folder: place.folder, path: `${prefix}${place.name}` }];
  });
  if (first === undefined) {
    return { folder: dirname(file), paths: [] };
  }
  const root = repositoryRoot(first.folder);
  const inside = others.filter(({ folder }) => repositoryRoot(folder) === root);
  return { folder: first.folder, paths: [...new Set([first, ...inside].map(({ path }) => path))] };
}

/** The root of the repository around a folder; undefined outside any. */
export function repositoryRoot(folder: string): string | undefined {
  return lineOf(folder, "rev-parse", "--show-toplevel");
}

/** The commit that a ref names, in the repository around a folder. */
export function commitOf(folder: string, ref: string): Commit {
  if (ref.trim() === "") {
    throw new InputError(
      "--base is empty; expected a git ref, such as origin/main: is the variable set that it is taken from?",
      "base",
    );
  }
  if (lineOf(folder, "rev-parse", "--is-inside-work-tree") !== "true") {
    throw new InputError(
      `${folder} is not in a git repository, and --base compares with one of its commits; run this in a clone (git clone --depth=1 is enough)`,
      "base",
    );
  }
  const ofGit = (...args: string[]): string | undefined =>
    ref.startsWith("-") ? undefined : lineOf(folder, ...args);
  const id = ofGit("rev-parse", "--verify", "-q", `${ref}^{commit}`);
  if (id === undefined) {
    const type = ofGit("cat-file", "-t", `${ref}^{}`) ?? ofGit("cat-file", "-t", ref);
    throw new InputError(
      type === undefined
        ? `the git ref ${ref} is not in this clone; ${fetchAdvice(folder, ref)}`
        : `the git ref ${ref} is a ${type}; expected a commit: name a branch, a tag or a commit, such as origin/main`,
      "base",
    );
  }
  const isContained = lineOf(folder, "merge-base", "--is-ancestor", id, "HEAD") !== undefined;
  return { folder, ref, id, isContained };
}

/**
 * The commit at which this branch left another one: what that one has gained since, this one has not taken away.
 * The other one itself where the history does not say for certain: a shallow clone may know an older commit of
 * both alone, and what both have got since would count as never there.
 */
export function forkOf(commit: Commit): Commit {
  const { folder, id } = commit;
  const isShallow = lineOf(folder, "rev-parse", "--is-shallow-repository") !== "false";
  const forks = isShallow ? undefined : lineOf(folder, "merge-base", "--all", "HEAD", id);
  if (forks === undefined || forks === id || forks.includes("\n")) {
    return commit;
  }
  return {
    folder,
    ref: lineOf(folder, "rev-parse", "--short", forks) ?? forks,
    id: forks,
    isContained: true,
  };
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
  if (/^[0-9a-f]{7,39}$/.test(ref)) {
    return `git fetches no commit by a part of its id: give all 40 digits, or fetch more commits: git fetch --deepen=50 ${from}`;
  }
  return /^[0-9a-f]{40}$/.test(ref)
    ? `fetch it: git fetch --depth=1 ${from} ${ref}`
    : `fetch it: git fetch --depth=1 ${from} ${ref}, and compare with --base FETCH_HEAD`;
}

/** A file of a commit, symbolic links followed. */
export interface FileAt {
  /** Where its bytes are, from the repository's root. */
  readonly path: string;
  /** undefined where links lead to what is no file of the commit. */
  readonly bytes: Buffer | undefined;
}

/** As many links one after another as Linux follows. */
const MOST_LINKS = 40;

/** A file at a commit; undefined where nothing was there by that name. */
export function fileAt(commit: Commit, path: string): FileAt | undefined {
  let target = path;
  for (let links = 0; links <= MOST_LINKS; links += 1) {
    const parts = target.split("/");
    const prefixes = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
    // Git does not look behind a link to a folder: of these, only the link itself is an entry.
    const entries = prefixes.flatMap((prefix) => entriesAt(commit, [prefix]));
    const link = entries.find(({ mode }) => mode === LINK);
    if (link === undefined) {
      const file = entries.find((entry) => entry.path === target && entry.mode.startsWith(FILES));
      return file === undefined && links === 0
        ? undefined
        : { path: target, bytes: file && blob(commit, file.object) };
    }
    const leads = blob(commit, link.object).toString("utf8");
    target = posix.join(posix.dirname(link.path), leads, target.slice(link.path.length));
    if (posix.isAbsolute(leads) || target.startsWith("../")) {
      break;
    }
  }
  return { path, bytes: undefined };
}

/** What a file that is new since a commit was called there, as git sees it, and how much of it is the same. */
export interface Renaming {
  readonly path: string;
  /** In percent. */
  readonly similarity: number;
}

/** How alike two files are at least, in percent, to be one that was renamed and edited in the same change. */
const LEAST_SIMILARITY = 10;

/** undefined where git sees no such renaming. */
export function renamingOf({ folder, id }: Commit, path: string): Renaming | undefined {
  const { stdout } = git(folder, [
    "diff",
    "--name-status",
    "--diff-filter=R",
    `--find-renames=${LEAST_SIMILARITY}%`,
    "-z",
    id,
  ]);
  const fields = stdout.toString("utf8").split("\0");
  const at = fields.findIndex((field, index) => index % 3 === 2 && field === path);
  const [status = "", before] = at < 0 ? [] : fields.slice(at - 2);
  return before === undefined ? undefined : { path: before, similarity: Number(status.slice(1)) };
}

/** The files of a commit that are no longer there and hold a word. Sorted. */
export function vanishedFiles({ folder, id }: Commit, word: string): string[] {
  const listed = (...args: string[]): string[] => git(folder, args).stdout.toString("utf8").split("\0");
  const gone = listed("diff", "--name-only", "--diff-filter=D", "--no-renames", "-z", id);
  const holding = new Set(
    listed("grep", "--full-name", "-z", "-l", "-F", "-e", word, id, "--", ":/").map((name) =>
      name.slice(id.length + 1),
    ),
  );
  return gone.filter((path) => path !== "" && holding.has(path)).sort();
}

/** An entry of a commit's tree. */
interface Entry {
  readonly mode: string;
  readonly object: string;
  readonly path: string;
}

/** Git's modes of a link, and of regular files. */
const LINK = "120000";
const FILES = "100";

/** The entries at some paths; with `-r`, in place of folders the files below. */
function entriesAt({ folder, id }: Commit, paths: readonly string[], ...options: string[]): Entry[] {
  const args = ["--literal-pathspecs", "ls-tree", ...options, "-z", "--full-tree", id, "--", ...paths];
  return git(folder, args)
    .stdout.toString("utf8")
    .split("\0")
    .flatMap((entry) => {
      const [, mode, object, path] = /^(\d{6}) \w+ ([0-9a-f]+)\t(.+)$/s.exec(entry) ?? [];
      return mode === undefined || object === undefined || path === undefined ? [] : [{ mode, object, path }];
    });
}

function blob({ folder }: Commit, object: string): Buffer {
  return git(folder, ["cat-file", "blob", object]).stdout;
}

/** The regular files at or below any of some paths, at a commit, with their content. */
export function filesAt(commit: Commit, paths: readonly string[]): Map<string, Buffer> {
  const entries = paths.length === 0 ? [] : entriesAt(commit, paths, "-r");
  return new Map(
    entries
      .filter(({ mode }) => mode.startsWith(FILES))
      .map(({ object, path }) => [path, blob(commit, object)]),
  );
}

/** Of some paths below a folder, one that differs from the commit, whether git knows it yet or not. */
export function changedBelow({ id }: Commit, folder: string, paths: readonly string[]): string | undefined {
  const changed = lineOf(folder, "diff", "--name-only", "--relative", id, "--", ...paths);
  const added = lineOf(folder, "ls-files", "--others", "--exclude-standard", "--", ...paths);
  return [changed, added].flatMap((lines) => (lines ?? "").split("\n")).find((line) => line !== "");
}
