import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { CHANGE_RULES, type Effects, IN_PLACE } from "../../src/accounts/effects";
import { flag, list, mapping } from "../../src/accounts/fields";
import type { AccountKeys } from "../../src/accounts/file";
import { accountsReference, keyEffects } from "../../src/accounts/reference";
import { referencePath, referenceText, schemaText } from "../../src/commands/schema";
import { features } from "../../src/features";
import { packageRoot } from "../../src/project";
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

test("every row has six cells and a description, and no message of the schema's library", () => {
  const tables = lines.filter((line) => line.startsWith("| `"));
  expect(tables.filter((line) => line.split(/(?<!\\)\|/).length !== 8)).toEqual([]);
  expect(page).not.toMatch(/Invalid|undefined|\[object/);
  expect(tables.filter((line) => /\| {2}\|[^|]*\|$|\| {2}\|$/.test(line))).toEqual([]);
});

test("a section for each part of the file, and then for each feature's keys", () => {
  const sections = lines.flatMap((line) => /^## (.+)$/.exec(line)?.[1] ?? []);
  expect(sections.slice(0, 9)).toEqual([
    "`stacks`",
    "`name`",
    "`source`",
    "`defaults`",
    "`backend`",
    "`teleport`",
    "`secrets`",
    "`accounts`",
    "`accounts[].external_id`, `accounts[].additional_principals`",
  ]);
  expect(sections).toHaveLength(8 + features.length);
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
    'at least one database user; each 1 to 80 characters that IAM takes (ASCII and Latin-1, such as é), without white space, \\*, ? and ${, or "\\*" as the only entry, such as alice',
    /\["\\\*"\] is every one/,
  ],
  ["accounts[].modules", "list of mappings or null", "", "", /null: none/],
  ["accounts", "list of mappings", "required", "at least one account", /monitored/],
])("%s", (key, type, fallback, expected, description) => {
  const [isType, isDefault, isExpected, isDescription] = row(key);
  expect([isType, isDefault, isExpected]).toEqual([type, fallback, expected]);
  expect(isDescription).toMatch(description);
});

test("what a change of a key does is said of every key, and of no other", () => {
  const rows = lines.flatMap((line) => /^\| `([^`]+)` \|/.exec(line)?.[1] ?? []);
  expect([...keyEffects(features).keys()].sort()).toEqual(rows.sort());
});

test("a key without an effect is refused, by the type and by the page", () => {
  const keys = {
    inner: mapping({ list: list(mapping({ name: flag("A flag.") }, "An entry."), "A list.") }, ""),
  };
  // @ts-expect-error the innermost key is missing
  const effects: Effects<typeof keys> = { inner: IN_PLACE, "inner.list": IN_PLACE };
  expect(() => accountsReference([{ keys, effects: effects as AccountKeys["effects"] }])).toThrow(
    "accounts[].inner.list[].name has no effect",
  );
});

test("every rule on changes judges some key", () => {
  const rules = [...keyEffects(features).values()].flatMap((effect) => effect.rules);
  expect([...new Set(rules)].sort()).toEqual(Object.keys(CHANGE_RULES).sort());
});

test("what is destroyed, replaced or orphaned is judged by a rule, but for what retires", () => {
  const unjudged = [...keyEffects(features)].filter(
    ([, { does, rules }]) => !["nothing", "in place"].includes(does) && rules.length === 0,
  );
  expect(unjudged.map(([key]) => key)).toEqual(["accounts[].aurora.lifecycle"]);
});

test.each([
  ["source.admin_role_name", "nothing"],
  ["secrets.kms_key_id", "in place"],
  ["secrets.readers", "in place; `reader-added`"],
  ["source.create_pmm_ec2_role", "destroyed; `pmm-role-dropped`, `pmm-role-changed`"],
  ["accounts[].account_id", "orphaned; `account-id-changed`"],
])("a change of %s: %s", (key, change) => {
  expect(row(key).at(-1)).toBe(change);
});

test("what would be a tag or the end of a cell stays text", () => {
  const described = accountsReference([]);
  expect(described).toContain("A state's key is \\<key_prefix>/\\<stack>.tfstate.");
});

test("the smallest file is the shortest of README.md", () => {
  const readme = readFileSync(join(packageRoot, "README.md"), "utf8");
  const shortest = blocksOf(readme).find(({ marker }) => marker === "test: accounts.yaml");
  const [block] = blocksOf(page);
  expect(block?.text).toBe(shortest?.text);
  expect(parse(block?.text ?? "")).toHaveProperty("accounts");
});
