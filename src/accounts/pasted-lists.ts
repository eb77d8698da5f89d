import type { z } from "zod";
import { ACCOUNT_ID, ENTRY_NAME } from "../aws/formats";
import { freeNames } from "./entry-names";
import { formatOf } from "./fields";
import { isFromOrganizations, isSuspended, ORGANIZATIONS_KEYS } from "./organizations";
import type { Path } from "./problem";
import { keysAt, schemasAt } from "./schema-walk";
import { cut, flowText } from "./wording";

/** Lists to type in place of what was pasted. */

/** Entries that a message shows; what comes after them is counted. */
const MOST_SHOWN = 100;

/** In characters, as JSON: an entry that one line holds. Of a longer one only the name is shown. */
const LONGEST_ENTRY = 200;

type Mapping = Readonly<Record<string, unknown>>;

/** The lines of the list that a mapping was meant for, at a place where the schema takes entries with a name. */
export function listToType(value: unknown, schema: z.ZodType, path: Path): string[] {
  const known = keysAt(schema, [...path, 0]);
  if (!isMapping(value) || Object.keys(value).length === 0 || !known.includes("name")) {
    return [];
  }
  const isEntry = !isMapping(value["name"]) && Object.keys(value).every((key) => known.includes(key));
  const entries = isEntry ? [value] : Object.entries(value).map(([key, inner]) => entryOf(key, inner, known));
  const named = schemasAt(schema, [...path, 0, "name"]).some(
    (name) => formatOf(name)?.pattern === ENTRY_NAME.pattern,
  );
  return lines(named ? withFreeNames(entries) : entries);
}

/** The entries to type for those of a list that are as AWS Organizations prints them, without those that AWS has closed. */
export function organizationsToType(accounts: readonly unknown[]): string[] {
  const free = freeNames(accounts);
  const entries = accounts.flatMap((account, index): Mapping[] => {
    if (!isMapping(account) || !isFromOrganizations(account) || isSuspended(account)) {
      return [];
    }
    const { Id: id, Name: name = `account-${id}` } = account;
    const own = Object.entries(account).filter(([key]) => !ORGANIZATIONS_KEYS.includes(key));
    return [{ name: free.get(index)?.name ?? name, account_id: String(id), ...Object.fromEntries(own) }];
  });
  return lines(entries);
}

/** One entry of a mapping by name, or by account id; of a mapping of names to ids, both are in it. */
function entryOf(key: string, inner: unknown, known: readonly string[]): Mapping {
  const isId = ACCOUNT_ID.pattern.test(key) && known.includes("account_id");
  const own: Mapping = isId ? { name: `account-${key}`, account_id: key } : { name: key };
  if (isMapping(inner)) {
    return { ...own, ...inner };
  }
  const other = isId ? "name" : "account_id";
  const isOther = known.includes(other) && (typeof inner === "string" || typeof inner === "number");
  return isOther ? { ...own, [other]: String(inner) } : own;
}

function withFreeNames(entries: readonly Mapping[]): readonly Mapping[] {
  const free = freeNames(entries);
  return entries.map((entry, index) => ({ ...entry, name: free.get(index)?.name ?? entry["name"] }));
}

function lines(entries: readonly Mapping[]): string[] {
  const shown = entries
    .slice(0, MOST_SHOWN)
    .map(
      (entry) => onOneLine(entry) ?? `- name: ${cut(String(entry["name"]))} # and its other keys as they are`,
    );
  const more = entries.length - shown.length;
  return more > 0 ? [...shown, `# and ${more} more`] : shown;
}

/** An entry that is short enough: `- {name: orders-prod, account_id: "222222222222"}`. */
function onOneLine(entry: Mapping): string | undefined {
  if (JSON.stringify(entry).length > LONGEST_ENTRY) {
    return undefined;
  }
  return `- ${flowText(entry)}`;
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
