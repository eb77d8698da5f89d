import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addScripts, isThere, mayInstall } from "../../src/init/install";
import { writeFiles } from "../../src/init/write-files";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pmm-iam-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

test("npm may install where it replaces nothing", () => {
  expect(mayInstall(folder)).toBe(true);
});

test.each(["package-lock.json", "npm-shrinkwrap.json", "node_modules"])("not over %s", (name) => {
  mkdirSync(join(folder, name));
  expect(mayInstall(folder)).toBe(false);
  rmSync(join(folder, name), { recursive: true });
  // npm would write through it.
  symlinkSync("nowhere", join(folder, name));
  expect(mayInstall(folder)).toBe(false);
});

test("the program is there once its package is", () => {
  mkdirSync(join(folder, "node_modules", "pmm-iam"), { recursive: true });
  expect(isThere(folder)).toBe(false);
  writeFileSync(join(folder, "node_modules", "pmm-iam", "package.json"), "{}");
  expect(isThere(folder)).toBe(true);
});

test("scripts are added, and the rest of package.json stays, line ends and indentation too", () => {
  const path = join(folder, "package.json");
  writeFileSync(path, '{\r\n\t"name": "iam",\r\n\t"scripts": {\r\n\t\t"check": "mine"\r\n\t}\r\n}\r\n');
  addScripts(folder, ["check", "show"]);
  expect(readFileSync(path, "utf8")).toBe(
    '{\r\n\t"name": "iam",\r\n\t"scripts": {\r\n\t\t"check": "mine",\r\n\t\t"show": "pmm-iam show"\r\n\t}\r\n}\r\n',
  );
});

test("a package.json keeps its permissions, and a link stays one", () => {
  const [path, link] = [join(folder, "theirs.json"), join(folder, "package.json")];
  writeFileSync(path, "{}\n");
  chmodSync(path, 0o640);
  symlinkSync("theirs.json", link);
  addScripts(folder, ["check"]);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(lstatSync(path).mode & 0o777).toBe(0o640);
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ scripts: { check: "pmm-iam check" } });
});

test("where the last step fails, no file is left", () => {
  const change = () => {
    throw new Error("the disk is full");
  };
  expect(() =>
    writeFiles(folder, [{ path: "a/accounts.yaml", content: "" }], { path: "package.json", change }),
  ).toThrow("package.json cannot be written");
  expect(readdirSync(folder)).toEqual([]);
  expect(lstatSync(folder).isDirectory()).toBe(true);
});
