import { manyAccounts } from "../../bench/accounts";
import type { PolicyDocument } from "../../src/aws/policies";
import { evaluate } from "../e2e/identities/evaluate";
import { accessOf } from "../support/synthesize";
import { consumersOf, EVERYTHING } from "./written";

const GRAFANA = "arn:aws:iam::111111111111:role/grafana";

function policiesOf(yaml: string): Map<string, PolicyDocument> {
  return new Map(
    [...consumersOf(yaml)]
      .filter(([path]) => path.startsWith("principals/"))
      .map(([path, text]) => [path.slice("principals/".length), JSON.parse(text)]),
  );
}

const file = (accounts: string, source = "") => `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role${source}}
defaults: {admin_role_name: Admin}
accounts:
${accounts}`;

const ACCOUNTS = `  - {name: a, account_id: "222222222222"}
  - {name: b, account_id: "333333333333", iam_path: /dba/}`;

test("each additional principal may assume what trusts it, and passes its session tags", () => {
  const policies = policiesOf(EVERYTHING);
  expect([...policies.keys()]).toEqual(["pmm-agent.json", "agent.json", "grafana.json"].sort());
  expect(policies.get("pmm-agent.json")).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["sts:AssumeRole", "sts:TagSession"],
        Resource: ["arn:aws:iam::222222222222:role/AmazonRDSforPMMrole"],
      },
    ],
  });
  expect(policies.get("grafana.json")?.Statement[0]?.Resource).toEqual([
    "arn:aws:iam::033333333333:role/AmazonRDSforPMMrole",
    "arn:aws:iam::111111111111:role/AmazonRDSforPMMrole",
    "arn:aws:iam::222222222222:role/AmazonRDSforPMMrole",
    "arn:aws:iam::555555555555:role/AmazonRDSforPMMrole",
  ]);
});

test("with it AWS lets the principal assume exactly the roles that trust it", async () => {
  const access = accessOf(EVERYTHING, `${__dirname}/../support`);
  const roles = access.identities.filter(({ kind, trust }) => kind === "role" && trust !== undefined);
  const policies = policiesOf(EVERYTHING);
  const principals = [
    { arn: GRAFANA, file: "grafana.json", trusting: 4 },
    { arn: "arn:aws:iam::111111111111:role/agent", file: "agent.json", trusting: 4 },
    { arn: "arn:aws:iam::555555555555:role/pmm-agent", file: "pmm-agent.json", trusting: 1 },
  ];
  for (const { arn, file, trusting } of principals) {
    const allowed: string[] = [];
    for (const role of roles) {
      const context: Record<string, string> = { "aws:PrincipalOrgID": "o-exampleorgid" };
      if (JSON.stringify(role.trust).includes("sts:ExternalId")) {
        context["sts:ExternalId"] = "7d0a2f4c-1111-4222-8333-9f6d2f1f4f1c";
      }
      const answer = await evaluate(
        { by: arn, action: "sts:AssumeRole", on: role.arn, context },
        {
          identity: [{ name: file, document: policies.get(file) as never }],
          boundary: undefined,
          resource: role.trust as never,
        },
      );
      if (answer === "Allowed") {
        allowed.push(role.name);
      }
    }
    expect(allowed).toEqual(Array.from({ length: trusting }, () => "AmazonRDSforPMMrole"));
  }
});

test("nobody else has a file: not PMM's role nor Teleport's, nor a vendor's", () => {
  const yaml = file(`  - name: a
    account_id: "222222222222"
    teleport: {databases: [{name: d, engine: postgres, resource_id: db-A, endpoint: "h:5432", db_users: [u]}]}
    third_party_monitors: [{name: v, principals: ["arn:aws:iam::999999999999:role/x"], external_id: 9b2d, policy: SecurityAudit}]`);
  expect(
    policiesOf(`${yaml}\nteleport: {role_name: teleport, proxy_address: "t.example.com:443"}`).size,
  ).toBe(0);
});

test("Teleport's role has one for what it may assume beside Teleport's own", () => {
  const yaml = `${file(ACCOUNTS, ', additional_principals: ["arn:aws:iam::111111111111:role/teleport"]')}
teleport: {role_name: teleport, proxy_address: "t.example.com:443"}`;
  expect(policiesOf(yaml).get("teleport.json")?.Statement[0]?.Resource).toEqual([
    "arn:aws:iam::222222222222:role/AmazonRDSforPMMrole",
    "arn:aws:iam::333333333333:role/dba/AmazonRDSforPMMrole",
  ]);
});

test("roles of one name in two accounts, or under two paths, have files of their own", () => {
  const arns = [
    "arn:aws:iam::111111111111:role/grafana",
    "arn:aws:iam::777777777777:role/Grafana",
    "arn:aws:iam::777777777777:role/x/agent",
    "arn:aws:iam::777777777777:role/y/agent",
    "arn:aws:iam::777777777777:role/state.tfstate",
  ];
  const names = [...policiesOf(file(ACCOUNTS, `, additional_principals: ${JSON.stringify(arns)}`)).keys()];
  expect(names).toEqual([
    "grafana-111111111111.json",
    "Grafana-777777777777.json",
    "state-tfstate.json",
    expect.stringMatching(/^agent-777777777777\.[0-9a-f]{8}\.json$/),
    expect.stringMatching(/^agent-777777777777\.[0-9a-f]{8}\.json$/),
  ]);
});

/** Accounts past what one inline policy holds. */
const many = (count: number) =>
  manyAccounts(count, { databases: false }).replace(
    "  assume_policy",
    `  additional_principals: ["${GRAFANA}"]\n  assume_policy`,
  );

const size = (document: PolicyDocument) => JSON.stringify(document).length;

test("past an inline policy a managed policy for each shard, none over its quota", () => {
  expect([...policiesOf(many(140)).keys()]).toEqual(["grafana.json"]);
  const shards = policiesOf(many(200));
  expect([...shards.keys()]).toEqual(Array.from({ length: 8 }, (_, shard) => `grafana-${shard}.json`));
  expect(Math.max(...[...shards.values()].map(size))).toBeLessThanOrEqual(6_144);
  const arns = [...shards.values()].flatMap(({ Statement }) => Statement[0]?.Resource ?? []);
  expect(new Set(arns).size).toBe(200);
});

test("past the shards the organization, as PMM's own policy", () => {
  expect(Object.fromEntries(policiesOf(many(1_000)))).toEqual({
    "grafana.json": {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["sts:AssumeRole", "sts:TagSession"],
          Resource: "arn:aws:iam::*:role/AmazonRDSforPMMrole",
          Condition: { StringEquals: { "aws:ResourceOrgID": "o-exampleorgid" } },
        },
      ],
    },
  });
});
