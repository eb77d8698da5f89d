/** What the command was given cannot be used: one line for the user, who can fix it. */
export class InputError extends Error {
  constructor(
    message: string,
    /** What was given: the git ref to judge from, a state, or a rule to let pass. */
    readonly rule: "base" | "state" | "allow",
  ) {
    super(message);
  }
}
