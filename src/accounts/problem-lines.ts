import type { Colors } from "picocolors/types";
import { type Line, printable, renderLines, shownFile } from "./lines";
import { compare, type Problem, type Severity, sortProblems } from "./problem";
import { counted } from "./wording";

/** How problems are printed. */

/** Problems that are printed one by one; what comes after them is counted. */
const MOST_PRINTED = 100;

/**
 * All problems of a file as a command prints them. Of more than 100, errors come before warnings, the rest is
 * counted by rule, and the last line has the total.
 */
export function problemsLines(problems: readonly Problem[]): Line[] {
  const { shown, rest } = firstOf(problems);
  return [...shown.flatMap(problemLines), ...restLines(problems, rest)];
}

/** The problems to show one by one, by place, and those that are only counted. */
export function firstOf(problems: readonly Problem[]): {
  shown: readonly Problem[];
  rest: readonly Problem[];
} {
  if (problems.length <= MOST_PRINTED) {
    return { shown: problems, rest: [] };
  }
  const ranked = [...ofSeverity(problems, "error"), ...ofSeverity(problems, "warning")];
  return { shown: sortProblems(ranked.slice(0, MOST_PRINTED)), rest: ranked.slice(MOST_PRINTED) };
}

/** The lines that replace the problems that are not shown; none where all are shown. */
export function restLines(problems: readonly Problem[], rest: readonly Problem[]): Line[] {
  if (rest.length === 0) {
    return [];
  }
  return [
    `and ${counted(rest.length, "more problem")}:`,
    ...countedByRule(rest).map(({ severity, rule, count }) => `  ${counted(count, severity)} [${rule}]`),
    `${counted(problems.length, "problem")}: ${counted(ofSeverity(problems, "error").length, "error")}, ${counted(ofSeverity(problems, "warning").length, "warning")}`,
  ];
}

/** Problems of one severity and rule, counted. */
export interface RuleCount {
  readonly severity: Severity;
  readonly rule: string;
  readonly count: number;
}

/** How many problems there are of each rule, most first. */
export function countedByRule(problems: readonly Problem[]): RuleCount[] {
  const counts = new Map<string, RuleCount>();
  for (const { severity, rule } of problems) {
    const kind = `${severity} ${rule}`;
    counts.set(kind, { severity, rule, count: (counts.get(kind)?.count ?? 0) + 1 });
  }
  return [...counts]
    .sort(([a, most], [b, more]) => more.count - most.count || compare(a, b))
    .map(([, count]) => count);
}

function ofSeverity(problems: readonly Problem[], severity: Severity): Problem[] {
  return problems.filter((problem) => problem.severity === severity);
}

/** One problem as text; see `problemLines`. */
export function formatProblem(problem: Problem, colors: Colors): string {
  return renderLines(problemLines(problem), colors).trimEnd();
}

/** What is put before text of the file, so that no line begins with it. */
const GUTTER = "  | ";

/**
 * `accounts.yaml:12:17: error: ... [rule]`, then the source line and a caret under the column, both behind `| `, as
 * are the lines to type instead. Commands that are the way out follow, one a line.
 */
function problemLines({
  severity,
  file,
  line,
  column,
  message,
  rule,
  sourceLine,
  steps = [],
  undo = [],
  replacement = [],
}: Problem): Line[] {
  return [
    [
      { style: "bold", text: `${shownFile(file)}:${line}:${column}:` },
      " ",
      { style: severity === "error" ? "red" : "yellow", text: `${severity}:` },
      ` ${message} `,
      { style: "dim", text: `[${rule}]` },
    ],
    ...excerptLines(sourceLine ?? "", column - 1),
    ...replacement.map((text) => `${GUTTER}${text}`),
    ...stepLines(steps, undo).map((step) => `    ${step}`),
  ];
}

/** Commands, and those that undo them as comments: who pastes all of it into a shell must not undo it at once. */
export function stepLines(steps: readonly string[], undo: readonly string[]): string[] {
  return undo.length === 0 ? [...steps] : [...steps, UNDO, ...undo.map((command) => `# ${command}`)];
}

const UNDO =
  "# To undo this before the copies are shredded, unless someone has applied since, type these without the #:";

const EXCERPT_WIDTH = 160;

/** The part of a line around a column, so that one line of ten megabytes does not flood the screen. */
function excerptLines(sourceLine: string, column: number): Line[] {
  const start = sourceLine.length > EXCERPT_WIDTH ? Math.max(0, column - EXCERPT_WIDTH / 2) : 0;
  const part = sourceLine.slice(start, start + EXCERPT_WIDTH);
  if (part.trim() === "") {
    return [];
  }
  const text = spaced(part);
  const before = printable(spaced(part.slice(0, column - start)));
  const indent = Array.from(before, (character) => " ".repeat(displayWidth(character))).join("");
  return [`${GUTTER}${text}`, [`${GUTTER}${indent}`, { style: "green", text: "^" }]];
}

/** A tab as the two spaces that it should be. */
function spaced(text: string): string {
  return text.replaceAll("\t", "  ");
}

/**
 * Columns that a character takes on a terminal: a mark that goes on the one before takes none, an East Asian wide
 * character or an emoji two. Source of the ranges: Unicode Standard Annex 11, East Asian Width.
 */
function displayWidth(character: string): number {
  if (/[\p{Mn}\p{Me}\p{Emoji_Modifier}]/u.test(character)) {
    return 0;
  }
  const wide =
    /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
  return wide.test(character) ? 2 : 1;
}
