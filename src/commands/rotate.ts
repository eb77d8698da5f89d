import type { AccessModel } from "../access/model";
import { otherDeployments } from "../access/other-deployments";
import { readAccess } from "../access/read";
import { readAccountsText } from "../accounts/accounts-text";
import { parseDocument } from "../accounts/document";
import { shownFile } from "../accounts/lines";
import { type Problem, sortProblems } from "../accounts/problem";
import { shellPath } from "../accounts/shell";
import { cut, firstOfMany, nearest } from "../accounts/wording";
import type { Base } from "../changes/base";
import { InputError } from "../changes/input-error";
import { Runbook } from "../changes/runbook";
import type { State } from "../changes/state";
import type { Feature } from "../features/feature";
import { neededPmmAddress } from "../pmm/address";
import { GivenStates } from "../report/given-states";
import { AgesInAws } from "../rotation/ages-in-aws";
import { AgesInStates } from "../rotation/ages-in-states";
import { type ChosenUsers, chosenUsers, userKey, usersAmong } from "../rotation/chosen-users";
import { baseAtHead, hasConflict, newSince, placeInGit, refusedSince } from "../rotation/committed";
import { type DueKeys, dueKeys, raisedOf } from "../rotation/due";
import { accountUsers, isLive, type KeyedUser, PMM_USER_KEY, whose } from "../rotation/keyed-users";
import {
  problemOf,
  type ReadAgain,
  type RotationPlan,
  RotationPlanner,
  type ValidText,
} from "../rotation/plan";
import { replaceText } from "../rotation/replace-file";
import { isUnfinished, type Step } from "../rotation/steps";
import { type AskUse, notAskedProblems, stillUsedProblems, usesOf } from "../rotation/still-used";
import { unifiedDiff } from "../rotation/unified-diff";
import type { Asked } from "../rotation/use-in-aws";
import { accountsFile, adminRole, folderInDeployment } from "./environment";
import { readStates } from "./given-states";
import { refusePush } from "./push-pmm-options";
import { reportError, reportNote, reportProblems, reportResult } from "./report";
import { type AskingOptions, refuseAsking, usedUntilOf } from "./rotate-asking";
import { askAws, askUseInAws } from "./rotate-aws";
import { dueFailures, dueLines, dueNotes } from "./rotate-due-formats";
import { nextLines, rotatedLines } from "./rotate-formats";
import { EXIT_USER } from "./run";

export interface RotateOptions extends AskingOptions {
  readonly finish?: boolean;
  readonly revoke?: boolean;
  readonly user?: string;
  readonly dryRun?: boolean;
}

/** A file that was read, with what it grants. */
interface ReadFile extends ValidText {
  readonly access: AccessModel;
  readonly planner: RotationPlanner;
  readonly runbook: Runbook;
  /** The last commit; undefined outside git, or where nothing is committed. */
  readonly head: Base | undefined;
}

/** Who is asked whether a previous key is still used, before it is switched off or deleted. */
function askedOfUse(asked: Asked, { offline = false }: RotateOptions): AskUse[] {
  const askPmm: AskUse = async (users, access) => {
    const { usesInPmm } = await import("../pmm/previous-key-use.ts");
    return usesInPmm(users, access, process.env, { adminRole: adminRole() });
  };
  return offline ? [] : [askPmm, askUseInAws(asked)];
}

/** Edits the accounts file for the next step of a rotation, or hands the new key to PMM. Returns the exit code. */
export async function rotate(
  features: readonly Feature[],
  accounts: readonly string[],
  options: RotateOptions,
  today = new Date(),
): Promise<number> {
  const step = stepOf(accounts, options);
  refuseAsking(options);
  const days = daysOf(options.due);
  const usedUntil = usedUntilOf(options, today);
  const states = readStates(options.state);
  const key = userKey(options.user, features);
  refusePush(key, options);
  const pmm = options.pushPmm ? neededPmmAddress(process.env) : undefined;
  const file = readFile(features);
  if (file === undefined) {
    return EXIT_USER;
  }
  const all = accountUsers(file.access);
  if (pmm !== undefined) {
    const { pushPmm } = await import("./push-pmm.ts");
    return pushPmm(file, chosenUsers(file, all, accounts, PMM_USER_KEY), pmm, options);
  }
  if (days === undefined) {
    const asked = askedOfUse({ step, now: today, usedUntil }, options);
    return rotateNamed(file, step, chosenUsers(file, all, accounts, key), { ...options, asked });
  }
  const { users, unknown } = usersAmong(all, accounts, key);
  const given = new GivenStates(states, file.access, today);
  const wrong = [...unknown, ...unknownStacks(states, file.access), ...given.problems()];
  if (wrong.length > 0) {
    wrong.forEach(reportError);
    return EXIT_USER;
  }
  const ages =
    options.state === undefined
      ? new AgesInAws(await askAws(users.filter(isLive), file.access), today)
      : new AgesInStates(given);
  return rotateDue(file, dueKeys(users, ages, days), days, options);
}

/** States that were given for a stack which the file does not make. */
function unknownStacks(states: readonly State[], { stacks }: AccessModel): string[] {
  const names = stacks.map(({ name }) => name);
  return states.flatMap(({ name, stack }) =>
    stack === undefined || names.includes(stack)
      ? []
      : [
          `the state ${name} was given for ${cut(stack)}, which is no stack of the accounts file; expected ${nearest(stack, names) ?? firstOfMany(names, 10)}`,
        ],
  );
}

async function rotateNamed(
  file: ReadFile,
  step: Step,
  chosen: ChosenUsers,
  options: Editing,
): Promise<number> {
  const { users, unknown } = chosen;
  const problems = [...chosen.problems, ...(file.head === undefined ? [] : newSince(file.head, users, file))];
  if (unknown.length + problems.length === 0) {
    return editFor(file, step, users, options);
  }
  unknown.forEach(reportError);
  // What is wrong with the other accounts is said at once.
  reportProblems(sortProblems([...problems, ...file.planner.divide(step, users).problems]));
  return EXIT_USER;
}

async function rotateDue(file: ReadFile, keys: DueKeys, days: number, options: Editing): Promise<number> {
  dueNotes(keys).forEach(reportNote);
  reportResult(dueLines(keys, days, file.runbook));
  const failures = dueFailures(keys);
  failures.forEach(reportError);
  // A key that has to be edited by hand does not keep the others from being rotated.
  const { users, problems } = file.planner.divide("raise", raisedOf(keys));
  reportProblems(problems.map((problem) => ({ ...problem, severity: "warning" })));
  const code = users.length === 0 ? 0 : await editFor(file, "raise", users, options);
  return failures.length === 0 ? code : EXIT_USER;
}

interface Editing extends Pick<RotateOptions, "dryRun"> {
  /** Who is asked of previous keys that the step takes from their users. */
  readonly asked?: readonly AskUse[];
}

/** Plans a step of users, and writes or shows it. */
async function editFor(
  file: ReadFile,
  step: Step,
  users: readonly KeyedUser[],
  { dryRun = false, asked = [] }: Editing,
): Promise<number> {
  const { source } = file;
  const planned = file.planner.plan(step, users);
  if ("problems" in planned) {
    reportProblems(planned.problems);
    return EXIT_USER;
  }
  const early = stepsAtOnce(file, step, planned);
  const isEarly = early.some(({ severity }) => severity === "error");
  const unfinished = users.filter(isUnfinished);
  const answer = await usesOf(isEarly ? [] : unfinished, file.access, asked);
  const used = stillUsedProblems(file, step, answer.stillUsed);
  const warnings = [
    ...(step === "raise" ? deletedByRaise(file, unfinished) : []),
    ...notAskedProblems(file, step, answer.notAsked),
  ];
  reportProblems(sortProblems([...early, ...warnings, ...used]));
  answer.notes.forEach(reportNote);
  if (isEarly || used.length > 0) {
    return EXIT_USER;
  }
  if (dryRun) {
    reportResult(unifiedDiff(shownFile(source.name), source.text, planned.edits));
    return 0;
  }
  replaceText(source, planned.text);
  reportResult([...rotatedLines(source, planned), "", ...nextLines(step, planned, file.runbook)]);
  return 0;
}

/** Warns of the keys that a raise deletes: the next generation takes the place of the one before the newest. */
function deletedByRaise(file: ReadFile, users: readonly KeyedUser[]): Problem[] {
  return users.map((user) =>
    problemOf(
      file,
      [...user.path, "previous_key"],
      `the apply of this raise deletes the previous key of ${whose(user)} for good: generation ${user.generation - 1}, which is ${user.user.previousKey}; first see that every consumer has the newest key, of generation ${user.generation}`,
      "warning",
    ),
  );
}

/**
 * Of a step that follows another one which is not committed: in one change, they are refused by `check --base`. A raise
 * after a raise is refused here too: typed twice, it would be two generations.
 */
function stepsAtOnce(file: ReadFile, step: Step, { access, document, rotated }: RotationPlan): Problem[] {
  const { head, runbook } = file;
  const findings = head === undefined ? [] : refusedSince(head, { access, plain: document.plain, runbook });
  return rotated.flatMap(({ user }) =>
    findings.some(({ path }) => user.path.every((part, index) => path[index] === part))
      ? [
          problemOf(
            file,
            user.path,
            `the last step of ${whose(user)} is not committed, and check refuses two steps in one change, because together they cut off the old key's consumers; commit and apply that step first`,
            step === "raise" ? "error" : "warning",
          ),
        ]
      : [],
  );
}

/** Reads the accounts file; undefined where its problems, which are reported, keep it from being edited. */
function readFile(features: readonly Feature[]): ReadFile | undefined {
  const source = readAccountsText(...accountsFile());
  if ("severity" in source) {
    reportProblems([source]);
    return undefined;
  }
  const place = placeInGit(source);
  if (place !== undefined && hasConflict(place)) {
    throw new InputError(
      `${source.name} has a merge conflict, as git says; resolve it, then git add ${shellPath(source.name)}, and run this again`,
      "rotation",
    );
  }
  const parsed = parseDocument(source);
  const judge = [otherDeployments(source.path, features)];
  const readAs: ReadAgain = (text, document) => readAccess(text, features, { judge, parsed: document });
  const { access, problems } = readAs(source, parsed);
  // Warnings are for check: an edit of keys neither causes nor cures them.
  if (access === undefined || parsed.document === undefined) {
    reportProblems(problems);
    return undefined;
  }
  const text = { source, document: parsed.document };
  const runbook = new Runbook(process.env, folderInDeployment());
  const head = place && baseAtHead(place, access);
  return { ...text, access, planner: new RotationPlanner(text, readAs), runbook, head };
}

function stepOf(accounts: readonly string[], { finish, revoke, due, pushPmm }: RotateOptions): Step {
  const refuse = (message: string): never => {
    throw new InputError(message, "rotation");
  };
  if (finish && revoke) {
    refuse("--finish and --revoke are two steps; expected one of them: apply --finish before --revoke");
  }
  if (due !== undefined && (finish || revoke)) {
    refuse(
      `--due raises key_generation; expected it without ${finish ? "--finish" : "--revoke"}, which takes the accounts by name`,
    );
  }
  if (due === undefined && accounts.length === 0) {
    const flag = finish ? "--finish" : revoke ? "--revoke" : pushPmm ? "--push-pmm" : undefined;
    refuse(
      flag === undefined
        ? "no account was named; expected rotate <account>..., or rotate --due for all whose keys are due"
        : `no account was named; expected rotate <account>... ${flag}`,
    );
  }
  return finish ? "finish" : revoke ? "revoke" : "raise";
}

/** More than ten years of days is a slip. */
const MOST_DAYS = 3650;

function daysOf(due: string | undefined): number | undefined {
  if (due === undefined) {
    return undefined;
  }
  if (!/^\d{1,4}$/.test(due) || Number(due) > MOST_DAYS) {
    throw new InputError(
      `--due takes a number of days from 0 to ${MOST_DAYS}, and "${cut(due)}" is not one; expected, for example, --due 90`,
      "rotation",
    );
  }
  return Number(due);
}
