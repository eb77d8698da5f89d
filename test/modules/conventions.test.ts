import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@cdktf/hcl2json";
import { boundNothing } from "../../src/aws/managed-policies.json";
import { CONTRACT_MODULES } from "../support/module-names";

/** Claims about every resource of every module, checked over the parsed HCL. */

const MODULES = join(__dirname, "../../modules");
const names = readdirSync(MODULES).sort();

interface Block extends Record<string, unknown> {}

interface Module {
  readonly name: string;
  readonly resources: readonly { readonly type: string; readonly name: string; readonly block: Block }[];
  readonly calls: readonly Block[];
  readonly variables: Readonly<Record<string, Block>>;
  readonly outputs: Readonly<Record<string, Block>>;
  readonly text: string;
  readonly blocks: ReadonlySet<string>;
}

let modules: readonly Module[];

beforeAll(async () => {
  modules = await Promise.all(names.map(read));
});

async function read(name: string): Promise<Module> {
  const files = readdirSync(join(MODULES, name)).filter((file) => file.endsWith(".tf"));
  const text = files.map((file) => readFileSync(join(MODULES, name, file), "utf8")).join("\n");
  const hcl = (await parse(`${name}.tf`, text)) as Record<string, Record<string, Record<string, Block[]>>>;
  return {
    name,
    text,
    blocks: new Set(Object.keys(hcl)),
    resources: Object.entries(hcl["resource"] ?? {}).flatMap(([type, named]) =>
      Object.entries(named).map(([resource, blocks]) => ({ type, name: resource, block: only(blocks) })),
    ),
    calls: Object.values(firsts(hcl["module"])),
    variables: firsts(hcl["variable"]),
    outputs: firsts(hcl["output"]),
  };
}

function firsts(blocks: Record<string, unknown> | undefined): Record<string, Block> {
  return Object.fromEntries(
    Object.entries(blocks ?? {}).map(([key, value]) => [key, only(value as Block[])]),
  );
}

function only(blocks: readonly Block[]): Block {
  expect(blocks).toHaveLength(1);
  return blocks[0] ?? {};
}

function ofType(type: string) {
  return modules.flatMap((module) =>
    module.resources
      .filter((resource) => resource.type === type)
      .map((resource) => ({ ...resource, module: module.name, siblings: module.resources })),
  );
}

test("the six modules of the contract are there", () => {
  expect(names).toEqual(expect.arrayContaining(CONTRACT_MODULES));
});

test("each has the files of the registry's conventions", () => {
  for (const name of names) {
    const files = readdirSync(join(MODULES, name));
    expect(files).toEqual(
      expect.arrayContaining(["README.md", "main.tf", "outputs.tf", "tests", "variables.tf", "versions.tf"]),
    );
    expect(readdirSync(join(MODULES, name, "tests")).some((file) => file.endsWith(".tftest.hcl"))).toBe(true);
  }
});

test("no module configures a provider, and each says which it needs", () => {
  for (const { blocks, text } of modules) {
    expect(blocks).not.toContain("provider");
    expect(text).toMatch(/required_version\s*=\s*">= 1\.11"/);
    expect(text).toMatch(/source\s*=\s*"hashicorp\/aws"/);
  }
});

test("a module calls none but those beside it: what it makes is read there when an account is closed", () => {
  const sources = modules.flatMap(({ calls }) => calls.map(({ source }) => source));
  expect(sources).toEqual(expect.arrayContaining(["../rotating-access-key", "../rotating-access-key"]));
  expect(sources.filter((source) => !names.some((name) => source === `../${name}`))).toEqual([]);
});

test("every variable has a description and a type, every output a description", () => {
  for (const { name, variables, outputs } of modules) {
    expect(Object.keys(variables).length).toBeGreaterThan(0);
    for (const [variable, block] of Object.entries(variables)) {
      expect({ name, variable, ...block }).toMatchObject({
        description: expect.stringMatching(/\w{3}/),
        type: expect.anything(),
      });
    }
    for (const [output, block] of Object.entries(outputs)) {
      expect({ name, output, ...block }).toMatchObject({ description: expect.stringMatching(/\w{3}/) });
    }
  }
});

test("no output holds a secret", () => {
  for (const { outputs } of modules) {
    for (const { value } of Object.values(outputs)) {
      expect(String(JSON.stringify(value))).not.toMatch(/aws_iam_access_key|\.secret\b|secret_string/);
    }
  }
});

test("every role has the boundary, lets go of policies, and has exactly what the module gives it", () => {
  const roles = ofType("aws_iam_role");
  expect(roles.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["agent", "monitor", "pmm_rds_monitoring", "teleport_database_access"]),
  );
  for (const { block, name, siblings } of roles) {
    expect(block).toMatchObject({
      permissions_boundary: "${var.permissions_boundary}",
      force_detach_policies: true,
    });
    for (const type of ["aws_iam_role_policies_exclusive", "aws_iam_role_policy_attachments_exclusive"]) {
      const exclusive = siblings.find((sibling) => sibling.type === type);
      expect(exclusive?.block["role_name"]).toMatch(new RegExp(`aws_iam_role\\.${name}\\b`));
      expect(exclusive?.block["for_each"]).toEqual(block["for_each"]);
      expect(exclusive?.block["count"]).toBeUndefined();
    }
  }
});

test("every user has the boundary, can be destroyed, and has exactly what the module gives it", () => {
  const users = ofType("aws_iam_user");
  expect(users.map(({ name }) => name)).toEqual(expect.arrayContaining(["agent", "pmm_aws_integration"]));
  for (const { block, name, siblings } of users) {
    expect(block).toMatchObject({
      permissions_boundary: "${var.permissions_boundary}",
      force_destroy: true,
      tags: expect.anything(),
    });
    for (const type of ["aws_iam_user_policies_exclusive", "aws_iam_user_policy_attachments_exclusive"]) {
      const exclusive = siblings.find((sibling) => sibling.type === type);
      expect(exclusive?.block["user_name"]).toMatch(new RegExp(`aws_iam_user\\.${name}\\b`));
      expect(exclusive?.block["for_each"]).toEqual(block["for_each"]);
    }
  }
});

test("every role, user, policy and instance profile is in the IAM path", () => {
  const all = ["aws_iam_role", "aws_iam_user", "aws_iam_policy", "aws_iam_instance_profile"].flatMap(ofType);
  expect(all.length).toBeGreaterThan(6);
  for (const { module, type, block } of all) {
    expect({ module, type, path: block["path"] }).toEqual({ module, type, path: "${var.iam_path}" });
  }
});

test("every role and managed policy has a description that says who manages it", () => {
  const all = ["aws_iam_role", "aws_iam_policy"].flatMap(ofType);
  expect(all.length).toBeGreaterThan(6);
  for (const { module, type, block } of all) {
    expect({ module, type, description: block["description"] }).toEqual({
      module,
      type,
      description: expect.stringMatching(/^[ -~]{20,500} \$\{local\.managed_by\}$/),
    });
  }
  const saysWho =
    'managed_by = var.managed_by == null ? "Managed by Terraform." : "Managed by Terraform, ${var.managed_by}."';
  const described = new Set(all.map(({ module }) => module));
  for (const { name, text } of modules.filter((module) => described.has(module.name))) {
    expect({ name, saysWho: text.includes(saysWho) }).toEqual({ name, saysWho: true });
  }
});

test("no managed policy is replaced for another description, which AWS never changes", () => {
  const policies = ofType("aws_iam_policy");
  expect(policies.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["agent", "document", "teleport_database_access"]),
  );
  for (const { module, block } of policies) {
    const [lifecycle] = block["lifecycle"] as Block[];
    expect({ module, ...lifecycle }).toMatchObject({ module, ignore_changes: ["${description}"] });
  }
});

test("nothing is created before it is destroyed near a key, which AWS would be asked for a third of", () => {
  const before = modules.flatMap(({ name, resources }) =>
    resources
      .filter(({ block }) => JSON.stringify(block).includes("create_before_destroy"))
      .map(({ type, name: resource }) => `${name}: ${type}.${resource}`),
  );
  expect(before).toEqual([
    "teleport-connect: aws_iam_policy.teleport_database_access",
    "teleport-connect: aws_iam_role_policy_attachment.teleport_database_access",
  ]);
  const teleport = modules.find(({ name }) => name === "teleport-connect");
  expect(teleport?.calls).toEqual([]);
  expect(teleport?.resources.filter(({ type }) => /user|access_key/.test(type))).toEqual([]);
});

test("policies are written for the partition aws, each Sid of letters and digits and once in its document", () => {
  const policies = names.flatMap((name) => {
    const folder = join(MODULES, name, "policies");
    return existsSync(folder) ? readdirSync(folder).map((file) => join(folder, file)) : [];
  });
  expect(policies.length).toBeGreaterThan(8);
  for (const path of policies) {
    const text = readFileSync(path, "utf8");
    expect({ path, others: text.match(/arn:aws-[\w-]+/g) }).toEqual({ path, others: null });
    const { Statement: statements }: { Statement: readonly { Sid?: string }[] } = JSON.parse(text);
    const sids = statements.map(({ Sid }) => Sid ?? "");
    expect({ path, sids }).toEqual({ path, sids: sids.filter((sid) => /^[A-Za-z0-9]+$/.test(sid)) });
    expect(new Set(sids).size).toBe(sids.length);
  }
});

test("the addresses and names that the contract fixes", () => {
  const addresses = modules.flatMap(({ name, resources }) =>
    resources.map(({ type, name: resource }) => `${name}: ${type}.${resource}`),
  );
  expect(addresses).toEqual(
    expect.arrayContaining([
      "pmm-iam-target: aws_iam_role.pmm_rds_monitoring",
      "pmm-iam-target: aws_iam_role_policy.pmm_rds_monitoring",
      "aurora-integration-user: aws_iam_user.pmm_aws_integration",
      "aurora-integration-user: aws_iam_user_policy.pmm_aws_integration",
      "rotating-access-key: aws_iam_access_key.slot",
      "rotating-access-key: terraform_data.generation",
    ]),
  );
  const nameOf = (type: string, resource: string): unknown =>
    ofType(type).find(({ name }) => name === resource)?.block["name"];
  expect(nameOf("aws_iam_role", "pmm_rds_monitoring")).toBe("AmazonRDSforPMMrole");
  expect(nameOf("aws_iam_role_policy", "pmm_rds_monitoring")).toBe("pmm-cloudwatch-rds-access");
  expect(nameOf("aws_iam_user", "pmm_aws_integration")).toBe("PMMAWSIntegrationUser");
  expect(nameOf("aws_iam_user_policy", "pmm_aws_integration")).toBe("pmm-aurora-os-metrics");
  expect(nameOf("aws_iam_role", "teleport_database_access")).toBe("TeleportDatabaseAccess");
  expect(nameOf("aws_iam_role_policy", "teleport_database_access")).toBe("teleport-rds-db-connect");
});

test("the secret is written with a write-only argument and leaves no name in recovery", () => {
  const [version] = ofType("aws_secretsmanager_secret_version");
  expect(Object.keys(version?.block ?? {}).sort()).toEqual([
    "lifecycle",
    "provider",
    "secret_id",
    "secret_string_wo",
    "secret_string_wo_version",
  ]);
  expect(ofType("aws_secretsmanager_secret")[0]?.block["recovery_window_in_days"]).toBe(0);
});

test("every module that takes a boundary refuses those of AWS's policies that bound nothing", () => {
  const taking = modules.filter(({ variables }) => variables["permissions_boundary"] !== undefined);
  expect(taking.length).toBeGreaterThan(4);
  for (const { name, text } of taking) {
    expect({
      name,
      refuses: text.includes(`"(?i)/(${boundNothing.join("|")})$", var.permissions_boundary`),
    }).toEqual({
      name,
      refuses: true,
    });
  }
});

test("no condition names the text of a third party's policy, since a failed one prints the values that it names", () => {
  const { text } = modules.find(({ name }) => name === "third-party-monitor") ?? { text: "" };
  const conditions = [...text.matchAll(/^ +(?:validation|precondition) \{\n(?:.*\n)*?^ +\}$/gm)].map(
    ([block]) => block,
  );
  expect(conditions.length).toBeGreaterThan(8);
  const naming = conditions.filter((block) =>
    /local\.(?:statements|allowing|allowed|custom|hands_out_access)\b|jsondecode/.test(block),
  );
  expect(naming).toEqual([]);
});
