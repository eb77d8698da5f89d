import { systemReason } from "../accounts/system-refusals";

/** The output folder cannot be written as it is: a matter for the user, not a fault of the program. */
export class OutputError extends Error {}

/** Why the system refused: what it means and, for a search, its own code. */
export function reason(cause: unknown): string {
  const { code = "", message } = cause as NodeJS.ErrnoException;
  const words = systemReason(code);
  return words === undefined ? message : `${words} (${code})`;
}
