import { counted } from "../accounts/wording";
import { countsOf, countsText, groupedRows, type RowGroup, witnessText } from "../diff/groups";
import { CHANGES, type Row } from "../diff/row";
import { type AccountPart, byAccount } from "./by-account";
import { codeSpan, fitted } from "./markdown";

/**
 * Who gains and who loses what, each row once: what several accounts have in common comes first, then each account
 * with the rest of its rows. One account has all its rows in one list.
 */
export function changesLines(rows: readonly Row[], most: number): string[] {
  const groups = groupedRows(rows);
  if (accountsIn(rows).size === 1) {
    const { rest } = fitted(groups, groupItem, most * 0.95);
    return [...groupLines(withoutLast(groups, rest.length)), ...moreLines(rest)];
  }
  const common = groups.filter((group) => accountsIn(group.rows).size > 1);
  const { rest } = fitted(common, groupItem, most * 0.4);
  const above = withoutLast(common, rest.length);
  return [...groupLines(above), ...byAccount(accountParts(rows, above), most * 0.55, restText)];
}

function withoutLast<Item>(items: readonly Item[], count: number): readonly Item[] {
  return items.slice(0, items.length - count);
}

/** The groups under a heading for each change, with a request that a gain allows below it. */
export function groupLines(groups: readonly RowGroup[]): string[] {
  return CHANGES.flatMap((change) => {
    const items = groups.filter((group) => group.change === change).flatMap(groupItem);
    return items.length === 0 ? [] : [`**${change}**`, "", ...items, ""];
  });
}

function groupItem({ says, witness }: RowGroup): string[] {
  return [`- ${codeSpan(says)}`, ...witnessItem(witness)];
}

function witnessItem(witness: RowGroup["witness"]): string[] {
  return witness === undefined ? [] : [`  - such as ${codeSpan(witnessText(witness))}`];
}

function moreLines(groups: readonly RowGroup[]): string[] {
  const rows = groups.flatMap((group) => group.rows);
  return rows.length === 0
    ? []
    : [`and ${counted(rows.length, "more row")}: ${countsText(countsOf(rows))}`, ""];
}

/** The changed accounts: those where somebody gains access first, then by name. Rows above are only counted. */
function accountParts(rows: readonly Row[], above: readonly RowGroup[]): AccountPart[] {
  const rowsAbove = new Set(above.flatMap((group) => group.rows));
  return [...accountsIn(rows)]
    .map(([name, all]) => ({ name, all, own: all.filter((row) => !rowsAbove.has(row)) }))
    .sort((a, b) => moreIn(b.all) - moreIn(a.all) || (a.name < b.name ? -1 : 1))
    .map(({ name, all, own }) => ({
      name,
      counted: presentText(all),
      lines: own.length === 0 ? [] : [...ownLines(own), ...aboveLines(all.length - own.length)],
    }));
}

function ownLines(rows: readonly Row[]): string[] {
  return groupedRows(rows).flatMap(({ change, says, witness }) => [
    `- ${change}: ${codeSpan(says)}`,
    ...witnessItem(witness),
  ]);
}

function aboveLines(count: number): string[] {
  return count === 0 ? [] : [`- and ${count} of the rows above`];
}

/** Rows by the name of their account, or its id where the file does not list it. */
function accountsIn(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const byName = new Map<string, Row[]>();
  for (const row of rows) {
    const name = row.where.account ?? row.where.account_id;
    const known = byName.get(name);
    if (known === undefined) {
      byName.set(name, [row]);
    } else {
      known.push(row);
    }
  }
  return byName;
}

function moreIn(rows: readonly Row[]): number {
  return rows.some(({ change }) => change === "gained" || change === "widened") ? 1 : 0;
}

/** "1 gained, 2 lost": what there is none of is left out. */
function presentText(rows: readonly Row[]): string {
  const counts = countsOf(rows);
  return CHANGES.filter((change) => counts[change] > 0)
    .map((change) => `${counts[change]} ${change}`)
    .join(", ");
}

function restText(rest: readonly AccountPart[]): string {
  return `and ${counted(rest.length, "more account")}; \`pmm-iam diff\` prints every row`;
}
