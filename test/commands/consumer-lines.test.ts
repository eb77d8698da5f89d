import { consumerLines } from "../../src/commands/consumer-lines";

const changed = (path: string, before: string | undefined, after: string | undefined) => ({
  path,
  before,
  after,
});

test("nothing where there are none, and where none changed", () => {
  expect(consumerLines(undefined, "cdktf.out")).toEqual([]);
  expect(consumerLines({ isNew: false, changed: [] }, "cdktf.out")).toEqual([]);
});

test("of new ones where they are, and no more", () => {
  const all = [changed("README.md", undefined, "x\n"), changed("aws/config", undefined, "x\n")];
  expect(consumerLines({ isNew: true, changed: all }, "my out")).toEqual([
    "consumer files: 'my out/consumers/README.md' says where each goes",
  ]);
});

test("the lines that changed, and the names of what came and went", () => {
  const all = [
    changed("README.md", "a\n", "b\n"),
    changed("aws/config", "a\nregion = us-east-1\nb\n", "a\nregion = eu-west-1\nb\n"),
    changed("pmm/gone.md", "x\n", undefined),
    changed("pmm/new.md", undefined, "x\n"),
  ];
  expect(consumerLines({ isNew: false, changed: all }, "cdktf.out")).toEqual([
    "consumer files in cdktf.out/consumers: 1 changed, 1 new, 1 removed",
    "  aws/config",
    "    - region = us-east-1",
    "    + region = eu-west-1",
    "  pmm/gone.md (removed)",
    "  pmm/new.md (new)",
  ]);
});

test("at most 40 lines of at most 20 files, and the total", () => {
  const all = Array.from({ length: 30 }, (_, n) =>
    changed(`pmm/a${String(n).padStart(2, "0")}.md`, "1\n2\n3\n", "a\n2\nc\n"),
  );
  const lines = consumerLines({ isNew: false, changed: all }, "out");
  expect(lines[0]).toBe("consumer files in out/consumers: 30 changed");
  expect(lines.filter((line) => /^ {4}[+-] /.test(line))).toHaveLength(40);
  expect(lines.filter((line) => /^ {2}\S.*\.md$/.test(line))).toHaveLength(20);
  expect(lines.at(-1)).toBe("  and 10 more files, 80 more changed lines");
});

test("at most 12 lines of one file, so that the others have some", () => {
  const long = Array.from({ length: 50 }, (_, n) => `${n}\n`).join("");
  const all = [changed("a.md", long, ""), changed("b.md", "1\n", "2\n")];
  const lines = consumerLines({ isNew: false, changed: all }, "out");
  expect(lines.filter((line) => line.startsWith("    - "))).toHaveLength(13);
  expect(lines.slice(-4)).toEqual(["  b.md", "    - 1", "    + 2", "  and 38 more changed lines"]);
});
