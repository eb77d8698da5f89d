import { posix } from "node:path";
import type { Commit } from "./commits";
import { git, partsOf } from "./git";
import { InputError } from "./input-error";

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
    // Git does not look behind a link to a folder: of these, only the link itself is an entry.
    const prefixes = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
    const entries = entriesAt(commit, prefixes).filter((entry) => prefixes.includes(entry.path));
    const link = entries.find(({ mode }) => mode === LINK);
    if (link === undefined) {
      const file = entries.find((entry) => entry.path === target && isFile(entry));
      return file === undefined && links === 0
        ? undefined
        : { path: target, bytes: file && contentsOf(commit, [file]).get(file.path) };
    }
    const leads = contentsOf(commit, [link]).get(link.path)?.toString("utf8") ?? "";
    target = posix.join(posix.dirname(link.path), leads, target.slice(link.path.length));
    if (posix.isAbsolute(leads) || target.startsWith("../")) {
      break;
    }
  }
  return { path, bytes: undefined };
}

/** A word that every accounts file holds, whatever the file is called. */
const WORDS = ["account_id", "accounts", "source"];

/** Terraform's own files, which hold as much of every account and are never accounts files. */
const NO_NAMES = [":(exclude,icase)*.tf", ":(exclude,icase)*.tf.json", ":(exclude,icase)*.tfstate*"];

/** The files that may be accounts files, by what they hold: of a commit or, with `--untracked`, of the work tree. */
export function namesOfCandidates(root: string, of: string): string[] {
  const words = WORDS.flatMap((word) => ["-e", word]);
  const options = ["--no-color", "-z", "-l", "-F", "--all-match"];
  return partsOf(root, "grep", ...options, ...words, of, "--", ".", ...NO_NAMES);
}

/** The files of a commit that may be accounts files, but for those known, with their content. Links are not followed. */
export function candidates(commit: Commit, known: readonly string[]): Map<string, Buffer> {
  const { root, id } = commit;
  const found = namesOfCandidates(root, id);
  const paths = new Set(
    found.map((name) => name.slice(`${id}:`.length)).filter((path) => !known.includes(path)),
  );
  // All of the tree's entries: so many paths may be more than a command line holds.
  const entries = paths.size === 0 ? [] : entriesAt(commit, [], "-r");
  return contentsOf(
    commit,
    entries.filter(({ path }) => paths.has(path)),
  );
}

/** An entry of a commit's tree: a file, a link or a submodule. */
export interface Entry {
  readonly mode: string;
  readonly object: string;
  readonly path: string;
}

/** Git's modes of a link, of a submodule, and of regular files. */
export const LINK = "120000";
export const SUBMODULE = "160000";
const FILES = "100";

export function isFile({ mode }: Entry): boolean {
  return mode.startsWith(FILES);
}

/** The entries at some paths, and beside them; with `-r`, all files below. Without paths, of the whole tree. */
export function entriesAt({ root, id }: Commit, paths: readonly string[], ...options: string[]): Entry[] {
  const args = ["--literal-pathspecs", "ls-tree", ...options, "-z", "--full-tree", id, "--", ...paths];
  return partsOf(root, ...args).flatMap((entry) => {
    const [, mode, object, path] = /^(\d{6}) \w+ ([0-9a-f]+)\t(.+)$/s.exec(entry) ?? [];
    return mode === undefined || object === undefined || path === undefined ? [] : [{ mode, object, path }];
  });
}

/** What files and links hold, by path. Throws an InputError where git does not have it. */
export function contentsOf({ root, ref }: Commit, entries: readonly Entry[]): Map<string, Buffer> {
  if (entries.length === 0) {
    return new Map();
  }
  const ids = [...new Set(entries.map(({ object }) => object))];
  const { stdout } = git(root, ["cat-file", "--batch"], ids.map((id) => `${id}\n`).join(""));
  const blobs = new Map<string, Buffer>();
  // Of each: `<id> blob <size>`, a line's end, that many bytes, a line's end. What is missing has no size.
  for (let at = 0; at < stdout.length; ) {
    const start = stdout.indexOf("\n", at) + 1;
    const [id = "", , size] = stdout.toString("utf8", at, start - 1).split(" ");
    const end = start + Number(size ?? 0);
    if (size !== undefined) {
      blobs.set(id, stdout.subarray(start, end));
    }
    at = size === undefined ? start : end + 1;
  }
  return new Map(
    entries.map(({ object, path }) => {
      const bytes = blobs.get(object);
      if (bytes === undefined) {
        throw new InputError(
          `git does not have ${path} at ${ref}; expected a clone with its files: fetch them, or clone again without --filter`,
          "base",
        );
      }
      return [path, bytes];
    }),
  );
}
