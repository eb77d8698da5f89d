import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Access } from "../../src/access/read";
import type { Deployment } from "../../src/accounts/model";
import { CORPUS, corpusNames, loadFile, loadText, printed } from "./corpus";

const good = corpusNames("ok").map((name) => readFileSync(join(CORPUS, "ok", `${name}.yaml`), "utf8"));

/** What a reader of YAML stumbles over. */
const TOKENS = [
  ..."&*!|>%@`\"'#,[]{}:-?\t\r\n\0 ~",
  "&a ",
  "*a",
  "<<: *a",
  "<<: ",
  "<<: {a: b}",
  ": ",
  "- ",
  "? ",
  "---\n",
  "...\n",
  "%YAML 1.1\n---\n",
  "!!binary ",
  "!!set {a}",
  "!!omap [a: b]",
  "!own ",
  "__proto__: {}",
  "constructor",
  "null",
  "true",
  ".nan",
  "0x1F",
  "9".repeat(400),
  "\ud800",
  "\ufeff",
  "\u001b[2J",
  "\u0085",
  "\u2028",
  "\u202e",
  "\u200b",
  "${x}",
  "x".repeat(300),
];

const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.constantFrom(0, 0, 1, 2, 8, 40),
  text: fc.oneof(fc.constantFrom(...TOKENS), fc.string({ unit: "binary", maxLength: 4 }), fc.constant("")),
  line: fc.constantFrom("none", "delete", "repeat", "swap"),
});

type Mutation = typeof mutation extends fc.Arbitrary<infer Value> ? Value : never;

function mutated(text: string, { at, length, text: inserted, line }: Mutation): string {
  if (line === "none") {
    const offset = Math.floor(at * text.length);
    return text.slice(0, offset) + inserted + text.slice(offset + length);
  }
  const lines = text.split("\n");
  const index = Math.floor(at * (lines.length - 1));
  const [current = "", next = ""] = lines.slice(index, index + 2);
  const replacement = { delete: [next], repeat: [current, current, next], swap: [next, current] }[
    line as "delete" | "repeat" | "swap"
  ];
  return [...lines.slice(0, index), ...replacement, ...lines.slice(index + 2)].join("\n");
}

/** Either a deployment or an error; every problem in the file; nothing on the screen that paints it. */
function expectAnswer({ access, problems }: Access, text: string): void {
  const lines = text.split("\n");
  const output = printed(problems);
  expect(access === undefined).toBe(problems.some(({ severity }) => severity === "error"));
  // Others are in a policy file.
  for (const { line, column } of problems.filter(({ file }) => file === "accounts.yaml")) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(column).toBeLessThanOrEqual((lines[line - 1] ?? "").length + 1);
  }
  expect(output).not.toMatch(/(?!\t|\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(output).not.toMatch(/^\s+at |node_modules|\[object |undefined/m);
}

test("a mutated file gets an answer, not a crash", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...good),
      fc.array(mutation, { minLength: 1, maxLength: 4 }),
      (text, mutations) => {
        const broken = mutations.reduce(mutated, text);
        expectAnswer(loadText(broken), broken);
      },
    ),
    { numRuns: 400 },
  );
});

test("any bytes get an answer, not a crash", () => {
  const folder = mkdtempSync(join(tmpdir(), "pmm-iam-"));
  const path = join(folder, "accounts.yaml");
  try {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, behindGood) => {
        const start = behindGood ? (good[0] ?? "") : "";
        writeFileSync(path, Buffer.concat([Buffer.from(start), bytes]));
        expectAnswer(loadFile(path), readFileSync(path, "utf8").replace(/^\uFEFF/, ""));
      }),
      { numRuns: 100 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Accounts with any of the features, as the file says them. */
const accounts = fc
  .uniqueArray(
    fc.record(
      {
        number: fc.integer({ min: 1, max: 999_999 }),
        group: fc.constantFrom("finance", "shop"),
        region: fc.constantFrom("us-east-1", "eu-west-1"),
        permissions: fc.constantFrom("minimal", "standard", "grafana"),
        permissions_boundary: fc.constantFrom("pmm-boundary", null),
        tags: fc.dictionary(fc.constantFrom("team", "stage", "owner"), fc.constantFrom("a", "b")),
        aurora: fc.oneof(fc.boolean(), fc.record({ key_generation: fc.integer({ min: 1, max: 9 }) })),
        cloudwatch_agent: fc.record({ on_premises_server_user: fc.boolean() }),
        external_id: fc.constant("an-external-id"),
      },
      { requiredKeys: ["number"] },
    ),
    { selector: ({ number }) => number, minLength: 1, maxLength: 8 },
  )
  .map((list) =>
    list.map(({ number, ...rest }) => ({
      name: `account-${number}`,
      account_id: String(number).padStart(12, "0"),
      ...rest,
    })),
  );

test("the order of the accounts, and of the keys of each, means nothing", () => {
  fc.assert(
    fc.property(
      accounts.chain((list) =>
        fc.tuple(
          fc.constant(list),
          fc.shuffledSubarray(list, { minLength: list.length }),
          fc.infiniteStream(fc.boolean()),
        ),
      ),
      ([list, shuffled, flips]) => {
        const turned = shuffled.map((account) =>
          flips.next().value ? Object.fromEntries(Object.entries(account).reverse()) : account,
        );
        const expected = withoutPaths(loadText(fileOf(list)).access?.deployment);
        expect(withoutPaths(loadText(fileOf(turned)).access?.deployment)).toEqual(expected);
        expect(expected?.accounts).toHaveLength(list.length);
      },
    ),
    { numRuns: 60 },
  );
});

function fileOf(list: readonly object[]): string {
  return JSON.stringify(
    {
      source: { account_id: "999999999999", pmm_ec2_role_name: "pmm-ec2-role" },
      defaults: { admin_role_name: "Admin", permissions_boundary: "default", tags: { team: "dba" } },
      accounts: list,
    },
    undefined,
    1,
  );
}

function withoutPaths(deployment: Deployment | undefined) {
  return (
    deployment && {
      ...deployment,
      accounts: deployment.accounts.map(({ path: _, boundaries, ...rest }) => ({
        ...rest,
        boundaries: Object.entries(boundaries).map(([kind, { path: _at, ...bound }]) => [kind, bound]),
      })),
    }
  );
}
