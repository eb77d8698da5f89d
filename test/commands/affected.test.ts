// More than 300 lines: one command, judged in repositories of one form.
import { spawnSync } from "node:child_process";
import { cpSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { affected } from "../../src/commands/affected";
import { features } from "../../src/features";
import { packageName, packageRoot, version } from "../../src/project";
import { accountsFile, guarded, shownState } from "../changes/judged";
import { type Ran, Repository, ran, ranCheck } from "./repository";

let repository: Repository;

beforeEach(() => {
  repository = Repository.create();
  repository.write("package.json", JSON.stringify({ dependencies: { [packageName]: version } }));
});

afterEach(() => rmSync(repository.folder, { recursive: true }));

const ranAffected = (options: { base?: string; state?: string[] } = {}): Promise<Ran> =>
  ran(() => affected(features, { base: "HEAD", ...options }), repository.folder);

/** 400 accounts in 20 groups, and one line of the file changed. */
function fourHundred(change: (entry: string) => string = (entry) => entry): string {
  const entries = Array.from({ length: 400 }, (_, index) => {
    const entry = `name: account-${index}, account_id: "${String(index).padStart(12, "0")}", group: g${index % 20}`;
    return index === 137 ? change(entry) : entry;
  });
  return accountsFile(entries, { source: "\n  assume_policy: sharded" });
}

const ORDERS = 'name: orders, account_id: "222222222222"';
const LEDGER = 'name: ledger, account_id: "444444444444", group: finance';

function changed(before: string, after: string): void {
  repository.write("accounts.yaml", before);
  repository.commit();
  repository.write("accounts.yaml", after);
}

describe("1 of 400 accounts in 20 groups", () => {
  test("touched: its group's stack alone", async () => {
    changed(
      fourHundred(),
      fourHundred((entry) => `${entry}, permissions: minimal`),
    );
    expect(await ranAffected()).toEqual({
      code: 0,
      stdout: '{"include":[{"stack":"pmm-iam-g17","accounts":20}]}\n',
      stderr: "",
    });
  });

  test("retired: the main stack too, for it leaves the assume policy", async () => {
    changed(
      fourHundred(),
      fourHundred((entry) => `${entry}, lifecycle: retiring`),
    );
    expect((await ranAffected()).stdout).toBe(
      '{"include":[{"stack":"pmm-iam","accounts":0},{"stack":"pmm-iam-g17","accounts":20}]}\n',
    );
  });
});

test("another order and a comment affect nothing", async () => {
  changed(accountsFile([ORDERS, LEDGER]), `# a comment\n${accountsFile([LEDGER, ORDERS])}`);
  expect((await ranAffected()).stdout).toBe('{"include":[]}\n');
});

test("a policy file is read at the ref too", async () => {
  const monitor =
    'third_party_monitors: [{name: m, account_id: "999999999999", external_id: abcd, policy: ./policies/m.json}]';
  const policy = (action: string) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: action, Resource: "*" }],
    });
  repository.write("policies/m.json", policy("s3:ListBucket"));
  changed(accountsFile([ORDERS, `${LEDGER}, ${monitor}`]), accountsFile([ORDERS, `${LEDGER}, ${monitor}`]));
  expect((await ranAffected()).stdout).toBe('{"include":[]}\n');
  repository.write("policies/m.json", policy("s3:GetBucketLocation"));
  expect((await ranAffected()).stdout).toBe('{"include":[{"stack":"pmm-iam-finance","accounts":1}]}\n');
});

test("a module of the team's own is read at the ref too", async () => {
  const entry = `${LEDGER}, modules: [{name: reader, source: ./modules/reader}]`;
  repository.write("modules/reader/main.tf", 'resource "terraform_data" "a" {}\n');
  changed(accountsFile([ORDERS, entry]), accountsFile([entry, ORDERS]));
  expect(await ranAffected()).toEqual({ code: 0, stdout: '{"include":[]}\n', stderr: "" });
  repository.write("modules/reader/main.tf", 'resource "terraform_data" "b" {}\n');
  expect((await ranAffected()).stdout).toBe('{"include":[{"stack":"pmm-iam-finance","accounts":1}]}\n');
});

test("a file that is new, or that today's rules refuse at the ref, affects all", async () => {
  const all = '{"include":[{"stack":"pmm-iam","accounts":1},{"stack":"pmm-iam-finance","accounts":1}]}\n';
  repository.write("README", "");
  repository.commit();
  repository.write("accounts.yaml", accountsFile([ORDERS, LEDGER]));
  expect(await ranAffected()).toEqual({
    code: 0,
    stdout: all,
    stderr: "note: all stacks are affected: there is no accounts.yaml at HEAD\n",
  });
  changed(accountsFile([`${ORDERS}, premissions: minimal`, LEDGER]), accountsFile([ORDERS, LEDGER]));
  expect(await ranAffected()).toEqual({
    code: 0,
    stdout: all,
    stderr: "note: all stacks are affected: accounts.yaml at HEAD breaks a rule of this version\n",
  });
});

describe("a file that git cannot trace", () => {
  /** Files at HEAD that are gone in the working tree. */
  function gone(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      repository.write(name, text);
    }
    repository.commit();
    for (const name of Object.keys(files)) {
      rmSync(repository.path(name));
    }
  }

  test("is compared with the one that had its accounts", async () => {
    gone({ "iam/old.yaml": accountsFile([ORDERS, LEDGER]) });
    repository.write("accounts.yaml", accountsFile([ORDERS, `${LEDGER}, permissions: minimal`]));
    expect(await ranAffected()).toEqual({
      code: 0,
      // Local state is beside the accounts file: the other stack's place has changed too.
      stdout: '{"include":[{"stack":"pmm-iam","accounts":1},{"stack":"pmm-iam-finance","accounts":1}]}\n',
      stderr:
        "note: there is no accounts.yaml at HEAD; the change is judged from where its accounts were: iam/old.yaml (2 accounts, gone since)\n",
    });
  });

  test("that several files had: all, and each vanished stack by its own file", async () => {
    const shop = 'name: shop, account_id: "555555555555", group: shop';
    gone({
      "a.yaml": accountsFile([ORDERS, LEDGER]),
      "b.yaml": accountsFile([shop, 'name: store, account_id: "666666666666"']),
    });
    repository.write("accounts.yaml", accountsFile([ORDERS, 'name: store, account_id: "666666666666"']));
    const { code, stdout, stderr } = await ranAffected();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '{"include":[{"stack":"pmm-iam","accounts":2}]}\n' });
    const lines = stderr.split("\n");
    expect(lines.slice(0, 2)).toEqual([
      "note: there is no accounts.yaml at HEAD; the change is judged from where its accounts were: a.yaml (2 accounts, gone since) and b.yaml (2 accounts, gone since)",
      "note: all stacks are affected: its accounts were in 2 files at HEAD",
    ]);
    expect(lines.filter((line) => line.startsWith("error:"))).toHaveLength(2);
    expect(lines.filter((line) => line.startsWith("    ")).map((line) => line.trim())).toEqual([
      "git show HEAD:a.yaml >before.accounts.yaml",
      "ACCOUNTS_FILE=before.accounts.yaml npm run synth -- --output before.out",
      "git show HEAD:b.yaml >before-2.accounts.yaml",
      "ACCOUNTS_FILE=before-2.accounts.yaml npm run synth -- --output before-2.out",
      "terraform -chdir=before.out/stacks/pmm-iam-finance init",
      "terraform -chdir=before-2.out/stacks/pmm-iam-shop init",
      'umask 077 && copies="$(mktemp -d)"',
      'terraform -chdir=before.out/stacks/pmm-iam-finance show -json >"$copies/pmm-iam-finance.json"',
      'terraform -chdir=before-2.out/stacks/pmm-iam-shop show -json >"$copies/pmm-iam-shop.json"',
      'ACCOUNTS_FILE=accounts.yaml npm run affected --silent -- --base HEAD --state pmm-iam-finance="$copies/pmm-iam-finance.json" pmm-iam-shop="$copies/pmm-iam-shop.json"',
      'shred -u "$copies"/* && rmdir "$copies"',
      "rm -r before.out before.accounts.yaml",
      "rm -r before-2.out before-2.accounts.yaml",
    ]);
  });
});

test("a file that says nothing at the ref may have had any stack, which is an error", async () => {
  changed("acounts: []\n", accountsFile([ORDERS]));
  expect(await ranAffected()).toEqual({
    code: 1,
    stdout: '{"include":[{"stack":"pmm-iam","accounts":1}]}\n',
    stderr:
      "note: all stacks are affected: accounts.yaml at HEAD breaks a rule of this version\nerror: accounts.yaml at HEAD has no accounts that can be read, so no change from it can be judged; compare with a commit where it was right, one of those that git log --oneline HEAD -- accounts.yaml lists: --base <commit>\n",
  });
});

test("a file with errors: its problems on stderr, nothing on stdout", async () => {
  changed(accountsFile([ORDERS]), accountsFile([ORDERS.replace('"', "")]));
  const { code, stdout } = await ranAffected();
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
});

describe("a stack that vanished", () => {
  const GONE = '{"include":[{"stack":"pmm-iam","accounts":1}]}\n';
  const NOTE = "note: the stack pmm-iam-finance is gone, and nothing is left to plan in it\n";
  const STEPS = `    git show HEAD:accounts.yaml >before.accounts.yaml
    ACCOUNTS_FILE=before.accounts.yaml npm run synth -- --output before.out
    terraform -chdir=before.out/stacks/pmm-iam-finance init
    umask 077 && copies="$(mktemp -d)"
    terraform -chdir=before.out/stacks/pmm-iam-finance show -json >"$copies/pmm-iam-finance.json"
    ACCOUNTS_FILE=accounts.yaml npm run affected --silent -- --base HEAD --state pmm-iam-finance="$copies/pmm-iam-finance.json"
    shred -u "$copies"/* && rmdir "$copies"
    rm -r before.out before.accounts.yaml
`;
  const ROLE = "module.pmm_iam_ledger.aws_iam_role.pmm_rds_monitoring";

  test("with an active account fails, and passes once a state shows that nothing is left", async () => {
    changed(accountsFile([ORDERS, LEDGER]), accountsFile([ORDERS]));
    expect(await ranAffected()).toEqual({
      code: 1,
      stdout: GONE,
      stderr: `error: the stack pmm-iam-finance is gone, but "ledger" in it was active at HEAD; put its accounts back with lifecycle: retiring, apply, then delete them; or show with --state that nothing is left in it, with the commands below\n${STEPS}`,
    });
    repository.write("state.json", guarded("pmm-iam-finance"));
    expect(await ranAffected({ state: ["pmm-iam-finance=state.json"] })).toEqual({
      code: 0,
      stdout: GONE,
      stderr: NOTE,
    });
  });

  test("whose accounts were retiring passes, unless its state holds objects", async () => {
    changed(accountsFile([ORDERS, `${LEDGER}, lifecycle: retiring`]), accountsFile([ORDERS]));
    // The retired account had left the assume policy before.
    expect(await ranAffected()).toEqual({
      code: 0,
      stdout: '{"include":[]}\n',
      stderr: NOTE,
    });
    repository.write("state.json", shownState(ROLE, `${ROLE}_policy`));
    expect(await ranAffected({ state: ["state.json"] })).toEqual({
      code: 1,
      stdout: '{"include":[]}\n',
      stderr: `error: the stack pmm-iam-finance is gone, but its state still holds ${ROLE} and 1 more; put its accounts back with lifecycle: retiring, apply, then delete them\n`,
    });
  });

  test("whose state holds what is of no account fails, and check refuses it", async () => {
    changed(accountsFile([ORDERS, `${LEDGER}, lifecycle: retiring`]), accountsFile([ORDERS]));
    const left = "module.pmm_iam_shop.aws_iam_role.pmm_rds_monitoring";
    repository.write("state.json", shownState(left));
    const state = ["pmm-iam-finance=state.json"];
    // Without a guard nothing says that it is that stack's.
    expect((await ranAffected({ state })).code).toBe(1);
    const { values, ...rest } = JSON.parse(shownState(left));
    values.root_module.resources = JSON.parse(guarded("pmm-iam-finance")).values.root_module.resources;
    repository.write("state.json", JSON.stringify({ ...rest, values }));
    expect((await ranAffected({ state })).stderr).toBe(
      `error: the stack pmm-iam-finance is gone, but its state still holds ${left}; put its accounts back with lifecycle: retiring, apply, then delete them\n`,
    );
    expect((await ranCheck(repository, { base: "HEAD", state })).stderr).toContain(
      `and the stack pmm-iam-finance with it, but the state of that still holds ${left}, which is of no account`,
    );
  });

  test("whose account is in another file now: check has the way", async () => {
    repository.write("b.yaml", `name: b\n${accountsFile(['name: shop, account_id: "555555555555"'])}`);
    changed(accountsFile([ORDERS, LEDGER]), accountsFile([ORDERS]));
    repository.write("b.yaml", `name: b\n${accountsFile([LEDGER])}`);
    expect((await ranAffected()).stderr).toContain(
      "an account of it is in b.yaml now, and pmm-iam check --base HEAD prints how its objects follow",
    );
  });

  test("though the ref alone has gained it: a hint", async () => {
    repository.write("accounts.yaml", accountsFile([ORDERS]));
    repository.commit();
    repository.git("checkout", "--quiet", "-b", "change");
    repository.git("checkout", "--quiet", "main");
    repository.write("accounts.yaml", accountsFile([ORDERS, LEDGER]));
    repository.commit();
    repository.git("checkout", "--quiet", "change");
    const { code, stderr } = await ranAffected({ base: "main" });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining(
        "with the commands below; or your branch is behind main: update it first\n",
      ),
    });
  });

  test("and a state that is not its own fails", async () => {
    changed(accountsFile([ORDERS, `${LEDGER}, lifecycle: retiring`]), accountsFile([ORDERS]));
    repository.write("state.json", shownState("aws_vpc.main"));
    const { code, stderr } = await ranAffected({ state: ["pmm-iam-finance=state.json"] });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `${NOTE}error: the state state.json was given for pmm-iam-finance and holds nothing of that stack, but aws_vpc.main; expected that stack's own: is it the right file?\n`,
    });
  });

  test("whose account is in another one now: check has the way", async () => {
    changed(accountsFile([ORDERS, LEDGER]), accountsFile([ORDERS, LEDGER.replace("finance", "shop")]));
    const { code, stderr } = await ranAffected();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `error: the stack pmm-iam-finance is gone, but "ledger" in it was active at HEAD; an account of it is in pmm-iam-shop now, and pmm-iam check --base HEAD prints how its objects follow; or show with --state that nothing is left in it, with the commands below\n${STEPS}`,
    });
  });
});

test("a change to the program affects all; what it does not consist of, nothing", () => {
  for (const part of ["src", "bin", "modules", "main.ts", "package.json", "package-lock.json", ".swcrc"]) {
    cpSync(join(packageRoot, part), repository.path(part), { recursive: true });
  }
  symlinkSync(join(packageRoot, "node_modules"), repository.path("node_modules"));
  repository.write(".gitignore", "node_modules\n");
  repository.write("accounts.yaml", accountsFile([ORDERS, LEDGER]));
  repository.commit();
  const run = () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [repository.path("bin/pmm-iam.js"), "affected", "--base", "main"],
      { cwd: repository.folder, encoding: "utf8", env: { PATH: process.env["PATH"] } },
    );
    return { status, stdout, stderr };
  };
  repository.write("README.md", "changed");
  expect(run()).toEqual({ status: 0, stdout: '{"include":[]}\n', stderr: "" });
  repository.write("src/new.ts", "");
  expect(run()).toEqual({
    status: 0,
    stdout: '{"include":[{"stack":"pmm-iam","accounts":1},{"stack":"pmm-iam-finance","accounts":1}]}\n',
    stderr: "note: all stacks are affected: src/new.ts has changed since main\n",
  });
});
