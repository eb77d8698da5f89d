import { shownFile } from "../accounts/lines";
import { shellPath } from "../accounts/shell";
import type { Feature } from "../features/feature";
import { chosenOf } from "../verify/chosen";
import { packVerify } from "../verify/pack";
import { verifyPlan } from "../verify/plan-of";
import { readAccounts } from "./read-accounts";
import { reportError, reportResult } from "./report";
import { EXIT_USER } from "./run";
import type { RunOptions } from "./run-verify";

export interface VerifyOptions extends RunOptions {
  /** The file to write, in place of a run. */
  readonly pack?: string;
}

/** Tries the access of the accounts file, or packs that for the host. Returns the exit code. */
export async function verify(
  features: readonly Feature[],
  { pack, ...options }: VerifyOptions,
): Promise<number> {
  const read = readAccounts(features);
  if (read === undefined) {
    return EXIT_USER;
  }
  const plan = verifyPlan(read.access);
  if (pack === undefined) {
    return await (await import("./run-verify.ts")).runVerify(plan, options);
  }
  const chosen = chosenOf(plan, options);
  if ("problem" in chosen) {
    reportError(chosen.problem);
    return EXIT_USER;
  }
  await packVerify(pack, chosen);
  reportResult([
    `The checks of ${plan.deployment} are in ${shownFile(pack)}. Copy it to the PMM host, and run it there with Node.js 20 or later: node ${shellPath(pack)}`,
  ]);
  return 0;
}
