/** What the command was given cannot be used: one line for the user, who can mend it. */
export class InputError extends Error {}
