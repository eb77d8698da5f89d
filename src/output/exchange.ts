import { copyFileSync, linkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { makeFolder } from "./make-folder";
import { ROOT_FILES } from "./names";
import { OutputError, reason } from "./output-error";
import { type OutputFolder, OWN_FOLDER, parentOf } from "./output-folder";
import type { Plan } from "./plan";

/** Where what is about to be written is prepared. A run that was killed leaves it to the next. */
export const STAGING = `${OWN_FOLDER}/staging`;

/** Removes what a killed run has prepared. Throws an OutputError for what is there and was not prepared by one. */
export function clearStaging(folder: OutputFolder): void {
  const kind = folder.kindOf(STAGING);
  const isOwn = (name: string): boolean => /^(new|old|gone)-\d+$|^files\.json$/.test(name);
  const foreign = folder.entries(STAGING).find((entry) => !entry.isFile() || !isOwn(entry.name));
  if ((kind !== "nothing" && kind !== "folder") || foreign !== undefined) {
    const path = foreign === undefined ? STAGING : `${STAGING}/${foreign.name}`;
    throw new OutputError(
      `${folder.shown(path)} was not written by synth; nothing was changed: move it away`,
    );
  }
  rmSync(folder.at(STAGING), { recursive: true, force: true });
}

/** An exchange failed, and so did undoing it: some files are new, the others are old. */
export class HalfDone extends Error {}

/** One change of the folder. What is put has been prepared under the same number. */
interface Step {
  readonly kind: "put" | "remove";
  readonly path: string;
  readonly number: number;
}

/** Prepares the new files beside the output, so that a full disk is met before anything is changed. */
export function prepare(folder: OutputFolder, { puts }: Plan, beat: () => void): void {
  for (const [number, [, content]] of puts.entries()) {
    writeFileSync(folder.at(`${STAGING}/new-${number}`), content);
    beat();
  }
}

/**
 * Carries out a plan by renames, each of which replaces a file at once. When one fails, those before are undone.
 * Killed between two of them, it leaves each file old or new, and the next run writes the rest.
 */
export function exchange(folder: OutputFolder, plan: Plan, beat: () => void): void {
  const undo: (() => void)[] = [];
  try {
    for (const step of stepsOf(plan)) {
      if (step.kind === "remove") {
        move(folder.at(step.path), folder.at(`${STAGING}/gone-${step.number}`), undo);
      } else {
        put(folder, step, undo);
      }
      beat();
    }
  } catch (cause) {
    undoAll(undo, cause);
    throw cause;
  }
}

function undoAll(undo: readonly (() => void)[], cause: unknown): void {
  try {
    for (const step of [...undo].reverse()) {
      step();
    }
  } catch {
    throw new HalfDone(reason(cause));
  }
}

/**
 * Modules before the root file that calls them. Of a stack that changes its format, the old root file goes just
 * before the new one comes: Terraform must never find both, and hardly ever neither. The manifest comes last.
 */
function stepsOf({ puts, removals }: Plan): Step[] {
  const steps: Step[] = [
    ...puts.map(([path], number) => ({ kind: "put" as const, path, number })),
    ...removals.map((path, number) => ({ kind: "remove" as const, path, number })),
  ];
  const isRoot = (path: string): boolean => ROOT_FILES.some((name) => path.endsWith(`/${name}`));
  const withRoot = new Set(puts.filter(([path]) => isRoot(path)).map(([path]) => parentOf(path)));
  const rank = ({ kind, path }: Step): number => {
    if (isRoot(path) && withRoot.has(parentOf(path))) {
      return 1;
    }
    if (kind === "put") {
      return parentOf(path) === "" ? 3 : 0;
    }
    return 2;
  };
  const order = (a: Step, b: Step): number =>
    rank(a) - rank(b) ||
    (rank(a) === 1 ? compare(parentOf(a.path), parentOf(b.path)) || compare(b.kind, a.kind) : 0);
  return steps.sort(order);
}

function compare(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}

function put(folder: OutputFolder, { path, number }: Step, undo: (() => void)[]): void {
  const [target, before] = [folder.at(path), folder.at(`${STAGING}/old-${number}`)];
  makeParent(folder.at(parentOf(path)), undo);
  if (folder.kindOf(path) === "file") {
    keep(target, before);
    undo.push(() => renameSync(before, target));
  } else {
    undo.push(() => rmSync(target, { force: true }));
  }
  renameSync(folder.at(`${STAGING}/new-${number}`), target);
}

/** Keeps what a file holds, for the case that it has to come back. Some file systems have no hard links. */
function keep(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

function move(from: string, to: string, undo: (() => void)[]): void {
  renameSync(from, to);
  undo.push(() => renameSync(to, from));
}

function makeParent(folder: string, undo: (() => void)[]): void {
  const first = makeFolder(folder);
  if (first !== undefined) {
    undo.push(() => rmSync(first, { recursive: true, force: true }));
  }
}
