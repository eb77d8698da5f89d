import type { VerifyOptions } from "../verify";
import type { AddCommand } from "./command";
import { addRunOptions, runHelp, VERIFY_DESCRIPTION } from "./verify-options";

export const addVerify: AddCommand = (program, { features, ends }) => {
  addRunOptions(program.command("verify").description(VERIFY_DESCRIPTION))
    .option("--pack <file>", "write one JavaScript file that does the same on a host with Node.js 20 alone")
    .addHelpText(
      "after",
      `${runHelp("pmm-iam verify")}
  pmm-iam verify --pack verify.js                  for the PMM host: node verify.js`,
    )
    .action(async (options: VerifyOptions) => {
      ends(await (await import("../verify.ts")).verify(features, options));
    });
};
