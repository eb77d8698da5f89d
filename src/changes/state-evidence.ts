import { isOfPmmRole } from "../access/callers";
import { stackName } from "../accounts/names";
import { features } from "../features";
import type { AccountSnapshot, Snapshot } from "./snapshot";
import type { State, StateObject } from "./state";

/** What the given states say of the accounts of a file, before or after a change of it. */
export class StateEvidence {
  private readonly stackOfAlias: ReadonlyMap<string, string>;
  private readonly mainStack: string;
  private readonly stackToBe: ReadonlyMap<string, string>;

  constructor(
    private readonly states: readonly State[],
    { base, head }: { readonly base: Snapshot; readonly head: Snapshot },
  ) {
    const stacks = (accounts: readonly AccountSnapshot[]): Map<string, string> =>
      new Map(accounts.map(({ alias, stack }) => [alias, stack]));
    // Before the change is applied, the states know an account where it was.
    this.stackOfAlias = stacks([...head.accounts, ...base.accounts]);
    this.mainStack = stackName(base.name ?? head.name ?? "");
    this.stackToBe = stacks(head.accounts);
  }

  /** Why given states prove nothing: they may be of any stack, or of somebody else. */
  *problems(): Iterable<string> {
    for (const { name, stack, objects } of this.states) {
      if (stack === undefined && !objects.some((object) => this.stackOf(object) !== undefined)) {
        const what =
          objects.length === 0 ? "is empty" : "holds nothing of an account in accounts.yaml, now or before";
        yield `the state ${name} ${what}, so it does not say of which stack it is; expected one that does: give the stack's own, and an empty one as --state <stack>=<file>`;
      }
      if (stack !== undefined && objects.length > 0 && !objects.some((object) => this.isIn(object, stack))) {
        yield `the state ${name} was given for ${stack} and holds nothing of that stack, but ${objects[0]?.address}; expected that stack's own: is it the right file?`;
      }
    }
  }

  /** The addresses of an account's objects; undefined where no given state is of the stack. */
  objectsOf(
    { alias, stack }: Pick<AccountSnapshot, "alias" | "stack">,
    inStack = stack,
  ): string[] | undefined {
    const states = this.states.filter((state) => this.isOf(state, inStack));
    return states.length === 0
      ? undefined
      : states.flatMap(({ objects }) =>
          objects.filter((object) => this.ownerOf(object) === alias).map(({ address }) => address),
        );
  }

  /** Whether the stack of a state was said, and is this one. */
  isNamed(stack: string): boolean {
    return this.states.some((state) => state.stack === stack);
  }

  /** A state that nobody named is of the stacks whose accounts it holds. */
  private isOf(state: State, stack: string): boolean {
    if (state.stack !== undefined) {
      return state.stack === stack;
    }
    return state.objects.some((object) => this.stackOf(object) === stack);
  }

  /** Whether an object may be in a stack, before or after the change. */
  private isIn(object: StateObject, stack: string): boolean {
    return this.stackOf(object) === stack || this.stackToBe.get(this.ownerOf(object) ?? "") === stack;
  }

  private stackOf(object: StateObject): string | undefined {
    const isPmmRole = object.module === undefined && isOfPmmRole(object.address, features);
    return isPmmRole ? this.mainStack : this.stackOfAlias.get(this.ownerOf(object) ?? "");
  }

  /**
   * The account's alias ends the name of each of its module instances. Where two fit, as `prod` and
   * `orders_prod` do for `pmm_iam_orders_prod`, the longer one is meant.
   */
  private ownerOf({ module, alias }: StateObject): string | undefined {
    if (module === undefined || (alias !== undefined && this.stackOfAlias.has(alias))) {
      return alias;
    }
    for (let at = module.indexOf("_"); at >= 0; at = module.indexOf("_", at + 1)) {
      const suffix = module.slice(at + 1);
      if (this.stackOfAlias.has(suffix)) {
        return suffix;
      }
    }
    return undefined;
  }
}
