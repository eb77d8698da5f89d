import pico from "picocolors";
import { renderLines } from "../../src/accounts/lines";
import { type Found, resultOf } from "../../src/verify/found";
import { reportLines } from "../../src/verify/lines";
import { type CheckResult, countsOf } from "../../src/verify/results";
import { byKey, byRole, checkOf, planOf } from "./checks";

const PLAN = planOf();

function result(account: string, found: readonly Found[], check = checkOf("pmm", byKey)): CheckResult {
  return resultOf({ ...check, account }, found, { plan: PLAN, caller: "arn:caller" });
}

function printed(results: readonly CheckResult[], format: "text" | "json" = "text"): string[] {
  const accounts = results.map(({ account }) => account);
  const report = {
    deployment: "pmm-iam",
    caller: "arn:caller",
    host: undefined,
    results,
    counts: countsOf(accounts, results),
  };
  return renderLines(reportLines(report, format), pico.createColors(false)).trimEnd().split("\n");
}

test("the same in many accounts is one line, which names five", () => {
  const names = ["a", "b", "c", "d", "e", "f", "g"];
  const found: Found = { cause: "throttled", region: "us-east-1", call: "rds:DescribeDBInstances" };
  expect(printed(names.map((name) => result(name, [found])))).toEqual([
    "failed: pmm in a, b, c, d, e and 2 more, us-east-1: AWS answers that there are too many calls; wait a minute and run this again",
    "0 of 7 accounts pass, 7 fail",
  ]);
});

test("an account that PMM reads in two ways is named once", () => {
  const found: Found = { cause: "throttled", region: "us-east-1", call: "rds:DescribeDBInstances" };
  const ways = [result("a", [found]), result("a", [found], checkOf("pmm", byRole))];
  expect(printed(ways)[0]).toMatch(/^failed: pmm in a, us-east-1: /);
});

test("failures, then warnings, then what was skipped", () => {
  const lines = printed([
    result("a", [{ cause: "no_os_metrics", severity: "warning", region: "us-east-1" }]),
    result("b", [{ cause: "only_the_vendor", severity: "skipped" }], checkOf("vendor", byRole)),
    result("c", [{ cause: "secret_malformed" }]),
  ]);
  expect(lines.map((line) => line.split(":")[0])).toEqual([
    "failed",
    "warning",
    "skipped",
    "1 of 3 accounts passes, 1 fails, 1 not checked, 1 check skipped, 1 warning",
  ]);
});

test("one account of one", () => {
  expect(printed([result("a", [{ cause: "secret_malformed" }])]).at(-1)).toBe(
    "0 of 1 account passes, 1 fails",
  );
});

test("one cause in several regions and calls is one finding", () => {
  const found = ["us-east-1", "eu-west-1"].flatMap((region) =>
    ["rds:DescribeDBInstances", "logs:FilterLogEvents"].map(
      (call): Found => ({ cause: "boundary", region, call, boundary: "arn:small" }),
    ),
  );
  expect(result("a", found).findings).toEqual([
    {
      severity: "failed",
      cause: "boundary",
      message:
        "the permissions boundary arn:small is too small: it does not allow rds:DescribeDBInstances and logs:FilterLogEvents",
      fix: "allow rds:DescribeDBInstances and logs:FilterLogEvents in it, as the examples in examples/boundary do",
      regions: ["us-east-1", "eu-west-1"],
      calls: ["rds:DescribeDBInstances", "logs:FilterLogEvents"],
    },
  ]);
});

test("an account with a check that passes and one that fails has failed", () => {
  expect(countsOf(["a", "b"], [result("a", []), result("a", [{ cause: "trust" }]), result("b", [])])).toEqual(
    {
      accounts: 2,
      passed: 1,
      failed: 1,
      unchecked: 0,
      skipped: 0,
      warnings: 0,
    },
  );
});

test("as JSON, on one line", () => {
  const [line = "", ...others] = printed([result("a", [])], "json");
  expect(others).toEqual([]);
  expect(JSON.parse(line)).toEqual({
    version: 1,
    deployment: "pmm-iam",
    caller: "arn:caller",
    results: [
      {
        account: "a",
        accountId: "222222222222",
        reader: "pmm",
        regions: ["us-east-1"],
        outcome: "passed",
        findings: [],
      },
    ],
    counts: { accounts: 1, passed: 1, failed: 0, unchecked: 0, skipped: 0, warnings: 0 },
  });
});

test("nothing that AWS says paints the terminal or begins a line", () => {
  const said = "bad\u001b[31m ::error::";
  expect(printed([result("a", [{ cause: "unknown", said }])])[0]).toBe(
    "failed: pmm in a: AWS failed: bad\\u001b[31m ::error::; run this again; if it stays, look at https://health.aws.amazon.com",
  );
});
