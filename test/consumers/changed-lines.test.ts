import { changedLines } from "../../src/consumers/changed-lines";
import { processorSeconds } from "../support/processor-time";

const shown = (before: string, after: string) =>
  changedLines(before, after).map(({ sign, text }) => `${sign}${text}`);

test.each([
  ["nothing", "a\nb\n", "a\nb\n", []],
  ["a line added at the end", "a\n", "a\nb\n", ["+b"]],
  ["a line added first", "b\n", "a\nb\n", ["+a"]],
  ["a line removed", "a\nb\nc\n", "a\nc\n", ["-b"]],
  ["a line changed", "a\nb\nc\n", "a\nB\nc\n", ["-b", "+B"]],
  ["two changes apart", "a\nb\nc\nd\ne\n", "a\nB\nc\nd\n", ["-b", "+B", "-e"]],
  ["a text that begins", "", "a\n", ["+a"]],
  ["a text that ends", "a\nb\n", "", ["-a", "-b"]],
  [
    "an entry among others like it",
    "- name: a\n  kind: k\n- name: c\n  kind: k\n",
    "- name: a\n  kind: k\n- name: b\n  kind: k\n- name: c\n  kind: k\n",
    ["+- name: b", "+  kind: k"],
  ],
])("%s", (_, before, after, expected) => {
  expect(shown(before, after)).toEqual(expected);
});

test("what is left of each text is the same, and as long as it can be", () => {
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  const lines = (): string[] => Array.from({ length: random(9) }, () => "abc"[random(3)] ?? "a");
  for (let run = 0; run < 2_000; run += 1) {
    const [before, after] = [lines(), lines()];
    const changes = changedLines(before.map((l) => `${l}\n`).join(""), after.map((l) => `${l}\n`).join(""));
    const kept = longestCommon(before, after);
    expect(changes).toHaveLength(before.length + after.length - 2 * kept);
    expect(changes.filter(({ sign }) => sign === "-")).toHaveLength(before.length - kept);
    expect(
      isWithin(
        changes.filter(({ sign }) => sign === "+").map(({ text }) => text),
        after,
      ),
    ).toBe(true);
    expect(
      isWithin(
        changes.filter(({ sign }) => sign === "-").map(({ text }) => text),
        before,
      ),
    ).toBe(true);
  }
});

test("texts without a line in common are done at once", () => {
  const many = (letter: string) => Array.from({ length: 50_000 }, (_, n) => `${letter}${n}\n`).join("");
  const [before, after] = [many("a"), many("b")];
  let changes: ReturnType<typeof changedLines> = [];
  const spent = processorSeconds(() => {
    changes = changedLines(before, after);
  });
  expect(changes).toHaveLength(100_000);
  expect(spent).toBeLessThan(15);
});

/** How many lines two texts have in common in their order, by trying all. */
function longestCommon([a, ...before]: readonly string[], after: readonly string[]): number {
  if (a === undefined || after.length === 0) {
    return 0;
  }
  const at = after.indexOf(a);
  const without = longestCommon(before, after);
  return at < 0 ? without : Math.max(without, 1 + longestCommon(before, after.slice(at + 1)));
}

function isWithin(some: readonly string[], all: readonly string[]): boolean {
  let at = 0;
  for (const line of some) {
    at = all.indexOf(line, at) + 1;
    if (at === 0) {
      return false;
    }
  }
  return true;
}
