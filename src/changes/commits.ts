import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { shellWord } from "../accounts/shell";
import { lineOf } from "./git";
import { InputError } from "./input-error";

/** A git repository with a work tree. */
export interface Repository {
  /** The folder of the work tree. */
  readonly root: string;
  /** Whether its history is known from some commit on alone, or git is too old to say. */
  readonly isShallow: boolean;
}

/** Where a file is in its repository. */
export interface Place {
  readonly repository: Repository;
  /** From the root, with `/`: as the file is named, then what a link of that name leads to. */
  readonly paths: readonly [string, ...string[]];
}

/** Finds a file in its repository, also where a link outside leads into it. Throws an InputError outside any. */
export function placeOf(file: string): Place {
  const named = { folder: realpathSync(dirname(file)), name: basename(file) };
  const real = existsSync(file) ? realpathSync(file) : join(named.folder, named.name);
  const places = [named, { folder: dirname(real), name: basename(real) }];
  const around = new Map(
    [...new Set(places.map(({ folder }) => folder))].map((folder) => [folder, repositoryAround(folder)]),
  );
  const [first, ...others] = places.flatMap(({ folder, name }) => {
    const found = around.get(folder);
    return found === undefined ? [] : [{ repository: found.repository, path: `${found.prefix}${name}` }];
  });
  if (first === undefined) {
    throw new InputError(
      `${dirname(file)} is not in a git repository, and --base compares with one of its commits; run this in a clone (git clone --depth=1 is enough), or make a repository of it: git init, git add . and git commit`,
      "base",
    );
  }
  const { repository, path } = first;
  const inside = others.filter((other) => other.repository.root === repository.root && other.path !== path);
  return { repository, paths: [path, ...inside.map((other) => other.path)] };
}

/** The repository around a folder without links, and the folder's path in it: empty, or with a `/` at its end. */
function repositoryAround(folder: string): { repository: Repository; prefix: string } | undefined {
  const facts = ["--is-inside-work-tree", "--is-shallow-repository", "--show-prefix"];
  const printed = lineOf(folder, "rev-parse", ...facts) ?? "";
  const [, isShallow, prefix] = /^true\n(.*?)\n(.*)$/s.exec(printed) ?? [];
  if (prefix === undefined) {
    return undefined;
  }
  const root = resolve(folder, prefix.replace(/[^/]+/g, ".."));
  return { repository: { root, isShallow: isShallow !== "false" }, prefix };
}

/** A commit of a repository. */
export interface Commit {
  /** The repository's root, where paths start. */
  readonly root: string;
  /** As the user typed it, or a short id where another commit is meant. */
  readonly ref: string;
  readonly id: string;
  /** Whether this branch is known to have all that the commit has. */
  readonly isContained: boolean;
}

/**
 * The commit that a ref names or, as `fork`, the one at which this branch left it: what the ref has gained since,
 * this branch has not removed. The ref itself where the history does not say for certain: a shallow clone may know
 * an older commit of both alone, and what both have got since would count as never there.
 */
export function commitOf({ root, isShallow }: Repository, ref: string, at: "ref" | "fork"): Commit {
  const id = idOf(root, ref);
  const forks = lineOf(root, "merge-base", "--all", "HEAD", id);
  const isContained = forks === id;
  if (at === "ref" || isShallow || isContained || forks === undefined || forks.includes("\n")) {
    return { root, ref, id, isContained };
  }
  return { root, ref: lineOf(root, "rev-parse", "--short", forks) ?? forks, id: forks, isContained: true };
}

function idOf(root: string, ref: string): string {
  if (ref.trim() === "") {
    throw new InputError(
      "--base is empty; expected a git ref, such as origin/main: is the variable set that it comes from?",
      "base",
    );
  }
  const ofGit = (...args: string[]): string | undefined =>
    ref.startsWith("-") ? undefined : lineOf(root, ...args);
  const id = ofGit("rev-parse", "--verify", "-q", `${ref}^{commit}`);
  if (id === undefined) {
    const type = ofGit("cat-file", "-t", `${ref}^{}`) ?? ofGit("cat-file", "-t", ref);
    throw new InputError(
      type === undefined
        ? `the git ref ${ref} is not in this clone; ${fetchAdvice(root, ref)}`
        : `the git ref ${ref} is a ${type}; expected a commit: name a branch, a tag or a commit, such as origin/main`,
      "base",
    );
  }
  return id;
}

/** What to type so that the ref is there. */
function fetchAdvice(root: string, ref: string): string {
  const remotes = (lineOf(root, "remote") || "origin").split("\n");
  const remote = remotes.find((name) => ref.startsWith(`${name}/`));
  if (remote !== undefined) {
    const branch = ref.slice(remote.length + 1);
    return `fetch it: git fetch --depth=1 ${shellWord(remote)} ${shellWord(`${branch}:refs/remotes/${ref}`)}`;
  }
  const from = shellWord(remotes.includes("origin") ? "origin" : (remotes[0] ?? "origin"));
  if (/[~^@:]/.test(ref) || ref.startsWith("-")) {
    return `name a branch, a tag or a commit, or fetch more commits: git fetch --deepen=50 ${from}`;
  }
  if (/^[0-9a-f]{7,39}$/.test(ref)) {
    return `git fetches no commit by a part of its id: give all 40 digits, or fetch more commits: git fetch --deepen=50 ${from}`;
  }
  return /^[0-9a-f]{40}$/.test(ref)
    ? `fetch it: git fetch --depth=1 ${from} ${shellWord(ref)}`
    : `fetch it: git fetch --depth=1 ${from} ${shellWord(ref)}, and compare with --base FETCH_HEAD`;
}
