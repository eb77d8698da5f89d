import {
  adminRole,
  outputFolder,
  outputFormat,
  rootFromStack,
  underCdktfCommand,
} from "./src/commands/environment";
import { readAccounts } from "./src/commands/read-accounts";
import { reportNote, reportResult } from "./src/commands/report";
import { EXIT_USER, runCommand } from "./src/commands/run";
import { synthSummary } from "./src/commands/synth-summary";
import { features } from "./src/features";
import type { Feature } from "./src/features/feature";
import { publish } from "./src/output/publish";
import { locksForSynth } from "./src/provider-locks/for-synth";
import { withLocks } from "./src/provider-locks/in-output";
import { type OutputFormat, renderStacks } from "./src/terraform/render";

/** accounts.yaml in, Terraform out. Returns the exit code. */
export async function synth(
  features: readonly Feature[],
  format: OutputFormat,
  folder: string,
): Promise<number> {
  const role = adminRole();
  const read = readAccounts(features);
  if (read === undefined) {
    return EXIT_USER;
  }

  const { access, text } = read;
  const rendered = await renderStacks(access, {
    format,
    rootFromStack: rootFromStack(folder),
    adminRole: role,
  });
  const locks = locksForSynth(text.path, access.stacks, folder);
  const files = withLocks(rendered, locks.bytes.keys(), (stack) => locks.bytes.get(stack));
  const published = await publish(files, folder, {
    underCdktfCommand,
    deployment: access.deployment.name,
  });

  if (role !== undefined) {
    reportNote(`Terraform assumes ${role} in each account, in place of admin_role_name`);
  }
  reportResult(synthSummary({ access, format, folder, published }).trimEnd().split("\n"));
  for (const note of locks.notes) {
    reportNote(note);
  }
  return 0;
}

if (require.main === module) {
  void runCommand(() => synth(features, outputFormat(), outputFolder()));
}
