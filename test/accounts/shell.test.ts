import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { printable } from "../../src/accounts/lines";
import { shellPath, shellWord } from "../../src/accounts/shell";

/** What a program would get, each argument in a line of hexadecimal digits. */
function argumentsOf(words: readonly string[]): string[] {
  const script = `for word in ${words.join(" ")}; do printf %s "$word" | od -An -v -tx1 | tr -d ' \\n'; echo; done`;
  const { stdout, status, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.split("\n").slice(0, words.length);
}

const hexadecimal = (text: string): string => Buffer.from(text).toString("hex");

const HOSTILE = [
  "plain-1.0/x",
  "",
  " ",
  "-rf",
  "--",
  "a b",
  "$(touch x)",
  "`touch x`",
  "a;b&&c|d>e<f",
  "it's",
  "'\\''",
  '"',
  "\\",
  "\\n",
  "a\nb",
  "\n",
  "a\r\tb",
  "\u001b]0;x\u0007",
  "é\u202e\u{1f600}",
  "##[error]x",
  "*?[a]{b,c}~",
  "!x",
  "#x",
  "\u00079",
];

test.each(HOSTILE)("a word is one argument, as it was given, on one printable line: %j", (text) => {
  const word = shellWord(text);
  expect(printable(word)).toBe(word);
  expect(argumentsOf([word])).toEqual([hexadecimal(text)]);
});

test("so is any text", () => {
  const anyText = fc.string({ unit: "grapheme", maxLength: 12 }).filter((text) => !text.includes("\0"));
  const texts = fc.sample(anyText, { numRuns: 300, seed: 20 });
  expect(argumentsOf(texts.map(shellWord))).toEqual(texts.map(hexadecimal));
});

test("a path never begins with what a program takes for an option", () => {
  expect(["-rf", "- x", "a-b", "/-a"].map(shellPath)).toEqual(["./-rf", "'./- x'", "a-b", "/-a"]);
});
