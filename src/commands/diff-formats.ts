import type { Line, Styled } from "../accounts/lines";
import { CHANGES, type Change, type Row, type Witness } from "../diff/row";
import { sentence } from "../diff/words";

export const DIFF_FORMATS = ["text", "markdown", "json"] as const;

export type DiffFormat = (typeof DIFF_FORMATS)[number];

/** What was compared with: the ref as typed, and the commit that it came to. */
export interface ComparedWith {
  readonly ref: string;
  readonly commit: string;
}

/** The rows for people, for a pull request, or for programs. */
export function formatDiff(format: DiffFormat, rows: readonly Row[], base: ComparedWith): Line[] {
  const counts = countsOf(rows);
  switch (format) {
    case "text":
      return [...groupedRows(rows).flatMap(textLines), `${countsText(counts)} since ${baseText(base)}`];
    case "markdown":
      return markdownLines(groupedRows(rows), `${countsText(counts)} since ${codeSpan(baseText(base))}`);
    case "json":
      return [{ json: { version: 1, base, rows, counts } }];
  }
}

type Counts = Readonly<Record<Change, number>>;

function countsOf(rows: readonly Row[]): Counts {
  const count = (change: Change) => rows.filter((row) => row.change === change).length;
  return Object.fromEntries(CHANGES.map((change) => [change, count(change)])) as Counts;
}

function countsText(counts: Counts): string {
  return CHANGES.map((change) => `${counts[change]} ${change}`).join(", ");
}

function baseText({ ref, commit }: ComparedWith): string {
  return `${ref} (${commit.slice(0, 7)})`;
}

/** Rows that say the same of several accounts. */
interface RowGroup {
  readonly change: Change;
  readonly says: string;
  readonly witness: Witness | undefined;
}

function groupedRows(rows: readonly Row[]): RowGroup[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const { change, kind, who, where, actions, resources, policy, condition, isDenied } = row;
    // In each account the same ARNs have another account id.
    const anywhere = (text: string) => text.replaceAll(where.account_id, "*");
    const target = kind === "read_key" ? "" : anywhere(where.target);
    const what = [actions, resources.map(anywhere), policy, condition, isDenied];
    const key = JSON.stringify([change, kind, anywhere(who.id), target, what]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((group) => ({
    change: (group[0] as Row).change,
    says: sentence(group),
    witness: group[0]?.witness,
  }));
}

const STYLES: Readonly<Record<Change, Styled["style"]>> = {
  gained: "yellow",
  widened: "yellow",
  narrowed: "green",
  lost: "green",
};

function textLines({ change, says, witness }: RowGroup): Line[] {
  const indent = " ".repeat(10);
  return [
    [{ style: STYLES[change], text: change.padEnd(indent.length) }, says],
    ...(witness === undefined
      ? []
      : [[indent, { style: "dim" as const, text: `such as ${witnessText(witness)}` }]]),
  ];
}

function witnessText({ principal, action, resource, context, assuming }: Witness): string {
  const carrying = Object.entries(context).map(([key, value]) => `${key} ${value}`);
  const condition = carrying.length === 0 ? "" : `, with ${carrying.join(" and ")}`;
  return `${principal}: ${action} on ${resource}${condition}${assuming === undefined ? "" : `, if ${assuming}`}`;
}

function markdownLines(groups: readonly RowGroup[], last: string): Line[] {
  const sections = CHANGES.flatMap((change) => {
    const rows = groups.filter((group) => group.change === change);
    const items = rows.flatMap(({ says, witness }) => [
      `- ${codeSpan(says)}`,
      ...(witness === undefined ? [] : [`  - such as ${codeSpan(witnessText(witness))}`]),
    ]);
    return rows.length === 0 ? [] : [`**${change}**`, "", ...items, ""];
  });
  return [...sections, last];
}

/** In a code span nothing is Markdown, a mention or a link. It ends at as many backticks as it starts with. */
function codeSpan(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const padded = /^`|`$/.test(text) ? ` ${text} ` : text;
  return `${fence}${padded}${fence}`;
}
