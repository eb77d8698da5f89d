import { join } from "node:path";
import { allOf, counted } from "../accounts/wording";
import { type BaseFile, readBaseFile } from "./base-file";
import { type FileAt, fileAt, renamingsSince } from "./commit-files";
import { type Commit, commitOf, type Place } from "./commits";
import { type FormerFile, formerFiles, type SharingFile } from "./former-files";
import { isAccountsFile, NOTHING, type Snapshot } from "./snapshot";

/** What today's accounts file is judged from: the accounts as they were at a commit. */
export interface Base {
  readonly commit: Commit;
  /** The file that it was looked for in, from the repository's root, as it was called then. */
  readonly path: string;
  /** The files that it was read from: none where nothing was there, several where today's file was put together. */
  readonly files: readonly BaseFile[];
  /** undefined where nothing of it can be read. */
  readonly snapshot: Snapshot | undefined;
  /** Where it was found, and why the change from all or a part of it is not judged. */
  readonly problems: readonly BaseProblem[];
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
  readonly accountIds: ReadonlySet<string>;
}

/**
 * Reads the accounts file at a ref, or where this branch left it: the file of today's name, links followed; else
 * the one that git says was renamed to it; else the files that had its accounts, by account id.
 */
export function readBase({ place, accountIds }: Today, ref: string, at: "ref" | "fork"): Base {
  const { repository, paths } = place;
  const commit = commitOf(repository, ref, at);
  const same = baseAt(commit, paths);
  if (same !== undefined) {
    return same;
  }
  const renamings = renamingsSince(commit);
  const renamed = baseAt(
    commit,
    paths.flatMap((path) => renamings.get(path) ?? []),
    isRenamed,
  );
  if (renamed !== undefined) {
    return renamed;
  }
  const { former, sharing } = formerFiles(commit, { path: join(commit.root, paths[0]), accountIds });
  const base = former.length === 0 ? absent(commit, paths[0]) : baseOfFormer(commit, paths[0], former);
  return { ...base, problems: [...base.problems, ...sharedWith(sharing)] };
}

/** Of several paths, the base at the first that leads to a file; undefined where nothing is there. */
function baseAt(
  commit: Commit,
  paths: readonly string[],
  isMeant: (file: BaseFile) => boolean = () => true,
): Base | undefined {
  let broken: string | undefined;
  for (const path of paths) {
    const found: FileAt | undefined = fileAt(commit, path);
    if (found?.bytes !== undefined) {
      const file = readBaseFile(commit, { path, textPath: found.path, bytes: found.bytes });
      if (isMeant(file)) {
        return baseOf(commit, file);
      }
    } else if (found !== undefined) {
      broken ??= path;
    }
  }
  return broken === undefined ? undefined : brokenLink(commit, broken);
}

/** What git calls a renaming may be of any file; one that cannot be read may have been an accounts file. */
function isRenamed({ parsed: { document } }: BaseFile): boolean {
  return document === undefined || isAccountsFile(document);
}

/** A base without the file: everything of today is new. */
export function absent(commit: Commit, path: string): Base {
  const message = `there is no ${path} at ${commit.ref}, so every account counts as new and none as removed`;
  return { commit, path, files: [], snapshot: NOTHING, problems: [{ severity: "warning", message }] };
}

function brokenLink(commit: Commit, path: string): Base {
  const problem = unread(commit, path, "is a link to what is no file of that commit");
  return { commit, path, files: [], snapshot: undefined, problems: [problem] };
}

/** A base of one file. */
export function baseOf(commit: Commit, file: BaseFile): Base {
  const { path, snapshot } = file;
  const base = { commit, path, files: [file] };
  if (snapshot === undefined) {
    const problem = unread(commit, path, "is not YAML that can be read");
    return { ...base, snapshot: undefined, problems: [problem] };
  }
  if (snapshot.nameless > 0 && snapshot.accounts.length === 0) {
    const problem = unread(commit, path, "has no accounts that can be read");
    return { ...base, snapshot: undefined, problems: [problem] };
  }
  return { ...base, snapshot, problems: unreadAccounts(file) };
}

/** A base of files that are not today's. What is not of an account is judged from the first of them. */
function baseOfFormer(commit: Commit, path: string, former: readonly FormerFile[]): Base {
  const places = former.map(
    ({ file, moved, isGone }) => `${file.path} (${counted(moved, "account")}${isGone ? ", gone since" : ""})`,
  );
  const message = `there is no ${path} at ${commit.ref}; the change is judged from where its accounts were: ${listed(places)}`;
  const gone = former.filter(({ isGone }) => isGone);
  return {
    commit,
    path,
    files: former.map(({ file }) => file),
    snapshot: {
      name: former[0]?.file.snapshot?.name,
      source: former[0]?.file.snapshot?.source ?? NOTHING.source,
      accounts: former.flatMap(({ accounts }) => accounts),
      nameless: gone.reduce((sum, { file }) => sum + (file.snapshot?.nameless ?? 0), 0),
    },
    problems: [{ severity: "warning", message }, ...gone.flatMap(({ file }) => unreadAccounts(file))],
  };
}

function unread({ ref }: Commit, path: string, why: string): BaseProblem {
  const message = `${path} at ${ref} ${why}, so nothing of the change from it is judged; compare with a commit at which it was right, of those that git log --oneline ${ref} -- ${path} lists: --base <commit>`;
  return { severity: "error", message };
}

function unreadAccounts({ source, snapshot }: BaseFile): BaseProblem[] {
  const message = `${source.name} has accounts that cannot be read, whose change is not judged`;
  return snapshot === undefined || snapshot.nameless === 0 ? [] : [{ severity: "warning", message }];
}

/** Accounts that today's file has and others keep: most likely it was copied from them. */
function sharedWith(sharing: readonly SharingFile[]): BaseProblem[] {
  const places = sharing.map(({ path, shared }) => `${path} (${counted(shared, "account")})`);
  const message = `accounts of this file are also in ${listed(places)}; two files that manage one AWS account undo each other's changes: keep each account in one of them`;
  return sharing.length === 0 ? [] : [{ severity: "warning", message }];
}

/** As many files as a message names. */
const MOST_NAMED = 3;

function listed(places: readonly string[]): string {
  const more = places.length - MOST_NAMED;
  return allOf([...places.slice(0, MOST_NAMED), ...(more > 0 ? [`${counted(more, "more file")}`] : [])]);
}
