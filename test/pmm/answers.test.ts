import { isAtLeast, rdsExportersIn, serviceNamesIn, versionIn } from "../../src/pmm/answers";

test.each([
  ["3.7.0", true],
  ["3.7.1-HEAD-7f3b2c1", true],
  ["3.10.0", true],
  ["4.0.0", true],
  ["3.6.9", false],
  ["3.0.0-beta", false],
  ["2.44.1", false],
])("%s is 3.7 or later: %s", (version, expected) => {
  expect(isAtLeast(version, [3, 7])).toBe(expected);
});

test("a version is a text that begins as one", () => {
  expect(versionIn({ version: "3.7.0" })).toBe("3.7.0");
  for (const answer of [{}, { version: "" }, { version: "x3.7" }, { version: 3.7 }, [], null, "3.7.0"]) {
    expect(versionIn(answer)).toBeUndefined();
  }
});

test("fields with their defaults may be left out", () => {
  expect(rdsExportersIn({})).toEqual([]);
  expect(rdsExportersIn({ rds_exporter: null })).toEqual([]);
  expect(rdsExportersIn({ rds_exporter: [{ agent_id: "a" }] })).toEqual([
    { agentId: "a", nodeId: "", keyId: "" },
  ]);
  expect(serviceNamesIn({})).toEqual(new Map());
});

test("an agent that is listed twice is one", () => {
  const agent = { agent_id: "a", node_id: "n", aws_access_key: "k" };
  expect(rdsExportersIn({ rds_exporter: [agent, agent] })).toEqual([
    { agentId: "a", nodeId: "n", keyId: "k" },
  ]);
});

test("the names of all services of a node, of every kind that PMM has or will have", () => {
  expect(
    serviceNamesIn({
      mysql: [{ node_id: "1", service_name: "a" }],
      valkey: [
        { node_id: "1", service_name: "b" },
        { node_id: "2", service_name: "" },
      ],
      next: "token",
    }),
  ).toEqual(new Map([["1", ["a", "b"]]]));
});
