import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { DefaultTokenResolver, StringConcat, TerraformElement, TerraformStack, Tokenization } from "cdktf";
import { deepMerge } from "cdktf/lib/util";
import { Construct, type IConstruct } from "constructs";
import type { Caller } from "../access/callers";
import type { AccessModel } from "../access/model";
import type { Stack } from "../access/stacks";
import { addBackend } from "./backend";
import { PmmRole, TeleportRole } from "./callers";
import { LiteralProvider } from "./literal-provider";
import { ModuleInstance } from "./module-instance";
import { accountProvider, sourceProvider } from "./providers";

export interface PmmIamStackProps {
  readonly access: AccessModel;
  /** The stack of the model that this one is made of. */
  readonly stack: Stack;
  /** The way from the stack's folder to the accounts file's, where local state is. */
  readonly rootFromStack: string;
  /** The role that Terraform assumes in place of each `admin_role_name`. */
  readonly adminRole?: string | undefined;
}

/**
 * One stack of the access model: its backend, a provider and the module instances of each account and, where it is
 * the source side's, PMM's and Teleport's roles. The stack's name is its id.
 *
 * It renders to the same JSON as TerraformStack in a third of the time (measured with 1,000 accounts). cdktf looks
 * for tokens in every element three times over: once to prepare references between stacks, of which there are none
 * here, once per element and once in the whole. Here the resources are looked through once, and providers and module
 * instances, which are literals by construction, neither looked through nor copied. A test holds the result against
 * TerraformStack's.
 *
 * A team's own constructs may be added to a stack, with tokens, outputs, other providers and references to other
 * stacks, and overrides and aspects to what is in it: such a stack is rendered by TerraformStack itself. Only an
 * override on the whole stack is refused, since cdktf drops it from HCL: put it on an element.
 */
export class PmmIamStack extends TerraformStack {
  /** What the stack consists of by itself. */
  private readonly own: ReadonlySet<IConstruct>;

  constructor(scope: Construct, { access, stack, rootFromStack, adminRole }: PmmIamStackProps) {
    super(scope, stack.name);
    const { deployment, callers } = access;
    addBackend(this, deployment, rootFromStack);
    const source = sourceProvider(this, deployment, adminRole);
    const holder = new Construct(this, "providers");
    const providers = new Map(
      stack.accounts.map(({ account }) => [
        account.name,
        accountProvider(holder, account, deployment, adminRole),
      ]),
    );
    for (const caller of callers.filter(({ role }) => role.stack === stack.name)) {
      this.addCaller(caller, providers.get(caller.account?.name ?? ""));
    }
    for (const { account, calls } of stack.accounts) {
      const provider = providers.get(account.name) ?? source;
      for (const call of calls) {
        new ModuleInstance(this, { call, provider, secretsProvider: source });
      }
    }
    this.own = new Set(this.node.findAll());
  }

  private addCaller(caller: Caller, provider: AwsProvider | undefined): void {
    if (caller.kind === "pmm") {
      new PmmRole(this, "pmm-role", { caller });
    } else {
      new TeleportRole(this, "teleport-role", { caller, provider });
    }
  }

  override prepareStack(): void {
    // The stack has its backend, and of itself nothing that refers to another stack.
    if (!this.isAsMade()) {
      super.prepareStack();
    }
  }

  override addOverride(path: string): never {
    throw new Error(`override ${path} on an element of the stack instead`);
  }

  override toTerraform(): object {
    return this.isAsMade() ? this.renderLiterals() : super.toTerraform();
  }

  /** Whether nobody has added anything to the stack, or overridden anything in it. */
  private isAsMade(): boolean {
    const all = this.node.findAll();
    return all.length === this.own.size && !all.some(isOverridden);
  }

  private renderLiterals(): object {
    const metadata = {
      version: this.node.tryGetContext("cdktfVersion"),
      stackName: this.node.id,
      backend: "local",
    };
    const rendered = { "//": { metadata, outputs: {} } };
    const modules: Record<string, unknown> = {};
    const providers: unknown[] = [];
    let terraform = {};
    for (const element of [...this.own].filter((node) => TerraformElement.isTerraformElement(node))) {
      if (element instanceof ModuleInstance) {
        Object.assign(modules, element.toTerraform().module);
      } else if (element instanceof LiteralProvider) {
        const block = element.toTerraform();
        providers.push(...block.provider.aws);
        terraform = block.terraform;
      } else {
        deepMerge(metadata, this.resolve(element.toMetadata()));
        deepMerge(rendered, this.resolve(element.toTerraform()));
      }
    }
    deepMerge(rendered, { terraform });
    return {
      ...rendered,
      provider: { aws: providers },
      ...(Object.keys(modules).length === 0 ? {} : { module: modules }),
    };
  }

  private resolve(value: unknown): unknown {
    return Tokenization.resolve(value, {
      scope: this,
      resolver: new DefaultTokenResolver(new StringConcat()),
      preparing: false,
    });
  }
}

/** Of what is not looked through for tokens, what somebody has overridden. */
function isOverridden(node: IConstruct): boolean {
  return (node instanceof ModuleInstance || node instanceof LiteralProvider) && node.isOverridden;
}
