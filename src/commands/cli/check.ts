import { Option } from "commander";
import type { CheckOptions } from "../check";
import { CHECK_FORMATS } from "../check-formats";
import { STATE_HELP, STATE_OPTION } from "../given-states";
import { ALLOW_OPTION, allowed } from "./allow";
import type { AddCommand } from "./command";

export const addCheck: AddCommand = (program, { features, ends }) => {
  program
    .command("check")
    .description(
      "report every problem in accounts.yaml and, with --base, in what has changed since a git ref",
    )
    .option("--base <ref>", "the git ref that the change will be merged into")
    .option(STATE_OPTION, STATE_HELP)
    .option(ALLOW_OPTION, "let one refusal of the change pass, with a warning (repeatable)", allowed)
    .addOption(new Option("--format <format>", "how to report").choices(CHECK_FORMATS).default("text"))
    .addHelpText(
      "after",
      `
Examples:
  pmm-iam check                                      what synth would say, without writing anything
  pmm-iam check --base origin/main                   may this pull request be merged?
  pmm-iam check --base origin/main --format github   the same as annotations in GitHub Actions
  pmm-iam check --base origin/main --state pmm-iam-finance=finance.json
                                                     are the objects of a removed account gone?
  pmm-iam check --base origin/main --allow boundary-changed
                                                     a refusal that the reviewers let pass`,
    )
    .action(async (options: CheckOptions) => {
      ends(await (await import("../check.ts")).check(features, options));
    });
};
