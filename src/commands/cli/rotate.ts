import { Option } from "commander";
import { STATE_HELP, STATE_OPTION } from "../given-states";
import type { RotateOptions } from "../rotate";
import type { AddCommand } from "./command";

export const addRotate: AddCommand = (program, { ends, features }) => {
  program
    .command("rotate [accounts...]")
    .description(
      "edit accounts.yaml for the next step of a key's rotation; the rest of the file stays as it is",
    )
    .option("--finish", "set previous_key: inactive, once every consumer has the new key")
    .option("--revoke", "set previous_key: deleted, once nothing fails without the old key")
    .addOption(
      new Option(
        "--due [days]",
        "rotate every key of this age or older, and list unfinished rotations",
      ).preset("90"),
    )
    .option(
      "--user <user>",
      "whose keys, where an account has several users: aurora, on_premises_server_user, ...",
    )
    .option(
      STATE_OPTION,
      `${STATE_HELP}; for --due, which reads the ages of keys there in place of asking AWS`,
    )
    .option(
      "--used-until <time>",
      "uses of the old key up to this time were before its consumers had the new one: 2026-11-26T18:04:00Z",
    )
    .option("--offline", "ask neither AWS nor PMM whether the old key is still used")
    .option("--push-pmm", "give PMM the new key, once it is applied; PMM_URL and PMM_TOKEN say where PMM is")
    .option("--dry-run", "print the edit as a unified diff, or what --push-pmm would switch; change nothing")
    .addHelpText(
      "after",
      `
Without an option it raises key_generation by one. Each step is reviewed and applied before the next one. All accounts
are edited, or none. AWS is asked, by the role that Terraform assumes in each account, for the ages of keys (--due) and
whether an old key is still used; then --finish, --revoke and a raise that deletes it are refused. docs/rotate-a-key.md
has all steps.

Examples:
  pmm-iam rotate billing-prod                        a new key beside the one in use
  pmm-iam rotate billing-prod --push-pmm             PMM gets the new key, after the apply
  pmm-iam rotate billing-prod --finish               the old key is switched off
  pmm-iam rotate billing-prod --revoke               the old key is deleted
  pmm-iam rotate billing-prod --user on_premises_server_user
  pmm-iam rotate billing-prod --finish --used-until 2026-11-26T18:04:00Z
  pmm-iam rotate --due 90 --dry-run                  with the ages that AWS says
  pmm-iam rotate --due 90 --state pmm-iam=state.json --dry-run`,
    )
    .action(async (accounts: string[], options: RotateOptions) => {
      ends(await (await import("../rotate.ts")).rotate(features, accounts, options));
    });
};
