import { regionsOf } from "../aws/partitions";
import {
  type AwsSession,
  callerIdentity,
  hostRole,
  inParallel,
  ownSession,
  reasonOf,
} from "../aws-calls/index";
import { type CauseName, explained } from "./causes";
import { Checker } from "./checker";
import { causeAtHost } from "./explain";
import type { PlannedCheck, VerifyPlan } from "./plan";
import { type CheckResult, countsOf, type Explained, type VerifyReport } from "./results";

/** Checks that are made at a time: each makes some calls side by side. */
const CHECKS_AT_ONCE = 16;

/** Accounts without a database for which every other region is searched: each costs some thirty calls. */
const MOST_SEARCHED = 10;

/**
 * Makes the checks of a plan with this host's credentials.
 *
 * @param advance is called after each check.
 */
export async function runChecks(plan: VerifyPlan, advance: () => void): Promise<VerifyReport> {
  const own = ownSession(plan.source.region);
  const called = await whoCalls(own, plan);
  if ("cause" in called) {
    return reportOf(plan, [], undefined, called);
  }
  const checker = new Checker(plan, own, called);
  const outcomes = await inParallel(plan.checks, CHECKS_AT_ONCE, async (check) => {
    const result = await checker.check(check);
    advance();
    return result;
  });
  const results = outcomes.map(({ result, cause }) => {
    if (result === undefined) {
      throw cause;
    }
    return result;
  });
  return reportOf(plan, await withRegions(plan, checker, results), called.arn, undefined);
}

function reportOf(
  plan: VerifyPlan,
  results: readonly CheckResult[],
  caller: string | undefined,
  host: Explained | undefined,
): VerifyReport {
  const accounts = plan.checks.map(({ account }) => account);
  return { deployment: plan.deployment, caller, host, results, counts: countsOf(accounts, results) };
}

/** Who this host is to AWS, or what keeps it from being anyone. */
async function whoCalls(
  own: AwsSession,
  plan: VerifyPlan,
): Promise<{ readonly accountId: string; readonly arn: string } | Explained> {
  try {
    return await callerIdentity(own);
  } catch (thrown) {
    const reason = reasonOf(thrown);
    // Where it has looked everywhere, the SDK does not say what it found.
    const isWithout = /from any providers/.test(reason.text);
    const { AWS_PROFILE: profile } = process.env;
    return explained(isWithout ? await causeWithout(profile) : causeAtHost(reason), {
      plan,
      said: isWithout ? (profile ?? "") : reason.text,
    });
  }
}

/** Why the SDK finds no credentials. */
async function causeWithout(profile: string | undefined): Promise<CauseName> {
  const causes = {
    role: "credentials_unusable",
    none: "no_host_role",
    silent: "hop_limit",
    unreachable: "no_credentials",
    disabled: "metadata_disabled",
  } as const;
  return profile === undefined || profile === "" ? causes[await hostRole()] : "profile_unusable";
}

/** Says of accounts without a database in their regions where they have some. */
async function withRegions(
  plan: VerifyPlan,
  checker: Checker,
  results: readonly CheckResult[],
): Promise<CheckResult[]> {
  const pairs = results.flatMap((result, index): [PlannedCheck, CheckResult][] => {
    const check = plan.checks[index];
    const isEmpty = result.findings.some(({ cause }) => cause === "no_databases");
    return check !== undefined && isEmpty ? [[check, result]] : [];
  });
  const found = new Map<CheckResult, CheckResult>();
  for (const [check, result] of pairs.slice(0, MOST_SEARCHED)) {
    found.set(result, await checker.lookElsewhere(check, result, regionsOf(plan.partition)));
  }
  return results.map((result) => found.get(result) ?? result);
}
