import { type Command, Option } from "commander";
import { VERIFY_FORMATS } from "../../verify/lines";
import { READERS } from "../../verify/plan";

/** What `verify` does, for its help. */
export const VERIFY_DESCRIPTION =
  "try the access that was applied, on the PMM host: what PMM, Grafana and Teleport call in each account";

/** The options of a run, which the program and the file for the host have alike. */
export function addRunOptions(command: Command): Command {
  return command
    .option("--account <account...>", "check only these accounts, by name or id")
    .addOption(new Option("--only <reader...>", "check only what these readers call").choices(READERS))
    .option(
      "--region <region...>",
      "look in these regions in place of each account's; all: every region, as PMM's discovery does",
    )
    .addOption(new Option("--format <format>", "how to print").choices(VERIFY_FORMATS).default("text"));
}

/** What the help says after the options; `command` is how it is started. */
export function runHelp(command: string): string {
  return `
It calls AWS with what this host has: the instance's role, or AWS_* in the environment. It changes nothing and prints no
key. Failures come first, each with its likely cause and what to type. Exit code 1: something fails.

Examples:
  ${command}                                   all accounts, as PMM, Grafana and Teleport reach them
  ${command} --account billing-prod --only pmm
  ${command} --format json                     for another program`;
}
