import { valueAt } from "./values";

/** What `aws organizations list-accounts` prints of each account. */

/** Its keys; none is one of this file's. Source: Organizations API Reference, Account. */
export const ORGANIZATIONS_KEYS: readonly string[] = [
  "Id",
  "Name",
  "Arn",
  "Email",
  "Status",
  "State",
  "JoinedMethod",
  "JoinedTimestamp",
  "Paths",
];

/** Whether an entry is as AWS Organizations has it: by its id and one more of the keys. */
export function isFromOrganizations(entry: unknown): boolean {
  const isId = /^\d{12}$/.test(String(valueAt(entry, ["Id"])));
  return isId && ORGANIZATIONS_KEYS.some((key) => key !== "Id" && valueAt(entry, [key]) !== undefined);
}

/** Whether AWS has closed the account, or is about to. */
export function isSuspended(entry: unknown): boolean {
  return ["Status", "State"].some((key) =>
    ["SUSPENDED", "PENDING_CLOSURE", "CLOSED"].includes(String(valueAt(entry, [key]))),
  );
}
