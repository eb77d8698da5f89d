import { createHash } from "node:crypto";
import type { AccessModel } from "../access/model";
import type { Account } from "../accounts/model";
import { oncePer } from "../features/once-per";
import { databasesOf, INSTANCE, type TeleportKeys } from "../features/teleport-connect";
import { type Database, regionOf } from "../features/teleport-connect/database";
import { activeAccounts } from "./active-accounts";
import { fileNames } from "./file-names";

/** A database that people reach through Teleport, with what its files say of it. */
export interface TeleportDatabase {
  /** What its files are called: `<account>-<database>`, unique even without case. */
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
export const teleportDatabases = oncePer((access: AccessModel): readonly TeleportDatabase[] => {
  const found = activeAccounts(access).flatMap(({ account, calls }) =>
    calls
      .filter(({ module, team }) => module === INSTANCE.module && team === undefined)
      .flatMap(({ makes: [role] }) =>
        role === undefined
          ? []
          : // Only the feature that made the call has these keys.
            databasesOf(account as Account<TeleportKeys>).map((settings) => ({
              account,
              roleArn: role.arn,
              settings,
            })),
      ),
  );
  const names = fileNames(found, namesOf);
  return found.map((one) => ({
    ...one,
    fileName: names.get(one) ?? "",
    region: regionOf(one.settings, one.account),
    users: [...new Set(one.settings.db_users)].sort(),
  }));
});

/** File systems take 255 bytes; this is also short enough to read. */
const MOST_CHARACTERS = 120;

/**
 * `a` with `b-c` has the plain name of `a-b` with `c`. Each then ends in a hash of its own, so that neither ever takes
 * over the role of the other. No plain name has a full stop.
 */
function namesOf({ account, settings }: Pick<TeleportDatabase, "account" | "settings">): string[] {
  const plain = `${account.name}-${settings.name}`;
  const hash = createHash("sha256").update(`${account.name}/${settings.name}`).digest("hex");
  const hashed = `${plain.slice(0, MOST_CHARACTERS - 13)}.${hash.slice(0, 12)}`;
  return plain.length <= MOST_CHARACTERS ? [plain, hashed] : [hashed];
}
