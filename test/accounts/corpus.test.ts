import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CORPUS, corpusNames, loadFile, printed } from "./corpus";

/**
 * Each file under test/corpus is held against the exact lines that it gets. UPDATE_CORPUS=1 writes them anew;
 * read each by eye then: does it say what was found, what was expected and what to type, at the right place?
 */
const bad = corpusNames("bad").map((name) => ({
  name,
  problems: loadFile(join(CORPUS, "bad", `${name}.yaml`)).problems,
}));

describe.each(["bad", "ok"] as const)("test/corpus/%s", (kind) => {
  test.each(corpusNames(kind))("%s", (name) => {
    const expectedFile = join(CORPUS, kind, `${name}.txt`);
    const { access, problems } = loadFile(join(CORPUS, kind, `${name}.yaml`));
    const output = printed(problems);
    if (process.env["UPDATE_CORPUS"]) {
      writeFileSync(expectedFile, output);
    }
    expect(output).toBe(existsSync(expectedFile) ? readFileSync(expectedFile, "utf8") : "");
    expect(access === undefined).toBe(kind === "bad");
    expect(problems.some(({ severity }) => severity === "error")).toBe(kind === "bad");
  });
});

test("a bad file's name starts with the rule that it breaks first", () => {
  const misnamed = bad.filter(
    ({ name, problems }) => !name.startsWith("many-") && !problems.some(({ rule }) => name.startsWith(rule)),
  );
  expect(misnamed).toEqual([]);
});

test("a message is one line without a full stop, and no two say the same at the same place", () => {
  for (const { problems } of bad) {
    const lines = problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
    expect(lines.filter((line) => /[.\n]$/.test(line) || line.includes("undefined"))).toEqual([]);
    expect(new Set(lines).size).toBe(lines.length);
  }
});
