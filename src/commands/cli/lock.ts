import { outputFolder } from "../environment";
import type { LockOptions } from "../lock";
import type { AddCommand } from "./command";

export const addLock: AddCommand = (program, { ends, features }) => {
  program
    .command("lock")
    .description("keep the provider lock file of each stack beside accounts.yaml, for review")
    .option("--check", "write nothing, and end with 1 where a kept lock file is missing or differs")
    .option("--output <folder>", "the output folder (default: CDKTF_OUTDIR, or cdktf.out)")
    .addHelpText(
      "after",
      `
It copies what terraform init wrote into each stack's folder to provider-locks/<stack>.terraform.lock.hcl, and synth
copies it back. A lock file that is broken, or of another version of hashicorp/aws, is named and never copied.

Examples:
  pmm-iam lock                                       after terraform init, or terraform init -upgrade
  pmm-iam lock --check                               in a pipeline`,
    )
    .action(async ({ check, output = outputFolder() }: Partial<LockOptions>) => {
      ends((await import("../lock.ts")).lock(features, { check, output }));
    });
};
