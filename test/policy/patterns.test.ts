import fc from "fast-check";
import { matchesPattern } from "../../src/aws/action-patterns";
import { findText, literal, type PatternSet } from "../../src/policy/patterns";

const set = (...patterns: string[]): PatternSet => ({ patterns, ignoresCase: false });

test.each<[string, PatternSet[], PatternSet[], string | undefined]>([
  ["an example of a pattern", [set("s3:Get*")], [], "s3:Getx"],
  ["what a narrower pattern leaves", [set("a*")], [set("a")], "ax"],
  ["nothing, where the other has it all", [set("s3:GetObject*")], [set("s3:Get*")], undefined],
  ["nothing, where two have it together", [set("a?")], [set("ab"), set("a*")], undefined],
  ["what is in both", [set("a*"), set("*b")], [], "ab"],
  ["nothing, where nothing is in both", [set("a*"), set("b*")], [], undefined],
  ["an exact text", [set(literal("a*b"))], [], "a*b"],
  ["another text than the exact one", [set("a?b")], [set(literal("a?b"))], "axb"],
  ["any of several", [set("x", "y")], [set("x")], "y"],
])("finds %s", (_, all, none, expected) => {
  expect(findText({ all, none })).toBe(expected);
});

test("case does not count where it is so", () => {
  const ignoring = (...patterns: string[]): PatternSet => ({ patterns, ignoresCase: true });
  expect(findText({ all: [ignoring("S3:GET*")], none: [ignoring("s3:get*")] })).toBeUndefined();
  expect(findText({ all: [set("S3:GET*")], none: [set("s3:get*")] })).toBe("S3:GETx");
});

test("a candidate that is found goes before a shorter text", () => {
  const search = { all: [set("s3:Get*")], none: [set("s3:GetObject")] };
  expect(findText({ ...search, candidates: ["s3:GetObject", "s3:GetBucketAcl"] })).toBe("s3:GetBucketAcl");
});

/** Every text of a, b and x up to four characters. */
const texts = [0, 1, 2, 3, 4].flatMap((length) =>
  Array.from({ length: 3 ** length }, (_, number) =>
    Array.from({ length }, (_, at) => "abx"[Math.floor(number / 3 ** at) % 3]).join(""),
  ),
);

test("what is found is in all and in none, and nothing is where no text is", () => {
  const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 4 });
  const sets = fc.array(fc.array(pattern, { minLength: 1, maxLength: 3 }), { maxLength: 3 });
  fc.assert(
    fc.property(sets, sets, (all, none) => {
      const isIn = (patterns: string[], text: string) => patterns.some((each) => matchesPattern(each, text));
      const isFound = (text: string) =>
        all.every((patterns) => isIn(patterns, text)) && !none.some((patterns) => isIn(patterns, text));
      const found = findText({
        all: all.map((each) => set(...each)),
        none: none.map((each) => set(...each)),
      });
      if (found === undefined) {
        expect(texts.filter(isFound)).toEqual([]);
      } else {
        expect(isFound(found)).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});

test("long patterns of many wildcards are decided", () => {
  const hostile = `${"*a".repeat(200)}*`;
  expect(findText({ all: [set(hostile)], none: [set(hostile)] })).toBeUndefined();
});
