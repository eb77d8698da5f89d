import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type KeyedUser, whose } from "../../src/rotation/keyed-users";
import { valuesAfter } from "../../src/rotation/steps";
import { CORPUS, corpusNames } from "../accounts/corpus";
import { keyedUsersIn, planned } from "./planned";

const STEPS = ["raise", "finish", "revoke"] as const;

/** The file as another reader of YAML finds it, with other values of one user. */
function expected(text: string, { path }: KeyedUser, values: object): unknown {
  const data: unknown = parse(text, { merge: true });
  let parent = data as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) {
    parent = parent[step] as typeof parent;
  }
  const key = String(path.at(-1));
  parent[key] = { ...(parent[key] === true ? {} : (parent[key] as object)), ...values };
  return data;
}

test("each step of each user in the good files: the values alone change, or the place is refused", () => {
  const seen = { edited: 0, refused: 0 };
  for (const name of corpusNames("ok")) {
    const text = readFileSync(join(CORPUS, "ok", `${name}.yaml`), "utf8").replace(/^\uFEFF/, "");
    for (const user of keyedUsersIn(text).filter(({ secret }) => secret !== undefined)) {
      for (const step of STEPS.filter((candidate) => !("message" in valuesAfter(candidate, user)))) {
        const plan = planned(text, step, [user.account.name], user.key);
        if ("problems" in plan) {
          expect(plan.problems.map(({ rule }) => rule)).toEqual(["rotation"]);
          seen.refused += 1;
        } else {
          const [rotated] = plan.rotated;
          expect({ name, who: whose(user), after: parse(plan.text, { merge: true }) }).toEqual({
            name,
            who: whose(user),
            after: expected(text, user, rotated?.values ?? {}),
          });
          expect(plan.text.split("\n").length - text.split("\n").length).toBeLessThanOrEqual(2);
          seen.edited += 1;
        }
      }
    }
  }
  expect(seen.edited).toBeGreaterThan(20);
  expect(seen.refused).toBeGreaterThan(0);
});
