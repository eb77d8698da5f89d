import type { CauseName } from "./causes";
import type { Reader } from "./plan";

/** What came of a run. */
export interface VerifyReport {
  readonly deployment: string;
  /** Who called AWS; undefined where this host has no credentials that work. */
  readonly caller: string | undefined;
  /** What keeps every check from being made. */
  readonly host: Explained | undefined;
  /** In the order of the plan. Empty where the host cannot call AWS. */
  readonly results: readonly CheckResult[];
  readonly counts: Counts;
}

/** One reader's access to one account. */
export interface CheckResult {
  readonly account: string;
  readonly accountId: string;
  readonly reader: Reader;
  /** The vendor's name in the file. */
  readonly vendor?: string;
  /** Where the reader's calls were made. */
  readonly regions: readonly string[];
  readonly outcome: "passed" | "failed" | "skipped";
  readonly findings: readonly Finding[];
}

/** `failed`: a reader cannot do its work. `warning`: it can, and finds little. `skipped`: it cannot be tried here. */
export type Severity = "failed" | "warning" | "skipped";

export interface Explained {
  readonly cause: CauseName;
  /** What is wrong, and why. */
  readonly message: string;
  /** What to type or to do. */
  readonly fix: string;
}

export interface Finding extends Explained {
  readonly severity: Severity;
  /** Where it was found; empty where it is of no region. */
  readonly regions: readonly string[];
  /** As a policy names them: `rds:DescribeDBInstances`. */
  readonly calls: readonly string[];
}

export interface Counts {
  readonly accounts: number;
  readonly passed: number;
  readonly failed: number;
  /** Accounts of which no check could be made here. */
  readonly unchecked: number;
  /** Checks. */
  readonly skipped: number;
  readonly warnings: number;
}

/** An account passes where at least one check was made and none failed. */
export function countsOf(accounts: readonly string[], results: readonly CheckResult[]): Counts {
  const outcomes = new Map<string, Set<CheckResult["outcome"]>>(
    [...new Set(accounts)].map((name) => [name, new Set()]),
  );
  for (const { account, outcome } of results) {
    outcomes.get(account)?.add(outcome);
  }
  const all = [...outcomes.values()];
  const failed = all.filter((seen) => seen.has("failed")).length;
  const passed = all.filter((seen) => seen.has("passed") && !seen.has("failed")).length;
  return {
    accounts: all.length,
    passed,
    failed,
    unchecked: all.length - passed - failed,
    skipped: results.filter(({ outcome }) => outcome === "skipped").length,
    warnings: results.flatMap(({ findings }) => findings).filter(({ severity }) => severity === "warning")
      .length,
  };
}
