// Adds up the checks and the suites of .ci/run, says why what was skipped was skipped, and closes the run.
const { existsSync, readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");

const folder = process.argv[2];
const checks = join(folder, "checks");
const words = existsSync(checks) ? readFileSync(checks, "utf8").trim().split("\n") : [];
const total = {
  passed: words.filter((word) => word === "passed").length,
  failed: words.filter((word) => word === "failed").length,
  skipped: 0,
};

console.log("");
for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  const report = JSON.parse(readFileSync(join(folder, file), "utf8"));
  // A file that does not compile has no tests of its own: it is one failure.
  const broken = report.testResults.filter(
    (suite) => suite.status === "failed" && suite.assertionResults.length === 0,
  );
  for (const suite of broken) {
    console.log(`${suite.name}\n${suite.message}`);
  }
  for (const suite of report.testResults) {
    for (const test of suite.assertionResults) {
      if (test.status === "failed") {
        console.log(`failed: ${test.fullName}\n${test.failureMessages.join("\n")}`);
      } else if (test.status !== "passed") {
        console.log(`skipped: ${test.fullName}`);
      }
    }
  }
  total.passed += report.numPassedTests;
  total.failed += report.numFailedTests + broken.length;
  total.skipped += report.numPendingTests + report.numTodoTests;
  console.log(
    `${file.replace(".json", "")}: ${report.numPassedTests} of ${report.numTotalTests} tests passed`,
  );
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
