import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { CONSUMERS_FOLDER } from "../features/consumer";
import type { OutputFiles } from "../terraform/output-files";
import { refuseWhatCdktfWouldRemove } from "./cdktf-command";
import { clearStaging, exchange, HalfDone, prepare, STAGING } from "./exchange";
import { Locked, withLock } from "./lock";
import { isProviderLock } from "./names";
import { OutputError, reason } from "./output-error";
import { OutputFolder, OWN_FOLDER, parentOf } from "./output-folder";
import { LIST, listText, type Owned, readOwned, writeList } from "./owned-files";
import { type Plan, planOf } from "./plan";
import { takenOver } from "./takeover";

export { OutputError } from "./output-error";

/** What publishing did to the output folder, in files. */
export interface Published {
  readonly written: number;
  readonly removed: number;
  readonly unchanged: number;
  /** Left out where there are none, and were none. */
  readonly consumers?: PublishedConsumers;
}

/** What publishing did in `consumers/`. */
export interface PublishedConsumers {
  /** Whether none of synth's files was there before. */
  readonly isNew: boolean;
  /** The files that are not what they were, sorted by path. */
  readonly changed: readonly ChangedText[];
}

/** A text before and after; undefined where there was or is none. */
export interface ChangedText {
  /** Below `consumers/`. */
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface PublishOptions {
  /** Set when the cdktf command started this program: it removes the folders of vanished stacks afterwards. */
  readonly underCdktfCommand: boolean;
  /** The name of the deployment whose output it is. */
  readonly deployment: string;
}

/**
 * Makes the output folder hold exactly these files, of those that synth writes: all of them or, when something
 * fails, none. Which are synth's is said by a list that is kept there. What is not on it is never touched, and is an
 * OutputError where it is in the way, before anything is changed.
 *
 * The list names a file before it is there, and as long as it is there. So a run that is killed leaves nothing that
 * the next does not know, and that one needs no more than to write the output again.
 */
export async function publish(
  files: OutputFiles,
  folder: string,
  options: PublishOptions,
): Promise<Published> {
  const output = OutputFolder.open(folder);
  try {
    refuseForeign(output);
    return await withLock(output.at(OWN_FOLDER), (beat) => update(output, files, { ...options, beat }));
  } catch (cause) {
    output.unmake();
    throw explained(output, cause);
  }
}

function refuseForeign(output: OutputFolder): void {
  if (!["nothing", "folder"].includes(output.kindOf(OWN_FOLDER))) {
    throw new OutputError(
      `${output.shown(OWN_FOLDER)} is not a folder; synth keeps the list of its files in a folder of that name: move it away`,
    );
  }
}

/** An OutputError for what only the user can change: who may write, how much room there is, another run. */
function explained(output: OutputFolder, cause: unknown): unknown {
  if (cause instanceof Locked) {
    const where = cause.isHere ? "" : " on another machine or in another container";
    return new OutputError(
      `another synth is writing ${output.name} (process ${cause.pid}${where}); run this one again when it has ended`,
    );
  }
  if (cause instanceof HalfDone) {
    return new OutputError(
      `${output.name} could not be written, and a part of it is new: ${cause.message}; run synth again when that is fixed: it writes the whole output`,
    );
  }
  const { syscall, path, dest } = cause as NodeJS.ErrnoException & { dest?: string };
  if (syscall === undefined) {
    return cause;
  }
  const where = output.pathOf(dest ?? path ?? "");
  return new OutputError(
    `${output.name} could not be written and is as it was: ${where === undefined ? "" : `${where}: `}${reason(cause)}`,
  );
}

interface UpdateOptions extends PublishOptions {
  readonly beat: () => void;
}

function update(
  output: OutputFolder,
  files: OutputFiles,
  { underCdktfCommand, deployment, beat }: UpdateOptions,
): Published {
  const staging = output.at(STAGING);
  clearStaging(output);
  const list = readOwned(output);
  refuseOtherDeployment(output, list?.owned.deployment, deployment);
  const own = new Map([...files].filter(([path]) => !isProviderLock(path)));
  const owned = takenOver(output, own, list?.owned);
  const plan = planOf(output, files, owned);
  if (underCdktfCommand) {
    refuseWhatCdktfWouldRemove(output, files, plan);
  }
  const consumers = consumersIn(output, plan, owned);
  mkdirSync(staging);
  try {
    prepare(output, plan, beat);
    const both = { deployment, files: new Set([...owned.files, ...own.keys()]), folders: owned.folders };
    keepList(output, both, list?.text);
    try {
      exchange(output, plan, beat);
    } catch (cause) {
      if (!(cause instanceof HalfDone)) {
        restoreList(output, list?.text);
      }
      throw cause;
    }
    const folders = foldersLeft(output, { files, owned, plan, underCdktfCommand });
    keepList(output, { deployment, files: new Set(own.keys()), folders }, listText(both));
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  const { puts, removals, unchanged } = plan;
  return { written: puts.length, removed: removals.length, unchanged, ...(consumers && { consumers }) };
}

/** What a plan does in `consumers/`. */
function consumersIn(
  output: OutputFolder,
  { puts, removals }: Plan,
  owned: Owned,
): PublishedConsumers | undefined {
  const isConsumers = (path: string): boolean => path.startsWith(`${CONSUMERS_FOLDER}/`);
  const isNew = ![...owned.files].some(isConsumers);
  const textOf = (path: string): string | undefined =>
    output.kindOf(path) === "file" ? readFileSync(output.at(path), "utf8") : undefined;
  const changed = [...puts, ...removals.map((path) => [path, undefined] as const)]
    .filter(([path]) => isConsumers(path))
    .map(([path, after]) => ({
      path: path.slice(CONSUMERS_FOLDER.length + 1),
      before: textOf(path),
      after: after?.toString(),
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  return isNew && changed.length === 0 ? undefined : { isNew, changed };
}

/** Two deployments that share a folder would each remove the files of the other. */
function refuseOtherDeployment(output: OutputFolder, before: string | undefined, now: string): void {
  if (before !== undefined && before !== now) {
    throw new OutputError(
      `${output.name} holds the output of the deployment ${before}, and this is the output of ${now}; nothing was changed: name another output folder with --output or CDKTF_OUTDIR or, if ${before} is called ${now} now, remove ${output.shown(LIST)}`,
    );
  }
}

function keepList(output: OutputFolder, owned: Owned, before: string | undefined): void {
  const text = listText(owned);
  if (text !== before) {
    writeList(output, text, STAGING);
  }
}

function restoreList(output: OutputFolder, text: string | undefined): void {
  try {
    if (text === undefined) {
      rmSync(output.at(LIST), { force: true });
    } else {
      writeList(output, text, STAGING);
    }
  } catch {
    // The list then names files that are not there, which the next run finds out.
  }
}

interface Done {
  readonly files: OutputFiles;
  readonly owned: Owned;
  readonly plan: Plan;
  readonly underCdktfCommand: boolean;
}

/**
 * Removes the folders that removed files leave empty, and returns those that hold something of others. The cdktf
 * command lists the stacks' folders before it starts this program and fails when one that it wants to remove is
 * gone, so that one stays for it.
 */
function foldersLeft(output: OutputFolder, { files, owned, plan, underCdktfCommand }: Done): Set<string> {
  const depth = underCdktfCommand ? 2 : 1;
  const left = new Set([...owned.folders, ...plan.removals.map(parentOf)]);
  for (const path of left) {
    let current = path;
    while (current.split("/").length > depth && output.removeIfEmpty(current)) {
      current = parentOf(current);
    }
  }
  const inUse = new Set([...files.keys()].map(parentOf));
  return new Set(
    [...left].filter((path) => path !== "" && !inUse.has(path) && output.entries(path).length > 0),
  );
}
