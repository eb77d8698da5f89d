import { outputFolder, outputFormat } from "../environment";
import type { AddCommand } from "./command";

export const addSynth: AddCommand = (program, { features, ends }) => {
  program
    .command("synth")
    .description("write the Terraform of every stack into the output folder")
    .option("--hcl", "as HCL (cdk.tf) instead of JSON (cdk.tf.json)")
    .option("--output <folder>", "the output folder (default: CDKTF_OUTDIR, or cdktf.out)")
    .addHelpText(
      "after",
      `
Examples:
  pmm-iam synth                                      the stacks of accounts.yaml, as JSON
  pmm-iam synth --hcl                                as HCL
  ACCOUNTS_FILE=staging.yaml pmm-iam synth --output staging.out`,
    )
    .action(async ({ hcl, output = outputFolder() }: { hcl?: boolean; output?: string }) => {
      ends(await (await import("../../../main.ts")).synth(features, hcl ? "hcl" : outputFormat(), output));
    });
};
