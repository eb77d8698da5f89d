import { posix } from "node:path";
import type { AccessModel } from "../access/model";
import type { Stack } from "../access/stacks";
import { accessOfFile } from "../changes/access-at-base";
import { differingStacks, vanishedStacks } from "../changes/affected";
import { type Base, readBase } from "../changes/base";
import { stackFilesOf } from "../changes/change";
import { changedAttributes } from "../changes/checkout";
import { contentsOf, entriesAt, isFile } from "../changes/commit-files";
import { type Commit, placeOf } from "../changes/commits";
import { ownCodeSince } from "../changes/own-code";
import { programSince } from "../changes/program";
import { Runbook } from "../changes/runbook";
import { showStateSteps } from "../changes/show-state";
import { snapshotOf } from "../changes/snapshot";
import type { State } from "../changes/state";
import { StateEvidence } from "../changes/state-evidence";
import { unseenLine, upgradeIn, upgradeLine } from "../changes/upgrade";
import type { Feature } from "../features/feature";
import { keptBytes, withLocks } from "../provider-locks/in-output";
import { KeptLocks, keptName, LOCKS_FOLDER } from "../provider-locks/kept-locks";
import { type OutputFiles, type RenderOptions, renderStacks } from "../terraform/render";
import { folderInDeployment, ownMain } from "./environment";
import { readStates } from "./given-states";
import { readAccounts } from "./read-accounts";
import { reportError, reportJson, reportNote, reportSteps } from "./report";
import { EXIT_USER } from "./run";

export interface AffectedOptions {
  readonly base: string;
  readonly state?: readonly string[];
}

/**
 * How an output is rendered to be compared. The format does not matter; JSON is the faster. Local state is beside
 * the accounts file, so a file that has moved has moved its state.
 */
function renderOptions(path: string): RenderOptions {
  const fromRoot = posix.relative("output/stacks/stack", posix.dirname(path));
  return { format: "json", rootFromStack: fromRoot };
}

/** Prints the stacks whose output differs from a git ref's as a CI matrix. Returns the exit code. */
export async function affected(
  features: readonly Feature[],
  { base: ref, state }: AffectedOptions,
): Promise<number> {
  const states = readStates(state);
  const read = readAccounts(features);
  if (read === undefined) {
    return EXIT_USER;
  }
  const { text, access } = read;
  const place = placeOf(text.path);
  const base = readBase({ place, snapshot: snapshotOf(access), features }, ref, "ref");
  if (base.files.length > 0) {
    for (const { message } of base.problems.filter(({ severity }) => severity === "warning")) {
      reportNote(message);
    }
  }
  const { stacks } = access;
  const before = await renderBase(base, place.paths[0], access);
  if (typeof before === "string") {
    reportNote(`all stacks are affected: ${before}`);
  }
  const names =
    typeof before === "string"
      ? stacks.map(({ name }) => name)
      : differingStacks(before, await renderToday(text.path, access, place.paths[0]));
  // Nothing but include: to GitHub Actions any other key is one more axis of the matrix.
  const matrix = { include: included(stacks, new Set(names)) };
  reportJson(matrix);
  return reportVanished(base, access, states) ? 0 : EXIT_USER;
}

/** The entries of a CI matrix: what `strategy.matrix.include` of GitHub Actions takes. */
function included(stacks: readonly Stack[], names: ReadonlySet<string>): object[] {
  return stacks
    .filter(({ name }) => names.has(name))
    .map(({ name, accounts }) => ({ stack: name, accounts: accounts.length }));
}

/** The output of today's accounts file, with the lock files that are kept beside it. */
async function renderToday(path: string, access: AccessModel, head: string): Promise<OutputFiles> {
  const kept = new KeptLocks(path);
  const stacks = access.stacks.map(({ name }) => name);
  const files = await renderStacks(access, renderOptions(head));
  return withLocks(files, stacks, (stack) => keptBytes(kept, stack));
}

/** The output of a commit's accounts file from today's program, with the lock files that were kept beside it then. */
async function renderThen(commit: Commit, access: AccessModel, path: string): Promise<OutputFiles> {
  const folder = posix.dirname(path);
  const stacks = access.stacks.map(({ name }) => name);
  const pathOf = (stack: string): string => posix.join(folder, keptName(stack));
  const wanted = new Set(stacks.map(pathOf));
  const entries = entriesAt(commit, [`${posix.join(folder, LOCKS_FOLDER)}/`]);
  const locks = contentsOf(
    commit,
    entries.filter((entry) => isFile(entry) && wanted.has(entry.path)),
  );
  return withLocks(await renderStacks(access, renderOptions(path)), stacks, (stack) =>
    locks.get(pathOf(stack)),
  );
}

/**
 * The output of the base's accounts file from today's program or, as text, why every stack counts as affected.
 * `head` is where today's file is, from the repository's root.
 */
async function renderBase(
  { commit, path, files, snapshot, nothing }: Base,
  head: string,
  { features, modules }: AccessModel,
): Promise<OutputFiles | string> {
  const [file, ...others] = files;
  if (file === undefined) {
    return snapshot === undefined ? `${path} at ${commit.ref} cannot be read` : nothing;
  }
  if (others.length > 0) {
    return `its accounts were in ${files.length} files at ${commit.ref}`;
  }
  const program = programSince(commit, head);
  const upgrade = upgradeIn(program);
  if (upgrade !== undefined) {
    reportNote(upgradeLine(upgrade, commit.ref));
  }
  const own = ownCodeSince(commit, { main: ownMain(), modules: modules.broughtFolders });
  if (own !== undefined) {
    return own;
  }
  if (program.kind === "changed") {
    return program.why;
  }
  if (program.kind === "unknown") {
    reportNote(unseenLine(program.why, commit.ref));
  }
  const attributes = changedAttributes(commit, file);
  if (attributes !== undefined) {
    return `${attributes} has changed since ${commit.ref}`;
  }
  const { access } = accessOfFile(commit, file, features);
  return access === undefined
    ? `${file.path} at ${commit.ref} breaks a rule of this version`
    : renderThen(commit, access, file.path);
}

/** Reports the stacks that are gone. Returns whether all of them may go. */
function reportVanished(base: Base, access: AccessModel, states: readonly State[]): boolean {
  const { commit, files, snapshot, problems, movedTo } = base;
  const { ref } = commit;
  // A base that nothing is known of may have had any stack.
  const unread = problems.filter(({ severity }) => severity === "error");
  for (const { message } of unread) {
    reportError(message);
  }
  if (snapshot === undefined) {
    return unread.length === 0;
  }
  const head = snapshotOf(access);
  const sides = { base: snapshot, head, ref, mayBeBehind: !commit.isContained, movedTo };
  const evidence = new StateEvidence(states, sides, access.features);
  const vanished = vanishedStacks(sides, evidence);
  for (const { stack } of vanished.filter(({ problem }) => problem === undefined)) {
    reportNote(`the stack ${stack} is gone, and nothing is left to plan in it`);
  }
  const failures = [...evidence.problems(), ...vanished.flatMap(({ problem }) => problem ?? [])];
  for (const failure of failures) {
    reportError(failure);
  }
  const unproven = vanished.filter(({ isUnproven }) => isUnproven).map(({ stack }) => stack);
  reportSteps(
    showStateSteps(new Runbook(process.env, folderInDeployment()), {
      stacks: unproven.map(stackFilesOf({ head, files, path: base.path })),
      command: "affected",
      ref,
    }),
  );
  return failures.length === 0;
}
