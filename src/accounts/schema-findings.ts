import { z } from "zod";
import type { ParsedDocument } from "./document";
import { LONGEST_TEXT } from "./fields";
import { error, type Finding, type Path } from "./problem";
import { suggestion } from "./schema-suggestions";
import { valueAt } from "./values";
import { cut, nearest, shown } from "./wording";

/** Turns what the schema finds into findings that say what was found, what was expected and what to type. */
export function schemaFindings(
  schema: z.ZodType,
  issues: readonly z.core.$ZodIssue[],
  document: ParsedDocument,
): Finding[] {
  return issues.flatMap((issue) => findingsOf(issue, [], { schema, document }));
}

/** `accounts[3]` and the like: how a path is called in a message. */
function labelOf(path: Path): string {
  return path.reduce<string>(
    (label, step) =>
      typeof step === "number" ? `${label}[${step}]` : `${label}${label === "" ? "" : "."}${cut(step)}`,
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
  const allowed = (): z.ZodType[] => schemasAt(schema, path);
  if (written !== undefined && isUnquoted(issue, value, rule)) {
    const read = typeof value === "number" ? numberRead(value, written) : value;
    const advice = allowed().some((format) => format.safeParse(written).success) ? `: type "${written}"` : "";
    return error(
      path,
      rule,
      `${label} is ${shown(value, written)} without quotes, which YAML reads as ${read}; ${issue.message}${advice}`,
    );
  }
  const found = Array.isArray(value) && value.length === 0 ? "an empty list" : shown(value, written);
  const size =
    typeof value === "string" && (issue.code === "invalid_format" || value.length > LONGEST_TEXT)
      ? length(value)
      : "";
  return error(
    path,
    rule,
    `${label} is ${found}${size}; ${issue.message}${suggestion(issue, value, allowed)}`,
  );
}

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
  return digits || text.length > 40 ? ` (${text.length} ${digits ? "digits" : "characters"})` : "";
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
