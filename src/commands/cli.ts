import { Command } from "commander";
import { synth } from "../../main";
import { version } from "../project";
import { outputFolder, outputFormat } from "./environment";
import { runCommand } from "./run";

const program = new Command("pmm-iam")
  .description(
    "Turns accounts.yaml into the Terraform that gives PMM, Teleport, CloudWatch agents and monitors least access.",
  )
  .version(version)
  .showSuggestionAfterError()
  .showHelpAfterError("(pmm-iam --help lists the commands)")
  .addHelpText(
    "after",
    `
Environment:
  ACCOUNTS_FILE  the accounts file (default: accounts.yaml at the project's root)
  CDKTF_OUTDIR   the output folder (default: cdktf.out)
  NO_COLOR       no colour, also on a terminal
  DEBUG          a stack trace when the program itself fails

Exit codes:
  0 done   1 the input or the output folder needs mending   70 a fault of the program`,
  );

program
  .command("synth")
  .description("write the Terraform of every stack into the output folder")
  .option("--hcl", "as HCL (cdk.tf) instead of JSON (cdk.tf.json)")
  .option("--output <folder>", "the output folder", outputFolder())
  .addHelpText(
    "after",
    `
Examples:
  pmm-iam synth                                      the stacks of accounts.yaml, as JSON
  pmm-iam synth --hcl                                as HCL
  ACCOUNTS_FILE=staging.yaml pmm-iam synth --output staging.out`,
  )
  .action(({ hcl, output }: { hcl?: boolean; output: string }) =>
    runCommand(() => synth(hcl ? "hcl" : outputFormat(), output)),
  );

void program.parseAsync();
