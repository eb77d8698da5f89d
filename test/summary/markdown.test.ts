import * as fc from "fast-check";
import { printable } from "../../src/accounts/lines";
import { codeSpan, fitted, folded, htmlText, sizeOf } from "../../src/summary/markdown";
import { piecesOf, proseOf } from "./rendered";

const HOSTILE = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom("`", "``", " ", "\n", "|", "*", "<", "</details>", "@a", "#1", "$", "\\", "x"),
  }),
);

test("a code span is one piece of code, whatever is in it", () => {
  fc.assert(
    fc.property(HOSTILE, (text) => {
      const pieces = piecesOf(`- ${codeSpan(text)}`);
      expect(pieces.map(({ type }) => type)).toEqual(["code"]);
      expect(pieces[0]?.text.trim()).toBe(printable(text).trim());
    }),
  );
});

test("two code spans beside each other are two", () => {
  fc.assert(
    fc.property(HOSTILE, HOSTILE, (one, other) => {
      const types = piecesOf(`${codeSpan(one)}: ${codeSpan(other)}`).map(({ type }) => type);
      expect(types).toEqual(["code", "text", "code"]);
    }),
  );
});

test.each([
  ["plain", "`plain`"],
  ["a`b", "``a`b``"],
  ["``", "``` `` ```"],
  ["`", "`` ` ``"],
  ["", "`  `"],
  ["a\nb", "`a\\u000ab`"],
  ["##[error]x", "`#\\u0023[error]x`"],
])("the code span of %j", (text, span) => {
  expect(codeSpan(text)).toBe(span);
});

test("a long text is cut, by characters and not within one", () => {
  expect(codeSpan("x".repeat(601))).toBe(`\`${"x".repeat(597)}...\``);
  expect(codeSpan("x".repeat(600))).toBe(`\`${"x".repeat(600)}\``);
  expect(codeSpan("𝒳".repeat(12), 10)).toBe(`\`${"𝒳".repeat(7)}...\``);
});

test("what is in a fold's title stays text", () => {
  const [, title = ""] = folded(htmlText("</summary><img src=x> @a `b` #1"), ["x"]);
  expect(title).toBe(
    "<summary>&#60;&#47;summary&#62;&#60;img src&#61;x&#62; &#64;a &#96;b&#96; &#35;1</summary>",
  );
});

test("what is folded is Markdown again", () => {
  const lines = folded("title", ["- `a`"]);
  expect(proseOf(lines.join("\n")).map(({ type }) => type)).toEqual(["html_block", "html_block"]);
});

test("parts are kept in their order while they fit", () => {
  const { lines, rest } = fitted(["a", "bb", "c"], (part) => [part], 4);
  expect({ lines, rest }).toEqual({ lines: ["a"], rest: ["bb", "c"] });
  expect(fitted(["a", "bb"], (part) => [part], 5)).toEqual({ lines: ["a", "bb"], rest: [] });
  expect(sizeOf(["é", ""])).toBe(4);
});
