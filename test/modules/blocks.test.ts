import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@cdktf/hcl2json";
import { terraformCode } from "../../src/modules/blocks";
import { type Expression, literalOf, referenceOf, UnreadableText } from "../../src/modules/syntax";
import { packageRoot } from "../../src/project";
import { processorSeconds } from "../support/processor-time";

/** Held against a parser made of Terraform's own: the same blocks, with the same arguments. */

interface Flat {
  readonly labels: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
}

/** Blocks that both have, as the parser shows them: literal text as it is, expressions in `${}`. */
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

function byReader(text: string): Flat[] {
  return terraformCode("main.tf", text).blocks.map(({ keyword, labels, attributes }) => ({
    labels: [keyword, ...labels],
    attributes: texts(Object.fromEntries([...attributes].map(([name, value]) => [name, shown(value)]))),
  }));
}

function shown(expression: Expression): string | undefined {
  return expression.kind === "reference" ? `\${${expression.name}}` : literalOf(expression);
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
    readdirSync(join(packageRoot, folder), { recursive: true, encoding: "utf8" }).map((path) =>
      join(folder, path),
    ),
  )
  .filter((path) => /\.(?:tf|tftest\.hcl)$/.test(path));

test.each(files)("%s", async (path) => {
  const text = readFileSync(join(packageRoot, path), "utf8");
  expect(sorted(byReader(text))).toEqual(sorted(await byParser(text)));
});

const HARD = readFileSync(join(__dirname, "..", "support", "blocks.tf"), "utf8");

test("what may mislead: comments, strings, templates, heredocs, nesting", async () => {
  expect(sorted(byReader(HARD))).toEqual(sorted(await byParser(HARD)));
  const [heredocs] = byReader(HARD).filter(({ labels }) => labels.includes("heredocs"));
  expect(heredocs?.attributes["source"]).toBe("this one");
});

test("line ends of Windows and a byte order mark", () => {
  const text =
    '\uFEFFmodule "x" {\r\n  source = "./x"\r\n  text = <<EOT\r\n}\r\nEOT\r\n}\r\nlocals {\r\n}\r\n';
  expect(byReader(text)).toEqual([
    { labels: ["module", "x"], attributes: { source: "./x" } },
    { labels: ["locals"], attributes: {} },
  ]);
});

test.each([
  [
    "a bracket",
    'resource "a" "b" {',
    "1:19: found the end; expected an argument, a block, or } at the end of a block",
  ],
  ["a list", "locals {\n x = [1\n}", "3:1: found '}'; expected ] after the items of a list"],
  ["a quote", 'locals { x = "', '1:14: text is never closed; expected " at its end'],
  [
    "a quote in its line",
    'locals {\n x = "a\n}',
    '2:8: found a line end; expected " at the end of text in quotes, or an escape such as \\n or \\"',
  ],
  ["a template", 'locals { x = "${" }', '1:17: text is never closed; expected " at its end'],
  ["a directive", 'locals { x = "%{ if a }" }', "1:25: %{ if } is never closed; expected %{ endif }"],
  ["a comment", "/* resource", "1:1: a comment is never closed; close it with */"],
  ["a heredoc", "locals {\n x = <<EOT\n}\n", "2:6: text is never closed; expected EOT at its end"],
  ["a label", 'resource "a', "1:10: found '\"'; expected { after the name and the labels of a block"],
])("refused: %s that is never closed", (_, text, message) => {
  expect(messageOf("main.tf", text)).toBe(message);
});

/** Each with a call behind it that a reader who takes the text otherwise would not see. */
test.each([
  ["next line (U+0085) around the end of a heredoc", "<<EOT\nEOT\u0085\n", "U+0085"],
  ["byte order mark before a comment", "1\n\uFEFF/* a */", "U+FEFF"],
  ["line separator", "1 # a\u2028", "U+2028"],
  ["NUL", '"\0"', "U+0000"],
  ["escape", '"\u001b[2J"', "U+001B"],
  ["right-to-left override", '"\u202e"', "U+202E"],
  ["zero-width space", '"\u200b"', "U+200B"],
  ["carriage return alone", "1 # a\rb", "U+000D"],
])("refused: %s, which can hide what follows", (_, value, code) => {
  const text = `locals {\n x = ${value}\n}\nmodule "x" { source = "./x" }\n`;
  expect(messageOf("main.tf", text)).toMatch(
    new RegExp(
      `^\\d+:\\d+: the character ${code.replace("+", "\\+")} can hide what the file says; remove it$`,
    ),
  );
});

test.each([
  ["no-break space", "\u00a0"],
  ["em space", "\u2003"],
])("refused: %s around the end of a heredoc, and not in text", (_, space) => {
  const text = (end: string): string => `locals {\n x = <<EOT\n a${space}b\n${end}\nEOT\n}\n`;
  expect(terraformCode("main.tf", text("")).blocks).toHaveLength(1);
  expect(messageOf("main.tf", text(`EOT${space}`))).toBe(
    "4:1: the end marker of a heredoc has other white space than spaces and tabs beside it; remove it",
  );
});

test.each([
  ["an argument twice", "locals {\n a = 1\n a = 2\n}", "3:2: the argument a is given twice; remove one"],
  ["an argument at the top", "a = 1\n", "1:1: an argument is outside of any block; move it into one"],
  [
    "two arguments in a line",
    "locals { a = 1, b = 2 }",
    "1:15: found ','; expected } at the end of a block in one line, which has one argument",
  ],
  [
    "an escape in a label",
    'mod "\\u0075le" {}',
    "1:5: found '\"'; expected { after the name and the labels of a block",
  ],
  [
    "a loop over paths",
    "locals { a = [for path in b : path] }",
    "1:23: a for names its values path, which hides Terraform's own path; give them another name",
  ],
  [
    "brackets in brackets",
    `locals { a = ${"[".repeat(300)}${"]".repeat(300)} }`,
    "1:214: more than 200 brackets and templates are within each other; divide the expression",
  ],
])("refused: %s", (_, text, message) => {
  expect(messageOf("main.tf", text)).toBe(message);
});

test("the calls of functions, wherever they are", () => {
  const text = `locals {
  a = file("a") # file("comment")
  b = "\${upper(lower("$\${title(x)}"))}"
  c = <<EOT
    \${abs(1)} $\${ceil(1)} %{ if can(x) }%{ endif }
    \${trim(<<X
 \${join()}
X
    , "")}
  EOT
  d = { (md5("")) = [for k in keys(x) : core::sha1(k) if one(k)] }
  e = provider::aws::arn_parse(x[min(1)].y)
}
`;
  expect(
    terraformCode("main.tf", text)
      .calls.map(({ name }) => name)
      .sort(),
  ).toEqual(
    [
      "file",
      "upper",
      "lower",
      "abs",
      "can",
      "trim",
      "join",
      "md5",
      "keys",
      "core::sha1",
      "one",
      "provider::aws::arn_parse",
      "min",
    ].sort(),
  );
});

test("JSON: labels by level, lists of objects, comments, the blocks of Terraform in others", () => {
  const text = JSON.stringify({
    "//": "a comment",
    resource: [{ aws_a: { b: { provider: "aws.x", count: 2 } } }, { aws_c: [{ d: [{}, {}] }] }],
    module: { m: { source: "./m", "//": 1 } },
    locals: { a: "$${b}", c: { "${d(1)}": ["%{ if e(2) }%{ endif }"] } },
    check: { f: { data: { g: { h: { i: 1 } } } } },
    variable: { v: null },
  });
  const { blocks, calls } = terraformCode("x.tf.json", text);
  expect(
    blocks.map(({ keyword, labels, attributes, blocks: inner }) => [
      [keyword, ...labels].join("."),
      Object.fromEntries([...attributes].map(([name, value]) => [name, referenceOf(value)])),
      inner.map((block) => [block.keyword, ...block.labels].join(".")),
    ]),
  ).toEqual([
    ["resource.aws_a.b", { provider: "aws.x", count: undefined }, []],
    ["resource.aws_c.d", {}, []],
    ["resource.aws_c.d", {}, []],
    ["module.m", { source: "./m" }, []],
    // What Terraform reads as it is in one place and as a template in another is no known text.
    ["locals", { a: undefined, c: undefined }, []],
    ["check.f", {}, ["data.g.h"]],
  ]);
  expect(calls.map(({ name }) => name)).toEqual(["d", "e"]);
});

test.each([
  [
    "a key twice",
    '{"module": {}, "mod\\u0075le": {}}',
    "1:16: a key is given twice in one object; remove one",
  ],
  [
    "a block without its labels",
    '{"module": [{}]}',
    "1:12: a module block has no label; expected an object with one for each label",
  ],
  [
    "a block that is text",
    '{"locals": "a"}',
    "1:12: found a value that is not an object; expected an object, or a list of objects, for a block",
  ],
  [
    "text that is no template",
    '{"locals": {"a": "${"}}',
    "1:18: this text is not a Terraform template: at 1:3: found the end; expected an expression",
  ],
  ["more than one document", "{} {}", "1:4: found '{'; expected the end of the file after its JSON"],
  [
    "half a character",
    '{"locals": {"a": "\\ud800"}}',
    "1:18: text has half a character (an escape \\uD800 to \\uDFFF); expected whole ones",
  ],
  ["a byte order mark", "\uFEFF{}", "1:1: the character U+FEFF can hide what the file says; remove it"],
  ["a comment", "/**/ {}", "1:1: JSON has no comments; remove this one"],
  ["a line comment", '{"a": 1 // b\n}', "1:9: JSON has no comments; remove this one"],
  ["a comma at the end", '{"a": [1,\n]}', "1:9: a comma is before the ] at the end; remove it"],
  [
    "20,000 lists",
    "[".repeat(20_000),
    "1:202: more than 200 brackets and templates are within each other; divide the expression",
  ],
])("refused in JSON: %s", (_, text, message) => {
  expect(messageOf("x.tf.json", text)).toBe(message);
});

/** A quadratic reader takes minutes for what a linear one reads in a second. */
test.each([
  ["text", (size: number) => `locals {\n x = "${"a".repeat(size)}"\n}`],
  ["white space", (size: number) => `locals {\n x = <<EOT\n${" ".repeat(size)}\nEOT\n}`],
  ["lines of a heredoc", (size: number) => `locals {\n x = <<EOT\n${"EO\n".repeat(size / 3)}EOT\n}`],
  ["dots", (size: number) => `locals {\n x = 1${".".repeat(size)}\n}`],
  ["quotes that are not closed", (size: number) => 'locals {\n x = "a\n'.repeat(size / 16)],
  ["signs", (size: number) => `locals {\n x = "${"$".repeat(size)}"\n}`],
  ["empty blocks", (size: number) => "locals {}\n".repeat(size / 10)],
  ["items", (size: number) => `locals {\n x = [${"[],".repeat(size / 3)}]\n}`],
])("one MiB of %s in seconds", (_, content) => {
  const text = content(1024 * 1024);
  expect(processorSeconds(() => messageOf("main.tf", text))).toBeLessThan(20);
});

function messageOf(name: string, text: string): string {
  try {
    terraformCode(name, text);
  } catch (cause) {
    if (cause instanceof UnreadableText) {
      return cause.message;
    }
    throw cause;
  }
  return "";
}
