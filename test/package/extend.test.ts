import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { features } from "../../src/features";
import { packageRoot, version } from "../../src/project";
import { nodeFolder } from "./node-versions";
import { filesBelow, type Ran, type as typed, userFolder } from "./packed";

/* examples/typescript with the package: a feature of a user's own, in a repository that holds nothing else. */

const EXAMPLE = join(packageRoot, "examples", "typescript");
/** The releases that read TypeScript as it is. */
const READS_TYPESCRIPT = ["22.23.3", "24.9.0"];
const COMPILER = join(packageRoot, "node_modules", "typescript", "bin", "tsc");

let folder: string;
function type(script: string, path = nodeFolder("22.23.3")): Ran {
  const { status, stdout, stderr } = typed(folder, script, path);
  return { status, stdout, stderr };
}

beforeEach(() => {
  folder = userFolder();
  cpSync(EXAMPLE, folder, { recursive: true });
});

function edit(path: string, from: string, to: string): void {
  const text = readFileSync(join(folder, path), "utf8");
  expect(text).toContain(from);
  writeFileSync(join(folder, path), text.replace(from, to));
}

function rootModule(name = "cdk.tf.json"): Record<string, Record<string, object>> {
  return JSON.parse(readFileSync(join(folder, "cdktf.out", "stacks", "pmm-iam", name), "utf8"));
}

test("the example asks for the version that it comes with", () => {
  const { devDependencies } = JSON.parse(readFileSync(join(EXAMPLE, "package.json"), "utf8"));
  expect(devDependencies["pmm-iam"]).toBe(version);
});

test.each(READS_TYPESCRIPT)("on Node %s the commands run as they are in package.json", (release) => {
  const run = (script: string) => type(`npm run --silent ${script}`, nodeFolder(release));
  expect(run("check")).toEqual({
    status: 0,
    stdout: "accounts.yaml: 2 accounts in 1 stack: no errors, 0 warnings\n",
    stderr: "",
  });
  expect(run("synth")).toMatchObject({ status: 0, stderr: "" });
  expect(rootModule()["module"]?.["backup_audit_orders_prod"]).toMatchObject({
    source: "./modules/backup-audit",
    providers: { aws: "aws.orders_prod" },
    auditor_role_arn: "arn:aws:iam::999999999999:role/auditors",
    managed_by: "stack pmm-iam",
  });
  expect(filesBelow(join(folder, "cdktf.out", "stacks", "pmm-iam", "modules", "backup-audit"))).toEqual([
    "main.tf",
    "outputs.tf",
    "policies/read-backups.json",
    "variables.tf",
    "versions.tf",
  ]);
  expect(run("show").stdout).toContain("For the auditors (backup_audit):");
  expect(run("report").status).toBe(0);
  const report = readFileSync(join(folder, "access-report.json"), "utf8");
  expect(report).toContain("Shows the jobs of AWS Backup that failed");
  expect(report).toContain('"Acme\'s auditors assume this role to see whether databases are backed up."');
  expect(report).not.toContain("The README of the module gives no reason.");
});

test("as the cdktf command's app, without a command, it synthesizes", () => {
  const { status, stdout } = type("CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS=false node main.ts");
  expect({ status, first: stdout.split("\n")[0] }).toEqual({
    status: 0,
    first: "1 stack for 2 accounts, as JSON, in cdktf.out/stacks:",
  });
  expect(type("node main.ts").stderr).toContain("Usage: pmm-iam");
});

test.each(["synth", "synth --hcl"])("cdktf %s, where cdktf-cli is installed by choice", (command) => {
  writeFileSync(
    join(folder, "cdktf.json"),
    JSON.stringify({ language: "typescript", app: "node main.ts", projectId: "iam", sendTelemetry: "false" }),
  );
  const cdktf = join(packageRoot, "node_modules", ".bin", "cdktf");
  const { status, stdout } = type(`'${cdktf}' ${command}`);
  expect({ status, said: stdout.trimEnd().split("\n").at(-1) }).toEqual({
    status: 0,
    said: "Generated Terraform code for the stacks: pmm-iam",
  });
  const name = command === "synth" ? "cdk.tf.json" : "cdk.tf";
  const made = readFileSync(join(folder, "cdktf.out", "stacks", "pmm-iam", name), "utf8");
  expect(made).toContain("backup_audit_orders_prod");
});

test("an instance of another name is refused", () => {
  edit(
    "backup-audit.ts",
    "        name,\n        module,",
    "        name: `audit_${account.alias}`,\n        module,",
  );
  const { status, stderr } = type("npm run --silent check");
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringContaining(
      'error: the feature with the prefix "backup_audit" makes a module instance "audit_orders_prod" for the account "orders-prod"; expected the name "backup_audit_orders_prod"',
    ),
  });
});

test("a fault in the feature's code: the place in it, and no request to report it", () => {
  edit(
    "backup-audit.ts",
    "        name,\n        module,",
    "        name: name.nothing.at(0),\n        module,",
  );
  const line = readFileSync(join(folder, "backup-audit.ts"), "utf8")
    .split("name.nothing")[0]
    ?.split("\n").length;
  expect(type("node main.ts check")).toEqual({
    status: 1,
    stdout: "",
    stderr: `error: backup-audit.ts:${line}:28: TypeError: Cannot read properties of undefined (reading 'at'); this is code of your own, which main.ts runs; fix it (DEBUG=1 prints the stack trace)\n`,
  });
  expect(type("DEBUG=1 node main.ts check").stderr).toMatch(/\nTypeError: .*\n +at /);
});

test("the schema has the keys of the program and of the feature", () => {
  expect(type("npm run --silent schema").status).toBe(0);
  const schema = JSON.parse(readFileSync(join(folder, "accounts.schema.json"), "utf8"));
  const { properties } = schema.properties.accounts.items;
  expect(properties.backup_audit.required).toEqual(["auditor_role_arn"]);
  expect(Object.keys(properties)).toEqual(
    expect.arrayContaining(features.flatMap(({ keys }) => Object.keys(keys))),
  );
});

test("a closed account forgets what the feature made", () => {
  edit("accounts.yaml", "    backup_audit:", "    lifecycle: closed\n    backup_audit:");
  expect(type("npm run --silent synth").status).toBe(0);
  const removed: unknown = rootModule("pmm-iam.tf.json")["removed"];
  for (const object of [
    "aws_iam_role.backup_audit",
    "aws_iam_role_policy.backup_audit",
    "aws_iam_role_policies_exclusive.backup_audit",
    "aws_iam_role_policy_attachments_exclusive.backup_audit",
  ]) {
    expect(removed).toContainEqual({
      from: `module.backup_audit_orders_prod.${object}`,
      lifecycle: { destroy: false },
    });
  }
});

test("a role that is dropped is reported, and all stacks are affected by code that changes", () => {
  type(
    "git init -q -b main && printf 'node_modules\\n*.out\\n' >.gitignore && git add . && git commit -qm a",
  );
  expect(type("npm run --silent affected -- --base main")).toMatchObject({ stdout: '{"include":[]}\n' });
  edit("modules/backup-audit/main.tf", "force_detach_policies = true", "force_detach_policies = false");
  const { stdout, stderr } = type("npm run --silent affected -- --base main");
  expect(stdout).toBe('{"include":[{"stack":"pmm-iam","accounts":2}]}\n');
  expect(stderr).toBe("note: all stacks are affected: modules/backup-audit/main.tf has changed since main\n");
  edit(
    "accounts.yaml",
    "    backup_audit:\n      auditor_role_arn: arn:aws:iam::999999999999:role/auditors\n",
    "",
  );
  const check = type("npm run --silent check -- --base main");
  expect(check.status).toBe(0);
  expect(check.stderr).toContain("AcmeBackupAudit");
  expect(check.stderr).toContain("[role-dropped]");
});

test("a feature that clashes is refused, each reason in a line", () => {
  writeFileSync(
    join(folder, "main.ts"),
    `import { features, run } from "pmm-iam";
import { backupAudit } from "./backup-audit.ts";
void run({ features: [...features, backupAudit, backupAudit] });
`,
  );
  expect(type("node main.ts check")).toEqual({
    status: 1,
    stdout: "",
    stderr: `error: the key "backup_audit" is taken by another feature or by the program; give it another name
error: the prefix of module instances "backup_audit" is taken by another feature or by the program; give it another name
`,
  });
});

describe("types", () => {
  /** What the types need is in the package: nothing of cdktf, constructs, zod and yaml is in the folder. */
  const check = (...options: string[]): Ran =>
    type([process.execPath, COMPILER, ...options].map((word) => `'${word}'`).join(" "));

  test("the example passes, with the types of Node for its paths", () => {
    const types = join(folder, "node_modules", "@types");
    mkdirSync(types);
    for (const name of ["@types/node", "undici-types"]) {
      symlinkSync(join(packageRoot, "node_modules", name), join(folder, "node_modules", name));
    }
    expect(check("--project", ".", "--skipLibCheck", "false")).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  test.each([
    ["nodenext", "--module", "nodenext"],
    ["a bundler", "--module", "esnext", "--moduleResolution", "bundler"],
  ])(
    "for %s, nothing but the package: a right feature passes, and each wrong one is refused",
    (...[, ...module]) => {
      rmSync(join(folder, "backup-audit.ts"));
      writeFileSync(
        join(folder, "main.ts"),
        `import { type Feature, features, flag, NOTHING, run, z } from "pmm-iam";
const keys = { x: z.boolean().optional(), y: flag("y").default(false) };
const rest = { keys, instances: { prefix: "p", module: "m" } };
const right: Feature<typeof keys> = {
  ...rest,
  effects: { x: NOTHING, y: NOTHING },
  calls({ input, alias }) {
    const isAsked: boolean = input.y && (input.x ?? false);
    return isAsked ? [{ name: alias, module: "m", usesSecrets: false, variables: {}, makes: [], path: [] }] : [];
  },
};
// @ts-expect-error: the effect of y is missing
const withoutEffect: Feature<typeof keys> = { ...rest, effects: { x: NOTHING }, calls: () => [] };
// @ts-expect-error: y is no text
const otherInput: Feature<typeof keys> = { ...right, calls: ({ input }) => [input.y.length] };
// @ts-expect-error: there is no such option
void run({ feature: [] });
void run({ features: [...features, right, withoutEffect, otherInput] });
`,
      );
      const options = [
        "--ignoreConfig",
        "--strict",
        "--noEmit",
        "--target",
        "es2023",
        "--types",
        "",
        ...module,
      ];
      expect(check(...options, "main.ts")).toEqual({ status: 0, stdout: "", stderr: "" });
    },
  );
});
