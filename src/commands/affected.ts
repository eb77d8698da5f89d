import { readAccess } from "../access/read";
import type { Stack } from "../access/stacks";
import type { SourceText } from "../accounts/source-text";
import { differingStacks, vanishedStacks } from "../changes/affected";
import { type Base, readBase } from "../changes/base";
import { withFilesOf } from "../changes/checkout";
import { changedBelow, repositoryRoot } from "../changes/git";
import { Runbook } from "../changes/runbook";
import { showStateSteps } from "../changes/show-state";
import { snapshotOf } from "../changes/snapshot";
import { StateEvidence } from "../changes/state";
import { features } from "../features";
import { projectRoot } from "../project";
import { type OutputFiles, type RenderOptions, renderStacks } from "../terraform/render";
import { readStates } from "./given-states";
import { readAccounts } from "./read-accounts";
import { colors, reportError, reportSteps } from "./report";
import { EXIT_USER } from "./run";

export interface AffectedOptions {
  readonly base: string;
  readonly state?: readonly string[];
}

/** What makes the output besides the accounts file. A change to any of it may change every stack. */
const PROGRAM = ["modules", "src", "main.ts", "bin", "package.json", "package-lock.json"];

/** The format does not matter to the comparison; JSON is the faster. */
const RENDER: RenderOptions = { format: "json", rootFromStack: "../../.." };

/** Prints the stacks whose output differs from a git ref's as a CI matrix. Returns the exit code. */
export async function affected({ base: ref, state }: AffectedOptions): Promise<number> {
  const states = readStates(state);
  const read = readAccounts(features);
  if (read === undefined) {
    return EXIT_USER;
  }
  const { text, access } = read;
  const base = readBase(text, ref, "ref");
  if (base.source !== undefined) {
    for (const { message } of base.slips.filter(({ severity }) => severity === "warning")) {
      note(message);
    }
  }
  const { stacks } = access;
  const stackNames = stacks.map(({ name }) => name);

  const everything = whyAll(base);
  const before = everything === undefined ? await renderBase(base) : undefined;
  const names =
    before === undefined ? stackNames : differingStacks(before, await renderStacks(access, RENDER));
  if (before === undefined) {
    note(`all stacks are affected: ${everything ?? `${base.path} at ${ref} breaks a rule of today`}`);
  }

  const sides = base.snapshot && {
    base: base.snapshot,
    head: snapshotOf(access),
    ref,
    mayBeBehind: !base.commit.isContained,
  };
  const standing = sides && new StateEvidence(states, sides);
  const vanished = sides && standing ? vanishedStacks(sides, standing) : [];
  // Nothing but include: to GitHub Actions any other key is one more axis of the matrix.
  const matrix = { include: included(stacks, new Set(names)) };
  process.stdout.write(`${JSON.stringify(matrix)}\n`);
  for (const { stack } of vanished.filter(({ problem }) => problem === undefined)) {
    note(`the stack ${stack} is gone, and nothing is left to plan in it`);
  }
  // A base that nothing is known of may have had any stack.
  const unread = base.slips.flatMap(({ severity, message }) => (severity === "error" ? [message] : []));
  const failures = [
    ...unread,
    ...(standing?.slips() ?? []),
    ...vanished.flatMap(({ problem }) => problem ?? []),
  ];
  for (const failure of failures) {
    reportError(failure);
  }
  const stacksToShow = vanished.filter(({ isUnproven }) => isUnproven);
  reportSteps(
    showStateSteps(new Runbook(process.env), {
      stacks: stacksToShow.map(({ stack }) => ({ stack, isGone: true })),
      command: "affected",
      ref,
      pathBefore: base.textPath,
    }),
  );
  return failures.length === 0 ? 0 : EXIT_USER;
}

/** The entries of a CI matrix: what `strategy.matrix.include` of GitHub Actions takes. */
function included(stacks: readonly Stack[], names: ReadonlySet<string>): object[] {
  return stacks
    .filter(({ name }) => names.has(name))
    .map(({ name, accounts }) => ({ stack: name, accounts: accounts.length }));
}

/** Why no comparison of outputs is needed; undefined where it is. */
function whyAll(base: Base): string | undefined {
  const { commit, path, source, snapshot } = base;
  if (source === undefined) {
    const isLost = snapshot === undefined;
    return isLost ? `${path} at ${commit.ref} cannot be read` : `there is no ${path} at ${commit.ref}`;
  }
  // A program that is installed beside the repository is none of its files, and changes with package-lock.json.
  const isOwn = repositoryRoot(projectRoot) === repositoryRoot(commit.folder);
  const changed = isOwn ? changedBelow(commit, projectRoot, PROGRAM) : undefined;
  return changed === undefined ? undefined : `${changed} has changed since ${commit.ref}`;
}

/** The output of the base's accounts file from today's program; undefined where today's rules refuse it. */
async function renderBase(base: Base): Promise<OutputFiles | undefined> {
  const { source } = base;
  return source === undefined
    ? undefined
    : withFilesOf({ ...base, source }, async (laid: SourceText) => {
        const { access } = readAccess(laid, features);
        return access && renderStacks(access, RENDER);
      });
}

function note(message: string): void {
  process.stderr.write(`${colors.dim("note:")} ${message}\n`);
}
