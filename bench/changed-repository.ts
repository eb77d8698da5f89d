import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "../test/e2e/harness/lab";
import { type AccountsOptions, manyAccounts } from "./accounts";
import { type Cost, planStack, program, sum } from "./terraform-plan";

/** A stack that a pull request changes, as `affected` names it. */
export interface Affected {
  readonly stack: string;
  readonly accounts: number;
}

/** What the stacks cost that a pull request changes. */
export interface Planned extends Cost {
  readonly stacks: number;
  /** The accounts of the stacks planned. */
  readonly accounts: number;
}

/** A repository whose last commit has many accounts, and a pull request that changes one of them. */
export class ChangedRepository {
  readonly folder: string;

  private constructor(
    private readonly lab: Lab,
    private readonly name: string,
    private readonly before: string,
  ) {
    this.folder = join(lab.folder, name);
  }

  /** The accounts as they are before the pull request, committed and synthesized. */
  static async create(
    lab: Lab,
    name: string,
    { count, ...options }: AccountsOptions & { readonly count: number },
  ): Promise<ChangedRepository> {
    const repository = new ChangedRepository(lab, name, manyAccounts(count, options));
    await repository.synth(repository.before);
    const git = (...args: string[]) =>
      execFileSync("git", ["-C", repository.folder, ...args], { stdio: "pipe" });
    git("init", "--quiet");
    git("add", "accounts.yaml");
    git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "before");
    return repository;
  }

  /** Applies stacks as they are before the pull request. */
  async apply(stacks: readonly string[]): Promise<void> {
    await this.synth(this.before);
    for (const stack of stacks) {
      const folder = this.lab.terraform(this.pathOf(stack));
      await folder.init();
      await folder.apply();
    }
  }

  /** Puts a state in a stack's place, as if it had been applied. */
  giveState(stack: string, state: string): void {
    writeFileSync(join(this.folder, `terraform.${stack}.tfstate`), state);
  }

  /** The stacks that the pull request changes. */
  async affected(): Promise<readonly Affected[]> {
    const printed = await program(this.folder, this.after(), "affected", "--base", "HEAD");
    const { include } = JSON.parse(printed) as { readonly include: readonly Affected[] };
    return include;
  }

  /** Plans the stacks that the pull request changes, one after the other. */
  async plan(environment?: Readonly<Record<string, string>>): Promise<Planned> {
    const include = await this.affected();
    await this.synth(this.after());
    const costs: Cost[] = [];
    for (const { stack } of include) {
      costs.push(await planStack(this.lab, this.pathOf(stack), environment));
    }
    return {
      ...sum(costs),
      stacks: include.length,
      accounts: include.reduce((total, { accounts }) => total + accounts, 0),
    };
  }

  private after(): string {
    return this.before.replace(/(name: account-00003$)/m, "$1\n    permissions: minimal");
  }

  private async synth(accounts: string): Promise<void> {
    await program(this.folder, accounts, "synth", "--output", join(this.folder, "out"));
  }

  private pathOf(stack: string): string {
    return join(this.name, "out", "stacks", stack);
  }
}
