import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readAccess } from "../../src/access/read";
import { readAccountsText } from "../../src/accounts/accounts-text";
import { features } from "../../src/features";

const TEXT = `source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
accounts: [{name: orders, account_id: "222222222222", group: shop}]
`;

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "pmm-iam-name-")));
});

afterEach(() => rmSync(folder, { recursive: true }));

function git(at: string, ...args: string[]): void {
  const identity = [
    "-c",
    "user.name=a",
    "-c",
    "user.email=a@example.com",
    "-c",
    "protocol.file.allow=always",
  ];
  mkdirSync(join(folder, at), { recursive: true });
  execFileSync("git", [...identity, ...args], { cwd: join(folder, at), stdio: "ignore" });
}

/** The stacks of a file at a path, or what it is told. */
function read(path: string, name = ""): string[] {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, name + TEXT);
  return readThere(path);
}

function readThere(path: string): string[] {
  const source = readAccountsText(join(folder, path), path);
  if ("severity" in source) {
    return [source.message];
  }
  const { access, problems } = readAccess(source, features);
  return access === undefined
    ? problems.map(({ line, column, message, rule }) => `${line}:${column} ${message} [${rule}]`)
    : access.stacks.map((stack) => stack.name);
}

const missing = (name: string): string =>
  `1:1 name is missing: a file that is not accounts.yaml at the root of its repository must name its deployment, because the names of its stacks begin with it; add name: ${name} at the top (or name: pmm-iam, if the stacks of this file are applied under that name already) [name]`;

const DEFAULT = ["pmm-iam", "pmm-iam-shop"];

test("accounts.yaml at the root of a repository may leave it out, or say another", () => {
  git(".", "init");
  expect(read("accounts.yaml")).toEqual(DEFAULT);
  expect(read("accounts.yaml", "name: staging\n")).toEqual(["staging", "staging-shop"]);
});

test.each([
  ["staging.yaml", "staging"],
  ["accounts.yml", "accounts"],
  ["Accounts.yaml", "accounts"],
  ["envs/prod/accounts.yaml", "prod"],
  ["envs/2026 EU (new).yaml", "eu-new"],
  ["123.yaml", "staging"],
  ["test.JSON", "test"],
  ["before.yaml", "before"],
  ["before-2.yml", "before-2"],
  [`${"long-".repeat(9)}name.yaml`, "long-long-long-long-long-long-l"],
])("%s has to say its own", (path, name) => {
  git(".", "init");
  expect(read(path)).toEqual([missing(name)]);
  expect(read(path, `name: ${name}\n`)).toEqual([name, `${name}-shop`]);
});

test.each([
  ["before.accounts.yaml", ""],
  ["envs/before-2.prod.yaml", ""],
  ["before.accounts.yaml", "name: pmm-iam\n"],
])("%s is an earlier version of another, with its name", (path, name) => {
  git(".", "init");
  expect(read(path, name)).toEqual(DEFAULT);
});

test("outside a repository, each folder is its own", () => {
  expect(read("envs/prod/accounts.yaml")).toEqual(DEFAULT);
  expect(read("envs/prod/staging.yaml")).toEqual([missing("staging")]);
});

test("a work tree and a submodule are repositories of their own", () => {
  git("main", "init", "--initial-branch=main");
  read("main/accounts.yaml");
  git("main", "add", "--all");
  git("main", "commit", "--message=first");
  git("main", "worktree", "add", "inside");
  expect(readThere("main/inside/accounts.yaml")).toEqual(DEFAULT);
  git("outer", "init");
  git("outer", "submodule", "add", join(folder, "main"), "tools/pmm-iam");
  expect(readThere("outer/tools/pmm-iam/accounts.yaml")).toEqual(DEFAULT);
  expect(read("outer/tools/accounts.yaml")).toEqual([missing("tools")]);
});

test("links are followed: to the file, from the file, and in the way to it", () => {
  git("repository", "init");
  read("repository/accounts.yaml");
  read("repository/envs/prod.yaml");
  symlinkSync(join(folder, "repository"), join(folder, "link"));
  symlinkSync(join(folder, "repository", "envs"), join(folder, "envs"));
  symlinkSync("accounts.yaml", join(folder, "repository", "new.yaml"));
  expect(readThere("link/accounts.yaml")).toEqual(DEFAULT);
  expect(readThere("repository/new.yaml")).toEqual(DEFAULT);
  expect(readThere("envs/prod.yaml")).toEqual([missing("prod")]);
  rmSync(join(folder, "repository", "accounts.yaml"));
  symlinkSync("envs/prod.yaml", join(folder, "repository", "accounts.yaml"));
  expect(readThere("repository/accounts.yaml")).toEqual(DEFAULT);
});
