import { createHash } from "node:crypto";
import type { AccessModel } from "../access/model";
import type { Account } from "../accounts/model";
import { databasesOf, INSTANCE, type TeleportKeys } from "../features/teleport-connect";
import { type Database, regionOf } from "../features/teleport-connect/database";

/** A database that people reach through Teleport, with what its files say of it. */
export interface TeleportDatabase {
  /** What its files and its role in Teleport are called: `<account>-<database>`, unique even without case. */
  readonly fileName: string;
  readonly account: Account;
  /** The role in the account through which Teleport connects. */
  readonly roleArn: string;
  readonly region: string;
  readonly settings: Database;
  /** Sorted, each once; `*` alone is every one. */
  readonly users: readonly string[];
}

/** The databases of the accounts that neither retire nor are closed, sorted by account and name. */
export function teleportDatabases({ stacks }: AccessModel): TeleportDatabase[] {
  const found = stacks
    .flatMap(({ accounts }) => accounts)
    .flatMap(({ account, calls }) =>
      calls
        .filter(({ module, team }) => module === INSTANCE.module && team === undefined)
        .flatMap(({ makes: [role] }) => (role === undefined ? [] : [{ account, roleArn: role.arn }])),
    )
    .sort((a, b) => (a.account.name < b.account.name ? -1 : 1))
    .flatMap(({ account, roleArn }) =>
      // Only the feature that made the call has these keys.
      databasesOf(account as Account<TeleportKeys>).map((settings) => ({ account, roleArn, settings })),
    );
  const counts = new Map<string, number>();
  for (const name of found.map(plainName)) {
    counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1);
  }
  return found.map((one) => ({
    ...one,
    fileName: counts.get(plainName(one).toLowerCase()) === 1 ? shortName(one) : hashedName(one),
    region: regionOf(one.settings, one.account),
    users: [...new Set(one.settings.db_users)].sort(),
  }));
}

type Named = Pick<TeleportDatabase, "account" | "settings">;

function plainName({ account, settings }: Named): string {
  return `${account.name}-${settings.name}`;
}

/** File systems take 255 bytes; this is also short enough to read. */
const MOST_CHARACTERS = 120;

function shortName(one: Named): string {
  return plainName(one).length <= MOST_CHARACTERS ? plainName(one) : hashedName(one);
}

/**
 * `a` with `b-c` has the plain name of `a-b` with `c`. Each then ends in a hash of its own, so that neither ever takes
 * over the role of the other. No plain name has a full stop.
 */
function hashedName(one: Named): string {
  const { account, settings } = one;
  const hash = createHash("sha256").update(`${account.name}/${settings.name}`).digest("hex");
  return `${plainName(one).slice(0, MOST_CHARACTERS - 13)}.${hash.slice(0, 12)}`;
}
