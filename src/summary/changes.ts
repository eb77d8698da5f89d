import { counted } from "../accounts/wording";
import { countsOf, countsText, groupedRows, type RowGroup, witnessText } from "../diff/groups";
import { CHANGES, type Row } from "../diff/row";
import { type AccountPart, byAccount } from "./by-account";
import { codeSpan, fitted } from "./markdown";

/** Who gains and who loses what: first what several accounts have in common said once, then account by account. */
export function changesLines(rows: readonly Row[], most: number): string[] {
  const groups = groupedRows(rows);
  const accounts = accountParts(rows);
  // Rows of one account only are said once.
  const isByAccount = accounts.length > 1;
  const all = groupLines(groups);
  const overview = fitted(groups, groupItem, isByAccount ? most * 0.4 : most * 0.95);
  const lines =
    overview.rest.length === 0
      ? all
      : [...groupLines(groups.slice(0, groups.length - overview.rest.length)), ...moreLines(overview.rest)];
  return isByAccount ? [...lines, ...byAccount(accounts, most * 0.55, restText)] : lines;
}

/** The groups under a heading for each change, with a request that a gain allows below it. */
export function groupLines(groups: readonly RowGroup[]): string[] {
  return CHANGES.flatMap((change) => {
    const items = groups.filter((group) => group.change === change).flatMap(groupItem);
    return items.length === 0 ? [] : [`**${change}**`, "", ...items, ""];
  });
}

function groupItem({ says, witness }: RowGroup): string[] {
  return [
    `- ${codeSpan(says)}`,
    ...(witness === undefined ? [] : [`  - such as ${codeSpan(witnessText(witness))}`]),
  ];
}

function moreLines(groups: readonly RowGroup[]): string[] {
  const rows = groups.flatMap((group) => group.rows);
  return [`and ${counted(rows.length, "more row")}: ${countsText(countsOf(rows))}`, ""];
}

/** The changed accounts: those where somebody gains access first, then by name. */
function accountParts(rows: readonly Row[]): AccountPartOfRows[] {
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
  return [...byName]
    .map(([name, own]) => ({
      name,
      rows: own,
      counted: presentText(own),
      lines: own.map(({ change, says }) => `- ${change}: ${codeSpan(says)}`),
    }))
    .sort((a, b) => moreIn(b.rows) - moreIn(a.rows) || (a.name < b.name ? -1 : 1));
}

interface AccountPartOfRows extends AccountPart {
  readonly rows: readonly Row[];
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
