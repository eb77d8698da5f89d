import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { type Applied, applyAndRead, type Document, exampleFor, type Policy } from "./applied";
import { ALLOWED, BEYOND, DENIED, WITHIN } from "./calls";
import { appliedDocuments, type Call, evaluate, openDocuments } from "./evaluate";
import { faults } from "./semantics";
import { type Credentials, query } from "./signed";

const BOUNDARIES: readonly (readonly [string, boundaryOf: (arn: string) => Policy | undefined])[] = [
  ["without a boundary", () => undefined],
  ["with the example's boundary", exampleFor],
];

describeE2e("what the identities may do, as applied", () => {
  let lab: Lab;
  let applied: Applied;

  beforeAll(async () => {
    lab = await startLab();
    applied = await applyAndRead(lab);
  });

  afterAll(() => lab?.stop());

  /** A secret's ARN ends in characters that AWS chooses. */
  const located = (call: Call): Call => {
    const name = /^secret:(.*)$/.exec(call.on)?.[1];
    const on = name === undefined ? call.on : applied.secrets.get(name)?.arn;
    if (on === undefined) throw new Error(`there is no secret ${name}`);
    return { ...call, on };
  };

  describe.each(BOUNDARIES)("%s", (_, boundaryOf) => {
    test.each(ALLOWED)("allowed: %s", async (_, row) => {
      const call = located(row);
      const boundary = boundaryOf(call.by);
      expect(await evaluate(call, appliedDocuments(call, applied, boundary))).toBe("Allowed");
      // Nothing but the documents says so.
      expect(await evaluate(call, { identity: [], boundary, resource: undefined })).toBe("ImplicitlyDenied");
    });

    const denied = DENIED.map(([why, outcome, call]) => [why, outcome, call] as const);

    test.each(denied)("denied: %s", async (_, outcome, row) => {
      const call = located(row);
      const boundary = boundaryOf(call.by);
      // What nothing grants, a boundary may deny besides.
      const outcomes = boundary === undefined ? [outcome] : [outcome, "ExplicitlyDenied"];
      expect(outcomes).toContain(await evaluate(call, appliedDocuments(call, applied, boundary)));
      // The call makes sense, and nothing but the documents stops it.
      expect(await evaluate(call, openDocuments(call))).toBe("Allowed");
    });
  });

  test.each(WITHIN)("left by the boundary: %s", async (_, row) => {
    const call = located(row);
    expect(await evaluate(call, { ...openDocuments(call), boundary: exampleFor(call.by) })).toBe("Allowed");
  });

  test.each(BEYOND.map(([why, outcome, call]) => [why, outcome, call] as const))(
    "stopped by the boundary alone: %s",
    async (_, outcome, row) => {
      const call = located(row);
      expect(await evaluate(call, { ...openDocuments(call), boundary: exampleFor(call.by) })).toBe(outcome);
      expect(await evaluate(call, openDocuments(call))).toBe("Allowed");
    },
  );

  test("every identity of the accounts with a boundary has the example's for its kind", () => {
    const bounded = [...applied.identities.values()].filter(({ boundary }) => boundary !== undefined);
    expect(bounded.map(({ boundary }) => boundary?.document)).toEqual(
      bounded.map(({ arn }) => exampleFor(arn)?.document),
    );
    expect(new Set(bounded.map(({ boundary }) => boundary?.name.replace(/^.*\//, ""))).size).toBe(7);
    expect(bounded.map(({ arn }) => arn.replace(/^arn:aws:iam::/, "")).sort()).toEqual([
      "033333333333:role/AmazonRDSforPMMrole",
      "033333333333:role/CloudWatchAgentAdminRole",
      "033333333333:role/CloudWatchAgentServerRole",
      "033333333333:role/Dynatrace_monitoring_role",
      "033333333333:role/TeleportDatabaseAccess",
      "033333333333:role/site24x7-monitoring",
      "033333333333:role/vendor-monitoring",
      "033333333333:role/viewer-monitoring",
      "033333333333:user/CloudWatchAgentAdminUser",
      "033333333333:user/CloudWatchAgentServerUser",
      "044444444444:role/AmazonRDSforPMMrole",
      "044444444444:role/CloudWatchAgentHybridRole",
      "044444444444:role/CloudWatchAgentServerRole",
      "044444444444:user/PMMAWSIntegrationUser",
      "111111111111:role/AmazonRDSforPMMrole",
      "111111111111:role/service/pmm-ec2-role",
      "111111111111:user/PMMAWSIntegrationUser",
      "222222222222:role/AmazonRDSforPMMrole",
      "222222222222:user/PMMAWSIntegrationUser",
      "777777777777:role/AmazonRDSforPMMrole",
      "777777777777:role/service/teleport-db-service",
      "777777777777:user/PMMAWSIntegrationUser",
    ]);
  });

  test("AWS ignores no part of any applied document", async () => {
    const found: string[] = [];
    let statements = 0;
    const check = async (where: string, document: Document, kind: "identity" | "trust" | "resource") => {
      statements += document.Statement.length;
      found.push(...(await faults(document, kind)).map((fault) => `${where}: ${fault}`));
    };
    for (const { arn, trust, policies } of applied.identities.values()) {
      if (trust !== undefined) await check(`${arn}, trust`, trust, "trust");
      // What AWS itself wrote is its own affair: it lists services that are no more.
      for (const { name, document } of policies.filter(({ name }) => !name.startsWith("arn:aws:iam::aws:")))
        await check(`${arn}, ${name}`, document, "identity");
    }
    for (const [name, { policy }] of applied.secrets) {
      expect(policy).toBeDefined();
      if (policy !== undefined) await check(name, policy, "resource");
    }
    expect(found).toEqual([]);
    expect(statements).toBeGreaterThan(100);
  });

  describe("as the local AWS itself enforces it", () => {
    const minimal = "arn:aws:iam::222222222222:role/AmazonRDSforPMMrole";
    const standard = "arn:aws:iam::044444444444:role/AmazonRDSforPMMrole";

    const session = async (RoleArn: string): Promise<Credentials> => {
      const sts = new STSClient({
        endpoint: lab.url,
        region: "us-east-1",
        credentials: { accessKeyId: "test", secretAccessKey: "test" },
      });
      const assume = new AssumeRoleCommand({ RoleArn, RoleSessionName: "pmm" });
      const { Credentials: given } = await sts.send(assume);
      return {
        accessKeyId: given?.AccessKeyId ?? "",
        secretAccessKey: given?.SecretAccessKey ?? "",
        sessionToken: given?.SessionToken ?? "",
      };
    };

    afterEach(() => lab.enforce(false));

    test.each([
      ["minimal", minimal, "rds", "2014-10-31", "DescribeDBInstances", "allowed"],
      ["standard", standard, "rds", "2014-10-31", "DescribeDBInstances", "allowed"],
      ["standard", standard, "rds", "2014-10-31", "DescribeDBClusters", "allowed"],
      ["minimal", minimal, "rds", "2014-10-31", "DescribeDBClusters", "AccessDenied"],
      ["standard", standard, "rds", "2014-10-31", "DescribeDBSnapshots", "AccessDenied"],
      ["standard", standard, "iam", "2010-05-08", "ListUsers", "AccessDenied"],
      ["standard", standard, "ec2", "2016-11-15", "DescribeInstances", "AccessDenied"],
      ["standard", standard, "sqs", "2012-11-05", "ListQueues", "AccessDenied"],
    ])("monitoring role, %s (%s): %s %s %s is %s", async (_, arn, service, Version, Action, answer) => {
      const credentials = await session(arn);
      expect(await query(lab.url, service, credentials, { Action, Version })).toBe("allowed");
      await lab.enforce(true);
      expect(await query(lab.url, service, credentials, { Action, Version })).toBe(answer);
    });
  });
});
