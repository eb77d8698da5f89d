import type { LastUse } from "../aws-calls/index";
import { isLive, type KeyedUser } from "./keyed-users";
import type { NotAsked } from "./keys-in-aws";
import { isUnfinished } from "./steps";

const DAY = 24 * 60 * 60 * 1000;

/** What a state, or AWS, says of the age of a user's newest key. */
export type KeyAge = Age | UnknownAge;

export interface Age {
  /** Whole days. */
  readonly ageDays: number;
  /** 2026-08-01. */
  readonly madeOn: string;
}

export interface UnknownAge {
  readonly unknown: WhyUnknown | NotAsked;
}

/**
 * `no-state`: no state of its stack was given. `no-date`: the state has the key, and no date of it that can be read.
 * `not-applied`: the key of the file's generation is not made yet. `ahead`: AWS is at a later generation than the file.
 * `no-key`: the user has none.
 */
export type WhyUnknown = "no-state" | "no-date" | "not-applied" | "ahead" | "no-key";

/** What is asked for the keys: the given states, or AWS. */
export interface KeyAges {
  ageOf(user: KeyedUser): KeyAge;
  /** The last use of the key before the newest; null: it was never used, undefined: not known. */
  previousUse(user: KeyedUser): LastUse | null | undefined;
  /** Why the last use of the key before the newest is not known, where AWS was to be asked. */
  useNotAsked(user: KeyedUser): NotAsked | undefined;
  /** Whether the user is there, and AWS does not say which generation was applied. */
  isUntagged(user: KeyedUser): boolean;
  /** Whether the user has more keys than the file asks for. */
  hasOtherKey(user: KeyedUser): boolean;
}

/** A key that is due, with the day on which AWS made it. */
export interface DueKey extends Age {
  readonly user: KeyedUser;
}

/** A rotation whose last step is not taken. */
export interface UnfinishedRotation {
  readonly user: KeyedUser;
  /** As `KeyAges` says them. */
  readonly previousUse: LastUse | null | undefined;
  readonly useNotAsked: NotAsked | undefined;
}

/** What is known of the newest keys. */
export interface DueKeys {
  /** The oldest first. */
  readonly due: readonly DueKey[];
  /** The others whose age is known, the oldest first. */
  readonly notDue: readonly DueKey[];
  readonly unfinished: readonly UnfinishedRotation[];
  readonly unknown: readonly (UnknownAge & { readonly user: KeyedUser })[];
  /** Users that do not say their generation: the newest key counts as that of the file. */
  readonly untagged: readonly KeyedUser[];
  /** Users with more keys than the file asks for. */
  readonly withOtherKeys: readonly KeyedUser[];
}

/** Which of the users' newest keys are at least so many days old. */
export function dueKeys(users: readonly KeyedUser[], ages: KeyAges, days: number): DueKeys {
  const live = users.filter(isLive);
  const asked = live.map((user) => ({ user, ...ages.ageOf(user) }));
  const known = asked.filter((key) => "ageDays" in key).sort((a, b) => b.ageDays - a.ageDays);
  return {
    due: known.filter(({ ageDays }) => ageDays >= days),
    notDue: known.filter(({ ageDays }) => ageDays < days),
    unfinished: live.filter(isUnfinished).map((user) => ({
      user,
      previousUse: ages.previousUse(user),
      useNotAsked: ages.useNotAsked(user),
    })),
    unknown: asked.filter((key) => "unknown" in key),
    untagged: live.filter((user) => ages.isUntagged(user)),
    withOtherKeys: live.filter((user) => ages.hasOtherKey(user)),
  };
}

/** The due keys of users that a raise takes nothing from: the rest wait for somebody who looks at them. */
export function raisedOf({ due, withOtherKeys }: DueKeys): KeyedUser[] {
  return due.map(({ user }) => user).filter((user) => !isUnfinished(user) && !withOtherKeys.includes(user));
}

/** The age of a key that was made then. */
export function ageSince(madeAt: Date, today: Date): Age {
  return {
    ageDays: Math.max(0, Math.floor((today.getTime() - madeAt.getTime()) / DAY)),
    madeOn: madeAt.toISOString().slice(0, 10),
  };
}
