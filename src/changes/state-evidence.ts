import { isOfPmmRole } from "../access/pmm-role";
import { GUARD, stackName } from "../accounts/names";
import type { Feature } from "../features/feature";
import { fixedInstances } from "./settings";
import { type AccountSnapshot, type Snapshot, stacksOf } from "./snapshot";
import type { State, StateObject } from "./state";

/** Whose an object may be, by aliases: one account's for certain, or one of several of which nobody can say which. */
export type Owners = ReadonlySet<string>;

/**
 * What the given states say of the accounts of a file, before or after a change of it. A state proves what it
 * holds, and of the stack whose it is by what it holds, that the rest is not there. An empty one proves nothing: a
 * folder that never had a state looks the same.
 */
export class StateEvidence {
  private readonly stackOfAlias: ReadonlyMap<string, string>;
  private readonly stackToBe: ReadonlyMap<string, string>;
  /** The stacks of both sides. */
  private readonly stacks: ReadonlySet<string>;
  /** The aliases of the accounts that have an instance, by its name. */
  private readonly instances = new Map<string, Set<string>>();

  constructor(
    private readonly states: readonly State[],
    private readonly sides: { readonly base: Snapshot; readonly head: Snapshot },
    private readonly features: readonly Feature[],
  ) {
    const { base, head } = sides;
    const stacks = (accounts: readonly AccountSnapshot[]): Map<string, string> =>
      new Map(accounts.map(({ alias, stack }) => [alias, stack]));
    // Before the change is applied, the states know an account where it was.
    this.stackOfAlias = stacks([...head.accounts, ...base.accounts]);
    this.stackToBe = stacks(head.accounts);
    this.stacks = new Set([base, head].flatMap((side) => [...stacksOf(side)]));
    for (const { alias, instances } of [...base.accounts, ...head.accounts]) {
      for (const name of [...instances.map(({ module }) => module), ...fixedInstances(alias, features)]) {
        this.instances.set(name, (this.instances.get(name) ?? new Set()).add(alias));
      }
    }
  }

  /** Why given states prove nothing: they may be of any stack, or of somebody else. */
  *problems(): Iterable<string> {
    for (const state of this.states) {
      const { name, stack, objects, ownStack } = state;
      const [first] = objects;
      if (first === undefined && ownStack === undefined) {
        yield `the state ${name} is empty, like that of a folder without a state, so it proves nothing; expected that of a stack after an apply, which holds at least ${GUARD}: is it the right folder, and was terraform init run there?`;
      } else if (stack === undefined && this.stacksOf(state).size === 0) {
        yield `the state ${name} holds nothing of an account in accounts.yaml, now or before, so its stack is not known; check that it is the right file, and put the stack's name in front: --state <stack>=<file>`;
      } else if (stack === undefined && ownStack !== undefined && !this.stacks.has(ownStack)) {
        yield `the state ${name} is of ${ownStack}, which is no stack of accounts.yaml, now or before, so it proves nothing; expected that of one of its stacks: is it the right file?`;
      } else if (stack !== undefined && !this.mayBeOf(state, stack)) {
        const held =
          first !== undefined && ownStack === undefined
            ? `holds nothing of that stack, but ${first.address}`
            : `is of ${ownStack}`;
        yield `the state ${name} was given for ${stack} and ${held}; expected that stack's own: is it the right file?`;
      }
    }
  }

  /**
   * The addresses of what is, or may be, an account's; of one module instance, where that is asked. undefined where no
   * given state is of the stack.
   */
  objectsOf(
    { alias, stack }: Pick<AccountSnapshot, "alias" | "stack">,
    { inStack = stack, module }: { readonly inStack?: string; readonly module?: string } = {},
  ): string[] | undefined {
    return this.addressesIn(inStack, (object) =>
      module === undefined ? this.ownersOf(object).has(alias) : object.module === module,
    );
  }

  /** The addresses of all that a stack holds; undefined where no given state is of it. */
  objectsOfStack(stack: string): string[] | undefined {
    return this.addressesIn(stack, () => true);
  }

  /** The addresses of what a stack holds and no account of either side may have; undefined where no state is of it. */
  ownerlessIn(stack: string): string[] | undefined {
    return this.addressesIn(stack, (object) => this.ownersOf(object).size === 0);
  }

  /** Whether the stack of a state was said, and is this one. */
  isNamed(stack: string): boolean {
    return this.states.some((state) => state.stack === stack);
  }

  private addressesIn(stack: string, isMeant: (object: StateObject) => boolean): string[] | undefined {
    const states = this.states.filter((state) => this.isOf(state, stack));
    return states.length === 0
      ? undefined
      : states.flatMap(({ objects }) => objects.filter(isMeant).map(({ address }) => address));
  }

  /** A state that nobody named is of the stacks whose objects it holds. */
  private isOf(state: State, stack: string): boolean {
    return state.stack === undefined
      ? this.stacksOf(state).has(stack)
      : state.stack === stack && this.mayBeOf(state, stack);
  }

  /** Whether a state may be that of a stack, before or after the change: only what it holds says so. */
  private mayBeOf(state: State, stack: string): boolean {
    return (
      this.stacksOf(state).has(stack) ||
      (state.ownStack === undefined && state.objects.some((object) => this.isToBeIn(object, stack)))
    );
  }

  /** The stacks that a state is of: the one that its guard says or, before it had a guard, those of what it holds. */
  private stacksOf({ objects, ownStack }: State): ReadonlySet<string> {
    return new Set(
      ownStack === undefined ? objects.flatMap((object) => [...this.stacksOfObject(object)]) : [ownStack],
    );
  }

  private isToBeIn(object: StateObject, stack: string): boolean {
    return [...this.ownersOf(object)].some((alias) => this.stackToBe.get(alias) === stack);
  }

  private stacksOfObject(object: StateObject): ReadonlySet<string> {
    const owners = this.ownersOf(object);
    if (object.module === undefined && owners.size === 0) {
      return new Set(isOfPmmRole(object.address, this.features) ? [stackName(this.sides.base.name)] : []);
    }
    const [owner, ...others] = owners;
    const stack = owner === undefined || others.length > 0 ? undefined : this.stackOfAlias.get(owner);
    return new Set(stack === undefined ? [] : [stack]);
  }

  /**
   * The accounts whose object it may be. The names that features give to module instances are known, of the monitors
   * and the teams' modules of both files too; another instance may be of any account whose alias ends its name.
   */
  ownersOf({ module, alias, address }: StateObject): Owners {
    if (alias !== undefined && this.stackOfAlias.has(alias)) {
      return new Set([alias]);
    }
    if (module === undefined) {
      return this.ownersOfRoot(address);
    }
    const known = this.instances.get(module);
    if (known !== undefined) {
      return known;
    }
    const possible = new Set<string>();
    for (let at = module.indexOf("_"); at >= 0; at = module.indexOf("_", at + 1)) {
      const suffix = module.slice(at + 1);
      if (this.stackOfAlias.has(suffix)) {
        possible.add(suffix);
      }
    }
    return possible;
  }

  /** At the root, an account has what Teleport's role may assume, where that role is in it. */
  private ownersOfRoot(address: string): Owners {
    const [, resource = ""] = address.split(".");
    const isTeleports = this.features.some(
      ({ assumedBy }) =>
        assumedBy?.caller === "teleport" && assumedBy.resourceName === resource.replace(/_[0-7]$/, ""),
    );
    const { base, head } = this.sides;
    const hosts = [base, head].flatMap(({ teleport, accounts, source }) =>
      accounts.filter(({ accountId }) => accountId === teleport?.accountId && accountId !== source.accountId),
    );
    return new Set(isTeleports ? hosts.map(({ alias }) => alias) : []);
  }
}
