import { refusalOfSystem } from "../accounts/system-refusals";
import { InputError } from "../changes/input-error";
import { FeatureError } from "../modules/feature-error";
import { OutputError } from "../output/publish";
import { ownFaultOf } from "./own-code";
import { reportError, reportFault, reportOwnFault } from "./report";

/** The input is wrong, a change is refused, or the system refuses a file or a folder: the user can fix it. */
export const EXIT_USER = 1;
/** `diff --exit-code`: somebody gains access. */
export const EXIT_MORE_ACCESS = 2;
/** The program is wrong: EX_SOFTWARE of sysexits.h. */
export const EXIT_FAULT = 70;

/** Runs a command to its exit code: the one place where errors end. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  process.once("uncaughtException", end);
  try {
    const exitCode = await command();
    // A fault beside the command, in code of a user's own, has set it.
    process.exitCode ||= exitCode;
  } catch (cause) {
    end(cause);
  } finally {
    process.off("uncaughtException", end);
  }
}

function end(cause: unknown): void {
  process.exitCode = reported(cause);
}

/** Says why a command has failed. Returns the exit code. */
function reported(cause: unknown): number {
  const refusal = isRefusal(cause) ? cause.message : refusalOfSystem(cause);
  if (refusal !== undefined) {
    reportError(refusal);
    return EXIT_USER;
  }
  const ownFault = ownFaultOf(cause);
  if (ownFault !== undefined) {
    reportOwnFault(ownFault);
    return EXIT_USER;
  }
  reportFault(cause);
  return EXIT_FAULT;
}

function isRefusal(cause: unknown): cause is Error {
  return [OutputError, InputError, FeatureError].some((kind) => cause instanceof kind);
}
