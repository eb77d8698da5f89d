import { type Dirent, lstatSync, readdirSync, realpathSync, rmdirSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { makeFolder } from "./make-folder";
import { OutputError, reason } from "./output-error";
import { misplaced } from "./place";

/** What is at a path, symbolic links not followed. */
export type Kind = "nothing" | "file" | "folder" | "link" | "other";

/** Where synth keeps what it needs in the output folder: its list of files, its lock, what it is about to write. */
export const OWN_FOLDER = ".pmm-iam";

/** The output folder. Paths start from it and are written with `/`; no symbolic link below it is followed. */
export class OutputFolder {
  private readonly folders = new Set<string>([""]);

  private constructor(
    /** As the user named it. */
    readonly name: string,
    /** Where it is. The folder itself may be a symbolic link. */
    private readonly root: string,
    /** The folders that were made for it, from the outermost to the innermost. */
    private readonly made: readonly string[],
  ) {}

  /** Finds the folder, or makes it. Throws an OutputError where there can be none. */
  static open(name: string): OutputFolder {
    const refuse = (why: string): OutputError =>
      new OutputError(
        `the output folder ${name || '""'} cannot be made: ${why}; name another one with --output`,
      );
    const [first, root] = made(name, refuse);
    const output = new OutputFolder(name, root, first === undefined ? [] : foldersBetween(first, root));
    const problem = misplaced(root);
    if (problem !== undefined) {
      output.unmake();
      throw refuse(problem);
    }
    return output;
  }

  /** The path as the operating system takes it. */
  at(path: string): string {
    return join(this.root, path);
  }

  /** The way from the output folder to a place inside it that is not synth's own; undefined for any other. */
  pathOf(place: string): string | undefined {
    const path = relative(this.root, place).split(sep).join("/");
    const isInside = path !== "" && !path.startsWith("../") && !path.startsWith(OWN_FOLDER);
    return isInside && path !== ".." && !isAbsolute(path) ? path : undefined;
  }

  /** The path as the user would type it. */
  shown(path: string): string {
    return join(this.name, path);
  }

  kindOf(path: string): Kind {
    try {
      const stats = lstatSync(this.at(path));
      if (stats.isSymbolicLink()) {
        return "link";
      }
      if (stats.isDirectory()) {
        return "folder";
      }
      return stats.isFile() ? "file" : "other";
    } catch (cause) {
      if (["ENOENT", "ENOTDIR"].includes((cause as NodeJS.ErrnoException).code ?? "")) {
        return "nothing";
      }
      throw cause;
    }
  }

  /** The outermost of a path's parents that is there and no folder: a file, or a link that may lead anywhere. */
  obstacle(path: string): string | undefined {
    const parent = parentOf(path);
    if (this.folders.has(parent)) {
      return undefined;
    }
    const above = this.obstacle(parent);
    if (above !== undefined) {
      return above;
    }
    const kind = this.kindOf(parent);
    if (kind === "folder") {
      this.folders.add(parent);
    }
    return kind === "folder" || kind === "nothing" ? undefined : parent;
  }

  /** What a folder holds; nothing where there is no folder, or only a link to one. */
  entries(path: string): Dirent[] {
    const isFolder = this.obstacle(`${path}/-`) === undefined && this.kindOf(path) === "folder";
    return isFolder ? readdirSync(this.at(path), { withFileTypes: true }) : [];
  }

  /** Every path below a folder that is itself no folder. Links are not followed. */
  below(path: string): string[] {
    return this.entries(path).flatMap((entry) =>
      entry.isDirectory() ? this.below(`${path}/${entry.name}`) : [`${path}/${entry.name}`],
    );
  }

  /** Removes a folder if it is empty. Returns whether it is gone. */
  removeIfEmpty(path: string): boolean {
    this.folders.delete(path);
    return removeIfEmpty(this.at(path));
  }

  /** Removes the output folder, and what was made above it, as far as they are empty. */
  unmake(): void {
    this.removeIfEmpty(OWN_FOLDER);
    for (const folder of [...this.made].reverse()) {
      if (!removeIfEmpty(folder)) {
        return;
      }
    }
  }
}

/** Makes a folder. Returns the outermost one that was not there, and where the folder is, without links. */
function made(name: string, refuse: (why: string) => OutputError): [string | undefined, string] {
  const problem = name === "" ? "its name is empty" : misplaced(resolve(name));
  if (problem !== undefined) {
    throw refuse(problem);
  }
  try {
    const first = makeFolder(resolve(name));
    return [first && realpathSync(first), realpathSync(name)];
  } catch (cause) {
    throw refuse(reason(cause));
  }
}

/** A path's folder; empty for what is in the output folder itself. */
export function parentOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
}

function foldersBetween(first: string, last: string): string[] {
  return resolve(first) === last ? [last] : [...foldersBetween(first, dirname(last)), last];
}

function removeIfEmpty(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
