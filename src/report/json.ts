import type { Grant } from "./grants";
import type { AccessReport } from "./report";

/** What a JSON report begins with, by which a file of an earlier one is known. */
export const JSON_HEAD = '{"version":1,"report":"pmm-iam access",';

/**
 * The report as JSON, for auditors' programs: `version` (raised when a field changes its meaning or goes), the fields
 * of AccessReport, and `grants`. docs/access-review.md lists them.
 */
export function jsonOf(report: AccessReport, grants: readonly Grant[]): string {
  return `${JSON_HEAD}${JSON.stringify({ ...report, grants }).slice(1)}\n`;
}
