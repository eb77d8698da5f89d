import { readFileSync, realpathSync, statSync } from "node:fs";
import { join, posix, relative, sep } from "node:path";
import { escapes } from "../accounts/repository";
import { packageName, packageRoot, version } from "../project";
import { contentsOf, entriesAt, fileAt, isFile, LINK, SUBMODULE } from "./commit-files";
import type { Commit } from "./commits";
import { git, lineOf, partsOf } from "./git";
import { askedFor, isOwnManifest, MANIFESTS, mappingOf, pinIn, saysOfProgram } from "./manifests";
import { EXACT_VERSION } from "./versions";
import { differenceFrom } from "./work-tree";

/** What makes the output besides the accounts file. A change to any of it may change every stack. */
const PROGRAM = ["modules", "src", "main.ts", "bin", ".swcrc", "package.json", "package-lock.json"];

/** What is built of it: in a package all the code, in a clone a file that git ignores and nothing runs. */
const BUILT = "dist";

/** Whether the program may be another than the one at a commit. */
export type ProgramSince =
  | { readonly kind: "same" }
  | {
      readonly kind: "changed";
      /** A clause without a full stop. */
      readonly why: string;
      /** The exact version at the commit, where something says it. */
      readonly version?: string | undefined;
    }
  /** Nothing in the repository says which program there was. */
  | {
      readonly kind: "unknown";
      /** Why, and what to do: a clause without a full stop. */
      readonly why: string;
      /** Whether a file asks for the program, but for no exact version. */
      readonly isAsked: boolean;
    };

/**
 * Compares the program that runs with the one at a commit of the accounts file's repository: its files, where they
 * are in the repository or in a submodule of it; else the version that package.json or a lock file names, in the
 * folder of the accounts file or above.
 */
export function programSince(commit: Commit, accountsPath: string, program = packageRoot): ProgramSince {
  const root = realpathSync(commit.root);
  const way = relative(root, realpathSync(program)).split(sep).join("/");
  const isInside = !escapes(root, realpathSync(program));
  const byFiles = isInside ? sinceInRepository(commit, way) : undefined;
  return byFiles ?? sinceByVersion(commit, foldersUp(posix.dirname(accountsPath), isInside ? way : "."));
}

/** Compares files; undefined where neither the commit nor git today has the program. */
function sinceInRepository(commit: Commit, way: string): ProgramSince | undefined {
  const submodule = way === "" ? undefined : submoduleOn(commit, way);
  if (submodule !== undefined) {
    return sinceInSubmodule(commit, way, submodule);
  }
  const isMeant = (path: string): boolean => isRead(posix.relative(way, path));
  const sources = PROGRAM.map((name) => posix.join(way, name));
  const source = differenceFrom(commit, sources, isMeant);
  const built = differenceFrom(commit, [posix.join(way, BUILT)], isMeant, { withIgnored: false });
  const changed = source.changed ?? built.changed;
  if (source.wasThere || built.wasThere) {
    return changed === undefined
      ? { kind: "same" }
      : { kind: "changed", why: hasChanged(commit, changed), version: ownVersion(commit, way) };
  }
  return partsOf(commit.root, "ls-files", "-z", "--", `:(literal)${way || "."}`).length === 0
    ? undefined
    : { kind: "changed", why: `the program in ${way} is new since ${commit.ref}` };
}

/** What the program's own package.json says at a commit. */
function ownVersion(commit: Commit, way: string): string | undefined {
  const path = posix.join(way, "package.json");
  const entries = entriesAt(commit, [path]).filter((entry) => isFile(entry) && entry.path === path);
  const { name, version: own } = mappingOf(textOf(contentsOf(commit, entries).get(path))) ?? {};
  return name === packageName && typeof own === "string" && EXACT_VERSION.test(own) ? own : undefined;
}

/** Of a file that the commit does not have, whether the program reads it: code and policies, no notes. */
function isRead(path: string): boolean {
  return (
    /\.(tf|json|ts|js|br|gz)$|(^|\/)\.swcrc$/.test(path) && !/(^|\/)(\.terraform|node_modules)\//.test(path)
  );
}

/** The submodule of a commit that a path leads into. */
function submoduleOn(commit: Commit, way: string): { path: string; object: string } | undefined {
  const parts = way.split("/");
  const prefixes = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
  return entriesAt(commit, prefixes).find(({ mode, path }) => mode === SUBMODULE && prefixes.includes(path));
}

/** Another commit of the submodule counts as a change, whatever is in it. */
function sinceInSubmodule(
  commit: Commit,
  way: string,
  { path, object }: { path: string; object: string },
): ProgramSince {
  const module: Commit = { ...commit, root: join(commit.root, path), id: object };
  // Where the submodule is not checked out, git answers for the repository around it, which has no such commit.
  const { status } = git(module.root, ["cat-file", "-e", `${object}^{tree}`]);
  const since = status === 0 ? sinceInRepository(module, way.slice(path.length + 1)) : undefined;
  if (since?.kind === "same" && lineOf(module.root, "rev-parse", "HEAD") === object) {
    return since;
  }
  return {
    kind: "changed",
    why: `the submodule ${path} with the program has changed since ${commit.ref}`,
    version: since?.kind === "changed" ? since.version : undefined,
  };
}

/** The folders of some paths and those above, from the innermost. The repository's own is empty. */
function foldersUp(...paths: readonly string[]): string[] {
  const up = (path: string): string[] =>
    path === "." || path === "" ? [""] : [path, ...up(posix.dirname(path))];
  return [...new Set(paths.flatMap(up))];
}

function sinceByVersion(commit: Commit, folders: readonly string[]): ProgramSince {
  const paths = folders.flatMap((folder) => MANIFESTS.map((name) => posix.join(folder, name)));
  const before = textsAt(commit, paths);
  const manifests = paths
    .map((path) => ({ path, old: before.get(path) ?? "", now: textNow(join(commit.root, path)) }))
    .filter(({ path, old, now }) => !isOwnManifest(path, old, now))
    .map(({ path, old, now }) => ({
      ...{ path, old },
      ...{ saidThen: saysOfProgram(path, old), saysNow: saysOfProgram(path, now) },
    }))
    .filter(({ saidThen, saysNow }) => saidThen !== "" || saysNow !== "");
  const pins = manifests.map(({ path, old }) => ({ path, pin: pinIn(path, old) }));
  const exact = pins.find(({ pin = "" }) => EXACT_VERSION.test(pin));
  const changed = manifests.find(({ saidThen, saysNow }) => saidThen !== saysNow);
  if (changed !== undefined) {
    return { kind: "changed", why: hasChanged(commit, changed.path), version: exact?.pin };
  }
  if (exact?.pin !== undefined && exact.pin !== version) {
    const why = `${exact.path} at ${commit.ref} has version ${exact.pin} of the program, and this is ${version}`;
    return { kind: "changed", why, version: exact.pin };
  }
  return pins.some(({ pin }) => pin !== undefined)
    ? { kind: "same" }
    : {
        kind: "unknown",
        why: unseen(manifests[0]?.path, manifests[0]?.old),
        isAsked: manifests.length > 0,
      };
}

/** Why an upgrade is not seen, and what makes it seen. */
function unseen(path: string | undefined, text = ""): string {
  const asked = path?.endsWith("package.json") ? askedFor(text) : undefined;
  return asked === undefined
    ? "the repository does not hold it, and no package.json or lock file there has its exact version; install it there with npm, or as a submodule"
    : `${path} asks for ${packageName} ${asked}, which may be any of several versions, and there is no lock file; commit package-lock.json, or the exact version: npm install --save-dev --save-exact ${packageName}@${version}`;
}

/** The most bytes of a manifest: a lock file of some ten thousand packages has less. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The text of a file, without its byte order mark and with line ends of one kind; empty where it is too large. */
function textOf(bytes: Buffer | undefined): string {
  return bytes === undefined || bytes.length > MOST_BYTES
    ? ""
    : bytes
        .toString("latin1")
        .replace(/^\u00ef\u00bb\u00bf/, "")
        .replace(/\r\n/g, "\n");
}

/** Of what is no regular file, such as a device or a pipe, nothing is read: it may never end. */
function textNow(path: string): string {
  try {
    const stats = statSync(path);
    return stats.isFile() && stats.size <= MOST_BYTES ? textOf(readFileSync(path)) : "";
  } catch {
    // Nothing is there, or nothing that can be read: it differs from what said something then.
    return "";
  }
}

/** The text of some files of a commit, links followed, by path. */
function textsAt(commit: Commit, paths: readonly string[]): Map<string, string> {
  const entries = entriesAt(commit, paths).filter(({ path }) => paths.includes(path));
  const files = contentsOf(commit, entries.filter(isFile));
  const links = entries
    .filter(({ mode }) => mode === LINK)
    .map(({ path }) => [path, fileAt(commit, path)?.bytes] as const);
  return new Map([...files, ...links].map(([path, bytes]) => [path, textOf(bytes)]));
}

function hasChanged({ ref }: Commit, path: string): string {
  return `${path} has changed since ${ref}`;
}
