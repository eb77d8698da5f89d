import { Option } from "commander";
import type { ShowOptions } from "../show";
import { SHOW_FORMATS } from "../show-formats";
import type { AddCommand } from "./command";

export const addShow: AddCommand = (program, { features, ends }) => {
  program
    .command("show [account]")
    .description("print what to hand to whom: ARNs, external ids, names of secrets, and the steps")
    .addOption(new Option("--format <format>", "how to print").choices(SHOW_FORMATS).default("text"))
    .addHelpText(
      "after",
      `
It calls nothing in AWS and prints no secret. After an apply each stack's output \`access\` has the same facts.

Examples:
  pmm-iam show                                       every account
  pmm-iam show billing-prod                          one account
  pmm-iam show billing-prod --format json            for another program`,
    )
    .action(async (account: string | undefined, options: ShowOptions) => {
      ends(await (await import("../show.ts")).show(features, account, options));
    });
};
