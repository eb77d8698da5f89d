// More than 300 lines: the command's cases share one repository and its helpers.
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check } from "../../src/commands/check";
import { features } from "../../src/features";
import { accountsFile, guarded, shownState } from "../changes/judged";
import { type Ran, Repository, ran, ranCheck } from "./repository";

const ORDERS = 'name: orders, account_id: "222222222222"';
const BILLING = 'name: billing, account_id: "033333333333"';

const GONE =
  '"orders" (account 222222222222) is gone, and at HEAD it was active: without its entry Terraform has no provider to destroy what it holds; put the entry back with lifecycle: retiring, apply, then delete it (lifecycle: closed where the AWS account itself is gone)';

let repository: Repository;
const folders: string[] = [];

beforeEach(() => {
  repository = Repository.create();
  folders.push(repository.folder);
});

afterAll(() => {
  for (const folder of folders) {
    rmSync(folder, { recursive: true });
  }
});

/** Two accounts at HEAD, and other ones in the working tree. */
function changed(after: readonly string[], before: readonly string[] = [ORDERS, BILLING]): string {
  repository.write("accounts.yaml", accountsFile(before));
  const commit = repository.commit();
  repository.write("accounts.yaml", accountsFile(after));
  return commit;
}

describe("without a base", () => {
  test("a good file: one line that says what was checked", async () => {
    repository.write("accounts.yaml", accountsFile([ORDERS, `${BILLING}, group: shop, lifecycle: closed`]));
    const { code, stdout, stderr } = await ranCheck(repository);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: "accounts.yaml: 2 accounts in 2 stacks: no errors, 1 warning\n",
    });
    expect(stderr).toMatch(
      /^accounts\.yaml:8:73: warning: what "billing" holds .* \[lifecycle\]\n {2}\| {3}- \{name/,
    );
  });

  test("errors: the lines that synth prints, and exit code 1", async () => {
    repository.write("accounts.yaml", accountsFile([ORDERS.replace("account_id", "acount_id")]));
    const { code, stdout, stderr } = await ranCheck(repository);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr.split("\n")[0]).toMatch(
      /^accounts\.yaml:7:20: error: unknown key "acount_id" under accounts\[0\]; did you mean "account_id"\? .* \[unknown-key\]$/,
    );
  });

  test("no git is needed", async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "pmm-iam-")));
    folders.push(folder);
    writeFileSync(join(folder, "accounts.yaml"), accountsFile([ORDERS]));
    expect(await ran(() => check(features, { format: "github" }), folder)).toEqual({
      code: 0,
      stdout: "accounts.yaml: 1 account in 1 stack: no errors, 0 warnings\n",
      stderr: "",
    });
  });

  test("another file of the repository under one name is an error, with a base and without", async () => {
    changed([ORDERS, BILLING]);
    repository.write(
      "staging.yaml",
      `${accountsFile(['name: shop, account_id: "444444444444"'])}name: pmm-iam\n`,
    );
    for (const options of [{}, { base: "HEAD" }]) {
      const { code, stderr } = await ranCheck(repository, options);
      expect([code, stderr.split("\n")[0]]).toEqual([
        1,
        "accounts.yaml:1:1: error: the stack pmm-iam of this deployment, pmm-iam, is also a stack of pmm-iam in staging.yaml:8:7: both would use the same state, and each apply would destroy what the other made; rename the one that is not applied yet [name-taken]",
      ]);
    }
  });

  test("--state alone is refused", async () => {
    expect(await ranCheck(repository, { state: ["a.json"] })).toEqual({
      code: 1,
      stdout: "",
      stderr: "error: --state needs a git ref to judge the change from; add --base <ref>\n",
    });
  });
});

describe("formats", () => {
  test("text: the line, the source line and a caret on stderr", async () => {
    changed([BILLING]);
    expect(await ranCheck(repository, { base: "HEAD" })).toEqual({
      code: 1,
      stdout: "",
      stderr: `accounts.yaml:6:1: error: ${GONE} [account-removed]\n  | accounts:\n  | ^\n`,
    });
  });

  test("json: one document on stdout", async () => {
    const commit = changed([BILLING]);
    const { code, stdout, stderr } = await ranCheck(repository, { base: "HEAD", format: "json" });
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      problems: [
        {
          file: "accounts.yaml",
          line: 6,
          column: 1,
          severity: "error",
          message: GONE,
          rule: "account-removed",
        },
      ],
      summary: { file: "accounts.yaml", errors: 1, warnings: 0, base: { ref: "HEAD", commit } },
    });
  });

  test("json without problems", async () => {
    repository.write("accounts.yaml", accountsFile([ORDERS]));
    expect(await ranCheck(repository, { format: "json" })).toEqual({
      code: 0,
      stdout:
        '{"problems":[],"summary":{"file":"accounts.yaml","errors":0,"warnings":0,"accounts":1,"stacks":1}}\n',
      stderr: "",
    });
  });

  test("past 100 problems, json and github count the rest by rule, the total last", async () => {
    const entries = Array.from(
      { length: 60 },
      (_, index) => `name: a${index}, account_id: "${index}", groop: x`,
    );
    repository.write("accounts.yaml", accountsFile(entries));
    const json = await ranCheck(repository, { format: "json" });
    const { problems, ...others } = JSON.parse(json.stdout);
    expect(problems).toHaveLength(100);
    expect(others).toEqual({
      rest: [
        { severity: "error", rule: "account-id", count: 10 },
        { severity: "error", rule: "unknown-key", count: 10 },
      ],
      summary: { file: "accounts.yaml", errors: 120, warnings: 0 },
    });
    const github = (await ranCheck(repository, { format: "github" })).stdout.trimEnd().split("\n");
    expect(github.slice(0, 100).every((line) => line.startsWith("::error "))).toBe(true);
    expect(github.slice(100)).toEqual([
      "and 20 more problems:",
      "  10 errors [account-id]",
      "  10 errors [unknown-key]",
      "120 problems: 120 errors, 0 warnings",
    ]);
  });

  test("json with commands: they are steps of the problem", async () => {
    changed([`${ORDERS}, group: shop`, BILLING]);
    const { stdout } = await ranCheck(repository, { base: "HEAD", format: "json" });
    const { problems } = JSON.parse(stdout);
    expect(problems[0].steps).toContain("terraform -chdir=cdktf.out/stacks/pmm-iam-shop init");
    expect(problems[0].undo).toEqual([
      'terraform -chdir=cdktf.out/stacks/pmm-iam state push -force "$copies/pmm-iam.before"',
      "terraform -chdir=cdktf.out/stacks/pmm-iam-shop state rm module.pmm_iam_orders",
    ]);
  });

  test("github: workflow commands, the file from the repository's root, everything escaped", async () => {
    repository.write("a,b:c/accounts.yaml", `${accountsFile([`${ORDERS}, tags: {50%: x}`])}name: staging\n`);
    const { code, stdout, stderr } = await ranCheck(repository, { format: "github" }, "a,b:c/accounts.yaml");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout.split("\n")).toEqual([
      '::error file=a%2Cb%3Ac/accounts.yaml,line=7,col=55,title=tag-key::found the tag key "50%25"; expected 1 to 128 letters, digits, spaces or any of _ . : / = + - @, not starting with aws: or pmm-iam:',
      "",
    ]);
  });

  test.each(["a/accounts.yaml", "./a/accounts.yaml"])(
    "a policy file's problems are at its own lines, which are not quoted: %s",
    async (file) => {
      const monitor =
        'third_party_monitors: [{name: vendor, account_id: "999999999999", external_id: an-id, policy: ./policies/p.json}]';
      const message =
        'this action has no service in front of it; expected a service and an action, such as "rds:Describe*"';
      repository.write(
        "a/accounts.yaml",
        `${accountsFile([`${ORDERS}, ${monitor}`, `${BILLING}, ${monitor}`])}name: staging\n`,
      );
      repository.write(
        "a/policies/p.json",
        '{"Version": "2012-10-17",\n "Statement": {"Effect": "Allow", "Action": "Secret", "Resource": "*"}}',
      );
      const at = { line: 2, column: 45 };
      expect(await ranCheck(repository, {}, file)).toEqual({
        code: 1,
        stdout: "",
        stderr: `a/policies/p.json:2:45: error: ${message} [policy]\n`,
      });
      const json = await ranCheck(repository, { format: "json" }, file);
      expect(JSON.parse(json.stdout).problems).toEqual([
        { file: "a/policies/p.json", ...at, severity: "error", message, rule: "policy" },
      ]);
      const github = await ranCheck(repository, { format: "github" }, file);
      expect(github.stdout).toBe(`::error file=a/policies/p.json,line=2,col=45,title=policy::${message}\n`);
    },
  );

  test("github: commands follow on lines of their own", async () => {
    changed([`${ORDERS}, group: shop`, BILLING]);
    const { stdout } = await ranCheck(repository, { base: "HEAD", format: "github" });
    expect(stdout).toMatch(
      /^::error file=accounts\.yaml,line=7,col=55,title=group-changed::"orders" goes .*%0AACCOUNTS_FILE=accounts\.yaml npm run synth%0Aterraform -chdir/,
    );
    expect(stdout.split("\n")).toHaveLength(2);
  });
});

describe("what the command was given, in every format", () => {
  const BASE =
    "--base is empty; expected a git ref, such as origin/main: is the variable set that it comes from?";
  const STATE = "the state no.json cannot be read: there is no such file";

  test.each([
    ["base", BASE, { base: "" }],
    ["state", STATE, { base: "HEAD", state: ["no.json"] }],
    ["state", "--state needs a git ref to judge the change from; add --base <ref>", { state: ["no.json"] }],
  ])("%s: %s", async (rule, message, options) => {
    changed([ORDERS]);
    const json = await ranCheck(repository, { ...options, format: "json" });
    expect({ ...json, stdout: JSON.parse(json.stdout) }).toEqual({
      code: 1,
      stdout: {
        problems: [{ file: "accounts.yaml", line: 1, column: 1, severity: "error", message, rule }],
        summary: { file: "accounts.yaml", errors: 1, warnings: 0 },
      },
      stderr: "",
    });
    expect(await ranCheck(repository, { ...options, format: "github" })).toEqual({
      code: 1,
      stdout: `::error file=accounts.yaml,line=1,col=1,title=${rule}::${message}\n`,
      stderr: "",
    });
  });
});

describe("github's annotations where the file's place is not known", () => {
  test("a folder that is not there", async () => {
    expect(await ranCheck(repository, { format: "github" }, "envs/accounts.yaml")).toEqual({
      code: 1,
      stdout:
        "::error file=envs/accounts.yaml,line=1,col=1,title=file::there is no such file; write one (README.md shows the shortest) or set ACCOUNTS_FILE to its path\n",
      stderr: "",
    });
  });

  test("a file that is not there: its name in the repository", async () => {
    repository.write("iam/x", "");
    const { stdout } = await ran(
      () => check(features, { format: "github" }),
      repository.path("iam"),
      "a.yaml",
    );
    expect(stdout).toMatch(/^::error file=iam\/a\.yaml,line=1,col=1,title=file::/);
  });

  test("no git", async () => {
    repository.write("accounts.yaml", accountsFile([`${ORDERS}, group: shop, lifecycle: closed`]));
    jest.replaceProperty(process, "env", { ...process.env, PATH: "" });
    try {
      const { code, stdout } = await ranCheck(repository, { format: "github" });
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: expect.stringMatching(/^::warning file=accounts\.yaml,line=7,/),
      });
    } finally {
      jest.restoreAllMocks();
    }
  });
});

describe("the base", () => {
  test("a change that is fine names what it was compared with", async () => {
    const commit = changed([ORDERS, BILLING, 'name: shop, account_id: "444444444444"']);
    expect(await ranCheck(repository, { base: "main" })).toEqual({
      code: 0,
      stdout: `accounts.yaml: 3 accounts in 1 stack, compared with main (${commit.slice(0, 7)}): no errors, 0 warnings\n`,
      stderr: "",
    });
  });

  test("in a shallow clone, a ref that is missing says what to fetch, and then is there", async () => {
    repository.write("accounts.yaml", accountsFile([ORDERS, BILLING]));
    const first = repository.commit();
    repository.git("branch", "release");
    repository.write("accounts.yaml", accountsFile([BILLING]));
    repository.commit();
    const clone = repository.shallowClone();
    folders.push(clone.folder);

    expect((await ranCheck(clone, { base: "origin/main" })).code).toBe(0);
    for (const [base, advice] of [
      ["release", "fetch it: git fetch --depth=1 origin release, and compare with --base FETCH_HEAD"],
      ["origin/release", "fetch it: git fetch --depth=1 origin release:refs/remotes/origin/release"],
      [first, `fetch it: git fetch --depth=1 origin ${first}`],
      [
        first.slice(0, 8),
        "git fetches no commit by a part of its id: give all 40 digits, or fetch more commits: git fetch --deepen=50 origin",
      ],
      ["HEAD^", "name a branch, a tag or a commit, or fetch more commits: git fetch --deepen=50 origin"],
    ] as const) {
      expect(await ranCheck(clone, { base })).toEqual({
        code: 1,
        stdout: "",
        stderr: `error: the git ref ${base} is not in this clone; ${advice}\n`,
      });
    }

    clone.git("fetch", "--depth=1", "origin", "release:refs/remotes/origin/release");
    const { code, stderr } = await ranCheck(clone, { base: "origin/release" });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining("and at origin/release it was active"),
    });
  });

  test.each([
    ["", "--base is empty; expected a git ref, such as origin/main: is the variable set that it comes from?"],
    [
      "HEAD:accounts.yaml",
      "the git ref HEAD:accounts.yaml is a blob; expected a commit: name a branch, a tag or a commit, such as origin/main",
    ],
    [
      "tree",
      "the git ref tree is a tree; expected a commit: name a branch, a tag or a commit, such as origin/main",
    ],
  ])("what is no ref of a commit is called what it is: %j", async (base, message) => {
    changed([ORDERS]);
    repository.git("tag", "--annotate", "--message=a", "tree", "HEAD^{tree}");
    expect(await ranCheck(repository, { base })).toEqual({
      code: 1,
      stdout: "",
      stderr: `error: ${message}\n`,
    });
  });

  test("git is asked about the file's own repository, whatever a hook has set", async () => {
    changed([BILLING]);
    const other = Repository.create();
    folders.push(other.folder);
    const environment = {
      GIT_DIR: other.path(".git"),
      GIT_WORK_TREE: other.folder,
      GIT_INDEX_FILE: other.path("index"),
      GIT_PREFIX: "x/",
    };
    jest.replaceProperty(process, "env", { ...process.env, ...environment });
    try {
      const { stderr } = await ranCheck(repository, { base: "HEAD" });
      expect(stderr).toContain(`error: ${GONE} [account-removed]`);
    } finally {
      jest.restoreAllMocks();
    }
  });

  describe("that has gone on since this branch left it", () => {
    const SHOP = 'name: shop, account_id: "444444444444"';

    function committed(...entries: readonly string[]): string {
      repository.write("accounts.yaml", accountsFile(entries));
      return repository.commit();
    }

    test("is taken where it was left: what it has gained is not missed", async () => {
      const fork = committed(ORDERS);
      repository.git("branch", "change");
      committed(ORDERS, BILLING);
      repository.git("checkout", "--quiet", "change");
      committed(ORDERS, SHOP);
      expect(await ranCheck(repository, { base: "main" })).toEqual({
        code: 0,
        stdout: `accounts.yaml: 2 accounts in 1 stack, compared with main (${fork.slice(0, 7)}): no errors, 0 warnings\n`,
        stderr: "",
      });
      committed(SHOP);
      const { stderr } = await ranCheck(repository, { base: "main" });
      expect(stderr).toContain(
        `"orders" (account 222222222222) is gone, and at ${fork.slice(0, 7)} it was active`,
      );
      expect(stderr).not.toContain("behind");
    });

    test("is taken as it is where the history does not say, with a hint", async () => {
      committed(ORDERS);
      const clone = repository.shallowClone();
      folders.push(clone.folder);
      committed(ORDERS, BILLING);
      clone.git("fetch", "--quiet", "--depth=1", "origin", "+main:refs/remotes/origin/main");
      const { code, stderr } = await ranCheck(clone, { base: "origin/main" });
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringContaining(
          "(lifecycle: closed where the AWS account itself is gone); or your branch is behind origin/main: update it first [account-removed]",
        ),
      });
    });

    test("is taken as it is where two commits are equally where it was left", async () => {
      committed(ORDERS);
      repository.git("checkout", "--quiet", "-b", "change");
      repository.write("README", "");
      const ours = repository.commit();
      repository.git("checkout", "--quiet", "main");
      const theirs = committed(ORDERS, BILLING);
      repository.git("merge", "--quiet", "--no-edit", ours);
      repository.git("checkout", "--quiet", "change");
      repository.git("merge", "--quiet", "--no-edit", theirs);
      committed(ORDERS);
      const { code, stderr } = await ranCheck(repository, { base: "main" });
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringContaining(
          '"billing" (account 033333333333) is gone, and at main it was active',
        ),
      });
    });
  });

  test("an option in place of a ref reaches no git", async () => {
    changed([ORDERS]);
    const { code, stderr } = await ranCheck(repository, { base: "--output=stolen" });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^error: the git ref --output=stolen is not in this clone; /),
    });
  });

  test("a file that was not there: everything is new", async () => {
    repository.write("README", "");
    repository.commit();
    repository.write("accounts.yaml", accountsFile([ORDERS]));
    const { code, stderr } = await ranCheck(repository, { base: "HEAD" });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr:
        "accounts.yaml:6:1: warning: there is no accounts.yaml at HEAD, so every account counts as new and none as removed [base]\n  | accounts:\n  | ^\n",
    });
  });

  test.each(["", "\n", "# accounts come here\n", "---\n"])(
    "a file that held nothing but comments, %j: everything is new",
    async (text) => {
      repository.write("accounts.yaml", text);
      repository.commit();
      repository.write("accounts.yaml", accountsFile([ORDERS]));
      const { code, stderr } = await ranCheck(repository, { base: "HEAD" });
      expect({ code, stderr: stderr.split("\n")[0] }).toEqual({
        code: 0,
        stderr:
          "accounts.yaml:6:1: warning: accounts.yaml at HEAD is empty, so every account counts as new and none as removed [base]",
      });
    },
  );

  test("a renamed file is compared with what it was called", async () => {
    repository.write("old.yaml", accountsFile([ORDERS, BILLING]));
    repository.commit();
    repository.git("mv", "old.yaml", "accounts.yaml");
    repository.write("accounts.yaml", accountsFile([BILLING]));
    const { code, stderr } = await ranCheck(repository, { base: "HEAD" });
    expect({ code, stderr: stderr.split("\n")[0] }).toEqual({
      code: 1,
      stderr: `accounts.yaml:6:1: error: ${GONE} [account-removed]`,
    });
  });

  describe("a file of another name is judged from where its accounts were", () => {
    const SHOP = 'name: shop, account_id: "444444444444"';
    const LEDGER = 'name: ledger, account_id: "555555555555"';
    const IN_JSON = `{"source": {"account_id": "111111111111", "pmm_ec2_role_name": "pmm-ec2-role"},
      "defaults": {"admin_role_name": "Admin"},
      "accounts": [{"name": "orders", "account_id": "222222222222"}, {"name": "billing", "account_id": "033333333333"}]}`;
    const removed = expect.stringContaining(`error: ${GONE} [account-removed]`);
    const NEW = "there is no accounts.yaml at HEAD, so every account counts as new and none as removed";

    /** Files at HEAD. */
    function committed(files: Readonly<Record<string, readonly string[]>>): void {
      for (const [name, entries] of Object.entries(files)) {
        repository.write(name, accountsFile(entries));
      }
      repository.commit();
    }

    function remove(...names: readonly string[]): void {
      for (const name of names) {
        rmSync(repository.path(name));
      }
    }

    /** What a check of the change since HEAD says, without source lines. */
    async function checked(file = "accounts.yaml"): Promise<{ code: Ran["code"]; lines: string[] }> {
      const { code, stderr } = await ranCheck(repository, { base: "HEAD" }, file);
      const lines = stderr.split("\n").filter((line) => line.startsWith(file));
      return { code, lines: lines.map((line) => line.replace(/^\S+ /, "")) };
    }

    test.each([
      ["old.yaml", "not added"],
      ["old.yml", "added"],
    ])("with every line changed: from %s, %s", async (old, added) => {
      committed({ [old]: [ORDERS, BILLING] });
      remove(old);
      const today = `{"source": {"account_id": "111111111111", "pmm_ec2_role_name": "pmm-ec2-role"},
        "defaults": {"admin_role_name": "Admin"},
        "accounts": [{"name": "billing", "account_id": "033333333333"}]}`;
      const before = accountsFile([ORDERS, BILLING]).split("\n");
      expect(today.split("\n").filter((line) => before.includes(line))).toEqual([]);
      repository.write("accounts.yaml", today);
      if (added === "added") {
        repository.git("add", "--all");
      }
      expect(await checked()).toEqual({
        code: 1,
        lines: [
          `error: ${GONE} [account-removed]`,
          `warning: there is no accounts.yaml at HEAD; the change is judged from where its accounts were: ${old} (2 accounts, gone since) [base]`,
        ],
      });
    });

    test("put together from two that are gone", async () => {
      committed({ "a.yaml": [ORDERS, BILLING], "b.yaml": [SHOP, LEDGER] });
      remove("a.yaml", "b.yaml");
      repository.write("accounts.yaml", accountsFile([BILLING, SHOP, LEDGER]));
      expect(await checked()).toEqual({
        code: 1,
        lines: [
          `error: ${GONE} [account-removed]`,
          "warning: there is no accounts.yaml at HEAD; the change is judged from where its accounts were: b.yaml (2 accounts, gone since) and a.yaml (2 accounts, gone since) [base]",
        ],
      });
    });

    test.each([
      ["accounts.json", IN_JSON],
      ["accounts", accountsFile([ORDERS, BILLING])],
      ["prod.conf", `# prod\n---\n${accountsFile([ORDERS, BILLING])}`],
      ["prod.yaml.old", `\r\n${accountsFile([ORDERS, BILLING])}`],
    ])("of any name, though not of Terraform's: %s", async (old, text) => {
      repository.write(old, text);
      repository.write("cdktf.out/stacks/pmm-iam/cdk.tf.json", IN_JSON);
      repository.commit();
      remove(old);
      repository.write("accounts.yaml", accountsFile([BILLING]));
      expect(await checked()).toEqual({
        code: 1,
        lines: [
          `error: ${GONE} [account-removed]`,
          `warning: there is no accounts.yaml at HEAD; the change is judged from where its accounts were: ${old} (2 accounts, gone since) [base]`,
        ],
      });
    });

    test("put together from two that had an account of one name: each is known by its id", async () => {
      const file = (entries: readonly string[]) => `name: a\n${accountsFile(entries)}`;
      repository.write("a.yaml", file([SHOP]));
      repository.write("b.yaml", file([SHOP.replace("444444444444", "777777777777"), LEDGER]));
      repository.commit();
      remove("b.yaml");
      repository.write("a.yaml", file([SHOP, LEDGER, 'name: store, account_id: "777777777777"']));
      expect(await checked("a.yaml")).toEqual({
        code: 1,
        lines: [
          "warning: accounts of a.yaml were in other files at HEAD, and are judged from there: b.yaml (2 accounts, gone since) [base]",
          expect.stringMatching(
            /^error: account 777777777777 was called "shop" at HEAD; .* \[name-changed\]$/,
          ),
        ],
      });
    });

    test("put together from one that is gone and one that stays", async () => {
      const stays = 'name: store, account_id: "666666666666"';
      committed({ "a.yaml": [SHOP, LEDGER, stays], "b.yaml": [ORDERS, BILLING] });
      remove("b.yaml");
      repository.write("a.yaml", accountsFile([stays]));
      repository.write("accounts.yaml", accountsFile([BILLING, SHOP, LEDGER]));
      expect(await checked()).toEqual({
        code: 1,
        lines: [
          `error: ${GONE} [account-removed]`,
          "warning: there is no accounts.yaml at HEAD; the change is judged from where its accounts were: b.yaml (2 accounts, gone since) and a.yaml (2 accounts) [base]",
        ],
      });
    });

    test("split off one that stays: of that, only what has moved counts", async () => {
      committed({ "a.yaml": [ORDERS, BILLING, SHOP] });
      repository.write("a.yaml", accountsFile([ORDERS]));
      repository.write("accounts.yaml", accountsFile([BILLING.replace("billing", "bills"), SHOP]));
      expect(await checked()).toEqual({
        code: 1,
        lines: [
          "warning: there is no accounts.yaml at HEAD; the change is judged from where its accounts were: a.yaml (2 accounts) [base]",
          expect.stringMatching(
            /^error: account 033333333333 was called "billing" at HEAD; .* \[name-changed\]$/,
          ),
        ],
      });
      remove("accounts.yaml");
      repository.write("a.yaml", `${accountsFile([ORDERS])}name: pmm-iam\n`);
      const { code, lines } = await checked("a.yaml");
      expect([code, lines.length]).toEqual([1, 2]);
    });

    test("a copy of one that stays is refused, also where accounts are missing in it", async () => {
      committed({ "prod.yaml": [ORDERS, BILLING] });
      repository.write("accounts.yaml", accountsFile([BILLING]));
      expect(await checked()).toEqual({
        code: 1,
        lines: [
          `warning: ${NEW} [base]`,
          'error: "billing" (account 033333333333) is in prod.yaml too; two files that manage one AWS account make the same roles and undo each other\'s changes: keep each account in one of them [account-shared]',
        ],
      });
    });

    test("what the change shares is refused once, and what was shared before is a warning", async () => {
      const named = (name: string, entries: readonly string[]) => `${accountsFile(entries)}name: ${name}\n`;
      repository.write("prod.yaml", named("prod", [ORDERS, BILLING]));
      repository.write("test.yaml", named("test", [ORDERS]));
      repository.commit();
      repository.write("test.yaml", named("test", [ORDERS, BILLING]));
      const { lines } = await checked("test.yaml");
      expect(lines.map((line) => line.replace(/;.*(?= \[)/, ""))).toEqual([
        "warning: 1 account of this file, 222222222222 first, is also in prod.yaml [account-shared]",
        'error: "billing" (account 033333333333) is in prod.yaml too [account-shared]',
      ]);
    });

    test("of many files three are named, those with most accounts first", async () => {
      committed({
        "a.yaml": [ORDERS],
        "c.yaml": [ORDERS],
        "e.yaml": [ORDERS, BILLING],
        "f.yaml": [ORDERS],
        "g.yaml": [ORDERS],
      });
      repository.write("accounts.yaml", accountsFile([ORDERS, BILLING]));
      expect((await checked()).lines[1]).toContain(
        "is in e.yaml, a.yaml, c.yaml and 2 more files too; two files",
      );
    });

    test("one of another deployment with other accounts is new", async () => {
      for (const [file, account] of [
        ["a", ORDERS],
        ["b", BILLING],
      ] as const) {
        repository.write(`${file}.yaml`, `name: ${file}\n${accountsFile([account])}`);
      }
      repository.commit();
      remove("b.yaml");
      repository.write("accounts.yaml", accountsFile([SHOP, LEDGER]));
      expect(await checked()).toEqual({ code: 0, lines: [`warning: ${NEW} [base]`] });
    });

    test.each([
      ["the deployment's name", accountsFile([SHOP])],
      [
        "an account's name",
        `name: other\n${accountsFile([BILLING.replace("033333333333", "444444444444")])}`,
      ],
    ])("one that is gone is gone on with by %s", async (_, today) => {
      committed({ "a.yaml": [ORDERS, BILLING] });
      remove("a.yaml");
      repository.write("accounts.yaml", today);
      expect((await checked()).lines).toContainEqual(removed);
    });

    test("accounts that come from a file that stays, beside one of today's name", async () => {
      committed({ "accounts.yaml": [ORDERS], "b.yaml": [BILLING, SHOP] });
      repository.write("accounts.yaml", accountsFile([ORDERS, BILLING]));
      repository.write("b.yaml", accountsFile([SHOP]));
      // Both were of the default deployment, whose states they share: nothing has to move.
      expect(await checked()).toEqual({
        code: 0,
        lines: [
          "warning: accounts of accounts.yaml were in other files at HEAD, and are judged from there: b.yaml (1 account) [base]",
        ],
      });
    });

    test("an account that two files had is kept by the one that still has it", async () => {
      committed({ "accounts.yaml": [ORDERS, BILLING], "b.yaml": [BILLING, SHOP] });
      repository.write("b.yaml", accountsFile([SHOP]));
      expect(await checked()).toEqual({ code: 0, lines: [] });
      remove("b.yaml");
      expect((await checked()).lines).toEqual([
        expect.stringMatching(/^error: "shop" .* is gone/),
        expect.stringContaining("are judged from there: b.yaml (1 account, gone since) [base]"),
      ]);
    });

    test("accounts that go from one deployment to another are refused on both sides", async () => {
      const file = (name: string, entries: readonly string[]) => `name: ${name}\n${accountsFile(entries)}`;
      repository.write("a.yaml", file("a", [ORDERS, BILLING]));
      repository.write("b.yaml", file("b", [SHOP]));
      repository.commit();
      repository.write("a.yaml", file("a", [ORDERS]));
      repository.write("b.yaml", file("b", [SHOP, BILLING]));
      expect(await checked("a.yaml")).toEqual({
        code: 1,
        lines: [
          'error: "billing" (account 033333333333) is in b.yaml now, and the state of a holds its objects: that stack would lose the provider to destroy them with, and b.yaml would make what is there already; put the entry back here, or move its objects from state to state with the commands that a check of b.yaml prints [account-moved]',
        ],
      });
      const { stderr } = await ranCheck(repository, { base: "HEAD" }, "b.yaml");
      expect(stderr).toMatch(
        /error: "billing" goes from the stack a, of a\.yaml, to b: .* \[account-moved\]/,
      );
      expect(stderr).toContain(
        'terraform state mv -state="$copies/a.tfstate" -state-out="$copies/b.tfstate" module.pmm_iam_billing module.pmm_iam_billing',
      );
      // The state of a, after the move.
      repository.write("a.json", shownState("module.pmm_iam_orders.aws_iam_role.pmm_rds_monitoring"));
      const moved = await ranCheck(repository, { base: "HEAD", state: ["a=a.json"] }, "a.yaml");
      expect({ code: moved.code, stderr: moved.stderr }).toEqual({ code: 0, stderr: "" });
    });

    test("what is no accounts file is none, though it names the ids", async () => {
      const list = accountsFile([ORDERS, BILLING]).replace("accounts:", "list:");
      repository.write("template.yaml", list);
      repository.write("others.yaml", list.replace("source:", "where:").replace("list:", "accounts:"));
      repository.commit();
      remove("template.yaml", "others.yaml");
      repository.write("accounts.yaml", accountsFile([BILLING]));
      expect(await checked()).toEqual({ code: 0, lines: [`warning: ${NEW} [base]`] });
    });

    test.each([
      ["something else", () => repository.write("prod.yaml", "accounts: 3\n")],
      ["no YAML", () => repository.write("prod.yaml", accountsFile([`${ORDERS}, tags: [`, BILLING]))],
      ["a folder", () => repository.write("prod.yaml/README", "")],
      ["a link to today's", () => symlinkSync("accounts.yaml", repository.path("prod.yaml"))],
      ["a link to nothing", () => symlinkSync("nothing", repository.path("prod.yaml"))],
    ])("one that is %s now is gone", async (_, replace) => {
      committed({ "prod.yaml": [ORDERS, BILLING] });
      remove("prod.yaml");
      repository.write("accounts.yaml", accountsFile([BILLING]));
      replace();
      const { code, lines } = await checked();
      expect({ code, lines }).toEqual({
        code: 1,
        lines: [
          `error: ${GONE} [account-removed]`,
          expect.stringContaining("where its accounts were: prod.yaml (2 accounts, gone since) [base]"),
        ],
      });
    });

    test("accounts that cannot be read in one that is gone are said", async () => {
      committed({ "old.yaml": [BILLING, 'account_id: "222222222222"'] });
      remove("old.yaml");
      repository.write("accounts.yaml", accountsFile([BILLING]));
      expect((await checked()).lines).toContain(
        "warning: old.yaml at HEAD has accounts that cannot be read, whose change is not judged [base]",
      );
    });

    test("a link that is new leads to a file whose accounts were in another", async () => {
      committed({ "old.yaml": [ORDERS, BILLING, SHOP] });
      remove("old.yaml");
      repository.write("prod.yaml", accountsFile([BILLING, SHOP]));
      symlinkSync("prod.yaml", repository.path("accounts.yaml"));
      const { code, stderr } = await ranCheck(repository, { base: "HEAD" });
      expect({ code, stderr }).toEqual({ code: 1, stderr: removed });
    });
  });

  test("a file whose content git does not have: one line", async () => {
    changed([BILLING]);
    const object = repository.git("rev-parse", "HEAD:accounts.yaml").trim();
    rmSync(repository.path(`.git/objects/${object.slice(0, 2)}/${object.slice(2)}`));
    expect(await ranCheck(repository, { base: "HEAD" })).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "error: git does not have accounts.yaml at HEAD; expected a clone with its files: fetch them, or clone again without --filter\n",
    });
  });

  describe("a file that is a link", () => {
    const REMOVED = { code: 1, stderr: expect.stringContaining(`error: ${GONE} [account-removed]`) };

    /** `accounts.yaml` leads to a file that an account is then taken out of. */
    function linked(target = "envs/prod.yaml", name = ""): void {
      repository.write("envs/prod.yaml", accountsFile([ORDERS, BILLING]) + name);
      symlinkSync(target, repository.path("accounts.yaml"));
      repository.commit();
      repository.write("envs/prod.yaml", accountsFile([BILLING]) + name);
    }

    test("is compared with what it led to", async () => {
      linked();
      expect(await ranCheck(repository, { base: "HEAD" })).toMatchObject(REMOVED);
      const { stdout } = await ranCheck(repository, { base: "HEAD", format: "github" });
      expect(stdout).toMatch(/^::error file=envs\/prod\.yaml,line=6,col=1,/);
    });

    test("of a link, in a folder that is one", async () => {
      repository.write("teams/dba/x", "");
      symlinkSync("teams/dba", repository.path("team"));
      symlinkSync("../../accounts.yaml", repository.path("teams/dba/accounts.yaml"));
      symlinkSync("envs", repository.path("current"));
      linked("current/prod.yaml", "name: prod\n");
      expect(await ranCheck(repository, { base: "HEAD" }, "team/accounts.yaml")).toMatchObject(REMOVED);
    });

    test("to another file than before", async () => {
      linked();
      repository.write("envs/test.yaml", accountsFile([BILLING]));
      rmSync(repository.path("accounts.yaml"));
      symlinkSync("envs/test.yaml", repository.path("accounts.yaml"));
      expect(await ranCheck(repository, { base: "HEAD" })).toMatchObject(REMOVED);
    });

    test("and was none, or is new", async () => {
      changed([BILLING]);
      repository.git("mv", "accounts.yaml", "prod.yaml");
      symlinkSync("prod.yaml", repository.path("accounts.yaml"));
      expect(await ranCheck(repository, { base: "HEAD" })).toMatchObject(REMOVED);
      rmSync(repository.path("accounts.yaml"));
      repository.git("checkout", "--quiet", "--force", "HEAD");
      repository.write("accounts.yaml", accountsFile([BILLING]));
      symlinkSync("accounts.yaml", repository.path("new.yaml"));
      expect(await ranCheck(repository, { base: "HEAD" }, "new.yaml")).toMatchObject(REMOVED);
    });

    test("outside the repository leads into it", async () => {
      linked();
      const folder = realpathSync(mkdtempSync(join(tmpdir(), "pmm-iam-")));
      folders.push(folder);
      symlinkSync(repository.path("accounts.yaml"), join(folder, "accounts.yaml"));
      const checked = await ran(() => check(features, { base: "HEAD", format: "text" }), folder);
      expect(checked).toMatchObject(REMOVED);
    });

    test("into a repository inside this one leads to no file of this one", async () => {
      repository.write("prod.yaml", accountsFile([ORDERS]));
      repository.commit();
      repository.write("inner/prod.yaml", accountsFile([BILLING]));
      repository.git("init", "--quiet", "inner");
      symlinkSync("inner/prod.yaml", repository.path("accounts.yaml"));
      const { code, stderr } = await ranCheck(repository, { base: "HEAD" });
      expect({ code, stderr }).toEqual({
        code: 0,
        stderr: expect.stringContaining("there is no accounts.yaml at HEAD, so every account counts as new"),
      });
    });

    test.each([
      ["nowhere", "envs/gone.yaml"],
      ["out of the repository", "../elsewhere.yaml"],
      ["itself", "accounts.yaml"],
    ])("that led %s: nothing can be judged, which is an error", async (_, target) => {
      symlinkSync(target, repository.path("accounts.yaml"));
      repository.commit();
      rmSync(repository.path("accounts.yaml"));
      repository.write("accounts.yaml", accountsFile([ORDERS]));
      expect(await ranCheck(repository, { base: "HEAD" })).toEqual({
        code: 1,
        stdout: "",
        stderr:
          "accounts.yaml:6:1: error: accounts.yaml at HEAD is a link to something that is not a file of that commit, so no change from it can be judged; compare with a commit where it was right, one of those that git log --oneline HEAD -- accounts.yaml lists: --base <commit> [base]\n  | accounts:\n  | ^\n",
      });
    });
  });

  test("a file in a folder, run from there", async () => {
    repository.write("teams/dba/accounts.yaml", accountsFile([ORDERS, BILLING]));
    repository.commit();
    repository.write("teams/dba/accounts.yaml", accountsFile([BILLING]));
    const { code } = await ran(
      () => check(features, { base: "HEAD", format: "text" }),
      repository.path("teams/dba"),
    );
    expect(code).toBe(1);
  });

  test("outside a repository: one line", async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "pmm-iam-")));
    folders.push(folder);
    writeFileSync(join(folder, "accounts.yaml"), accountsFile([ORDERS]));
    expect(await ran(() => check(features, { base: "main", format: "text" }), folder)).toEqual({
      code: 1,
      stdout: "",
      stderr: `error: ${folder} is not in a git repository, and --base compares with one of its commits; run this in a clone (git clone --depth=1 is enough), or make a repository of it: git init, git add . and git commit\n`,
    });
  });
});

describe("--state", () => {
  const RETIRING = [`${ORDERS}, lifecycle: retiring`, BILLING];
  const ROLE = "module.pmm_iam_orders.aws_iam_role.pmm_rds_monitoring";

  test("objects that stand are an error, none are fine, and a state may be named by its stack", async () => {
    changed([BILLING], RETIRING);
    repository.write("full.json", shownState(ROLE));
    repository.write("empty.json", '{"format_version":"1.0"}');
    repository.write("guard.json", guarded("pmm-iam"));
    const checked = async (state: string) => {
      const { code, stderr } = await ranCheck(repository, { base: "HEAD", state: [state] });
      return [code, /(error|warning): .{30}/.exec(stderr)?.[0]];
    };
    expect(await checked("full.json")).toEqual([1, 'error: "orders" (account 222222222222']);
    expect(await checked("empty.json")).toEqual([1, "error: the state empty.json is empty,"]);
    expect(await checked("pmm-iam=empty.json")).toEqual([1, "error: the state empty.json is empty,"]);
    expect(await checked("pmm-iam=guard.json")).toEqual([0, undefined]);
    expect(await checked("pmm-iam=full.json")).toEqual([1, 'error: "orders" (account 222222222222']);
    expect(await checked("pmm-iam-shop=full.json")).toEqual([1, "error: the state full.json was given "]);
  });

  test("a state that is not there: one line", async () => {
    changed([BILLING], RETIRING);
    expect(await ranCheck(repository, { base: "HEAD", state: ["no.json"] })).toEqual({
      code: 1,
      stdout: "",
      stderr: "error: the state no.json cannot be read: there is no such file\n",
    });
  });
});
