import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adminRole, rootFromStack } from "../../src/commands/environment";

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "pmm-iam-environment-")));
  mkdirSync(join(folder, "repository", "envs"), { recursive: true });
  process.env["ACCOUNTS_FILE"] = join(folder, "repository", "envs", "prod.yaml");
});

afterEach(() => {
  delete process.env["ACCOUNTS_FILE"];
  delete process.env["PMM_IAM_ADMIN_ROLE_NAME"];
  rmSync(folder, { recursive: true });
});

/** From the stack of an output folder to that of the accounts file, envs. */
function way(output: string): string {
  return rootFromStack(join(folder, output));
}

test("local state is beside the accounts file, wherever the output is", () => {
  expect(way("repository/envs/cdktf.out")).toBe("../../..");
  expect(way("repository/cdktf.out")).toBe("../../../envs");
  expect(way("repository/envs/deep/er/out")).toBe("../../../../..");
  expect(way("repository/envs")).toBe("../..");
  expect(way("elsewhere/out")).toBe("../../../../repository/envs");
});

test.each(['a"b', "a\\b", "a${b}", "%{a}", "a\nb"])("a folder called %j is no way in Terraform", (name) => {
  process.env["ACCOUNTS_FILE"] = join(folder, name, "prod.yaml");
  expect(() => way("out")).toThrow(/^the relative path from the output folder to the accounts file is "/);
  expect(way(join(name, "out"))).toBe("../../..");
});

test("links are followed, as Terraform's own way up from the stack's folder does", () => {
  mkdirSync(join(folder, "far", "away", "out"), { recursive: true });
  symlinkSync(join(folder, "far", "away", "out"), join(folder, "repository", "out"));
  expect(way("repository/out")).toBe("../../../../../repository/envs");
  expect(way("repository/out/not/there")).toBe("../../../../../../../repository/envs");
  symlinkSync(join(folder, "repository", "envs"), join(folder, "current"));
  process.env["ACCOUNTS_FILE"] = join(folder, "current", "prod.yaml");
  expect(way("repository/envs/out")).toBe("../../..");
});

test.each([
  [undefined, undefined],
  ["", undefined],
  ["pmm-iam-reader", "pmm-iam-reader"],
  ["dba/pmm-iam-reader", "dba/pmm-iam-reader"],
])("PMM_IAM_ADMIN_ROLE_NAME=%s names the role %s", (value, role) => {
  if (value !== undefined) process.env["PMM_IAM_ADMIN_ROLE_NAME"] = value;
  expect(adminRole()).toBe(role);
});

test.each(["arn:aws:iam::222222222222:role/reader", "/reader", "reader/", "a b"])(
  "PMM_IAM_ADMIN_ROLE_NAME=%s is refused",
  (value) => {
    process.env["PMM_IAM_ADMIN_ROLE_NAME"] = value;
    expect(() => adminRole()).toThrow(/^PMM_IAM_ADMIN_ROLE_NAME is ".*"; expected an IAM role name/);
  },
);
