import { InputError } from "../changes/input-error";
import { OutputError } from "../output/publish";
import { reportError, reportFault } from "./report";

/** The input is wrong, a change is refused, or the output folder cannot be written: the user can mend it. */
export const EXIT_USER = 1;
/** The program is wrong: EX_SOFTWARE of sysexits.h. */
export const EXIT_FAULT = 70;

/** Runs a command to its exit code: the one place where errors end. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (cause) {
    if (cause instanceof OutputError || cause instanceof InputError) {
      reportError(cause.message);
      process.exitCode = EXIT_USER;
    } else {
      reportFault(cause);
      process.exitCode = EXIT_FAULT;
    }
  }
}
