// More than 300 lines: one clone of the project, whose printed commands every test runs.
import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AccessModel } from "../../../src/access/model";
import { AppliedModel, modelOf } from "../harness/applied-model";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { commandEnvironment } from "../harness/project";
import type { Folder } from "../harness/terraform";
import { ROOT } from "../harness/tools";

/**
 * The commands that check prints are run as they stand. After another group the plans have nothing to do in AWS but to
 * name the stack in the descriptions of roles.
 */

let lab: Lab;

const PROGRAM = ["src", "bin", "modules", "main.ts", "package.json", "package-lock.json", ".swcrc"];

/** What the plan of a new stack has to do once an account is in its state: it is no object in AWS. */
const GUARD = { "terraform_data.deployment": "create" };

/** What the plan of a stack has to do where accounts have come: their roles' descriptions name the stack before. */
const described = (...accounts: readonly string[]) =>
  Object.fromEntries(
    accounts.map((name) => [`module.pmm_iam_${name}.aws_iam_role.pmm_rds_monitoring`, "update"]),
  );

const ORDERS = 'name: orders, account_id: "222222222222", aurora: true';
const BILLING = 'name: billing, account_id: "033333333333"';
const STOCK = 'name: stock, account_id: "444444444444"';

/** A user's own clone of the project. */
class Clone {
  readonly folder: string;
  /** Where the commands put what holds keys. */
  private readonly temporary: string;
  private readonly applied = new AppliedModel(lab);

  constructor(name: string) {
    this.folder = lab.terraform(name).path;
    this.temporary = lab.terraform(`${name}-tmp`).path;
    for (const part of PROGRAM) {
      cpSync(join(ROOT, part), join(this.folder, part), { recursive: true });
    }
    symlinkSync(join(ROOT, "node_modules"), join(this.folder, "node_modules"));
    writeFileSync(join(this.folder, ".gitignore"), "node_modules\n*.out\n*.tfstate*\n");
    this.run("git init --quiet --initial-branch=main");
  }

  /** Says the deployment's name from now on. */
  private name = "";

  called(name: string): void {
    this.name = `name: ${name}\n`;
  }

  /** How accounts are spread over stacks from now on. */
  spread(stacks: string): void {
    this.stacks = `stacks: ${stacks}\n`;
  }

  private stacks = "";

  accounts(...entries: readonly string[]): void {
    writeFileSync(
      join(this.folder, "accounts.yaml"),
      `${this.stacks}${this.name}source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role, create_pmm_ec2_role: true}
defaults: {admin_role_name: Admin}
accounts:
${entries.map((entry) => `  - {${entry}}\n`).join("")}`,
    );
  }

  commit(): void {
    this.run(
      "git add --all && git -c user.name=a -c user.email=a@example.com commit --quiet --message=accounts",
    );
  }

  stack(stack: string): Folder {
    const path = join(this.folder.slice(lab.folder.length + 1), "cdktf.out/stacks", stack);
    return lab.terraform(path, (folder, _, run) =>
      this.applied.around({ stack, folder, access: this.access() }, run, ({ code }) => code === 0),
    );
  }

  /** Fails unless AWS and all states are what the accounts file says, in whichever stack it was before. */
  expectMoved(): Promise<void> {
    return this.applied.moved(this.access(), (name) => this.stack(name));
  }

  private access(): AccessModel {
    return modelOf(join(this.folder, "accounts.yaml"));
  }

  /** Runs commands as a person would, in bash, stopping at the first that fails. */
  run(...commands: readonly string[]): string {
    return execFileSync("bash", ["-e", "-c", commands.join("\n")], {
      cwd: this.folder,
      encoding: "utf8",
      env: { ...commandEnvironment(lab), TMPDIR: this.temporary, TF_CLI_ARGS: "-no-color" },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** The commands that come with a change, all of whose problems are of one rule. */
  steps(rule: string): string[] {
    return this.commands(rule).steps;
  }

  /** The same, and those that undo them. */
  commands(rule: string): { steps: string[]; undo: string[] } {
    const report = this.run("node bin/pmm-iam.js check --base main --format json || true");
    const { problems }: { problems: { rule: string; steps?: string[]; undo?: string[] }[] } =
      JSON.parse(report);
    expect([...new Set(problems.map((problem) => problem.rule))]).toEqual([rule]);
    return {
      steps: problems.flatMap(({ steps }) => steps ?? []),
      undo: problems.flatMap(({ undo }) => undo ?? []),
    };
  }

  /** Files that the commands left where they keep what holds keys. */
  left(): string[] {
    return [
      ...readdirSync(this.temporary),
      ...readdirSync(this.folder).filter((name) => name.endsWith(".backup") || name.startsWith("before")),
    ];
  }
}

describeE2e("an account's group", () => {
  beforeEach(async () => {
    lab = await startLab();
  });

  afterEach(() => lab?.stop());

  test("an account moves to another group and nothing of it is touched", async () => {
    const clone = new Clone("clone");
    clone.accounts(`${ORDERS}, group: shop`, `${BILLING}, group: shop`);
    clone.commit();
    clone.run("npm run synth");
    for (const name of ["pmm-iam", "pmm-iam-shop"]) {
      await clone.stack(name).init();
      await clone.stack(name).apply();
    }

    clone.accounts(ORDERS, `${BILLING}, group: shop`);
    clone.run(...clone.steps("group-changed"));
    expect(await clone.stack("pmm-iam").changes()).toEqual(described("orders"));
    expect(await clone.stack("pmm-iam-shop").changes()).toEqual({});
    await clone.expectMoved();
    expect(clone.left()).toEqual([]);
    await clone.stack("pmm-iam").apply();
    expect(await clone.stack("pmm-iam").changes()).toEqual({});
    clone.run("rm terraform.pmm-iam.tfstate.backup");

    // Both states say so, and the change may be merged.
    clone.run(
      "terraform -chdir=cdktf.out/stacks/pmm-iam state pull >main.tfstate",
      "terraform -chdir=cdktf.out/stacks/pmm-iam-shop state pull >shop.tfstate",
      "npm run check -- --base main --state pmm-iam=main.tfstate pmm-iam-shop=shop.tfstate",
      "rm main.tfstate shop.tfstate",
    );
    clone.commit();

    // The last account of a stack takes the stack with it, so that its state is reached through the file before.
    clone.accounts(ORDERS, `${BILLING}, group: store`);
    clone.run(...clone.steps("group-changed"));
    expect(await clone.stack("pmm-iam-store").changes()).toEqual({ ...GUARD, ...described("billing") });
    expect(await clone.stack("pmm-iam").changes()).toEqual({});
    await clone.expectMoved();
    expect(clone.left()).toEqual([]);
    clone.commit();

    // Nor has today's synth a folder to show the state of a stack from that went with its last account.
    clone.accounts(ORDERS, `${BILLING}, group: store, lifecycle: retiring`);
    clone.commit();
    clone.run("npm run synth");
    await clone.stack("pmm-iam-store").apply();
    await clone.stack("pmm-iam").apply();
    clone.accounts(ORDERS);
    clone.run("rm -r cdktf.out/stacks/pmm-iam-store *.backup");
    clone.run(...clone.steps("account-removed"));
    await clone.expectMoved();
    expect(clone.left()).toEqual([]);
  });

  test("three accounts of two groups become one group, by one script", async () => {
    const clone = new Clone("merge");
    const before = [`${ORDERS}, group: shop`, `${BILLING}, group: shop`, `${STOCK}, group: store`];
    clone.accounts(...before);
    clone.commit();
    clone.run("npm run synth");
    for (const name of ["pmm-iam", "pmm-iam-shop", "pmm-iam-store"]) {
      await clone.stack(name).init();
      await clone.stack(name).apply();
    }

    clone.accounts(...[ORDERS, BILLING, STOCK].map((entry) => `${entry}, group: all`));
    clone.run(...clone.steps("group-changed"));
    expect(await clone.stack("pmm-iam-all").changes()).toEqual({
      ...GUARD,
      ...described("orders", "billing", "stock"),
    });
    expect(await clone.stack("pmm-iam").changes()).toEqual({});
    await clone.expectMoved();
    expect(clone.left()).toEqual([]);
    await clone.stack("pmm-iam-all").apply();
    expect(await clone.stack("pmm-iam-all").changes()).toEqual({});
  });

  test("two accounts change places, which is undone, and done", async () => {
    const clone = new Clone("exchange");
    const before = [`${ORDERS}, group: shop`, `${BILLING}, group: store`];
    clone.accounts(...before);
    clone.commit();
    clone.run("npm run synth");
    for (const name of ["pmm-iam", "pmm-iam-shop", "pmm-iam-store"]) {
      await clone.stack(name).init();
      await clone.stack(name).apply();
    }

    const after = [`${ORDERS}, group: store`, `${BILLING}, group: shop`];
    clone.accounts(...after);
    const { steps, undo } = clone.commands("group-changed");
    const shred = steps.findIndex((step) => step.startsWith("shred"));
    clone.run(...steps.slice(0, shred), ...undo, ...steps.slice(shred));
    clone.accounts(...before);
    clone.run("npm run synth");
    await clone.expectMoved();
    for (const name of ["pmm-iam-shop", "pmm-iam-store"]) {
      expect(await clone.stack(name).changes()).toEqual({});
    }

    clone.accounts(...after);
    clone.run(...clone.steps("group-changed"));
    expect(await clone.stack("pmm-iam-shop").changes()).toEqual(described("billing"));
    expect(await clone.stack("pmm-iam-store").changes()).toEqual(described("orders"));
    await clone.expectMoved();
    expect(clone.left()).toEqual([]);
  });

  test("every account gets a stack of its own, and goes back", async () => {
    const clone = new Clone("spread");
    clone.accounts(ORDERS, `${BILLING}, group: shop`);
    clone.commit();
    clone.run("npm run synth");
    for (const name of ["pmm-iam", "pmm-iam-shop"]) {
      await clone.stack(name).init();
      await clone.stack(name).apply();
    }

    clone.spread("per_account");
    clone.accounts(ORDERS, BILLING);
    clone.run(...clone.steps("stacks-changed"));
    for (const name of ["orders", "billing"]) {
      expect(await clone.stack(`pmm-iam-${name}`).changes()).toEqual({ ...GUARD, ...described(name) });
    }
    expect(await clone.stack("pmm-iam").changes()).toEqual({});
    await clone.expectMoved();
    expect(clone.left()).toEqual([]);
    clone.commit();
    clone.run(
      ...["orders", "billing"].map(
        (name) => `terraform -chdir=cdktf.out/stacks/pmm-iam-${name} apply -auto-approve`,
      ),
    );
    await clone.expectMoved();

    clone.spread("grouped");
    clone.accounts(ORDERS, `${BILLING}, group: shop`);
    clone.run(...clone.steps("stacks-changed"));
    expect(await clone.stack("pmm-iam").changes()).toEqual(described("orders"));
    await clone.expectMoved();
    expect(clone.left()).toEqual([]);
  });

  test("the deployment gets another name, and nothing in the accounts changes but descriptions", async () => {
    const clone = new Clone("renamed");
    const accounts = [ORDERS, `${BILLING}, group: shop`];
    clone.accounts(...accounts);
    clone.commit();
    clone.run("npm run synth");
    for (const name of ["pmm-iam", "pmm-iam-shop"]) {
      await clone.stack(name).init();
      await clone.stack(name).apply();
    }

    clone.called("prod");
    clone.accounts(...accounts);
    clone.run(...clone.steps("deployment-renamed"));
    expect(await clone.stack("prod-shop").changes()).toEqual({ ...GUARD, ...described("billing") });
    // What exists once per source account has the deployment's name in its own.
    expect(await clone.stack("prod").changes()).toEqual({
      ...GUARD,
      ...described("orders"),
      "aws_iam_role.pmm_ec2": "update",
      "aws_iam_role_policies_exclusive.pmm_ec2": "update",
      "aws_iam_role_policy.pmm_assume_target_roles": "delete create",
    });
    expect(clone.left()).toEqual([]);
    clone.run("npm run check -- --base main --allow deployment-renamed");
  });
});
