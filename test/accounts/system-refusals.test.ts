import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSourceText } from "../../src/accounts/source-text";
import { refusalOfSystem } from "../../src/accounts/system-refusals";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pmm-iam-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function refusalOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (cause) {
    return refusalOfSystem(cause);
  }
  throw new Error("expected a refusal");
}

test.each<[string, () => unknown, RegExp]>([
  [
    "no such file",
    () => readFileSync(join(folder, "none")),
    /none: there is no such file or folder: .* \(ENOENT\)$/,
  ],
  ["a folder", () => readFileSync(folder), /it is a folder: name a file \(EISDIR\)$/],
  [
    "a name that is too long",
    () => statSync(join(folder, "a".repeat(300))),
    /the name is too long: shorten it \(ENAMETOOLONG\)$/,
  ],
  ["a NUL", () => statSync("a\0b"), /^found the character U\+0000 in a path/],
  ["something is there", () => mkdirSync(folder), /something is there already: move it away \(EEXIST\)$/],
])("what the system refuses is the user's to fix: %s", (_, act, message) => {
  expect(refusalOf(act)).toMatch(message);
});

test("a fault of the program is not", () => {
  expect(refusalOf(() => JSON.parse("{"))).toBeUndefined();
  expect(refusalOfSystem("text")).toBeUndefined();
});

test.each<[string, (path: string) => void, RegExp]>([
  ["a link to itself", (path) => symlinkSync(path, path), /cannot be read: .*leads to itself.* \(ELOOP\)$/],
  ["a broken link", (path) => symlinkSync("nowhere", path), /^this is a symbolic link that leads to no file/],
  ["UTF-16", (path) => writeFileSync(path, Buffer.from("\ufeffa: b", "utf16le")), /not UTF-8 text/],
])("an accounts file that is %s gets one problem", (_, make, message) => {
  const path = join(folder, "accounts.yaml");
  make(path);
  expect(readSourceText(path, "accounts.yaml")).toMatchObject({ message: expect.stringMatching(message) });
});
