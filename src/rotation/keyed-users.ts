import type { AccessModel } from "../access/model";
import type { Path } from "../accounts/problem";
import type { KeyedUserSnapshot } from "../changes/settings";
import { type AccountSnapshot, snapshotOf } from "../changes/snapshot";
import type { KeySecret } from "../features/identity";

/** A user with access keys that an account asks for. */
export interface KeyedUser {
  readonly account: AccountSnapshot;
  readonly user: KeyedUserSnapshot;
  /** The key of accounts.yaml that asks for it, by which `--user` names it: `aurora`, `on_premises_server_user`. */
  readonly key: string;
  /** Where the file says so: in the account's entry, or in `defaults`. */
  readonly path: Path;
  readonly isInherited: boolean;
  readonly generation: number;
  /** Left out where the user is not made, such as that of an account that retires. */
  readonly secret: KeySecret | undefined;
}

/** The accounts of a file with their users, those that retire too. Sorted by name. */
export interface AccountUsers {
  readonly account: AccountSnapshot;
  readonly users: readonly KeyedUser[];
}

export function accountUsers(access: AccessModel): AccountUsers[] {
  const secrets = new Map(
    access.identities.flatMap(({ accountId, name, keys }) =>
      keys === undefined ? [] : [[`${accountId} ${name}`, keys.secret] as const],
    ),
  );
  return snapshotOf(access).accounts.map((account) => ({
    account,
    users: account.users.map((user): KeyedUser => {
      const { keys, userName } = user.setting;
      const isInherited = account.inherited.has(keys[0] ?? "");
      return {
        account,
        user,
        key: keyOf(keys),
        path: [...(isInherited ? ["defaults"] : account.path), ...keys],
        isInherited,
        generation: user.generation ?? 1,
        secret: secrets.get(`${account.accountId} ${userName}`),
      };
    }),
  }));
}

/** By which `--user` names a setting. */
export function keyOf(keys: readonly string[]): string {
  return keys.at(-1) ?? "";
}

/** Whether a user has keys that can be rotated: it and its account stay. */
export function isLive({ account, user }: KeyedUser): boolean {
  return account.lifecycle === "active" && !user.retiring;
}

/** The key of accounts.yaml for the user whose access key PMM holds. */
export const PMM_USER_KEY = "aurora";

/** Whether PMM holds the user's key; the others' are on servers. */
export function isOfPmm({ key }: KeyedUser): boolean {
  return key === PMM_USER_KEY;
}

/** What messages call a user: `PMMAWSIntegrationUser in "billing-prod"`. */
export function whose({ account, user }: KeyedUser): string {
  return `${user.setting.userName} in "${account.name}"`;
}
