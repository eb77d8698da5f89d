import { z } from "zod";

/** The access keys of one user in a state. Their ids and secrets never leave this file. */
export interface StateKeys {
  /** The module that rotates them: `module.aurora_user_x.module.key`. */
  readonly module: string;
  readonly managed: readonly StateKey[];
  /** Keys that the user had and that no slot holds, as of the last time that Terraform looked. */
  readonly unmanaged: readonly StateKey[];
}

export interface StateKey {
  /** undefined where Terraform does not manage the key, or the state does not say it. */
  readonly generation: number | undefined;
  readonly isActive: boolean;
  /** When AWS made it: 2026-08-01T09:30:00Z. undefined where the state does not say it. */
  readonly madeAt: string | undefined;
}

/** One object of a state: its address, and its values, which may be of any shape. */
export interface StateValues {
  readonly address: string;
  readonly values?: unknown;
}

const slotKey = z.object({ id: z.string(), status: z.string(), create_date: z.string().optional() });

const seenKeys = z.object({
  access_keys: z.array(
    z.object({ access_key_id: z.string(), status: z.string(), create_date: z.string().optional() }),
  ),
});

/** The input of a terraform_data. A raw state wraps a value of any type, and `show -json` does not. */
const generationInput = z.object({ input: z.union([z.number(), z.object({ value: z.number() })]) });
const madeValue = z.object({ before: z.array(z.string()), beside: z.string().nullish() });
const madeInput = z.object({ input: z.union([madeValue, z.object({ value: madeValue })]) });

const OF_KEYS =
  /^(module\..+)\.(?:(aws_iam_access_key\.slot|terraform_data\.generation|terraform_data\.made)\["(odd|even)"\]|(data\.aws_iam_access_keys\.existing)\[.+\])$/;

/** What a module that rotates keys has in a state, by slot. */
interface Found {
  readonly slots: Map<string, z.output<typeof slotKey>>;
  readonly generations: Map<string, number>;
  readonly made: Map<string, z.output<typeof madeValue>>;
  readonly seen: z.output<typeof seenKeys>["access_keys"];
}

/** The keys of every user whose keys a state has. What is of another shape than the module's counts as not there. */
export function keysIn(objects: readonly StateValues[]): StateKeys[] {
  const modules = new Map<string, Found>();
  for (const { address, values } of objects) {
    const [, module, type = "", slot = "", seen] = OF_KEYS.exec(address) ?? [];
    if (module !== undefined) {
      const found = modules.get(module) ?? {
        slots: new Map(),
        generations: new Map(),
        made: new Map(),
        seen: [],
      };
      modules.set(module, found);
      add(found, seen ?? type, slot, values);
    }
  }
  return [...modules].map(([module, found]) => ({
    module,
    managed: [...found.slots].map(([slot, { status, create_date }]) => ({
      generation: found.generations.get(slot),
      isActive: status === "Active",
      madeAt: create_date,
    })),
    unmanaged: unmanagedOf(found),
  }));
}

function add(found: Found, type: string, slot: string, values: unknown): void {
  const set = <Value>(map: Map<string, Value>, value: Value | undefined): void => {
    if (value !== undefined) {
      map.set(slot, value);
    }
  };
  switch (type) {
    case "aws_iam_access_key.slot":
      set(found.slots, slotKey.safeParse(values).data);
      break;
    case "terraform_data.generation":
      set(found.generations, unwrapped(generationInput.safeParse(values).data?.input));
      break;
    case "terraform_data.made":
      set(found.made, unwrapped(madeInput.safeParse(values).data?.input));
      break;
    default:
      found.seen.push(...(seenKeys.safeParse(values).data?.access_keys ?? []));
  }
}

function unwrapped<Value>(input: Value | { readonly value: Value }): Value {
  return typeof input === "object" && input !== null && "value" in input ? input.value : input;
}

/**
 * The keys that AWS listed and no slot holds. An apply looks before it makes and deletes keys: where a slot was made
 * in the same apply, what the other slot has beside it is the key that went. The module tells its own plan the same.
 */
function unmanagedOf({ slots, made, seen }: Found): StateKey[] {
  const before = idsOf(seen);
  const isChanging = ([, record]: [string, { before: readonly string[] }]): boolean =>
    JSON.stringify([...record.before].sort()) === before;
  const records = [...made];
  const hasChanged = records.some(isChanging);
  const gone = records.filter((record) => hasChanged && !isChanging(record)).map(([, { beside }]) => beside);
  const known = new Set([...[...slots.values()].map(({ id }) => id), ...gone]);
  return seen
    .filter(({ access_key_id }) => !known.has(access_key_id))
    .map(({ status, create_date }) => ({
      generation: undefined,
      isActive: status === "Active",
      madeAt: create_date,
    }));
}

function idsOf(seen: Found["seen"]): string {
  return JSON.stringify(seen.map(({ access_key_id }) => access_key_id).sort());
}
