import { TerraformHclModule, type TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import type { ModuleCall } from "../features/feature";
import { hclExpression } from "./hcl";

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
      source: `./modules/${call.module}`,
      skipAssetCreationFromLocalModules: true,
      providers: call.usesSecrets
        ? [provider, { provider: secretsProvider, moduleAlias: "secrets" }]
        : [provider],
      variables: { ...call.variables, ...localReferences(call, (name) => `\${local.${name}}`) },
    });
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
    const references = localReferences(this.call, (name) => `local.${name}`);
    return Object.fromEntries(
      [...literals, ...Object.entries(references)].map(([name, value]) => [
        name,
        { value, type: "reference" },
      ]),
    );
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

/** The name of the local in pmm-iam.tf.json that holds one text of a module instance. */
export function localName(call: ModuleCall, variable: string): string {
  return `${call.name}_${variable}`;
}

function localReferences(call: ModuleCall, reference: (local: string) => string): Record<string, string> {
  return Object.fromEntries(
    Object.keys(call.texts ?? {}).map((variable) => [variable, reference(localName(call, variable))]),
  );
}
