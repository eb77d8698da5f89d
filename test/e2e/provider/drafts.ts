import { randomBytes } from "node:crypto";
import { entries, isEmpty, type State, same, text } from "./values";

/** What the resource types share in filling in their drafts. */

/** The answer, or undefined where AWS says that there is no such thing. */
export async function found<Answer>(call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Whether an error says that the thing asked for does not exist. */
export function isNotFound(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (["NoSuchEntity", "NoSuchEntityException", "ResourceNotFoundException"].includes(error.name))
    return true;
  // A secret in its recovery window answers so, and counts as gone.
  return (
    error.name === "InvalidRequestException" && /(was|marked for|scheduled for) delet/.test(error.message)
  );
}

/** Whether an update has to set the attribute. */
export function differs(draft: State, prior: State, name: string): boolean {
  return !same(draft[name], prior[name]) && !(isEmpty(draft[name]) && isEmpty(prior[name]));
}

/** The name to create under: the one given, or one made of the prefix, unique as the provider's. */
export function nameOf(draft: State): string {
  return (
    text(draft, "name") ??
    `${text(draft, "name_prefix") ?? "terraform-"}${Date.now()}${randomBytes(6).toString("hex")}`
  );
}

/** Sets the name and the prefix, which is "" where the name was given whole. */
export function setName(draft: State, name: string | undefined): void {
  draft["name"] = name ?? null;
  draft["name_prefix"] = text(draft, "name_prefix") ?? "";
}

/** A time as Go's RFC 3339 writes it. */
export function time(date: Date | undefined): string | null {
  return date === undefined ? null : date.toISOString().replace(/\.\d+Z$/, "Z");
}

interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** A list of tags as a map, without AWS's own. */
export function tagMap(tags: readonly Tag[] | undefined): Record<string, string> {
  const pairs = (tags ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""] as const);
  return Object.fromEntries(pairs.filter(([key]) => !key.startsWith("aws:")));
}

/** The draft's tags for a call that creates. */
export function tagList(draft: State): { Tags?: { Key: string; Value: string }[] } {
  const tags = Object.entries(entries(draft["tags_all"])).map(([Key, Value]) => ({ Key, Value }));
  return tags.length === 0 ? {} : { Tags: tags };
}

/** An optional field of a call: left out where the attribute is empty. */
export function optional<Field extends string>(
  field: Field,
  value: string | undefined,
): { [key in Field]?: string } {
  return (value === undefined ? {} : { [field]: value }) as { [key in Field]?: string };
}

/** The two parts of an id or import id. */
export function halves(id: string, separator: string, expected: string): [string, string] {
  const at = id.indexOf(separator);
  if (at <= 0 || at + separator.length === id.length)
    throw new Error(`unexpected format of ID (${id}), expected ${expected}`);
  return [id.slice(0, at), id.slice(at + separator.length)];
}
