import pico from "picocolors";
import type { Problem } from "../../src/accounts/problem";
import { formatProblem } from "../../src/accounts/problem-lines";

const noColors = pico.createColors(false);

function printed(sourceLine: string, column: number, message = "something is wrong"): string[] {
  const problem: Problem = {
    severity: "error",
    file: "accounts.yaml",
    line: 3,
    column,
    message,
    rule: "tags",
    sourceLine,
  };
  return formatProblem(problem, noColors).split("\n");
}

// The text before the X, and the columns that a terminal gives it.
test.each([
  ["nothing", "", 0],
  ["Latin letters", "tags: ", 6],
  ["accents of their own", "cafe\u0301", 4],
  ["marks of Hebrew, Arabic and Thai", "\u05e0\u05b0 \u0627\u064b \u0e01\u0e47", 5],
  ["Japanese", "部門", 4],
  ["full-width signs", "！：", 4],
  ["characters beyond the first plane", "\u{20000}", 2],
  ["letters beyond the first plane", "\u{1d4b3}", 1],
  ["emoji beyond the first plane", "\u{1f600}", 2],
  ["emoji of the first plane", "\u26a1\u2705", 4],
  ["an emoji with a skin tone", "\u{1f44d}\u{1f3fd}", 2],
  ["signs that are emoji only on request", "\u2122\u{1f321}", 2],
])("the caret is below its column after %s", (_, before, columns) => {
  expect(printed(`${before}X`, before.length + 1)).toEqual([
    `accounts.yaml:3:${before.length + 1}: error: something is wrong [tags]`,
    `  | ${before}X`,
    `  | ${" ".repeat(columns)}^`,
  ]);
});

test("a tab is shown as two spaces", () => {
  expect(printed("\ta\tX", 4).slice(1)).toEqual(["  |   a  X", "  |      ^"]);
});

test("what would paint the terminal is shown as an escape, and the caret moves along", () => {
  expect(printed("a\u001b\u202eX", 4, "found \u001b[2J")).toEqual([
    "accounts.yaml:3:4: error: found \\u001b[2J [tags]",
    "  | a\\u001b\\u202eX",
    `  | ${" ".repeat(13)}^`,
  ]);
});

test("of a long line, 160 characters around the column are shown", () => {
  const [, text, caret] = printed(`${"a".repeat(500)}X${"b".repeat(500)}`, 501);
  expect(text).toBe(`  | ${"a".repeat(80)}X${"b".repeat(79)}`);
  expect(caret).toBe(`  | ${" ".repeat(80)}^`);
});

test.each([
  "::stop-commands::x",
  "##[error]x",
  "##vso[task.complete]",
  "##teamcity[x]",
  "--- x",
  "###[group]x",
])("a file's line %s is no command to a pipeline", (line) => {
  for (const output of [printed(line, 1), printed(`  ${line}`, 3, `found ${line}`)].flat()) {
    expect(output).toMatch(/^(?:accounts\.yaml:3:| {2}\| )/);
    expect(output).not.toMatch(/##\w*\[/);
  }
});

test("of a file's name too", () => {
  const problem: Problem = {
    severity: "error",
    file: "::error ::x",
    line: 1,
    column: 1,
    message: "m",
    rule: "r",
  };
  expect(formatProblem(problem, noColors)).toBe("./::error ::x:1:1: error: m [r]");
});

test("a line without text is not shown", () => {
  expect(printed("  ", 1)).toEqual(["accounts.yaml:3:1: error: something is wrong [tags]"]);
});
