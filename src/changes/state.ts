import { z } from "zod";
import { GUARD } from "../accounts/names";
import { InputError } from "./input-error";
import { keysIn, type StateKeys, type StateValues } from "./state-keys";

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
  /** The stack that it is of, as its guard says; undefined where it has none yet. */
  readonly ownStack: string | undefined;
  /** The access keys that it holds. */
  readonly keys: readonly StateKeys[];
}

const mode = z.enum(["managed", "data"]);
/** Of a guard, the stack that it says: a text, or in a raw state one with its type. All else is of other resources. */
const guardValues = z
  .object({
    triggers_replace: z.union([z.string(), z.object({ value: z.string() }).transform(({ value }) => value)]),
  })
  .optional()
  .catch(undefined);
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
      instances: z.array(
        z.object({
          index_key: index.optional(),
          attributes: z.unknown().optional(),
        }),
      ),
    }),
  ),
});

const shownModule = z.object({
  resources: z
    .array(
      z.object({
        address: z.string(),
        mode,
        values: z.unknown().optional(),
      }),
    )
    .default([]),
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
  try {
    return stateOf(json, name, stack);
  } catch (cause) {
    // The stack is used up: each module within a module takes a part of it.
    if (cause instanceof RangeError) {
      throw new InputError(
        `the state ${name} is nested too deeply to be read; expected the output of terraform show -json`,
        "state",
      );
    }
    throw cause;
  }
}

function stateOf(json: unknown, name: string, stack: string | undefined): State {
  const raw = rawState.safeParse(json);
  if (raw.success) {
    const { resources } = raw.data;
    const guard = resources.find(
      ({ module, type, name: called }) => !module && `${type}.${called}` === GUARD,
    );
    const ownStack = guardValues.parse(guard?.instances[0]?.attributes)?.triggers_replace;
    const objects = resources.flatMap(rawObjects).filter(isNoGuard);
    return { name, stack, ownStack, objects, keys: keysIn(resources.flatMap(rawValues)) };
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
  const root = shown.data.values?.root_module;
  const guard = root?.resources.find(({ address }) => address === GUARD);
  const ownStack = guardValues.parse(guard?.values)?.triggers_replace;
  return {
    name,
    stack,
    ownStack,
    objects: shownObjects(root).filter(isNoGuard),
    keys: keysIn(shownValues(root)),
  };
}

/** The guard is in every stack's state and stands for nothing in AWS. */
function isNoGuard({ address }: StateObject): boolean {
  return address !== GUARD;
}

function rawObjects(resource: z.output<typeof rawState>["resources"][number]): StateObject[] {
  if (resource.mode === "data") {
    return [];
  }
  return rawValues(resource).map(({ address }) => ({
    address,
    module: rootModule(address),
    alias: /\]\.([\w-]+)$/.exec(resource.provider)?.[1],
  }));
}

/** What a raw state holds of a resource, under the addresses that `show -json` gives. */
function rawValues({
  module,
  mode: how,
  type,
  name,
  instances,
}: z.output<typeof rawState>["resources"][number]): StateValues[] {
  const address = [module, how === "data" ? "data" : undefined, type, name].filter(
    (part) => part !== undefined,
  );
  return instances.map(({ index_key, attributes }) => ({
    address: `${address.join(".")}${index_key === undefined ? "" : `[${JSON.stringify(index_key)}]`}`,
    values: attributes,
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

function shownValues(module: z.output<typeof shownModule> | undefined): StateValues[] {
  return module === undefined ? [] : [...module.resources, ...module.child_modules.flatMap(shownValues)];
}

function rootModule(address: string): string | undefined {
  return /^module\.([\w-]+)/.exec(address)?.[1];
}
