import type { OutputFiles } from "../terraform/render";
import { type AccountSnapshot, type Snapshot, stacksOf } from "./snapshot";
import type { StateEvidence } from "./state-evidence";

/** The stacks whose files differ between two outputs, or are new in the second. Sorted. */
export function differingStacks(before: OutputFiles, after: OutputFiles): string[] {
  const [old, now] = [byStack(before), byStack(after)];
  return [...now]
    .filter(([stack, files]) => differ(old.get(stack), files))
    .map(([stack]) => stack)
    .sort();
}

function byStack(files: OutputFiles): Map<string, Map<string, string | Buffer>> {
  const stacks = new Map<string, Map<string, string | Buffer>>();
  for (const [path, content] of files) {
    const [folder, stack, ...rest] = path.split("/");
    if (folder === "stacks" && stack !== undefined) {
      const own = stacks.get(stack) ?? new Map<string, string | Buffer>();
      stacks.set(stack, own.set(rest.join("/"), content));
    }
  }
  return stacks;
}

type Files = ReadonlyMap<string, string | Buffer>;

function differ(before: Files | undefined, after: Files): boolean {
  return (
    before === undefined ||
    before.size !== after.size ||
    [...after].some(([path, content]) => {
      const old = before.get(path);
      return old === undefined || Buffer.compare(Buffer.from(old), Buffer.from(content)) !== 0;
    })
  );
}

/** A stack that is no longer in the output, and why it may not go, if it may not. */
export interface VanishedStack {
  readonly stack: string;
  readonly problem: string | undefined;
  /** Whether a state of it that holds nothing would let it go. */
  readonly isUnproven: boolean;
}

/** The stacks of the base that today's file no longer makes. Sorted. */
export function vanishedStacks(
  { base, head, ref, mayBeBehind, movedTo }: Sides,
  evidence: StateEvidence,
): VanishedStack[] {
  const now = new Map(head.accounts.map((account) => [account.name, account.stack]));
  const stacksNow = stacksOf(head);
  const gone = new Map<string, AccountSnapshot[]>();
  for (const account of base.accounts.filter(({ stack }) => !stacksNow.has(stack))) {
    gone.set(account.stack, [...(gone.get(account.stack) ?? []), account]);
  }
  return [...gone]
    .map(([stack, accounts]) => {
      const objects = [
        ...accounts.map((account) => evidence.objectsOf(account)),
        evidence.ownerlessIn(stack),
      ];
      const moved = accounts
        .map(({ name, accountId = "" }) => now.get(name) ?? movedTo.get(accountId))
        .find((place) => place !== undefined);
      const problem = reasonToStay({ stack, accounts, objects, moved, ref, mayBeBehind });
      const isHeld = objects.some((addresses) => addresses !== undefined && addresses.length > 0);
      return { stack, problem, isUnproven: problem !== undefined && !isHeld };
    })
    .sort((a, b) => (a.stack < b.stack ? -1 : 1));
}

interface Gone {
  readonly stack: string;
  readonly accounts: readonly AccountSnapshot[];
  /** Of each account, and of none, the addresses that a given state holds; undefined where none was given. */
  readonly objects: readonly (readonly string[] | undefined)[];
  /** Where one of its accounts is now: another stack, or another file. */
  readonly moved: string | undefined;
  readonly ref: string;
  readonly mayBeBehind: boolean;
}

/** Why a stack may not go: its state holds objects or, as far as anybody knows, may hold some. */
function reasonToStay({ stack, accounts, objects, moved, ref, mayBeBehind }: Gone): string | undefined {
  const advice =
    moved === undefined
      ? "put its accounts back with lifecycle: retiring, apply, then delete them"
      : `an account of it is in ${moved} now, and pmm-iam check --base ${ref} prints how its objects follow`;
  const behind = mayBeBehind ? `; or your branch is behind ${ref}: update it first` : "";
  const [first, ...others] = objects.flatMap((addresses) => addresses ?? []);
  if (first !== undefined) {
    const more = others.length === 0 ? "" : ` and ${others.length} more`;
    return `the stack ${stack} is gone, but its state still holds ${first}${more}; ${advice}`;
  }
  const active = accounts.find(({ lifecycle }) => lifecycle === "active");
  return active === undefined || !objects.includes(undefined)
    ? undefined
    : `the stack ${stack} is gone, but "${active.name}" in it was active at ${ref}; ${advice}; or show with --state that nothing is left in it, with the commands below${behind}`;
}

/** The two sides of a change. */
interface Sides {
  readonly base: Snapshot;
  readonly head: Snapshot;
  /** The base's git ref, as the user typed it. */
  readonly ref: string;
  /** Whether the ref may have changes that today's file does not have yet. */
  readonly mayBeBehind: boolean;
  /** Files of the work tree that have accounts which today's file has no longer, by account id. */
  readonly movedTo: ReadonlyMap<string, string>;
}
