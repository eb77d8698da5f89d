import type { BoundaryKind } from "../accounts/boundaries";
import { aliasOf } from "../accounts/names";
import type { Path } from "../accounts/problem";
import { valueAt } from "../accounts/values";
import type { Feature, InstanceList, KeyedSetting, RoleSetting, Unless } from "../features/feature";

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

/** What an account asks for. */
export interface AccountSettings {
  readonly instances: readonly InstanceSnapshot[];
  /** The settings of roles that it has on. */
  readonly roles: readonly RoleSetting[];
  readonly users: readonly KeyedUserSnapshot[];
  /** The settings of users that it has on with the word that makes none: `aurora: {credentials: role}`. */
  readonly keyless: readonly KeyedSetting[];
  /** The keys that the entry leaves to `defaults`. */
  readonly inherited: ReadonlySet<string>;
}

/** An account's entry, and the section `defaults`, of any shape. */
interface WrittenAccount {
  readonly entry: unknown;
  readonly defaults: unknown;
  readonly alias: string;
}

/** What an account asks for of these features. */
export function settingsOf(
  { entry, defaults, alias }: WrittenAccount,
  features: readonly Feature[],
): AccountSettings {
  const inherited = inheritedKeys(entry, features);
  const settingAt = (keys: Path) => valueAt(inherited.has(String(keys[0])) ? defaults : entry, keys);
  const keyed = features.flatMap(({ keyedUsers = [] }) => keyedUsers);
  return {
    instances: features.flatMap((feature) => instancesOf(feature, { entry, defaults, alias }, settingAt)),
    roles: features.flatMap(({ roles = [] }) => roles).filter((setting) => isRoleOn(setting, settingAt)),
    users: keyed.flatMap((setting) => keyedUser(setting, settingAt(setting.keys)) ?? []),
    keyless: keyed.filter(({ keys, unless }) => isWithout(settingAt(keys), unless)),
    inherited,
  };
}

/** The keys that an entry leaves to `defaults`. One that it has replaces that of `defaults` as a whole. */
function inheritedKeys(entry: unknown, features: readonly Feature[]): ReadonlySet<string> {
  const keys = features.flatMap(({ instances }) =>
    instances.list === undefined && instances.isInherited === true && instances.key !== undefined
      ? [instances.key]
      : [],
  );
  return new Set(keys.filter((key) => valueAt(entry, [key]) === undefined));
}

/** A setting of an entry, or what the entry takes from `defaults`. */
type SettingAt = (keys: Path) => unknown;

/** The instances of a feature that an entry asks for. */
function instancesOf(
  { instances, boundedAs }: Feature,
  { entry, defaults, alias }: WrittenAccount,
  settingAt: SettingAt,
): InstanceSnapshot[] {
  const { prefix, key } = instances;
  if (instances.list !== undefined) {
    return listedIn(instances.list, valueAt(entry, [instances.key]), valueAt(defaults, [instances.key])).map(
      (listed) => ({
        module: `${prefix}${aliasOf(listed.name)}_${alias}`,
        key,
        boundedAs,
        listed,
      }),
    );
  }
  const setting = key === undefined || settingAt([key]);
  const isAsked = isOn(setting) && !isWithout(setting, instances.unless);
  return isAsked ? [{ module: `${prefix}_${alias}`, key, boundedAs, listed: undefined }] : [];
}

/** The instances of fixed names that an account may have had at any time. */
export function fixedInstances(alias: string, features: readonly Feature[]): string[] {
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

/** Whether an entry has the setting of a role on. */
function isRoleOn({ keys, isDefault = false }: RoleSetting, settingAt: SettingAt): boolean {
  const value = settingAt(keys);
  const isAround = isMapping(settingAt(keys.slice(0, -1)));
  return value === undefined ? isDefault && isAround : isOn(value);
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

/** The user of a setting that has this value; undefined where it is off, or makes none. */
function keyedUser(setting: KeyedSetting, value: unknown): KeyedUserSnapshot | undefined {
  if (!isOn(value) || isWithout(value, setting.unless)) {
    return undefined;
  }
  const generation = valueAt(value, ["key_generation"]) ?? 1;
  return {
    setting,
    generation: typeof generation === "number" ? generation : undefined,
    previousKey: String(valueAt(value, ["previous_key"]) ?? "active"),
    retiring: valueAt(value, ["lifecycle"]) === "retiring",
  };
}

function isOn(value: unknown): boolean {
  return value === true || isMapping(value);
}

function isWithout(value: unknown, unless: Unless | undefined): boolean {
  return unless !== undefined && valueAt(value, [unless.key]) === unless.is;
}

function isMapping(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
