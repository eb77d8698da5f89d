/** What the command was given cannot be used: one line for the user, who can fix it. */
export class InputError extends Error {
  constructor(
    message: string,
    /** What was given: the git ref to judge from, a state, a rule to let pass, an account's name, or a file to write. */
    readonly rule: "base" | "state" | "allow" | "account" | "output",
  ) {
    super(message);
  }
}
