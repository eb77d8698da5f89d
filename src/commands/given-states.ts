import { readFileSync } from "node:fs";
import { InputError } from "../changes/input-error";
import { parseState, type State } from "../changes/state";

/** Standard input's file descriptor. */
const STDIN = 0;

/** What `--state` takes, for the help. */
export const STATE_OPTION = "--state <files...>";
export const STATE_HELP =
  "what terraform show -json or state pull prints, - for standard input; <stack>=<file> says of which stack";

/** A state with its stack in front: `pmm-iam-finance=state.json`. */
const OF_STACK = /^([a-z][a-z0-9-]*)=(.+)$/;

/** Reads the states that were given with `--state`. */
export function readStates(given: readonly string[] = []): State[] {
  return given.map((argument) => {
    const { stack, file } = givenFile(argument);
    const { name, text } = readGiven(file, "state");
    return parseState(text, name, stack);
  });
}

/** A file, and of which stack it is, where that is said in front of it. */
export function givenFile(argument: string): { readonly stack: string | undefined; readonly file: string } {
  const [, stack, named] = OF_STACK.exec(argument) ?? [];
  return { stack, file: named ?? argument };
}

/** Reads a file of Terraform's. `name` is what messages call it by. */
export function readGiven(
  file: string,
  what: "state" | "plan",
): { readonly name: string; readonly text: string } {
  const name = file === "-" ? "from standard input" : file;
  try {
    return { name, text: readFileSync(file === "-" ? STDIN : file, "utf8") };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "there is no such file" : (code ?? "unknown reason");
    throw new InputError(`the ${what} ${name} cannot be read: ${reason}`, what);
  }
}
