import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot, version } from "../../src/project";
import { NODE_VERSIONS, nodeFolder } from "./node-versions";
import { filesBelow, type Ran, type as typed, userFolder } from "./packed";

/** The commands of the package in a repository of a user's own, beside what the sources do there. */

const FILE = `source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: TerraformAdmin}
accounts:
  - {name: orders, account_id: "222222222222", aurora: true}
`;

let folder: string;
const type = (script: string, path = ""): Ran => typed(folder, script, path);

beforeEach(() => {
  folder = userFolder();
  writeFileSync(join(folder, "accounts.yaml"), FILE);
});

/** What a synth wrote, by path. */
function output(name: string): Map<string, string> {
  const root = join(folder, name);
  return new Map(filesBelow(root).map((path) => [path, readFileSync(join(root, path), "utf8")]));
}

/** The same with the sources, in the same folder. */
function bySources(args: readonly string[]): string {
  return execFileSync(process.execPath, [join(packageRoot, "bin", "pmm-iam.js"), ...args], {
    cwd: folder,
    encoding: "utf8",
    stdio: "pipe",
  });
}

test.each(["json", "hcl"])("synth writes the same bytes as the sources, as %s", (format) => {
  const support = join(packageRoot, "test", "support");
  for (const name of filesBelow(support).filter((file) => !file.endsWith(".ts"))) {
    cpSync(join(support, name), join(folder, name));
  }
  cpSync(join(support, "everything.yaml"), join(folder, "accounts.yaml"));
  const hcl = format === "hcl" ? ["--hcl"] : [];
  const { status, stderr } = type(["npx pmm-iam synth --output a.out", ...hcl].join(" "));
  expect({ status, errors: stderr.match(/error/g) }).toEqual({ status: 0, errors: null });
  bySources(["synth", "--output", "b.out", ...hcl]);
  const made = output("a.out");
  expect(made.size).toBeGreaterThan(60);
  expect([...made]).toEqual([...output("b.out")]);
});

test.each(NODE_VERSIONS)("every command on Node %s", (release) => {
  const path = nodeFolder(release);
  expect(type("node --version", path).stdout).toBe(`v${release}\n`);
  expect(type("npx pmm-iam --version", path).stdout).toBe(`${version}\n`);
  expect(type("npx pmm-iam check", path).stdout).toBe(
    "accounts.yaml: 1 account in 1 stack: no errors, 0 warnings\n",
  );
  type(
    "git init -q -b main && printf 'node_modules\\n*.out\\n' >.gitignore && git add . && git commit -qm first",
  );
  writeFileSync(join(folder, "accounts.yaml"), FILE.replace("aurora: true", "aurora: {key_generation: 2}"));
  const answers: Readonly<Record<string, string>> = {
    "check --base main": "",
    "affected --base main": '{"include":[{"stack":"pmm-iam","accounts":1}]}\n',
    "diff --base main": "0 gained, 0 widened, 0 narrowed, 0 lost",
    "summary --base main": "**No change of access.**",
    "show orders --format json": '"arn:aws:iam::222222222222:user/PMMAWSIntegrationUser"',
    report: "",
    synth: "1 stack for 1 account, as JSON",
    "synth --hcl": "1 stack for 1 account, as HCL",
  };
  const said = Object.keys(answers).map((command) => {
    const { status, stdout, stderr } = type(`npx pmm-iam ${command}`, path);
    return { command, status, fault: /fault:/.test(stderr), stdout };
  });
  expect(said).toEqual(
    Object.entries(answers).map(([command, text]) => ({
      command,
      status: 0,
      fault: false,
      stdout: expect.stringContaining(text),
    })),
  );
});

test("a mistake is cited by the way from where one is", () => {
  mkdirSync(join(folder, "runbooks", "keys"), { recursive: true });
  writeFileSync(join(folder, "accounts.yaml"), FILE.replace("aurora:", "aurorra:"));
  const { status, stderr } = type("cd runbooks/keys && npx pmm-iam check");
  expect(status).toBe(1);
  expect(stderr).toMatch(/^\.\.\/\.\.\/accounts\.yaml:4:\d+: error: unknown key "aurorra"/);
});

test("from a folder below, the output is beside accounts.yaml", () => {
  mkdirSync(join(folder, "policies"));
  expect(type("cd policies && npx pmm-iam synth").status).toBe(0);
  expect(filesBelow(join(folder, "policies"))).toEqual([]);
  const { backend } = JSON.parse(
    readFileSync(join(folder, "cdktf.out/stacks/pmm-iam/cdk.tf.json"), "utf8"),
  ).terraform;
  expect(backend).toEqual({ local: { path: "../../../terraform.pmm-iam.tfstate" } });
});

test("the package's own example is never read", () => {
  rmSync(join(folder, "accounts.yaml"));
  const { status, stdout, stderr } = type("npx pmm-iam check");
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(/^accounts\.yaml:1:1: error: there is no such file;/);
});

test("a search for accounts.yaml stays in its repository", () => {
  mkdirSync(join(folder, "vendored"));
  const { status, stderr } = type("cd vendored && git init -q && npx pmm-iam check");
  expect(status).toBe(1);
  expect(stderr).toMatch(/^accounts\.yaml:1:1: error: there is no such file;/);
});

test("ACCOUNTS_FILE names the file, and the output stays in the user's folder", () => {
  mkdirSync(join(folder, "files"));
  writeFileSync(join(folder, "files", "staging.yaml"), `name: staging\n${FILE}`);
  expect(type("ACCOUNTS_FILE=files/staging.yaml npx pmm-iam synth").status).toBe(0);
  expect([...output("cdktf.out").keys()]).toContain("stacks/staging/cdk.tf.json");
});

test.each(["synth", "synth --hcl"])("cdktf %s, where cdktf-cli is installed by choice", (command) => {
  writeFileSync(
    join(folder, "cdktf.json"),
    JSON.stringify({
      language: "typescript",
      app: "npx pmm-iam synth",
      projectId: "iam",
      sendTelemetry: "false",
    }),
  );
  const { status, stdout } = type(`cdktf ${command}`, join(packageRoot, "node_modules", ".bin"));
  expect({ status, said: stdout.trimEnd().split("\n").at(-1) }).toEqual({
    status: 0,
    said: "Generated Terraform code for the stacks: pmm-iam",
  });
  const byCdktf = output("cdktf.out");
  rmSync(join(folder, "cdktf.out"), { recursive: true });
  expect(type(`npx pmm-iam ${command}`).status).toBe(0);
  const names = [...output("cdktf.out")].filter(([path]) => path.endsWith(".tf") || path.endsWith(".json"));
  expect(names.length).toBeGreaterThan(20);
  for (const [path, text] of names.filter(([name]) => name.startsWith("stacks/"))) {
    expect({ path, text: byCdktf.get(path) }).toEqual({ path, text });
  }
});
