/** What the command was given cannot be used: one line for the user, who can fix it. */
export class InputError extends Error {
  constructor(
    message: string,
    /**
     * What was given: the git ref to judge from, a state, a plan, a rule to let pass, an account, what to rotate, or a
     * file to write.
     */
    readonly rule: "base" | "state" | "plan" | "allow" | "account" | "rotation" | "output",
  ) {
    super(message);
  }
}
