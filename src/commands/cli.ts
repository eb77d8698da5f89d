import { Command, CommanderError, Option } from "commander";
import { version } from "../project";
import type { AccessReportOptions } from "./access-report";
import type { AffectedOptions } from "./affected";
import type { CheckOptions } from "./check";
import { CHECK_FORMATS } from "./check-formats";
import type { DiffOptions } from "./diff";
import { DIFF_FORMATS } from "./diff-formats";
import { outputFolder, outputFormat } from "./environment";
import { PLAN_HELP, PLAN_OPTION } from "./given-plans";
import { STATE_HELP, STATE_OPTION } from "./given-states";
import { runCommand } from "./run";
import type { ShowOptions } from "./show";
import { SHOW_FORMATS } from "./show-formats";
import type { SummaryOptions } from "./summary";
import { print } from "./terminal";

/** How a command ended. */
let exitCode = 0;

const ALLOW_OPTION = "--allow <rule>";

/** One more of a repeatable option. */
function allowed(rule: string, rules: readonly string[] = []): string[] {
  return [...rules, rule];
}

const program = new Command("pmm-iam")
  .exitOverride()
  .configureOutput({
    writeOut: (text) => print("stdout", text.trimEnd().split("\n")),
    writeErr: (text) => print("stderr", text.trimEnd().split("\n")),
    // Only these lines are commander's own: every other line end is an argument's.
    outputError: (text) => print("stderr", text.trimEnd().split(/\n+(?=\(Did you mean |\(pmm-iam --help )/)),
  })
  .description(
    "Turns accounts.yaml into the Terraform that gives PMM, Teleport, CloudWatch agents and monitors least access.",
  )
  .version(version)
  .showSuggestionAfterError()
  .showHelpAfterError("(pmm-iam --help lists the commands)")
  .addHelpText(
    "after",
    `
Environment:
  ACCOUNTS_FILE     the accounts file (default: accounts.yaml at the project's root)
  CDKTF_OUTDIR      the output folder (default: cdktf.out)
  SYNTH_HCL_OUTPUT  true: HCL, as with --hcl
  NO_COLOR          no colour, also on a terminal
  DEBUG             a stack trace when the program itself fails

Exit codes:
  0 done   1 the input, the change or the output folder has to be fixed   70 a fault of the program`,
  );

program
  .command("synth")
  .description("write the Terraform of every stack into the output folder")
  .option("--hcl", "as HCL (cdk.tf) instead of JSON (cdk.tf.json)")
  .option("--output <folder>", "the output folder (default: CDKTF_OUTDIR, or cdktf.out)")
  .addHelpText(
    "after",
    `
Examples:
  pmm-iam synth                                      the stacks of accounts.yaml, as JSON
  pmm-iam synth --hcl                                as HCL
  ACCOUNTS_FILE=staging.yaml pmm-iam synth --output staging.out`,
  )
  .action(async ({ hcl, output = outputFolder() }: { hcl?: boolean; output?: string }) => {
    // Each command is loaded when it is asked for: check starts without cdktf.
    exitCode = await (await import("../../main.ts")).synth(hcl ? "hcl" : outputFormat(), output);
  });

program
  .command("check")
  .description("report every problem in accounts.yaml and, with --base, in what has changed since a git ref")
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
    exitCode = await (await import("./check.ts")).check(options);
  });

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
    exitCode = await (await import("./affected.ts")).affected(options);
  });

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
    exitCode = await (await import("./diff.ts")).diff(options);
  });

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
    exitCode = await (await import("./summary.ts")).summary(options);
  });

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
    exitCode = await (await import("./show.ts")).show(account, options);
  });

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
    exitCode = await (await import("./access-report.ts")).accessReport(options);
  });

void runCommand(async () => {
  try {
    await program.parseAsync();
  } catch (cause) {
    // What commander has printed: the help, the version or what is wrong with the arguments.
    if (cause instanceof CommanderError) {
      return cause.exitCode;
    }
    throw cause;
  }
  return exitCode;
});
