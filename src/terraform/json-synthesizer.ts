import type { IStackSynthesizer, ISynthesisSession, TerraformStack } from "cdktf";

/**
 * Renders a stack to the text that cdktf's own synthesizer writes, and keeps it in memory. Of what that one
 * walks through all elements for, only the validations are of use here: a stack that nobody has extended has no
 * aspects, annotations, moved resources and assets. A test holds the result against cdktf's.
 */
export class JsonSynthesizer implements IStackSynthesizer {
  /** The text of cdk.tf.json; empty until the app has synthesized. */
  text = "";

  constructor(private readonly stack: TerraformStack) {}

  synthesize({ manifest }: ISynthesisSession): void {
    manifest.forStack(this.stack);
    this.stack.runAllValidations();
    this.text = jsonText(this.stack.toTerraform());
  }
}

/**
 * Plain data as cdktf writes it: keys sorted, indented by two spaces, and the brackets of an empty list or
 * mapping on lines of their own, which JSON.stringify would not do.
 */
function jsonText(value: unknown, lineStart = "\n"): string {
  if (typeof value !== "object" || value === null) {
    return JSON.stringify(value);
  }
  const inner = `${lineStart}  `;
  if (Array.isArray(value)) {
    return `[${value.map((item) => inner + jsonText(item ?? null, inner)).join(",")}${lineStart}]`;
  }
  const mapping = value as Record<string, unknown>;
  const entries: string[] = [];
  for (const key of Object.keys(mapping).sort()) {
    if (mapping[key] !== undefined) {
      entries.push(`${inner}${JSON.stringify(key)}: ${jsonText(mapping[key], inner)}`);
    }
  }
  return `{${entries.join(",")}${lineStart}}`;
}
