import type { AccessModel } from "../access/model";
import type { Problem } from "../accounts/problem";
import { type KeyedUser, whose } from "./keyed-users";
import { problemOf, type ValidText } from "./plan";
import type { Step } from "./steps";

/** A previous key that somebody still uses, so that it may be neither switched off nor deleted yet. */
export interface StillUsed {
  readonly user: KeyedUser;
  /** Who uses it, to follow "the previous key of ... ": `is held by 2 agents of PMM: orders-1, orders-2`. */
  readonly found: string;
  /** What to type first: `rotate billing-prod --push-pmm`. */
  readonly remedy: string;
}

/** What one place that was asked says of the previous keys. */
export interface UseAnswer {
  readonly stillUsed: readonly StillUsed[];
  /** What was not asked and why, and what else there is to know, a line for each. */
  readonly notes: readonly string[];
  /** The users of whose previous keys the place says nothing. */
  readonly notAsked: readonly KeyedUser[];
}

/**
 * Asks one place where a use of the previous keys shows, such as PMM. It throws an InputError where the place was to be
 * asked and does not answer: a key is not switched off on a guess.
 */
export type AskUse = (users: readonly KeyedUser[], access: AccessModel) => Promise<UseAnswer>;

/** Every use as a problem at the value that the step would change. A raise deletes the previous key too. */
export function stillUsedProblems(file: ValidText, step: Step, stillUsed: readonly StillUsed[]): Problem[] {
  const what = step === "finish" ? "switched off" : "deleted";
  return stillUsed.map(({ user, found, remedy }) =>
    problemOf(
      file,
      [...user.path, "previous_key"],
      `the previous key of ${whose(user)} ${found}; expected nobody to use it before it is ${what}: ${remedy}`,
    ),
  );
}

/** Asks every place who still uses the previous keys of some users. `notAsked` are those that no place knows of. */
export async function usesOf(
  users: readonly KeyedUser[],
  access: AccessModel,
  asked: readonly AskUse[],
): Promise<UseAnswer> {
  const answers = users.length === 0 ? [] : await Promise.all(asked.map((ask) => ask(users, access)));
  return {
    stillUsed: answers.flatMap(({ stillUsed }) => stillUsed),
    notes: answers.flatMap(({ notes }) => notes),
    notAsked:
      answers.length === 0 ? [] : users.filter((user) => answers.every((of) => of.notAsked.includes(user))),
  };
}

/** A warning for each previous key that a step ends although nobody was asked whether it is used. */
export function notAskedProblems(file: ValidText, step: Step, users: readonly KeyedUser[]): Problem[] {
  const does = step === "finish" ? "switches it off" : "deletes it";
  return users.map((user) =>
    problemOf(
      file,
      [...user.path, "previous_key"],
      `neither PMM nor AWS was asked whether the previous key of ${whose(user)} is still used, and the apply ${does}; before the apply, see that every consumer has the newest key`,
      "warning",
    ),
  );
}
