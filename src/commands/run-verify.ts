import { counted } from "../accounts/counted";
import { type Chosen, chosenOf } from "../verify/chosen";
import { reportLines, type VerifyFormat } from "../verify/lines";
import type { VerifyPlan } from "../verify/plan";
import { runChecks } from "../verify/run";
import { withProgress } from "./progress";
import { print } from "./terminal";

/** How a run is chosen and printed, as typed. */
export interface RunOptions extends Chosen {
  readonly format: VerifyFormat;
}

/** Something is wrong: with the access, with this host or with what was typed. */
const EXIT_FAILED = 1;

/**
 * Makes the checks of a plan and prints what came of them. Returns the exit code. It is part of the file for the host,
 * so it knows neither the accounts file nor the rest of the program.
 */
export async function runVerify(plan: VerifyPlan, { format, ...chosen }: RunOptions): Promise<number> {
  const narrowed = chosenOf(plan, chosen);
  if ("problem" in narrowed) {
    print("stderr", [[{ style: "red", text: "error:" }, ` ${narrowed.problem}`]]);
    return EXIT_FAILED;
  }
  const all = counted(narrowed.checks.length, "check");
  const report = await withProgress(
    (done) => `Asking AWS: ${done} of ${all}`,
    (advance) => runChecks(narrowed, advance),
  );
  print("stdout", reportLines(report, format));
  return report.host === undefined && report.counts.failed === 0 ? 0 : EXIT_FAILED;
}
