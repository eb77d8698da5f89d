import { lstatSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { contentsOf, type Entry, entriesAt, isFile, LINK } from "./commit-files";
import type { Commit } from "./commits";
import { git, partsOf } from "./git";

/**
 * Of files of a commit, those that the work tree has unchanged: what is there would be committed to the same bytes.
 * Git's index is not asked, which may be told to overlook changes. A file's bytes may still differ from the commit's,
 * by line ends or a filter such as Git LFS.
 */
export function unchangedSince({ root }: Commit, entries: readonly Entry[]): Set<string> {
  // Git reads one path a line.
  const there = entries.filter(
    (entry) => isFile(entry) && !entry.path.includes("\n") && isFileThere(join(root, entry.path)),
  );
  if (there.length === 0) {
    return new Set();
  }
  const input = there.map(({ path }) => `${path}\n`).join("");
  const { status, stdout } = git(root, ["hash-object", "--stdin-paths"], input);
  const objects = stdout.toString("utf8").split("\n");
  const same = there.filter(({ object }, index) => status === 0 && objects[index] === object);
  return new Set(same.map(({ path }) => path));
}

/** How what is at and below some paths differs from a commit. */
export interface Difference {
  /** Whether the commit has anything there. */
  readonly wasThere: boolean;
  /** A file that is changed, gone or new; undefined where nothing differs. */
  readonly changed: string | undefined;
}

/** Which files are compared. */
interface ComparedFiles {
  /** Of the commit's. Left out: all. */
  readonly isMeant?: (path: string) => boolean;
  /** Whether new files count that git ignores. Left out: they do. */
  readonly withIgnored?: boolean;
}

/**
 * Compares what is at and below some paths from the repository's root with a commit. A new file counts if it is of a
 * kind that `isRead` accepts, whether git knows it or ignores it.
 */
export function differenceFrom(
  commit: Commit,
  paths: readonly string[],
  isRead: (path: string) => boolean = () => true,
  { isMeant = () => true, withIgnored = true }: ComparedFiles = {},
): Difference {
  const entries = entriesAt(commit, paths, "-r").filter(({ path }) => isMeant(path));
  const same = unchangedSince(commit, entries);
  const changed = entries.find(
    (entry) => !same.has(entry.path) && !(entry.mode === LINK && isSameLink(commit, entry)),
  );
  return {
    wasThere: entries.length > 0,
    changed:
      changed?.path ??
      firstNew(commit, paths, withIgnored, (path) => isRead(path) && !isAmong(entries, path)),
  };
}

function firstNew(
  { root }: Commit,
  paths: readonly string[],
  withIgnored: boolean,
  isMeant: (path: string) => boolean,
): string | undefined {
  const which = ["--cached", "--others", ...(withIgnored ? [] : ["--exclude-standard"])];
  const specs = paths.map((path) => `:(literal)${path}`);
  return partsOf(root, "ls-files", ...which, "-z", "--full-name", "--", ...specs).find(isMeant);
}

function isAmong(entries: readonly Entry[], path: string): boolean {
  return entries.some((entry) => entry.path === path);
}

function isSameLink(commit: Commit, entry: Entry): boolean {
  try {
    const leads = contentsOf(commit, [entry]).get(entry.path);
    return leads?.equals(Buffer.from(readlinkSync(join(commit.root, entry.path)))) === true;
  } catch {
    return false;
  }
}

function isFileThere(path: string): boolean {
  try {
    return lstatSync(path).isFile();
  } catch {
    return false;
  }
}

/** The bytes of files of the work tree. */
export function bytesThere({ root }: Commit, path: string): Buffer {
  return readFileSync(join(root, path));
}
