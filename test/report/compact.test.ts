import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/project";
import { type CompactReport, compact, MARKS } from "../../src/report/compact";
import { CSV_HEAD, csvOf } from "../../src/report/csv";
import { grantsOf } from "../../src/report/grants";
import { pageOf } from "../../src/report/page";
import { NO_REASON } from "../../src/report/reasons";
import type { AccessReport } from "../../src/report/report";
import { FILE, rowsOf } from "../diff/estate";
import { reportOfFile } from "./made";

/** Puts the marks back, as the page does. */
function filled(
  { texts, documents }: CompactReport,
  [number = -1, ...numbers]: readonly number[],
  { name, account_id }: { name: string; account_id: string } = { name: "", account_id: "" },
): unknown {
  const ids = numbers.map((index) => documents[index]?.[0] ?? "");
  return JSON.parse(
    (texts[number] ?? "")
      .replaceAll(MARKS.id, account_id)
      .replaceAll(MARKS.name, name)
      .replaceAll(MARKS.alias, name.replaceAll("-", "_"))
      .replaceAll(MARKS.document, () => ids.shift() ?? ""),
  );
}

function expectAll(report: AccessReport): void {
  const small = compact(report);
  for (const [index, account] of report.accounts.entries()) {
    const found = small.accounts[index]?.identities.map((numbers) => filled(small, numbers, account));
    expect(found).toEqual(account.identities);
  }
  const placed = ([number, index]: readonly [number, number]) =>
    filled(small, [number], report.accounts[index]);
  expect(small.changes.map(placed)).toEqual(report.changes);
  expect(Object.fromEntries(small.documents.map(([id, ...place]) => [id, placed(place)]))).toEqual(
    report.documents,
  );
}

test.each(["orders", "orders-prod", "a", "name", "role", "aws", "identity", "pmm-iam"])(
  "nothing is lost where an account is called %s",
  (name) => {
    const rows = rowsOf(["aurora: true", "aurora: {key_generation: 2}"], ["minimal", "standard"]);
    const report = reportOfFile(FILE.replace("name: orders\n", `name: ${name}\n`), { rows });
    expect(report.changes.length).toBeGreaterThan(0);
    expectAll(report);
  },
);

const CORPUS = join(packageRoot, "test/corpus/ok");
const files = readdirSync(CORPUS).filter((name) => name.endsWith(".yaml"));

test.each(files)("nothing is lost of %s, every grant has a reason, and its page and CSV are made", (file) => {
  const text = readFileSync(join(CORPUS, file), "utf8");
  const report = reportOfFile(text, { folder: CORPUS });
  expectAll(report);
  expect(pageOf(report)).toContain(report.deployment.name);
  const grants = grantsOf(report);
  expect(grants.filter(({ reason }) => reason === "" || reason === NO_REASON)).toEqual([]);
  expect(csvOf(grants).startsWith(CSV_HEAD)).toBe(true);
});

test("accounts that differ in id and name alone share their texts", () => {
  const entries = Array.from(
    { length: 40 },
    (_, index) => `  - {name: account-${index}, account_id: "2000000000${10 + index}", aurora: true}\n`,
  );
  const { texts: shared } = compact(
    reportOfFile(
      `source: {account_id: "111111111111", pmm_ec2_role_name: pmm}\ndefaults: {admin_role_name: Admin}\naccounts:\n${entries.join("")}`,
    ),
  );
  // PMM's role, a monitoring role and a user; the trust and three policies.
  expect(shared).toHaveLength(7);
});
