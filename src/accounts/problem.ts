/** Where something is in a parsed file: keys and list indexes from the root. */
export type Path = readonly (string | number)[];

export type Severity = "error" | "warning";

/** What a rule found, before it is known on which line the path is. */
export interface Finding {
  readonly severity: Severity;
  readonly path: Path;
  /** Point at the key instead of at the value: for what is unknown, missing or repeated. */
  readonly on?: "key" | "value";
  /** Where it is in another file, which the path names. Nothing of that file's text is printed. */
  readonly elsewhere?: FilePlace;
  /** What was found, what was expected, what to type. One line, no full stop. */
  readonly message: string;
  /** The rule's name, in kebab-case. */
  readonly rule: string;
  /** Commands that are the way out, in their order, where one line does not hold them. */
  readonly steps?: readonly string[];
  /** Commands that undo these. */
  readonly undo?: readonly string[];
  /** Lines of the file to type instead. */
  readonly replacement?: readonly string[];
  /** Whether it is a refusal that was let pass. */
  readonly isAllowed?: true;
  /** A rule whose warning at the same place it says too, and more. */
  readonly insteadOf?: string;
}

/** A line and a column, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A place in a file that accounts.yaml names. */
export interface FilePlace extends Position {
  /** From the folder of accounts.yaml. */
  readonly file: string;
}

/** A finding with its place in the file, ready to be printed. */
export interface Problem extends Position {
  readonly severity: Severity;
  readonly file: string;
  readonly message: string;
  readonly rule: string;
  /** The line of the file that the problem is on; undefined where the file itself is the problem, or not to be quoted. */
  readonly sourceLine?: string;
  /** Commands that are the way out. */
  readonly steps?: readonly string[];
  /** Commands that undo these. */
  readonly undo?: readonly string[];
  /** Lines of the file to type instead. */
  readonly replacement?: readonly string[];
  /** Whether it is a refusal that was let pass. */
  readonly isAllowed?: true;
  /** A rule whose warning at the same place it says too, and more. */
  readonly insteadOf?: string;
}

export function error(path: Path, rule: string, message: string, on: "key" | "value" = "value"): Finding {
  return { severity: "error", path, rule, message, on };
}

export function warning(path: Path, rule: string, message: string, on: "key" | "value" = "value"): Finding {
  return { severity: "warning", path, rule, message, on };
}

/**
 * By file and place, then errors before warnings, then by text: the same order on every machine. What several
 * accounts take from one anchor, or from one file, is said once.
 */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const sorted = [...problems].sort(order);
  return sorted.filter((problem, index) => {
    const before = sorted[index - 1];
    return before === undefined || order(before, problem) !== 0;
  });
}

/** Without the warnings that others at the same place say too. */
export function withoutRepeated(problems: readonly Problem[]): readonly Problem[] {
  const placed = ({ file, line, column }: Problem, rule: string) => `${line}:${column} ${rule} ${file}`;
  const said = new Set(
    problems.flatMap((problem) =>
      problem.insteadOf === undefined ? [] : [placed(problem, problem.insteadOf)],
    ),
  );
  return said.size === 0 ? problems : problems.filter((problem) => !said.has(placed(problem, problem.rule)));
}

function order(a: Problem, b: Problem): number {
  return (
    compare(a.file, b.file) ||
    a.line - b.line ||
    a.column - b.column ||
    compare(a.severity, b.severity) ||
    compare(a.message, b.message) ||
    compare(a.rule, b.rule)
  );
}

/** By code units: the same order on every machine. */
export function compare(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}
