import type { AccessReport } from "./report";

/** What a JSON report begins with, by which a file of an earlier one is known. */
export const JSON_HEAD = '{"version":1,"report":"pmm-iam access",';

/**
 * The report as JSON, for auditors' programs: `version`, raised when a field changes its meaning or goes, and the
 * fields of AccessReport. docs/access-review.md lists them.
 */
export function jsonOf(report: AccessReport): string {
  return `${JSON_HEAD}${JSON.stringify(report).slice(1)}\n`;
}
