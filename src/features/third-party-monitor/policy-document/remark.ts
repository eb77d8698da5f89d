import type { Severity } from "../../../accounts/problem";
import { nearest } from "../../../accounts/wording";
import type { JsonEntry, JsonValue } from "../../../modules/json-reader";

/** What is wrong at a place of a policy document. It never quotes the document. */
export interface Remark {
  /** The place in the text, from 0. */
  readonly at: number;
  readonly severity: Severity;
  readonly message: string;
}

/** A text of the document with its place. */
export interface PlacedText {
  readonly at: number;
  readonly text: string;
}

export function wrong(at: number, message: string): Remark {
  return { at, severity: "error", message };
}

export function doubtful(at: number, message: string): Remark {
  return { at, severity: "warning", message };
}

/** How a value is called without its text. */
export function called({ kind }: JsonValue): string {
  return CALLED[kind];
}

const CALLED: Readonly<Record<JsonValue["kind"], string>> = {
  object: "an object",
  list: "a list",
  text: "text",
  number: "a number",
  boolean: "true or false",
  null: "null",
};

/** All values of a key, for a key may be repeated. */
export function valuesOf(entries: readonly JsonEntry[], key: string): JsonValue[] {
  return entries.filter((entry) => entry.key === key).map(({ value }) => value);
}

/** The texts of a value that is a text or a list of texts; what is something else is left out. */
export function textsOf(value: JsonValue): PlacedText[] {
  const values = value.kind === "list" ? value.items : [value];
  return values.flatMap((each) => (each.kind === "text" ? [each] : []));
}

/** A value that has to be one text or a list of at least one. */
export function* textOrTexts(value: JsonValue, key: string, example: string): Iterable<Remark> {
  const expected = `expected text or a list of texts, such as ${example}`;
  if (value.kind === "list" && value.items.length === 0) {
    yield wrong(value.at, `${key} is an empty list; ${expected}`);
  }
  for (const each of value.kind === "list" ? value.items : [value]) {
    if (each.kind !== "text") {
      yield wrong(each.at, `found ${called(each)} in ${key}; ${expected}`);
    }
  }
}

/** Keys that IAM does not know at this place. It takes them only as they are written here. */
export function* unknownKeys(
  entries: readonly JsonEntry[],
  known: readonly string[],
  where: string,
): Iterable<Remark> {
  for (const { key, at } of entries) {
    if (!known.includes(key)) {
      yield wrong(at, `unknown key ${where}; ${meant(key, known)}`);
    }
  }
}

/** "upper and lower case matter: write X", "did you mean X?" or all the words, or the shorter list of them. */
export function meant(word: string, known: readonly string[], listed = known): string {
  const sameButCase = known.find((each) => each.toLowerCase() === word.toLowerCase());
  if (sameButCase !== undefined) {
    return `upper and lower case matter: write ${sameButCase}`;
  }
  const near = nearest(word.slice(0, LONGEST_WORD), known);
  return near === undefined ? `expected one of ${listed.join(", ")}` : `did you mean ${near}?`;
}

/** To compare longer words takes long, and none of IAM's has as many letters. */
const LONGEST_WORD = 100;
