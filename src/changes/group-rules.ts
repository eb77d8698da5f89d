import type { AccessModel } from "../access/model";
import { readAccess } from "../access/read";
import { counted, firstOfMany } from "../accounts/wording";
import {
  type Change,
  type ChangeFinding,
  fileOf,
  isActive,
  type Kept,
  keptAccounts,
  refused,
  stackFilesOf,
} from "./change";
import { type GroupMove, type MoveCommands, moveCommands } from "./move-group";
import { isStackName } from "./runbook";

/** Another group or file is another state: Terraform would destroy in the one and make in the other. */
export function* changedGroups(change: Change): Iterable<ChangeFinding> {
  const changed = keptAccounts(change).filter(
    // Of a group that no synth has taken nothing can be there.
    (kept) => isStackName(kept.before.stack) && !isInItsStack(change, kept),
  );
  const remaining = changed.filter((kept) => !isMovedAlready(change, kept));
  const byMode = remaining.filter((kept) => isSpreadAnew(change, kept));
  const others = remaining.filter((kept) => !isSpreadAnew(change, kept));
  // One script for all of them, where the reader meets it first.
  const moving = remaining.filter(isActive);
  const commands = moving.length === 0 ? undefined : commandsOf(change, moving);
  if (byMode.length > 0) {
    yield spreadAnew(change, byMode, commands);
  }
  const [first] = others.filter(isActive).sort((a, b) => placeInFile(a) - placeInFile(b));
  for (const kept of others) {
    yield movedToStack(change, kept, {
      first,
      moving,
      commands: byMode.length === 0 && kept === first ? commands : undefined,
    });
  }
}

/** Whether an account goes to another stack because `stacks` says so. */
function isSpreadAnew({ base, head, predecessor, ...change }: Change, { before }: Kept): boolean {
  return base.stacks !== head.stacks && fileOf(change, before) === predecessor;
}

function spreadAnew(
  { ref, base, head }: Change,
  kept: readonly Kept[],
  commands: MoveCommands | undefined,
): ChangeFinding {
  const names = kept.map(({ after }) => `"${after.name}"`);
  const leaving = kept.filter((one) => !isActive(one)).map(({ after }) => `"${after.name}"`);
  const until = leaving.length === 0 ? "" : `; wait until ${firstOfMany(leaving, MOST_NAMED)} is gone`;
  return refused(
    ["stacks"],
    "stacks-changed",
    `stacks was ${base.stacks} at ${ref} and is ${head.stacks} now, so ${counted(kept.length, "account")} (${firstOfMany(names, MOST_NAMED)}) would go to another stack: one would lose the provider to destroy with, and the other would make what is there already; put it back, or stop the pipelines of all these stacks, move the objects from state to state with the commands below${until}, and merge this change; a check with --state for each of the stacks then passes`,
    commands,
  );
}

const MOST_NAMED = 5;

/** What is said of one account that goes to another stack. */
function movedToStack(
  change: Change,
  kept: Kept,
  {
    first,
    moving,
    commands,
  }: {
    readonly first: Kept | undefined;
    readonly moving: readonly Kept[];
    readonly commands: MoveCommands | undefined;
  },
): ChangeFinding {
  const { before, after } = kept;
  const file = fileOf(change, before);
  const isOfFile = file === change.predecessor;
  const from = isOfFile || file === undefined ? "" : `, of ${file.path},`;
  const others = kept === first ? moving.filter((other) => other !== first) : [];
  const both = `stop the pipelines of both stacks, move the account's objects from state to state with the commands below`;
  const where =
    kept !== first
      ? ` "${first?.after.name}"`
      : others.length === 0
        ? ""
        : `, which move ${others.map((other) => `"${other.after.name}"`).join(" and ")} too`;
  const advice = isActive(kept)
    ? `${isOfFile ? "put the group back" : "put the entry back there"}, or ${both}${where}, and merge this change; a check with --state ${before.stack}=<file> ${after.stack}=<file> then passes`
    : "put it back until the account is gone";
  return refused(
    [...after.path, isOfFile ? "group" : "account_id"],
    isOfFile ? "group-changed" : "account-moved",
    `"${after.name}" goes from the stack ${before.stack}${from} to ${after.stack}: ${before.stack} would lose the provider to destroy it with, and ${after.stack} would make what is there already; ${advice}`,
    commands,
  );
}

/** Whether an account stays in its stack, which may have another name with the whole deployment. */
function isInItsStack(change: Change, { before, after }: Kept): boolean {
  const { base, head, predecessor } = change;
  const isRenamed = base.name !== head.name && fileOf(change, before) === predecessor;
  return isRenamed ? before.group === after.group : before.stack === after.stack;
}

function placeInFile({ after }: Kept): number {
  return Number(after.path[1]);
}

/** Nothing is left to move, or both states are given by name and say that the account has moved. */
function isMovedAlready({ evidence }: Change, { before, after }: Kept): boolean {
  const isGone = before.lifecycle !== "active" && evidence.objectsOf(before)?.length === 0;
  return (
    isGone ||
    (evidence.isNamed(before.stack) &&
      evidence.isNamed(after.stack) &&
      evidence.objectsOf(before)?.length === 0 &&
      (evidence.objectsOf(before, { inStack: after.stack })?.length ?? 0) > 0)
  );
}

function commandsOf(change: Change, moving: readonly Kept[]): MoveCommands {
  const { access, ref, runbook } = change;
  const now = addressesByAccount(access);
  // The state holds what the file from before made; where today's rules refuse that file, what today's makes.
  const before = new Map(
    change.files.map((file) => {
      const made = readAccess(file.source, access.features, { parsed: file.parsed }).access;
      return [file, made === undefined ? now : addressesByAccount(made)] as const;
    }),
  );
  const moves = new Map<string, GroupMove & { readonly addresses: string[] }>();
  for (const { before: was, after } of moving) {
    const file = fileOf(change, was);
    const made = (file && before.get(file)) ?? now;
    const pair = `${was.stack} ${after.stack}`;
    const move = moves.get(pair) ?? { from: was.stack, to: after.stack, addresses: [] };
    move.addresses.push(...(made.get(after.name) ?? []));
    moves.set(pair, move);
  }
  return moveCommands(runbook, {
    moves: [...moves.values()],
    filesOf: stackFilesOf(change),
    isLocal: access.deployment.backend === undefined,
    ref,
  });
}

/** What each account has at the root of its stack: its module instances, and Teleport's role where that is in it. */
function addressesByAccount({ stacks, callers }: AccessModel): ReadonlyMap<string, readonly string[]> {
  const addresses = new Map(
    stacks
      .flatMap(({ accounts }) => accounts)
      .map(({ account, calls }) => [account.name, calls.map(({ name }) => `module.${name}`)] as const),
  );
  for (const { account, role } of callers) {
    const policies = role.policies.flatMap((policy) => policy.addresses);
    addresses.get(account?.name ?? "")?.push(...policies);
  }
  return addresses;
}
