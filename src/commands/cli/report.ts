import type { AccessReportOptions } from "../access-report";
import { STATE_HELP, STATE_OPTION } from "../given-states";
import type { AddCommand } from "./command";

export const addReport: AddCommand = (program, { features, ends }) => {
  program
    .command("report")
    .description("write who may do what in every account, for a review: a page, CSV and JSON")
    .option("--output <file>", "the page; CSV and JSON are written beside it", "access-report.html")
    .option("--since <ref>", "mark what has changed since a git ref, such as the tag of the last review")
    .option(STATE_OPTION, `${STATE_HELP}; adds the ages of keys and what Terraform does not manage`)
    .addHelpText(
      "after",
      `
The page needs no network and shows nothing that is secret. Files of an earlier report are replaced, others never.

Examples:
  pmm-iam report                                       access-report.html, access-report.csv and access-report.json
  pmm-iam report --output review/2026-q4.html --since review-2026-q3
  pmm-iam report --state pmm-iam=state.json            with the ages of its keys`,
    )
    .action(async (options: AccessReportOptions) => {
      ends(await (await import("../access-report.ts")).accessReport(features, options));
    });
};
