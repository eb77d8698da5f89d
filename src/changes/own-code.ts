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
 * folder and below counts, but for what git ignores, which is built from others.
 */
export function ownCodeSince(commit: Commit, { main, modules }: OwnCode): string | undefined {
  const places = [
    ...(main === undefined ? [] : [{ folder: dirname(main), isMeant: isCode, withIgnored: false }]),
    ...modules.map((folder) => ({ folder, isMeant: isOfModule, withIgnored: true })),
  ];
  const changed = places.map((place) => changedIn(commit, place)).find((path) => path !== undefined);
  return changed && `${changed} has changed since ${commit.ref}`;
}

interface CodePlace {
  readonly folder: string;
  readonly isMeant: (path: string) => boolean;
  readonly withIgnored: boolean;
}

function changedIn(commit: Commit, { folder, isMeant, withIgnored }: CodePlace): string | undefined {
  const [root, place] = [realpathSync(commit.root), realpathSync(folder)];
  if (escapes(root, place)) {
    return undefined;
  }
  const way = relative(root, place).split(sep).join("/");
  return differenceFrom(commit, way === "" ? [] : [way], isMeant, { isMeant, withIgnored }).changed;
}

function isCode(path: string): boolean {
  return /\.[cm]?[jt]s$/.test(path) && !/(^|\/)(\.terraform|node_modules)\//.test(path);
}

function isOfModule(path: string): boolean {
  return /\.tf(\.json)?$|\/policies\/[^/]+\.json$/.test(path) && !/(^|\/)\.terraform\//.test(path);
}
