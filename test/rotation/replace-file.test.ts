import {
  chmodSync,
  lstatSync,
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
import { InputError } from "../../src/changes/input-error";
import { replaceText } from "../../src/rotation/replace-file";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pmm-iam-"));
  path = join(folder, "accounts.yaml");
});

afterEach(() => rmSync(folder, { recursive: true }));

const source = (text: string) => ({ name: "accounts.yaml", path, text });

test.each([0o600, 0o664, 0o755])("the permissions %d stay", (mode) => {
  writeFileSync(path, "a");
  chmodSync(path, mode);
  replaceText(source("a"), "b");
  expect(readFileSync(path, "utf8")).toBe("b");
  expect(statSync(path).mode & 0o777).toBe(mode);
  expect(readdirSync(folder)).toEqual(["accounts.yaml"]);
});

test("a link stays a link, and its file is replaced", () => {
  mkdirSync(join(folder, "real"));
  writeFileSync(join(folder, "real", "a.yaml"), "a");
  symlinkSync(join("real", "a.yaml"), path);
  replaceText(source("a"), "b");
  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(folder, "real", "a.yaml"), "utf8")).toBe("b");
});

test("a byte order mark stays, and none comes", () => {
  writeFileSync(path, "\ufeffé");
  replaceText(source("é"), "ü");
  expect(readFileSync(path)).toEqual(Buffer.from([0xef, 0xbb, 0xbf, 0xc3, 0xbc]));
});

test("a file that was changed in the meantime is left as it is", () => {
  writeFileSync(path, "theirs");
  expect(() => replaceText(source("a"), "b")).toThrow(InputError);
  expect(readFileSync(path, "utf8")).toBe("theirs");
  expect(readdirSync(folder)).toEqual(["accounts.yaml"]);
});
