import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AccountsFolder } from "../../../src/accounts/folder";
import { readPolicyFile } from "../../../src/features/third-party-monitor/policy-file";
import { Random } from "../../fuzz/random";
import { describeE2e } from "../harness/gate";
import { pythonPath } from "../harness/tools";
import { documents } from "./documents";

/*
 * moto's IAM was written from what AWS's answered to many documents. What it refuses, the program refuses at synth;
 * and what AWS itself publishes, the program takes.
 */

const COUNT = 4_000;

describeE2e("policy documents", () => {
  let folder: string;
  let refusals: readonly (string | null)[];
  let published: readonly object[];
  const given = documents(COUNT, new Random(20_261_126));

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "pmm-iam-documents-"));
    const answer = execFileSync(pythonPath(), [join(__dirname, "refused-by-moto.py")], {
      input: JSON.stringify(given),
      encoding: "utf8",
      maxBuffer: 100 * 1024 * 1024,
    });
    ({ refusals, published } = JSON.parse(answer));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function errors(text: string): string[] {
    writeFileSync(join(folder, "p.json"), text);
    return readPolicyFile(new AccountsFolder(folder), "./p.json")
      .findings.filter(({ severity }) => severity === "error")
      .map(({ message }) => message);
  }

  test(`of ${COUNT} documents, those that moto refuses are errors`, () => {
    const refused = given.filter((_, index) => refusals[index] !== null);
    // Enough of either kind.
    expect(refused.length).toBeGreaterThan(COUNT / 3);
    expect(refused.length).toBeLessThan((COUNT * 9) / 10);
    const missed = given.flatMap((text, index) => {
      const refusal = refusals[index];
      return refusal == null || isTakenByAws(text, refusal) || errors(text).length > 0
        ? []
        : [`${refusal} ${text}`];
    });
    expect(missed).toEqual([]);
  });

  test("what AWS publishes is well-formed", () => {
    expect(published.length).toBeGreaterThan(1_500);
    const refused = published.flatMap((document) => errors(JSON.stringify(document)));
    // AWS's own may be larger, and hand out what a third party does not get.
    expect(refused.filter((message) => !/hand out access|expected at most 61440/.test(message))).toEqual([]);
  });
});

/** What moto refuses and AWS takes: the older version, no version, and two kinds of resources. */
function isTakenByAws(text: string, refusal: string): boolean {
  return (
    refusal === "Policy document must be version 2012-10-17 or greater." ||
    (/^IAM resource path must/.test(refusal) &&
      /"arn:[^"]*:iam::[^":]*:(?:\*|root|delegation-request[^"]*)"/.test(text)) ||
    (/can not contain region information/.test(refusal) && /:(?:job|storage-lens)\//.test(text)) ||
    (refusal === "Syntax errors in policy." && /"[\w:]+": ?-?\d/.test(text))
  );
}
