import { allOf, counted, firstOfMany } from "../accounts/counted";
import type { Line } from "../accounts/lines";
import type { CheckResult, Counts, Finding, Severity, VerifyReport } from "./results";

export const VERIFY_FORMATS = ["text", "json"] as const;

export type VerifyFormat = (typeof VERIFY_FORMATS)[number];

/** Most accounts that one line names. */
const MOST_ACCOUNTS = 5;

const STYLES = { failed: "red", warning: "yellow", skipped: "dim" } as const;

const SEVERITIES: readonly Severity[] = ["failed", "warning", "skipped"];

/** What IAM holds for a database's user cannot be tried without one. */
const NO_DATABASE =
  "rds-db:connect is not tried, because it takes a database: connect once to each, with tsh db connect";

/** A report, for people or for programs. */
export function reportLines(report: VerifyReport, format: VerifyFormat): Line[] {
  return format === "json" ? [{ json: { version: 1, ...report } }] : textLines(report);
}

function textLines({ host, results, counts }: VerifyReport): Line[] {
  const isTeleportTried = results.some(
    ({ reader, outcome }) => reader === "teleport" && outcome !== "skipped",
  );
  return [
    ...(host === undefined ? [] : [line("failed", "this host", host)]),
    ...SEVERITIES.flatMap((severity) => linesOf(severity, results)),
    ...(isTeleportTried ? [[{ style: "dim" as const, text: "note:" }, ` ${NO_DATABASE}`]] : []),
    countsLine(counts),
  ];
}

/** What was found alike in several accounts is one line. */
function linesOf(severity: Severity, results: readonly CheckResult[]): Line[] {
  const groups = new Map<string, { readonly first: [CheckResult, Finding]; readonly accounts: string[] }>();
  for (const result of results) {
    for (const finding of result.findings.filter((one) => one.severity === severity)) {
      const key = JSON.stringify([result.reader, result.vendor, finding]);
      const group = groups.get(key) ?? { first: [result, finding], accounts: [] };
      group.accounts.push(result.account);
      groups.set(key, group);
    }
  }
  return [...groups.values()].map(({ first: [result, finding], accounts }) => {
    const what = result.vendor === undefined ? result.reader : `${result.reader} ${result.vendor}`;
    return line(severity, `${what} in ${firstOfMany([...new Set(accounts)], MOST_ACCOUNTS)}`, finding);
  });
}

function line(
  severity: Severity,
  where: string,
  { message, fix, regions = [] }: Pick<Finding, "message" | "fix"> & { readonly regions?: readonly string[] },
): Line {
  // What AWS said is in brackets, and may have a region in an ARN.
  const [ours = ""] = message.split(" (");
  const place = regions.every((region) => ours.includes(region)) ? "" : `, ${allOf(regions)}`;
  return [{ style: STYLES[severity], text: `${severity}:` }, ` ${where}${place}: ${message}; ${fix}`];
}

function countsLine({ accounts, passed, failed, unchecked, skipped, warnings }: Counts): string {
  const beside = [
    ...(failed === 0 ? [] : [`${failed} ${failed === 1 ? "fails" : "fail"}`]),
    ...(unchecked === 0 ? [] : [`${unchecked} not checked`]),
    ...(skipped === 0 ? [] : [`${counted(skipped, "check")} skipped`]),
    ...(warnings === 0 ? [] : [counted(warnings, "warning")]),
  ];
  const pass = `${passed} of ${counted(accounts, "account")} ${passed === 1 || accounts === 1 ? "passes" : "pass"}`;
  return [pass, ...beside].join(", ");
}
