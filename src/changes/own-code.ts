import { realpathSync } from "node:fs";
import { dirname, relative, sep } from "node:path";
import { escapes } from "../accounts/repository";
import type { Commit } from "./commits";
import { differenceFrom } from "./work-tree";

/** What makes the output besides the accounts file and this program: a main.ts of the user's own, and its modules. */
export interface OwnCode {
  /** The file that called `run`, absolute; undefined where it is this program itself. */
  readonly main: string | undefined;
  /** The folders of the Terraform modules that its features bring. */
  readonly modules: readonly string[];
}

/**
 * A clause that names what of the user's own code has changed since a commit; undefined where nothing has, or where it
 * is in another repository. Features are in files that main.ts imports: every file of JavaScript or TypeScript in its
 * folder and below counts.
 */
export function ownCodeSince(commit: Commit, { main, modules }: OwnCode): string | undefined {
  const changed =
    (main === undefined ? undefined : changedIn(commit, dirname(main), isCode)) ??
    modules.map((folder) => changedIn(commit, folder, isOfModule)).find((path) => path !== undefined);
  return changed && `${changed} has changed since ${commit.ref}`;
}

function changedIn(commit: Commit, folder: string, isMeant: (path: string) => boolean): string | undefined {
  const [root, place] = [realpathSync(commit.root), realpathSync(folder)];
  if (escapes(root, place)) {
    return undefined;
  }
  const way = relative(root, place).split(sep).join("/");
  return differenceFrom(commit, way === "" ? [] : [way], isMeant, isMeant).changed;
}

function isCode(path: string): boolean {
  return /\.[cm]?[jt]s$/.test(path) && !/(^|\/)(\.terraform|node_modules)\//.test(path);
}

function isOfModule(path: string): boolean {
  return /\.tf(\.json)?$|\/policies\/[^/]+\.json$/.test(path) && !/(^|\/)\.terraform\//.test(path);
}
