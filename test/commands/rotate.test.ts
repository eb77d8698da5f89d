// More than 300 lines: every answer of rotate, its edits and its refusals, over one estate.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { type RotateOptions, rotate } from "../../src/commands/rotate";
import { features } from "../../src/features";
import { type Ran, Repository, ran } from "./repository";

let repository: Repository;

beforeEach(() => {
  repository = Repository.create();
  repository.write("accounts.yaml", FILE);
});

afterEach(() => rmSync(repository.folder, { recursive: true }));

const FILE = `source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
accounts:
  - name: billing
    account_id: "033333333333"
    group: finance
    aurora: {key_generation: 2, previous_key: active}   # asked for in May
  - name: leaves
    account_id: "555555555555"
    lifecycle: retiring
    aurora: true
  - name: orders
    account_id: "222222222222"
    aurora: true
  - name: plain
    account_id: "444444444444"
  - name: shop
    account_id: "666666666666"
    aurora: {lifecycle: retiring}
    cloudwatch_agent: {on_premises_server_user: true, on_premises_admin_user: {key_generation: 4, previous_key: deleted}}
`;

const rotated = (accounts: string[], options: RotateOptions = {}, file?: string): Promise<Ran> =>
  ran(
    () => rotate(features, accounts, options.due === undefined ? { offline: true, ...options } : options),
    repository.folder,
    file,
  );

const content = (): string => readFileSync(repository.path("accounts.yaml"), "utf8");

test("raise: the edit, and what to do next", async () => {
  const { code, stdout, stderr } = await rotated(["orders"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(content()).toBe(
    FILE.replace(
      '"222222222222"\n    aurora: true',
      '"222222222222"\n    aurora: {key_generation: 2, previous_key: active}',
    ),
  );
  expect(stdout).toBe(`accounts.yaml:14: PMMAWSIntegrationUser in orders: key_generation: 2
accounts.yaml:14: PMMAWSIntegrationUser in orders: previous_key: active

Next, have the change reviewed:
  ACCOUNTS_FILE=accounts.yaml npm run check -- --base origin/main
Once it is merged, plan and apply its stack:
  ACCOUNTS_FILE=accounts.yaml npm run synth
  terraform -chdir=cdktf.out/stacks/pmm-iam init
  terraform -chdir=cdktf.out/stacks/pmm-iam plan -out=pmm-iam.tfplan
  terraform -chdir=cdktf.out/stacks/pmm-iam apply pmm-iam.tfplan
  rm cdktf.out/stacks/pmm-iam/pmm-iam.tfplan
Then give each consumer the new key. It is in 1 secret in 111111111111, us-east-1: pmm/aurora/orders
PMM gets it by this, with PMM_URL and PMM_TOKEN set:
  ACCOUNTS_FILE=accounts.yaml npm run rotate -- orders --push-pmm
When that is done, switch the old key off:
  ACCOUNTS_FILE=accounts.yaml npm run rotate -- orders --finish
`);
});

test("the steps after it, each in a change of its own", async () => {
  repository.commit();
  expect((await rotated(["billing"], { finish: true })).stdout).toContain(
    "npm run rotate -- billing --revoke\n",
  );
  repository.commit();
  const { code, stdout, stderr } = await rotated(["billing"], { revoke: true });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/\nWith the apply the old key is deleted, and the rotation is finished\.\n$/);
  expect(content()).toBe(FILE.replace("previous_key: active}   #", "previous_key: deleted}   #"));
});

test.each([
  [["orders"], {}],
  [["orders"], { user: "aurora" }],
  [["billing", "orders"], { finish: true }],
] as const)("an account without a user by credentials: role: %j %j", async (accounts, options) => {
  const byRole = FILE.replace(
    '"222222222222"\n    aurora: true',
    '"222222222222"\n    aurora: {credentials: role}',
  );
  repository.write("accounts.yaml", byRole);
  const { code, stderr } = await rotated([...accounts], options);
  expect(code).toBe(1);
  expect(stderr).toContain(
    'accounts.yaml:14:27: error: "orders" has credentials: role, so there is no PMMAWSIntegrationUser and no key to rotate; name an account that has a key [rotation]',
  );
  expect(content()).toBe(byRole);
});

test("a step that follows one which is not committed: a warning with its place", async () => {
  repository.commit();
  await rotated(["orders"]);
  const { code, stderr } = await rotated(["orders"], { finish: true });
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^accounts\.yaml:14:13: warning: the last step of PMMAWSIntegrationUser in "orders" is not committed/,
  );
});

test("a raise that follows one which is not committed is refused: typed twice, it would be two generations", async () => {
  repository.commit();
  await rotated(["orders"]);
  const once = content();
  const { code, stdout, stderr } = await rotated(["orders"]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(
    /^accounts\.yaml:14:13: error: the last step of PMMAWSIntegrationUser in "orders" is not committed/,
  );
  expect(content()).toBe(once);
});

test("an account or a user that the last commit does not have: no key to rotate", async () => {
  const without = FILE.replace(/ {2}- name: orders.*?(?= {2}- name: plain)/s, "").replace(
    "on_premises_server_user: true, ",
    "",
  );
  repository.write("accounts.yaml", without);
  repository.commit();
  repository.write("accounts.yaml", FILE);
  const { code, stdout, stderr } = await rotated(["orders"]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(
    /^accounts\.yaml:12:11: error: "orders" is not in the last commit, so it has no key to rotate; commit and apply it first \[rotation\]\n/,
  );
  expect((await rotated(["shop"], { user: "on_premises_server_user", dryRun: true })).stderr).toMatch(
    /^accounts\.yaml:20:\d+: error: CloudWatchAgentServerUser in "shop" is not in the last commit, so it has no key to rotate; /,
  );
  expect(content()).toBe(FILE);
  expect((await rotated(["shop"], { user: "on_premises_admin_user" })).code).toBe(0);
});

test("an account under another name than in the last commit has its key", async () => {
  repository.write("accounts.yaml", FILE.replace("name: orders", "name: old-orders"));
  repository.commit();
  repository.write("accounts.yaml", FILE);
  expect((await rotated(["orders"])).code).toBe(0);
});

test("a file that the last commit does not have: nothing tells a new key from an old one", async () => {
  repository.write("README.md", "");
  repository.git("add", "README.md");
  repository.git("commit", "--quiet", "--message=change");
  expect((await rotated(["orders"])).code).toBe(0);
});

test("--dry-run: a unified diff that git applies, and nothing written", async () => {
  const { code, stdout } = await rotated(["orders"], { dryRun: true });
  expect(code).toBe(0);
  expect(content()).toBe(FILE);
  expect(stdout).toBe(`--- accounts.yaml
+++ accounts.yaml
@@ -11,7 +11,7 @@
     aurora: true
   - name: orders
     account_id: "222222222222"
-    aurora: true
+    aurora: {key_generation: 2, previous_key: active}
   - name: plain
     account_id: "444444444444"
   - name: shop
`);
});

test("all or nothing, with every reason", async () => {
  const { code, stdout, stderr } = await rotated(["orders", "leaves", "plain", "billin", "billing", "shop"]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(content()).toBe(FILE);
  expect(stderr.split("\n").filter((line) => !line.startsWith("  | "))).toEqual([
    'error: no account has the name "billin"; expected billing',
    'accounts.yaml:10:16: error: "leaves" is retiring, and its keys go with it; expected an active account [rotation]',
    'accounts.yaml:15:11: error: "plain" has no user with access keys, so there is no key to rotate [rotation]',
    'accounts.yaml:17:11: error: "shop" has several users with access keys; say whose to rotate: --user on_premises_server_user or --user on_premises_admin_user [rotation]',
    "",
  ]);
});

test("--user, by the key of accounts.yaml or the name in AWS", async () => {
  const { stdout } = await rotated(["shop"], { user: "CloudWatchAgentAdminUser" });
  expect(content()).toBe(
    FILE.replace("{key_generation: 4, previous_key: deleted}", "{key_generation: 5, previous_key: active}"),
  );
  expect(stdout).toContain("npm run rotate -- shop --finish --user on_premises_admin_user\n");
  expect((await rotated(["shop"], { user: "aurora" })).stderr).toContain(
    'accounts.yaml:19:25: error: PMMAWSIntegrationUser in "shop" is retiring, and its keys go with it; expected a user that stays',
  );
  expect((await rotated(["orders"], { user: "on_premises_server_user" })).stderr).toContain(
    '"orders" has no on_premises_server_user, so there is no key to rotate; it has aurora',
  );
  expect((await rotated(["shop"], { user: "on_premise_server_user" })).stderr).toBe(
    'error: --user takes aurora, on_premises_server_user or on_premises_admin_user, and "on_premise_server_user" is none of them; did you mean on_premises_server_user?\n',
  );
});

test.each<[string, string[], RotateOptions, string]>([
  [
    "no account",
    [],
    {},
    "no account was named; expected rotate <account>..., or rotate --due for all whose keys are due",
  ],
  [
    "no account to finish",
    [],
    { finish: true },
    "no account was named; expected rotate <account>... --finish",
  ],
  [
    "no account to push",
    [],
    { pushPmm: true },
    "no account was named; expected rotate <account>... --push-pmm",
  ],
  [
    "two steps",
    ["orders"],
    { finish: true, revoke: true },
    "--finish and --revoke are two steps; expected one of them: apply --finish before --revoke",
  ],
  [
    "--due with --finish",
    [],
    { due: "90", finish: true },
    "--due raises key_generation; expected it without --finish, which takes the accounts by name",
  ],
  [
    "--state alone",
    ["orders"],
    { state: ["x"] },
    "--state says how old keys are, for --due; expected --due beside it, or no --state",
  ],
  [
    "--due without states, offline",
    [],
    { due: "90", offline: true },
    "--due needs the ages of the keys, which AWS knows; expected no --offline, or a state of each stack: --state <stack>=<file>, with what terraform show -json prints in the stack's folder",
  ],
  [
    "--due with a word",
    [],
    { due: "orders", state: ["x"] },
    '--due takes a number of days from 0 to 3650, and "orders" is not one; expected, for example, --due 90',
  ],
  [
    "--due with a fraction",
    [],
    { due: "1.5", state: ["x"] },
    '--due takes a number of days from 0 to 3650, and "1.5" is not one; expected, for example, --due 90',
  ],
])("%s: one line", async (_, accounts, options, message) => {
  expect(await rotated(accounts, options)).toEqual({ code: 1, stdout: "", stderr: `error: ${message}\n` });
  expect(content()).toBe(FILE);
});

test("a file with an error: its problems, and nothing written", async () => {
  const broken = FILE.replace('"222222222222"', "222222222222");
  repository.write("accounts.yaml", broken);
  const { code, stdout, stderr } = await rotated(["orders"]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^accounts\.yaml:13:17: error: /);
  expect(content()).toBe(broken);
});

test("a file with a merge conflict, also one that is edited but not yet added", async () => {
  repository.commit();
  repository.git("checkout", "--quiet", "-b", "other");
  repository.write("accounts.yaml", FILE.replace("in May", "in June"));
  repository.commit();
  repository.git("checkout", "--quiet", "main");
  repository.write("accounts.yaml", FILE.replace("in May", "in July"));
  repository.commit();
  expect(() => repository.git("merge", "--quiet", "other")).toThrow();
  const message =
    "error: accounts.yaml has a merge conflict, as git says; resolve it, then git add accounts.yaml, and run this again\n";
  expect((await rotated(["orders"])).stderr).toBe(message);
  repository.write("accounts.yaml", FILE);
  expect(await rotated(["orders"])).toEqual({ code: 1, stdout: "", stderr: message });
  repository.git("add", "accounts.yaml");
  expect((await rotated(["orders"])).code).toBe(0);
});

test("outside git, with a byte order mark and CRLF", async () => {
  rmSync(repository.path(".git"), { recursive: true });
  const text = `\ufeff${FILE.replaceAll("\n", "\r\n")}`;
  repository.write("accounts.yaml", text);
  expect((await rotated(["billing"], { finish: true })).code).toBe(0);
  expect(content()).toBe(text.replace("previous_key: active}", "previous_key: inactive}"));
});

test("another accounts file, in the commands too", async () => {
  repository.write("staging.yaml", FILE.replace(/^/, "name: staging\n"));
  rmSync(repository.path("accounts.yaml"));
  const { code, stdout } = await rotated(["orders"], {}, "staging.yaml");
  expect(code).toBe(0);
  expect(stdout).toContain("  ACCOUNTS_FILE=staging.yaml npm run rotate -- orders --finish\n");
  expect(existsSync(repository.path("accounts.yaml"))).toBe(false);
});
