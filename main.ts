import { outputFolder, outputFormat, rootFromStack, underCdktfCommand } from "./src/commands/environment";
import { readDeployment } from "./src/commands/read-deployment";
import { EXIT_USER, runCommand } from "./src/commands/run";
import { synthSummary } from "./src/commands/synth-summary";
import { features } from "./src/features";
import { publish } from "./src/output/publish";
import { type OutputFormat, renderStacks } from "./src/terraform/render";
import { planStacks } from "./src/terraform/stack-plan";

/** accounts.yaml in, Terraform out. Returns the exit code. */
export async function synth(format: OutputFormat, folder: string): Promise<number> {
  const read = readDeployment();
  if (read === undefined) {
    return EXIT_USER;
  }

  const { deployment } = read;
  const stacks = planStacks(deployment, features);
  const files = await renderStacks(deployment, stacks, { format, rootFromStack: rootFromStack(folder) });
  const published = await publish(files, folder, { underCdktfCommand });

  process.stdout.write(synthSummary({ deployment, stacks, format, folder, published }, features));
  return 0;
}

if (require.main === module) {
  void runCommand(() => synth(outputFormat(), outputFolder()));
}
