import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../src/project";

/** A file is short enough to hold in the head, or its first line says why it is not. */
const MOST_LINES = 300;

const files = [
  "main.ts",
  ...["src", "bin", "bench", "refresh", "test"].flatMap((folder) =>
    readdirSync(join(packageRoot, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.[jt]s$/.test(name))
      .map((name) => join(folder, name)),
  ),
];

const lines = new Map(
  files.map((file) => [file, readFileSync(join(packageRoot, file), "utf8").trimEnd().split("\n")]),
);

test("no file of the program is longer", () => {
  const long = [...lines].filter(([file, text]) => !file.startsWith("test/") && text.length > MOST_LINES);
  expect(long.map(([file]) => file)).toEqual([]);
  expect(lines.size).toBeGreaterThan(200);
});

test("a longer file of the tests says why in its first line, and no other does", () => {
  const long = [...lines].filter(([, text]) => text.length > MOST_LINES).map(([file]) => file);
  const saying = [...lines].filter(([, [first = ""]]) => /^\/\/ More than 300 lines: .+\.$/.test(first));
  expect(saying.map(([file]) => file)).toEqual(long);
});
