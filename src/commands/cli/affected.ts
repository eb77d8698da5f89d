import type { AffectedOptions } from "../affected";
import { STATE_HELP, STATE_OPTION } from "../given-states";
import type { AddCommand } from "./command";

export const addAffected: AddCommand = (program, { features, ends }) => {
  program
    .command("affected")
    .description("print the stacks whose output differs from a git ref's, as a JSON matrix for CI")
    .requiredOption("--base <ref>", "the git ref to compare with")
    .option(STATE_OPTION, STATE_HELP)
    .addHelpText(
      "after",
      `
A change to the program or its modules affects every stack. Fails when a stack has vanished with objects in it.

Examples:
  pmm-iam affected --base origin/main
  pmm-iam affected --base origin/main --state pmm-iam-finance=finance.json`,
    )
    .action(async (options: AffectedOptions) => {
      ends(await (await import("../affected.ts")).affected(features, options));
    });
};
