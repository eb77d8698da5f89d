import { Command, CommanderError } from "commander";
import { featureProblems } from "../../features/clashes";
import type { Feature } from "../../features/feature";
import { version } from "../../project";
import { underCdktfCommand } from "../environment";
import { reportError } from "../report";
import { EXIT_USER, runCommand } from "../run";
import { print } from "../terminal";
import { addAffected } from "./affected";
import { addCheck } from "./check";
import type { Context } from "./command";
import { addDiff } from "./diff";
import { addInit } from "./init";
import { addLock } from "./lock";
import { addReport } from "./report";
import { addRotate } from "./rotate";
import { addSchema } from "./schema";
import { addShow } from "./show";
import { addSummary } from "./summary";
import { addSynth } from "./synth";
import { addVerify } from "./verify";

/** The commands, in the order in which the help lists them. */
const COMMANDS = [
  addInit,
  addSynth,
  addCheck,
  addAffected,
  addDiff,
  addSummary,
  addShow,
  addReport,
  addRotate,
  addVerify,
  addLock,
  // Last, since few type it.
  addSchema,
];

/**
 * Runs the command that the arguments of this process name, to its exit code. Without arguments it prints the help or,
 * where the cdktf command started the process as its app, synthesizes.
 */
export async function runCommandLine(features: readonly Feature[]): Promise<void> {
  await runCommand(async () => {
    const problems = featureProblems(features);
    if (problems.length > 0) {
      for (const problem of problems) {
        reportError(problem);
      }
      return EXIT_USER;
    }
    let exitCode = 0;
    const program = commandLine({
      features,
      ends(code) {
        exitCode = code;
      },
    });
    const typed = process.argv.slice(2);
    try {
      await program.parseAsync(typed.length === 0 && underCdktfCommand ? ["synth"] : typed, { from: "user" });
    } catch (cause) {
      // What commander has printed: the help, the version or what is wrong with the arguments.
      if (cause instanceof CommanderError) {
        return cause.exitCode;
      }
      throw cause;
    }
    return exitCode;
  });
}

function commandLine(context: Context): Command {
  const program = new Command("pmm-iam")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => print("stdout", text.trimEnd().split("\n")),
      writeErr: (text) => print("stderr", text.trimEnd().split("\n")),
      // Only these lines are commander's own: every other line end is an argument's.
      outputError: (text) =>
        print("stderr", text.trimEnd().split(/\n+(?=\(Did you mean |\(pmm-iam --help )/)),
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
  ACCOUNTS_FILE     the accounts file (default: accounts.yaml here or in a folder above)
  CDKTF_OUTDIR      the output folder (default: cdktf.out beside accounts.yaml)
  SYNTH_HCL_OUTPUT  true: HCL, as with --hcl
  PMM_IAM_ADMIN_ROLE_NAME
                    the role that Terraform assumes in place of each admin_role_name, such as a reader's for a plan
  PMM_URL, PMM_TOKEN
                    PMM, for rotate --push-pmm: its address, and the token of a service account with the role Admin
  CI                set to anything but 0 or false: init asks nothing, on a terminal either
  NO_COLOR          no colour, also on a terminal
  DEBUG             a stack trace when the program itself fails

Exit codes:
  0 done   1 the input, the change or the output folder has to be fixed   2 diff --exit-code: somebody gains access
  70 a fault of the program`,
    );
  for (const add of COMMANDS) {
    add(program, context);
  }
  return program;
}
