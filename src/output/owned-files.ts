import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { isTerraforms } from "./names";
import { OutputError, reason } from "./output-error";
import { type OutputFolder, OWN_FOLDER } from "./output-folder";

/** What synth wrote into an output folder: what it may replace and remove. */
export interface Owned {
  /** The name of the deployment whose output it is; undefined in a list of 0.1.0, which did not say. */
  readonly deployment?: string | undefined;
  readonly files: ReadonlySet<string>;
  /** Folders that it made, that hold nothing of it any more, and that others have something in. */
  readonly folders: ReadonlySet<string>;
}

export const NOTHING_OWNED: Owned = { files: new Set(), folders: new Set() };

/** The list's path in the output folder. */
export const LIST = `${OWN_FOLDER}/files.json`;

const COMMENT =
  "What pmm-iam synth wrote into this folder, and replaces or removes when it runs again. It touches nothing else.";

/** The list as it is kept: the same for the same files. */
export function listText({ deployment, files, folders }: Owned): string {
  const list = { "//": COMMENT, deployment, files: [...files].sort(), folders: [...folders].sort() };
  return `${JSON.stringify(list, undefined, 2)}\n`;
}

/** Reads the list; undefined where there is none. Throws an OutputError for one that synth did not write. */
export function readOwned(folder: OutputFolder): { owned: Owned; text: string } | undefined {
  const kind = folder.kindOf(LIST);
  if (kind === "nothing") {
    return undefined;
  }
  const text = kind === "file" ? readText(folder) : "";
  const owned = parsed(text);
  if (owned === undefined) {
    throw new OutputError(
      `${folder.shown(LIST)} is not the list of files that synth keeps there; restore it, or remove it: synth then looks for its files itself`,
    );
  }
  return { owned, text };
}

function readText(folder: OutputFolder): string {
  try {
    return readFileSync(folder.at(LIST), "utf8");
  } catch (cause) {
    throw new OutputError(`${folder.shown(LIST)} cannot be read: ${reason(cause)}`);
  }
}

/** Keeps a list's text, at once as a whole. It is prepared in the folder for what is about to be written. */
export function writeList(folder: OutputFolder, text: string, staging: string): void {
  const draft = folder.at(`${staging}/files.json`);
  writeFileSync(draft, text, { flush: true });
  renameSync(draft, folder.at(LIST));
}

function parsed(text: string): Owned | undefined {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { deployment, files, folders } = (list ?? {}) as Readonly<Record<string, unknown>>;
  return isPaths(files) && isPaths(folders) && (deployment === undefined || isDeploymentName(deployment))
    ? { deployment, files: new Set(files), folders: new Set(folders) }
    : undefined;
}

function isDeploymentName(value: unknown): value is string {
  return typeof value === "string" && /^[a-z][a-z0-9-]*$/.test(value);
}

function isPaths(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((path) => typeof path === "string" && isOwnable(path));
}

/** Whether a path may be of synth: inside the folder, and not of Terraform. A list may have been edited. */
function isOwnable(path: string): boolean {
  const names = path.split("/");
  const isInside = names.every((name) => !["", ".", ".."].includes(name) && !name.includes("\0"));
  // A file of a module may have any name.
  const isOfTerraform = names.length < 4 ? names.some(isTerraforms) : names.includes(".terraform");
  return isInside && !isOfTerraform && names[0] !== OWN_FOLDER;
}
