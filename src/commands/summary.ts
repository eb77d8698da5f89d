import { accessAtBase } from "../changes/access-at-base";
import { entriesBetween, programEntries } from "../changes/change-log";
import { InputError } from "../changes/input-error";
import { snapshotOf } from "../changes/snapshot";
import { upgradeIn } from "../changes/upgrade";
import { diffRows } from "../diff/rows";
import type { Feature } from "../features/feature";
import { judgePlan, PLAN_RULES, planCounts } from "../summary/plan/judge";
import type { Plan } from "../summary/plan/plan";
import { type FileChange, Sides } from "../summary/plan/sides";
import { isRefused, type JudgedPlan } from "../summary/plans";
import type { OtherProgram } from "../summary/program";
import { type Summary, summaryLines, unjudgedLine } from "../summary/summary";
import { readPlans } from "./given-plans";
import { type Judged, type JudgeOptions, judged, lineOnProgram } from "./judged";
import { reportError, reportProblems, reportResult } from "./report";
import { EXIT_USER } from "./run";

export interface SummaryOptions extends JudgeOptions {
  /** The git ref that the change will be merged into. */
  readonly base: string;
  /** `<stack>=<file>`, each with the output of `terraform show -json <planfile>`. */
  readonly plan?: readonly string[];
}

/**
 * Prints the Markdown of a pull request, and the problems as check prints them. Returns the exit code: 1 where the
 * change or a plan is refused.
 */
export async function summary(features: readonly Feature[], options: SummaryOptions): Promise<number> {
  try {
    return report(summaryOf(features, options));
  } catch (cause) {
    if (cause instanceof InputError) {
      // The comment is posted whatever was wrong.
      reportResult([unjudgedLine(cause.message)]);
    }
    throw cause;
  }
}

function summaryOf(features: readonly Feature[], options: SummaryOptions): Summary {
  const plans = readPlans(options.plan);
  const found = judged(features, options, Object.keys(PLAN_RULES));
  const { problems, base, granted } = found;
  const program = programOf(found);
  const at = base === undefined ? options.base : `${options.base} (${base.commit.id.slice(0, 7)})`;
  if (base === undefined || granted === undefined) {
    return { base: at, problems, sides: undefined, plans: [], noDrift: undefined, program };
  }
  const before = accessAtBase(base, features);
  if ("severity" in before) {
    throw new InputError(before.message, "base");
  }
  const change = {
    base: base.snapshot ?? snapshotOf(granted),
    head: snapshotOf(granted),
    before,
    after: granted,
  };
  const noDrift = found.program?.kind === "changed" ? found.program.why : undefined;
  return {
    base: at,
    problems,
    sides: { before, after: granted, rows: diffRows(before, [granted]) },
    plans: judgedPlans(plans, change, {
      allowed: new Set(options.allow),
      judgesDrift: noDrift === undefined,
    }),
    noDrift,
    program,
  };
}

/** The program where it is another, or may be; an upgrade with what its change log says. */
function programOf(found: Judged): OtherProgram | undefined {
  const { program } = found;
  const says = lineOnProgram(found);
  if (program === undefined || says === undefined) {
    return undefined;
  }
  const upgrade = upgradeIn(program);
  const entries = upgrade === undefined ? [] : entriesBetween(programEntries(), upgrade.from, upgrade.to);
  return { upgrade, isChanged: program.kind === "changed", says, entries };
}

interface JudgedWith {
  readonly allowed: ReadonlySet<string>;
  readonly judgesDrift: boolean;
}

function judgedPlans(
  plans: readonly Plan[],
  change: FileChange,
  { allowed, judgesDrift }: JudgedWith,
): JudgedPlan[] {
  const known = new Set(
    [...change.before, change.after].flatMap(({ stacks }) => stacks.map(({ name }) => name)),
  );
  const sides = new Sides(change);
  return plans.map((plan): JudgedPlan => {
    if (!known.has(plan.stack)) {
      throw new InputError(
        `--plan was given a plan of ${plan.stack}, which is no stack of accounts.yaml, now or before; expected one of ${[...known].sort().join(", ")}`,
        "plan",
      );
    }
    const refusals = judgePlan(plan, sides, allowed).filter(
      ({ rule }) => judgesDrift || rule !== "plan-drift",
    );
    return { stack: plan.stack, counts: planCounts(plan), refusals };
  });
}

function report(found: Summary): number {
  reportResult(summaryLines(found));
  reportProblems(found.problems);
  const refused = found.plans.filter(isRefused);
  for (const { stack, refusals } of refused) {
    const [first, ...others] = refusals.filter(({ isAllowed }) => !isAllowed);
    const more = others.length === 0 ? "" : `, and ${others.length} more like it or worse`;
    reportError(`the plan of ${stack} is refused: ${first?.address}: ${first?.does}${more} [${first?.rule}]`);
  }
  const isWrong = found.problems.some(({ severity }) => severity === "error");
  return isWrong || refused.length > 0 ? EXIT_USER : 0;
}
