import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@cdktf/hcl2json";
import { terraformBlocks, UnreadableTerraform } from "../../src/modules/blocks";
import { projectRoot } from "../../src/project";

/** Held against the full parser: the same blocks, with the same arguments. */

interface Flat {
  readonly labels: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
}

/** Blocks that the scanner has, as the parser shows them: literal text as it is, expressions in `${}`. */
async function byParser(text: string): Promise<Flat[]> {
  const document = (await parse("main.tf", text)) as Record<string, unknown>;
  const flat = (labels: string[], value: unknown): Flat[] =>
    Array.isArray(value)
      ? value.map((body: Record<string, unknown>) => ({ labels, attributes: texts(body) }))
      : Object.entries(value as object).flatMap(([label, inner]) => flat([...labels, label], inner));
  return Object.entries(document).flatMap(([keyword, value]) => flat([keyword], value));
}

/** What both show alike: literal text, and names and traversals. */
function texts(attributes: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).filter(
      (entry): entry is [string, string] =>
        typeof entry[1] === "string" &&
        /^(?:[^$%"\\\n]*|\$\{(?!(?:true|false|null)\})[a-z][\w.]*\})$/.test(entry[1]),
    ),
  );
}

function byScanner(text: string): Flat[] {
  return terraformBlocks("main.tf", text).map(({ keyword, labels, attributes }) => ({
    labels: [keyword, ...labels],
    attributes: texts(Object.fromEntries(attributes)),
  }));
}

function sorted(blocks: readonly Flat[]): string[] {
  return blocks
    .map(({ labels, attributes }) =>
      JSON.stringify([labels, Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))]),
    )
    .sort();
}

const files = ["modules", "examples"]
  .flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: "utf8" }).map((path) =>
      join(folder, path),
    ),
  )
  .filter((path) => /\.(?:tf|tftest\.hcl)$/.test(path));

test.each(files)("%s", async (path) => {
  const text = readFileSync(join(projectRoot, path), "utf8");
  expect(sorted(byScanner(text))).toEqual(sorted(await byParser(text)));
});

const HARD = readFileSync(join(__dirname, "..", "support", "blocks.tf"), "utf8");

test("what may mislead: comments, strings, templates, heredocs, nesting", async () => {
  expect(sorted(byScanner(HARD))).toEqual(sorted(await byParser(HARD)));
  const [heredocs] = byScanner(HARD).filter(({ labels }) => labels.includes("heredocs"));
  expect(heredocs?.attributes["source"]).toBe("this one");
});

test("line ends of Windows and a byte order mark", () => {
  const text =
    '\uFEFFmodule "x" {\r\n  source = "./x"\r\n  text = <<EOT\r\n}\r\nEOT\r\n}\r\nlocals {\r\n}\r\n';
  expect(byScanner(text)).toEqual([
    { labels: ["module", "x"], attributes: { source: "./x" } },
    { labels: ["locals"], attributes: {} },
  ]);
});

test.each([
  ["a bracket", 'resource "a" "b" {'],
  ["a quote", 'resource "a" "b" { x = "'],
  ["a template", 'resource "a" "b" { x = "${" }'],
  ["a comment", "/* resource"],
  ["a heredoc", "locals {\n x = <<EOT\n}\n"],
  ["a label", 'resource "a'],
])("refused: %s that is never closed", (_, text) => {
  expect(() => terraformBlocks("main.tf", text)).toThrow(UnreadableTerraform);
});

test("JSON: labels by level, lists of mappings, comments, references as text", () => {
  const text = JSON.stringify({
    "//": "a comment",
    resource: [{ aws_a: { b: { provider: "aws.x", count: 2 } } }, { "//": 1, aws_c: [{ d: [{}, {}] }] }],
    module: { m: { source: "./m" } },
    locals: { a: 1 },
  });
  expect(
    terraformBlocks("x.tf.json", text).map(({ keyword, labels, attributes }) => [
      [keyword, ...labels].join("."),
      Object.fromEntries(attributes),
    ]),
  ).toEqual([
    ["resource.aws_a.b", { provider: "aws.x", count: "${2}" }],
    ["resource.aws_c.d", {}],
    ["resource.aws_c.d", {}],
    ["module.m", { source: "./m" }],
    ["locals", { a: "${1}" }],
  ]);
  expect(() => terraformBlocks("x.tf.json", "{")).toThrow("is not JSON");
  expect(terraformBlocks("x.tf.json", "[null, 1]")).toEqual([]);
});
