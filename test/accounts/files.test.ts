// More than 300 lines: each way in which a file or a folder cannot be read is a test of its own.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processorSeconds } from "../support/processor-time";
import { loadFile, loadText, printed } from "./corpus";

/** What cannot lie in the corpus: special files, links, and texts too large for a repository. */

/** Of processor time, where a text is made to take long: each takes a tenth of it or less. */
const MOST_SECONDS = 20;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pmm-iam-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function output(path: string): string {
  return printed(loadFile(path).problems);
}

describe("the accounts file", () => {
  test("is missing", () => {
    expect(output(join(folder, "accounts.yaml"))).toBe(
      "accounts.yaml:1:1: error: there is no such file; run npx pmm-iam init, which writes one, or set ACCOUNTS_FILE to the path of yours [file]\n",
    );
  });

  test("lies under a file", () => {
    writeFileSync(join(folder, "file"), "");
    expect(output(join(folder, "file", "accounts.yaml"))).toContain("there is no such file");
  });

  test("is a folder", () => {
    expect(output(folder)).toBe(
      "accounts.yaml:1:1: error: this is a folder; expected a YAML file: name the file itself in ACCOUNTS_FILE [file]\n",
    );
  });

  test("is a pipe, which is not waited for", () => {
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    expect(output(pipe)).toBe(
      "accounts.yaml:1:1: error: this is not a regular file; expected a YAML file [file]\n",
    );
  });

  test("is a link that leads nowhere", () => {
    symlinkSync(join(folder, "gone"), join(folder, "accounts.yaml"));
    expect(output(join(folder, "accounts.yaml"))).toContain("a symbolic link that leads to no file");
  });

  test("has ten megabytes", () => {
    const path = join(folder, "accounts.yaml");
    writeFileSync(path, Buffer.alloc(10_000_000, "#"));
    expect(output(path)).toBe(
      "accounts.yaml:1:1: error: the file has 10000000 bytes; expected at most 8388608: is it the right file? [file]\n",
    );
  });

  test("is full of bytes that are no text", () => {
    const path = join(folder, "accounts.yaml");
    writeFileSync(path, Buffer.from("accounts:\n  - name: a\xff\xfe\n", "latin1"));
    expect(output(path)).toBe(
      "accounts.yaml:2:12: error: found bytes that are not UTF-8 text; save the file as UTF-8 [file]\n",
    );
  });
});

describe("nesting", () => {
  const DEEP = "the file is nested too deeply; expected a handful of levels: is it the right file? [yaml]";
  const first = (text: string) => printed(loadText(text).problems).split("\n")[0];

  test.each([
    ["100,000 brackets", `accounts: ${"[".repeat(100_000)}${"]".repeat(100_000)}\n`, "1:61"],
    ["100,000 brackets that never close", `accounts: ${"[".repeat(100_000)}`, "1:61"],
    ["100,000 mappings", `accounts: ${"{a: ".repeat(100_000)}`, "1:211"],
    ["100,000 dashes", `accounts:\n  ${"- ".repeat(100_000)}a\n`, "2:103"],
  ])("%s", (_, text, place) => {
    expect(first(text)).toBe(`accounts.yaml:${place}: error: ${DEEP}`);
  });

  test("2,000 mappings by indentation", () => {
    const text = Array.from({ length: 2_000 }, (_, depth) => `${" ".repeat(depth)}a:\n`).join("");
    expect(first(text)).toMatch(/^accounts\.yaml:\d+:\d+: error: .* \[(?:yaml|unknown-key|accounts)\]$/);
  });

  test("brackets inside a text do not count", () => {
    expect(first(`accounts: "${"[".repeat(200)}"\n`)).toContain("source is missing");
  });
});

describe("a value of a megabyte is answered quickly", () => {
  const file = (key: string, value: string) => `source: {account_id: "111111111111", pmm_ec2_role_name: pmm}
defaults: {admin_role_name: Admin}
accounts:
  - {name: orders-prod, account_id: "222222222222", ${key}: "${value}"}
`;

  test.each([
    [
      "group",
      `a${"/".repeat(1_000_000)}b`,
      /^group is "a\/{56}\.\.\." \(1000002 characters\); expected a lower-case letter/,
    ],
    [
      "account_id",
      "1".repeat(1_000_000),
      /^account_id is "1{57}\.\.\." \(1000000 digits\); expected 12 digits/,
    ],
    [
      "region",
      "a".repeat(1_000_000),
      /^region is "a{57}\.\.\." \(1000000 characters\); expected the name of an AWS region, such as eu-west-1$/,
    ],
  ])("%s", (key, value, message) => {
    let messages: string[] = [];
    const spent = processorSeconds(() => {
      messages = loadText(file(key, value)).problems.map((problem) => problem.message);
    });
    expect(spent).toBeLessThan(MOST_SECONDS);
    expect(messages).toContainEqual(expect.stringMatching(message));
  });

  test("as a key", () => {
    let message: string | undefined;
    const spent = processorSeconds(() => {
      message = loadText(file("a".repeat(1_000_000), "b")).problems[0]?.message;
    });
    expect(spent).toBeLessThan(MOST_SECONDS);
    expect(message).toMatch(/^unknown key "a{57}\.\.\." under accounts\[0\]; expected one of name,/);
  });
});

test("aliases without amplification may be many", () => {
  const accounts = Array.from(
    { length: 2_000 },
    (_, index) => `  - {<<: *common, name: a-${index}, account_id: "${String(index).padStart(12, "0")}"}\n`,
  ).join("");
  const text = `source: {account_id: "111111111111", pmm_ec2_role_name: pmm, assume_policy: organization, organization_id: o-exampleorgid}
defaults: {admin_role_name: Admin, tags: &common_tags {a: b}}
accounts:
  - &common {name: first, account_id: "999999999999", permissions: minimal, tags: *common_tags}
${accounts}`;
  const { access, problems } = loadText(text);
  const deployment = access?.deployment;
  expect(problems.map(({ rule }) => rule)).toEqual(["stack-size"]);
  expect(deployment?.accounts).toHaveLength(2_001);
  expect(deployment?.accounts[0]).toMatchObject({ name: "a-0", permissions: "minimal", tags: { a: "b" } });
});

describe("a policy file", () => {
  const accounts = (policy: string) => `source: {account_id: "111111111111", pmm_ec2_role_name: pmm}
accounts:
  - name: orders-prod
    account_id: "222222222222"
    admin_role_name: Admin
    third_party_monitors:
      - name: vendor
        account_id: "999999999999"
        external_id: an-external-id
        policy: ${policy}
`;
  const POLICY =
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}}';
  const messages = (policy: string) =>
    loadText(accounts(policy), join(folder, "repository", "config", "accounts.yaml")).problems.map(
      (problem) => problem.message,
    );
  const message = (policy: string) => messages(policy)[0];

  beforeEach(() => {
    mkdirSync(join(folder, "repository", ".git"), { recursive: true });
    mkdirSync(join(folder, "repository", "config"));
    writeFileSync(join(folder, "outside.json"), POLICY);
    writeFileSync(join(folder, "repository", "inside.json"), POLICY);
  });

  test("may lie anywhere in the repository, and be a link to a file there", () => {
    symlinkSync("../inside.json", join(folder, "repository", "config", "link.json"));
    expect(message("./../inside.json")).toBeUndefined();
    expect(message("./link.json")).toBeUndefined();
  });

  test("may not lie outside it, whether it is there or not", () => {
    expect(message("./../../outside.json")).toBe(
      "./../../outside.json leaves the repository; expected a file inside it",
    );
    expect(message("./../../nothing.json")).toBe(
      "./../../nothing.json leaves the repository; expected a file inside it",
    );
  });

  test("may not be a link out of it, nor lie in a linked folder outside", () => {
    symlinkSync(join(folder, "outside.json"), join(folder, "repository", "config", "link.json"));
    symlinkSync(folder, join(folder, "repository", "config", "folder"));
    expect(message("./link.json")).toBe("./link.json leaves the repository; expected a file inside it");
    expect(message("./folder/outside.json")).toBe(
      "./folder/outside.json leaves the repository; expected a file inside it",
    );
  });

  test("may not be a pipe, a folder or a broken link", () => {
    execFileSync("mkfifo", [join(folder, "repository", "config", "pipe.json")]);
    symlinkSync("gone.json", join(folder, "repository", "config", "broken.json"));
    expect(message("./pipe.json")).toBe("./pipe.json is not a regular file; expected a JSON policy document");
    expect(message("./")).toBe("./ is not a regular file; expected a JSON policy document");
    expect(message("./broken.json")).toBe(
      "there is no file ./broken.json; paths start from the folder of accounts.yaml",
    );
  });

  test("is not read when it is far too large", () => {
    writeFileSync(join(folder, "repository", "config", "large.json"), Buffer.alloc(600_000, " "));
    expect(message("./large.json")).toBe(
      "./large.json has 600000 bytes; expected at most 524288: is it the right file?",
    );
  });

  test.each([
    ["one long pattern", { Action: `a:${"*?".repeat(2_000)}x${"*".repeat(2_000)}` }],
    ["many patterns", { Action: Array.from({ length: 5_000 }, (_, index) => `*?:*${index}`) }],
    ["many exceptions", { NotAction: Array.from({ length: 5_000 }, (_, index) => `*?${index}:*`) }],
  ])("is judged quickly, whatever its patterns: %s", (_, actions) => {
    const document = { Version: "2012-10-17", Statement: { Effect: "Allow", Resource: "*", ...actions } };
    writeFileSync(join(folder, "repository", "config", "slow.json"), JSON.stringify(document));
    expect(processorSeconds(() => message("./slow.json"))).toBeLessThan(MOST_SECONDS);
  });

  test("may be nested as deeply as it likes, and is refused", () => {
    const deep = `${"[".repeat(20_000)}1${"]".repeat(20_000)}`;
    writeFileSync(
      join(folder, "repository", "config", "deep.json"),
      `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":${deep}}}}}`,
    );
    expect(message("./deep.json")).toMatch(/^this is not JSON: more than 200 brackets /);
  });

  test.each([
    ["*", true],
    ["*:*", true],
    ["IAM:*", true],
    ["sts:AssumeRole", true],
    ["sts:assume????", true],
    ["iam:Create*", true],
    ["iam:*Role*", true],
    ["iam:Get*", false],
    ["sts:GetCallerIdentity", false],
    ["sts:AssumeRoleX", false],
    ["iam:CreateLoginProfile", true],
    ["iam:AddUserToGroup", true],
    ["iam:*Profile*", true],
    ["i?m:updateloginprofile", true],
    ["sts:GetFederationToken", true],
    ["sts:Get*", true],
    ["lambda:*", true],
    ["lambda:UpdateFunctionCode", true],
    ["ssm:Send*", true],
    ["ec2:Run*", true],
    ["s3:Put*Policy", false],
    ["kms:CreateGrant", true],
    ["s3:*", false],
    ["s3:Get*", false],
    ["ec2:Describe*", false],
    ["ec2:StartInstances", false],
    ["lambda:List*", false],
    ["iam:Generate*", false],
    ["logs:StartQuery", false],
    ["cloudwatch:?et*", false],
  ])("Action %s hands out access: %s", (Action, handsOut) => {
    const document = { Version: "2012-10-17", Statement: { Effect: "Allow", Action, Resource: "*" } };
    writeFileSync(join(folder, "repository", "config", "policy.json"), JSON.stringify(document));
    expect(messages("./policy.json").some((each) => each.includes("hand out access"))).toBe(handsOut);
  });

  test.each(["iam:*", "s3:GetObject"])("NotAction %s allows what it does not name", (NotAction) => {
    const document = { Version: "2012-10-17", Statement: { Effect: "Allow", NotAction, Resource: "*" } };
    writeFileSync(join(folder, "repository", "config", "policy.json"), JSON.stringify(document));
    expect(message("./policy.json")).toContain("all but what its NotAction names, so also ");
  });

  test.each([" iam:*", "iam: *", "iam", "iam:Pass Role", "iam:*\n", "\u0131am:*", "iam:Create*:x", ":*", ""])(
    "Action %j is no action",
    (Action) => {
      const document = { Version: "2012-10-17", Statement: { Effect: "Allow", Action, Resource: "*" } };
      writeFileSync(join(folder, "repository", "config", "policy.json"), JSON.stringify(document));
      expect(message("./policy.json")).toMatch(
        /^this action has .*; expected a service and an action, such as "rds:Describe\*"$/,
      );
    },
  );

  test("thousands of patterns are judged quickly", () => {
    const Action = Array.from({ length: 7_000 }, (_, number) => `*:${number}*`);
    const document = { Version: "2012-10-17", Statement: { Effect: "Allow", Action, Resource: "*" } };
    writeFileSync(join(folder, "repository", "config", "policy.json"), JSON.stringify(document));
    expect(processorSeconds(() => message("./policy.json"))).toBeLessThan(MOST_SECONDS);
  });

  test("a statement may not have a key that IAM does not know, such as action beside Action", () => {
    const document = {
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action: "s3:ListBucket", action: "*", Resource: "*" },
    };
    writeFileSync(join(folder, "repository", "config", "policy.json"), JSON.stringify(document));
    expect(message("./policy.json")).toBe(
      "unknown key in a statement; upper and lower case matter: write Action",
    );
  });

  test("the message names the actions", () => {
    const document = {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Deny", Action: "*", Resource: "*" },
        { Effect: "Allow", Action: ["s3:List*", "IAM:CREATE*PROFILE"], Resource: "*" },
      ],
    };
    writeFileSync(join(folder, "repository", "config", "policy.json"), JSON.stringify(document));
    expect(message("./policy.json")).toBe(
      "this lets the third party hand out access: it allows iam:CreateInstanceProfile, iam:CreateLoginProfile; expected the reads that it needs, each by its name or as Get*, List* and Describe*",
    );
  });
});
