import { type Aws, problem } from "./aws";
import { equivalent, isDocument, normalized } from "./policies";
import { complete, type Schema } from "./schemas";
import type { ResourceType, Tagging } from "./types";
import { entries, isEmpty, isKnown, type State, same, text, UNKNOWN, Unknown, type Value } from "./values";

/** What Terraform would do, and what for. */
export interface Plan {
  readonly planned: State;
  readonly replace: readonly string[];
}

/** What stands after a change, and what went wrong on the way. */
export interface Outcome {
  readonly state: State | null;
  readonly error?: string;
}

/** The planned state of an object, computed values unknown where the change makes them. */
export function plan(type: ResourceType, schema: Schema, aws: Aws, prior: State | null, config: State): Plan {
  const planned: State = {};
  for (const [name, attribute] of Object.entries(schema.block.attributes ?? {})) {
    const [wanted, before] = [config[name] ?? null, prior?.[name] ?? null];
    if (attribute.write_only) planned[name] = null;
    else if (name === "tags_all") planned[name] = allTags(aws, config["tags"] ?? null, prior);
    // What exists stays in its region when the provider's changes; what is replaced is planned without a prior state.
    else if (name === "region") planned[name] = wanted ?? before ?? aws.region;
    else if (wanted !== null)
      planned[name] = settled(type, name, wanted, prior === null ? undefined : before);
    else if (type.defaults?.[name] !== undefined) planned[name] = type.defaults[name];
    else if (attribute.computed) planned[name] = prior === null ? UNKNOWN : before;
    else planned[name] = !type.framework && isEmpty(before) ? before : null;
  }
  // Every nested block here is optional and computed: left out, it stays what AWS holds.
  for (const name of Object.keys(schema.block.block_types ?? {})) planned[name] = prior?.[name] ?? UNKNOWN;
  const changed = Object.keys(planned).filter((name) => prior !== null && !same(planned[name], prior[name]));
  const replaces = (name: string) =>
    changed.includes(name) && !(type.awaits?.(name) && planned[name] === UNKNOWN);
  return { planned, replace: type.replace.filter(replaces) };
}

/** A configured value as it is planned: the old one where the new one means the same. */
function settled(type: ResourceType, name: string, wanted: Value, before: Value | undefined): Value {
  if (!type.framework && before !== undefined && isEmpty(wanted) && isEmpty(before)) return before;
  if (!type.documents?.includes(name) || typeof wanted !== "string") return wanted;
  return typeof before === "string" && equivalent(wanted, before) ? before : normalized(wanted);
}

function allTags(aws: Aws, tags: Value, prior: State | null): Value {
  if (!isKnown(tags)) return UNKNOWN;
  const merged = { ...aws.defaultTags, ...entries(tags) };
  if (prior === null) return Object.keys(merged).length === 0 ? UNKNOWN : merged;
  return isEmpty(merged) && isEmpty(prior["tags_all"]) ? (prior["tags_all"] ?? null) : merged;
}

/** Makes, changes or deletes the object. */
export async function apply(
  type: ResourceType,
  schema: Schema,
  aws: Aws,
  prior: State | null,
  planned: State | null,
  config: State,
): Promise<Outcome> {
  if (planned === null) {
    if (prior !== null) await type.delete(aws, prior);
    return { state: null };
  }
  const draft = { ...planned };
  try {
    if (prior === null) {
      await type.create(aws, draft, config);
      await type.created?.(aws, draft);
    } else await change(type, aws, draft, prior);
    if (!(prior === null && type.createTells) && !(await type.read(aws, draft)))
      throw new Error("it is not there after the change");
  } catch (error) {
    // As in the provider: an object that has come to be is kept in the state, one that has not is not.
    const exists = prior !== null || text(draft, "id") !== undefined;
    return { state: exists ? finished(type, schema, aws, draft, planned) : null, error: problem(error) };
  }
  return { state: finished(type, schema, aws, draft, planned) };
}

async function change(type: ResourceType, aws: Aws, draft: State, prior: State): Promise<void> {
  if (type.tagging !== undefined) await retag(type.tagging, aws, draft, prior);
  await type.update?.(aws, draft, prior);
}

async function retag(tagging: Tagging, aws: Aws, draft: State, prior: State): Promise<void> {
  const [before, after] = [entries(prior["tags_all"]), entries(draft["tags_all"])];
  const gone = Object.keys(before).filter((key) => !(key in after));
  const set = Object.entries(after).filter(([key, value]) => before[key] !== value);
  // By the id that it has now: an update may change it.
  if (gone.length > 0) await tagging.untag(aws, prior, gone);
  if (set.length > 0)
    await tagging.tag(
      aws,
      prior,
      set.map(([Key, Value]) => ({ Key, Value })),
    );
}

/** What AWS holds now; null where the object is gone. */
export async function refresh(
  type: ResourceType,
  schema: Schema,
  aws: Aws,
  state: State,
): Promise<State | null> {
  const draft = { ...state };
  return (await type.read(aws, draft)) ? finished(type, schema, aws, draft, state) : null;
}

/** A draft as a state: nothing unknown or write-only in it, and the value that was there wherever AWS's means the same. */
function finished(type: ResourceType, schema: Schema, aws: Aws, draft: State, reference: State): State {
  const state: State = {};
  for (const [name, value] of Object.entries(complete(schema.block, draft))) {
    const [now, was] = [value instanceof Unknown ? null : value, reference[name] ?? null];
    if (schema.block.attributes?.[name]?.write_only) state[name] = null;
    else if (was instanceof Unknown) state[name] = now;
    else if (!type.framework && isEmpty(now) && isEmpty(was)) state[name] = was;
    else if (type.documents?.includes(name) && typeof now === "string") state[name] = keptDocument(was, now);
    else state[name] = now;
  }
  if (type.tagging !== undefined) {
    const own = ownTags(aws, entries(state["tags_all"]), entries(reference["tags"]));
    state["tags"] = isEmpty(own) && isEmpty(reference["tags"]) ? (reference["tags"] ?? null) : own;
  }
  // A block that was unknown and that nothing filled in is an empty one.
  for (const name of Object.keys(schema.block.block_types ?? {})) state[name] ??= [];
  return state;
}

function keptDocument(was: Value, now: string): Value {
  return typeof was === "string" && equivalent(was, now) ? was : normalized(now);
}

/** The resource's own tags: all of them without the provider's default ones, unless the resource says the same itself. */
function ownTags(
  aws: Aws,
  all: Record<string, string>,
  said: Record<string, string>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(all).filter(([key, value]) => aws.defaultTags[key] !== value || said[key] === value),
  );
}

/** What the provider would find wrong with a configuration without calling AWS. */
export function problems(type: ResourceType, schema: Schema, config: State): string[] {
  const found = type.problems?.(config) ?? [];
  for (const name of type.documents ?? []) {
    const document = text(config, name);
    if (document !== undefined && !isDocument(document))
      found.push(`"${name}" contains an invalid JSON policy`);
  }
  if (text(config, "name") !== undefined && text(config, "name_prefix") !== undefined) {
    found.push('"name": conflicts with name_prefix');
  }
  for (const name of Object.keys(schema.block.block_types ?? {})) {
    if (!isEmpty(config[name])) found.push(`the stand-in does not know the block "${name}"`);
  }
  return found;
}
