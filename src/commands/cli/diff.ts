import { Option } from "commander";
import type { DiffOptions } from "../diff";
import { DIFF_FORMATS } from "../diff-formats";
import type { AddCommand } from "./command";

export const addDiff: AddCommand = (program, { features, ends }) => {
  program
    .command("diff")
    .description("print who gains and who loses access since a git ref")
    .requiredOption("--base <ref>", "the git ref that the change will be merged into")
    .addOption(new Option("--format <format>", "how to print").choices(DIFF_FORMATS).default("text"))
    .option("--exit-code", "end with 2 where somebody gains access")
    .addHelpText(
      "after",
      `
It compares what the two files grant, not how they say it, and needs neither Terraform nor AWS.

Examples:
  pmm-iam diff --base origin/main
  pmm-iam diff --base origin/main --format markdown
  pmm-iam diff --base origin/main --exit-code          2 where somebody gains access`,
    )
    .action(async (options: DiffOptions) => {
      ends(await (await import("../diff.ts")).diff(features, options));
    });
};
