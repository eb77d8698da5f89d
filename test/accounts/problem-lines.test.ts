import pico from "picocolors";
import { renderLines } from "../../src/accounts/lines";
import type { Problem, Severity } from "../../src/accounts/problem";
import { problemsLines } from "../../src/accounts/problem-lines";

function problems(count: number, severity: Severity, rule: string, from = 0): Problem[] {
  return Array.from({ length: count }, (_, index) => ({
    severity,
    file: "accounts.yaml",
    line: from + index + 1,
    column: 1,
    message: "m",
    rule,
  }));
}

const printed = (all: readonly Problem[]): string[] =>
  renderLines(problemsLines(all), pico.createColors(false)).trimEnd().split("\n");

test("a hundred problems are printed and not counted", () => {
  const lines = printed(problems(100, "error", "region"));
  expect(lines).toHaveLength(100);
  expect(lines[99]).toBe("accounts.yaml:100:1: error: m [region]");
});

test("past a hundred they are counted by rule, errors before warnings, with the total last", () => {
  const all = [
    ...problems(60, "warning", "tags"),
    ...problems(99, "error", "region", 60),
    ...problems(1, "error", "name", 159),
    ...problems(3, "error", "account-id", 160),
  ];
  const lines = printed(all);
  expect(lines.slice(0, 100).filter((line) => line.includes("warning"))).toEqual([]);
  expect(lines.slice(99)).toEqual([
    "accounts.yaml:160:1: error: m [name]",
    "and 63 more problems:",
    "  60 warnings [tags]",
    "  3 errors [account-id]",
    "163 problems: 103 errors, 60 warnings",
  ]);
});
