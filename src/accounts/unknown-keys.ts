import type { ParsedDocument } from "./document";
import { isFromOrganizations, ORGANIZATIONS_KEYS } from "./organizations";
import { error, type Finding, type Path } from "./problem";
import { valueAt } from "./values";
import { allOf, nearest, shown, under } from "./wording";

/** What is said of keys that the schema does not know. */

/** This many unknown keys of one mapping are one mistake, if each is known in another style: AccountId, account-id. */
const ONE_MISTAKE = 2;

/** Of the unknown keys of the mapping at a path: what each of them may have been meant for. */
export function unknownKeys(
  keys: readonly string[],
  parent: Path,
  known: readonly string[],
  document: ParsedDocument,
): Finding[] {
  const mapping = valueAt(document.plain, parent);
  const isAccount = parent.length === 2 && parent[0] === "accounts";
  const said = isAccount && isFromOrganizations(mapping) ? ORGANIZATIONS_KEYS : [];
  const unsaid = keys.filter((key) => !said.includes(key));
  const spelt = unsaid.map((key) => known.find((other) => plain(other) === plain(key)));
  const [first] = unsaid;
  if (
    first !== undefined &&
    unsaid.length >= ONE_MISTAKE &&
    unsaid.length <= known.length &&
    spelt.every((key) => key !== undefined)
  ) {
    const found = `unknown keys ${allOf(unsaid.map((key) => shown(key)))}${under([...parent, first])}`;
    return [error([...parent, first], "unknown-key", `${found}; did you mean ${allOf(spelt)}?`, "key")];
  }
  return unsaid.map((key) => {
    const path = [...parent, key];
    const advice =
      (isAccount ? organizationsAdvice(key, valueAt(mapping, [key])) : undefined) ??
      (document.hasAnchor(path) ? ANCHOR_ADVICE : undefined) ??
      nearAdvice(key, known);
    return error(path, "unknown-key", `unknown key ${shown(key)}${under(path)}; ${advice}`, "key");
  });
}

const ANCHOR_ADVICE =
  "no key may keep an anchor for others: write the anchor (&name) where its value is first used, or put what all accounts share under defaults";

/** Whether a mapping has a key that was meant for one that it lacks, so that the lack need not be said. */
export function hasMisspelt(missing: string, mapping: unknown, known: readonly string[]): boolean {
  return (
    typeof mapping === "object" &&
    mapping !== null &&
    Object.keys(mapping).some((key) => !known.includes(key) && nearest(key, known) === missing)
  );
}

function nearAdvice(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return near === undefined
    ? `expected one of ${known.join(", ")}`
    : `did you mean "${near}"? (it takes ${known.join(", ")})`;
}

/** A key without what styles differ in: account_id, AccountId and account-id are alike. */
function plain(key: string): string {
  return key.replace(/[_-]/g, "").toLowerCase();
}

/** What to do with a key that AWS Organizations prints for an account, and this file has no place for. */
function organizationsAdvice(key: string, value: unknown): string | undefined {
  const name = plain(key);
  const isTheirs = ORGANIZATIONS_KEYS.some((other) => plain(other) === name);
  if (!isTheirs || name === "id" || name === "name") {
    return undefined;
  }
  if (name !== "status" && name !== "state") {
    return "nothing here needs it: remove the line";
  }
  switch (typeof value === "string" ? value.toLowerCase() : "") {
    case "active":
    case "enabled":
      return "remove the line: an account is active unless its lifecycle says otherwise";
    case "retiring":
      return "did you mean lifecycle: retiring?";
    default:
      return "leave the account out if AWS has closed it, or type lifecycle: closed if this file has made something in it";
  }
}
