import type { GivenStates } from "../report/given-states";
import { isLive, type KeyedUser } from "./keyed-users";
import { isUnfinished } from "./steps";

/** A key that is due, with the day on which AWS made it. */
export interface DueKey {
  readonly user: KeyedUser;
  readonly ageDays: number;
  /** 2026-08-01. */
  readonly madeOn: string;
}

/** What the states say of the newest keys. */
export interface DueKeys {
  /** The oldest first. */
  readonly due: readonly DueKey[];
  /** The others whose age is known, the oldest first. */
  readonly notDue: readonly DueKey[];
  readonly unfinished: readonly KeyedUser[];
  /** Users whose newest key is of a generation that no state has: it is not applied yet. */
  readonly notApplied: readonly KeyedUser[];
  /** Users of stacks of which no state was given. */
  readonly withoutState: readonly KeyedUser[];
}

/** Which of the users' newest keys are at least so many days old. */
export function dueKeys(users: readonly KeyedUser[], states: GivenStates, days: number): DueKeys {
  const live = users.filter(isLive);
  const known = live.flatMap((user) => keyOf(user, states) ?? []).sort((a, b) => b.ageDays - a.ageDays);
  const named = new Set(known.map(({ user }) => user));
  const given = new Set(states.stacks);
  const others = live.filter((user) => !named.has(user));
  return {
    due: known.filter(({ ageDays }) => ageDays >= days),
    notDue: known.filter(({ ageDays }) => ageDays < days),
    unfinished: live.filter(isUnfinished),
    notApplied: others.filter(({ account }) => given.has(account.stack)),
    withoutState: others.filter(({ account }) => !given.has(account.stack)),
  };
}

function keyOf(user: KeyedUser, states: GivenStates): DueKey | undefined {
  const keys = user.secret && states.keysOf(user.secret);
  const newest = keys?.managed.find(({ generation }) => generation === user.generation);
  return newest == null || newest.age_days === null || newest.made_on === null
    ? undefined
    : { user, ageDays: newest.age_days, madeOn: newest.made_on };
}
