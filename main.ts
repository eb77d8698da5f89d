import { loadAccounts } from "./src/accounts/load";
import { readSourceText } from "./src/accounts/text";
import {
  accountsFile,
  outputFolder,
  outputFormat,
  rootFromStack,
  underCdktfCommand,
} from "./src/commands/environment";
import { reportProblems } from "./src/commands/report";
import { EXIT_USER, runCommand } from "./src/commands/run";
import { synthSummary } from "./src/commands/synth-summary";
import { features } from "./src/features";
import { publish } from "./src/output/publish";
import { type OutputFormat, renderStacks } from "./src/terraform/render";
import { deploymentRules } from "./src/terraform/rules";
import { planStacks } from "./src/terraform/stack-plan";

/** accounts.yaml in, Terraform out. Returns the exit code. */
export async function synth(format: OutputFormat, folder: string): Promise<number> {
  const text = readSourceText(...accountsFile());
  if ("severity" in text) {
    reportProblems([text]);
    return EXIT_USER;
  }

  const { deployment, problems } = loadAccounts(text, features, deploymentRules);
  reportProblems(problems);
  if (deployment === undefined) {
    return EXIT_USER;
  }

  const stacks = planStacks(deployment, features);
  const files = await renderStacks(deployment, stacks, { format, rootFromStack: rootFromStack(folder) });
  const published = await publish(files, folder, { underCdktfCommand });

  process.stdout.write(synthSummary({ deployment, stacks, format, folder, published }, features));
  return 0;
}

if (require.main === module) {
  void runCommand(() => synth(outputFormat(), outputFolder()));
}
