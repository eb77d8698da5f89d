import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { parseDocument } from "../src/accounts/document";
import { TAG_KEY, TAG_VALUE } from "../src/aws/formats";
import { schemaPath, schemaText } from "../src/commands/schema";
import { packageRoot } from "../src/project";
import { blocksOf } from "./readme/blocks";
import { isSchema, type Schema, schemas } from "./support/json-schema";

/*
 * accounts.schema.json is what editors complete and check accounts.yaml with. The file is held to the code, and
 * its content to the contract by hand.
 */

const schema: Schema = JSON.parse(schemaText());

/** What an editor makes of the schema: zod reads the JSON back, without the code that wrote it. */
const validator = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);

const all = [...schemas(schema)];

function plainOf(text: string): unknown {
  const { document } = parseDocument({ name: "accounts.yaml", path: "accounts.yaml", text });
  return document?.plain;
}

function read(...path: string[]): string {
  return readFileSync(join(packageRoot, ...path), "utf8");
}

test("accounts.schema.json is what the code generates (npm run schema)", () => {
  expect(readFileSync(schemaPath, "utf8")).toBe(schemaText());
});

describe("for an editor", () => {
  test("every key is described, and so is what lists and mappings hold", () => {
    // `true` and `false` beside a mapping: the key above says what they mean.
    const described = all.filter(({ node, isKey }) => isKey || node["type"] !== "boolean");
    const silent = described.filter(({ node }) => String(node["description"] ?? "").length < 10);
    expect(silent.map(({ place }) => place)).toEqual([]);
    expect(all.filter(({ isKey }) => isKey).length).toBeGreaterThan(60);
  });

  test("no union hides what hangs on its one real option", () => {
    const unions = all.flatMap(({ place, node }) =>
      Array.isArray(node["anyOf"]) ? [{ place, options: node["anyOf"].filter(isSchema) }] : [],
    );
    const users = ["on_premises_server_user", "on_premises_admin_user"];
    expect(unions.map(({ place }) => place)).toEqual(
      expect.arrayContaining([
        "accounts[].adopt",
        "accounts[].aurora",
        ...users.map((user) => `accounts[].cloudwatch_agent.${user}`),
      ]),
    );
    // true and false, or a text, beside one mapping or list.
    const real = (options: readonly { type?: unknown }[]) =>
      options.filter(({ type }) => type === "object" || type === "array");
    const others = unions.filter(({ options }) => options.length !== 2 || real(options).length !== 1);
    expect(others).toEqual([]);
  });

  test("every pattern means the same with and without the u flag, and covers the whole text", () => {
    const patterns = all.flatMap(({ node }) =>
      typeof node["pattern"] === "string" ? [node["pattern"]] : [],
    );
    expect(patterns.length).toBeGreaterThan(30);
    for (const pattern of patterns) {
      expect(() => new RegExp(pattern) && new RegExp(pattern, "u")).not.toThrow();
      expect(pattern).not.toMatch(/\\[pP]\{/);
      expect(pattern).toMatch(/^\^.*\$$/);
    }
  });

  test("every example matches its pattern", () => {
    for (const { node } of all) {
      for (const example of Array.isArray(node["examples"]) ? node["examples"] : []) {
        expect(example).toMatch(new RegExp(String(node["pattern"] ?? "")));
      }
    }
  });

  test.each([
    ["key", TAG_KEY],
    ["value", TAG_VALUE],
  ])(
    "the pattern of a tag's %s is the program's for all of ASCII and lets no valid text out",
    (_, format) => {
      const portable = new RegExp(format.portable ?? "");
      for (let code = 0; code < 128; code += 1) {
        const character = String.fromCharCode(code);
        expect([character, portable.test(character)]).toEqual([character, format.pattern.test(character)]);
      }
      for (const text of [
        "équipe",
        "チーム",
        "a b",
        "aws:x",
        "AWS:x",
        "Pmm-Iam:x",
        "awsome",
        "x".repeat(300),
        "",
      ]) {
        expect([text, portable.test(text)]).toEqual([text, format.pattern.test(text)]);
      }
    },
  );
});

describe("structure", () => {
  test("every mapping is closed; only tags and a team module's variables take keys of the user's own", () => {
    const mappings = all.filter(({ node }) => [node["type"]].flat().includes("object"));
    const open = mappings.filter(({ node }) => node["additionalProperties"] !== false);
    expect(open.map(({ place }) => place)).toEqual([
      "defaults.tags",
      "defaults.modules[].variables",
      "accounts[].tags",
      "accounts[].modules[].variables",
    ]);
    expect(mappings.length).toBeGreaterThan(12);
  });

  test("what is required is what has no default", () => {
    const required = all
      .filter(({ node }) => "required" in node)
      .map(({ place, node }) => [place, node["required"]]);
    expect(Object.fromEntries(required)).toMatchObject({
      "": ["source", "accounts"],
      source: ["account_id", "pmm_ec2_role_name"],
      backend: ["s3"],
      "backend.s3": ["bucket", "region"],
      teleport: ["role_name", "proxy_address"],
      "defaults.modules[]": ["name", "source"],
      "accounts[]": ["name", "account_id"],
      "accounts[].teleport": ["databases"],
      "accounts[].teleport.databases[]": ["name", "engine", "resource_id", "db_users"],
      "accounts[].third_party_monitors[]": ["name", "external_id"],
      "accounts[].modules[]": ["name", "source"],
    });
  });

  test("what may be null is what an account may take back", () => {
    const nullable = all.filter(({ node }) => [node["type"]].flat().includes("null"));
    const places = nullable.map(({ place }) => place);
    const ofAccounts = places.filter((place) => place.startsWith("accounts[]."));
    const kinds = [
      "monitoring_role",
      "aurora_user",
      "teleport",
      "cloudwatch_agent",
      "third_party",
      "pmm_ec2_role",
    ];
    const boundaries = (of: string) =>
      ["", ...kinds.map((kind) => `.${kind}`)].map((kind) => `${of}.permissions_boundary${kind}`);
    expect([...new Set(places.filter((place) => !ofAccounts.includes(place)))]).toEqual([
      "source.admin_role_name",
      ...boundaries("source"),
      "defaults",
      "defaults.admin_role_name",
      ...boundaries("defaults"),
      "defaults.tags",
      "defaults.cloudwatch_agent",
      "defaults.cloudwatch_agent.ssm_managed_policy",
      "defaults.third_party_monitors",
      "defaults.modules",
    ]);
    expect(ofAccounts).toEqual(
      expect.arrayContaining([
        "accounts[].admin_role_name",
        ...boundaries("accounts[]"),
        "accounts[].iam_path",
        "accounts[].tags",
        "accounts[].cloudwatch_agent",
        "accounts[].cloudwatch_agent.ssm_managed_policy",
        "accounts[].third_party_monitors",
        "accounts[].modules",
      ]),
    );
  });
});

describe("files", () => {
  const corpus = readdirSync(join(packageRoot, "test", "corpus", "ok"))
    .filter((name) => name.endsWith(".yaml"))
    .map((name): [string, string] => [`test/corpus/ok/${name}`, read("test", "corpus", "ok", name)]);
  const shortest = blocksOf(read("README.md"))
    .filter(({ marker }) => marker === "test: accounts.yaml")
    .map(({ text }): [string, string] => ["the shortest file in README.md", text]);

  test.each([...shortest, ...corpus])("%s is valid", (_, text) => {
    expect(validator.safeParse(plainOf(text)).error).toBeUndefined();
  });

  const shipped = read("test", "support", "three-accounts.yaml");

  test.each([
    ["an account id without quotes", '"222222222222"', "222222222222"],
    ["an account id of 11 digits", '"222222222222"', '"22222222222"'],
    ["a key misspelt at the top", "defaults:", "default:"],
    ["a key misspelt in source", "cloudwatch_agent: true", "cloudwatch: true"],
    ["a key misspelt in an account", "permissions: minimal", "permission: minimal"],
    ["a word misspelt", "permissions: minimal", "permissions: minimum"],
    ["an unknown region", "region: us-east-1", "region: us-esat-1"],
    ["a missing key", "  pmm_ec2_role_name: pmm-ec2-role\n", ""],
    ["a boolean in quotes", "aurora: true", 'aurora: "true"'],
    ["a key misspelt under aurora", "aurora: true", "aurora: {generation: 2}"],
    ["a generation of zero", "aurora: true", "aurora: {key_generation: 0}"],
    ["an empty list", "db_users: [alice, reporting]", "db_users: []"],
    ["a wildcard in a database user", "db_users: [alice, reporting]", 'db_users: ["rds*"]'],
    ["a reserved tag", "tags: {team: dba}", 'tags: {"aws:team": dba}'],
    ["a range of versions", "group: payments", 'modules: [{name: a, source: a/b/c, version: "~> 1.0"}]'],
    ["a module without a source", "group: payments", "modules: [{name: a}]"],
    ["a tag that is no text", "tags: {team: dba}", "tags: {team: 1}"],
  ])("refused: %s", (_, found, replacement) => {
    expect(shipped).toContain(found);
    expect(validator.safeParse(plainOf(shipped.replace(found, replacement))).success).toBe(false);
  });

  test.each([
    ["null for a default", "tags: {team: dba}", "tags: null"],
    ["null for a role", "group: payments", "admin_role_name: null"],
    ["null for a policy", "on_premises_server_user: true", "ssm_managed_policy: null"],
    ["one word alone", "on_premises_server_user: true", "ssm_managed_policy: AmazonSSMManagedInstanceCore"],
    ["a mapping for true", "aurora: true", "aurora: {key_generation: 2, previous_key: inactive}"],
    ["no module", "group: payments", "modules: null"],
    [
      "variables of any type",
      "group: payments",
      "modules: [{name: a, source: ./a, variables: {a: [1, null, {b: true}], c: text}}]",
    ],
    ["tags in any script", "tags: {team: dba}", 'tags: {"équipe": チーム}'],
  ])("accepted: %s", (_, found, replacement) => {
    expect(shipped).toContain(found);
    expect(validator.safeParse(plainOf(shipped.replace(found, replacement))).error).toBeUndefined();
  });
});
