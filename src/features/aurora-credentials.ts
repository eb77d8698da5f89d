import type { AccountsFile, Entry } from "../accounts/file";
import { error, type Finding, warning } from "../accounts/problem";
import { valueAt } from "../accounts/values";
import { AURORA_USER } from "../aws/names";
import type { Unless } from "./feature";

/** The word of `aurora` with which PMM reads by the monitoring role, so that there is no user, key or secret. */
export const BY_ROLE: Unless = { key: "credentials", is: "role" };

/** The newest release that is known to lack it, and the pull request that adds it. */
export const KNOWN_RELEASES = "3.10.0 cannot; percona/pmm pull request 5944 is open";

/** Whether a setting of `aurora`, of any shape, has it. */
export function isByRole(aurora: unknown): boolean {
  return valueAt(aurora, [BY_ROLE.key]) === BY_ROLE.is;
}

/** Whether PMM reads the account by its instance role: its own account, where the file says so. */
export function isReadByInstanceRole({ source }: AccountsFile, { input }: Entry): boolean {
  return source?.monitor_own_account === true && source.account_id === input.account_id;
}

/**
 * What `credentials: role` asks of the rest of the entry. Role assumption for RDS is in PMM's pull request 5944, which
 * follows 5371 and 5804 and is open; the release of 30 August 2026, 3.10.0, does not have it. It sends no external id.
 * Sources: https://github.com/percona/pmm/pull/5944, the release notes of PMM 3.10.0.
 */
export function* credentialsRules(file: AccountsFile, entry: Entry): Iterable<Finding> {
  const { path, input } = entry;
  if (!isByRole(input.aurora)) {
    return;
  }
  const aurora = [...path, "aurora"];
  const credentials = [...aurora, BY_ROLE.key];
  const written = Object.keys(valueAt(file.document.plain, aurora) ?? {});
  for (const key of written.filter((name) => name !== BY_ROLE.key)) {
    yield error([...aurora, key], "credentials", ofTheUser(key, input), "key");
  }
  if (input.external_id !== undefined) {
    yield error(
      credentials,
      "credentials",
      "credentials: role lets PMM read by the monitoring role alone, and PMM sends no external id, which that role requires here; remove external_id, or write aurora: true",
    );
  }
  if (input.lifecycle === "active") {
    yield isReadByInstanceRole(file, entry)
      ? warning(
          credentials,
          "monitor-own-account",
          "monitor_own_account: true lets PMM read this account by its instance role already; remove aurora",
        )
      : warning(
          credentials,
          "credentials",
          `no PMM release known to us can assume a role for RDS (${KNOWN_RELEASES}), and credentials: role makes no user; unless your PMM takes a role's ARN for RDS, write aurora: true`,
        );
  }
}

/** Names the account: the key may be of another one, whose settings this one merges. */
function ofTheUser(key: string, { name, aurora }: Entry["input"]): string {
  return valueAt(aurora, [key]) === "retiring"
    ? "lifecycle: retiring destroys the user, and credentials: role is for an account that has none; remove credentials and apply, then write aurora: {credentials: role}"
    : `${key} is a setting of ${AURORA_USER}, which "${name}" does not have with credentials: role; remove ${key}, or remove credentials to keep the user`;
}
