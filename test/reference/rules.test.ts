import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "@swc/core";
import { keyEffects } from "../../src/accounts/reference";
import { rulesPath, rulesText } from "../../src/commands/schema";
import { features } from "../../src/features";
import { packageRoot } from "../../src/project";
import { FILE_RULES } from "../../src/reference/file-rules";
import { CORPUS } from "../accounts/corpus";

/**
 * docs/rules.md has every rule that a message can carry. Those of changes, plans and options are complete by their
 * types; for the rest, the source is read: each place that makes a finding names its rule, or is listed below.
 */

const page = rulesText();
const documented = [...page.matchAll(/^### (.+)$/gm)].map(([, name = ""]) => name);

interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Every node of a syntax tree. */
function* nodes(value: unknown): Iterable<Node> {
  if (Array.isArray(value)) {
    for (const item of value) yield* nodes(item);
  } else if (typeof value === "object" && value !== null) {
    if ("type" in value) yield value as Node;
    for (const inner of Object.values(value)) yield* nodes(inner);
  }
}

/** The functions that take a rule's name, and at which of their arguments. */
const TAKES_RULE: Readonly<Record<string, number>> = {
  error: 1,
  warning: 1,
  noted: 1,
  refused: 1,
  repeated: 2,
};

interface Computed {
  /** How many places of the file. */
  readonly places: number;
  /** The names that it may be there, where they are in no other place and no key's. */
  readonly names?: readonly string[];
}

/** Places where the name is not in the source: it is handed on, or made of a key or a word. */
const COMPUTED: Readonly<Record<string, Computed>> = {
  "access/quotas.ts": { places: 1, names: ["role-policy-size", "user-policy-size"] },
  "accounts/rules/repeated.ts": { places: 1 },
  "accounts/rules/unmeant.ts": { places: 1 },
  "accounts/schema-findings.ts": { places: 6 },
  "changes/change.ts": { places: 1 },
  "changes/group-rules.ts": { places: 1 },
  "changes/instance-rules.ts": { places: 2 },
  "changes/trust-rules.ts": { places: 1 },
  "changes/widenings.ts": { places: 1 },
  "features/teleport-connect/rules.ts": { places: 1 },
};

function rulesOf(file: string): { readonly names: readonly string[]; readonly computed: number } {
  const source = readFileSync(join(packageRoot, "src", file), "utf8");
  const all = [...nodes(parseSync(source, { syntax: "typescript", target: "es2022" }))];
  const constants = new Map(
    all
      .filter(({ type }) => type === "VariableDeclarator")
      .map(({ id, init }) => [(id as Node)["value"], init as Node | null]),
  );
  const expressions = all.flatMap((node) => {
    if (node.type === "CallExpression") {
      const at = TAKES_RULE[String((node["callee"] as Node)["value"])];
      return at === undefined
        ? []
        : (node["arguments"] as { expression: Node }[]).slice(at, at + 1).map(({ expression }) => expression);
    }
    const isRule = node.type === "KeyValueProperty" && (node["key"] as Node)["value"] === "rule";
    return isRule ? [node["value"] as Node] : [];
  });
  const names = expressions.map((expression) => {
    const known = expression?.type === "Identifier" ? constants.get(expression["value"]) : expression;
    return known?.type === "StringLiteral" ? String(known["value"]) : undefined;
  });
  const known = names.filter((name) => name !== undefined);
  return { names: known, computed: names.length - known.length };
}

const files = readdirSync(join(packageRoot, "src"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .sort();
const ofFiles = new Map(files.map((file) => [file, rulesOf(file)]));
const made = Object.values(COMPUTED).flatMap(({ names = [] }) => names);
const inSource = [...ofFiles.values()].flatMap(({ names }) => names);
const ofKeys = [...keyEffects(features).keys()].map((path) =>
  (path.split(".").at(-1) ?? "").replaceAll("_", "-"),
);

test("docs/rules.md is what the code generates (npm run schema)", () => {
  expect(readFileSync(rulesPath, "utf8")).toBe(page);
});

test("each rule is on the page once", () => {
  expect(documented.filter((name, index) => documented.indexOf(name) !== index)).toEqual([]);
  expect(documented.length).toBeGreaterThan(120);
});

test("every rule that the source names is on the page", () => {
  expect(inSource.length).toBeGreaterThan(100);
  const names = [...inSource, ...made];
  expect(names.filter((name) => !documented.includes(name))).toEqual([]);
});

test("no other place of the source computes the name of a rule", () => {
  const computed = [...ofFiles].flatMap(([file, { computed: places }]) =>
    places > 0 ? [[file, places]] : [],
  );
  expect(computed).toEqual(Object.entries(COMPUTED).map(([file, { places }]) => [file, places]));
});

test("every key is a rule on the page", () => {
  expect(ofKeys.filter((name) => !documented.includes(name))).toEqual([]);
});

test("every rule that the corpus prints is on the page", () => {
  const printed = ["bad", "ok"].flatMap((kind) =>
    readdirSync(join(CORPUS, kind))
      .filter((name) => name.endsWith(".txt"))
      .flatMap((name) => readFileSync(join(CORPUS, kind, name), "utf8").split("\n"))
      .flatMap((line) => /^\S.*: (?:error|warning): .*\[([a-z-]+)\]$/.exec(line)?.[1] ?? []),
  );
  expect(new Set(printed).size).toBeGreaterThan(60);
  expect(printed.filter((name) => !documented.includes(name))).toEqual([]);
});

test("no rule is on the page that nothing can print", () => {
  const known = [...inSource, ...ofKeys, ...made];
  expect(Object.keys(FILE_RULES).filter((name) => !known.includes(name))).toEqual([]);
});

test("each rule says what, why and what to type", () => {
  const sections = page.split(/^### .+$/m).slice(1);
  for (const section of sections) {
    expect(section).toMatch(
      /^\n\n(?:Error|Warning).*\.\n\n- \*\*What\*\*: .+\.\n- \*\*Why\*\*: .+\.\n- \*\*What to type\*\*: .+\.\n/,
    );
  }
});
