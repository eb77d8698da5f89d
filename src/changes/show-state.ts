import { isStackName, MAKE_COPIES, type Runbook, SHRED_COPIES, type StackFiles } from "./runbook";

/** The stacks whose states are to be shown, and to which of this program's runbook. */
export interface Unproven {
  readonly stacks: readonly StackFiles[];
  readonly command: "check" | "affected";
  /** The git ref that today's file is compared with. */
  readonly ref: string;
}

/**
 * The commands that show the states of stacks to `check` or `affected`, also in a clone that has no output yet.
 * What the file from before made stays until that command has had its say.
 */
export function showStateSteps(runbook: Runbook, unproven: Unproven): string[] {
  const stacks = unproven.stacks.filter(({ stack }) => isStackName(stack));
  if (stacks.length === 0) {
    return [];
  }
  const copy = (stack: string): string => `"$copies/${stack}.json"`;
  return [
    ...runbook.synthAll(stacks, unproven.ref),
    ...stacks.map((files) => runbook.terraform(files, "init")),
    MAKE_COPIES,
    ...stacks.map((files) => `${runbook.terraform(files, "show -json")} >${copy(files.stack)}`),
    runbook.judge(
      unproven.command,
      unproven.ref,
      stacks.map(({ stack }) => [stack, copy(stack)]),
    ),
    SHRED_COPIES,
    ...runbook.removeBefore(stacks),
  ];
}
