import { formatProblem, type Problem, printable } from "../accounts/problem";
import { counted } from "../accounts/wording";
import { colors } from "./report";

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
}

/** What a command writes to its two streams. */
export interface Streams {
  readonly stdout: string;
  readonly stderr: string;
}

/** The problems for people, for programs, or for GitHub's annotations. */
export function formatCheck(
  format: CheckFormat,
  problems: readonly Problem[],
  summary: CheckSummary,
  /** The file from the repository's root, where GitHub looks for it. */
  pathInRepository: string,
): Streams {
  const line = summary.errors === 0 ? `${summaryLine(summary)}\n` : "";
  switch (format) {
    case "text":
      return {
        stdout: line,
        stderr: problems.map((problem) => `${formatProblem(problem, colors)}\n`).join(""),
      };
    case "json":
      return { stdout: `${JSON.stringify({ problems: problems.map(asJson), summary })}\n`, stderr: "" };
    case "github":
      return {
        stdout: problems.map((problem) => `${workflowCommand(problem, pathInRepository)}\n`).join("") + line,
        stderr: "",
      };
  }
}

/** What was checked, where nothing is wrong. */
function summaryLine({ file, accounts, stacks, warnings, base }: CheckSummary): string {
  const compared = base === undefined ? "" : `, compared with ${base.ref} (${base.commit.slice(0, 7)})`;
  return `${file}: ${counted(accounts ?? 0, "account")} in ${counted(stacks ?? 0, "stack")}${compared}: no errors, ${counted(warnings, "warning")}`;
}

function asJson({ file, line, column, severity, message, rule, steps }: Problem): object {
  return { file, line, column, severity, message, rule, ...(steps === undefined ? {} : { steps }) };
}

/** `::error file=,line=,col=,title=::message`, which GitHub Actions shows at the line in a pull request. */
function workflowCommand({ severity, line, column, rule, message, steps }: Problem, file: string): string {
  const properties = Object.entries({ file, line, col: column, title: rule }).map(
    ([key, value]) => `${key}=${escapeProperty(printable(String(value)))}`,
  );
  const text = [message, ...(steps ?? [])].map(printable).join("\n");
  return `::${severity} ${properties.join(",")}::${escapeData(text)}`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
