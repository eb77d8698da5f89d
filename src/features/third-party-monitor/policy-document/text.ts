import type { JsonValue } from "../../../modules/json-reader";
import { doubtful, type PlacedText, type Remark, wrong } from "./remark";

/** Each text of a document, keys too. */
export function* textsIn(value: JsonValue): Iterable<PlacedText> {
  if (value.kind === "text") {
    yield value;
  } else if (value.kind === "list") {
    for (const item of value.items) {
      yield* textsIn(item);
    }
  } else if (value.kind === "object") {
    for (const { key, at, value: inner } of value.entries) {
      yield { at, text: key };
      yield* textsIn(inner);
    }
  }
}

/** What is wrong with a text wherever it is. */
export function* textRemarks({ at, text }: PlacedText, hasVariables: boolean): Iterable<Remark> {
  // Source: the pattern of PolicyDocument in IAM's API reference, tab to U+00FF. JSON writes control characters as escapes.
  if (/[^\0-\u00FF]/.test(text)) {
    yield wrong(at, "this text has characters that IAM refuses; expected those of Latin-1, up to U+00FF");
  }
  const placeholder = PLACEHOLDERS.find(({ pattern }) => pattern.test(text));
  if (placeholder !== undefined) {
    yield doubtful(at, `${placeholder.found}; put the value in its place`);
  } else if (!hasVariables && text.includes("${")) {
    yield doubtful(
      at,
      'IAM takes ${ as plain text in a document without "Version": "2012-10-17"; give it that version, or remove the variable',
    );
  }
}

interface Placeholder {
  readonly pattern: RegExp;
  readonly found: string;
}

/** A policy variable: a key with its service, perhaps a default; or one of the three characters that stand for themselves. */
const NO_VARIABLE = /\$\{(?![*?$]\})(?![\w./-]+:(?!:)[\w/:.@=+ -]+(?:, *'[^']*')?\})/;

const PLACEHOLDERS: readonly Placeholder[] = [
  { pattern: /\{\{[^{}]*\}\}/, found: "this text has a placeholder in {{ }}" },
  { pattern: /<[A-Za-z_][\w .-]*>/, found: "this text has a placeholder in < >" },
  {
    pattern: NO_VARIABLE,
    found: "this text has a ${ } that is not a policy variable of IAM, so nothing replaces it",
  },
  { pattern: /(?:^|[^A-Za-z])your[-_]|REPLACE_?ME|CHANGE_?ME|X{6,}/i, found: "this text has a placeholder" },
  {
    pattern: /:(?:123456789012|111122223333|444455556666):/,
    found: "this ARN has an account id of AWS's documentation",
  },
];
