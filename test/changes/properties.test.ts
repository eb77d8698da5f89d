import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { stringify } from "yaml";
import { parseDocument } from "../../src/accounts/document";
import { readLeniently } from "../../src/changes/lenient";
import { type Snapshot, snapshotOf } from "../../src/changes/snapshot";
import { features } from "../../src/features";
import { CORPUS, corpusNames, loadText } from "../accounts/corpus";
import { accountsFile, judgedLines } from "./judged";

const good = corpusNames("ok").map((name) => readFileSync(join(CORPUS, "ok", `${name}.yaml`), "utf8"));

function leniently(text: string): Snapshot | undefined {
  const { document } = parseDocument({ name: "accounts.yaml", path: "/accounts.yaml", text });
  return document && readLeniently(document, features);
}

test("a file that today's rules accept is read alike leniently and strictly", () => {
  for (const text of good) {
    const { access } = loadText(text);
    const lenient = leniently(text.replace(/^\uFEFF/, ""));
    expect({
      ...lenient,
      accounts: [...(lenient?.accounts ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1)),
    }).toEqual(access && snapshotOf(access));
  }
});

test("a file of any shape is read, not stumbled over", () => {
  const value = fc.jsonValue({ maxDepth: 2 });
  const entry = fc.dictionary(
    fc.constantFrom("name", "account_id", "group", "aurora", "adopt", "lifecycle", "cloudwatch_agent"),
    value,
  );
  const file = fc.dictionary(
    fc.constantFrom("source", "defaults", "accounts"),
    fc.oneof(value, entry, fc.array(fc.oneof(entry, value))),
  );
  fc.assert(
    fc.property(file, (plain) => {
      // A key such as << makes it no YAML that has a meaning.
      expect(leniently(stringify(plain))?.accounts ?? []).toBeInstanceOf(Array);
    }),
    { numRuns: 150 },
  );
});

test("what a file says is no change to itself", () => {
  for (const text of good.filter((text) => !text.includes("./"))) {
    const own = loadText(text).problems.map(({ message }) => message);
    const lines = judgedLines({ before: text, after: text });
    expect(lines.filter((line) => !own.some((message) => line.includes(message)))).toEqual([]);
  }
});

test("a generation goes up by one beside an active key, or stays while the key before goes step by step", () => {
  const key = fc.record({
    key_generation: fc.integer({ min: 1, max: 5 }),
    previous_key: fc.constantFrom("active", "inactive", "deleted"),
  });
  const users = fc.constantFrom("aurora", "on_premises_server_user", "on_premises_admin_user");
  const entry = (user: string, settings: object): string => {
    const keyed = `${user}: ${JSON.stringify(settings)}`;
    return `name: orders, account_id: "222222222222", ${user === "aurora" ? keyed : `cloudwatch_agent: {${keyed}}`}`;
  };
  fc.assert(
    fc.property(users, key, key, (user, before, after) => {
      const errors = judgedLines({
        before: accountsFile([entry(user, before)]),
        after: accountsFile([entry(user, after)]),
      }).filter((line) => line.includes(" error: "));
      const step = after.key_generation - before.key_generation;
      const [from, to] = [before.previous_key, after.previous_key];
      const isInSteps =
        to === from ||
        before.key_generation === 1 ||
        (from === "deleted" ? false : from !== "active" || to !== "deleted");
      const isFine = step === 0 ? isInSteps : step === 1 && to === "active";
      expect(errors.length === 0).toBe(isFine);
    }),
    { numRuns: 60 },
  );
});

test("the settings of keyed users are those that make one", () => {
  const entry =
    'name: orders, account_id: "222222222222", aurora: true, cloudwatch_agent: {on_premises_server_user: true, on_premises_admin_user: true}';
  const { access } = loadText(accountsFile([entry]));
  const made = (access?.identities ?? []).flatMap(({ name, keys }) =>
    keys === undefined ? [] : [{ userName: name, secretName: keys.secret.name }],
  );
  const settings = features.flatMap(({ keyedUsers = [] }) =>
    keyedUsers.map(({ userName, secretName }) => ({ userName, secretName: secretName("orders") })),
  );
  const sorted = (users: typeof made) => users.sort((a, b) => (a.userName < b.userName ? -1 : 1));
  expect(sorted(settings)).toEqual(sorted(made));
  expect(made).toHaveLength(3);
});
