import { Option } from "commander";
import { BACKENDS, PIPELINES, SETTING_KEYS, SETTINGS } from "../../init/settings";
import type { InitOptions } from "../init";
import type { AddCommand } from "./command";

export const addInit: AddCommand = (program, { ends }) => {
  const command = program
    .command("init")
    .description("write a new deployment into the current folder: accounts.yaml, package.json, a pipeline")
    .showHelpAfterError(false)
    .addOption(new Option("--ci <ci>", "the pipeline to write (without a terminal: none)").choices(PIPELINES))
    .addOption(
      new Option(
        "--backend <backend>",
        "where Terraform's state lives (without a terminal: s3 with a pipeline, else local)",
      ).choices(BACKENDS),
    );
  command.option("--no-install", "leave npm install to you");
  for (const key of SETTING_KEYS) {
    const { flag, takes, description } = SETTINGS[key];
    command.addOption(new Option(`${flag} ${takes}`, description));
  }
  command
    .addHelpText(
      "after",
      `
On a terminal it asks for what no flag gives. In a pipe and in CI it leaves placeholders, which check names one by one.
It overwrites nothing: where one of its files is there already, it writes none. Then it runs npm install.

Examples:
  pmm-iam init
  pmm-iam init --ci github --backend s3 --bucket acme-tfstate
  pmm-iam init --source-account 111111111111 --pmm-role pmm-ec2-role --region us-east-1`,
    )
    .action(async ({ ci, ...options }: Omit<InitOptions, "pipeline"> & { ci?: InitOptions["pipeline"] }) => {
      const commands = program.commands.map((other) => other.name()).filter((name) => name !== "init");
      ends(await (await import("../init.ts")).init({ ...options, ...(ci && { pipeline: ci }) }, commands));
    });
};
