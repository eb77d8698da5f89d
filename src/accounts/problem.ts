import type { Colors } from "picocolors/types";

/** Where something stands in a parsed file: keys and list indexes from the root. */
export type Path = readonly (string | number)[];

export type Severity = "error" | "warning";

/** What a rule found, before it is known on which line the path stands. */
export interface Finding {
  readonly severity: Severity;
  readonly path: Path;
  /** Point at the key instead of at the value: for what is unknown, missing or repeated. */
  readonly on?: "key" | "value";
  /** What was found, what was expected, what to type. One line, no full stop. */
  readonly message: string;
  /** The rule's name, in kebab-case. */
  readonly rule: string;
  /** Commands that are the way out, in their order, where one line does not hold them. */
  readonly steps?: readonly string[];
}

/** A line and a column, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A finding with its place in the file, ready to be printed. */
export interface Problem extends Position {
  readonly severity: Severity;
  readonly file: string;
  readonly message: string;
  readonly rule: string;
  /** The line of the file that the problem is on; undefined where the file itself is the problem. */
  readonly sourceLine?: string;
  /** Commands that are the way out. */
  readonly steps?: readonly string[];
}

export function error(path: Path, rule: string, message: string, on: "key" | "value" = "value"): Finding {
  return { severity: "error", path, rule, message, on };
}

export function warning(path: Path, rule: string, message: string, on: "key" | "value" = "value"): Finding {
  return { severity: "warning", path, rule, message, on };
}

/**
 * By place, then errors before warnings, then by text: the same order on every machine. What several accounts
 * take from one anchor is said once.
 */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const sorted = [...problems].sort(order);
  return sorted.filter((problem, index) => {
    const before = sorted[index - 1];
    return before === undefined || order(before, problem) !== 0;
  });
}

function order(a: Problem, b: Problem): number {
  return (
    a.line - b.line ||
    a.column - b.column ||
    compare(a.severity, b.severity) ||
    compare(a.message, b.message) ||
    compare(a.rule, b.rule)
  );
}

function compare(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}

/**
 * `accounts.yaml:12:17: error: ... [rule]`, then the source line and a caret under the column. Control
 * characters of the file are shown as escapes, so that a file cannot paint the reader's terminal. Commands that
 * are the way out follow, one a line.
 */
export function formatProblem(problem: Problem, colors: Colors): string {
  const severity = problem.severity === "error" ? colors.red("error:") : colors.yellow("warning:");
  const place = colors.bold(`${printable(problem.file)}:${problem.line}:${problem.column}:`);
  const head = `${place} ${severity} ${printable(problem.message)} ${colors.dim(`[${problem.rule}]`)}`;
  const steps = (problem.steps ?? []).map((step) => `\n    ${printable(step)}`).join("");
  if (problem.sourceLine === undefined || problem.sourceLine.trim() === "") {
    return `${head}${steps}`;
  }
  const { text, before } = excerpt(problem.sourceLine, problem.column - 1);
  const indent = before.replace(/[^\t]/gu, (character) => " ".repeat(displayWidth(character)));
  return `${head}\n  ${text}\n  ${indent}${colors.green("^")}${steps}`;
}

const EXCERPT_WIDTH = 160;

/** The part of a long line around a column, so that one line of ten megabytes does not flood the screen. */
function excerpt(line: string, column: number): { text: string; before: string } {
  const start = line.length > EXCERPT_WIDTH ? Math.max(0, column - EXCERPT_WIDTH / 2) : 0;
  const text = line.slice(start, start + EXCERPT_WIDTH);
  return { text: printable(text), before: printable(line.slice(start, column)) };
}

/** Escapes control, bidirectional-override and invisible characters; a tab stays, so that columns line up. */
export function printable(text: string): string {
  return text.replace(/(?!\t)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`;
  });
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
