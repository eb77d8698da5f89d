/** What the command was given cannot be used: one line for the user, who can fix it. */
export class InputError extends Error {
  constructor(
    message: string,
    /** What was given: the git ref to judge from, or a state. */
    readonly rule: "base" | "state",
  ) {
    super(message);
  }
}
