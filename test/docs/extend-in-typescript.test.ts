import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as exported from "../../src/index";
import { packageRoot } from "../../src/project";

/** docs/extend-in-typescript.md names what the package exports, and shows the example. */

const PAGE = join(packageRoot, "docs", "extend-in-typescript.md");
const EXAMPLE = join(packageRoot, "examples", "typescript");
const page = readFileSync(PAGE, "utf8");
const example = readFileSync(join(EXAMPLE, "README.md"), "utf8");

test("every value that the package exports has a place in the table", () => {
  const [, rows = ""] = /\n\| Import \| For \|\n\|[-|]+\n((?:\|.*\n)+)/.exec(page) ?? [];
  const named = [...rows.matchAll(/^\|(.*?)\|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  );
  expect(named.sort()).toEqual(Object.keys(exported).sort());
});

test("main.ts is the example's", () => {
  const [, code = ""] = /<!-- file: main\.ts -->\n {3}```ts\n(.*?) {3}```/s.exec(page) ?? [];
  expect(code.replace(/^ {3}/gm, "")).toBe(readFileSync(join(EXAMPLE, "main.ts"), "utf8"));
});

test("the commands are scripts of the example, and run main.ts", () => {
  const { scripts } = JSON.parse(readFileSync(join(EXAMPLE, "package.json"), "utf8"));
  const typed = [...example.matchAll(/^npm run ([\w:]+)$/gm)].map(([, name = ""]) => name);
  expect(typed.length).toBeGreaterThan(2);
  expect(typed.filter((name) => scripts[name] === undefined)).toEqual([]);
  expect(page).toContain(`\n   ${scripts["schema"]}\n`);
  expect(page).toContain(`"synth": "${scripts["synth"]}"`);
});

test.each([
  ["the page", PAGE, page],
  ["the example", join(EXAMPLE, "README.md"), example],
])("links of %s lead somewhere", (_, path, text) => {
  const targets = [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, target = ""]) => target);
  expect(targets.length).toBeGreaterThan(3);
  expect(targets.filter((target) => !existsSync(join(dirname(path), target)))).toEqual([]);
});
