import pico from "picocolors";
import { type Line, renderLines } from "../../src/accounts/lines";

const HOSTILE =
  "a\u001b]0;x\u0007\n::error ::b\r\u0085\u2028\u202e\u200b\u{e0041}\t##[error]c##vso[x]\u007f\u009b1m\ud800";

const render = (line: Line): string => renderLines([line], pico.createColors(false));

/** Columns, line ends and colours have no other characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|##\w*\[/u;

test.each<[string, Line]>([
  ["text", HOSTILE],
  ["parts", ["x ", { style: "red", text: HOSTILE }]],
  [
    "an annotation",
    { command: "error", properties: { file: HOSTILE, line: 3 }, message: [HOSTILE, HOSTILE] },
  ],
  ["JSON", { json: { [HOSTILE]: [HOSTILE] } }],
])("%s is one printable line", (_, line) => {
  const rendered = render(line);
  expect(rendered.endsWith("\n")).toBe(true);
  expect(rendered.slice(0, -1)).not.toMatch(UNPRINTABLE);
});

test("an escape says which character it is", () => {
  expect(render("a\u001b\n\u{e0041}##[x]")).toBe("a\\u001b\\u000a\\u{e0041}#\\u0023[x]\n");
});

test("JSON means the same", () => {
  const value = { text: HOSTILE.replace("\ud800", "\ud83d\ude00") };
  expect(JSON.parse(render({ json: value }))).toEqual(value);
});

test("a colour is the program's own", () => {
  const colors = pico.createColors(true);
  expect(renderLines([[{ style: "red", text: "a\u001b[31m" }, "b"]], colors)).toBe(
    "\u001b[31ma\\u001b[31m\u001b[39mb\n",
  );
});

test.each(["::error ::x", "  ::error ::x", "\u00a0::error ::x"])(
  "no text begins a workflow command: %j",
  (text) => {
    expect(render(text).trim().startsWith("::")).toBe(false);
    expect(
      render([{ style: "bold", text }])
        .trim()
        .startsWith("::"),
    ).toBe(false);
  },
);

test("an annotation is escaped as GitHub's own toolkit does it", () => {
  const line = render({
    command: "warning",
    properties: { file: "a,b:c%.yaml", line: 3, title: "x" },
    message: ["50% of: a, b", "next"],
  });
  expect(line).toBe("::warning file=a%2Cb%3Ac%25.yaml,line=3,title=x::50%25 of: a, b%0Anext\n");
});
