import { outputFolder, outputFormat, rootFromStack, underCdktfCommand } from "./src/commands/environment";
import { readAccounts } from "./src/commands/read-accounts";
import { reportResult } from "./src/commands/report";
import { EXIT_USER, runCommand } from "./src/commands/run";
import { synthSummary } from "./src/commands/synth-summary";
import { features } from "./src/features";
import type { Feature } from "./src/features/feature";
import { publish } from "./src/output/publish";
import { type OutputFormat, renderStacks } from "./src/terraform/render";

/** accounts.yaml in, Terraform out. Returns the exit code. */
export async function synth(
  features: readonly Feature[],
  format: OutputFormat,
  folder: string,
): Promise<number> {
  const read = readAccounts(features);
  if (read === undefined) {
    return EXIT_USER;
  }

  const { access } = read;
  const files = await renderStacks(access, { format, rootFromStack: rootFromStack(folder) });
  const published = await publish(files, folder, { underCdktfCommand });

  reportResult(synthSummary({ access, format, folder, published }).trimEnd().split("\n"));
  return 0;
}

if (require.main === module) {
  void runCommand(() => synth(features, outputFormat(), outputFolder()));
}
