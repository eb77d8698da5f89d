import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { otherDeployments } from "../../src/access/other-deployments";
import { readAccess } from "../../src/access/read";
import { readAccountsText } from "../../src/accounts/accounts-text";
import { otherAccountsFiles } from "../../src/accounts/other-files";
import { features } from "../../src/features";
import { packageRoot } from "../../src/project";

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "pmm-iam-others-")));
  mkdirSync(join(folder, ".git"));
});

afterEach(() => rmSync(folder, { recursive: true }));

interface Written {
  readonly name?: string;
  readonly source?: string;
  readonly account?: string;
}

let accounts = 0;

/** Each file has an account of its own, unless another is given. */
function accountsFile({ name, source = "", account }: Written): string {
  accounts += 1;
  const id = String(200_000_000_000 + accounts);
  return `${name === undefined ? "" : `name: ${name}\n`}source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role${source}}
defaults: {admin_role_name: Admin}
accounts:
  - {account_id: "${id}", ${account ?? `name: account-${accounts}`}}
`;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function check(path: string): string[] {
  const file = join(folder, path);
  const source = readAccountsText(file, path);
  if ("severity" in source) {
    throw new Error(source.message);
  }
  const { problems } = readAccess(source, features, { judge: [otherDeployments(file, features)] });
  return problems.map(
    ({ line, column, severity, message, rule }) => `${line}:${column} ${severity}: ${message} [${rule}]`,
  );
}

/** Writes two files, and returns what each is told of the other. */
function both(one: Written, other: Written): [string[], string[]] {
  write("accounts.yaml", accountsFile(one));
  write("envs/other.yaml", accountsFile(other));
  return [check("accounts.yaml"), check("envs/other.yaml")];
}

const shared = (place: string, [stack, name]: [string, string], theirs: string, at: string): string =>
  `${place} error: the stack ${stack} of this deployment, ${name}, is also a stack of ${theirs} in ${at}: both would use the same state, and each apply would destroy what the other made; rename the one that is not applied yet [name-taken]`;

test("one name in two files is an error in each", () => {
  expect(both({ name: "prod" }, { name: "prod" })).toEqual([
    [shared("1:7", ["prod", "prod"], "prod", "envs/other.yaml:1:7")],
    [shared("1:7", ["prod", "prod"], "prod", "accounts.yaml:1:7")],
  ]);
  expect(both({}, { name: "pmm-iam" })).toEqual([
    [shared("1:1", ["pmm-iam", "pmm-iam"], "pmm-iam", "envs/other.yaml:1:7")],
    [shared("1:7", ["pmm-iam", "pmm-iam"], "pmm-iam", "accounts.yaml:1:1")],
  ]);
});

test("so is one stack of two names", () => {
  expect(
    both(
      { name: "a", account: "name: orders, group: b-c" },
      { name: "a-b", account: "name: ledger, group: c" },
    ),
  ).toEqual([
    [shared("1:7", ["a-b-c", "a"], "a-b", "envs/other.yaml:1:7")],
    [shared("1:7", ["a-b-c", "a-b"], "a", "accounts.yaml:1:7")],
  ]);
  expect(both({ name: "a", account: "name: orders, group: b" }, { name: "a-b" })[0]).toEqual([
    shared("1:7", ["a-b", "a"], "a-b", "envs/other.yaml:1:7"),
  ]);
  expect(both({ name: "a", account: "name: orders, group: b-d" }, { name: "a-b" })).toEqual([[], []]);
});

test("a file that has errors may be applied already, and its stacks count", () => {
  const group = "name: orders, group: staging";
  write("accounts.yaml", accountsFile({ account: group }));
  const taken = shared("1:1", ["pmm-iam-staging", "pmm-iam"], "pmm-iam-staging", "stag.yaml:1:7");
  const stag = accountsFile({ name: "pmm-iam-staging" });
  write("stag.yaml", stag);
  expect(check("accounts.yaml")).toEqual([taken]);
  write("stag.yaml", `${stag}foo: 1\n`);
  expect(check("accounts.yaml")).toEqual([taken]);
  write("stag.yaml", `${stag}  - 7\n  - {name: x, group: 7}\n`);
  expect(check("accounts.yaml")).toEqual([taken]);

  write("accounts.yaml", `${accountsFile({ account: group })}foo: 1\n`);
  write("stag.yaml", stag);
  expect(check("stag.yaml")).toEqual([
    shared("1:7", ["pmm-iam-staging", "pmm-iam-staging"], "pmm-iam", "accounts.yaml:1:1"),
  ]);
  write("accounts.yaml", `stacks: per_account\n${accountsFile({ account: "name: staging" })}foo: 1\n`);
  expect(check("stag.yaml")).toEqual([
    shared("1:7", ["pmm-iam-staging", "pmm-iam-staging"], "pmm-iam", "accounts.yaml:1:1"),
  ]);
  write("accounts.yaml", `${accountsFile({ account: "name: staging" })}foo: 1\n`);
  expect(check("stag.yaml")).toEqual([]);
});

test("of a file that has errors, nothing else counts, nor a file that does not say its name", () => {
  const own = accountsFile({ source: ", create_pmm_ec2_role: true" });
  write("accounts.yaml", own);
  write("b.yaml", `name: b\n${own}foo: 1\n`);
  write("c.yaml", `${own}foo: {name: c}\n`);
  write("d.yaml", `name: [pmm-iam]\n${own}`);
  write("e.yaml", "name: pmm-iam\naccounts: [source, account_id]\n");
  write("f.yaml", "name: pmm-iam\nsource: {account_id: 1}\naccounts: {a: 1}\n");
  expect(check("accounts.yaml")).toEqual([]);
});

test("two deployments may use one PMM EC2 role, but only one that neither makes", () => {
  const taken = (here: string, there: string, at: string): string =>
    `the role "pmm-ec2-role" in account 111111111111 is ${here} by this file and ${there} by ${at}: a deployment that makes a role (create_pmm_ec2_role) removes every policy of others from it; make the role outside both, or use two roles [name-taken]`;
  const made = ", create_pmm_ec2_role: true";
  expect(both({}, { name: "b" })).toEqual([[], []]);
  expect(both({ source: made }, { name: "b", source: made })).toEqual([
    [`1:57 error: ${taken("made", "made", "envs/other.yaml:2:57")}`],
    [`2:57 error: ${taken("made", "made", "accounts.yaml:1:57")}`],
  ]);
  expect(both({ source: made }, { name: "b" })).toEqual([
    [`1:57 error: ${taken("made", "used", "envs/other.yaml:2:57")}`],
    [`2:57 error: ${taken("used", "made", "accounts.yaml:1:57")}`],
  ]);
  write("envs/other.yaml", accountsFile({ name: "b" }).replace("pmm-ec2-role", "service/PMM-EC2-Role"));
  expect(check("accounts.yaml")).toEqual([`1:57 error: ${taken("made", "used", "envs/other.yaml:2:57")}`]);
  write("envs/other.yaml", accountsFile({ name: "b" }).replace('"111111111111"', '"999999999999"'));
  expect(check("accounts.yaml")).toEqual([]);
});

test("Teleport's role in the one may not be what the other makes", () => {
  const teleport = `teleport: {role_name: pmm-ec2-role, proxy_address: "t.example.com:443"}\n`;
  const database = `databases: [{name: d, engine: mysql, resource_id: cluster-A, endpoint: "d.example.com:3306", db_users: [a]}]`;
  write("accounts.yaml", accountsFile({ source: ", create_pmm_ec2_role: true" }));
  const other = accountsFile({ name: "b", account: `name: orders, teleport: {${database}}` });
  write("b.yaml", teleport + other.replace("pmm_ec2_role_name: pmm-ec2-role", "pmm_ec2_role_name: another"));
  expect(check("accounts.yaml")).toEqual([
    expect.stringMatching(
      /^1:57 error: the role "pmm-ec2-role" .* is made by this file and used by b\.yaml:1:23: /,
    ),
  ]);
  expect(check("b.yaml")).toEqual([
    expect.stringMatching(
      /^1:23 error: the role "pmm-ec2-role" .* is used by this file and made by accounts\.yaml:1:57: /,
    ),
  ]);
});

test("accounts of one name have secrets of one name", () => {
  const user = "name: orders, aurora: true";
  expect(both({ account: user }, { name: "b", account: "name: orders" })).toEqual([[], []]);
  const [told] = both({ account: user }, { name: "b", account: user });
  expect(told).toEqual([
    '4:56 error: the secret "pmm/aurora/orders" in account 111111111111, us-east-1 is also made by envs/other.yaml:5:56, for an account of the same name; rename the account that is not applied yet [name-taken]',
  ]);
});

test("an account in two files is a warning, once for each file", () => {
  write("accounts.yaml", `${accountsFile({})}  - {name: x, account_id: "333333333333"}\n`);
  const copy = `${accountsFile({ name: "b" })}  - {name: x, account_id: "333333333333", aurora: true}\n`;
  write("b.yaml", copy);
  expect(check("accounts.yaml")).toEqual([
    "3:1 warning: 1 account of this file, 333333333333 first, is also in b.yaml; the roles have fixed names, so two deployments that monitor one account undo each other's changes: keep each account in one file [account-shared]",
  ]);
  write("b.yaml", copy.replace("aurora: true", "lifecycle: retiring"));
  expect(check("accounts.yaml")).toEqual([]);
});

test.each([
  ["b.yml", true],
  ["deep/er/.hidden/B.YAML", true],
  ["node_modules/x/b.yaml", false],
  [".terraform/modules/b.yaml", false],
  ["inner/b.yaml", false],
  ["b.json", true],
  ["b.schema.json", false],
  ["b.tf.json", false],
  ["b.conf", false],
])("of %s: %s", (path, isFound) => {
  mkdirSync(join(folder, "inner"));
  writeFileSync(join(folder, "inner", ".git"), "gitdir: elsewhere\n");
  write("accounts.yaml", accountsFile({}));
  write(path, accountsFile({ name: "pmm-iam" }));
  expect(check("accounts.yaml")).toHaveLength(isFound ? 1 : 0);
});

test("an access report has an accounts file's words, and is not read as one", () => {
  write("accounts.yaml", accountsFile({}));
  const account = { account_id: "222222222222", name: "orders", grant_kind: "source_role" };
  write(
    "report.json",
    JSON.stringify({ version: 1, deployment: { source_account_id: "1" }, accounts: [account] }),
  );
  write("other.json", JSON.stringify({ source: {}, accounts: [account] }));
  const others = otherAccountsFiles(join(folder, "accounts.yaml"));
  expect(others.map(({ name }) => name)).toEqual(["other.json"]);
});

test("an earlier version of a file is not another deployment, nor is the file another one to it", () => {
  write("envs/prod.yaml", accountsFile({ name: "prod" }));
  write("envs/before.prod.yaml", accountsFile({ name: "prod" }));
  expect([check("envs/prod.yaml"), check("envs/before.prod.yaml")]).toEqual([[], []]);
});

test("whatever else has a YAML file's name is left alone", () => {
  write("envs/prod.yaml", accountsFile({ name: "prod" }));
  write("no-name.yaml", accountsFile({}));
  write("broken.yaml", `${accountsFile({ name: "prod" })}"`);
  write("binary.yaml", "accounts source account_id name: \u0000");
  write("list.yaml", "- accounts: source\n  account_id: 1\n  name: prod\n");
  write("text.yaml", "accounts source account_id name: x");
  mkdirSync(join(folder, "folder.yaml"));
  symlinkSync("nowhere", join(folder, "dangling.yaml"));
  symlinkSync("loop.yaml", join(folder, "loop.yaml"));
  symlinkSync("envs/prod.yaml", join(folder, "same.yaml"));
  symlinkSync(".", join(folder, "around"));
  execFileSync("mkfifo", [join(folder, "pipe.yaml")]);
  expect(check("envs/prod.yaml")).toEqual([]);
});

test("a file in JSON, which YAML holds too, is one; what Terraform reads is none", () => {
  const text = JSON.stringify({
    name: "prod",
    source: { account_id: "111111111111", pmm_ec2_role_name: "pmm" },
    defaults: { admin_role_name: "Admin" },
    accounts: [{ name: "x", account_id: "999999999999" }],
  });
  write("accounts.yaml", accountsFile({}));
  write("staging.json", text);
  write("cdk.tf.json", text);
  expect(otherAccountsFiles(join(folder, "accounts.yaml")).map(({ name }) => name)).toEqual(["staging.json"]);
});

test("the program's own samples are no deployments", () => {
  expect(otherAccountsFiles(join(packageRoot, "accounts.yaml")).map(({ name }) => name)).toEqual([]);
  expect(otherAccountsFiles(join(packageRoot, "examples", "team-module", "accounts.yaml"))).toMatchObject([
    { name: "accounts.yaml" },
  ]);
});

test("nor are those of another copy of it; its accounts file is one, and a user's own test folder too", () => {
  const manifest = (bin: object) => JSON.stringify({ name: "pmm-iam", ...bin });
  write("copy/package.json", manifest({ bin: { "pmm-iam": "bin/pmm-iam.js" } }));
  write("own/package.json", manifest({}));
  for (const name of ["accounts.yaml", "test/a.yaml", "examples/b/accounts.yaml"]) {
    write(`copy/${name}`, accountsFile({ name: "prod" }));
    write(`own/${name}`, accountsFile({ name: "prod" }));
  }
  write("accounts.yaml", accountsFile({}));
  expect(otherAccountsFiles(join(folder, "accounts.yaml")).map(({ name }) => name)).toEqual([
    "copy/accounts.yaml",
    "own/accounts.yaml",
    "own/examples/b/accounts.yaml",
    "own/test/a.yaml",
  ]);
});

test("outside a repository, the folder of the file alone is looked at", () => {
  rmSync(join(folder, ".git"), { recursive: true });
  expect(both({ name: "prod" }, { name: "prod" })).toEqual([[], []]);
  write("other.yaml", accountsFile({ name: "prod" }));
  expect(check("accounts.yaml")).toEqual([shared("1:7", ["prod", "prod"], "prod", "other.yaml:1:7")]);
});
