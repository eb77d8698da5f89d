import pico from "picocolors";
import { formatProblem, type Problem, printable } from "../accounts/problem";
import { version } from "../project";

/** Where a command's messages go; colour only on a terminal, and never with NO_COLOR. */
export const colors = pico.createColors(pico.isColorSupported && process.stderr.isTTY === true);

/** Prints every problem and, after errors, how many there are. */
export function reportProblems(problems: readonly Problem[]): void {
  for (const problem of problems) {
    process.stderr.write(`${formatProblem(problem, colors)}\n`);
  }
}

/** One line for what the user can mend. */
export function reportError(message: string): void {
  process.stderr.write(`${colors.red("error:")} ${message}\n`);
}

/** Commands that are the way out, one a line, as they follow a problem. */
export function reportSteps(steps: readonly string[]): void {
  process.stderr.write(steps.map((step) => `    ${printable(step)}\n`).join(""));
}

/** A fault of the program: not the user's to mend, so it asks for a report. The stack trace is for DEBUG. */
export function reportFault(cause: unknown): void {
  const message = cause instanceof Error ? cause.message : String(cause);
  process.stderr.write(
    `${colors.red("fault:")} pmm-iam ${version} failed by a fault of its own: ${message}\n` +
      "Please report it with this version and, if you can, the accounts.yaml that shows it (account ids made up). DEBUG=1 prints the stack trace.\n",
  );
  if (process.env["DEBUG"] && cause instanceof Error) {
    process.stderr.write(`${cause.stack}\n`);
  }
}
