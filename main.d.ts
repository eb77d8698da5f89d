import type { Feature } from "./src/features/feature";
import { type OutputFormat } from "./src/terraform/render";
/** accounts.yaml in, Terraform out. Returns the exit code. */
export declare function synth(
  features: readonly Feature[],
  format: OutputFormat,
  folder: string,
): Promise<number>;
