import type { Line, Styled } from "../accounts/lines";
import type { DiffDocument } from "../diff/document";
import { countsOf, countsText, groupedRows, type RowGroup, witnessText } from "../diff/groups";
import type { Change, Row } from "../diff/row";
import { groupLines } from "../summary/changes";
import { codeSpan } from "../summary/markdown";

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
      return [...groupLines(groupedRows(rows)), `${countsText(counts)} since ${codeSpan(baseText(base))}`];
    case "json": {
      const document: DiffDocument = { version: 1, base, rows, counts };
      return [{ json: document }];
    }
  }
}

function baseText({ ref, commit }: ComparedWith): string {
  return `${ref} (${commit.slice(0, 7)})`;
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
