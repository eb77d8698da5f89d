import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
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

function write(path: string, text: string | Buffer = ""): void {
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
    problems: ["./own/endless.tf cannot be read: it is a link that leads to itself"],
    warnings: [],
  });
});

test.each([
  [
    "a pipe",
    () => execFileSync("mkfifo", [join(folder, "repository/config/own/a.tf")]),
    "./own/a.tf is neither a file nor a link to one; remove it",
  ],
  [
    "a device",
    () => link("/dev/zero", "repository/config/own/a.tf"),
    "./own/a.tf is neither a file nor a link to one; remove it",
  ],
  [
    "a link to nothing",
    () => link("nowhere", "repository/config/own/a.tf"),
    "./own/a.tf is neither a file nor a link to one; remove it",
  ],
  [
    "a device among policies",
    () => link("/dev/zero", "repository/config/own/policies/a.json"),
    "./own/policies/a.json is neither a file nor a link to one; remove it",
  ],
  [
    "policies elsewhere",
    () => link("/etc", "repository/config/own/policies"),
    "./own/policies leads out of the repository by a link; copy the folder",
  ],
  [
    "code among policies",
    () => write("repository/config/own/policies/a.tf"),
    "./own/policies/a.tf is code, and policies/ holds documents and templates alone; move the file",
  ],
  [
    "OpenTofu's code",
    () => write("repository/config/own/main.tofu"),
    "./own/main.tofu is read only by OpenTofu, in place of the *.tf file of the same name; expected *.tf",
  ],
  [
    "an override",
    () => write("repository/config/own/a_override.tf"),
    "./own/a_override.tf overrides blocks of other files, so that these do not say what the module does; move its blocks there",
  ],
  [
    "another encoding",
    () => write("repository/config/own/a.tf", Buffer.from([0xff, 0xfe])),
    "./own/a.tf is not UTF-8; save it as UTF-8",
  ],
  [
    "9 MiB",
    () => huge("repository/config/own/a.tf"),
    "./own has more than 8 MiB of files; remove what Terraform does not need",
  ],
  [
    "a template that reads",
    () => write("repository/config/own/policies/a.tftpl", '${file("/etc/passwd")}'),
    "./own/policies/a.tftpl is a template that may read files; give it what it needs as a variable",
  ],
  [
    "a template that is given a path of that name",
    () => write("repository/config/own/policies/a.tftpl", '${file("${path.module}/policies/a.json")}'),
    "./own/policies/a.tftpl is a template that may read files; give it what it needs as a variable",
  ],
])("refused: %s", (_, make, problem) => {
  write(
    "repository/config/own/main.tf",
    'locals {\n a = templatefile("${path.module}/policies/${var.b}.tftpl", {})\n}\n',
  );
  make();
  expect(read("./own").problems).toEqual([problem]);
});

function huge(path: string): void {
  write(path);
  truncateSync(join(folder, path), 9 * 1024 * 1024);
}

test("a template, and a document that is none, may lie among policies", () => {
  write(
    "repository/config/own/main.tf",
    'locals {\n a = templatefile("${path.module}/policies/a.tftpl", {})\n}\n',
  );
  write("repository/config/own/policies/a.tftpl", "${jsonencode(a)}");
  write("repository/config/own/policies/b.json", '{"Resource": "arn:aws:s3:::a/${aws:username}"}');
  expect(read("./own").problems).toEqual([]);
});

test("a variable in a path: a plain default, and in the module itself alone", () => {
  const reads = (name: string): string =>
    `locals {\n a = file("\${path.module}/policies/\${var.${name}}.json")\n}\n`;
  write("repository/config/own/main.tf", `variable "a" {\n default = "eu/read"\n}\n${reads("a")}`);
  expect(read("./own")).toMatchObject({ problems: [], inPaths: new Set(["a"]) });

  const problem = (where: string): string =>
    `in ${where}, var.a in the path of a file may lead out of the module; type basename around it and the ending behind it: "\${path.module}/policies/\${basename(var.a)}.json"`;
  write("repository/config/own/main.tf", `variable "a" {\n default = "../../../a"\n}\n${reads("a")}`);
  expect(read("./own").problems).toEqual([problem("./own")]);
  write(
    "repository/config/own/main.tf",
    'variable "a" {\n default = "../../a"\n}\nresource "aws_s3_object" "a" {\n source = "${path.module}/policies/${var.a}.json"\n}\n',
  );
  expect(read("./own").problems).toEqual([problem("./own")]);
  write("repository/config/own/main.tf", 'module "b" {\n source = "./b"\n a = "../../../a"\n}\n');
  write("repository/config/own/b/main.tf", `variable "a" {}\n${reads("a")}`);
  expect(read("./own").problems).toEqual([problem("./own/b")]);
});

test("101 modules that call each other in a row are too many", () => {
  for (let level = 0; level <= 101; level += 1) {
    write(
      `repository/config/own/level${level}/main.tf`,
      `module "next" {\n source = "../level${level + 1}"\n}\n`,
    );
  }
  write("repository/config/own/main.tf", 'module "next" {\n source = "./level0"\n}\n');
  expect(read("./own").problems).toEqual([
    "./own/level99/main.tf:1:1: module.next is called through more than 100 modules; call it from one of the first",
  ]);
});

test("a link to itself, a path through a file, and a file's name in a message", () => {
  link("loop", "repository/config/loop");
  write("repository/config/a.txt");
  expect(read("./loop").problems).toEqual(["./loop cannot be read: it is a link that leads to itself"]);
  expect(read("./a.txt/b").problems).toEqual(["./a.txt/b cannot be read: a part of its path is a file"]);
  write("repository/config/own/\u001b[2J.tf", "}");
  expect(read("./own").problems).toEqual([
    "./own/U+001B[2J.tf:1:1: found '}'; expected an argument, a block, or } at the end of a block",
  ]);
});
