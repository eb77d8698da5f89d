import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { NOTHING } from "../../src/accounts/effects";
import { features } from "../../src/features";
import { featureProblems } from "../../src/features/clashes";
import type { Feature } from "../../src/features/feature";

/** What keeps a user's feature from being used beside the program's own. */

const folder = mkdtempSync(join(tmpdir(), "pmm-iam-clashes-"));

beforeAll(() => {
  mkdirSync(join(folder, "backup-audit"));
  writeFileSync(join(folder, "backup-audit", "main.tf"), "");
  mkdirSync(join(folder, "empty", "policies"), { recursive: true });
  writeFileSync(join(folder, "empty", "policies", "read.json"), "{}");
});
afterAll(() => rmSync(folder, { recursive: true }));

function feature(changed: Partial<Feature> = {}): Feature {
  return {
    keys: { backup_audit: z.boolean().optional() },
    effects: { backup_audit: NOTHING },
    modules: { "backup-audit": join(folder, "backup-audit") },
    instances: { prefix: "backup_audit", module: "backup-audit", key: "backup_audit" },
    calls: () => [],
    ...changed,
  };
}

const problems = (...added: Feature[]): string[] => featureProblems([...features, ...added]);

/** The keys of a feature, which the rest of it is asked for by. */
function withKey(key: string, schema: unknown): Feature {
  return feature({
    keys: { [key]: schema } as Feature["keys"],
    instances: { prefix: "backup_audit", module: "backup-audit", key },
  });
}

function withModule(name: string, path: string): Feature {
  return feature({ modules: { [name]: path }, instances: { prefix: "backup_audit", module: name } });
}

test("the program's own features go together, with one of a user's too", () => {
  expect(problems()).toEqual([]);
  expect(problems(feature())).toEqual([]);
  expect(problems(feature({ modules: {}, instances: { prefix: "x", module: "pmm-iam-target" } }))).toEqual(
    [],
  );
});

const OTHER = "is taken by another feature or by the program; give it another name";

test.each<[string, () => Feature[], string]>([
  [
    "a key of another feature",
    () => [withKey("aurora", z.boolean().optional())],
    `the key "aurora" ${OTHER}`,
  ],
  ["a key of every account", () => [withKey("region", z.string().optional())], `the key "region" ${OTHER}`],
  [
    "a required key",
    () => [withKey("audit", z.boolean())],
    'the key "audit" of a feature is required, so no account that does not name it could be read; add .optional() or .default(...)',
  ],
  [
    "a key in another case",
    () => [withKey("backupAudit", z.boolean().optional())],
    'the key "backupAudit" of a feature is not in snake_case, as backup_audit is; rename it',
  ],
  [
    "what is no schema",
    () => [withKey("audit", { parse: () => true })],
    'the key "audit" of a feature is no schema of this version\'s zod; import { z } from "pmm-iam"',
  ],
  [
    "a prefix of another feature",
    () => [feature({ instances: { prefix: "pmm_iam", module: "backup-audit" } })],
    `the prefix of module instances "pmm_iam" ${OTHER}`,
  ],
  [
    "a prefix that is no name of Terraform's",
    () => [feature({ instances: { prefix: "backup audit", module: "backup-audit" } })],
    'the prefix "backup audit" of module instances is not in snake_case, as backup_audit is; rename it',
  ],
  [
    "a module that nobody has",
    () => [feature({ instances: { prefix: "backup_audit", module: "backups" } })],
    'the feature with the prefix "backup_audit" names the module "backups", which is neither the program\'s nor one of its own; add its folder: modules: { "backups": <absolute path> }',
  ],
  [
    "asked for by another feature's key",
    () => [feature({ instances: { prefix: "backup_audit", module: "backup-audit", key: "aurora" } })],
    'the feature with the prefix "backup_audit" is asked for by "aurora", which is none of its keys; expected one of backup_audit',
  ],
  [
    "a module of the program's name",
    () => [withModule("pmm-iam-target", join(folder, "backup-audit"))],
    'the module "pmm-iam-target" of a feature has a name of the program\'s own; give it another, such as "acme-pmm-iam-target"',
  ],
  [
    "a module in the place of the teams'",
    () => [withModule("team", join(folder, "backup-audit"))],
    'the module "team" of a feature has a name of the program\'s own; give it another, such as "acme-team"',
  ],
  [
    "a module whose name leads elsewhere",
    () => [withModule("../x", join(folder, "backup-audit"))],
    'the module "../x" of a feature is not named in lower-case-with-dashes, as backup-audit is; rename it',
  ],
  [
    "a relative folder",
    () => [withModule("backup-audit", "modules/backup-audit")],
    'the folder of the module "backup-audit" is "modules/backup-audit"; expected an absolute path: join(import.meta.dirname, "modules/backup-audit")',
  ],
  [
    "a folder without Terraform code",
    () => [withModule("backup-audit", join(folder, "empty"))],
    `the folder of the module "backup-audit" has no *.tf file: ${join(folder, "empty")}`,
  ],
  [
    "a folder that is not there",
    () => [withModule("backup-audit", join(folder, "none"))],
    `the folder of the module "backup-audit" is not there: ${join(folder, "none")}`,
  ],
  [
    "a role of another feature",
    () => [
      feature({
        assumedBy: { caller: "pmm", roleName: "AmazonRDSforPMMrole", policyName: "p", resourceName: "r" },
      }),
    ],
    `the name in assumedBy "AmazonRDSforPMMrole" ${OTHER}`,
  ],
])("%s", (_, added, message) => {
  expect(problems(...added())).toEqual([message]);
});

/** The folder of a module with this code. A process reads each folder once. */
function code(text: string): string {
  const of = mkdtempSync(join(folder, "code-"));
  writeFileSync(join(of, "main.tf"), text);
  return of;
}

test.each(["./keys", "hashicorp/consul/aws", "../keys"])("a module that calls %s", (source) => {
  const calling = code(`module "x" {\n  source = "${source}"\n}\n`);
  expect(problems(withModule("calls", calling))).toEqual([
    `the module "calls" calls "${source}" in ${join(calling, "main.tf")}; expected ../<name> of a module of the program's, or of a feature's own: a stack carries no other`,
  ]);
});

test("a module may call the program's and those of features", () => {
  const calls = code(
    'module "a" {\n  source = "../rotating-access-key"\n}\nmodule "b" {\n  source = "../backup-audit"\n}\n',
  );
  const modules = { calls, "backup-audit": join(folder, "backup-audit") };
  expect(problems(feature({ modules }))).toEqual([]);
});

test("a module that cannot be read", () => {
  expect(problems(withModule("broken", code('resource "aws_iam_role" {\n')))).toEqual([
    expect.stringMatching(/main\.tf of the module "broken" cannot be read: 2:1: /),
  ]);
});

test("one name for two folders", () => {
  const other = {
    ...feature({ modules: { "backup-audit": join(folder, "empty", "..", "backup-audit", "..") } }),
    keys: {},
    instances: { prefix: "other", module: "backup-audit" },
  };
  writeFileSync(join(folder, "main.tf"), "");
  expect(problems(feature(), other)).toEqual([
    `two features have a module "backup-audit", in ${join(folder, "backup-audit")} and in ${folder}; give one another name`,
  ]);
});
