import { z } from "zod";
import type { ParsedDocument } from "./document";
import { EXPECTED_FLAG, EXPECTED_LIST, EXPECTED_SWITCH } from "./fields";
import { error, type Finding, type Path } from "./problem";
import { valueAt } from "./values";
import { nearest, shown } from "./wording";

/** Turns what the schema finds into findings that say what was found, what was expected and what to type. */
export function schemaFindings(
  schema: z.ZodType,
  issues: readonly z.core.$ZodIssue[],
  document: ParsedDocument,
) {
  return issues.flatMap((issue) => findingsOf(issue, [], { schema, document }));
}

/** `accounts[3]` and the like: how a path is called in a message. */
export function labelOf(path: Path): string {
  return path.reduce<string>(
    (label, step) =>
      typeof step === "number" ? `${label}[${step}]` : label === "" ? step : `${label}.${step}`,
    "",
  );
}

interface Context {
  readonly schema: z.ZodType;
  readonly document: ParsedDocument;
}

function findingsOf(issue: z.core.$ZodIssue, base: Path, context: Context): Finding[] {
  const path = [...base, ...issue.path.filter((step) => typeof step !== "symbol")];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey([...path, key], key, context));
    case "invalid_union":
      return unionFindings(issue, path, context);
    case "invalid_key":
      return [keyFinding(path, issue.issues[0]?.message ?? issue.message)];
    default:
      return [valueFinding(issue, path, context)];
  }
}

function unknownKey(path: Path, key: string, context: Context): Finding {
  const known = keysAt(context.schema, path.slice(0, -1));
  const near = nearest(key, known);
  const advice =
    near === undefined
      ? `expected one of ${known.join(", ")}`
      : `did you mean "${near}"? (it takes ${known.join(", ")})`;
  return error(path, "unknown-key", `unknown key ${shown(key)}${under(path)}; ${advice}`, "key");
}

/** Of a union, only the branch that the user plainly meant speaks. */
function unionFindings(issue: z.core.$ZodIssueInvalidUnion, path: Path, context: Context): Finding[] {
  const meant = issue.errors.find(
    (branch) => !branch.some((inner) => inner.path.length === 0 && inner.code === "invalid_type"),
  );
  return meant === undefined ||
    meant.every((inner) => inner.path.length === 0 && inner.code !== "unrecognized_keys")
    ? [valueFinding(issue, path, context)]
    : meant.flatMap((inner) => findingsOf(inner, path, context));
}

function keyFinding(path: Path, expected: string): Finding {
  const key = String(path.at(-1));
  return error(path, "tag-key", `found the tag key ${shown(key)}${length(key)}; ${expected}`, "key");
}

function valueFinding(issue: z.core.$ZodIssue, path: Path, { schema, document }: Context): Finding {
  const value = valueAt(document.plain, path);
  const { label, rule } = nameOf(path);
  if (value === undefined) {
    return error(path, rule, `${label} is missing${under(path)}; ${issue.message}`, "key");
  }
  const written = document.written(path);
  if (
    issue.code === "invalid_type" &&
    issue.expected === "string" &&
    (typeof value === "number" || (typeof value === "boolean" && rule === "tag-value")) &&
    written !== undefined
  ) {
    const read = typeof value === "boolean" ? value : `the number ${value}`;
    const lost =
      !written.startsWith("0") || rule !== "account-id" ? "" : ", so that its leading zero is lost";
    const advice = schemasAt(schema, path).some((format) => format.safeParse(written).success)
      ? `: type "${written}"`
      : "";
    return error(
      path,
      rule,
      `${label} is ${shown(value, written)} without quotes, which YAML reads as ${read}${lost}; ${issue.message}${advice}`,
    );
  }
  const found = Array.isArray(value) && value.length === 0 ? "an empty list" : shown(value, written);
  const size = issue.code === "invalid_format" && typeof value === "string" ? length(value) : "";
  return error(
    path,
    rule,
    `${label} is ${found}${size}; ${issue.message}${suggestion(issue, value, schemasAt(schema, path))}`,
  );
}

/** Digits are counted for the reader, and so is a text too long to count by eye. */
function length(text: string): string {
  const digits = /^\d+$/.test(text);
  return digits || text.length > 40 ? ` (${text.length} ${digits ? "digits" : "characters"})` : "";
}

/** What to type, where what was meant is plain. */
function suggestion(issue: z.core.$ZodIssue, value: unknown, schemas: readonly z.ZodType[]): string {
  const accepted = (candidate: unknown): boolean =>
    schemas.some((schema) => schema.safeParse(candidate).success);
  if (value === true && !issue.message.startsWith(EXPECTED_SWITCH) && accepted({})) {
    return "; {} takes all defaults";
  }
  if (typeof value !== "string") {
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

/** What a text becomes without the slips that are made most. */
function rewritten(value: string): string[] {
  const text = value.trim();
  return [
    text,
    text.toLowerCase(),
    text.toLowerCase().replaceAll("_", "-"),
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

function under(path: Path): string {
  const parent = labelOf(path.slice(0, -1));
  return parent === "" ? "" : ` under ${parent}`;
}

/** The keys that the schema's mapping at a path takes. */
function keysAt(schema: z.ZodType, path: Path): string[] {
  return schemasAt(schema, path).flatMap((branch) =>
    branch instanceof z.ZodObject ? Object.keys(branch.shape) : [],
  );
}

/** What the schema allows at a path: one branch, or those of a union. */
function schemasAt(schema: z.ZodType, path: Path): z.ZodType[] {
  let shapes: z.ZodType[] = [schema];
  for (const step of path) {
    shapes = shapes.flatMap(branches).flatMap((branch) => {
      if (branch instanceof z.ZodObject) {
        const next: unknown = branch.shape[String(step)];
        return next instanceof z.ZodType ? [next] : [];
      }
      const inner: unknown =
        branch instanceof z.ZodArray
          ? branch.element
          : branch instanceof z.ZodRecord
            ? branch.valueType
            : undefined;
      return inner instanceof z.ZodType ? [inner] : [];
    });
  }
  return shapes.flatMap(branches);
}

/** A schema without what may wrap it; a union is all of its options. */
function branches(schema: z.ZodType): z.ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    const inner: unknown = schema.unwrap();
    return inner instanceof z.ZodType ? branches(inner) : [];
  }
  if (schema instanceof z.ZodUnion) {
    return schema.options.flatMap((option) => (option instanceof z.ZodType ? branches(option) : []));
  }
  return [schema];
}
