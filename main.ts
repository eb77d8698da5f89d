import {
  adminRole,
  adminRoleNotes,
  outputFolder,
  outputFormat,
  rootFromStack,
  underCdktfCommand,
} from "./src/commands/environment";
import { readAccounts } from "./src/commands/read-accounts";
import { reportNote, reportResult } from "./src/commands/report";
import { EXIT_USER, runCommand } from "./src/commands/run";
import { synthSummary } from "./src/commands/synth-summary";
import { withConsumers } from "./src/consumers/in-output";
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
  const read = readAccounts(features);
  if (read === undefined) {
    return EXIT_USER;
  }

  const { access, text } = read;
  const role = adminRole();
  const locks = locksForSynth(text.path, access.stacks, folder);
  const way = rootFromStack(folder);
  const rendered = await renderStacks(access, { format, rootFromStack: way, adminRole: role });
  const locked = withLocks(rendered, locks.bytes.keys(), (stack) => locks.bytes.get(stack));
  const files = withConsumers(locked, access);
  const deployment = access.deployment.name;
  const published = await publish(files, folder, { underCdktfCommand, deployment });

  reportResult(synthSummary({ access, format, folder, published }).trimEnd().split("\n"));
  [...adminRoleNotes(role), ...locks.notes].forEach(reportNote);
  return 0;
}

if (require.main === module) {
  void runCommand(() => synth(features, outputFormat(), outputFolder()));
}
