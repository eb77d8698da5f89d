import type { Line } from "../accounts/lines";
import type { Problem } from "../accounts/problem";
import { problemsLines } from "../accounts/problem-lines";
import { version } from "../project";
import type { OwnFault } from "./own-code";
import { print } from "./terminal";

/** Prints the problems of a file. */
export function reportProblems(problems: readonly Problem[]): void {
  print("stderr", problemsLines(problems));
}

/** One line for what the user can fix. */
export function reportError(message: string): void {
  print("stderr", [[{ style: "red", text: "error:" }, ` ${message}`]]);
}

/** One line for what the user may want to know. */
export function reportNote(message: string): void {
  print("stderr", [[{ style: "dim", text: "note:" }, ` ${message}`]]);
}

/** Commands that are the way out, one a line, as they follow a problem. */
export function reportSteps(steps: readonly string[]): void {
  print(
    "stderr",
    steps.map((step) => `    ${step}`),
  );
}

/** What a command answers, for people. */
export function reportResult(lines: readonly Line[]): void {
  print("stdout", lines);
}

/** What a command answers, for programs: one line of JSON. */
export function reportJson(value: unknown): void {
  print("stdout", [{ json: value }]);
}

/** A fault in code of the user's own: theirs to fix, at the place. The stack trace is for DEBUG. */
export function reportOwnFault({ error, main, place }: OwnFault): void {
  reportError(
    `${place}: ${error.name}: ${error.message}; this is code of your own, which ${main} runs; fix it (DEBUG=1 prints the stack trace)`,
  );
  print("stderr", stackOf(error));
}

/** A fault of the program: not the user's to fix, so it asks for a report. The stack trace is for DEBUG. */
export function reportFault(cause: unknown): void {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  print("stderr", [
    [{ style: "red", text: "fault:" }, ` pmm-iam ${version} failed by a fault of its own: ${error.message}`],
    "Please report it with this version and, if you can, the accounts.yaml that shows it (account ids made up). DEBUG=1 prints the stack trace.",
    ...stackOf(error),
  ]);
}

function stackOf({ stack = "" }: Error): string[] {
  return process.env["DEBUG"] ? stack.split("\n") : [];
}
