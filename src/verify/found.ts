import { type CauseName, explained, type Facts } from "./causes";
import type { PlannedCheck } from "./plan";
import type { CheckResult, Finding, Severity } from "./results";

/** Something that was found at one place. */
export interface Found {
  readonly cause: CauseName;
  /** Left out: `failed`. */
  readonly severity?: Severity;
  readonly region?: string;
  readonly call?: string;
  readonly said?: string;
  readonly boundary?: string | undefined;
  readonly names?: readonly string[];
}

/** What came of a check. What has one cause in several regions and calls is one finding. */
export function resultOf(
  check: PlannedCheck,
  found: readonly Found[],
  facts: Pick<Facts, "plan" | "caller">,
): CheckResult {
  const findings = [...byCause(found).values()].map((group) => findingOf(group, { ...facts, check }));
  const has = (severity: Severity): boolean => findings.some((finding) => finding.severity === severity);
  const { account, accountId, reader, by } = check;
  return {
    account,
    accountId,
    reader,
    ...(by.kind === "role" && by.vendor !== undefined ? { vendor: by.vendor } : {}),
    regions: check.regions,
    outcome: has("failed") ? "failed" : has("skipped") ? "skipped" : "passed",
    findings,
  };
}

/** Databases of one region are named together, and those of another by themselves: each has its own command. */
function byCause(found: readonly Found[]): Map<string, Found[]> {
  const groups = new Map<string, Found[]>();
  for (const one of found) {
    const key = [one.cause, one.boundary, ...(one.names ?? [])].join("\n");
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return groups;
}

function findingOf(group: readonly Found[], facts: Facts): Finding {
  const all = (of: "region" | "call"): string[] => [...new Set(group.flatMap((one) => one[of] ?? []))];
  const [first] = group;
  const [regions, calls] = [all("region"), all("call")];
  const { cause = "unknown", severity = "failed", said, boundary, names } = first ?? {};
  return {
    severity,
    ...explained(cause, {
      ...facts,
      regions,
      calls,
      boundary,
      ...(said === undefined ? {} : { said }),
      ...(names === undefined ? {} : { names }),
    }),
    regions,
    calls,
  };
}
