import { shellWord } from "../accounts/shell";
import { MAKE_COPIES, type Runbook, SHRED_COPIES, type StackFiles } from "./runbook";

/** What goes from one stack to another. */
export interface GroupMove {
  readonly from: string;
  readonly to: string;
  /** At the root of the stack: module instances, and what Teleport's role has there. */
  readonly addresses: readonly string[];
}

/** All that goes from stack to stack in one change. */
export interface GroupMoves {
  /** Each pair of stacks once. */
  readonly moves: readonly GroupMove[];
  /** Where a stack's files come from. */
  readonly filesOf: (stack: string) => StackFiles;
  /** Whether the states are files beside the accounts file. */
  readonly isLocal: boolean;
  /** The git ref that today's file is compared with. */
  readonly ref: string;
}

/**
 * The commands that move accounts between stacks, to be run in the deployment's folder with the pipelines of all
 * those stacks stopped. Every move of a change is in them: before the last one, no stack that takes part has a
 * plan that may be applied. What goes to one stack is moved in copies, and that stack is pushed first: at worst both hold an
 * account, never neither, also where stacks exchange accounts. The copies and their backups hold keys, so they
 * are shredded.
 */
export function moveSteps(runbook: Runbook, change: GroupMoves): string[] {
  const { moves, filesOf, isLocal, ref } = change;
  const names = new Set(moves.flatMap(({ from, to }) => [from, to]));
  const stacks = [...names].map(filesOf);
  const copy = (stack: string): string => `"$copies/${stack}.tfstate"`;
  const push = (stack: string): string => `${runbook.terraform(filesOf(stack), "state push")} ${copy(stack)}`;
  return [
    ...runbook.synthAll(stacks, ref),
    ...stacks.map((files) => runbook.terraform(files, "init")),
    MAKE_COPIES,
    ...stacks.map((files) => `${runbook.terraform(files, "state pull")} >${copy(files.stack)}`),
    ...[...new Set(moves.map(({ to }) => to))].flatMap((to) => {
      const arriving = moves.filter((move) => move.to === to);
      return [
        ...arriving.flatMap(({ from, addresses }) =>
          addresses.map(
            (address) =>
              `terraform state mv -state=${copy(from)} -state-out=${copy(to)} ${shellWord(address)} ${shellWord(address)}`,
          ),
        ),
        push(to),
        ...arriving.map(({ from }) => push(from)),
      ];
    }),
    runbook.judge(
      "check",
      ref,
      stacks.map(({ stack }) => [stack, copy(stack)]),
    ),
    SHRED_COPIES,
    ...(isLocal
      ? [
          `find ${runbook.stateFolder()} -maxdepth 1 ${[...names].map((stack) => `-name terraform.${stack}.tfstate.backup`).join(" -o ")} | xargs -r shred -u`,
        ]
      : []),
    ...stacks.filter(({ before }) => before === undefined).map((files) => runbook.terraform(files, "plan")),
    ...runbook.removeBefore(stacks),
  ];
}
