import { policySize } from "../../src/aws/policies";
import { accessOf, rootModule } from "../support/synthesize";

/** What `iam_path` does to names in AWS: ARNs in trusts, in assume policies and in the model. */

const FILE = (mode: string, pmm = "pmm-ec2-role, create_pmm_ec2_role: true"): string => `
source: {account_id: "111111111111", pmm_ec2_role_name: ${pmm}, assume_policy: ${mode}, organization_id: o-exampleorgid}
defaults: {admin_role_name: Admin, iam_path: /dba/}
teleport: {role_name: teleport, proxy_address: "teleport.example.com:443"}
accounts:
  - name: orders
    account_id: "222222222222"
    aurora: true
    cloudwatch_agent: {on_premises_server_user: true}
    teleport: {databases: [{name: d, engine: postgres, resource_id: db-A, endpoint: "h:5432", db_users: [u]}]}
    third_party_monitors: [{name: v, account_id: "999999999999", external_id: 9b2d, policy: SecurityAudit}]
  - {name: billing, account_id: "333333333333", iam_path: /pmm/team/}
  - {name: stock, account_id: "444444444444", iam_path: null}
`;

const PMM = "arn:aws:iam::111111111111:role/dba/pmm-ec2-role";

test("every role and user is in its account's path, and so is what the model says of it", () => {
  const { identities } = accessOf(FILE("explicit"));
  expect(identities.map(({ arn }) => arn.replace("arn:aws:iam::", ""))).toEqual([
    "111111111111:role/dba/pmm-ec2-role",
    "111111111111:role/teleport",
    "222222222222:role/dba/AmazonRDSforPMMrole",
    "222222222222:role/dba/CloudWatchAgentServerRole",
    "222222222222:role/dba/TeleportDatabaseAccess",
    "222222222222:role/dba/v-monitoring",
    "222222222222:user/dba/CloudWatchAgentServerUser",
    "222222222222:user/dba/PMMAWSIntegrationUser",
    "333333333333:role/pmm/team/AmazonRDSforPMMrole",
    "444444444444:role/AmazonRDSforPMMrole",
  ]);
  const agent = identities.find(({ name }) => name === "CloudWatchAgentServerUser");
  expect(agent?.iamPath).toBe("/dba/");
  expect(agent?.policies.map(({ arn }) => arn)).toEqual([
    "arn:aws:iam::222222222222:policy/dba/CloudWatchAgentServerPolicy",
  ]);
  const monitoring = identities.find(({ arn }) => arn.includes("444444444444"));
  expect(monitoring?.trust?.Statement[0]?.Condition?.["StringEquals"]?.["aws:PrincipalArn"]).toEqual([PMM]);
});

test.each(["json", "hcl"] as const)("as %s, explicit: each role by its own path", async (format) => {
  const root = await rootModule(FILE("explicit"), "pmm-iam", format);
  expect(root).toMatchObject({
    module: {
      pmm_iam_orders: { iam_path: "/dba/" },
      aurora_user_orders: { iam_path: "/dba/" },
      cloudwatch_agent_orders: { iam_path: "/dba/" },
      teleport_connect_orders: { iam_path: "/dba/" },
      third_party_v_orders: { iam_path: "/dba/" },
      pmm_iam_billing: { iam_path: "/pmm/team/", pmm_ec2_role_name: "dba/pmm-ec2-role" },
      pmm_iam_stock: expect.not.objectContaining({ iam_path: expect.anything() }),
    },
    resource: {
      aws_iam_role: { pmm_ec2: { name: "pmm-ec2-role", path: "/dba/" } },
      aws_iam_instance_profile: { pmm_ec2: { name: "pmm-ec2-role", path: "/dba/" } },
    },
  });
  const { policy } = resourceOf(root, "aws_iam_role_policy", "pmm_assume_target_roles");
  expect(resourcesOf(policy)).toEqual([
    "arn:aws:iam::222222222222:role/dba/AmazonRDSforPMMrole",
    "arn:aws:iam::333333333333:role/pmm/team/AmazonRDSforPMMrole",
    "arn:aws:iam::444444444444:role/AmazonRDSforPMMrole",
  ]);
});

test.each(["json", "hcl"] as const)("as %s, sharded: the shards are in the source's path", async (format) => {
  const root = await rootModule(FILE("sharded"), "pmm-iam", format);
  // 222222222222 is 6 modulo 8.
  const shard = resourceOf(root, "aws_iam_policy", "pmm_assume_target_roles_6");
  expect(shard).toMatchObject({ name: "pmm-assume-rds-monitoring-roles-6", path: "/dba/" });
  expect(resourcesOf(shard["policy"])).toEqual(["arn:aws:iam::222222222222:role/dba/AmazonRDSforPMMrole"]);
  const pmm = accessOf(FILE("sharded")).identities.find(({ arn }) => arn === PMM);
  expect(pmm?.policies.flatMap(({ arn }) => arn ?? [])).toContain(
    "arn:aws:iam::111111111111:policy/dba/pmm-assume-rds-monitoring-roles-6",
  );
});

test("organization: a wildcard for each path in use", async () => {
  const root = await rootModule(FILE("organization"), "pmm-iam", "json");
  const { policy } = resourceOf(root, "aws_iam_role_policy", "pmm_assume_target_roles");
  expect(resourcesOf(policy)).toEqual([
    "arn:aws:iam::*:role/AmazonRDSforPMMrole",
    "arn:aws:iam::*:role/dba/AmazonRDSforPMMrole",
    "arn:aws:iam::*:role/pmm/team/AmazonRDSforPMMrole",
  ]);
  const teleport = resourceOf(root, "aws_iam_role_policy", "teleport_assume_database_roles");
  expect(resourcesOf(teleport["policy"])).toEqual(
    ["arn:aws:iam::*:role/dba/TeleportDatabaseAccess"].join(""),
  );
});

test.each([
  ["a role that exists has the path that its name says", "pmm-ec2-role", "role/pmm-ec2-role"],
  ["a role that exists in a path keeps it", "service/pmm-ec2-role", "role/service/pmm-ec2-role"],
  [
    "a role that is made may say the same path",
    "dba/pmm-ec2-role, create_pmm_ec2_role: true",
    "role/dba/pmm-ec2-role",
  ],
])("%s", (_, name, role) => {
  expect(accessOf(FILE("explicit", name)).callers[0]?.role.arn).toBe(`arn:aws:iam::111111111111:${role}`);
});

test("how many accounts fit counts the longest path", () => {
  const grant = accessOf(FILE("explicit")).callers[0]?.grants[0];
  expect(grant?.headroom.accounts).toBe(3);
  // In /pmm/team/ an account costs 53 characters and those of the path after its first slash: 9.
  const left = 8_192 - (grant?.inline === undefined ? 0 : policySize(grant.inline.document));
  expect(grant?.headroom.capacity).toBe(3 + Math.floor(left / 62));
});

type Root = Awaited<ReturnType<typeof rootModule>>;

function resourceOf(root: Root, type: string, name: string): Record<string, unknown> {
  const resources = root["resource"] as Record<string, Record<string, Record<string, unknown>>>;
  return resources[type]?.[name] ?? {};
}

function resourcesOf(policy: unknown): unknown {
  const { Statement } = JSON.parse(String(policy)) as { Statement: readonly { Resource: unknown }[] };
  return Statement[0]?.Resource;
}
