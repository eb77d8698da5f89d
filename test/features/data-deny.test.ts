import { overlap, takenBackOn } from "../../src/features/third-party-monitor/data-deny";

test.each<[pattern: string, resources: string[], whole: string[], inPart: string[]]>([
  ["logs:StartQuery", ["*"], ["logs:StartQuery"], []],
  ["LOGS:startq*", ["arn:aws:logs:*:*:log-group:a:*"], ["logs:StartQuery"], []],
  ["rds:DescribeDBInstances", ["*"], [], []],
  ["s3:GetObject", ["arn:aws:s3:::a/*"], ["s3:GetObject"], []],
  ["none:Action", ["*"], [], []],
  // The Deny of the ApiKeys is on the keys alone.
  ["apigateway:GET", ["*"], [], ["apigateway:GET"]],
  ["apigateway:G?T", ["arn:aws:apigateway:eu-west-1::/apikeys"], [], ["apigateway:GET"]],
  ["apigateway:GET", ["arn:aws:apigateway:*::/restapis/*"], [], []],
])("the Deny takes back of %s on %j", (pattern, resources, whole, inPart) => {
  expect(takenBackOn(resources)(pattern)).toEqual({ whole, inPart });
});

test.each<[string, string, boolean]>([
  ["", "", true],
  ["", "*", true],
  ["", "?", false],
  ["a", "a", true],
  ["a", "b", false],
  ["a*", "*b", true],
  ["a*", "b*", false],
  ["a?c", "ab*", true],
  ["a?c", "ab", false],
  ["*a*", "b", false],
  ["*a*", "?", true],
  ["a**b", "ab", true],
  ["/apikeys/*", "/apikeys", false],
  ["*x", "x*y", false],
  ["*x", "x*y*", true],
])("%j and %j have a text in common: %s", (a, b, expected) => {
  expect(overlap(a, b)).toBe(expected);
  expect(overlap(b, a)).toBe(expected);
});
