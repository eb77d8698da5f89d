// More than 300 lines: each state of a kept lock file, and each other file that it may belong to.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { synth } from "../../main";
import { affected } from "../../src/commands/affected";
import { check } from "../../src/commands/check";
import { lock } from "../../src/commands/lock";
import { features } from "../../src/features";
import { packageName, version } from "../../src/project";
import { accountsFile } from "../changes/judged";
import { type Ran, Repository, ran } from "./repository";

/** A lock file as terraform init writes it, with a checksum of one letter. */
const lockFile = (letter: string, aws = "6.25.0"): string =>
  `# This file is maintained automatically by "terraform init".

provider "registry.terraform.io/hashicorp/aws" {
  version = "${aws}"
  hashes = [
    "h1:${letter.repeat(43)}=",
  ]
}
`;

const FINANCE = 'name: ledger, account_id: "444444444444", group: finance';
const ORDERS = 'name: orders, account_id: "222222222222"';

let repository: Repository;

beforeEach(() => {
  repository = Repository.create();
  repository.write("package.json", JSON.stringify({ dependencies: { [packageName]: version } }));
  repository.write("accounts.yaml", accountsFile([ORDERS, FINANCE]));
});

afterEach(() => rmSync(repository.folder, { recursive: true }));

const inRepository = (command: () => Promise<number>): Promise<Ran> => ran(command, repository.folder);
const ranLock = (options: { check?: boolean } = {}) =>
  inRepository(async () => lock(features, { output: "out", ...options }));
const ranSynth = () => inRepository(() => synth(features, "json", "out"));

const written = (stack: string) => `out/stacks/${stack}/.terraform.lock.hcl`;
const kept = (stack: string) => `provider-locks/${stack}.terraform.lock.hcl`;
const text = (name: string) => readFileSync(repository.path(name), "utf8");
const init = (stack: string, letter: string, aws?: string) =>
  repository.write(written(stack), lockFile(letter, aws));

/** Both stacks kept, as terraform init wrote them. */
async function keepBoth(): Promise<void> {
  init("pmm-iam", "A");
  init("pmm-iam-finance", "A");
  expect((await ranLock()).code).toBe(0);
}

test("new, changed, same, and what terraform init has not written yet", async () => {
  init("pmm-iam", "A");
  expect(await ranLock()).toEqual({
    code: 0,
    stdout: "pmm-iam          new\npmm-iam-finance  missing; terraform init has not run in its folder\n",
    stderr:
      "note: no lock file is kept for pmm-iam-finance; cd out/stacks/pmm-iam-finance && terraform init, then npx pmm-iam lock\n",
  });
  expect(readdirSync(repository.path("provider-locks"))).toEqual(["pmm-iam.terraform.lock.hcl"]);
  init("pmm-iam", "B");
  init("pmm-iam-finance", "A");
  expect(await ranLock()).toEqual({
    code: 0,
    stdout: "pmm-iam          changed\npmm-iam-finance  new\n",
    stderr: "",
  });
  expect(text(kept("pmm-iam"))).toBe(lockFile("B"));
  rmSync(repository.path(written("pmm-iam")));
  expect((await ranLock()).stdout).toBe(
    "pmm-iam          kept as it is; terraform init has not run in its folder\npmm-iam-finance  same\n",
  );
  expect(text(kept("pmm-iam"))).toBe(lockFile("B"));
});

test("nothing to keep is an error", async () => {
  expect(await ranLock()).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("error: no lock file is kept for pmm-iam;"),
  });
  expect(existsSync(repository.path("provider-locks"))).toBe(false);
});

test("--check writes nothing, and fails for what is missing, differs or is left over", async () => {
  init("pmm-iam", "A");
  init("pmm-iam-finance", "A");
  expect(await ranLock({ check: true })).toEqual({
    code: 1,
    stdout: "pmm-iam          missing\npmm-iam-finance  missing\n",
    stderr:
      "error: provider-locks is not what terraform init wrote; run npx pmm-iam lock, and commit what has changed\n",
  });
  expect(existsSync(repository.path("provider-locks"))).toBe(false);
  await ranLock();
  expect(await ranLock({ check: true })).toEqual({
    code: 0,
    stdout: "pmm-iam          same\npmm-iam-finance  same\n",
    stderr: "",
  });
  init("pmm-iam", "B");
  expect(await ranLock({ check: true })).toMatchObject({
    code: 1,
    stdout: "pmm-iam          differs\npmm-iam-finance  same\n",
  });
  rmSync(repository.path("out"), { recursive: true });
  expect(await ranLock({ check: true })).toMatchObject({ code: 0 });
  repository.write(kept("pmm-iam-gone"), lockFile("A"));
  expect(await ranLock({ check: true })).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("pmm-iam-gone     left over; the stack is gone\n"),
  });
  expect(text(kept("pmm-iam-gone"))).toBe(lockFile("A"));
});

test("of stacks that are gone the files go, and those of another deployment stay", async () => {
  const staging = 'name: orders-staging, account_id: "555555555555"';
  repository.write("staging.yaml", `name: pmm-iam-staging\n${accountsFile([staging])}`);
  await keepBoth();
  repository.write(kept("pmm-iam-staging"), lockFile("A"));
  repository.write(kept("other"), lockFile("A"));
  repository.write("provider-locks/README.md", "ours");
  repository.write("accounts.yaml", accountsFile([ORDERS]));
  repository.write(kept("pmm-iam-broken-x"), lockFile("A"));
  repository.write("broken.yaml", `name: pmm-iam-broken\n${accountsFile([staging])}  - {name: [}\n`);
  expect(await ranLock()).toEqual({
    code: 0,
    stdout: `pmm-iam           same
pmm-iam-broken-x  kept as it is; it may be a stack of broken.yaml, which has errors or cannot be read
pmm-iam-finance   removed; the stack is gone
`,
    stderr: "",
  });
  expect(readdirSync(repository.path("provider-locks")).sort()).toEqual([
    "README.md",
    "other.terraform.lock.hcl",
    "pmm-iam-broken-x.terraform.lock.hcl",
    "pmm-iam-staging.terraform.lock.hcl",
    "pmm-iam.terraform.lock.hcl",
  ]);
});

describe("a kept file that may be another deployment's stays", () => {
  const BROKEN = "accounts:\n  - {name: [}\nsource:\n  account_id: x\n";
  const staging = 'name: orders-staging, account_id: "555555555555"';
  const locks = () => readdirSync(repository.path("provider-locks")).map((name) => name.split(".")[0]);
  const ranOn = (file: string, options: { check?: boolean } = {}) =>
    ran(async () => lock(features, { output: "two", ...options }), repository.folder, file);
  const held = (file: string) =>
    `kept as it is; it may be a stack of ${file}, which has errors or cannot be read`;

  beforeEach(() => {
    repository.write("two.yaml", `name: pmm\n${accountsFile([staging])}`);
    repository.write("two/stacks/pmm/.terraform.lock.hcl", lockFile("A"));
    for (const stack of ["pmm", "pmm-old", "pmm-iam", "pmm-iam-finance"]) {
      repository.write(kept(stack), lockFile("A"));
    }
  });

  test.each([
    ["has errors and no name", BROKEN],
    ["is empty", ""],
    ["is in a merge", `<<<<<<< a\nname: pmm-iam\n=======\nname: pmm-iam # ours\n>>>>>>> b\n${BROKEN}`],
  ])("accounts.yaml %s", async (_, content) => {
    repository.write("accounts.yaml", content);
    const { code, stdout } = await ranOn("two.yaml", { check: true });
    expect(code).toBe(1);
    expect(stdout).toContain("pmm-old          left over; the stack is gone\n");
    expect(await ranOn("two.yaml")).toEqual({
      code: 0,
      stdout: `pmm              same
pmm-iam          ${held("accounts.yaml")}
pmm-iam-finance  ${held("accounts.yaml")}
pmm-old          removed; the stack is gone
`,
      stderr: "",
    });
    expect(locks().sort()).toEqual(["pmm", "pmm-iam", "pmm-iam-finance"]);
    expect(await ranOn("two.yaml", { check: true })).toMatchObject({ code: 0 });
  });

  test("a deployment with a longer name has all that begins with it, and its own run removes it", async () => {
    expect(await ranOn("two.yaml")).toMatchObject({
      stdout: "pmm      same\npmm-old  removed; the stack is gone\n",
    });
    repository.write("accounts.yaml", accountsFile([ORDERS]));
    expect((await ranOn("two.yaml")).stdout).toBe("pmm  same\n");
    init("pmm-iam", "A");
    expect((await ranLock()).stdout).toBe(
      "pmm-iam          same\npmm-iam-finance  removed; the stack is gone\n",
    );
  });

  test.each([
    ["is not UTF-8", Buffer.from(`name: pmm-iam-\xe9\n${BROKEN}`, "latin1")],
    ["has no name that can be read", Buffer.from(`name: *x\n${BROKEN}`)],
    ["has no name", Buffer.from(BROKEN)],
    ["has errors, in JSON", Buffer.from('{"name": "x", "accounts": [], "source": {"account_id": 1}')],
  ])("another file of any name %s", async (_, content) => {
    writeFileSync(repository.path("staging.conf"), content);
    const { stdout } = await ranOn("two.yaml");
    expect(stdout).toContain(`pmm-old  ${held("staging.conf")}\n`);
    expect(locks()).toContain("pmm-old");
  });

  test("a link that leads nowhere", async () => {
    symlinkSync("not-checked-out/staging.yaml", repository.path("staging.yaml"));
    symlinkSync("circle.conf", repository.path("circle.conf"));
    expect((await ranOn("two.yaml")).stdout).toContain(`pmm-old  ${held("staging.yaml")}\n`);
  });

  test("another file of any name, with its stacks", async () => {
    repository.write("staging.conf", `name: pmm-old\n${accountsFile([ORDERS, FINANCE])}`);
    repository.write(kept("pmm-old-finance"), lockFile("A"));
    expect((await ranOn("two.yaml")).stdout).toBe("pmm  same\n");
    expect(locks()).toEqual(expect.arrayContaining(["pmm-old", "pmm-old-finance"]));
  });

  test("files that are no accounts files hold nothing", async () => {
    rmSync(repository.path("accounts.yaml"));
    repository.write("notes.md", "name: the accounts, their source and account_id\n");
    repository.write("ci.yml", "jobs: [] # accounts, source, account_id\n");
    repository.write("two.yaml~", BROKEN);
    writeFileSync(repository.path("image.png"), Buffer.from([0x89, 0x50, 0xff]));
    symlinkSync("/dev/zero", repository.path("zero.yaml"));
    expect((await ranOn("two.yaml")).stdout).toContain("pmm-old          removed; the stack is gone\n");
  });
});

test("a file that may not be used is named, never copied, and the other stacks' are", async () => {
  await keepBoth();
  init("pmm-iam", "B", "6.24.0");
  init("pmm-iam-finance", "B");
  expect(await ranLock()).toEqual({
    code: 1,
    stdout: "pmm-iam          refused\npmm-iam-finance  changed\n",
    stderr: `error: ${written("pmm-iam")}:3:1: it has hashicorp/aws 6.24.0, and this version of pmm-iam takes 6.25.0 alone; nothing was copied for this stack: run terraform init in it again, with -upgrade where the version is another\n`,
  });
  expect([text(kept("pmm-iam")), text(kept("pmm-iam-finance"))]).toEqual([lockFile("A"), lockFile("B")]);
});

describe("links", () => {
  test.each(["out/stacks/pmm-iam/.terraform.lock.hcl", "provider-locks/pmm-iam.terraform.lock.hcl"])(
    "%s is not followed",
    async (name) => {
      await keepBoth();
      repository.write("secret", lockFile("S"));
      rmSync(repository.path(name));
      symlinkSync(repository.path("secret"), repository.path(name));
      const { stdout } = await ranLock();
      // What is kept as a link is replaced by the file itself.
      expect(stdout).toMatch(name.startsWith("out") ? /^pmm-iam +refused\n/ : /^pmm-iam +changed\n/);
      expect(text("secret")).toBe(lockFile("S"));
      expect(text(kept("pmm-iam"))).toBe(lockFile("A"));
    },
  );

  test("the folder itself is not followed", async () => {
    await keepBoth();
    renameSync(repository.path("provider-locks"), repository.path("elsewhere"));
    symlinkSync("elsewhere", repository.path("provider-locks"));
    const line =
      "provider-locks: this is a symbolic link; expected a folder, which holds the stacks' provider lock files\n";
    expect(await ranLock()).toEqual({ code: 1, stdout: "", stderr: `error: ${line}` });
    expect((await ranSynth()).code).toBe(1);
  });
});

describe("synth", () => {
  test("copies what is kept, into a new output too", async () => {
    await keepBoth();
    rmSync(repository.path("out"), { recursive: true });
    expect(await ranSynth()).toMatchObject({ code: 0, stderr: "" });
    expect(text(written("pmm-iam"))).toBe(lockFile("A"));
    expect(JSON.parse(text("out/.pmm-iam/files.json")).files).not.toContain(written("pmm-iam").slice(4));
  });

  test("leaves what terraform init wrote where nothing is kept, and after it is kept no longer", async () => {
    await ranSynth();
    init("pmm-iam", "A");
    expect(await ranSynth()).toMatchObject({ code: 0, stderr: "" });
    expect(text(written("pmm-iam"))).toBe(lockFile("A"));
    await ranLock();
    expect(await ranSynth()).toMatchObject({
      code: 0,
      stderr:
        "note: no provider lock file is kept for the stack pmm-iam-finance; run terraform init in its folder, and then npx pmm-iam lock\n",
    });
    rmSync(repository.path("provider-locks"), { recursive: true });
    init("pmm-iam", "B");
    expect(await ranSynth()).toMatchObject({ code: 0, stderr: "" });
    expect(text(written("pmm-iam"))).toBe(lockFile("B"));
  });

  test("replaces another one by the reviewed one, and says so", async () => {
    await keepBoth();
    await ranSynth();
    init("pmm-iam", "B");
    expect((await ranSynth()).stderr).toBe(
      `note: ${written("pmm-iam")} was not the reviewed ${kept("pmm-iam")}, and is again; to keep what terraform init -upgrade writes there, run it again, and then npx pmm-iam lock\n`,
    );
    expect(text(written("pmm-iam"))).toBe(lockFile("A"));
  });

  test("follows no link where the file is to be", async () => {
    await keepBoth();
    await ranSynth();
    writeFileSync(repository.path("secret"), "secret");
    rmSync(repository.path(written("pmm-iam")));
    symlinkSync(repository.path("secret"), repository.path(written("pmm-iam")));
    expect(await ranSynth()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is a symbolic link, and synth follows none"),
    });
    expect(text("secret")).toBe("secret");
  });

  test("and check refuse a kept file that may not be used, before anything is written", async () => {
    repository.write(kept("pmm-iam"), lockFile("A").slice(0, 80));
    const line =
      /^provider-locks\/pmm-iam\.terraform\.lock\.hcl:3:1: error: .*; remove the file, then run npx pmm-iam synth, terraform init -upgrade in the stack's folder and npx pmm-iam lock \[provider-lock\]\n$/;
    expect(await ranSynth()).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(line) });
    expect(existsSync(repository.path("out"))).toBe(false);
    expect(await inRepository(() => check(features, { format: "text" }))).toMatchObject({ code: 1 });
    mkdirSync(repository.path("out"), { recursive: true });
    init("pmm-iam", "A");
    expect((await ranLock()).stdout).toMatch(/^pmm-iam +changed\n/);
    expect(await inRepository(() => check(features, { format: "text" }))).toMatchObject({ code: 0 });
  });
});

test("affected: a stack whose kept file has changed, and no other", async () => {
  await keepBoth();
  repository.write(".gitignore", "out\n");
  repository.commit();
  const stacks = async (): Promise<string[]> => {
    const { stdout } = await inRepository(() => affected(features, { base: "HEAD" }));
    return JSON.parse(stdout).include.map(({ stack }: { stack: string }) => stack);
  };
  expect(await stacks()).toEqual([]);
  repository.write(kept("pmm-iam-finance"), lockFile("B"));
  expect(await stacks()).toEqual(["pmm-iam-finance"]);
  rmSync(join(repository.folder, "provider-locks"), { recursive: true });
  expect(await stacks()).toEqual(["pmm-iam", "pmm-iam-finance"]);
});
