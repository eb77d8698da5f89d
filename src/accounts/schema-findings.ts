import type { z } from "zod";
import type { ParsedDocument } from "./document";
import { EXPECTED_LIST, LONGEST_TEXT } from "./fields";
import { listToType } from "./pasted-lists";
import { isPlaceholder, placeholderLeft } from "./placeholders";
import { error, type Finding, type Path } from "./problem";
import { suggestion, suggestionUnquoted } from "./schema-suggestions";
import { keysAt, schemasAt } from "./schema-walk";
import type { Refused } from "./text-suggestions";
import { hasMisspelt, unknownKeys } from "./unknown-keys";
import { valueAt } from "./values";
import { counted, shown, under } from "./wording";

/** Turns what the schema finds into findings that say what was found, what was expected and what to type. */
export function schemaFindings(
  schema: z.ZodType,
  issues: readonly z.core.$ZodIssue[],
  document: ParsedDocument,
): Finding[] {
  return issues.flatMap((issue) => findingsOf(issue, [], { schema, document }));
}

interface Context {
  readonly schema: z.ZodType;
  readonly document: ParsedDocument;
}

function findingsOf(issue: z.core.$ZodIssue, base: Path, context: Context): Finding[] {
  const path = [...base, ...issue.path.filter((step) => typeof step !== "symbol")];
  switch (issue.code) {
    case "unrecognized_keys":
      return unknownKeys(issue.keys, path, keysAt(context.schema, path), context.document);
    case "invalid_union":
      return unionFindings(issue, path, context);
    case "invalid_key":
      return [keyFinding(path, issue.issues[0]?.message ?? issue.message)];
    default:
      return valueFindings(issue, path, context);
  }
}

/** Of a union, only the branch that the user plainly meant speaks. */
function unionFindings(issue: z.core.$ZodIssueInvalidUnion, path: Path, context: Context): Finding[] {
  const meant = issue.errors.find(
    (branch) => !branch.some((inner) => inner.path.length === 0 && inner.code === "invalid_type"),
  );
  return meant === undefined ||
    meant.every((inner) => inner.path.length === 0 && inner.code !== "unrecognized_keys")
    ? valueFindings(issue, path, context)
    : meant.flatMap((inner) => findingsOf(inner, path, context));
}

function keyFinding(path: Path, expected: string): Finding {
  const key = String(path.at(-1));
  return error(path, "tag-key", `found the tag key ${shown(key)}${length(key)}; ${expected}`, "key");
}

function valueFindings(issue: z.core.$ZodIssue, path: Path, { schema, document }: Context): Finding[] {
  const value = valueAt(document.plain, path);
  const { label, rule } = nameOf(path);
  if (value === undefined) {
    const parent = path.slice(0, -1);
    return hasMisspelt(String(path.at(-1)), valueAt(document.plain, parent), keysAt(schema, parent))
      ? []
      : [error(path, rule, `${label} is missing${under(path)}; ${issue.message}`, "key")];
  }
  if (isPlaceholder(value)) {
    return [placeholderLeft({ path, label, text: value, schema, expected: issue.message })];
  }
  const refused: Refused = { issue, value, path, document, allowed: () => schemasAt(schema, path) };
  const written = document.written(path);
  if (written !== undefined && isUnquoted(issue, value, rule)) {
    const read = typeof value === "number" ? numberRead(value, written) : value;
    const found = `${shown(value, written)} without quotes, which YAML reads as ${read}`;
    return [
      error(path, rule, `${label} is ${found}; ${issue.message}${suggestionUnquoted(written, refused)}`),
    ];
  }
  if (rule === "tag-value" && (value === "" || value === null)) {
    return [error(path, rule, `${label} is empty; ${EMPTY_TAG}`)];
  }
  const found = Array.isArray(value) && value.length === 0 ? "an empty list" : shown(value, written);
  const size =
    typeof value === "string" && (issue.code === "invalid_format" || value.length > LONGEST_TEXT)
      ? length(value)
      : "";
  const message = `${label} is ${found}${size}; ${issue.message}`;
  const replacement = issue.message === EXPECTED_LIST ? listToType(value, schema, path) : [];
  return [
    replacement.length === 0
      ? error(path, rule, `${message}${suggestion(refused)}`)
      : { ...error(path, rule, `${message}: type these lines instead`), replacement },
  ];
}

const EMPTY_TAG =
  "expected a value, such as dba, or no such tag: Terraform would plan an empty one again each time";

/** What YAML makes of digits without quotes, and what gets lost. */
function numberRead(value: number, written: string): string {
  if (!Number.isFinite(value)) {
    return "a number";
  }
  const base = /^[-+]?0x/i.test(written) ? "hexadecimal " : /^[-+]?0o/i.test(written) ? "octal " : "";
  const lost = /^[-+]?0\d/.test(written)
    ? ", so that its leading zero is lost"
    : Number.isInteger(value) && !Number.isSafeInteger(value)
      ? ", so that its last digits are lost"
      : "";
  return `the ${base === "" ? "number" : `${base}number for`} ${value}${lost}`;
}

/** Whether text was expected and YAML reads a number; of a tag, a flag too. */
function isUnquoted(issue: z.core.$ZodIssue, value: unknown, rule: string): boolean {
  const isText = issue.code === "invalid_type" && issue.expected === "string";
  return isText && (typeof value === "number" || (typeof value === "boolean" && rule === "tag-value"));
}

/** Digits are counted for the reader, and so is a text too long to count by eye. */
function length(text: string): string {
  const digits = /^\d+$/.test(text);
  return digits || text.length > 40 ? ` (${counted(text.length, digits ? "digit" : "character")})` : "";
}

/** What a value is called in a message, and the rule it goes by: its key, or its list's. */
function nameOf(path: Path): { label: string; rule: string } {
  const key = path.findLast((step) => typeof step === "string");
  if (key === undefined) {
    return { label: "the file", rule: "file" };
  }
  if (path.at(-2) === "tags") {
    return { label: `the tag ${shown(key)}`, rule: "tag-value" };
  }
  const label =
    typeof path.at(-1) !== "number" ? key : key === "accounts" ? "an account" : `an entry of ${key}`;
  return { label, rule: key.replaceAll("_", "-") };
}
