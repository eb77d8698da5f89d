import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { readAccess } from "../../src/access/read";
import { CHANGE_RULES, type Effects, IN_PLACE } from "../../src/accounts/effects";
import { flag, list, mapping } from "../../src/accounts/fields";
import type { AccountKeys } from "../../src/accounts/file";
import { accountsReference, keyEffects } from "../../src/accounts/reference";
import { readSourceText } from "../../src/accounts/source-text";
import { knownPlaces } from "../../src/accounts/where-to-find";
import { referencePath, referenceText, schemaText } from "../../src/commands/schema";
import { features } from "../../src/features";
import { packageRoot } from "../../src/project";
import { blocksOf } from "../readme/blocks";
import { schemas } from "../support/json-schema";

/** docs/accounts-yaml.md is held to the code, its rows to the schema for editors, and some of them to the contract by hand. */

const page = referenceText();
const lines = page.split("\n");

/** The path of every key that the page has. */
const keys = lines.flatMap((line) => /^\| `([^`]+)` \|/.exec(line)?.[1] ?? []);

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
  expect([...keys].sort()).toEqual([...places].sort());
  expect(keys.length).toBeGreaterThan(60);
});

test("every row has eight cells, a type, a description and an example, and no message of the schema's library", () => {
  const tables = lines.filter((line) => line.startsWith("| `"));
  expect(tables.filter((line) => line.split(/(?<!\\)\|/).length !== 10)).toEqual([]);
  expect(page).not.toMatch(/Invalid|undefined|\[object/);
  for (const key of keys) {
    const [type, , , description, , example, change] = row(key);
    expect([type, description, example, change]).not.toContain("");
  }
});

describe("where to find the value", () => {
  /** A text that is not one of a few words is found somewhere, or chosen; what else has no allowed values is not a text. */
  const isFreeText = ([type = "", , allowed = ""]: readonly string[]) =>
    /text/.test(type) && allowed !== "" && !WORDS.test(allowed);

  /** "a, b or c", of words that are the values themselves. */
  const WORDS = /^(?:[a-z_-]+, )*[a-z_-]+ or [a-z_-]+$|AmazonSSMManagedInstanceCore/;

  test("each key that takes a free text says it, and no key of a few words does", () => {
    const missing = keys.filter((key) => isFreeText(row(key)) && row(key)[4] === "");
    expect(missing).toEqual([]);
    const needless = keys.filter((key) => !isFreeText(row(key)) && row(key)[4] !== "");
    expect(needless.map((key) => key.replace(/^defaults\./, "accounts[]."))).toEqual(
      // Their type is a mapping, whose keys and values are free texts.
      ["tags", "modules[].variables", "tags", "modules[].variables"].map((key) => `accounts[].${key}`),
    );
    expect(keys.filter((key) => isFreeText(row(key))).length).toBeGreaterThan(70);
  });

  test("no place is known of a key that is not there", () => {
    expect(knownPlaces().filter((key) => !keys.includes(key))).toEqual([]);
  });
});

describe("the smallest example", () => {
  const folder = mkdtempSync(join(tmpdir(), "pmm-iam-examples-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeAll(() => {
    mkdirSync(join(folder, "modules", "backup-reader"), { recursive: true });
    writeFileSync(
      join(folder, "modules", "backup-reader", "main.tf"),
      'variable "bucket" {\n  type    = string\n  default = ""\n}\n',
    );
  });

  /** What an example needs beside it, or must not have beside it. */
  const BESIDE: Readonly<Record<string, object>> = {
    previous_key: { key_generation: 2 },
    version: { source: "terraform-aws-modules/iam/aws//modules/iam-assumable-role" },
    server_role: { hybrid_activation: true },
    principals: { account_id: undefined },
    policies: { policy: undefined },
  };

  /** Legal, and warned of as in anyone's file. */
  const WARNED: readonly (readonly [key: RegExp, rule: string])[] = [
    [/^accounts\[\]\.permissions_boundary\.pmm_ec2_role$/, "permissions-boundary"],
    [/^accounts\[\]\.external_id$/, "external-id"],
    [/^accounts\[\]\.aurora\.credentials$/, "credentials"],
    [/\.(?:admin_role|on_premises_admin_user)\b/, "cloudwatch-agent"],
  ];
  const warningOf = (key: string) =>
    WARNED.filter(([warned]) => warned.test(key)).map(([, rule]) => `warning ${rule}`);

  const example = (key: string): Record<string, unknown> => parse((row(key)[5] ?? "").replace(/^`|`$/g, ""));

  /** The smallest file with the example in its place, beside what the examples of the mappings around it require. */
  function whole(key: string): string {
    const isAccounts = key === "accounts";
    const smallest = parse(blocksOf(page)[0]?.text ?? "");
    const part = isAccounts ? {} : around(key, example(key));
    const teleport = key.startsWith("accounts[].teleport") ? example("teleport") : {};
    const [account] = smallest.accounts;
    const [asked = {}] = (part["accounts"] ?? []) as object[];
    return stringify({
      ...smallest,
      ...teleport,
      ...part,
      source: { ...smallest.source, ...(part["source"] as object) },
      defaults: { ...smallest.defaults, ...(part["defaults"] as object) },
      accounts: isAccounts ? example("accounts")["accounts"] : [{ ...account, ...asked }],
    });
  }

  function around(path: string, value: Record<string, unknown>): Record<string, unknown> {
    const [, parent, isEntry, key = ""] = /^(?:(.+?)(\[\])?\.)?([^.]+)$/.exec(path) ?? [];
    const beside = parent?.endsWith("permissions_boundary")
      ? { monitoring_role: "pmm-boundary" }
      : BESIDE[key];
    const inside = { ...value, ...beside };
    if (parent === undefined) {
      return inside;
    }
    const name = parent.split(".").at(-1) ?? "";
    const own = parent === "accounts" ? [{}] : example(parent)[name];
    const [first] = Array.isArray(own) ? own : [own];
    const mapping = { ...(typeof first === "object" ? first : {}), ...inside };
    return around(parent, { [name]: isEntry === undefined ? mapping : [mapping] });
  }

  test.each(keys)("%s: it is one key, and a whole file with it has no error", (key) => {
    expect(Object.keys(example(key))).toEqual([key.split(".").at(-1)]);
    const file = join(folder, "example.yaml");
    writeFileSync(file, `${key === "name" ? "" : "name: example\n"}${whole(key)}`);
    const source = readSourceText(file, "example.yaml");
    const problems = "severity" in source ? [source] : readAccess(source, features).problems;
    expect(problems.map(({ severity, rule }) => `${severity} ${rule}`)).toEqual(warningOf(key));
  });
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
  [
    "accounts[].region",
    "text",
    "`defaults.region`",
    "the name of an AWS region, such as eu-west-1",
    /defaults\.region/,
  ],
  [
    "accounts[].adopt",
    "true or false, or list of text",
    "`false`",
    "role, role_policy, user or user_policy",
    /made by hand/,
  ],
  ["accounts[].aurora", "true or false, or mapping", "none", "", /PMMAWSIntegrationUser/],
  ["accounts[].aurora.key_generation", "number", "`1`", "a whole number from 1", /raise it by one/],
  ["accounts[].teleport.databases", "list of mappings", "required", "at least one database", /Teleport/],
  [
    "accounts[].teleport.databases[].db_users",
    "list of text",
    "required",
    'at least one database user; each 1 to 80 characters that IAM takes (ASCII and Latin-1, such as é), without white space, \\*, ? and ${, or "\\*" as the only entry, such as alice',
    /\["\\\*"\] is every one/,
  ],
  ["accounts[].modules", "list of mappings or null", "none", "", /null: none/],
  ["accounts", "list of mappings", "required", "at least one account", /monitored/],
])("%s", (key, type, fallback, expected, description) => {
  const [isType, isDefault, isExpected, isDescription] = row(key);
  expect([isType, isDefault, isExpected]).toEqual([type, fallback, expected]);
  expect(isDescription).toMatch(description);
});

test("what a change of a key does is said of every key, and of no other", () => {
  expect([...keyEffects(features).keys()].sort()).toEqual([...keys].sort());
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

test("no default is known of a key that is not there", () => {
  const defaults = readFileSync(join(packageRoot, "src", "accounts", "effective-defaults.ts"), "utf8");
  const paths = [
    ...defaults.matchAll(/^ {2}"?((?:source|defaults|teleport|secrets|accounts\[\])\.[\w.[\]]+)"?:/gm),
  ].map(([, path = ""]) => path);
  expect(paths.length).toBeGreaterThan(10);
  expect(paths.filter((path) => !keys.includes(path))).toEqual([]);
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
