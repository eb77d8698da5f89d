import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { loadText } from "../accounts/corpus";
import { describeE2e } from "./harness/gate";
import { type Lab, startLab } from "./harness/lab";
import { inventory, makeRole, rolePolicies, trustOf } from "./harness/look";
import { FORMATS, Project } from "./harness/project";
import { ROOT } from "./harness/tools";

/*
 * The example of a team's own module: applied, planned again without a change, retired, closed. And what its
 * variables hold, as Terraform reads it.
 */

const EXAMPLE = join(ROOT, "examples", "team-module");
const MODULE = join(EXAMPLE, "modules", "backup-reader");
const accounts = readFileSync(join(EXAMPLE, "accounts.yaml"), "utf8");

const ORDERS = "222222222222";
const BILLING = "033333333333";
const SANDBOX = "444444444444";
const TARGETS = [ORDERS, BILLING, SANDBOX];

const BACKUP_READERS = [`${ORDERS} role backup-reader`, `${BILLING} role backup-reader`];
const MONITORING = TARGETS.map((id) => `${id} role AmazonRDSforPMMrole`);

/** The example with another life for one of its accounts. */
function withLifecycle(name: string, lifecycle: string): string {
  const entry = new RegExp(`( +- name: ${name}\\n)( +account_id: .*\\n)`);
  expect(accounts).toMatch(entry);
  return accounts.replace(entry, `$1$2    lifecycle: ${lifecycle}\n`);
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
    const made = new Project(lab, name);
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

  test.each(FORMATS)("as %s: is forgotten with its account when that is closed", async (format) => {
    const made = project(`closed-${format}`);
    await made.synth(accounts, format);
    const stack = await made.init();
    await stack.apply();
    const before = await inventory(lab, TARGETS);

    await made.synth(withLifecycle("billing-prod", "closed"), format);
    await stack.init();
    const changes = Object.entries(await stack.changes());
    expect(changes).toContainEqual([
      "module.backup_reader_billing_prod.aws_iam_role.backup_reader",
      expect.stringMatching(/^forget$/),
    ]);
    expect(changes.filter(([, actions]) => actions.includes("delete"))).toEqual([]);
    await stack.apply();
    expect(await inventory(lab, TARGETS)).toEqual(before);
    expect(await stack.run("state", "list")).not.toContain("billing_prod");
    await stack.expectEmptyPlan();
    await made.synth(without("billing-prod"), format);
    await stack.init();
    await stack.expectEmptyPlan();
  });

  test("of a closed account, one whose code is not known is forgotten by the commands that synth prints", async () => {
    const made = project("by-hand");
    await made.synth(accounts);
    const stack = await made.init();
    await stack.apply();
    const before = await inventory(lab, TARGETS);

    const closed = withLifecycle("billing-prod", "closed");
    const elsewhere = closed.replaceAll(
      "source: ./modules/backup-reader\n",
      'source: acme/backup-reader/aws\n@version: "1.0.0"\n',
    );
    const file = elsewhere.replace(/( +)(source: acme.*\n)@/g, "$1$2$1");
    const steps = loadText(file).problems.flatMap((problem) => problem.steps ?? []);
    const commands = steps.flatMap(
      (step) => /^terraform -chdir=cdktf.out\/stacks\/pmm-iam (state .*)$/.exec(step)?.[1] ?? [],
    );
    expect(commands).toHaveLength(2);

    await made.synth(
      withLifecycle("billing-prod", "closed\n    modules: null").replace(
        / {4}modules:\n {6}- name: backup-reader\n(?: {8}.*\n)+/,
        "",
      ),
    );
    await stack.init();
    for (const command of commands) {
      await stack.run(...command.split(" "));
    }
    const actions = Object.values(await stack.changes());
    expect(actions.filter((action) => action.includes("delete"))).toEqual([]);
    await stack.apply();
    expect(await inventory(lab, TARGETS)).toEqual(before);
    await stack.expectEmptyPlan();
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
