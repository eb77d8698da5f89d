import {
  type FileBefore,
  isStackName,
  MAKE_COPIES,
  type Runbook,
  SHRED_COPIES,
  type StackFiles,
} from "./runbook";

/** The stacks whose states are to be shown, and to which of this program's commands. */
export interface Unproven extends FileBefore {
  readonly stacks: readonly StackFiles[];
  readonly command: "check" | "affected";
}

/**
 * The commands that show the states of stacks to `check` or `affected`, also in a clone that has no output yet.
 * What the file from before made stays until that command has had its say.
 */
export function showStateSteps(commands: Runbook, unproven: Unproven): string[] {
  const stacks = unproven.stacks.filter(({ stack }) => isStackName(stack));
  if (stacks.length === 0) {
    return [];
  }
  const copy = (stack: string): string => `"$copies/${stack}.json"`;
  return [
    ...commands.synthAll(stacks, unproven),
    ...stacks.map((files) => commands.terraform(files, "init")),
    MAKE_COPIES,
    ...stacks.map((files) => `${commands.terraform(files, "show -json")} >${copy(files.stack)}`),
    commands.judge(
      unproven.command,
      unproven.ref,
      stacks.map(({ stack }) => [stack, copy(stack)]),
    ),
    SHRED_COPIES,
    ...commands.removeBefore(stacks),
  ];
}
