import type { BoundaryKind } from "../accounts/boundaries";
import { aliasOf } from "../accounts/names";
import type { Path } from "../accounts/problem";
import { valueAt } from "../accounts/values";
import { features } from "../features";
import type { InstanceList, KeyedSetting, RoleSetting } from "../features/feature";

/**
 * What an account asks for, told from its entry and the section `defaults`: plain data of whatever shape, today's or
 * from before.
 */

/** A module instance that an account asks for. */
export interface InstanceSnapshot {
  /** Its name at the root of the stack: `third_party_site24x7_orders`. */
  readonly module: string;
  /** The key that asks for it; undefined: every account has it. */
  readonly key: string | undefined;
  /** As which kind its roles and users are bounded; undefined where it is not known what it makes. */
  readonly boundedAs: BoundaryKind | undefined;
  /** Of the entry, where the key holds a list. */
  readonly listed: ListedInstance | undefined;
}

/** An entry of a list, each of which is an instance. */
export interface ListedInstance {
  /** What messages call it. */
  readonly noun: InstanceList["noun"];
  readonly name: string;
  /** Whether it is of the list of `defaults`. */
  readonly isInherited: boolean;
  /** What it keeps under another name. */
  readonly same: string;
  /** The role that it makes; undefined where that is not known. */
  readonly roleName: string | undefined;
}

/** The keys that an entry leaves to `defaults`. One that it has replaces that of `defaults` as a whole. */
export function inheritedKeys(entry: unknown): ReadonlySet<string> {
  return new Set(INHERITED.filter((key) => valueAt(entry, [key]) === undefined));
}

const INHERITED: readonly string[] = features.flatMap(({ instances }) =>
  instances.list === undefined && instances.isInherited === true && instances.key !== undefined
    ? [instances.key]
    : [],
);

/** A setting of an entry, or what the entry takes from `defaults`. */
function settingAt(entry: unknown, defaults: unknown, keys: Path): unknown {
  return valueAt(inheritedKeys(entry).has(String(keys[0])) ? defaults : entry, keys);
}

/** The module instances that an entry asks for. */
export function instancesOf(entry: unknown, defaults: unknown, alias: string): InstanceSnapshot[] {
  return features.flatMap(({ instances: { prefix, key, list }, boundedAs }): InstanceSnapshot[] => {
    if (list !== undefined && key !== undefined) {
      return listedIn(list, valueAt(entry, [key]), valueAt(defaults, [key])).map((listed) => ({
        module: `${prefix}${aliasOf(listed.name)}_${alias}`,
        key,
        boundedAs,
        listed,
      }));
    }
    const isAsked = key === undefined || isOn(settingAt(entry, defaults, [key]));
    return isAsked ? [{ module: `${prefix}_${alias}`, key, boundedAs, listed: undefined }] : [];
  });
}

/** The instances of fixed names that an account may have had at any time. */
export function fixedInstances(alias: string): string[] {
  return features.flatMap(({ instances: { prefix, list } }) => (list ? [] : [`${prefix}_${alias}`]));
}

/**
 * An account's list is joined with that of `defaults`: its own entry replaces one of the same name, and null leaves
 * all of them out.
 */
function listedIn(
  { noun, sameBy, roleName }: InstanceList,
  own: unknown,
  inherited: unknown,
): ListedInstance[] {
  const named = (entries: unknown, isInherited: boolean): ListedInstance[] =>
    (Array.isArray(entries) ? entries : []).flatMap((entry: unknown) => {
      const name = valueAt(entry, ["name"]);
      return typeof name === "string"
        ? [
            {
              noun,
              name,
              isInherited,
              same: JSON.stringify(valueAt(entry, [sameBy]) ?? null),
              roleName: roleName?.(name, entry),
            },
          ]
        : [];
    });
  if (own === null) {
    return [];
  }
  const taken = new Set(named(own, false).map(({ name }) => name));
  return [...named(inherited, true).filter(({ name }) => !taken.has(name)), ...named(own, false)];
}

/** The settings of roles that an entry has on. */
export function rolesOf(entry: unknown, defaults: unknown): RoleSetting[] {
  return features
    .flatMap(({ roles = [] }) => roles)
    .filter(({ keys, isDefault = false }) => {
      const value = settingAt(entry, defaults, keys);
      const isAround = isMapping(settingAt(entry, defaults, keys.slice(0, -1)));
      return value === undefined ? isDefault && isAround : isOn(value);
    });
}

/** A user that an account asks for. */
export interface KeyedUserSnapshot {
  readonly setting: KeyedSetting;
  /** undefined where the file has something that is no number. */
  readonly generation: number | undefined;
  /** As written; `active` where nothing is. */
  readonly previousKey: string;
  /** It is to be destroyed with the next apply, though the account stays. */
  readonly retiring: boolean;
}

/** The users that an entry asks for. */
export function keyedUsersOf(entry: unknown, defaults: unknown): KeyedUserSnapshot[] {
  return features
    .flatMap(({ keyedUsers = [] }) => keyedUsers)
    .flatMap((setting) => {
      const value = settingAt(entry, defaults, setting.keys);
      if (!isOn(value)) {
        return [];
      }
      const generation = valueAt(value, ["key_generation"]) ?? 1;
      return [
        {
          setting,
          generation: typeof generation === "number" ? generation : undefined,
          previousKey: String(valueAt(value, ["previous_key"]) ?? "active"),
          retiring: valueAt(value, ["lifecycle"]) === "retiring",
        },
      ];
    });
}

function isOn(value: unknown): boolean {
  return value === true || isMapping(value);
}

function isMapping(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
