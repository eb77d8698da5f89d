import { join } from "node:path";
import { shellWord } from "../accounts/shell";
import { allOf, counted } from "../accounts/wording";
import type { Feature } from "../features/feature";
import { type BaseFile, readBaseFile } from "./base-file";
import { type FileAt, fileAt } from "./commit-files";
import { type Commit, commitOf, type Place } from "./commits";
import {
  type Elsewhere,
  filesElsewhere,
  filesNowHolding,
  type LeftFile,
  type SharingFile,
} from "./elsewhere";
import { NOTHING, type Snapshot } from "./snapshot";

/** What today's accounts file is judged from: the accounts as they were at a commit. */
export interface Base {
  readonly commit: Commit;
  /** The file that it was looked for in, from the repository's root, as it was called then. */
  readonly path: string;
  /** The files that it was read from: none where nothing was there, several where today's file was put together. */
  readonly files: readonly BaseFile[];
  /** Of these, the one that today's file goes on with; undefined where it is new, with accounts of files that stay. */
  readonly predecessor: BaseFile | undefined;
  /** undefined where nothing of it can be read. */
  readonly snapshot: Snapshot | undefined;
  /** Where it was found, and why the change from all or a part of it is not judged. */
  readonly problems: readonly BaseProblem[];
  /** Why there is nothing to judge from, where `files` is empty. */
  readonly nothing: string;
  /** Files that had accounts of today's file, and still have them. */
  readonly sharing: readonly SharingFile[];
  /** Files of the work tree that have accounts which today's file has no longer, by account id. */
  readonly movedTo: ReadonlyMap<string, string>;
}

/** What keeps a base from being the whole measure of a change. */
export interface BaseProblem {
  /** An error where nothing at all can be judged: the change may be anything. */
  readonly severity: "error" | "warning";
  readonly message: string;
}

/** Today's accounts file, as far as it says what it was before. */
export interface Today {
  readonly place: Place;
  readonly snapshot: Snapshot;
  /** What accounts may ask for, then and now. */
  readonly features: readonly Feature[];
}

/**
 * Reads the accounts file at a ref, or where this branch left it: the file of today's name, links followed, and the
 * files of other names that had its accounts, by account id.
 */
export function readBase({ place, snapshot, features }: Today, ref: string, at: "ref" | "fork"): Base {
  const { repository, paths } = place;
  const commit = commitOf(repository, ref, at);
  const found = fileOfName(commit, paths, features);
  if (found !== undefined && "severity" in found) {
    return { ...absent(commit, paths[0]), snapshot: undefined, problems: [found] };
  }
  const isEmpty = found !== undefined && isEmptyFile(found);
  const same = isEmpty ? undefined : found;
  const today = join(commit.root, paths[0]);
  const known = same === undefined ? paths : [...paths, same.path, same.textPath];
  const elsewhere = filesElsewhere(commit, known, { path: today, snapshot, before: same, features });
  const { gone, left, sharing } = elsewhere;
  const whole = [...(same === undefined ? [] : [wholeOf(same)]), ...gone];
  if (whole.length + left.length === 0) {
    return { ...absent(commit, paths[0], isEmpty), sharing };
  }
  const base = baseOf(commit, whole, left);
  const origins =
    same !== undefined && whole.length + left.length === 1
      ? []
      : [originsOf(commit, paths[0], elsewhere, same)];
  const lost = lostIds(base.snapshot, snapshot);
  return {
    ...base,
    path: same?.path ?? paths[0],
    problems: [...base.problems, ...origins],
    sharing,
    movedTo: filesNowHolding(commit.root, lost, today),
  };
}

/** The first of several paths that leads to a file of the commit, or why none does; undefined: nothing is there. */
function fileOfName(
  commit: Commit,
  paths: readonly string[],
  features: readonly Feature[],
): BaseFile | BaseProblem | undefined {
  let broken: string | undefined;
  for (const path of paths) {
    const found: FileAt | undefined = fileAt(commit, path);
    if (found?.bytes !== undefined) {
      return readBaseFile(commit, { path, textPath: found.path, bytes: found.bytes }, features);
    }
    broken ??= found && path;
  }
  return broken === undefined
    ? undefined
    : unread(commit, broken, "is a link to something that is not a file of that commit");
}

/** Whether a file holds nothing, or nothing but comments: nobody has deployed from it. */
function isEmptyFile({ source, parsed }: BaseFile): boolean {
  return source.text.trim() === "" || parsed.document?.plain === null;
}

/** A base without the file, or with nothing but comments in it: everything of today is new. */
export function absent(commit: Commit, path: string, isEmpty = false): Base {
  const nothing = isEmpty ? `${path} at ${commit.ref} is empty` : `there is no ${path} at ${commit.ref}`;
  const message = `${nothing}, so every account counts as new and none as removed`;
  return {
    commit,
    path,
    files: [],
    predecessor: undefined,
    snapshot: NOTHING,
    nothing,
    problems: [{ severity: "warning", message }],
    sharing: [],
    movedTo: new Map(),
  };
}

/** A base of files that count as a whole, the first of them today's predecessor, and of accounts that left others. */
export function baseOf(commit: Commit, whole: readonly LeftFile[], left: readonly LeftFile[] = []): Base {
  const predecessor = whole[0]?.file;
  const files = [...whole, ...left].map(({ file }) => file);
  const base = { ...absent(commit, predecessor?.path ?? ""), files, predecessor };
  const unreadable = predecessor && unreadableFile(commit, predecessor);
  if (unreadable !== undefined) {
    return { ...base, snapshot: undefined, problems: [unreadable] };
  }
  const accounts = [...whole, ...left].flatMap((file) => file.accounts);
  const nameless = whole.reduce((sum, { file }) => sum + (file.snapshot?.nameless ?? 0), 0);
  return {
    ...base,
    snapshot: { ...(predecessor?.snapshot ?? NOTHING), accounts, nameless },
    problems: whole.flatMap(({ file }) => unreadAccounts(file)),
  };
}

/** A file that counts with all its accounts. */
export function wholeOf(file: BaseFile): LeftFile {
  return { file, accounts: file.snapshot?.accounts ?? [] };
}

/** Why nothing of a file can be read, if that is so. */
function unreadableFile(commit: Commit, { path, snapshot }: BaseFile): BaseProblem | undefined {
  if (snapshot === undefined) {
    return unread(commit, path, "is not YAML that can be read");
  }
  return snapshot.nameless > 0 && snapshot.accounts.length === 0
    ? unread(commit, path, "has no accounts that can be read")
    : undefined;
}

function unread({ ref }: Commit, path: string, why: string): BaseProblem {
  const message = `${path} at ${ref} ${why}, so no change from it can be judged; compare with a commit where it was right, one of those that git log --oneline ${shellWord(ref)} -- ${shellWord(path)} lists: --base <commit>`;
  return { severity: "error", message };
}

function unreadAccounts({ source, snapshot }: BaseFile): BaseProblem[] {
  const message = `${source.name} has accounts that cannot be read, whose change is not judged`;
  return snapshot === undefined || snapshot.nameless === 0 ? [] : [{ severity: "warning", message }];
}

/** The account ids of the base that today's file has no longer. */
function lostIds(base: Snapshot | undefined, today: Snapshot): string[] {
  const kept = new Set(today.accounts.map(({ accountId }) => accountId));
  return (base?.accounts ?? []).flatMap(({ accountId }) =>
    accountId === undefined || kept.has(accountId) ? [] : [accountId],
  );
}

/** Says of a file whose accounts were in others from where they are judged. */
function originsOf(
  { ref }: Commit,
  path: string,
  { gone, left }: Elsewhere,
  same: BaseFile | undefined,
): BaseProblem {
  const places = [
    ...gone.map((file) => ({ ...file, note: ", gone since" })),
    ...left.map((file) => ({ ...file, note: "" })),
  ].map(({ file, note, accounts }) => `${file.path} (${counted(accounts.length, "account")}${note})`);
  const message =
    same === undefined
      ? `there is no ${path} at ${ref}; the change is judged from where its accounts were: ${listed(places)}`
      : `accounts of ${path} were in other files at ${ref}, and are judged from there: ${listed(places)}`;
  return { severity: "warning", message };
}

/** As many files as a message names. */
const MOST_NAMED = 3;

/** Files in a message: the first few by name, and how many more. */
export function listed(places: readonly string[]): string {
  const more = places.length - MOST_NAMED;
  return allOf([...places.slice(0, MOST_NAMED), ...(more > 0 ? [`${counted(more, "more file")}`] : [])]);
}
