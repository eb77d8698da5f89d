import { shellPath } from "../accounts/shell";
import type { Feature } from "../features/feature";
import { packVerify } from "../verify/pack";
import { verifyPlan } from "../verify/plan-of";
import { readAccounts } from "./read-accounts";
import { reportResult } from "./report";
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
  await packVerify(pack, plan);
  reportResult([
    `${pack} checks ${plan.deployment}. Copy it to the PMM host, and run it there with Node.js 20 or later: node ${shellPath(pack)}`,
  ]);
  return 0;
}
