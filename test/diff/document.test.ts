import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { formatDiff } from "../../src/commands/diff-formats";
import { diffSchemaPath, diffSchemaText } from "../../src/commands/schema";
import { type DiffDocument, diffDocument } from "../../src/diff/document";
import type { Row } from "../../src/diff/row";
import { diffRows } from "../../src/diff/rows";
import { packageRoot } from "../../src/project";
import { fileOf } from "../changes/keys/entries";
import { changedFile, FILE, FILE_CHANGES } from "../changes/keys/file";
import { accessOf } from "../support/synthesize";

/** schemas/diff.v1.schema.json is held to the code, to the type of a row, and to what real changes print. */

const published = JSON.parse(readFileSync(diffSchemaPath, "utf8"));

/** Reads the JSON back, without the code that wrote it. */
const validator = z.fromJSONSchema(published);

const KEYS = join(packageRoot, "test", "changes", "keys");

type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : false) : false;

function printed(rows: readonly Row[]): Record<string, unknown> {
  const [line] = formatDiff("json", rows, { ref: "main", commit: "0123456789".repeat(4) });
  if (typeof line !== "object" || !("json" in line)) throw new Error("no JSON");
  return JSON.parse(JSON.stringify(line.json));
}

function rowsOf(before: string, after: string): Row[] {
  return diffRows([accessOf(before, KEYS)], [accessOf(after, KEYS)]);
}

/** Every change of a key of an account, in one file; and some of the file's own keys. */
const ROWS = [
  ...rowsOf(fileOf("before"), fileOf("after")),
  ...rowsOf(fileOf("after"), fileOf("before")),
  ...[
    "secrets.readers",
    "source.permissions_boundary",
    "defaults.cloudwatch_agent",
    "source.account_id",
  ].flatMap((key) => (FILE_CHANGES[key] ?? []).flatMap((change) => rowsOf(FILE, changedFile(change)))),
];

test("the file is what the code generates (npm run schema), of draft 2020-12", () => {
  expect(readFileSync(diffSchemaPath, "utf8")).toBe(diffSchemaText());
  expect(published).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
  });
});

test("the type of a row is what the schema describes", () => {
  const isSame: Same<Row, DiffDocument["rows"][number]> = true;
  expect(isSame).toBe(true);
});

test("what changes of every key print has no other key than the schema's", () => {
  const document = printed(ROWS);
  expect(diffDocument.safeParse(document).error?.issues ?? []).toEqual([]);
  expect(validator.safeParse(document).success).toBe(true);
  const kinds = new Set(ROWS.map(({ change, kind }) => `${change} ${kind}`));
  expect([...kinds].sort()).toEqual([
    "gained assume",
    "gained module",
    "gained permission",
    "gained read_key",
    "gained use_key",
    "lost assume",
    "lost module",
    "lost permission",
    "lost read_key",
    "lost use_key",
    "narrowed assume",
    "narrowed boundary",
    "narrowed permission",
    "narrowed read_key",
    "narrowed use_key",
    "widened assume",
    "widened boundary",
    "widened module",
    "widened permission",
    "widened read_key",
    "widened use_key",
  ]);
});

test("nothing changed: no rows, and each change counted", () => {
  const document = printed([]);
  expect(document).toMatchObject({ rows: [], counts: { gained: 0, widened: 0, narrowed: 0, lost: 0 } });
  expect(validator.safeParse(document).success).toBe(true);
});

test.each<[string, (document: ReturnType<typeof printed>) => unknown]>([
  ["another version", (document) => ({ ...document, version: 2 })],
  ["no counts", ({ counts: _, ...document }) => document],
  ["counts as a list", (document) => ({ ...document, counts: [1, 2, 3, 4] })],
  ["a change of no such name", (document) => ({ ...document, rows: [{ ...ROWS[0], change: "grown" }] })],
  ["a row without its place", (document) => ({ ...document, rows: [{ ...ROWS[0], where: undefined }] })],
  [
    "an account id that is a number",
    (document) => ({
      ...document,
      rows: [{ ...ROWS[0], where: { ...ROWS[0]?.where, account_id: 222222222222 } }],
    }),
  ],
  [
    "a witness without an action",
    (document) => ({
      ...document,
      rows: [{ ...ROWS[0], witness: { principal: "a", resource: "*", context: {} } }],
    }),
  ],
])("the schema refuses %s", (_, changed) => {
  const document = JSON.parse(JSON.stringify(changed(printed(ROWS.slice(0, 1)))));
  expect(validator.safeParse(document).success).toBe(false);
});

test("the schema takes a key that a later program adds, the code's own does not", () => {
  const document = { ...printed([]), later: "text" };
  expect(validator.safeParse(document).success).toBe(true);
  expect(diffDocument.safeParse(document).success).toBe(false);
});
