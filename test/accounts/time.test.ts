import type { Access } from "../../src/access/read";
import { processorSeconds } from "../support/processor-time";
import { loadText } from "./corpus";

/** Characters of each text. What grows with the square of the text takes minutes at this size. */
const SIZE = 60_000;

/** Of processor time, also on a slow machine; each takes a tenth of it. */
const MOST_SECONDS = 12;

const HEAD =
  'source:\n  account_id: "111111111111"\n  pmm_ec2_role_name: pmm\ndefaults: {admin_role_name: A}\naccounts:\n';

const filled = (unit: string, size = SIZE): string => unit.repeat(Math.ceil(size / unit.length));

const entries = (entry: (index: number) => string): string => {
  const length = entry(1).length;
  return HEAD + Array.from({ length: Math.ceil(SIZE / length) }, (_, index) => entry(index + 1)).join("");
};

function expectRefusedInTime(text: string): void {
  let access: Access | undefined;
  const spent = processorSeconds(() => {
    access = loadText(text);
  });
  expect(access?.problems.length).toBeGreaterThan(0);
  expect(spent).toBeLessThan(MOST_SECONDS);
}

const UNITS = [
  ..."[{\"'-|>#%!&*?:,]}@`\t \n",
  "][",
  "- ",
  "- \n",
  "a: ",
  "a: \n",
  "a: 1\n",
  "&a ",
  "*a ",
  "! ",
  "!!str ",
  "? ",
  "? \n",
  "<<: ",
  "<<: \n",
  "<<: {a: b}\n",
  "#\n",
  "%\n",
  "---\n",
  "...\n",
  "\r\n",
  'a: "x\n',
  "a: 'x\n",
  '- "x\n',
  "- [x\n",
  "- {x: \n",
  '- "\\"\n',
  '"\\',
  "''",
  "- |\n",
  "- |\n  \n",
  "  x\n",
  " a: b\nc: d\n",
  "- &a x\n- *a\n",
  "- !x x\n",
  "[a: {b: c}]\n",
];

test.each(UNITS)("time grows with the text: %j over and over", (unit) => {
  expectRefusedInTime(filled(unit));
});

test.each<[string, string]>([
  [
    "lines nested ever deeper",
    Array.from({ length: 600 }, (_, level) => `${" ".repeat(level)}a:\n`).join(""),
  ],
  ["a flow list of words", `[${filled("a,")}]`],
  ["a flow list that does not end", `[${filled("a,")}`],
  ["a string of bad escapes", `"${filled("\\x")}"`],
  ["keys that are all different", Array.from({ length: SIZE / 8 }, (_, index) => `k${index}: 1\n`).join("")],
  [
    "aliases of the line before",
    Array.from({ length: SIZE / 16 }, (_, i) => `- &a${i + 1} [*a${i}]\n`).join(""),
  ],
  ["entries that are no mapping", HEAD + filled("- 1\n")],
  ["entries that are empty", HEAD + filled("- {}\n")],
  ["entries with a key misspelt", entries((index) => `- {nam: a${index}, acount_id: "${index}"}\n`)],
  ["entries of one name", entries(() => '- {name: a, account_id: "222222222222"}\n')],
  ["entries that merge the first", `${HEAD}- &a {name: a, account_id: "1"}\n${filled("- {<<: *a}\n")}`],
  [
    "keys that are unknown",
    `${HEAD}- name: x\n${Array.from({ length: SIZE / 16 }, (_, i) => `  acount_${i}: 1\n`).join("")}`,
  ],
  ["one key of every letter", `${HEAD}- ${filled("a")}: 1\n`],
  ["a name of slashes", HEAD.replace("pmm\n", `"a${filled("/")}x"\n`)],
  ["a name of folders", HEAD.replace("pmm\n", `"${filled("a/", 2_000_000)} "\n`)],
  [
    "a module's source of dots",
    `${HEAD}- {name: a, account_id: "222222222222", modules: [{name: b, source: "git::https://${filled("a.")}"}]}\n`,
  ],
  ["comments behind a list", `${HEAD}- name: a\n${filled("# x\n", 400_000)}b: 1\n`],
])("time grows with the text: %s", (_, text) => {
  expectRefusedInTime(text);
});

test("what is too large to be accounts.yaml is refused in one line", () => {
  expect(loadText(filled("- 1\n", 3_000_000)).problems).toEqual([
    expect.objectContaining({
      message:
        "the file has more than 1200000 words, signs and line ends; 2000 accounts with every feature have 900000: is it the right file?",
    }),
  ]);
});
