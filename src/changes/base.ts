import { posix } from "node:path";
import { parseDocument } from "../accounts/document";
import type { SourceText } from "../accounts/source-text";
import { valueAt } from "../accounts/values";
import { type Commit, commitOf, fileAt, forkOf, renamingOf, vanishedFiles, whereabouts } from "./git";
import { NOTHING, readLeniently, type Snapshot } from "./snapshot";

/** The accounts file as it was at a commit. */
export interface Base {
  readonly commit: Commit;
  /** From the repository's root, as it was called then. */
  readonly path: string;
  /** Where its text is: another path where that is a symbolic link. */
  readonly textPath: string;
  /** undefined where no text was there. */
  readonly source: SourceText | undefined;
  /** undefined where nothing of the file can be read. */
  readonly snapshot: Snapshot | undefined;
  /** What is to be said of it: of all or a part of it, why the change from it is not judged. */
  readonly slips: readonly BaseSlip[];
}

/** What keeps a base from being the whole measure of a change. */
export interface BaseSlip {
  /** An error where nothing at all can be judged: the change may be anything. */
  readonly severity: "error" | "warning";
  readonly message: string;
}

/** Reads the accounts file at a ref or where this branch left it, under the name that it had there. */
export function readBase(head: SourceText, ref: string, at: "ref" | "fork"): Base {
  const { folder, paths } = whereabouts(head.path);
  const named = commitOf(folder, ref);
  const commit = at === "fork" ? forkOf(named) : named;
  const found = paths.flatMap((path) => {
    const file = fileAt(commit, path);
    return file === undefined ? [] : [{ path, file }];
  });
  const there = found.find(({ file }) => file.bytes !== undefined) ?? found[0];
  if (there !== undefined) {
    const { path, file } = there;
    return baseOf({ commit, path, textPath: file.path, bytes: file.bytes }, head.path);
  }
  const today = paths[0] ?? head.name;
  const earlier = earlierName(commit, today);
  if (earlier === undefined) {
    return absent(commit, today);
  }
  const { path, guess } = earlier;
  const file = fileAt(commit, path);
  return baseOf({ commit, path, textPath: path, bytes: file?.bytes, guess }, head.path);
}

/** A base without the file: everything of today is new. */
export function absent(commit: Commit, path: string): Base {
  const message = `there is no ${path} at ${commit.ref}, so every account counts as new and none as removed`;
  return {
    commit,
    path,
    textPath: path,
    source: undefined,
    snapshot: NOTHING,
    slips: [{ severity: "warning", message }],
  };
}

/** What was found at a commit. */
interface Found extends Pick<Base, "commit" | "path" | "textPath"> {
  /** undefined where a link led to no file of the commit. */
  readonly bytes: Buffer | undefined;
  /** Says that no more than its look makes this the accounts file from before. */
  readonly guess?: string | undefined;
}

/** Reads what was found as the accounts file that is at `headPath` today. */
export function baseOf({ commit, path, textPath, bytes, guess }: Found, headPath: string): Base {
  const named = `${path} at ${commit.ref}`;
  const slip = (severity: BaseSlip["severity"], message: string): BaseSlip => ({ severity, message });
  const guessed = guess === undefined ? [] : [slip("warning", guess)];
  const unread = (why: string): BaseSlip[] => [
    ...guessed,
    slip(
      // What only looks like the file from before must not stop a file that is really new.
      guess === undefined ? "error" : "warning",
      `${named} ${why}, so nothing of the change from it is judged; compare with a commit at which it was right, of those that git log --oneline ${commit.ref} -- ${path} lists: --base <commit>`,
    ),
  ];
  const base = { commit, path, textPath };
  if (bytes === undefined) {
    const slips = unread("is a link to what is no file of that commit");
    return { ...base, source: undefined, snapshot: undefined, slips };
  }
  const source = { name: named, path: headPath, text: new TextDecoder().decode(bytes) };
  const { document } = parseDocument(source);
  if (document === undefined) {
    return { ...base, source, snapshot: undefined, slips: unread("is not YAML that can be read") };
  }
  const snapshot = readLeniently(document);
  if (snapshot.nameless === 0) {
    return { ...base, source, snapshot, slips: guessed };
  }
  return snapshot.accounts.length === 0
    ? { ...base, source, snapshot: undefined, slips: unread("has no accounts that can be read") }
    : {
        ...base,
        source,
        snapshot,
        slips: [
          ...guessed,
          slip("warning", `${named} has accounts that cannot be read, whose change is not judged`),
        ],
      };
}

/** From this similarity on, in percent, git itself calls two files one, whatever they hold. */
const SURE_SIMILARITY = 50;

/** What today's file was called at a commit that does not know its name. */
function earlierName(commit: Commit, today: string): Pick<Found, "path" | "guess"> | undefined {
  const renaming = renamingOf(commit, today);
  if (renaming !== undefined && isAccountsFile(commit, renaming.path)) {
    return { path: renaming.path };
  }
  const hasItsName = (path: string): boolean => posix.basename(path) === posix.basename(today);
  const vanished = vanishedFiles(commit, "accounts");
  const alike = vanished.filter((path) => isAccountsFile(commit, path));
  const ranked = [
    ...alike.filter(hasItsName),
    ...alike,
    ...(renaming !== undefined && renaming.similarity >= SURE_SIMILARITY ? [renaming.path] : []),
    ...vanished.filter(hasItsName),
  ];
  const [path, ...others] = new Set(ranked);
  if (path === undefined) {
    return undefined;
  }
  const more = others.length === 0 ? "" : `, and not from ${others.join(" or ")}, gone too`;
  return {
    path,
    guess: `there is no ${today} at ${commit.ref}; ${path}, which is gone since, looks like it, so the change from that one is judged${more}`,
  };
}

/** Whether a file holds what every accounts file does. */
function isAccountsFile(commit: Commit, path: string): boolean {
  const text = fileAt(commit, path)?.bytes?.toString("utf8") ?? "";
  const { document } = parseDocument({ name: path, path, text });
  return ["source", "accounts"].every((key) => valueAt(document?.plain, [key]) !== undefined);
}
