import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import type { SourceText } from "../accounts/source-text";
import type { BaseFile } from "./base-file";
import { contentsOf, type Entry, entriesAt, isFile, LINK, SUBMODULE } from "./commit-files";
import type { Commit } from "./commits";
import { bytesThere, differenceFrom, unchangedSince } from "./work-tree";

/**
 * Lays the accounts file of a commit, and what it names, into a temporary folder, so that it is read with
 * the policy files and modules of that commit. The folder is gone when `use` has ended.
 */
export function withFilesOf<Result>(
  commit: Commit,
  { path, source, parsed }: BaseFile,
  use: (source: SourceText) => Result,
): Result {
  const root = mkdtempSync(join(tmpdir(), "pmm-iam-base-"));
  try {
    // Relative paths may lead anywhere inside the repository, whose root this marks.
    mkdirSync(join(root, ".git"));
    mkdirSync(join(root, dirname(path)), { recursive: true });
    const found = new Layout(commit, namedPaths(parsed.document?.plain, path));
    for (const [name, content] of found.files) {
      mkdirSync(join(root, dirname(name)), { recursive: true });
      writeFileSync(join(root, name), content);
    }
    for (const [name, leads] of found.links) {
      mkdirSync(join(root, dirname(name)), { recursive: true });
      symlinkSync(leads, join(root, name));
    }
    return use({ ...source, path: join(root, path) });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/**
 * What is at and below some paths of a commit, and where links among them lead, inside the repository. A file that
 * the work tree has unchanged is taken from there: line ends and filters make the same of it on both sides.
 */
class Layout {
  readonly files = new Map<string, Buffer>();
  readonly links = new Map<string, string>();
  private readonly looked = new Set<string>();

  constructor(commit: Commit, paths: readonly string[], prefix = "") {
    this.add(commit, paths, prefix);
  }

  /** Looks at paths of a commit; `prefix` leads to its repository from the outermost one. */
  private add(commit: Commit, paths: readonly string[], prefix: string): void {
    const key = (path: string): string => `${commit.root}\0${path}`;
    const fresh = [...new Set(paths)].filter((path) => !this.looked.has(key(path)));
    if (fresh.length === 0) {
      return;
    }
    for (const path of fresh) {
      this.looked.add(key(path));
    }
    const entries = entriesAt(commit, fresh.includes("") ? [] : fresh, "-r");
    const missing = fresh.filter(
      (path) => path !== "" && !entries.some((entry) => `${entry.path}/`.startsWith(`${path}/`)),
    );
    const onTheWay = missing.flatMap((path) => this.barrier(commit, path));
    const links = [...entries, ...onTheWay].filter(({ mode }) => mode === LINK);
    this.addFiles(commit, entries.filter(isFile), prefix);
    this.add(commit, this.addLinks(commit, links, { prefix, missing }), prefix);
    for (const { path, object } of [...entries, ...onTheWay].filter(({ mode }) => mode === SUBMODULE)) {
      const inside = missing.filter((other) => other.startsWith(`${path}/`));
      const module = { ...commit, root: join(commit.root, path), id: object };
      const rest = inside.length === 0 ? [""] : inside.map((other) => other.slice(path.length + 1));
      this.add(module, rest, `${prefix}${path}/`);
    }
  }

  /** The first link or submodule on the way to a path. Git does not look behind either. */
  private barrier(commit: Commit, path: string): Entry[] {
    const parts = path.split("/");
    const prefixes = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
    const entries = entriesAt(commit, prefixes).filter((entry) => prefixes.includes(entry.path));
    const found = entries.find(({ mode }) => mode === LINK || mode === SUBMODULE);
    return found === undefined ? [] : [found];
  }

  private addFiles(commit: Commit, entries: readonly Entry[], prefix: string): void {
    const same = unchangedSince(commit, entries);
    const changed = entries.filter(({ path }) => !same.has(path));
    for (const path of same) {
      this.files.set(prefix + path, bytesThere(commit, path));
    }
    for (const [path, bytes] of contentsOf(commit, changed)) {
      this.files.set(prefix + path, bytes);
    }
  }

  /** Keeps links. Returns where they lead, and where the paths go on that were behind them. */
  private addLinks(
    commit: Commit,
    links: readonly Entry[],
    { prefix, missing }: { prefix: string; missing: readonly string[] },
  ): string[] {
    return [...contentsOf(commit, links)].flatMap(([path, bytes]) => {
      const leads = bytes.toString("utf8");
      this.links.set(prefix + path, leads);
      const target = posix.join(posix.dirname(path), leads).replace(/\/$/, "");
      if (posix.isAbsolute(leads) || target === "." || target === ".." || target.startsWith("../")) {
        return [];
      }
      const behind = missing.filter((other) => other.startsWith(`${path}/`));
      return behind.length === 0 ? [target] : behind.map((other) => target + other.slice(path.length));
    });
  }
}

/**
 * An attributes file of git that has changed, of those that say how the files that an accounts file names come into
 * the work tree: it may have changed their bytes without changing what is committed.
 */
export function changedAttributes(commit: Commit, { path, parsed }: BaseFile): string | undefined {
  const named = namedPaths(parsed.document?.plain, path);
  const folders = new Set(named.flatMap(foldersTo));
  const paths = [...folders].map((folder) => posix.join(folder, ".gitattributes"));
  return paths.length === 0 ? undefined : differenceFrom(commit, paths).changed;
}

/** A path and the folders above it, the repository's own included. */
function foldersTo(path: string): string[] {
  return path === "." ? [path] : [path, ...foldersTo(posix.dirname(path))];
}

/** Every relative path that a file's plain data names, from the repository's root. */
function namedPaths(plain: unknown, path: string): string[] {
  const paths = [...texts(plain)]
    .filter((text) => /^\.\.?\//.test(text))
    .map((text) => posix.normalize(posix.join(posix.dirname(path), text)).replace(/\/$/, ""))
    .filter((named) => named !== "." && named !== ".." && !named.startsWith("../"));
  return [...new Set(paths)];
}

function* texts(value: unknown): Iterable<string> {
  if (typeof value === "string") {
    yield value;
  } else if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) {
      yield* texts(part);
    }
  }
}
