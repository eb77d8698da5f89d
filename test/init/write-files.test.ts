import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { obstacles, UnwrittenError, writeFiles } from "../../src/init/write-files";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pmm-iam-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function paths(): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
}

const file = (path: string, content = path) => ({ path, content });

test("files are written with the folders above them", () => {
  mkdirSync(join(folder, "a"));
  writeFiles(folder, [file("x"), file("a/b/c/y"), { ...file("a/b/run"), isProgram: true }]);
  expect(paths()).toEqual(["a", "a/b", "a/b/c", "a/b/c/y", "a/b/run", "x"]);
  expect(readFileSync(join(folder, "a/b/c/y"), "utf8")).toBe("a/b/c/y");
  expect(["x", "a/b/run"].map((path) => statSync(join(folder, path)).mode & 0o111)).toEqual([
    0,
    0o111 & ~process.umask(),
  ]);
});

test("one that cannot be written removes those before it, and nothing else", () => {
  mkdirSync(join(folder, "a"));
  writeFileSync(join(folder, "a/mine"), "mine");
  const files = [file("x"), file("a/b/c/y"), file("x/z"), file("never")];
  expect(() => writeFiles(folder, files)).toThrow("x/z cannot be written");
  expect(paths()).toEqual(["a", "a/mine"]);
});

test("one that is there stays as it is, also where it came while the others were written", () => {
  writeFileSync(join(folder, "y"), "mine");
  expect(() => writeFiles(folder, [file("x"), file("y")])).toThrow(UnwrittenError);
  expect(paths()).toEqual(["y"]);
  expect(readFileSync(join(folder, "y"), "utf8")).toBe("mine");
});

test("what is in the way: a file, a link, a folder at its path; a file or a link for a folder above it", () => {
  mkdirSync(join(folder, "elsewhere"));
  mkdirSync(join(folder, "folder"));
  mkdirSync(join(folder, "above"));
  for (const path of ["file", "above-file", "above/file"]) {
    writeFileSync(join(folder, path), "");
  }
  symlinkSync("elsewhere", join(folder, "above-link"));
  symlinkSync("nowhere", join(folder, "link"));
  const wanted = [
    "file",
    "link",
    "folder",
    "above-file/x",
    "above-file/y",
    "above-link/x",
    "above/file",
    "above/free",
    "free",
    "new/free",
  ];
  expect(
    obstacles(
      folder,
      wanted.map((path) => file(path)),
    ),
  ).toEqual([
    { path: "file", kind: "file" },
    { path: "link", kind: "link" },
    { path: "folder", kind: "folder" },
    { path: "above-file", kind: "file" },
    { path: "above-link", kind: "link" },
    { path: "above/file", kind: "file" },
  ]);
});
