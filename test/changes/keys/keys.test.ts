import { DEEDS, type Effect } from "../../../src/accounts/effects";
import { keyEffects } from "../../../src/accounts/reference";
import { features } from "../../../src/features";
import { judge } from "../judged";
import { ACCOUNT_CHANGES, UNPLANNED } from "./changes";
import { ENTRIES, fileOf } from "./entries";
import { changedFile, FILE, FILE_CHANGES } from "./file";

/** Each key's effect is held to changes of it; test/e2e/check/keys.test.ts holds them to what Terraform plans. */

const FOLDER = __dirname;
const effects = keyEffects(features);
const changes = { ...ACCOUNT_CHANGES, ...FILE_CHANGES };

test("every key has changes, or a reason why not", () => {
  expect([...Object.keys(changes), ...Object.keys(UNPLANNED)].sort()).toEqual([...effects.keys()].sort());
});

test.each(Object.entries(changes))("%s: what its changes do at most is what its effect says", (key, all) => {
  const worst = all.map(({ does }) => DEEDS.indexOf(does)).sort((a, b) => b - a)[0] ?? 0;
  const { does, rules } = effects.get(key) as Effect;
  expect(DEEDS[worst]).toBe(does);
  expect(
    all.flatMap((change) => change.rules).filter((rule) => !ALSO.has(rule) && !rules.includes(rule)),
  ).toEqual([]);
});

/** What other keys judge that change with one. */
const ALSO: ReadonlySet<string> = new Set(["teleport-account-changed", "previous-key", "reader-added"]);

function rulesOf(before: string, after: string): string[] {
  const { problems } = judge({ before, after, folder: FOLDER });
  const own = judge({ before: after, after, folder: FOLDER }).problems;
  expect(own.filter(({ severity }) => severity === "error")).toEqual([]);
  const known = new Set(own.map(({ message }) => message));
  return [...new Set(problems.filter(({ message }) => !known.has(message)).map(({ rule }) => rule))].sort();
}

test.each(
  ENTRIES.map(
    (entry) =>
      [
        `${entry.key}: ${entry.change.before || "nothing"} to ${entry.change.after || "nothing"}`,
        entry,
      ] as const,
  ),
)("%s", (_, entry) => {
  expect(rulesOf(fileOf("before", [entry]), fileOf("after", [entry]))).toEqual(
    [...entry.change.rules].sort(),
  );
});

test.each(
  Object.entries(FILE_CHANGES).flatMap(([key, all]) =>
    all.map((change) => [`${key}: ${change.parts[0]?.join(" to ")}`, change] as const),
  ),
)("%s", (_, change) => {
  expect(rulesOf(FILE, changedFile(change))).toEqual([...change.rules].sort());
});
