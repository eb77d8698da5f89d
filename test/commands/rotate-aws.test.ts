// More than 300 lines: every answer of AWS to each question of rotate, from one fake AWS.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type RotateOptions, rotate } from "../../src/commands/rotate";
import { features } from "../../src/features";
import { packageRoot } from "../../src/project";
import { type Failure, KeysInAws, type ListedKey } from "../support/keys-in-aws";
import { type Ran, Repository, ran } from "./repository";

const TODAY = new Date("2026-11-26T12:00:00Z");
const ENVIRONMENT = { ...process.env };

let repository: Repository;
let aws: KeysInAws;

beforeEach(async () => {
  repository = Repository.create();
  aws = await KeysInAws.start();
  Object.assign(process.env, aws.environment(), {
    AWS_EC2_METADATA_DISABLED: "true",
    HOME: repository.folder,
  });
});

afterEach(async () => {
  process.env = { ...ENVIRONMENT };
  await aws.stop();
  rmSync(repository.folder, { recursive: true });
});

const FILE = `source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
accounts:
  - name: billing
    account_id: "033333333333"
    aurora: {key_generation: 2, previous_key: active}
  - name: leaves
    account_id: "555555555555"
    lifecycle: retiring
    aurora: true
  - name: orders
    account_id: "222222222222"
    aurora: true
  - name: shop
    account_id: "666666666666"
    aurora: {key_generation: 3, previous_key: deleted}
`;

const USER = "PMMAWSIntegrationUser";

/** A user as AWS has it. */
interface User {
  readonly generation: number | undefined;
  readonly keys: readonly ListedKey[];
}

/** A user with its keys, each as when it was made and last used; a leading - makes it inactive. */
function userOf(generation: number | undefined, ...keys: string[]): User {
  return {
    generation,
    keys: keys.map((key, index): ListedKey => {
      const [created = "", used] = key.replace(/^-/, "").split(" ");
      return {
        id: `AKIAUSERKEYUSERKEY0${index}`,
        status: key.startsWith("-") ? "Inactive" : "Active",
        created,
        ...(used === undefined ? {} : { used }),
      };
    }),
  };
}

/** What AWS has, by account. */
function inAws(users: Readonly<Record<string, User | undefined>>): void {
  aws.keys.clear();
  aws.generations.clear();
  for (const [account, user] of Object.entries(users)) {
    if (user !== undefined) {
      aws.keys.set(account, user.keys);
    }
    if (user?.generation !== undefined) {
      aws.generations.set(account, user.generation);
    }
  }
}

/** What is said of PMM in each step that ends a key: push-pmm.test.ts has the rest of it. */
const PMM_NOTE =
  "note: PMM was not asked whether it still holds the previous key; set PMM_URL and PMM_TOKEN to have it asked\n";

const rotated = async (accounts: string[], options: RotateOptions = {}, file = FILE): Promise<Ran> => {
  repository.write("accounts.yaml", file);
  const result = await ran(() => rotate(features, accounts, options, TODAY), repository.folder);
  expect(result.stdout + result.stderr).not.toMatch(/A[KS]IA\w{8}|own-secret|of-the-(session|caller)/);
  return { ...result, stderr: result.stderr.replace(PMM_NOTE, "") };
};

const content = (): string => readFileSync(repository.path("accounts.yaml"), "utf8");

describe("--due", () => {
  beforeEach(() => {
    inAws({
      "033333333333": userOf(2, "2026-01-01T00:00:00Z 2026-11-26T11:58:00Z", "2026-10-01T00:00:00Z"),
      "222222222222": userOf(1, "2026-08-28T12:00:00Z"),
      "666666666666": userOf(3, "2026-11-01T00:00:00Z"),
    });
  });

  test("the ages, and the last use where a rotation is not finished, are what AWS says", async () => {
    const { code, stdout, stderr } = await rotated([], { due: "90" });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n\n")[0]).toBe(`1 key of 90 days or older:
  PMMAWSIntegrationUser in orders, generation 1: made on 2026-08-28, 90 days old
1 rotation is not finished; the next step of each:
  PMMAWSIntegrationUser in billing, previous_key: active, last used at 2026-11-26T11:58:00Z by rds in us-east-1: ACCOUNTS_FILE=accounts.yaml npm run rotate -- billing --finish
accounts.yaml:13: PMMAWSIntegrationUser in orders: key_generation: 2
accounts.yaml:13: PMMAWSIntegrationUser in orders: previous_key: active`);
    // Who retires has no key to rotate. The last use is asked of the two keys that wait alone.
    expect(aws.calls.sort()).toEqual([
      "AssumeRole arn:aws:iam::033333333333:role/Admin",
      "AssumeRole arn:aws:iam::222222222222:role/Admin",
      "AssumeRole arn:aws:iam::666666666666:role/Admin",
      "GetAccessKeyLastUsed 033333333333",
      "GetAccessKeyLastUsed 033333333333",
      "GetCallerIdentity 111111111111",
      ...["033333333333", "222222222222", "666666666666"].map((account) => `GetUser ${account} ${USER}`),
      ...["033333333333", "222222222222", "666666666666"].map(
        (account) => `ListAccessKeys ${account} ${USER}`,
      ),
    ]);
  });

  test("the role of PMM_IAM_ADMIN_ROLE_NAME asks in place of each account's own", async () => {
    process.env["PMM_IAM_ADMIN_ROLE_NAME"] = "ci/reader";
    await rotated(["orders"], { due: "90" });
    expect(aws.calls).toContain("AssumeRole arn:aws:iam::222222222222:role/ci/reader");
  });

  test("the source account without an admin role: the credentials here ask themselves", async () => {
    const file = FILE.replace(
      "accounts:\n",
      'accounts:\n  - {name: own, account_id: "111111111111", aurora: true, admin_role_name: null}\n',
    );
    inAws({ "111111111111": userOf(1, "2026-11-20T12:00:00Z") });
    const { code, stdout } = await rotated(["own"], { due: "90" }, file);
    expect(code).toBe(0);
    expect(stdout).toContain("the oldest is that of PMMAWSIntegrationUser in own, 6 days old.");
    expect(aws.calls).toEqual([
      "GetCallerIdentity 111111111111",
      `GetUser 111111111111 ${USER}`,
      `ListAccessKeys 111111111111 ${USER}`,
    ]);
  });

  test.each<[string, User | undefined, string]>([
    [
      "no user",
      undefined,
      "1 key of the file is not made yet, so the last change is not applied: PMMAWSIntegrationUser in orders",
    ],
    [
      "a later generation",
      userOf(2, "2026-01-01T00:00:00Z", "2026-11-01T00:00:00Z"),
      "AWS is at a later generation than the file for 1 key; bring the file up to date with what was applied: PMMAWSIntegrationUser in orders",
    ],
    [
      "no key",
      userOf(1),
      "1 user in AWS has no key; the next apply makes one: PMMAWSIntegrationUser in orders",
    ],
  ])("%s: a note, and nothing is rotated", async (_, user, note) => {
    inAws({ "222222222222": user });
    expect(await rotated(["orders"], { due: "0" })).toEqual({
      code: 0,
      stdout: "",
      stderr: `note: ${note}\n`,
    });
    expect(content()).toBe(FILE);
  });

  test("a user without the tag: the newest key counts, and a note says what the plan wants", async () => {
    inAws({ "222222222222": userOf(undefined, "2026-01-01T00:00:00Z") });
    const { code, stdout, stderr } = await rotated(["orders"], { due: "90" });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr:
        "note: 1 user in AWS has no tag pmm-iam:key-generation: the file is not applied, or the tag is lost; terraform plan says which, and refuses a raise until then: PMMAWSIntegrationUser in orders\n",
    });
    expect(stdout).toContain(
      "PMMAWSIntegrationUser in orders, generation 1: made on 2026-01-01, 329 days old\n",
    );
  });

  test("a key beside those of the file: the newest counts, and the raise waits", async () => {
    const beside = ["2026-01-01T00:00:00Z", "2026-05-01T00:00:00Z"];
    inAws({
      "222222222222": userOf(1, ...beside),
      "666666666666": userOf(3, ...beside),
    });
    const { code, stdout, stderr } = await rotated(["orders", "shop"], { due: "90" });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `2 keys of 90 days or older:
  PMMAWSIntegrationUser in orders, generation 1: made on 2026-05-01, 209 days old; there is another key beside it
  PMMAWSIntegrationUser in shop, generation 3: made on 2026-05-01, 209 days old; there is another key beside it
`,
    });
    expect(stderr).toMatch(
      /^note: 2 users have a key that the file does not ask for: .*: PMMAWSIntegrationUser in orders, PMMAWSIntegrationUser in shop\n$/,
    );
    expect(content()).toBe(FILE);
  });

  const denied: Failure = { status: 403, code: "AccessDenied", message: "me may not sts:AssumeRole" };

  test("a role that cannot be assumed: one line, the others are rotated, and the exit code is 1", async () => {
    aws.failure = (action, account) =>
      action === "AssumeRole" && account !== "222222222222" ? denied : undefined;
    const { code, stdout, stderr } = await rotated([], { due: "90" });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        "error: the ages of 2 keys are not known: the role Admin cannot be assumed in 2 accounts: billing, shop (the first: me may not sts:AssumeRole); expected credentials that may assume it, or another role in PMM_IAM_ADMIN_ROLE_NAME\n",
    });
    expect(stdout).toMatch(/^1 key of 90 days or older:\n {2}PMMAWSIntegrationUser in orders,/);
    expect(content()).toContain("aurora: {key_generation: 2, previous_key: active}\n  - name: shop");
  });

  test("a role that may not ask: what it has to be allowed", async () => {
    aws.failure = (action) =>
      action === "ListAccessKeys" ? { status: 403, code: "AccessDenied" } : undefined;
    const { code, stdout, stderr } = await rotated(["orders"], { due: "90" });
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "error: the age of 1 key is not known: the role Admin may not ask in orders (AccessDenied); expected a role that may call iam:GetUser, iam:ListAccessKeys and iam:GetAccessKeyLastUsed\n",
    });
  });

  test("a role that may not ask for the last use alone: the ages are known", async () => {
    aws.failure = (action) => (action === "GetAccessKeyLastUsed" ? denied : undefined);
    const { code, stdout, stderr } = await rotated(["billing"], { due: "90" });
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^note: AWS was not asked when 1 previous key was last used: the role Admin may not ask in billing .*\n$/,
    );
    expect(stdout).toContain("the oldest is that of PMMAWSIntegrationUser in billing, 56 days old.");
    expect(stdout).toContain("in billing, previous_key: active: ACCOUNTS_FILE");
  });

  test.each<[string, () => void, RegExp]>([
    [
      "no credentials",
      () => {
        delete process.env["AWS_ACCESS_KEY_ID"];
      },
      /^error: the ages of 3 keys are not known: there are no AWS credentials here that work \(Could not load credentials from any providers\); log in \(aws sso login\), set AWS_PROFILE, or give the ages by states: --state <stack>=<file>\n$/,
    ],
    [
      "credentials that are no longer good",
      () => {
        aws.failure = () => ({ status: 403, code: "ExpiredToken", message: "The token is expired" });
      },
      /^error: the ages of 3 keys are not known: there are no AWS credentials here that work \(The token is expired\); .*\n$/,
    ],
  ])("%s: one line, and nothing is said of keys that are due", async (_, arrange, message) => {
    arrange();
    const { code, stdout, stderr } = await rotated([], { due: "90" });
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stdout).toMatch(/^1 rotation is not finished; .*\n.*\n$/);
    expect(content()).toBe(FILE);
  });

  test("AWS out of reach: one line, from the program itself", () => {
    repository.write("accounts.yaml", FILE);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(packageRoot, "bin", "pmm-iam.js"), "rotate", "--due"],
      {
        cwd: repository.folder,
        encoding: "utf8",
        env: { ...process.env, AWS_ENDPOINT_URL: "http://127.0.0.1:9", ACCOUNTS_FILE: "accounts.yaml" },
      },
    );
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr:
        "error: the ages of 3 keys are not known: AWS is out of reach (connect ECONNREFUSED 127.0.0.1:9); expected a network from which Terraform reaches it, or give the ages by states: --state <stack>=<file>\n",
    });
    expect(stdout).toMatch(/^1 rotation is not finished; .*\n.*\n$/);
  });

  test("two hundred accounts: twenty at a time, and no more", async () => {
    const names = [...Array(200).keys()].map((index) => String(700000000000 + index));
    const sharded = FILE.replace("pmm_ec2_role_name", "assume_policy: sharded, pmm_ec2_role_name");
    const file = `${sharded}${names.map((id) => `  - {name: a${id}, account_id: "${id}", aurora: true}\n`).join("")}`;
    inAws(Object.fromEntries(names.map((id) => [id, userOf(1, "2026-11-25T12:00:00Z")])));
    const accounts = names.map((id) => `a${id}`);
    aws.assumesAtOnce = 20;
    const { code, stdout } = await rotated(accounts, { due: "90" }, file);
    expect(code).toBe(0);
    expect(stdout).toContain("1 day old.");
    expect(aws.most).toBe(20);
  });
});

describe("--finish", () => {
  const asks = (previous: string, newest = "2026-11-20T10:00:00Z", tag: number | undefined = 2): void => {
    inAws({ "033333333333": userOf(tag, previous, newest) });
  };
  const refusedLine = (stderr: string): string | undefined =>
    /^accounts\.yaml:6:\d+: error: the previous key of PMMAWSIntegrationUser in "billing" (.*) \[rotation\]$/m.exec(
      stderr,
    )?.[1];

  test("a use of the last hours after the newest key was made is refused, with the way past", async () => {
    asks("2026-01-01T00:00:00Z 2026-11-26T11:58:00Z");
    const { code, stdout, stderr } = await rotated(["billing"], { finish: true });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(refusedLine(stderr)).toBe(
      "was used at 2026-11-26T11:58:00Z by rds in us-east-1, and AWS made the newest key at 2026-11-20T10:00:00Z; expected nobody to use it before it is switched off: find who has it, move them to the newest key, and wait until AWS shows no use of 4 hours; where that use was the last before they moved: rotate billing --finish --used-until 2026-11-26T11:58:00Z",
    );
    expect(content()).toBe(FILE);
  });

  test.each([
    ["that use itself", "2026-11-26T11:58:00Z"],
    ["a time after it, of another zone", "2026-11-26T13:58:30+02:00"],
  ])("--used-until %s lets it pass, and a note says the use", async (_, usedUntil) => {
    asks("2026-01-01T00:00:00Z 2026-11-26T11:58:00Z");
    const { code, stderr } = await rotated(["billing"], { finish: true, usedUntil });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr:
        'note: AWS shows the last use of the previous key of PMMAWSIntegrationUser in "billing": at 2026-11-26T11:58:00Z by rds in us-east-1\n',
    });
    expect(content()).toContain("previous_key: inactive}");
  });

  test("--used-until a time before the use does not", async () => {
    asks("2026-01-01T00:00:00Z 2026-11-26T11:58:00Z");
    const { code } = await rotated(["billing"], { finish: true, usedUntil: "2026-11-26T11:57:59Z" });
    expect(code).toBe(1);
    expect(content()).toBe(FILE);
  });

  test.each([
    ["never", "2026-01-01T00:00:00Z", ""],
    ["before the newest key was made", "2026-01-01T00:00:00Z 2026-11-20T09:58:00Z", ""],
    [
      "hours ago",
      "2026-01-01T00:00:00Z 2026-11-26T07:59:00Z",
      'note: AWS shows the last use of the previous key of PMMAWSIntegrationUser in "billing": at 2026-11-26T07:59:00Z by rds in us-east-1\n',
    ],
  ])("used %s: edited", async (_, previous, note) => {
    asks(previous);
    const { code, stderr } = await rotated(["billing"], { finish: true });
    expect({ code, stderr }).toEqual({ code: 0, stderr: note });
    expect(content()).toContain("previous_key: inactive}");
  });

  test("a use in the minute in which the newest key was made may be after it", async () => {
    asks("2026-01-01T00:00:00Z 2026-11-26T11:50:00Z", "2026-11-26T11:50:30Z");
    expect((await rotated(["billing"], { finish: true })).code).toBe(1);
  });

  test("a newest key of the last hours: AWS may not show a use yet", async () => {
    asks("2026-01-01T00:00:00Z", "2026-11-26T11:50:30Z");
    const { code, stderr } = await rotated(["billing"], { finish: true });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr:
        'note: AWS shows no use of the previous key of PMMAWSIntegrationUser in "billing" since it made the newest one, at 2026-11-26T11:50:30Z; AWS may show a use hours after it\n',
    });
  });

  test.each<[string, User, string]>([
    [
      "the raise is not applied",
      userOf(1, "2026-01-01T00:00:00Z"),
      "is the newest one that AWS has, at generation 1; expected nobody to use it before it is switched off: apply key_generation: 2 and give each consumer the new key",
    ],
    [
      "a later raise is applied",
      userOf(3, "2026-01-01T00:00:00Z", "2026-11-01T00:00:00Z"),
      "is another one in AWS, which is at generation 3 already; expected nobody to use it before it is switched off: bring the file up to date with what was applied",
    ],
    [
      "the apply made the tag and not the key",
      userOf(2, "2026-01-01T00:00:00Z"),
      "cannot be told from the newest, for AWS has 1 of the 2 keys that the file asks for; expected nobody to use it before it is switched off: apply the file as it is, and run this again",
    ],
    [
      "somebody switched the newest key off",
      userOf(2, "2026-01-01T00:00:00Z", "-2026-11-01T00:00:00Z"),
      "cannot be told from the newest, for the newer of the two is inactive in AWS; expected nobody to use it before it is switched off: apply the file as it is, and run this again",
    ],
  ])("%s: refused", async (_, user, message) => {
    inAws({ "033333333333": user });
    const { code, stdout, stderr } = await rotated(["billing"], { finish: true });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(refusedLine(stderr)).toBe(message);
    expect(content()).toBe(FILE);
  });

  test("without the user in AWS: a note, and the file is edited", async () => {
    const { code, stderr } = await rotated(["billing"], { finish: true });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'note: AWS has no PMMAWSIntegrationUser in "billing", so no previous key of it\n',
    });
  });

  test.each([
    ["used", "2026-01-01T00:00:00Z 2026-11-26T11:58:00Z", 1],
    ["unused", "2026-01-01T00:00:00Z", 0],
  ])("without the tag, the older key is the previous one: %s", async (_, previous, code) => {
    inAws({ "033333333333": userOf(undefined, previous, "2026-11-20T10:00:00Z") });
    expect((await rotated(["billing"], { finish: true })).code).toBe(code);
  });

  /** PMM is not asked in these tests. */
  const NOBODY_ASKED =
    'accounts.yaml:6:47: warning: neither PMM nor AWS was asked whether the previous key of PMMAWSIntegrationUser in "billing" is still used, and the apply switches it off; before the apply, see that every consumer has the newest key [rotation]\n';

  test("without credentials: a warning and a note, and the file is edited", async () => {
    delete process.env["AWS_ACCESS_KEY_ID"];
    const { code, stderr } = await rotated(["billing"], { finish: true });
    expect(code).toBe(0);
    expect(stderr.startsWith(NOBODY_ASKED)).toBe(true);
    expect(stderr).toContain(
      "\nnote: AWS was not asked whether 1 previous key is still used: there are no AWS credentials here that work (Could not load credentials from any providers); log in (aws sso login), set AWS_PROFILE, or skip this with --offline\n",
    );
    expect(content()).toContain("previous_key: inactive}");
  });

  test("a role that may not ask for the last use: a warning and a note", async () => {
    asks("2026-01-01T00:00:00Z");
    aws.failure = (action) =>
      action === "GetAccessKeyLastUsed" ? { status: 403, code: "AccessDenied" } : undefined;
    const { code, stderr } = await rotated(["billing"], { finish: true });
    expect(code).toBe(0);
    expect(stderr.startsWith(NOBODY_ASKED)).toBe(true);
    expect(stderr).toMatch(
      /^note: AWS was not asked whether 1 previous key is still used: the role Admin may not ask in billing/m,
    );
  });

  test("--offline: nobody is asked", async () => {
    asks("2026-01-01T00:00:00Z 2026-11-26T11:58:00Z");
    const { code, stderr } = await rotated(["billing"], { finish: true, offline: true });
    expect({ code, stderr, calls: aws.calls }).toEqual({ code: 0, stderr: "", calls: [] });
  });

  test("an account with several users: the way past says whose keys", async () => {
    asks("2026-01-01T00:00:00Z 2026-11-26T11:58:00Z");
    const both = FILE.replace(
      "    aurora: {key_generation: 2, previous_key: active}\n",
      "    aurora: {key_generation: 2, previous_key: active}\n    cloudwatch_agent: {on_premises_server_user: true}\n",
    );
    const { stderr } = await rotated(["billing"], { finish: true, user: "aurora" }, both);
    expect(stderr).toContain(
      ": rotate billing --finish --user aurora --used-until 2026-11-26T11:58:00Z [rotation]",
    );
  });

  test("a step that has to wait is refused before AWS is asked", async () => {
    expect((await rotated(["orders", "billing"], { finish: true })).code).toBe(1);
    expect(aws.calls).toEqual([]);
  });
});

describe("--revoke", () => {
  const file = FILE.replace("previous_key: active}", "previous_key: inactive}");

  test("the key that is inactive is the previous one", async () => {
    inAws({
      "033333333333": userOf(2, "-2026-01-01T00:00:00Z 2026-11-26T11:58:00Z", "2026-11-20T10:00:00Z"),
    });
    const { code, stderr } = await rotated(["billing"], { revoke: true }, file);
    expect(code).toBe(1);
    expect(stderr).toContain("expected nobody to use it before it is deleted: find who has it");
    expect(stderr).toContain("rotate billing --revoke --used-until 2026-11-26T11:58:00Z");
    expect((await rotated(["billing"], { revoke: true, usedUntil: "2026-11-26T11:58:00Z" }, file)).code).toBe(
      0,
    );
    expect(content()).toContain("previous_key: deleted}");
  });

  test("refused while AWS has it active", async () => {
    inAws({ "033333333333": userOf(2, "2026-01-01T00:00:00Z", "2026-11-20T10:00:00Z") });
    const { code, stderr } = await rotated(["billing"], { revoke: true }, file);
    expect(code).toBe(1);
    expect(stderr).toContain(
      "is active in AWS; expected nobody to use it before it is deleted: apply previous_key: inactive, and see that nothing fails without the key",
    );
    expect(content()).toBe(file);
  });
});

describe("a raise while the previous key is there", () => {
  test.each([
    ["active", "aurora: {key_generation: 2, previous_key: active}"],
    ["inactive", "aurora: {key_generation: 2, previous_key: inactive}"],
  ])("%s: edited, with a warning of the key that goes", async (previous, entry) => {
    const file = FILE.replace("aurora: {key_generation: 2, previous_key: active}", entry);
    const { code, stderr } = await rotated(["billing"], { offline: true }, file);
    expect(code).toBe(0);
    expect(stderr.split("\n")[0]).toMatch(/^accounts\.yaml:6:\d+: warning: /);
    expect(stderr).toContain(
      `the apply of this raise deletes the previous key of PMMAWSIntegrationUser in "billing" for good: generation 1, which is ${previous}; first see that every consumer has the newest key, of generation 2`,
    );
    expect(content()).toContain("aurora: {key_generation: 3, previous_key: active}");
  });

  test("refused while AWS shows that it is used", async () => {
    inAws({
      "033333333333": userOf(2, "2026-01-01T00:00:00Z 2026-11-26T11:58:00Z", "2026-11-20T10:00:00Z"),
    });
    const { code, stderr } = await rotated(["billing", "orders"]);
    expect(code).toBe(1);
    expect(stderr).toContain("expected nobody to use it before it is deleted: find who has it");
    expect(stderr).toContain("rotate billing --used-until 2026-11-26T11:58:00Z");
    expect(content()).toBe(FILE);
  });

  test("without a previous key AWS is not asked", async () => {
    expect((await rotated(["orders", "shop"])).code).toBe(0);
    expect(aws.calls).toEqual([]);
  });
});

test.each<[RotateOptions, string]>([
  [{ due: "90", offline: true }, "--due needs the ages of the keys, which AWS knows; expected no --offline"],
  [{ due: "90", usedUntil: "2026-11-26T11:58:00Z" }, "--due leaves previous keys alone"],
  [{ finish: true, offline: true, usedUntil: "2026-11-26T11:58:00Z" }, "--offline does not ask it"],
  [{ pushPmm: true, offline: true }, "expected it without --offline"],
  [{ finish: true, usedUntil: "yesterday" }, '--used-until is "yesterday"; expected a time with its zone'],
  [{ finish: true, usedUntil: "2026-11-26T11:58" }, "expected a time with its zone"],
  [{ finish: true, usedUntil: "2026-13-26T11:58:00Z" }, "expected a time with its zone"],
  [{ finish: true, usedUntil: "2026-11-26T12:00:01Z" }, "which is still to come"],
])("refused: %j", async (options, message) => {
  const { code, stderr } = await rotated(options.due === undefined ? ["billing"] : [], options);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: /);
  expect(stderr).toContain(message);
  expect(aws.calls).toEqual([]);
});
