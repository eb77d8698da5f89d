import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../../package.json";
import { commandNames } from "../support/command-names";
import { ALL, NewFolder } from "./new-folder";

const folder = new NewFolder();

const FILES = [".gitignore", "accounts.yaml", "cdktf.json", "package.json"];

describe("in an empty folder", () => {
  test("without a flag: every file, what is left to type, and what to type next", () => {
    expect(folder.pmmIam(["init"])).toEqual({
      status: 0,
      stdout: `\
4 files written:
  accounts.yaml
  package.json
  .gitignore
  cdktf.json

6 values left to type into accounts.yaml:
  accounts.yaml:11:15  <source account id>: the AWS account of the PMM EC2 instance
  accounts.yaml:13:22  <PMM EC2 role name>: the role in the PMM EC2 instance's profile, which exists already
  accounts.yaml:17:11  <region>: the AWS region of the accounts
  accounts.yaml:20:20  <admin role name>: the role that Terraform assumes in each account
  accounts.yaml:33:11  <account name>: what to call the first account to monitor
  accounts.yaml:34:17  <account id>: the first AWS account to monitor

Next:
  npm install
  npm run check   # names what is left to type
  npm run synth
  git init
  git add --all
  git commit -m "Start the deployment"
`,
      stderr: "",
    });
    expect(folder.paths()).toEqual(FILES);
    const { status, stdout, stderr } = folder.pmmIam(["check"]);
    expect([status, stdout, stderr.match(/\[[a-z-]+\]$/gm)]).toEqual([1, "", Array(6).fill("[placeholder]")]);
    expect(folder.pmmIam(["synth"])).toEqual({ status: 1, stdout: "", stderr });
    expect(folder.paths()).toEqual(FILES);
  });

  test("with every flag: check and synth accept it", () => {
    const { status, stdout, stderr } = folder.pmmIam(["init", ...ALL]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("Next:\n  npm install\n  npm run check\n  npm run synth\n");
    expect(folder.pmmIam(["check"])).toMatchObject({ status: 0, stderr: "" });
    expect(folder.pmmIam(["synth"])).toMatchObject({ status: 0, stderr: "" });
    expect(existsSync(join(folder.path, "cdktf.out", "stacks", "pmm-iam", "cdk.tf.json"))).toBe(true);
  });

  test("package.json has a script for every command but init, under its name", () => {
    folder.pmmIam(["init"]);
    const { scripts, devDependencies } = JSON.parse(folder.read("package.json"));
    const others = commandNames(folder.pmmIam(["--help"]).stdout).filter((name) => name !== "init");
    expect(others.length).toBeGreaterThan(6);
    expect(scripts).toEqual({
      ...Object.fromEntries(others.map((name) => [name, `pmm-iam ${name}`])),
      "synth:hcl": "pmm-iam synth --hcl",
    });
    expect(devDependencies).toEqual({ "pmm-iam": packageJson.version });
  });

  test("--backend s3 without a bucket leaves its place", () => {
    folder.pmmIam(["init", "--backend", "s3", ...ALL]);
    const { status, stderr } = folder.pmmIam(["check"]);
    expect(status).toBe(1);
    expect(stderr.split("\n")[0]).toMatch(
      /^accounts\.yaml:\d+:13: error: bucket is the placeholder "<bucket>" \(the bucket that holds the states\); type the value in its place: .* \[placeholder\]$/,
    );
    expect(stderr.match(/error:/g)).toHaveLength(1);
  });
});

describe("nothing is written", () => {
  test.each(FILES)("where %s is there, whatever is in it: one line", (file) => {
    folder.write(file);
    folder.refuses(ALL, [
      new RegExp(
        `^error: ${file.replace(".", "\\.")} is there already \\(a file\\), and init overwrites nothing; `,
      ),
    ]);
    expect(folder.read(file)).toBe("mine\n");
  });

  test("where a package.json is another package's: the line says how it may stay", () => {
    folder.write("package.json", '{"name": "infrastructure"}');
    folder.refuses(ALL, [
      new RegExp(
        `^error: package\\.json is there already .*, and init leaves it as it is: npm install --save-dev --save-exact pmm-iam@${packageJson.version}$`,
      ),
    ]);
  });

  test("where it has run before: a line for each file", () => {
    folder.pmmIam(["init", ...ALL]);
    folder.refuses(ALL, [
      / accounts\.yaml is/,
      / package\.json is .* empty folder$/,
      / \.gitignore is/,
      / cdktf\.json is/,
    ]);
  });

  test.each([
    [
      ["--ci", "jenkins"],
      /^error: .*'jenkins' is invalid\. Allowed choices are github, gitlab, atlantis, none\.$/,
    ],
    [["--backend", "disk"], /^error: .*'disk' is invalid\. Allowed choices are s3, local\.$/],
    [["here"], /^error: too many arguments/],
    [
      ["--backend", "local", "--bucket", "acme"],
      /^error: --bucket is for state in S3, and --backend is local;/,
    ],
    [
      ["--source-account", "1234"],
      /^error: --source-account: account_id is "1234" \(4 digits\); expected 12 digits/,
    ],
    [["--region", "mars"], /^error: --region: region is "mars"; expected the name of an AWS region/],
    [["--pmm-role", "a\nb"], /^error: --pmm-role: pmm_ec2_role_name is "a\\nb"; expected an IAM role name/],
    [["--account-id", "<id>"], /^error: --account-id: account_id is the placeholder "<id>"/],
    [["--name", "constructor"], /^error: --name: CDKTF cannot make a stack called constructor/],
  ])("for %j: one line", (args, line) => {
    folder.refuses(args, [line]);
  });

  test("for two wrong values: a line for each", () => {
    folder.refuses(["--region", "mars", "--bucket", "A"], [/^error: --region: /, /^error: --bucket: /]);
  });

  test("in the root of the file system", () => {
    folder.refuses([], [/^error: the current folder is \/, the root of the file system;/], { cwd: "/" });
  });
});

describe("other files do not matter", () => {
  test("a repository with a README: git is there already", () => {
    spawnSync("git", ["init", "--quiet", folder.path]);
    folder.write("README.md");
    const { status, stdout, stderr } = folder.pmmIam(["init", ...ALL]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).not.toContain("git init");
    expect(folder.read("README.md")).toBe("mine\n");
  });

  test("a package.json that npm install has written gets the scripts that it lacks", () => {
    const manifest = { name: "iam", scripts: { check: "mine" }, dependencies: { "pmm-iam": "0.2.0" } };
    folder.write("package.json", `${JSON.stringify(manifest, undefined, 4)}\n`);
    const { status, stdout, stderr } = folder.pmmIam(["init", ...ALL]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("3 files written:\n");
    expect(stdout).toContain("scripts added to package.json\n");
    expect(stdout).toContain("Next:\n  npm install\n  npx pmm-iam check\n  npm run synth\n");
    expect(folder.read("package.json")).toMatch(/^\{\n {4}"name": "iam",\n {4}"scripts"/);
    const { scripts, ...others } = JSON.parse(folder.read("package.json"));
    expect(others).toEqual({ name: "iam", dependencies: { "pmm-iam": "0.2.0" } });
    expect(scripts).toMatchObject({
      check: "mine",
      synth: "pmm-iam synth",
      "synth:hcl": "pmm-iam synth --hcl",
    });
  });
});

describe("notes", () => {
  test("the home folder", () => {
    expect(folder.notes({ env: { HOME: folder.path } })).toEqual([
      expect.stringMatching(/^note: this is your home folder: .*$/),
    ]);
  });

  test("ACCOUNTS_FILE names another file", () => {
    expect(folder.notes({ env: { ACCOUNTS_FILE: "other.yaml" } })).toEqual([
      expect.stringMatching(/^note: ACCOUNTS_FILE names other\.yaml, .*$/),
    ]);
  });
});

test("without an accounts.yaml, check says to run init", () => {
  expect(folder.pmmIam(["check"])).toEqual({
    status: 1,
    stdout: "",
    stderr:
      "accounts.yaml:1:1: error: there is no such file; run npx pmm-iam init, which writes one, or set ACCOUNTS_FILE to the path of yours [file]\n",
  });
});
