import { readFileSync } from "node:fs";
import { join } from "node:path";
import pico from "picocolors";
import { renderLines } from "../../src/accounts/lines";
import { packageRoot } from "../../src/project";
import { CAUSES, type CauseName, explained } from "../../src/verify/causes";
import { resultOf } from "../../src/verify/found";
import { reportLines } from "../../src/verify/lines";
import { countsOf, type VerifyReport } from "../../src/verify/results";
import { blocksOf } from "../readme/blocks";
import { byKey, byRole, checkOf, planOf } from "./checks";

const NAMES = Object.keys(CAUSES) as CauseName[];
const PAGE = readFileSync(join(packageRoot, "docs", "verify.md"), "utf8");

/** By what the readers get in for whom a cause is found; left out: by either. */
function checksFor(name: CauseName) {
  const [key, role] = [checkOf("pmm", byKey), checkOf("grafana", byRole)];
  if (/^(?:key|secret|old_secret|address)/.test(name)) return [key];
  return /^(?:trust|tag_session|wrong_caller|only_the_vendor)$/.test(name) ? [role] : [key, role];
}

test.each(NAMES)("%s: one line of plain text that says what to type", (name) => {
  for (const check of checksFor(name)) {
    const { message, fix } = explained(name, {
      plan: {
        ...planOf(check),
        teleportRole: { arn: "arn:t", instanceProfile: undefined, boundary: undefined },
      },
      check,
      caller: "arn:aws:sts::111111111111:assumed-role/a/b",
      said: "no",
      regions: ["us-east-1"],
      calls: ["rds:DescribeDBInstances"],
      names: ["orders-1"],
      boundary: "arn:aws:iam::222222222222:policy/small",
    });
    expect(`${message}; ${fix}`).not.toMatch(/undefined|\n|\.$|\.;/);
    expect(fix.length).toBeGreaterThan(15);
  }
});

test.each(["secret_malformed", "key_of_another"] as const)(
  "%s: an apply writes the secret again only with -replace, for a plan does not show what a secret holds",
  (name) => {
    expect(explained(name, { plan: planOf(), check: checkOf("pmm", byKey) }).fix).toContain(
      "terraform -chdir=cdktf.out/stacks/pmm-iam apply -replace=module.aurora_user_orders_prod.module.key.aws_secretsmanager_secret_version.key;",
    );
  },
);

test("describe-secret says when a secret was changed, and not by whom", () => {
  const { fix } = explained("secret_malformed", { plan: planOf(), check: checkOf("pmm", byKey) });
  expect(fix).toMatch(/--secret-id pmm\/aurora\/orders-prod shows when it was changed$/);
});

test("the page has every cause, and no other", () => {
  const [, table = ""] = PAGE.split("## Causes");
  const rows =
    table
      .split("## ")[0]
      ?.match(/^\| `.*?\|/gm)
      ?.slice(1) ?? [];
  expect(rows.flatMap((row) => row.match(/[a-z_]+/g) ?? []).sort()).toEqual([...NAMES].sort());
});

test("the output on the page is what is printed", () => {
  const plan = planOf();
  const billing = {
    ...checkOf("grafana", { ...byRole, role: "arn:aws:iam::033333333333:role/AmazonRDSforPMMrole" }),
    account: "billing-prod",
    accountId: "033333333333",
  };
  const results = [
    resultOf(billing, [{ cause: "trust", call: "sts:AssumeRole" }], { plan }),
    resultOf(
      checkOf("pmm", byKey),
      [{ cause: "enhanced_monitoring_off", severity: "warning", region: "us-east-1", names: ["orders-1"] }],
      { plan },
    ),
    resultOf(
      checkOf("vendor", { ...byRole, trusted: ["999999999999"], vendor: "site24x7" }),
      [{ cause: "only_the_vendor", severity: "skipped" }],
      { plan },
    ),
  ];
  const report: VerifyReport = {
    deployment: "pmm-iam",
    caller: undefined,
    host: undefined,
    results,
    counts: countsOf(["billing-prod", "orders-prod"], results),
  };
  const printed = renderLines(reportLines(report, "text"), pico.createColors(false));
  const [, sample] = blocksOf(PAGE);
  expect(sample?.text).toBe(printed);
});
