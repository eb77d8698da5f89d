import { dirname, join } from "node:path";
import { z } from "zod";
import { type DocumentResult, type ParsedDocument, parseDocument } from "./document";
import { type AccountKeys, type AccountsFile, type Entry, place } from "./file";
import { AccountsFolder } from "./folder";
import type { Deployment } from "./model";
import { DEFAULT_NAME } from "./names";
import { type Finding, type Path, type Problem, sortProblems } from "./problem";
import { resolveDeployment } from "./resolve";
import { partitionOfFile, RULES } from "./rules";
import { accountSchema, fileOutline, fileSchema } from "./schema";
import { schemaFindings } from "./schema-findings";
import type { SourceText } from "./source-text";
import { valueAt } from "./values";

/** What a file holds, or why it cannot be used. Warnings come with a deployment too. */
export interface Loaded {
  /** undefined when at least one problem is an error. */
  readonly valid?: ValidFile;
  /** Sorted by place. */
  readonly problems: readonly Problem[];
}

/** A file that no rule of its own refuses. */
export interface ValidFile {
  readonly deployment: Deployment;
  /** "12:5": how the place of a path is cited. */
  cite(path: Path): string;
  /** Finds the place of what a later rule found. */
  locate(finding: Finding): Problem;
}

/** Reads accounts.yaml: text, document with positions, shape, rules, defaults, deployment. */
export function loadAccounts(
  source: SourceText,
  features: readonly AccountKeys[],
  /** The text, where it is parsed already. */
  parsed: DocumentResult = parseDocument(source),
): Loaded {
  if (parsed.document === undefined) {
    return { problems: sortProblems(parsed.problems) };
  }
  const { document } = parsed;
  const located = (finding: Finding): Problem => locate(finding, document, source.name);
  if (!isMapping(document.plain)) {
    const schema = fileSchema(keysOf(features));
    const findings = schemaFindings(schema, schema.safeParse(document.plain).error?.issues ?? [], document);
    return { problems: [...parsed.problems, ...findings.map(located)] };
  }
  const { file, findings } = readShape(document, source, keysOf(features));
  const rules = [...RULES, ...features.map((feature) => feature.rules?.bind(feature))];
  const broken = rules.flatMap((rule) => [...(rule?.(file) ?? [])]);
  const sorted = sortProblems([...parsed.problems, ...[...findings, ...broken].map(located)]);
  if (
    sorted.some(({ severity }) => severity === "error") ||
    file.source === undefined ||
    file.name === undefined
  ) {
    return { problems: sorted };
  }
  const deployment = resolveDeployment(file, file.source, file.name);
  return { valid: { deployment, cite: (path) => place(file, path), locate: located }, problems: sorted };
}

/** Holds the file against the schema part by part, so that a fault in one part leaves the others to the rules. */
function readShape(
  document: ParsedDocument,
  { path, suggestedName }: SourceText,
  featureKeys: z.ZodRawShape,
): { file: AccountsFile; findings: Finding[] } {
  const schema = fileSchema(featureKeys);
  const findings: Finding[][] = [];
  const read = <Part extends z.ZodType>(part: Part, path: Path): z.output<Part> | undefined => {
    const result = part.safeParse(valueAt(document.plain, path));
    if (result.success) {
      return result.data;
    }
    const issues = result.error.issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] }));
    findings.push(schemaFindings(schema, issues, document));
    return undefined;
  };
  const { stacks, name, source, defaults, backend, teleport, secrets } = schema.shape;
  const account = accountSchema(featureKeys);
  read(fileOutline, []);
  const listed = valueAt(document.plain, ["accounts"]);
  const accounts = Array.isArray(listed) ? listed : [];
  const sourceRead = read(source, ["source"]);
  const defaultsRead =
    read(defaults, ["defaults"]) ?? rightParts(defaults, valueAt(document.plain, ["defaults"]));
  const isNamed = valueAt(document.plain, ["name"]) !== undefined;
  const file: AccountsFile = {
    folder: new AccountsFolder(dirname(path)),
    stacks: read(stacks, ["stacks"]) ?? "grouped",
    name: isNamed ? read(name, ["name"]) : suggestedName === undefined ? DEFAULT_NAME : undefined,
    suggestedName: isNamed ? undefined : suggestedName,
    partition: partitionOfFile({ source: sourceRead, defaults: defaultsRead, document }),
    source: sourceRead,
    defaults: defaultsRead,
    backend: read(backend, ["backend"]),
    teleport: read(teleport, ["teleport"]),
    secrets: read(secrets, ["secrets"]),
    entries: accounts.flatMap((_, index): Entry[] => {
      const path = ["accounts", index];
      const input = read(account, path);
      return input === undefined ? [] : [{ path, input: input as Entry["input"] }];
    }),
    document,
  };
  return { file, findings: findings.flat() };
}

/** What is right of a mapping that is not right as a whole, so that no rule misses it. */
function rightParts(schema: AccountsFileDefaults, plain: unknown): AccountsFile["defaults"] {
  const shape = schema.unwrap().unwrap().shape;
  return Object.fromEntries(
    Object.entries(shape).flatMap(([key, part]) => {
      const value = valueAt(plain, [key]);
      const result = part.safeParse(value);
      return value !== undefined && result.success ? [[key, result.data]] : [];
    }),
  );
}

type AccountsFileDefaults = ReturnType<typeof fileSchema>["shape"]["defaults"];

function isMapping(plain: unknown): boolean {
  return typeof plain === "object" && plain !== null && !Array.isArray(plain);
}

function locate(
  { path, on, elsewhere, severity, message, rule, steps, undo, replacement, isAllowed, insteadOf }: Finding,
  document: ParsedDocument,
  file: string,
): Problem {
  if (elsewhere !== undefined) {
    return { severity, message, rule, ...elsewhere, file: join(dirname(file), elsewhere.file) };
  }
  const { line, column } = document.locate(path, on ?? "value");
  // Written out, without a spread: a file may have some hundred thousand.
  return {
    line,
    column,
    severity,
    file,
    message,
    rule,
    sourceLine: document.line(line),
    ...(steps && { steps }),
    ...(undo && { undo }),
    ...(replacement && { replacement }),
    ...(isAllowed && { isAllowed }),
    ...(insteadOf && { insteadOf }),
  };
}

/** The schema of the file as JSON Schema (draft 7), for editors. */
export function jsonSchema(features: readonly AccountKeys[]): unknown {
  const { $schema, ...schema } = z.toJSONSchema(fileSchema(keysOf(features)), {
    io: "input",
    target: "draft-7",
    override: ({ jsonSchema }) => foldNull(jsonSchema),
  });
  return { $schema, title: "accounts.yaml of pmm-iam", ...schema };
}

/** "X or null" as one schema: of two, editors show neither's description and complete neither's keys. */
function foldNull(schema: z.core.JSONSchema.BaseSchema): void {
  const [value, none, ...others] = schema.anyOf ?? [];
  if (typeof value !== "object" || others.length > 0 || typeof none !== "object" || none.type !== "null") {
    return;
  }
  const [first, ...options] = value.anyOf ?? [];
  if (typeof first === "object") {
    schema.anyOf = [{ ...first, type: orNull(first) }, ...options];
    return;
  }
  if (value.type === undefined) {
    return;
  }
  const { const: only, enum: words = only === undefined ? undefined : [only], ...rest } = value;
  const own = { ...schema };
  delete own.anyOf;
  delete schema.anyOf;
  Object.assign(
    schema,
    rest,
    own,
    { type: orNull(value) },
    words === undefined ? {} : { enum: [...words, null] },
  );
}

/** JSON Schema knows a list of types; zod's type for it knows one. */
function orNull({ type }: z.core.JSONSchema.BaseSchema) {
  return [type, "null"] as unknown as "null";
}

function keysOf(features: readonly AccountKeys[]): z.ZodRawShape {
  return Object.assign({}, ...features.map((feature) => feature.keys));
}
