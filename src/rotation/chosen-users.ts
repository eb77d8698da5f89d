import type { Problem } from "../accounts/problem";
import { cut, firstOfMany, nearest, oneOf } from "../accounts/wording";
import { InputError } from "../changes/input-error";
import type { Feature } from "../features/feature";
import { type AccountUsers, isLive, type KeyedUser, keyOf } from "./keyed-users";
import { problemOf, type ValidText } from "./plan";

/** The users that were named, or why some of them cannot be rotated. */
export interface ChosenUsers {
  readonly users: readonly KeyedUser[];
  /** Names that no account has, a line for each. */
  readonly unknown: readonly string[];
  readonly problems: readonly Problem[];
}

/** The users of the named accounts, one of each: the one of `key`, or the only one that the account has. */
export function chosenUsers(
  file: ValidText,
  all: readonly AccountUsers[],
  names: readonly string[],
  key: string | undefined,
): ChosenUsers {
  const users: KeyedUser[] = [];
  const unknown: string[] = [];
  const problems: Problem[] = [];
  for (const name of new Set(names)) {
    const account = all.find((candidate) => candidate.account.name === name);
    const chosen = account && chosenUser(file, account, key);
    if (chosen === undefined) {
      unknown.push(unknownAccount(name, all));
    } else if ("severity" in chosen) {
      problems.push(chosen);
    } else {
      users.push(chosen);
    }
  }
  return { users, unknown, problems };
}

/** Of all accounts, or of the named ones, the users that `key` leaves. */
export function usersAmong(
  all: readonly AccountUsers[],
  names: readonly string[],
  key: string | undefined,
): { readonly users: readonly KeyedUser[]; readonly unknown: readonly string[] } {
  const known = new Set(all.map(({ account }) => account.name));
  return {
    users: all
      .filter(({ account }) => names.length === 0 || names.includes(account.name))
      .flatMap((account) => account.users)
      .filter((user) => key === undefined || user.key === key),
    unknown: [...new Set(names)].filter((name) => !known.has(name)).map((name) => unknownAccount(name, all)),
  };
}

/** What `--user` takes: the keys that ask for users, by which the users' own names are known too. */
export function userKey(asked: string | undefined, features: readonly Feature[]): string | undefined {
  if (asked === undefined) {
    return undefined;
  }
  const settings = features.flatMap(({ keyedUsers = [] }) => keyedUsers);
  const found = settings.find(({ keys, userName }) => asked === keyOf(keys) || asked === userName);
  if (found === undefined) {
    const keys = settings.map((setting) => keyOf(setting.keys));
    const near = nearest(asked, keys);
    throw new InputError(
      `--user takes ${oneOf(keys)}, and "${cut(asked)}" is none of them${near === undefined ? "" : `; did you mean ${near}?`}`,
      "rotation",
    );
  }
  return keyOf(found.keys);
}

function chosenUser(
  file: ValidText,
  { account, users }: AccountUsers,
  key: string | undefined,
): KeyedUser | Problem {
  const { name, lifecycle, path } = account;
  if (lifecycle !== "active") {
    return problemOf(
      file,
      [...path, "lifecycle"],
      `"${name}" is ${lifecycle}, and its keys go with it; expected an active account`,
    );
  }
  const matching = users.filter((user) => key === undefined || user.key === key);
  const [live, other] = matching.filter(isLive);
  const [retiring] = matching;
  if (retiring === undefined) {
    const keyless = account.keyless.find(({ keys }) => key === undefined || keyOf(keys) === key);
    if (keyless?.unless !== undefined) {
      const word = [...keyless.keys, keyless.unless.key];
      return problemOf(
        file,
        [...path, ...word],
        `"${name}" has ${keyless.unless.key}: ${keyless.unless.is}, so there is no ${keyless.userName} and no key to rotate; name an account that has a key`,
      );
    }
    const has = users.length === 0 ? "" : `; it has ${oneOf(users.map((user) => user.key))}`;
    const what = key === undefined ? "no user with access keys" : `no ${key}`;
    return problemOf(file, [...path, "name"], `"${name}" has ${what}, so there is no key to rotate${has}`);
  }
  if (live === undefined) {
    return problemOf(
      file,
      [...retiring.path, "lifecycle"],
      `${retiring.user.setting.userName} in "${name}" is retiring, and its keys go with it; expected a user that stays`,
    );
  }
  if (other !== undefined) {
    const ways = matching.filter(isLive).map((user) => `--user ${user.key}`);
    return problemOf(
      file,
      [...path, "name"],
      `"${name}" has several users with access keys; say whose to rotate: ${oneOf(ways)}`,
    );
  }
  return live;
}

function unknownAccount(name: string, all: readonly AccountUsers[]): string {
  const names = all.map(({ account }) => account.name);
  return `no account has the name "${cut(name)}"; expected ${nearest(name, names) ?? firstOfMany(names, 10)}`;
}
