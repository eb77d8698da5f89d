import { existsSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

/** The nearest folder upwards that holds `.git`; without one, the folder itself. */
export function repositoryOf(folder: string): string {
  for (let candidate = resolve(folder); ; candidate = dirname(candidate)) {
    if (existsSync(join(candidate, ".git"))) {
      return candidate;
    }
    if (candidate === dirname(candidate)) {
      return folder;
    }
  }
}

/** Whether a path leads out of a folder. Both absolute; links are not followed here. */
export function escapes(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === ".." || way.startsWith(`..${sep}`);
}
