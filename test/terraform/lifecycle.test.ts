import { CONTRACT_INSTANCES } from "../support/module-names";
import { rootModule, synthesize, textOf } from "../support/synthesize";

/** Import and removed blocks stand in the second root file, so they are the same in both formats. */
interface SecondRoot {
  readonly import?: readonly { readonly to: string; readonly id: string }[];
  readonly removed?: readonly { readonly from: string; readonly lifecycle: object }[];
  readonly output?: object;
}

async function secondRoot(entry: string): Promise<SecondRoot> {
  return JSON.parse(textOf(await synthesize(file(entry)), "stacks/pmm-iam/pmm-iam.tf.json"));
}

function file(entry: string): string {
  return `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
accounts:
  - {name: other, account_id: "033333333333"}
  - {name: orders-prod, account_id: "222222222222", ${entry}}
`;
}

const ROLE = { to: "module.pmm_iam_orders_prod.aws_iam_role.pmm_rds_monitoring", id: "AmazonRDSforPMMrole" };
const ROLE_POLICY = {
  to: "module.pmm_iam_orders_prod.aws_iam_role_policy.pmm_rds_monitoring",
  id: "AmazonRDSforPMMrole:pmm-cloudwatch-rds-access",
};
const ROLE_GRANTS = [
  {
    to: "module.pmm_iam_orders_prod.aws_iam_role_policies_exclusive.pmm_rds_monitoring",
    id: "AmazonRDSforPMMrole",
  },
  {
    to: "module.pmm_iam_orders_prod.aws_iam_role_policy_attachments_exclusive.pmm_rds_monitoring",
    id: "AmazonRDSforPMMrole",
  },
];
const USER = {
  to: "module.aurora_user_orders_prod.aws_iam_user.pmm_aws_integration",
  id: "PMMAWSIntegrationUser",
};
const USER_POLICY = {
  to: "module.aurora_user_orders_prod.aws_iam_user_policy.pmm_aws_integration",
  id: "PMMAWSIntegrationUser:pmm-aurora-os-metrics",
};
const USER_GRANTS = [
  {
    to: "module.aurora_user_orders_prod.aws_iam_user_policies_exclusive.pmm_aws_integration",
    id: "PMMAWSIntegrationUser",
  },
  {
    to: "module.aurora_user_orders_prod.aws_iam_user_policy_attachments_exclusive.pmm_aws_integration",
    id: "PMMAWSIntegrationUser",
  },
];

test("adopt: true imports all that the account uses, and no more", async () => {
  expect((await secondRoot("aurora: true, adopt: true")).import).toEqual([
    USER,
    USER_POLICY,
    ...USER_GRANTS,
    ROLE,
    ROLE_POLICY,
    ...ROLE_GRANTS,
  ]);
  expect((await secondRoot("adopt: true")).import).toEqual([ROLE, ROLE_POLICY, ...ROLE_GRANTS]);
  expect((await secondRoot("adopt: false")).import).toBeUndefined();
});

test("adopt as a list imports what it names; a role's or user's other grants come with it alone", async () => {
  expect((await secondRoot("aurora: true, adopt: [user, role]")).import).toEqual([
    USER,
    ...USER_GRANTS,
    ROLE,
    ...ROLE_GRANTS,
  ]);
  expect((await secondRoot("aurora: true, adopt: [user_policy, role_policy]")).import).toEqual([
    USER_POLICY,
    ROLE_POLICY,
  ]);
});

test("a retiring account keeps its provider alone, and has left the assume policy", async () => {
  const root = await rootModule(file("aurora: true, lifecycle: retiring"));
  expect(Object.keys(root["module"] as object)).toEqual(["pmm_iam_other"]);
  expect(JSON.stringify(root["provider"])).toContain('"arn:aws:iam::222222222222:role/Admin"');
  expect(JSON.stringify(root["resource"])).not.toContain("222222222222");
  const { output, ...rest } = await secondRoot("aurora: true, lifecycle: retiring");
  expect(output).toEqual({
    access: {
      description: expect.any(String),
      value: {
        other: {
          account_id: "033333333333",
          monitoring_role: { arn: "${module.pmm_iam_other.role_arn}" },
          region: "us-east-1",
        },
      },
    },
  });
  expect(rest).toEqual({
    resource: { terraform_data: { deployment: expect.anything() } },
    terraform: { required_version: ">= 1.11" },
  });
});

test("aurora retires alone", async () => {
  const root = await rootModule(file("aurora: {lifecycle: retiring}"));
  expect(Object.keys(root["module"] as object)).toEqual(["pmm_iam_orders_prod", "pmm_iam_other"]);
  expect(JSON.stringify(root["resource"])).toContain("222222222222");
});

test.each(["json", "hcl"] as const)(
  "as %s: a closed account's provider can reach nothing",
  async (format) => {
    const root = await rootModule(file("aurora: true, lifecycle: closed"), "pmm-iam", format);
    const providers = (root["provider"] as { aws: readonly Record<string, unknown>[] }).aws;
    const closed = providers.find(({ alias }) => alias === "orders_prod") ?? {};
    const { endpoints, ...rest } = closed;
    expect(rest).toEqual({
      access_key: "closed",
      alias: "orders_prod",
      http_proxy: "http://127.0.0.1:9",
      https_proxy: "http://127.0.0.1:9",
      max_retries: 1,
      no_proxy: "localhost",
      region: "us-east-1",
      secret_key: "closed",
      skip_credentials_validation: true,
      skip_metadata_api_check: "true",
      skip_region_validation: true,
      skip_requesting_account_id: true,
    });
    const [services = {}] = [endpoints].flat() as Record<string, string>[];
    expect(Object.keys(services)).toEqual(expect.arrayContaining(["iam", "secretsmanager", "sts"]));
    expect(new Set(Object.values(services))).toEqual(new Set(["http://127.0.0.1:9/orders-prod-is-closed"]));
    expect(JSON.stringify(root)).not.toContain("222222222222");
  },
);

const MONITOR =
  'third_party_monitors: [{name: m, account_id: "999999999999", external_id: abcd, policy: ReadOnlyAccess}]';

/** Whether an address is in an instance that the contract names: a feature may be added. */
function isOfContract(address: string): boolean {
  return [...CONTRACT_INSTANCES, "third_party_m"].some((name) =>
    address.startsWith(`module.${name}_orders_prod.`),
  );
}

test("a closed account's objects are forgotten one by one, its secrets in the source account are not", async () => {
  const { removed = [] } = await secondRoot(`${MONITOR}, lifecycle: closed`);
  expect(removed.every(({ lifecycle }) => JSON.stringify(lifecycle) === '{"destroy":false}')).toBe(true);
  expect(removed.map(({ from }) => from).filter(isOfContract)).toEqual([
    "module.aurora_user_orders_prod.aws_iam_user.pmm_aws_integration",
    "module.aurora_user_orders_prod.aws_iam_user_policy.pmm_aws_integration",
    "module.aurora_user_orders_prod.aws_iam_user_policy.allowed_sources",
    "module.aurora_user_orders_prod.aws_iam_user_policies_exclusive.pmm_aws_integration",
    "module.aurora_user_orders_prod.aws_iam_user_policy_attachments_exclusive.pmm_aws_integration",
    "module.aurora_user_orders_prod.module.key.aws_iam_access_key.slot",
    "module.cloudwatch_agent_orders_prod.aws_iam_policy.agent",
    "module.cloudwatch_agent_orders_prod.aws_iam_role.agent",
    "module.cloudwatch_agent_orders_prod.aws_iam_instance_profile.agent",
    "module.cloudwatch_agent_orders_prod.aws_iam_role_policy_attachment.agent",
    "module.cloudwatch_agent_orders_prod.aws_iam_role_policy.parameter_store",
    "module.cloudwatch_agent_orders_prod.aws_iam_role_policy_attachment.ssm",
    "module.cloudwatch_agent_orders_prod.aws_iam_role_policies_exclusive.agent",
    "module.cloudwatch_agent_orders_prod.aws_iam_role_policy_attachments_exclusive.agent",
    "module.cloudwatch_agent_orders_prod.aws_iam_user.agent",
    "module.cloudwatch_agent_orders_prod.aws_iam_user_policy_attachment.agent",
    "module.cloudwatch_agent_orders_prod.aws_iam_user_policy.allowed_sources",
    "module.cloudwatch_agent_orders_prod.aws_iam_user_policies_exclusive.agent",
    "module.cloudwatch_agent_orders_prod.aws_iam_user_policy_attachments_exclusive.agent",
    "module.cloudwatch_agent_orders_prod.module.key.aws_iam_access_key.slot",
    "module.pmm_iam_orders_prod.aws_iam_role.pmm_rds_monitoring",
    "module.pmm_iam_orders_prod.aws_iam_role_policy.pmm_rds_monitoring",
    "module.pmm_iam_orders_prod.aws_iam_role_policies_exclusive.pmm_rds_monitoring",
    "module.pmm_iam_orders_prod.aws_iam_role_policy_attachments_exclusive.pmm_rds_monitoring",
    "module.teleport_connect_orders_prod.aws_iam_role.teleport_database_access",
    "module.teleport_connect_orders_prod.aws_iam_role_policy.teleport_database_access",
    "module.teleport_connect_orders_prod.aws_iam_policy.teleport_database_access",
    "module.teleport_connect_orders_prod.aws_iam_role_policy_attachment.teleport_database_access",
    "module.teleport_connect_orders_prod.aws_iam_role_policies_exclusive.teleport_database_access",
    "module.teleport_connect_orders_prod.aws_iam_role_policy_attachments_exclusive.teleport_database_access",
    "module.third_party_m_orders_prod.aws_iam_role.monitor",
    "module.third_party_m_orders_prod.aws_iam_role_policy.deny_data_access",
    "module.third_party_m_orders_prod.aws_iam_role_policy_attachment.listed",
    "module.third_party_m_orders_prod.aws_iam_role_policy_attachment.managed",
    "module.third_party_m_orders_prod.aws_iam_policy.document",
    "module.third_party_m_orders_prod.aws_iam_role_policy_attachment.document",
    "module.third_party_m_orders_prod.aws_iam_role_policy.custom",
    "module.third_party_m_orders_prod.aws_iam_role_policies_exclusive.monitor",
    "module.third_party_m_orders_prod.aws_iam_role_policy_attachments_exclusive.monitor",
  ]);
});

test("a closed account forgets the same, whatever of fixed names its entry still asks for", async () => {
  const asked = "aurora: {key_generation: 2}, cloudwatch_agent: {admin_role: true}";
  const settings = [asked, "aurora: {lifecycle: retiring}", "cloudwatch_agent: {}", "external_id: abcd"];
  const bare = await secondRoot("lifecycle: closed");
  const addresses = (bare.removed ?? []).map(({ from }) => from);
  expect(addresses.filter(isOfContract)).toHaveLength(30);
  for (const setting of settings) {
    expect(await secondRoot(`${setting}, lifecycle: closed`)).toEqual(bare);
  }
  const monitored = await secondRoot(`${MONITOR}, lifecycle: closed`);
  expect(monitored.removed).toEqual(expect.arrayContaining([...(bare.removed ?? [])]));
  expect(monitored.removed).toHaveLength(addresses.length + 9);
});

test("a group's stack stays as providers only while its last account retires", async () => {
  const root = await rootModule(file("group: finance, lifecycle: retiring"), "pmm-iam-finance");
  expect((root["provider"] as { aws: unknown[] }).aws).toHaveLength(2);
  expect(root["module"]).toBeUndefined();
  expect(root["resource"]).toBeUndefined();
});
