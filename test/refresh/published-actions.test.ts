import { readFileSync } from "node:fs";
import { join } from "node:path";
import { publishedByAws } from "../../refresh/published-actions";
import { publishedActions } from "../../src/aws/actions";
import { packageRoot } from "../../src/project";

test("the actions are those of the package that package.json pins", async () => {
  const file = readFileSync(join(packageRoot, "src/aws/published-actions.json"), "utf8");
  expect(file).toBe(`${JSON.stringify(await publishedByAws(), undefined, 2)}\n`);
});

test("some actions of AWS, by patterns", () => {
  const { published, actions } = publishedActions();
  expect(published).toBe("2026-09-26");
  expect(actions.matching("CLOUDWATCH:getmetricdata")).toEqual(["cloudwatch:GetMetricData"]);
  expect(actions.matching("logs:St*Query")).toEqual(["logs:StartQuery", "logs:StopQuery"]);
  expect(actions.matching("cloudwatch:GetMetric?")).toEqual([]);
  expect(actions.matching("*:DescribeDBInstances").sort()).toEqual(["rds:DescribeDBInstances"]);
  expect(actions.matching("none:*")).toEqual([]);
  expect(actions.matching("*").length).toBeGreaterThan(20_000);
  expect(actions.matching("*:*").length).toBe(actions.matching("*").length);
});
