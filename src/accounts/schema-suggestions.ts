import type { z } from "zod";
import { EXPECTED_FLAG, EXPECTED_LIST, EXPECTED_SWITCH, LONGEST_TEXT } from "./fields";
import { nearest, shown } from "./wording";

/**
 * What to type, as the end of a message, where what was meant is plain; else an empty text. `allowed` is what the
 * schema allows at the value's place.
 */
export function suggestion(
  issue: z.core.$ZodIssue,
  value: unknown,
  allowed: () => readonly z.ZodType[],
): string {
  const accepted = (candidate: unknown): boolean =>
    allowed().some((schema) => schema.safeParse(candidate).success);
  if (value === true && !issue.message.startsWith(EXPECTED_SWITCH) && accepted({})) {
    return "; {} takes all defaults";
  }
  if (typeof value !== "string" || value.length > LONGEST_TEXT) {
    return "";
  }
  if (issue.message === EXPECTED_LIST && accepted([value])) {
    return `: type [${shown(value)}]`;
  }
  if (issue.code === "invalid_format") {
    const meant = rewritten(value).find((candidate) => candidate !== value && accepted(candidate));
    return meant === undefined ? "" : `; did you mean ${shown(meant)}?`;
  }
  if (issue.code === "invalid_value") {
    const near = nearest(value, issue.values.map(String));
    return near === undefined ? "" : `; did you mean ${near}?`;
  }
  const flag = [EXPECTED_FLAG, EXPECTED_SWITCH].some((expected) => issue.message.startsWith(expected))
    ? FLAG_WORDS.get(value.toLowerCase())
    : undefined;
  const number = issue.code === "invalid_type" && issue.expected === "number" && /^[1-9]\d*$/.test(value);
  const plain = number ? value : flag;
  return plain === undefined ? "" : `; did you mean ${plain}, without quotes?`;
}

/** What a text becomes without the most common mistakes. */
function rewritten(value: string): string[] {
  const text = value.trim();
  return [
    text,
    text.toLowerCase(),
    text.toLowerCase().replaceAll("_", "-"),
    text.toLowerCase().replace(/-.+$/, (id) => id.toUpperCase()),
    text.replace(/^arn:[a-z-]+:iam::\d{12}:(?:role|policy)\//, ""),
    text.replace(/^\/+|\/+$/g, ""),
    text.replace(/^https?:\/\/([^/]*)\/?$/, "$1"),
    text.replace(/^(\d[\d -]*)$/, (digits) => digits.replace(/\D/g, "")),
  ];
}

/** YAML 1.1 took these words for booleans, and fingers still know them. */
const FLAG_WORDS: ReadonlyMap<string, string> = new Map([
  ["yes", "true"],
  ["on", "true"],
  ["y", "true"],
  ["true", "true"],
  ["no", "false"],
  ["off", "false"],
  ["n", "false"],
  ["false", "false"],
]);
