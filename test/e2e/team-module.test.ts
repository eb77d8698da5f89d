import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { describeE2e } from "./harness/gate";
import { type Lab, startLab } from "./harness/lab";
import { inventory, makeRole, rolePolicies, trustOf } from "./harness/look";
import { FORMATS, type Format, Project } from "./harness/project";
import { ROOT, unread } from "./harness/tools";

/*
 * The example of a team's own module: applied, planned again without a change, retired, closed. And what its
 * variables hold, as Terraform reads it.
 */

const EXAMPLE = join(ROOT, "examples", "team-module");
const MODULE = join(EXAMPLE, "modules", "backup-reader");
/** As accounts.yaml of a repository of its own, which needs no name. */
const accounts = readFileSync(join(EXAMPLE, "accounts.yaml"), "utf8").replace(/^name: .*\n/m, "");

const ORDERS = "555555555555";
const BILLING = "066666666666";
const SANDBOX = "777777777777";
const TARGETS = [ORDERS, BILLING, SANDBOX];

/** What the example's module makes. */
const backupReader = (account: string) => ({
  arns: [`arn:aws:iam::${account}:role/backup-reader`],
  addresses: ["aws_iam_role.backup_reader", "aws_iam_role_policy.backup_reader"],
});
const MADE_BY_TEAMS = {
  backup_reader_orders_prod: backupReader(ORDERS),
  backup_reader_billing_prod: backupReader(BILLING),
  nested_billing_prod: {
    arns: ["nested-a", "nested-b"].map((name) => `arn:aws:iam::${BILLING}:role/${name}`),
    addresses: ["nested-a", "nested-b"].map((name) => `module.role["${name}"].aws_iam_role.this`),
  },
};

const BACKUP_READERS = [`${ORDERS} role backup-reader`, `${BILLING} role backup-reader`];
const MONITORING = TARGETS.map((id) => `${id} role AmazonRDSforPMMrole`);

/** A module that calls one of its own, and makes something that is in no account. */
const NESTED = `resource "terraform_data" "note" {
  input = "not in AWS"
}

module "role" {
  source   = "./role"
  for_each = toset(["nested-a", "nested-b"])
  name     = each.key
}
`;
const NESTED_ROLE = `variable "name" {
  type = string
}

resource "aws_iam_role" "this" {
  name = var.name
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}
`;
const GIT = "git::https://git.example.com/modules.git?ref=0123456789abcdef0123456789abcdef01234567";

const withNested = accounts.replace(
  /(account_id: "066666666666"\n {4}modules:\n)/,
  "$1      - {name: nested, source: ./nested}\n",
);

/** The example, or a file made from it, with another life for one of its accounts. */
function withLifecycle(name: string, lifecycle: string, file = accounts): string {
  const entry = new RegExp(`( +- name: ${name}\\n)( +account_id: .*\\n)`);
  expect(file).toMatch(entry);
  return file.replace(entry, `$1$2    lifecycle: ${lifecycle}\n`);
}

/** The example without one of its accounts. */
function without(name: string): string {
  const entry = new RegExp(` +- name: ${name}\\n(?: {4}.*\\n)*`);
  expect(accounts).toMatch(entry);
  return accounts.replace(entry, "");
}

describeE2e("a team's own module", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());
  beforeEach(async () => {
    await lab.reset();
    await makeRole(await lab.account("111111111111"), "pmm-ec2-role");
  });

  function project(name: string): Project {
    const made = new Project(lab, name, MADE_BY_TEAMS);
    for (const path of readdirSync(MODULE, { recursive: true, encoding: "utf8" })) {
      if (/\.\w+$/.test(path)) {
        made.copy(join(MODULE, path), join("modules", "backup-reader", path));
      }
    }
    return made;
  }

  test("is formatted, and passes its own tests", async () => {
    const folder = lab.terraform("backup-reader");
    folder.copy(MODULE, ".");
    expect(await folder.attempt("fmt", "-check", "-recursive")).toMatchObject({ code: 0, stdout: "" });
    const written = readFileSync(join(MODULE, "tests", "backup-reader.tftest.hcl"), "utf8").match(/^run "/gm);
    await folder.init();
    expect(await folder.run("test", "-no-color")).toContain(`Success! ${written?.length} passed, 0 failed.`);
  });

  test.each(FORMATS)(
    "as %s: made in each account as the file says, and nothing to do then",
    async (format) => {
      const made = project(`made-${format}`);
      expect(await made.synth(accounts, format)).toContain("\nteam modules: backup-reader in 2 accounts\n");
      const stack = await made.init();
      await stack.validate();
      await stack.apply();
      await stack.expectEmptyPlan();
      expect((await inventory(lab, TARGETS)).sort()).toEqual([...MONITORING, ...BACKUP_READERS].sort());

      const orders = await lab.account(ORDERS);
      expect(JSON.parse(await trustOf(orders, "backup-reader"))).toEqual({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: "arn:aws:iam::999999999999:root" },
            Action: "sts:AssumeRole",
            Condition: {
              StringEquals: { "aws:PrincipalArn": "arn:aws:iam::999999999999:role/backup/restore-tests" },
            },
          },
        ],
      });
      const billing = await lab.account(BILLING);
      expect(JSON.parse(await trustOf(billing, "backup-reader")).Statement[0].Condition.StringEquals).toEqual(
        {
          "aws:PrincipalArn": "arn:aws:iam::999999999999:role/backup/restore-tests",
          "sts:ExternalId": "0042",
        },
      );
      expect(JSON.parse((await rolePolicies(billing, "backup-reader"))["read-exports"] ?? "")).toEqual({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "ListBucket",
            Effect: "Allow",
            Action: "s3:ListBucket",
            Resource: "arn:aws:s3:::acme-backups-billing",
            Condition: { StringLike: { "s3:prefix": ["daily/*", "weekly/${$}{year}/*"] } },
          },
          {
            Sid: "ReadObjects",
            Effect: "Allow",
            Action: "s3:GetObject",
            Resource: [
              "arn:aws:s3:::acme-backups-billing/daily/*",
              "arn:aws:s3:::acme-backups-billing/weekly/${$}{year}/*",
            ],
          },
        ],
      });

      // The one format means what the other does.
      await made.synth(accounts, format === "json" ? "hcl" : "json");
      await stack.init();
      await stack.expectEmptyPlan();
    },
  );

  test.each(FORMATS)("as %s: retires with its account", async (format) => {
    const made = project(`retired-${format}`);
    await made.synth(accounts, format);
    const stack = await made.init();
    await stack.apply();

    await made.synth(withLifecycle("orders-prod", "retiring"), format);
    await stack.init();
    await stack.apply();
    expect(await inventory(lab, TARGETS)).toEqual([
      `${BILLING} role AmazonRDSforPMMrole`,
      `${BILLING} role backup-reader`,
      `${SANDBOX} role AmazonRDSforPMMrole`,
    ]);
    await stack.expectEmptyPlan();
    await made.synth(without("orders-prod"), format);
    await stack.init();
    await stack.expectEmptyPlan();
  });

  /** The example with a nested module beside it in billing-prod, applied. */
  async function appliedWithNested(name: string, format: Format) {
    const made = project(name);
    lab.terraform(join(name, "nested")).write("main.tf", NESTED);
    lab.terraform(join(name, "nested", "role")).write("main.tf", NESTED_ROLE);
    await made.synth(withNested, format);
    const stack = await made.init();
    await stack.apply();
    const before = await inventory(lab, TARGETS);
    expect(before.filter((line) => line.startsWith(BILLING))).toEqual(
      ["AmazonRDSforPMMrole", "backup-reader", "nested-a", "nested-b"].map(
        (role) => `${BILLING} role ${role}`,
      ),
    );
    return { made, stack, before };
  }

  /** Nothing is destroyed, and nothing of the account is known or planned any more. */
  async function expectForgotten({ made, stack, before }: Awaited<ReturnType<typeof appliedWithNested>>) {
    const changes = Object.entries(await stack.changes(...unread()));
    expect(changes.filter(([, actions]) => actions.includes("delete"))).toEqual([]);
    const forgotten = changes.filter(([, actions]) => actions === "forget").map(([address]) => address);
    expect(forgotten.filter((address) => address.startsWith("module.nested_")).sort()).toEqual([
      'module.nested_billing_prod.module.role["nested-a"].aws_iam_role.this',
      'module.nested_billing_prod.module.role["nested-b"].aws_iam_role.this',
      "module.nested_billing_prod.terraform_data.note",
    ]);
    expect(forgotten).toContain("module.backup_reader_billing_prod.aws_iam_role.backup_reader");
    await stack.apply(...unread());
    expect(await inventory(lab, TARGETS)).toEqual(before);
    expect(await stack.run("state", "list")).not.toContain("billing_prod");
    await stack.expectEmptyPlan();
    await made.synth(without("billing-prod"));
    await stack.init();
    await stack.expectEmptyPlan();
  }

  test.each(FORMATS)("as %s: is forgotten whole with its account when that is closed", async (format) => {
    const applied = await appliedWithNested(`closed-${format}`, format);
    await applied.made.synth(withLifecycle("billing-prod", "closed", withNested), format);
    await applied.stack.init();
    await expectForgotten(applied);
  });

  test("is forgotten whole from a registry or git too: nothing is fetched for it", async () => {
    const applied = await appliedWithNested("closed-elsewhere", "json");
    const elsewhere = withLifecycle("billing-prod", "closed", withNested)
      .replace("source: ./nested", `source: "${GIT}"`)
      .replace(
        "source: ./modules/backup-reader\n        variables:\n          bucket: acme-backups-billing",
        'source: acme/backup-reader/aws\n        version: "1.0.0"\n        variables:',
      );
    expect(elsewhere.match(/git::https|acme\/backup-reader/g)).toHaveLength(2);
    await applied.made.synth(elsewhere);
    await applied.stack.init();
    await expectForgotten(applied);
  });

  test("goes alone: taken out of the file, its objects and nothing else are destroyed", async () => {
    const made = project("alone");
    await made.synth(accounts);
    const stack = await made.init();
    await stack.apply();
    await made.synth(accounts.replace(/ {2}modules:\n(?: {4,}.*\n)+/, ""));
    await stack.init();
    const changes = Object.keys(await stack.changes());
    expect(changes.length).toBeGreaterThan(0);
    expect(changes.filter((address) => !address.startsWith("module.backup_reader_orders_prod."))).toEqual([]);
    await stack.apply();
    expect((await inventory(lab, TARGETS)).sort()).toEqual(
      [...MONITORING, `${BILLING} role backup-reader`].sort(),
    );
  });

  test.each(FORMATS)(
    "as %s: values of every type are in the module what they are in the file",
    async (format) => {
      const text = readFileSync(join(ROOT, "test", "support", "team-module-values.yaml"), "utf8");
      const values: unknown = parse(text).accounts[0].modules[0].variables;
      const made = new Project(lab, `values-${format}`);
      const code = lab.terraform(join(`values-${format}`, "echo"));
      code.write(
        "main.tf",
        'variable "value" {\n  type = any\n}\n\noutput "value" {\n  value = jsonencode(var.value)\n}\n',
      );
      const file = parse(text);
      file.accounts[0].modules = [{ name: "echo", source: "./echo", variables: { value: values } }];
      await made.synth(JSON.stringify(file), format);
      const stack = made.stack();
      stack.write("look.tf", 'output "value" {\n  value = module.echo_orders_prod.value\n}\n');
      await stack.init();
      await stack.apply();
      expect(JSON.parse(await stack.run("output", "-raw", "value"))).toEqual(values);
      await stack.expectEmptyPlan();
    },
  );
});
