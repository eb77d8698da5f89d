import { shown } from "../accounts/wording";
import { InputError } from "../changes/input-error";
import { type Plan, parsePlan } from "../summary/plan/plan";
import { givenFile, readGiven } from "./given-states";

/** What `--plan` takes, for the help. */
export const PLAN_OPTION = "--plan <stack=file...>";
export const PLAN_HELP = "what terraform show -json <planfile> prints for a stack, - for standard input";

/** Reads the plans that were given with `--plan`, one of a stack. */
export function readPlans(given: readonly string[] = []): Plan[] {
  const stacks = new Set<string>();
  return given.map((argument) => {
    const { stack, file } = givenFile(argument);
    if (stack === undefined) {
      throw new InputError(
        `--plan was given ${shown(argument)}; expected the stack in front: --plan <stack>=<file>`,
        "plan",
      );
    }
    if (stacks.has(stack)) {
      throw new InputError(`--plan was given two plans of ${stack}; expected one of each stack`, "plan");
    }
    stacks.add(stack);
    const { name, text } = readGiven(file, "plan");
    return parsePlan(text, name, stack);
  });
}
