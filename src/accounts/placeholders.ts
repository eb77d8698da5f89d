import type { z } from "zod";
import { error, type Finding, type Path } from "./problem";
import { schemasAt } from "./schema-walk";
import { shown } from "./wording";

/**
 * A text in angle brackets, such as `<source account id>`: what `init` leaves where only the user knows the value.
 * No key that a file needs takes such a text, so an editor with the schema marks it too.
 */
export function isPlaceholder(value: unknown): value is string {
  return typeof value === "string" && /^\s*<[^<>]*>\s*$/.test(value);
}

interface Left {
  readonly path: Path;
  readonly label: string;
  readonly text: string;
  readonly schema: z.ZodType;
  /** "expected 12 digits in quotes, ...". */
  readonly expected: string;
}

/** A placeholder that is left: what it is for, and what to type. */
export function placeholderLeft({ path, label, text, schema, expected }: Left): Finding {
  const what = expected.replace(/^expected /, "");
  return error(
    path,
    "placeholder",
    `${label} is the placeholder ${shown(text)}${purpose(schemasAt(schema, path))}; type the value in its place: ${what}`,
  );
}

/** " (the AWS account of the PMM EC2 instance)": the first sentence that the schema describes a value with. */
function purpose(allowed: readonly z.ZodType[]): string {
  const description = allowed.map((schema) => schema.description).find(Boolean) ?? "";
  const [sentence = ""] = description.split(/\.(?:\s|$)|[:;] |, in quotes/, 1);
  // One word is a value that the description goes on to explain.
  return sentence.includes(" ")
    ? ` (${sentence.replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase())})`
    : "";
}
