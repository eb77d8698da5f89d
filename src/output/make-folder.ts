import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it. Returns the outermost one that was not there; undefined where all were. Node's
 * own `recursive` never ends where the system has no room for new names, as in /proc.
 */
export function makeFolder(path: string): string | undefined {
  try {
    mkdirSync(path);
    return path;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "EEXIST" && isFolder(path)) {
      return undefined;
    }
    if (code !== "ENOENT" || existsSync(dirname(path))) {
      throw cause;
    }
  }
  const first = makeFolder(dirname(path));
  return makeFolder(path) === undefined ? first : (first ?? path);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
