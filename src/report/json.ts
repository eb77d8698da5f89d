import type { AccessReport } from "./report";

/** What a JSON report of any version begins with. */
export const IS_JSON = /^\{"version":\d+,"report":"pmm-iam access",/;

/**
 * The report as JSON, for auditors' programs: `version`, raised when a field changes its meaning or goes, and the
 * fields of AccessReport. docs/access-review.md lists them.
 */
export function jsonOf(report: AccessReport): string {
  return `${JSON.stringify({ version: 1, report: "pmm-iam access", ...report })}\n`;
}
