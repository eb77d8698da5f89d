import { z } from "zod";
import { effectiveDefault } from "./effective-defaults";
import { type Effect, under } from "./effects";
import { exampleOf } from "./examples";
import type { AccountKeys } from "./file";
import { fileEffects, fileSchema } from "./schema";
import { whereToFind } from "./where-to-find";
import { flowText } from "./wording";

/** The least that accounts.yaml has to hold; README.md explains the same file. */
const SMALLEST = `\
# yaml-language-server: $schema=./accounts.schema.json
source:
  account_id: "111111111111"        # always in quotes
  pmm_ec2_role_name: pmm-ec2-role   # the role in the PMM instance's profile
defaults:
  admin_role_name: pmm-iam-deployer # the role that Terraform assumes in each account
accounts:
  - name: orders-prod
    account_id: "222222222222"
`;

/** Every key of accounts.yaml, in Markdown: a section for each part of the file, then for each feature's keys. */
export function accountsReference(features: readonly AccountKeys[]): string {
  const effects = keyEffects(features);
  const paragraphs = [
    "# Every key of accounts.yaml",
    "`npm run schema` generates this page, and `accounts.schema.json` for editors, from the schema that the program checks the file with. [What an account can ask for](features.md) says what the keys are for.",
    "The smallest file:",
    `\`\`\`yaml\n${SMALLEST}\`\`\``,
    "In a path, `[]` stands for each entry of a list. The default is what holds where the key is left out; `required` keys cannot be. The example is the smallest: the key itself, in its place in the file. The commands that find a value are the AWS CLI's; of a value that is one of a few words, the allowed values say all.",
    "The last column says the most that a change of the key does to what is in AWS already, and which rules of `check --base` judge the change. Policies change in place; destroyed, replaced or orphaned (left in AWS, out of every state) are roles, users, access keys, secrets and instance profiles, and what a team's module makes.",
    ...Object.entries(fileSchema({}).shape).flatMap(([name, part]) =>
      section([name], { [name]: part }, effects),
    ),
    ...features.flatMap(({ keys }) => section(Object.keys(keys), keys as Shape, effects, "accounts[].")),
  ];
  return `${paragraphs.join("\n\n")}\n`;
}

/** What a change of each key does to what is in AWS, by the key's path on the page. */
export function keyEffects(features: readonly AccountKeys[]): ReadonlyMap<string, Effect> {
  const ofFeatures = features.map(({ effects }) => under("accounts[].", effects));
  return new Map(Object.entries(Object.assign({}, fileEffects, ...ofFeatures)));
}

/** The type of each key and what its value looks like, in the words of the page, by the key's path. */
export function keyRows(
  features: readonly AccountKeys[],
): ReadonlyMap<string, { readonly type: string; readonly allowed: string }> {
  const rows = [
    ...rowsOf(fileSchema({}).shape, ""),
    ...features.flatMap(({ keys }) => rowsOf(keys as Shape, "accounts[].")),
  ];
  return new Map(rows.map(([path = "", type = "", , allowed = ""]) => [path, { type, allowed }]));
}

type Shape = Readonly<Record<string, z.ZodType>>;

function section(
  names: readonly string[],
  shape: Shape,
  effects: ReadonlyMap<string, Effect>,
  before = "",
): string[] {
  const rows = rowsOf(shape, before).map(
    ([path = "", ...cells]) => `| \`${path}\` | ${[...cells, changeOf(path, effects)].join(" | ")} |`,
  );
  return [
    `## ${names.map((name) => `\`${before}${name}\``).join(", ")}`,
    [
      "| Key | Type | Default | Allowed values | Description | Where to find the value | Example | A change of it |",
      "|---|---|---|---|---|---|---|---|",
      ...rows,
    ].join("\n"),
  ];
}

/** What a change of a key does, and who judges it. */
function changeOf(path: string, effects: ReadonlyMap<string, Effect>): string {
  const effect = effects.get(path);
  if (effect === undefined) {
    throw new Error(`${path} has no effect; expected one beside the keys: what a change of it does`);
  }
  const { does, rules } = effect;
  return rules.length === 0 ? does : `${does}; ${rules.map((rule) => `\`${rule}\``).join(", ")}`;
}

/** The row of each key of a mapping and, after it, of each key inside it. */
function rowsOf(shape: Shape, before: string): string[][] {
  return Object.entries(shape).flatMap(([key, schema]) => {
    const path = `${before}${key}`;
    const { inner, description, fallback } = unwrapped(schema);
    const cells = [
      typeOf(schema),
      fallback || (effectiveDefault(path) ?? "none"),
      expectation(inner),
      description,
      whereToFind(path) ?? "",
      `\`${flowText({ [key]: exampleOf(path, schema) }).slice(1, -1)}\``,
    ].map(escaped);
    return [[path, ...cells], ...rowsInside(inner, path)];
  });
}

function rowsInside(schema: z.ZodType, path: string): string[][] {
  if (schema instanceof z.ZodObject) {
    return rowsOf(schema.shape as Shape, `${path}.`);
  }
  if (schema instanceof z.ZodArray) {
    return rowsInside(unwrapped(schema.element as z.ZodType).inner, `${path}[]`);
  }
  if (schema instanceof z.ZodUnion) {
    return schema.options.flatMap((option) => rowsInside(option as z.ZodType, path));
  }
  return [];
}

interface Unwrapped {
  readonly inner: z.ZodType;
  readonly description: string;
  /** The default as the file would have it, `required`, or nothing. */
  readonly fallback: string;
  readonly isNullable: boolean;
}

/** A schema without what says that it may be left out or null. */
function unwrapped(schema: z.ZodType): Unwrapped {
  const wrapped =
    schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault
      ? unwrapped(schema.unwrap() as z.ZodType)
      : { inner: schema, description: "", fallback: "required", isNullable: false };
  return {
    ...wrapped,
    description: schema.description ?? wrapped.description,
    ...(schema instanceof z.ZodNullable ? { isNullable: true } : {}),
    ...(schema instanceof z.ZodOptional ? { fallback: "" } : {}),
    ...(schema instanceof z.ZodDefault ? { fallback: `\`${asWritten(schema.def.defaultValue)}\`` } : {}),
  };
}

function asWritten(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function typeOf(schema: z.ZodType): string {
  const { inner, isNullable } = unwrapped(schema);
  return `${plainType(inner)}${isNullable ? " or null" : ""}`;
}

function plainType(schema: z.ZodType): string {
  if (schema instanceof z.ZodBoolean) {
    return "true or false";
  }
  if (schema instanceof z.ZodNumber) {
    return "number";
  }
  if (schema instanceof z.ZodArray) {
    const item = plainType(unwrapped(schema.element as z.ZodType).inner);
    return `list of ${item === "mapping" ? "mappings" : item}`;
  }
  if (schema instanceof z.ZodUnion) {
    return schema.options.map((option) => typeOf(option as z.ZodType)).join(", or ");
  }
  if (schema instanceof z.ZodObject || schema instanceof z.ZodRecord) {
    return "mapping";
  }
  return schema instanceof z.ZodUnknown ? "anything" : "text";
}

/** What a value looks like, in the words in which a message says what was expected; "" where the type says it all. */
function expectation(schema: z.ZodType): string {
  if (schema instanceof z.ZodArray) {
    const least = expected(schema, []);
    const item = expectation(unwrapped(schema.element as z.ZodType).inner);
    return [least, item].filter((words) => words !== "").join("; each ");
  }
  if (schema instanceof z.ZodRecord) {
    const [key = "", value = ""] = [schema.keyType, schema.valueType].map((part) =>
      expectation(part as z.ZodType),
    );
    return [key && `keys: ${key}`, value && `values: ${value}`].filter((words) => words !== "").join("; ");
  }
  if (schema instanceof z.ZodUnion) {
    return schema.options
      .map((option) => expectation(option as z.ZodType))
      .filter((words) => words !== "")
      .join(", or ");
  }
  if (schema instanceof z.ZodObject || schema instanceof z.ZodBoolean) {
    return "";
  }
  return expected(schema, undefined) || expected(schema, "");
}

/** What the schema says of a value that it refuses; "" where it takes the value, or has no words of its own. */
function expected(schema: z.ZodType, value: unknown): string {
  const message = schema.safeParse(value).error?.issues[0]?.message ?? "";
  return /^expected (.+)$/.exec(message)?.[1] ?? "";
}

/** As a cell of a table takes it: outside of code, what would be Markdown or HTML stays text. */
function escaped(text: string): string {
  return text
    .split("`")
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/[<*]/g, "\\$&")).replaceAll("|", "\\|"))
    .join("`");
}
