import { conditionText } from "../diff/words";
import type { Grant } from "./grants";
import { GRANT_KINDS } from "./kinds";

/** The columns of the CSV, in their order. They are its first row. */
const COLUMNS = {
  account: ({ account }) => account,
  account_id: ({ account_id }) => account_id,
  stack: ({ stack }) => stack,
  grant: ({ grant_kind }) => (grant_kind === null ? "" : GRANT_KINDS[grant_kind]),
  access: ({ access }) => access,
  effect: ({ effect }) => effect,
  who: ({ who }) => who,
  target: ({ target }) => target,
  actions: ({ actions, all_actions_but }) => listed(actions, all_actions_but),
  resources: ({ resources, all_resources_but }) => listed(resources, all_resources_but),
  condition: ({ condition }) => conditionText(condition).trim(),
  reason: ({ reason }) => reason,
  policy: ({ policy }) => policy ?? "",
  document: ({ document }) => document ?? "",
  boundary: ({ boundary }) => boundary ?? "",
  key_generation: ({ key_generation }) => String(key_generation ?? ""),
  previous_key: ({ previous_key }) => previous_key ?? "",
  key_age_days: ({ key_age_days }) => String(key_age_days ?? ""),
  changed: ({ changed }) => changed.join(" "),
} satisfies Readonly<Record<string, (grant: Grant) => string>>;

/** What a CSV of any version begins with. */
export const IS_CSV = /^account,account_id,stack,grant,access,/;

export const CSV_HEAD = `${Object.keys(COLUMNS).join(",")}\r\n`;

/** The grants as CSV (RFC 4180): a row each, lines end in CRLF. */
export function csvOf(grants: readonly Grant[]): string {
  const columns = Object.values(COLUMNS);
  return [
    CSV_HEAD,
    ...grants.map((grant) => `${columns.map((column) => cell(column(grant))).join(",")}\r\n`),
  ].join("");
}

function listed(values: readonly string[], isAllBut: boolean): string {
  return values.length === 0 ? "" : `${isAllBut ? "all but " : ""}${values.join(" ")}`;
}

/** A spreadsheet runs a cell that begins like a formula. An apostrophe in front makes it text. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
