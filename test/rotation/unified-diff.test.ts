import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type Edit, editedText } from "../../src/rotation/edits";
import { unifiedDiff } from "../../src/rotation/unified-diff";

const LINES = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\n";

const at = (text: string, length = text.length, inserted = text.toUpperCase()): Edit => ({
  offset: LINES.indexOf(text),
  length,
  text: inserted,
});

test("a line changed, with three lines around it", () => {
  expect(unifiedDiff("accounts.yaml", LINES, [at("e")])).toEqual([
    "--- accounts.yaml",
    "+++ accounts.yaml",
    "@@ -2,7 +2,7 @@",
    ...[" b", " c", " d", "-e", "+E", " f", " g", " h"],
  ]);
});

test("changes near each other are one, and far from each other two", () => {
  expect(
    unifiedDiff("x", LINES, [at("l"), at("d"), at("a")]).filter((line) => line.startsWith("@@")),
  ).toEqual(["@@ -1,7 +1,7 @@", "@@ -9,4 +9,4 @@"]);
});

test("lines put in between, at the end, and behind a last line without an end", () => {
  expect(unifiedDiff("x", "a\nb\n", [{ offset: 2, length: 0, text: "new\n" }]).slice(2)).toEqual([
    "@@ -1,2 +1,3 @@",
    ...[" a", "+new", " b"],
  ]);
  expect(unifiedDiff("x", "a\nb\n", [{ offset: 4, length: 0, text: "new\n" }]).slice(2)).toEqual([
    "@@ -1,2 +1,3 @@",
    ...[" a", " b", "+new"],
  ]);
  expect(unifiedDiff("x", "a\r\nb", [{ offset: 4, length: 0, text: "\r\nnew" }]).slice(2)).toEqual([
    "@@ -1,2 +1,3 @@",
    ...[" a", "-b", "\\ No newline at end of file", "+b", "+new", "\\ No newline at end of file"],
  ]);
});

test("git applies it, whatever the edits", () => {
  const folder = mkdtempSync(join(tmpdir(), "pmm-iam-"));
  const path = join(folder, "accounts.yaml");
  try {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("a", "b", "", "c: d"), { minLength: 1, maxLength: 40 }),
        fc.boolean(),
        fc.array(
          fc.record({
            at: fc.nat(39),
            kind: fc.constantFrom("value", "line"),
            text: fc.constantFrom("x", "yy", "x\ny"),
          }),
          { minLength: 1, maxLength: 5 },
        ),
        (lines, hasLastEnd, changes) => {
          const text = lines.join("\n") + (hasLastEnd ? "\n" : "");
          const places = new Map(changes.map((change) => [change.at % lines.length, change]));
          const edits = [...places].map(([index, { kind, text: inserted }]): Edit => {
            const offset = lines.slice(0, index).reduce((sum, line) => sum + line.length + 1, 0);
            return kind === "line"
              ? { offset, length: 0, text: `${inserted}\n` }
              : { offset, length: lines[index]?.length ?? 0, text: inserted };
          });
          const after = editedText(text, edits);
          fc.pre(text !== "" && after !== text);
          writeFileSync(path, text);
          const patch = `${unifiedDiff("accounts.yaml", text, edits).join("\n")}\n`;
          execFileSync("git", ["apply", "-p0", "-"], { cwd: folder, input: patch });
          expect(readFileSync(path, "utf8")).toBe(after);
        },
      ),
      { numRuns: 100 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
