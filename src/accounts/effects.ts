import type { z } from "zod";

/** What a change of a key does to what is in AWS, said beside the keys: the pages and `check --base` read it. */

/** The rules that judge a change, by the names that `--allow` takes. Each refuses, or only warns. */
export const CHANGE_RULES = {
  "account-removed": "refuses",
  "account-moved": "refuses",
  "account-shared": "refuses",
  "account-reopened": "refuses",
  "name-changed": "refuses",
  "account-id-changed": "refuses",
  "closed-from-active": "warns",
  "dropped-when-closed": "refuses",
  "key-generation": "refuses",
  "previous-key": "refuses",
  "previous-key-deleted": "refuses",
  "previous-key-restored": "refuses",
  "aurora-dropped": "refuses",
  "credentials-changed": "refuses",
  "user-dropped": "warns",
  "role-dropped": "warns",
  "monitor-dropped": "warns",
  "monitor-renamed": "refuses",
  "monitor-role-renamed": "refuses",
  "module-dropped": "warns",
  "module-renamed": "refuses",
  "module-region-changed": "warns",
  "boundary-changed": "refuses",
  "iam-path-changed": "refuses",
  "group-changed": "refuses",
  "stacks-changed": "refuses",
  "deployment-renamed": "refuses",
  "backend-changed": "refuses",
  "region-changed": "refuses",
  "source-changed": "refuses",
  "pmm-role-dropped": "refuses",
  "pmm-role-renamed": "refuses",
  "pmm-role-changed": "warns",
  "assume-policy-changed": "warns",
  "organization-id-changed": "warns",
  "additional-principals-changed": "warns",
  "teleport-account-changed": "warns",
  "teleport-role-changed": "warns",
  "teleport-external-id-changed": "warns",
  "outside-principal-added": "warns",
  "monitor-principal-added": "warns",
  "data-deny-off": "warns",
  "db-users-opened": "warns",
  "key-addresses-opened": "warns",
  "reader-added": "warns",
} as const;

export type ChangeRule = keyof typeof CHANGE_RULES;

/** A rule that refuses a change, in some cases at least: what `--allow` takes. */
export type RefusingRule = {
  [Rule in ChangeRule]: (typeof CHANGE_RULES)[Rule] extends "refuses" ? Rule : never;
}[ChangeRule];

/**
 * The most that a change of a key does to what is in AWS already. What something depends on counts: roles, users,
 * keys, secrets, instance profiles, and all that a team's module makes. The policies on them change in place.
 */
export interface Effect {
  /**
   * `nothing`: what is there stays as it is. `in place`: it stays under its name, with other grants or settings.
   * `destroyed`, `replaced`: the next apply does that. `orphaned`: it stays in AWS, and no state knows it.
   */
  readonly does: (typeof DEEDS)[number];
  /** The rules of `check --base` that judge the change. */
  readonly rules: readonly ChangeRule[];
}

/** From the mildest to the worst. */
export const DEEDS = ["nothing", "in place", "destroyed", "replaced", "orphaned"] as const;

export const NOTHING: Effect = { does: "nothing", rules: [] };
export const IN_PLACE: Effect = { does: "in place", rules: [] };

/** Destroying what the file no longer asks for is what the key is there for, so no rule stops it. */
export const DESTROYED_AS_ASKED: Effect = { does: "destroyed", rules: [] };

/** An effect that a rule judges: there is no other way to have one that loses something. */
export function judged(does: Effect["does"], ...rules: readonly [ChangeRule, ...ChangeRule[]]): Effect {
  return { does, rules };
}

/** The paths below a value: `.databases[].name`. What a mapping of free keys holds has none. */
type Below<Value> = Value extends readonly (infer Item)[]
  ? `[]${Below<Item>}`
  : Value extends object
    ? string extends keyof Value
      ? never
      : { [Key in keyof Value & string]: `.${Key}` | `.${Key}${Below<Value[Key]>}` }[keyof Value & string]
    : never;

/** The path of every key of a mapping, nested ones too, as docs/accounts-yaml.md has it. */
export type KeyPath<Shape extends z.ZodRawShape> = {
  [Key in keyof Shape & string]: Key | `${Key}${Below<z.output<Shape[Key]>>}`;
}[keyof Shape & string];

/** The effect of each key of a mapping: one that is missing does not pass the type check. */
export type Effects<Shape extends z.ZodRawShape> = Readonly<Record<KeyPath<Shape>, Effect>>;

/** Effects of keys, each with what is before it in its path. */
export function under<Prefix extends string, Key extends string>(
  prefix: Prefix,
  effects: Readonly<Record<Key, Effect>>,
): Readonly<Record<`${Prefix}${Key}`, Effect>> {
  return Object.fromEntries(
    Object.entries(effects).map(([key, effect]) => [`${prefix}${key}`, effect]),
  ) as Record<`${Prefix}${Key}`, Effect>;
}
