import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { accountsReference } from "../../src/accounts/reference";
import { referencePath, referenceText, schemaText } from "../../src/commands/schema";
import { features } from "../../src/features";
import { projectRoot } from "../../src/project";
import { blocksOf } from "../readme/blocks";
import { schemas } from "../support/json-schema";

/** docs/accounts-yaml.md is held to the code, its rows to the schema for editors, and some of them to the contract by hand. */

const page = referenceText();
const lines = page.split("\n");

/** The cells of a key's row. */
function row(key: string): string[] {
  const [line = "", ...others] = lines.filter((text) => text.startsWith(`| \`${key}\` |`));
  expect(others).toEqual([]);
  return line
    .split(/(?<!\\)\|/)
    .slice(2, -1)
    .map((cell) => cell.trim());
}

test("docs/accounts-yaml.md is what the code generates (npm run schema)", () => {
  expect(readFileSync(referencePath, "utf8")).toBe(page);
});

test("each key of the schema for editors has one row, and there are no others", () => {
  const places = [...schemas(JSON.parse(schemaText()))].flatMap(({ place, isKey }) => (isKey ? [place] : []));
  const rows = lines.flatMap((line) => /^\| `([^`]+)` \|/.exec(line)?.[1] ?? []);
  expect([...rows].sort()).toEqual([...places].sort());
  expect(rows.length).toBeGreaterThan(60);
});

test("every row has five cells and a description, and no message of the schema's library", () => {
  const tables = lines.filter((line) => line.startsWith("| `"));
  expect(tables.filter((line) => line.split(/(?<!\\)\|/).length !== 7)).toEqual([]);
  expect(page).not.toMatch(/Invalid|undefined|\[object/);
  expect(tables.filter((line) => line.endsWith("|  |"))).toEqual([]);
});

test("a section for each part of the file, and then for each feature's keys", () => {
  const sections = lines.flatMap((line) => /^## (.+)$/.exec(line)?.[1] ?? []);
  expect(sections.slice(0, 8)).toEqual([
    "`name`",
    "`source`",
    "`defaults`",
    "`backend`",
    "`teleport`",
    "`secrets`",
    "`accounts`",
    "`accounts[].external_id`, `accounts[].additional_principals`",
  ]);
  expect(sections).toHaveLength(7 + features.length);
});

test.each([
  [
    "source.assume_policy",
    "text",
    "`explicit`",
    "explicit, sharded or organization",
    /one inline policy, eight managed ones/,
  ],
  ["source.create_pmm_ec2_role", "true or false", "`false`", "", /instance profile/],
  ["accounts[].account_id", "text", "required", '12 digits in quotes, such as "111111111111"', /in quotes/],
  ["accounts[].region", "text", "", "the name of an AWS region, such as eu-west-1", /defaults\.region/],
  [
    "accounts[].adopt",
    "true or false, or list of text",
    "`false`",
    "role, role_policy, user or user_policy",
    /made by hand/,
  ],
  ["accounts[].aurora", "true or false, or mapping", "", "", /PMMAWSIntegrationUser/],
  ["accounts[].aurora.key_generation", "number", "`1`", "a whole number from 1", /raise it by one/],
  ["accounts[].teleport.databases", "list of mappings", "required", "at least one database", /Teleport/],
  [
    "accounts[].teleport.databases[].db_users",
    "list of text",
    "required",
    'at least one database user; each 1 to 63 letters, digits or any of _ . @ -, or "\\*" as the only entry, such as alice',
    /\["\\\*"\] is every one/,
  ],
  ["accounts[].modules", "list of mappings or null", "", "", /null: none/],
  ["accounts", "list of mappings", "required", "at least one account", /monitored/],
])("%s", (key, type, fallback, expected, description) => {
  const [isType, isDefault, isExpected, isDescription] = row(key);
  expect([isType, isDefault, isExpected]).toEqual([type, fallback, expected]);
  expect(isDescription).toMatch(description);
});

test("what would be a tag or the end of a cell stays text", () => {
  const described = accountsReference([]);
  expect(described).toContain("A state's key is \\<key_prefix>/\\<stack>.tfstate.");
});

test("the smallest file is the shortest of README.md", () => {
  const readme = readFileSync(join(projectRoot, "README.md"), "utf8");
  const shortest = blocksOf(readme).find(({ marker }) => marker === "test: accounts.yaml");
  const [block] = blocksOf(page);
  expect(block?.text).toBe(shortest?.text);
  expect(parse(block?.text ?? "")).toHaveProperty("accounts");
});
