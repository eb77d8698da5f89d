import { PLAN_HELP, PLAN_OPTION } from "../given-plans";
import { STATE_HELP, STATE_OPTION } from "../given-states";
import type { SummaryOptions } from "../summary";
import { ALLOW_OPTION, allowed } from "./allow";
import type { AddCommand } from "./command";

export const addSummary: AddCommand = (program, { features, ends }) => {
  program
    .command("summary")
    .description(
      "print the Markdown of a pull request: who gains what, what to do after the apply, what plans do",
    )
    .requiredOption("--base <ref>", "the git ref that the change will be merged into")
    .option(PLAN_OPTION, PLAN_HELP)
    .option(STATE_OPTION, STATE_HELP)
    .option(ALLOW_OPTION, "let one refusal of the change or of a plan pass (repeatable)", allowed)
    .addHelpText(
      "after",
      `
The first line is the verdict. A plan that destroys a key in use, a role or a user, opens an import's trust, drops a
boundary or does what no change of the file explains is refused. A plan's file holds keys, none of which is printed:
delete it afterwards.

Examples:
  pmm-iam summary --base origin/main >comment.md     as a comment of the pull request
  pmm-iam summary --base origin/main --plan pmm-iam=plan.json
                                                     with the verdict on the plan of a stack`,
    )
    .action(async (options: SummaryOptions) => {
      ends(await (await import("../summary.ts")).summary(features, options));
    });
};
