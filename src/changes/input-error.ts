/** What the command was given cannot be used: one line for the user, who can fix it. */
export class InputError extends Error {
  constructor(
    message: string,
    /**
     * What was given: the git ref to judge from, a state, a plan, a rule to let pass, an account, what to rotate, a
     * file to write, or a role to assume.
     */
    readonly rule:
      | "base"
      | "state"
      | "plan"
      | "allow"
      | "account"
      | "rotation"
      | "output"
      | "admin_role_name",
  ) {
    super(message);
  }
}
