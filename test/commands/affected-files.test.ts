import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { affected } from "../../src/commands/affected";
import { features } from "../../src/features";
import { packageName, version } from "../../src/project";
import { accountsFile } from "../changes/judged";
import { Repository, ran } from "./repository";

/** What accounts files name, read at a git ref as it is read today: links, submodules, line ends. */

const fs = jest.requireActual<typeof import("node:fs")>("node:fs");

let repository: Repository;

const policy = (action: string) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: action, Resource: "*" }] });
const MODULE = 'resource "terraform_data" "a" {}\n';

const monitor = (path: string) =>
  `third_party_monitors: [{name: m, account_id: "999999999999", external_id: abcd, policy: ${path}}]`;
const LEDGER = 'name: ledger, account_id: "444444444444", group: finance';
const ORDERS = 'name: orders, account_id: "222222222222"';

beforeEach(() => {
  repository = Repository.create();
  repository.write("package.json", JSON.stringify({ dependencies: { [packageName]: version } }));
  repository.write("policies/m.json", policy("s3:ListBucket"));
  repository.write("modules/reader/main.tf", MODULE);
  mkdirSync(repository.path("links"));
});

afterEach(() => rmSync(repository.folder, { recursive: true }));

const NONE = { code: 0, stdout: '{"include":[]}\n', stderr: "" };
const FINANCE = { code: 0, stdout: '{"include":[{"stack":"pmm-iam-finance","accounts":1}]}\n', stderr: "" };
const all = (why: string) => ({
  code: 0,
  stdout: '{"include":[{"stack":"pmm-iam","accounts":1},{"stack":"pmm-iam-finance","accounts":1}]}\n',
  stderr: `note: all stacks are affected: ${why}\n`,
});

const ranAffected = (file?: string) =>
  ran(() => affected(features, { base: "HEAD" }), repository.folder, file);

/** Commits an accounts file whose account in the group `finance` has something of its own. */
function committed(extra: string, file = "accounts.yaml"): void {
  repository.write(file, accountsFile([ORDERS, `${LEDGER}, ${extra}`]));
  repository.commit();
}

test("a file that is a link is compared with what it led to", async () => {
  symlinkSync("prod.yaml", repository.path("accounts.yaml"));
  repository.write("prod.yaml", accountsFile([ORDERS, LEDGER]));
  repository.commit();
  repository.write("prod.yaml", accountsFile([ORDERS, `${LEDGER}, permissions: minimal`]));
  expect(await ranAffected()).toEqual(FINANCE);
});

describe("a policy file that is a link", () => {
  test.each([
    ["to a file", "../policies/m.json", "./links/l.json"],
    ["in a folder that is a link", "../policies", "./links/l.json/m.json"],
    ["to a link", "again.json", "./links/l.json"],
  ])("%s: is followed at the ref too", async (_, leads, named) => {
    symlinkSync(leads, repository.path("links/l.json"));
    symlinkSync("../policies/m.json", repository.path("links/again.json"));
    committed(monitor(named));
    expect(await ranAffected()).toEqual(NONE);
    repository.write("policies/m.json", policy("s3:GetBucketLocation"));
    expect(await ranAffected()).toEqual(FINANCE);
  });

  test("and leads elsewhere now", async () => {
    repository.write("policies/other.json", policy("s3:GetBucketLocation"));
    symlinkSync("../policies/m.json", repository.path("links/l.json"));
    committed(monitor("./links/l.json"));
    rmSync(repository.path("links/l.json"));
    symlinkSync("../policies/other.json", repository.path("links/l.json"));
    expect(await ranAffected()).toEqual(FINANCE);
  });

  test("to itself, at the ref", async () => {
    symlinkSync("l.json", repository.path("links/l.json"));
    committed(monitor("./links/l.json"));
    rmSync(repository.path("links/l.json"));
    repository.write("links/l.json", policy("s3:ListBucket"));
    expect(await ranAffected()).toEqual(all("accounts.yaml at HEAD breaks a rule of this version"));
  });
});

test("a module that is a link, or in a folder that is one, is followed at the ref too", async () => {
  symlinkSync("../modules/reader", repository.path("links/reader"));
  symlinkSync("../modules", repository.path("links/all"));
  for (const source of ["./links/reader", "./links/all/reader"]) {
    repository.write("modules/reader/main.tf", MODULE);
    committed(`modules: [{name: reader, source: ${source}}]`);
    expect(await ranAffected()).toEqual(NONE);
    repository.write("modules/reader/main.tf", `${MODULE}# changed\n`);
    expect(await ranAffected()).toEqual(FINANCE);
  }
});

test("the accounts file in a folder of its own names what is beside and above it", async () => {
  committed(`${monitor("./../policies/m.json")}`, "iam/accounts.yaml");
  const file = "iam/accounts.yaml";
  repository.write(
    file,
    `name: iam\n${accountsFile([ORDERS, `${LEDGER}, ${monitor("./../policies/m.json")}`])}`,
  );
  repository.commit();
  expect(await ranAffected(file)).toEqual(NONE);
  repository.write("policies/m.json", policy("s3:GetBucketLocation"));
  expect((await ranAffected(file)).stdout).toBe('{"include":[{"stack":"iam-finance","accounts":1}]}\n');
});

test("policies in a submodule are read at its commit of then", async () => {
  const shared = Repository.create();
  shared.write("deep/m.json", policy("s3:ListBucket"));
  shared.commit();
  repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", shared.folder, "shared");
  for (const named of ["./shared/deep/m.json", "./links/l.json"]) {
    rmSync(repository.path("links"), { recursive: true });
    mkdirSync(repository.path("links"));
    symlinkSync("../shared/deep/m.json", repository.path("links/l.json"));
    committed(monitor(named));
    expect(await ranAffected()).toEqual(NONE);
    repository.write("shared/deep/m.json", policy("s3:GetBucketLocation"));
    expect(await ranAffected()).toEqual(FINANCE);
    repository.git("-C", "shared", "checkout", "--quiet", ".");
  }
  rmSync(shared.folder, { recursive: true });
});

describe("what git changes on the way into the work tree", () => {
  const source = "modules: [{name: reader, source: ./modules/reader}]";

  test("is changed on both sides: line ends, filters", async () => {
    repository.write(".gitattributes", "*.tf text eol=crlf\n*.json filter=upper\n");
    repository.git("config", "filter.upper.clean", "tr A-Z a-z");
    repository.git("config", "filter.upper.smudge", "cat");
    repository.write("modules/reader/main.tf", MODULE.replaceAll("\n", "\r\n"));
    committed(`${source}, ${monitor("./policies/m.json")}`);
    expect(repository.git("cat-file", "blob", "HEAD:policies/m.json")).toContain('"version"');
    expect(await ranAffected()).toEqual(NONE);
    repository.write("modules/reader/main.tf", `${MODULE}# changed\n`.replaceAll("\n", "\r\n"));
    expect(await ranAffected()).toEqual(FINANCE);
  });

  test("affects all where the attributes change", async () => {
    committed(source);
    repository.write("modules/.gitattributes", "*.tf eol=crlf\n");
    expect(await ranAffected()).toEqual(all("modules/.gitattributes has changed since HEAD"));
    repository.commit();
    repository.write("modules/.gitattributes", "*.tf eol=lf\n");
    expect(await ranAffected()).toEqual(all("modules/.gitattributes has changed since HEAD"));
  });

  test("counts also where git is told to overlook a change", async () => {
    committed(source);
    repository.git("update-index", "--assume-unchanged", "modules/reader/main.tf");
    repository.write("modules/reader/main.tf", `${MODULE}# changed\n`);
    expect(await ranAffected()).toEqual(FINANCE);
  });

  test("a new file of a module counts, also one that git ignores", async () => {
    repository.write(".gitignore", "generated.tf\n");
    committed(source);
    repository.write("modules/reader/generated.tf", 'resource "terraform_data" "b" {}\n');
    expect(await ranAffected()).toEqual(FINANCE);
  });
});

test("a program of which the repository says nothing: a note", async () => {
  repository.git("init", "--quiet");
  rmSync(repository.path("package.json"));
  committed(monitor("./policies/m.json"));
  expect(await ranAffected()).toEqual({
    ...NONE,
    stderr:
      "note: an upgrade of the program since HEAD is not seen: the repository does not hold it, and no package.json or lock file there has its exact version; install it there with npm, or as a submodule\n",
  });
});

test("another version of the program affects all", async () => {
  committed(monitor("./policies/m.json"));
  repository.write("package.json", JSON.stringify({ dependencies: { [packageName]: "9.9.9" } }));
  expect(await ranAffected()).toEqual(all("package.json has changed since HEAD"));
});

test("a missing temporary folder is said in one line", async () => {
  committed(monitor("./policies/m.json"));
  const make = jest.spyOn(fs, "mkdtempSync").mockImplementation((path) => {
    throw Object.assign(new Error("no"), { code: "ENOENT", syscall: "mkdtemp", path });
  });
  const { code, stderr } = await ranAffected();
  make.mockRestore();
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: no temporary folder can be made in .* \(ENOENT\); set TMPDIR to .*\n$/);
});
