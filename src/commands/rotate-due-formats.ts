import type { Line } from "../accounts/lines";
import { counted, firstOfMany } from "../accounts/wording";
import { GENERATION_TAG } from "../aws/names";
import type { Runbook } from "../changes/runbook";
import type { DueKey, DueKeys, UnfinishedRotation, WhyUnknown } from "../rotation/due";
import type { KeyedUser } from "../rotation/keyed-users";
import { notAskedLines } from "../rotation/not-asked";
import { isUnfinished, nextStep } from "../rotation/steps";
import { useText } from "../rotation/use-in-aws";
import { commandsFor, nameOf } from "./rotate-formats";

const MOST_NAMED = 10;

/** What else can be done where AWS cannot be asked. */
const BY_STATES = "give the ages by states: --state <stack>=<file>";

/** The keys that are due, and the rotations that are not finished. */
export function dueLines(keys: DueKeys, days: number, runbook: Runbook): Line[] {
  const { due, unfinished } = keys;
  return [
    ...(due.length === 0
      ? noneDue(keys, days)
      : [`${counted(due.length, "key")} of ${days} days or older:`, ...due.map((key) => dueLine(key, keys))]),
    ...(unfinished.length === 0
      ? []
      : [
          `${counted(unfinished.length, "rotation is", "rotations are")} not finished; the next step of each:`,
          ...unfinished.map((rotation) => unfinishedLine(rotation, runbook)),
        ]),
  ];
}

/** Nothing is said of ages where none is known. */
function noneDue({ notDue: [oldest], unknown }: DueKeys, days: number): Line[] {
  if (oldest === undefined && unknown.length > 0) {
    return [];
  }
  const none = `No key${unknown.length === 0 ? "" : " whose age is known"} is ${days} days old or older`;
  return [
    oldest === undefined
      ? `${none}.`
      : `${none}; the oldest is that of ${nameOf(oldest.user)}, ${counted(oldest.ageDays, "day")} old.`,
  ];
}

function dueLine({ user, ageDays, madeOn }: DueKey, { withOtherKeys }: DueKeys): Line {
  const rest = isUnfinished(user)
    ? "; its last rotation is not finished"
    : withOtherKeys.includes(user)
      ? "; there is another key beside it"
      : "";
  return `  ${nameOf(user)}, generation ${user.generation}: made on ${madeOn}, ${counted(ageDays, "day")} old${rest}`;
}

function unfinishedLine({ user, previousUse }: UnfinishedRotation, runbook: Runbook): Line {
  const used =
    previousUse === undefined
      ? ""
      : previousUse === null
        ? ", never used"
        : `, last used ${useText(previousUse)}`;
  return `  ${nameOf(user)}, previous_key: ${user.user.previousKey}${used}: ${commandsFor(nextStep(user), [user], runbook).join()}`;
}

/** Why the ages of keys are not known; who they are of follows. */
const UNKNOWN: Readonly<Record<WhyUnknown, (keys: number) => string>> = {
  "no-state": (keys) => `the ages of ${counted(keys, "key")} are not known, for want of a state of`,
  "no-date": (keys) =>
    `the state has no date that can be read of ${counted(keys, "key")}, so that the age is not known; give what terraform show -json prints now:`,
  "not-applied": (keys) =>
    `${counted(keys, "key")} of the file ${keys === 1 ? "is" : "are"} not made yet, so the last change is not applied:`,
  ahead: (keys) =>
    `AWS is at a later generation than the file for ${counted(keys, "key")}; bring the file up to date with what was applied:`,
  "no-key": (keys) =>
    `${counted(keys, "user")} in AWS ${keys === 1 ? "has" : "have"} no key; the next apply makes one:`,
};

/** What the states, or AWS, do not say. */
export function dueNotes({ unknown, unfinished, untagged, withOtherKeys }: DueKeys): string[] {
  const notes = Object.entries(UNKNOWN).flatMap(([why, text]) => {
    const users = unknown.filter((key) => key.unknown === why).map(({ user }) => user);
    return users.length === 0 ? [] : [`${text(users.length)} ${namesOf(users, why)}`];
  });
  const notAsked = unfinished.flatMap(({ user, useNotAsked }) =>
    useNotAsked === undefined ? [] : [{ user, notAsked: useNotAsked }],
  );
  const missed = (keys: number): string =>
    `AWS was not asked when ${counted(keys, "previous key was", "previous keys were")} last used`;
  return [
    ...notes,
    ...notAskedLines(notAsked, missed, BY_STATES),
    ...(untagged.length === 0 ? [] : [untaggedNote(untagged)]),
    ...(withOtherKeys.length === 0
      ? []
      : [
          `${counted(withOtherKeys.length, "user")} ${withOtherKeys.length === 1 ? "has" : "have"} a key that the file does not ask for: one that was made by hand, or one that the file says deleted and no apply has deleted yet; a raise would fail or delete it, so it waits until that key is gone: ${firstOfMany(withOtherKeys.map(nameOf), MOST_NAMED)}`,
        ]),
  ];
}

function untaggedNote(users: readonly KeyedUser[]): string {
  const has = users.length === 1 ? "has" : "have";
  return `${counted(users.length, "user")} in AWS ${has} no tag ${GENERATION_TAG}: the file is not applied, or the tag is lost; terraform plan says which, and refuses a raise until then: ${firstOfMany(users.map(nameOf), MOST_NAMED)}`;
}

function namesOf(users: readonly KeyedUser[], why: string): string {
  if (why !== "no-state") {
    return firstOfMany(users.map(nameOf), MOST_NAMED);
  }
  const stacks = [...new Set(users.map(({ account }) => account.stack))].sort();
  return `${firstOfMany(stacks, MOST_NAMED)}; give it too: --state <stack>=<file>`;
}

/** What AWS could not be asked, a line for each cause. */
export function dueFailures({ unknown }: DueKeys): string[] {
  const notAsked = unknown.flatMap(({ user, unknown: why }) =>
    typeof why === "string" ? [] : [{ user, notAsked: why }],
  );
  const missed = (keys: number): string =>
    keys === 1 ? "the age of 1 key is not known" : `the ages of ${keys} keys are not known`;
  return notAskedLines(notAsked, missed, BY_STATES);
}
