import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { AccountsFolder } from "../../src/accounts/folder";
import { readModuleCode } from "../../src/modules/code";

/** Links and folders that cannot lie in the corpus. accounts.yaml is in repository/config. */

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pmm-iam-code-"));
  mkdirSync(join(folder, "repository", ".git"), { recursive: true });
  mkdirSync(join(folder, "repository", "config"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text = ""): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function link(to: string, from: string): void {
  mkdirSync(dirname(join(folder, from)), { recursive: true });
  symlinkSync(to, join(folder, from));
}

function read(path: string) {
  const { files, problems, ...code } = readModuleCode(
    new AccountsFolder(join(folder, "repository", "config")),
    path,
  );
  return { ...code, files: [...files.keys()], problems };
}

test("a module may lie anywhere in the repository, and be reached and made up by links in it", () => {
  write("repository/modules/own/main.tf", 'resource "aws_iam_role" "a" {}\n');
  write("repository/shared/versions.tf", 'resource "aws_iam_role" "b" {}\n');
  link("../../shared/versions.tf", "repository/modules/own/versions.tf");
  link("../modules/own", "repository/config/linked");
  for (const path of ["./../modules/own", "./../modules/own/", "./linked", "./linked/../linked"]) {
    expect(read(path)).toMatchObject({
      files: ["main.tf", "versions.tf"],
      problems: [],
    });
  }
});

test("nothing outside the repository is read, by whatever way", () => {
  write("outside/main.tf", "secret");
  link("../../outside", "repository/config/folder");
  link("../../../outside/main.tf", "repository/config/own/main.tf");
  link("../../../outside", "repository/config/calls/deep");
  write("repository/config/calls/main.tf", 'module "deep" {\n  source = "./deep"\n}\n');
  expect(read("./../../outside").problems).toEqual([
    "./../../outside leaves the repository; expected a folder inside it",
  ]);
  expect(read("./folder").problems).toEqual([
    "./folder leads out of the repository by a link; expected a folder inside it",
  ]);
  expect(read("./own")).toMatchObject({
    files: [],
    problems: ["./own/main.tf leads out of the repository by a link; copy the file"],
  });
  expect(read("./calls")).toMatchObject({
    files: ["main.tf"],
    problems: ["./calls/main.tf:1:1: module.deep has its code behind a link out of ./calls; copy the folder"],
  });
});

test("what it calls: inside its folder once each, from elsewhere only pinned", () => {
  write(
    "repository/config/own/main.tf",
    `module "a" {
  source = "./deep"
}
module "b" {
  source = "./deep/../deep"
}
module "roles" {
  source  = "terraform-aws-modules/iam/aws"
  version = "= 5.2.1"
}
module "computed" {
  source = "./\${var.x}"
}
module "nowhere" {
  for_each = {}
}
`,
  );
  write(
    "repository/config/own/deep/main.tf",
    'variable "not_given_from_the_file" {}\nresource "aws_x" "y" {}\n',
  );
  expect(read("./own")).toMatchObject({
    files: ["deep/main.tf", "main.tf"],
    variables: new Map(),
    problems: [
      "./own/main.tf:11:1: the source of module.computed is computed; expected it as plain text",
      './own/main.tf:14:1: module.nowhere has no source; expected where its code is, such as source = "./deeper"',
    ],
  });
});

test("variables with and without a default, in HCL and JSON", () => {
  write("repository/config/own/main.tf", 'variable "a" {}\nvariable "b" { default = null }\n');
  write(
    "repository/config/own/more.tf.json",
    '{"variable": {"c": {"default": null}, "d": {"type": "string"}}}',
  );
  expect(Object.fromEntries(read("./own").variables)).toEqual({
    a: { required: true },
    b: { required: false },
    c: { required: false },
    d: { required: true },
  });
});

test("a called folder is read once, however many modules call it, and a circle is refused by links too", () => {
  const calls = (...folders: readonly string[]): string =>
    folders.map((to, index) => `module "to_${index}" {\n  source = "${to}"\n}\n`).join("");
  write("repository/config/own/main.tf", calls("./level1", "./level1"));
  // There are 2^24 ways to the last one.
  for (let level = 1; level < 24; level += 1) {
    write(
      `repository/config/own/level${level}/main.tf`,
      calls(`../level${level + 1}`, `../level${level + 1}`),
    );
  }
  write("repository/config/own/level24/main.tf");
  expect(read("./own")).toMatchObject({ problems: [] });
  expect(read("./own").files).toHaveLength(25);

  write("repository/config/own/level24/main.tf", calls("../level3"));
  expect(read("./own").problems).toEqual([
    "./own/level24/main.tf:1:1: module.to_0 calls a module that it is part of; expected another folder",
  ]);

  write("repository/config/circle/main.tf", calls("./again"));
  link(".", "repository/config/circle/again");
  expect(read("./circle")).toMatchObject({
    files: ["main.tf"],
    problems: [
      "./circle/main.tf:1:1: module.to_0 calls a module that it is part of; expected another folder",
    ],
  });
});

test("what cannot be read is said, and nothing is used", () => {
  write("repository/config/own/main.tf", 'variable "x" {}\n');
  link("endless.tf", "repository/config/own/endless.tf");
  expect(read("./own")).toEqual({
    folder: "",
    files: [],
    variables: new Map(),
    inPaths: new Set(),
    problems: ["./own/endless.tf cannot be read (ELOOP)"],
    warnings: [],
  });
});
