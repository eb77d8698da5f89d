import { z } from "zod";
import { MAIN_STACK } from "../accounts/names";
import { InputError } from "./input-error";
import type { AccountSnapshot, Snapshot } from "./snapshot";

/** An object that Terraform manages, as a state names it. */
export interface StateObject {
  readonly address: string;
  /** The module instance at the root that it belongs to, such as `pmm_iam_x`. */
  readonly module: string | undefined;
  /** The alias of its provider; only a raw state says it. */
  readonly alias: string | undefined;
}

/** A state that was given to judge by. */
export interface State {
  /** What messages call it by. */
  readonly name: string;
  /** Of which stack it is, where that was said. */
  readonly stack: string | undefined;
  readonly objects: readonly StateObject[];
}

const mode = z.enum(["managed", "data"]);
const index = z.union([z.string(), z.number()]);

/** What `terraform state pull` prints, and what a backend keeps. */
const rawState = z.object({
  version: z.literal(4),
  resources: z.array(
    z.object({
      module: z.string().optional(),
      mode,
      type: z.string(),
      name: z.string(),
      provider: z.string(),
      instances: z.array(z.object({ index_key: index.optional() })),
    }),
  ),
});

const shownModule = z.object({
  resources: z.array(z.object({ address: z.string(), mode })).default([]),
  get child_modules() {
    return z.array(shownModule).default([]);
  },
});

/** What `terraform show -json` prints; an empty state has no values. */
const shownState = z.object({
  format_version: z.string(),
  values: z.object({ root_module: shownModule }).optional(),
});

/**
 * Reads a state from either form. `name` is what messages call it by; nothing of the text is ever quoted, for
 * it holds keys.
 */
export function parseState(text: string, name: string, stack?: string): State {
  if (text.trim() === "") {
    throw new InputError(
      `the state ${name} is empty; expected the output of terraform show -json: did that command fail?`,
      "state",
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new InputError(
      `the state ${name} is not JSON; expected the output of terraform show -json`,
      "state",
    );
  }
  const raw = rawState.safeParse(json);
  if (raw.success) {
    return { name, stack, objects: raw.data.resources.flatMap(rawObjects) };
  }
  const isPlan = typeof json === "object" && json !== null && "planned_values" in json;
  const shown = shownState.safeParse(json);
  if (!shown.success || isPlan) {
    const what = isPlan ? "is a plan, not a state" : "is no Terraform state";
    throw new InputError(
      `the state ${name} ${what}; expected the output of terraform show -json without a plan file, or of terraform state pull`,
      "state",
    );
  }
  return { name, stack, objects: shownObjects(shown.data.values?.root_module) };
}

function rawObjects(resource: z.output<typeof rawState>["resources"][number]): StateObject[] {
  if (resource.mode === "data") {
    return [];
  }
  const address = [...(resource.module === undefined ? [] : [resource.module]), resource.type, resource.name];
  return resource.instances.map(({ index_key }) => ({
    address: `${address.join(".")}${index_key === undefined ? "" : `[${JSON.stringify(index_key)}]`}`,
    module: rootModule(address.join(".")),
    alias: /\]\.([\w-]+)$/.exec(resource.provider)?.[1],
  }));
}

function shownObjects(module: z.output<typeof shownModule> | undefined): StateObject[] {
  return module === undefined
    ? []
    : [
        ...module.resources
          .filter((resource) => resource.mode === "managed")
          .map(({ address }) => ({ address, module: rootModule(address), alias: undefined })),
        ...module.child_modules.flatMap(shownObjects),
      ];
}

function rootModule(address: string): string | undefined {
  return /^module\.([\w-]+)/.exec(address)?.[1];
}

/** What the given states say of the accounts of a file, before or after a change of it. */
export class StateEvidence {
  private readonly stackOfAlias: ReadonlyMap<string, string>;
  private readonly stackToBe: ReadonlyMap<string, string>;

  constructor(
    private readonly states: readonly State[],
    { base, head }: { readonly base: Snapshot; readonly head: Snapshot },
  ) {
    const stacks = (accounts: readonly AccountSnapshot[]): Map<string, string> =>
      new Map(accounts.map(({ alias, stack }) => [alias, stack]));
    // Before the change is applied, the states know an account where it was.
    this.stackOfAlias = stacks([...head.accounts, ...base.accounts]);
    this.stackToBe = stacks(head.accounts);
  }

  /** Why given states prove nothing: they may be of any stack, or of somebody else. */
  *slips(): Iterable<string> {
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
    const isPmmRole =
      object.module === undefined && /\.pmm_(assume_target_roles|cloudwatch_agent|ec2)/.test(object.address);
    return isPmmRole ? MAIN_STACK : this.stackOfAlias.get(this.ownerOf(object) ?? "");
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
