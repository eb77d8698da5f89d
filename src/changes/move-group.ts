import { type FileBefore, MAKE_COPIES, type Runbook, SHRED_COPIES, type StackFiles } from "./runbook";

/** What goes from one stack to another. */
export interface GroupMove {
  readonly from: string;
  readonly to: string;
  /** At the root of the stack: module instances, and what Teleport's role has there. */
  readonly addresses: readonly string[];
}

/** All that goes from stack to stack in one change. */
export interface GroupMoves extends FileBefore {
  /** Each pair of stacks once. */
  readonly moves: readonly GroupMove[];
  /** The stacks that have no account left, so that today's file no longer makes them. */
  readonly gone: ReadonlySet<string>;
  readonly isLocal: boolean;
}

/**
 * The commands that move accounts between stacks, to be run at the project's root with the pipelines of all
 * those stacks stopped. Every move of a change is in them: before the last one, no stack that takes part plans
 * empty. Each pair is moved in copies, and the stack that it goes to is pushed first: at worst both hold an
 * account, never neither, also where stacks exchange accounts. The copies and their backups hold keys, so they
 * are shredded.
 */
export function moveSteps(commands: Runbook, change: GroupMoves): string[] {
  const { moves, gone, isLocal } = change;
  const names = new Set(moves.flatMap(({ from, to }) => [from, to]));
  const stacks = [...names].map((stack): StackFiles => ({ stack, isGone: gone.has(stack) }));
  const copy = (stack: string): string => `"$copies/${stack}.tfstate"`;
  const push = (stack: string): string =>
    `${commands.terraform({ stack, isGone: gone.has(stack) }, "state push")} ${copy(stack)}`;
  return [
    ...commands.synthAll(stacks, change),
    ...stacks.map((files) => commands.terraform(files, "init")),
    MAKE_COPIES,
    ...stacks.map((files) => `${commands.terraform(files, "state pull")} >${copy(files.stack)}`),
    ...moves.flatMap(({ from, to, addresses }) => [
      ...addresses.map(
        (address) => `terraform state mv -state=${copy(from)} -state-out=${copy(to)} ${address} ${address}`,
      ),
      push(to),
      push(from),
    ]),
    commands.judge(
      "check",
      change.ref,
      stacks.map(({ stack }) => [stack, copy(stack)]),
    ),
    SHRED_COPIES,
    ...(isLocal
      ? [
          `find . -maxdepth 1 ${[...names].map((stack) => `-name terraform.${stack}.tfstate.backup`).join(" -o ")} | xargs -r shred -u`,
        ]
      : []),
    ...stacks.filter(({ isGone }) => !isGone).map((files) => commands.terraform(files, "plan")),
    ...commands.removeBefore(stacks),
  ];
}
