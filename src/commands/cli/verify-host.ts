import { Command, CommanderError } from "commander";
import type { PackedPlan } from "../../verify/plan";
import { type RunOptions, runVerify } from "../run-verify";
import { print } from "../terminal";
import { addRunOptions, runHelp, VERIFY_DESCRIPTION } from "./verify-options";

/** A fault of the program: EX_SOFTWARE of sysexits.h. */
const EXIT_FAULT = 70;

/** The command line of the file for the host. */
export async function verifyHost({ version, plan }: PackedPlan): Promise<void> {
  const command = addRunOptions(new Command("pmm-iam-verify"))
    .description(`${VERIFY_DESCRIPTION}. Packed by pmm-iam ${version} for the deployment ${plan.deployment}`)
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => print("stdout", text.trimEnd().split("\n")),
      writeErr: (text) => print("stderr", text.trimEnd().split("\n")),
      outputError: (text) => print("stderr", text.trimEnd().split(/\n+(?=\(Did you mean )/)),
    })
    .allowExcessArguments(false)
    .addHelpText("after", runHelp("node pmm-iam-verify.js"))
    .action(async (options: RunOptions) => {
      process.exitCode = await runVerify(plan, options);
    });
  try {
    await command.parseAsync();
  } catch (cause) {
    process.exitCode = cause instanceof CommanderError ? cause.exitCode : faultOf(cause, version);
  }
}

function faultOf(cause: unknown, version: string): number {
  const { message, stack = "" } = cause instanceof Error ? cause : new Error(String(cause));
  print("stderr", [
    [{ style: "red", text: "fault:" }, ` pmm-iam ${version} failed by a fault of its own: ${message}`],
    ...(process.env["DEBUG"] ? stack.split("\n") : []),
  ]);
  return EXIT_FAULT;
}
