import { z } from "zod";
import type { Format } from "../aws/formats";
import { allOf, oneOf } from "./wording";

/**
 * Builders for the schema's fields. Each carries the description that an editor shows on hover, and an error
 * text that says what was expected; schema-findings.ts puts what was found in front.
 */

/** In characters: more than any text here may have. A pattern could take minutes over a longer one. */
export const LONGEST_TEXT = 2_048;

/** A text that a pattern may be held against. */
export function shortText(expected: string) {
  return z
    .string({ error: expected })
    .refine((value) => value.length <= LONGEST_TEXT, { error: expected, abort: true });
}

const formats = new WeakMap<z.ZodType, Format>();

/** The format of the texts that a schema takes; undefined where it is none of `text`. */
export function formatOf(schema: z.ZodType): Format | undefined {
  return formats.get(schema);
}

/** A text of a known format. */
export function text(format: Format, description: string) {
  const expected = `expected ${format.expected}, such as ${format.example}`;
  const schema = shortText(expected)
    .regex(format.pattern, { error: expected })
    .meta({
      description,
      examples: [format.example.replaceAll('"', "")],
      ...(format.portable === undefined ? {} : { pattern: format.portable }),
    });
  formats.set(schema, format);
  return schema;
}

/** One of a few words. */
export function choice<const Words extends readonly [string, ...string[]]>(
  words: Words,
  description: string,
) {
  return z.enum(words, { error: `expected ${oneOf(words)}` }).meta({ description });
}

export const EXPECTED_FLAG = "expected true or false";
export const EXPECTED_SWITCH = "expected true, false";

export function flag(description: string) {
  return z.boolean({ error: EXPECTED_FLAG }).meta({ description });
}

export const EXPECTED_LIST = 'expected a list, each entry after "- "';

/** A whole number from 1. */
export function counter(description: string) {
  const error = "expected a whole number from 1";
  const most = 1_000_000;
  // The largest is checked first, and alone: what is far too large is no whole number to the library either.
  return z
    .number({ error })
    .max(most, { error: `${error} to ${most}`, abort: true })
    .int({ error })
    .min(1, { error })
    .meta({ description });
}

export function list<Item extends z.ZodType>(item: Item, description: string) {
  return z.array(item, { error: EXPECTED_LIST }).meta({ description });
}

/** A mapping with exactly these keys. */
export function mapping<Shape extends z.ZodRawShape>(shape: Shape, description: string) {
  const expected = once(() => `expected ${aMapping(shape)}`);
  return z
    .strictObject(shape, {
      error: (issue) => (issue.code === "invalid_type" ? expected() : undefined),
    })
    .meta({ description });
}

/** `true` for all defaults, `false` for nothing, or a mapping. */
export function switchOr<Shape extends z.ZodRawShape>(shape: Shape, description: string) {
  const expected = once(() => `${EXPECTED_SWITCH} or ${aMapping(shape)}`);
  return z.union([z.boolean(), mapping(shape, description)], { error: expected }).meta({ description });
}

/** Works a text out when it is first needed: a file may need the same a hundred thousand times. */
function once(text: () => string): () => string {
  let known: string | undefined;
  return () => {
    known ??= text();
    return known;
  };
}

/** "a mapping with account_id and name, and any of region, tags". */
function aMapping(shape: z.ZodRawShape): string {
  const keys = Object.keys(shape);
  const optional = keys.filter((key) => (shape[key] as z.ZodType).safeParse(undefined).success);
  const required = keys.filter((key) => !optional.includes(key));
  return required.length === 0
    ? `a mapping with any of ${keys.join(", ")}`
    : `a mapping with ${allOf(required)}${optional.length === 0 ? "" : `, and any of ${optional.join(", ")}`}`;
}
