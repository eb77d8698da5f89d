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

/** The commands of a move and those that undo it, to be run in the deployment's folder. */
export interface MoveCommands {
  readonly steps: readonly string[];
  /** For the time from the first push until the copies are shredded, if nobody has applied since. */
  readonly undo: readonly string[];
}

/**
 * The commands that move accounts between stacks, with the pipelines of all those stacks stopped. Every move of a
 * change is in them: before the last one, no stack that takes part has a plan that may be applied. The objects move
 * in copies of the states, and `check` judges the copies before the first is pushed. What receives is pushed before
 * what gives: at worst two states hold an account, never none, also where stacks exchange accounts. The copies and
 * their backups hold keys, so they are shredded, but only after the plans.
 */
export function moveCommands(runbook: Runbook, change: GroupMoves): MoveCommands {
  const { moves, filesOf, isLocal, ref } = change;
  const names = [...new Set(moves.flatMap(({ from, to }) => [from, to]))];
  const stacks = names.map(filesOf);
  const receivers = receiversOf(moves);
  const inState = (stack: string, command: string): string =>
    runbook.terraform(filesOf(stack), `state ${command}`);
  const steps = [
    ...runbook.synthAll(stacks, ref),
    ...stacks.map((files) => runbook.terraform(files, "init")),
    MAKE_COPIES,
    ...names.map((stack) => `${inState(stack, "pull")} >${copyOf(stack)}`),
    ...names.map((stack) => `cp ${copyOf(stack)} ${copyOf(stack, "before")}`),
    ...receivers.flatMap(({ stack, arriving, givesLater }) => [
      ...arriving.flatMap(moveInCopies),
      ...(givesLater ? [`cp ${copyOf(stack)} ${copyOf(stack, "arrived")}`] : []),
    ]),
    runbook.judge(
      "check",
      ref,
      names.map((stack) => [stack, copyOf(stack)]),
    ),
    ...receivers.map(({ stack, givesLater }) =>
      inState(stack, `push ${copyOf(stack, givesLater ? "arrived" : undefined)}`),
    ),
    ...giversLeft(moves, receivers).map((stack) => inState(stack, `push ${copyOf(stack)}`)),
    ...stacks.filter(({ before }) => before === undefined).map((files) => runbook.terraform(files, "plan")),
    SHRED_COPIES,
    ...(isLocal ? [shredBackups(runbook, names)] : []),
    ...runbook.removeBefore(stacks),
  ];
  return { steps, undo: undoCommands(moves, inState) };
}

/** A stack that accounts come to. */
interface Receiver {
  readonly stack: string;
  readonly arriving: readonly GroupMove[];
  /** Whether it loses accounts to a stack after it: what it holds in between is pushed first. */
  readonly givesLater: boolean;
}

function receiversOf(moves: readonly GroupMove[]): Receiver[] {
  const arriving = new Map<string, GroupMove[]>();
  for (const move of moves) {
    arriving.set(move.to, [...(arriving.get(move.to) ?? []), move]);
  }
  const stacks = [...arriving];
  const lastTaken = new Map(stacks.flatMap(([, taken], index) => taken.map(({ from }) => [from, index])));
  return stacks.map(([stack, taken], index) => ({
    stack,
    arriving: taken,
    givesLater: (lastTaken.get(stack) ?? -1) > index,
  }));
}

/** The stacks that give, but for those whose last copy was pushed as that of a receiver. */
function giversLeft(moves: readonly GroupMove[], receivers: readonly Receiver[]): string[] {
  const pushed = new Set(receivers.filter(({ givesLater }) => !givesLater).map(({ stack }) => stack));
  return giversOf(moves).filter((stack) => !pushed.has(stack));
}

function giversOf(moves: readonly GroupMove[]): string[] {
  return [...new Set(moves.map(({ from }) => from))];
}

/** Of a stack that only receives, what came goes: it may have had no state before, and none can be pushed to it. */
function undoCommands(
  moves: readonly GroupMove[],
  inState: (stack: string, command: string) => string,
): string[] {
  const givers = giversOf(moves);
  const isGiver = new Set(givers);
  return [
    ...givers.map((stack) => inState(stack, `push -force ${copyOf(stack, "before")}`)),
    ...moves
      .filter(({ to }) => !isGiver.has(to))
      .flatMap(({ to, addresses }) => addresses.map((address) => inState(to, `rm ${shellWord(address)}`))),
  ];
}

function moveInCopies({ from, to, addresses }: GroupMove): string[] {
  return addresses.map((address) => {
    const word = shellWord(address);
    return `terraform state mv -state=${copyOf(from)} -state-out=${copyOf(to)} ${word} ${word}`;
  });
}

/** The copy of a state, as it is moved, or as it was at some time. */
function copyOf(stack: string, at: "before" | "arrived" | "tfstate" = "tfstate"): string {
  return `"$copies/${stack}.${at}"`;
}

/** What Terraform keeps beside a local state when another is pushed over it. */
function shredBackups(runbook: Runbook, stacks: readonly string[]): string {
  const names = stacks.map((stack) => `-name terraform.${stack}.tfstate.backup`).join(" -o ");
  return `find ${runbook.stateFolder()} -maxdepth 1 \\( ${names} \\) -exec shred -u {} +`;
}
