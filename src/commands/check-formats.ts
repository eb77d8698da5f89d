import { dirname, join, relative } from "node:path";
import { type Line, shownFile } from "../accounts/lines";
import type { Problem } from "../accounts/problem";
import { countedByRule, firstOf, problemsLines, restLines, stepLines } from "../accounts/problem-lines";
import { counted } from "../accounts/wording";

export const CHECK_FORMATS = ["text", "json", "github"] as const;

export type CheckFormat = (typeof CHECK_FORMATS)[number];

/** What a check found, counted. */
export interface CheckSummary {
  /** The accounts file as the user types it. */
  readonly file: string;
  readonly errors: number;
  readonly warnings: number;
  /** Left out where errors keep the file from being understood. */
  readonly accounts?: number;
  readonly stacks?: number;
  /** What the file was compared with: the ref as typed, and the commit that it came to. */
  readonly base?: { readonly ref: string; readonly commit: string };
  /** Where the base had another program: its version before and now or, where they are the same or not known, why. */
  readonly program?: { readonly before?: string; readonly now: string; readonly changed?: string };
}

/** What a command writes to its two streams. */
export interface Streams {
  readonly stdout: readonly Line[];
  readonly stderr: readonly Line[];
}

/** The problems for people, for programs, or for GitHub's annotations: the first 100, and how many more of each rule. */
export function formatCheck(
  format: CheckFormat,
  problems: readonly Problem[],
  summary: CheckSummary,
  /** The file from the repository's root, where GitHub looks for it. */
  pathInRepository: string,
): Streams {
  const last = summary.errors === 0 ? [summaryLine(summary)] : [];
  const { shown, rest } = firstOf(problems);
  switch (format) {
    case "text":
      return { stdout: last, stderr: problemsLines(problems) };
    case "json": {
      const counts = rest.length === 0 ? {} : { rest: countedByRule(rest) };
      return { stdout: [{ json: { problems: shown.map(asJson), ...counts, summary } }], stderr: [] };
    }
    case "github": {
      const fromRoot = (file: string): string =>
        file === summary.file
          ? pathInRepository
          : join(dirname(pathInRepository), relative(dirname(summary.file), file));
      const annotations = shown.map((problem) => annotation(problem, fromRoot(problem.file)));
      return { stdout: [...annotations, ...restLines(problems, rest), ...last], stderr: [] };
    }
  }
}

/** What was checked, where nothing is wrong. */
function summaryLine({ file, accounts, stacks, warnings, base }: CheckSummary): string {
  const compared = base === undefined ? "" : `, compared with ${base.ref} (${base.commit.slice(0, 7)})`;
  return `${shownFile(file)}: ${counted(accounts ?? 0, "account")} in ${counted(stacks ?? 0, "stack")}${compared}: no errors, ${counted(warnings, "warning")}`;
}

function asJson({
  file,
  line,
  column,
  severity,
  message,
  rule,
  steps,
  undo,
  replacement,
  isAllowed,
}: Problem): object {
  return {
    ...{ file, line, column, severity, message, rule },
    ...(steps === undefined ? {} : { steps }),
    ...(undo === undefined ? {} : { undo }),
    ...(replacement === undefined ? {} : { replacement }),
    ...(isAllowed === undefined ? {} : { allowed: true }),
  };
}

/** What GitHub Actions shows at the line in a pull request. */
function annotation(
  { severity, line, column, rule, message, steps = [], undo = [], replacement = [] }: Problem,
  file: string,
): Line {
  return {
    command: severity,
    properties: { file, line, col: column, title: rule },
    message: [message, ...replacement, ...stepLines(steps, undo)],
  };
}
