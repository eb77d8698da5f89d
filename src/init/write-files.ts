import { closeSync, lstatSync, mkdirSync, openSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A file to be written. */
export interface NewFile {
  /** From the folder of the deployment, with `/`. */
  readonly path: string;
  readonly content: string | Buffer;
  /** Whether it can be run. */
  readonly isProgram?: boolean;
}

/** What is in the way of a file. */
export interface Obstacle {
  /** From the folder of the deployment. */
  readonly path: string;
  readonly kind: "file" | "folder" | "link" | "other";
}

/**
 * What keeps files from being written: what has a file's path already, or has the path of a folder and is none. A link
 * to a folder is in the way too: what is written through it is elsewhere.
 */
export function obstacles(folder: string, files: readonly Pick<NewFile, "path">[]): Obstacle[] {
  const found = new Map<string, Obstacle>();
  for (const { path } of files) {
    for (const part of [...foldersOf(path), path]) {
      const kind = kindOf(join(folder, part));
      if (kind !== undefined && (kind !== "folder" || part === path)) {
        found.set(part, { path: part, kind });
      }
      if (kind !== "folder") {
        break;
      }
    }
  }
  return [...found.values()];
}

/** The folders of a path, from the outermost on: `a` and `a/b` of `a/b/c`. */
function foldersOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

function kindOf(path: string): Obstacle["kind"] | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    return undefined;
  }
  if (stats.isSymbolicLink()) {
    return "link";
  }
  return stats.isDirectory() ? "folder" : stats.isFile() ? "file" : "other";
}

/** A file that could not be written. Nothing of what was to be written is there. */
export class UnwrittenError extends Error {
  constructor(
    readonly path: string,
    override readonly cause: unknown,
  ) {
    super(`${path} cannot be written`);
  }
}

/** A change of a file that is there, once the others are written. It is whole or not made at all. */
export interface LastStep {
  readonly path: string;
  change(): void;
}

/**
 * Writes files into a folder: all of them, or none. Replaces nothing. Throws an UnwrittenError for the first that
 * cannot be written, after removing what was written before it.
 */
export function writeFiles(folder: string, files: readonly NewFile[], last?: LastStep): void {
  const undo: (() => void)[] = [];
  const orUndo = (path: string, step: () => void): void => {
    try {
      step();
    } catch (cause) {
      for (const back of undo.reverse()) {
        attempt(back);
      }
      throw new UnwrittenError(path, cause);
    }
  };
  for (const { path, content, isProgram } of files) {
    orUndo(path, () => {
      const place = join(folder, path);
      for (const part of foldersOf(path)) {
        makeFolder(join(folder, part), undo);
      }
      const file = openSync(place, "wx", isProgram ? 0o777 : 0o666);
      undo.push(() => rmSync(place));
      try {
        writeFileSync(file, content);
      } finally {
        closeSync(file);
      }
    });
  }
  if (last !== undefined) {
    orUndo(last.path, last.change);
  }
}

/** Makes a folder unless it is there, and says how to remove it. */
function makeFolder(path: string, undo: (() => void)[]): void {
  if (kindOf(path) !== "folder") {
    mkdirSync(path);
    undo.push(() => rmdirSync(path));
  }
}

/** A step whose failure leaves the others to be tried. */
function attempt(step: () => void): void {
  try {
    step();
  } catch {
    // What others have put there meanwhile is theirs.
  }
}
