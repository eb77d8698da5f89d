import { TerraformHclModule, type TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import type { ModuleCall, VariableValue } from "../features/feature";
import { hclExpression, jsonLiteral } from "./hcl";

interface ModuleInstanceProps {
  readonly call: ModuleCall;
  /** The account's provider. */
  readonly provider: TerraformProvider;
  /** The source account's provider, for modules that keep secrets there. */
  readonly secretsProvider: TerraformProvider;
}

/**
 * A module instance whose variables mean the same in JSON and in HCL. cdktf renders a module's variables to
 * HCL by guessing (tried with 0.21: the text 111111111111 becomes a number, [prod] a list), so this class
 * writes the expressions itself.
 */
export class ModuleInstance extends TerraformHclModule {
  private readonly call: ModuleCall;
  private readonly providerExpressions: Readonly<Record<string, TerraformProvider>>;

  constructor(scope: Construct, { call, provider, secretsProvider }: ModuleInstanceProps) {
    super(scope, call.name, {
      ...codeOf(call),
      skipAssetCreationFromLocalModules: true,
      providers: call.usesSecrets
        ? [provider, { provider: secretsProvider, moduleAlias: "secrets" }]
        : [provider],
      variables: { ...literals(call), ...localReferences(call, (local) => `\${${local}}`) },
    });
    // The name that cdktf would work out.
    this.overrideLogicalId(call.name);
    this.call = call;
    this.providerExpressions = call.usesSecrets
      ? { aws: provider, "aws.secrets": secretsProvider }
      : { aws: provider };
  }

  protected override synthesizeHclAttributes(): Record<string, unknown> {
    const literals = Object.entries(this.call.variables).map(([name, value]): [string, string] => [
      name,
      hclExpression(value),
    ]);
    const references = localReferences(this.call, (local) => local);
    return Object.fromEntries(
      [...literals, ...Object.entries(references)].map(([name, value]) => [
        name,
        { value, type: "reference" },
      ]),
    );
  }

  get isOverridden(): boolean {
    return Object.keys(this.rawOverrides).length > 0;
  }

  /** What TerraformModule renders, without its copies. */
  override toTerraform(): { module: Record<string, unknown> } {
    if (this.isOverridden) {
      return super.toTerraform();
    }
    const providers = Object.entries(this.providerExpressions).map(([name, { fqn }]) => [name, fqn]);
    return {
      module: {
        [this.friendlyUniqueId]: {
          ...this.variables,
          source: this.source,
          ...(this.version === undefined ? {} : { version: this.version }),
          providers: Object.fromEntries(providers),
          "//": this.constructNodeMetadata,
        },
      },
    };
  }

  /** Terraform wants provider references bare; cdktf writes them as quoted text, which only still works. */
  override toHclTerraform(): ReturnType<TerraformHclModule["toHclTerraform"]> {
    const rendered: { module: Record<string, Record<string, unknown>> } = super.toHclTerraform();
    const attributes = rendered.module[this.friendlyUniqueId];
    if (attributes !== undefined) {
      const lines = Object.entries(this.providerExpressions).map(
        ([name, provider]) => `${name} = ${provider.fqn}`,
      );
      attributes["providers"] = { value: `{\n${lines.join("\n")}\n}`, type: "reference" };
    }
    return rendered;
  }
}

/** Where Terraform finds the code: carried by the stack, or to be fetched. */
function codeOf({ module, team }: ModuleCall): { source: string; version?: string } {
  if (team?.kind !== "remote") {
    return { source: `./modules/${module}` };
  }
  return { source: team.source, ...(team.version === undefined ? {} : { version: team.version }) };
}

/** A database user may hold `%{`, which begins a template in Terraform's JSON syntax too. */
function literals({ variables }: ModuleCall): Record<string, VariableValue> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, jsonLiteral(value)]));
}

/**
 * One local named after the instance holds everything that is the user's own. With a local for each variable, the
 * locals of two instances could have the same name, because both parts of a name are the user's.
 */
function localReferences(call: ModuleCall, reference: (local: string) => string): Record<string, string> {
  return Object.fromEntries(
    Object.keys(call.locals ?? {})
      .sort()
      .map((variable) => [variable, reference(`local.${call.name}.${variable}`)]),
  );
}
