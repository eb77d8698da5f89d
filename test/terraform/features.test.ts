import { rootModule, synthesize, textOf } from "../support/synthesize";

/** Every expectation here is written by hand from the contract and compared as a whole, in both formats. */
const FORMATS = ["json", "hcl"] as const;

const SMALLEST = `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
accounts:
  - {name: orders-prod, account_id: "222222222222"}
`;

const ASSUME_ORDERS =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],"Resource":["arn:aws:iam::222222222222:role/AmazonRDSforPMMrole"]}]}';

const SOURCE_PROVIDER = {
  region: "us-east-1",
  allowed_account_ids: ["111111111111"],
  default_tags: [{ tags: {} }],
};

function accountProvider(alias: string, accountId: string, region = "us-east-1"): object {
  return {
    alias,
    region,
    allowed_account_ids: [accountId],
    assume_role: [{ role_arn: `arn:aws:iam::${accountId}:role/Admin`, session_name: "pmm-iam" }],
    default_tags: [{ tags: {} }],
  };
}

const TARGET_MODULE = {
  source: "./modules/pmm-iam-target",
  providers: { aws: "aws.orders_prod" },
  pmm_account_id: "111111111111",
  pmm_ec2_role_name: "pmm-ec2-role",
  permissions: "standard",
  managed_by: "stack pmm-iam",
};

const TERRAFORM = {
  backend: { local: { path: "../../../terraform.pmm-iam.tfstate" } },
  required_providers: { aws: { source: "aws", version: "6.25.0" } },
};

describe.each(FORMATS)("as %s", (format) => {
  test("the smallest file: two providers, one module, one assume policy", async () => {
    expect(await rootModule(SMALLEST, "pmm-iam", format)).toEqual({
      provider: { aws: [SOURCE_PROVIDER, accountProvider("orders_prod", "222222222222")] },
      module: { pmm_iam_orders_prod: TARGET_MODULE },
      resource: {
        aws_iam_role_policy: {
          pmm_assume_target_roles: {
            name: "pmm-assume-rds-monitoring-roles",
            role: "pmm-ec2-role",
            policy: ASSUME_ORDERS,
          },
        },
      },
      terraform: TERRAFORM,
    });
  });

  const module = async (account: string, top = ""): Promise<Record<string, unknown>> => {
    const yaml = `${top}
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
accounts:
  - {name: orders-prod, account_id: "222222222222", ${account}}
`;
    return (await rootModule(yaml, "pmm-iam", format))["module"] as Record<string, unknown>;
  };

  test("the monitoring role with all it can take", async () => {
    const modules = await module(
      'permissions: minimal, permissions_boundary: team/pmm-boundary, external_id: 1234, additional_principals: ["arn:aws:iam::444444444444:role/x/grafana"]'.replace(
        "1234",
        '"001234"',
      ),
    );
    expect(modules).toEqual({
      pmm_iam_orders_prod: {
        ...TARGET_MODULE,
        permissions: "minimal",
        permissions_boundary: "arn:aws:iam::222222222222:policy/team/pmm-boundary",
        external_id: "001234",
        additional_principals: ["arn:aws:iam::444444444444:role/x/grafana"],
      },
    });
  });

  test("grafana: the role's alone, for no one queries with the user's key", async () => {
    const modules = await module("permissions: grafana, aurora: true");
    expect(modules["pmm_iam_orders_prod"]).toEqual({ ...TARGET_MODULE, permissions: "grafana" });
    expect(modules["aurora_user_orders_prod"]).toMatchObject({ permissions: "standard" });
  });

  test("an Aurora user: made only where asked, its key kept in the source account", async () => {
    expect(await module("aurora: true")).toEqual({
      pmm_iam_orders_prod: TARGET_MODULE,
      aurora_user_orders_prod: {
        source: "./modules/aurora-integration-user",
        providers: { aws: "aws.orders_prod", "aws.secrets": "aws" },
        secret_name: "pmm/aurora/orders-prod",
        permissions: "standard",
        key_generation: 1,
        previous_key: "active",
      },
    });
    expect(await module("aurora: false")).toEqual({ pmm_iam_orders_prod: TARGET_MODULE });
  });

  test("an Aurora user in mid-rotation, bound to networks, its secret encrypted and readable", async () => {
    const modules = await module(
      "aurora: {key_generation: 3, previous_key: inactive, allowed_source_ips: [198.51.100.7/32], allowed_source_vpcs: [vpc-0abc]}",
      'secrets: {kms_key_id: alias/pmm, readers: ["arn:aws:iam::111111111111:role/deploy", pmm_ec2_role]}',
    );
    expect(modules["aurora_user_orders_prod"]).toEqual({
      source: "./modules/aurora-integration-user",
      providers: { aws: "aws.orders_prod", "aws.secrets": "aws" },
      secret_name: "pmm/aurora/orders-prod",
      permissions: "standard",
      key_generation: 3,
      previous_key: "inactive",
      allowed_source_ips: ["198.51.100.7/32"],
      allowed_source_vpcs: ["vpc-0abc"],
      kms_key_id: "alias/pmm",
      secret_readers: [
        "arn:aws:iam::111111111111:role/deploy",
        "arn:aws:iam::111111111111:role/pmm-ec2-role",
      ],
    });
  });

  test("Teleport's databases, and what Teleport's role may assume", async () => {
    const yaml = `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role, organization_id: o-exampleorgid}
defaults: {admin_role_name: Admin}
teleport: {role_name: svc/teleport, external_id: "5", proxy_address: "teleport.example.com:443"}
accounts:
  - name: orders-prod
    account_id: "222222222222"
    region: eu-west-1
    teleport:
      databases:
        - {name: orders, engine: aurora-mysql, resource_id: cluster-B, endpoint: "h:3306", db_users: [bob, alice]}
        - {name: archive, engine: postgres, resource_id: db-A, region: us-east-1, endpoint: "h:5432", db_users: ["*"], db_names: [x]}
`.replace('external_id: "5"', 'external_id: "55"');
    const root = await rootModule(yaml, "pmm-iam", format);
    expect((root["module"] as Record<string, unknown>)["teleport_connect_orders_prod"]).toEqual({
      source: "./modules/teleport-connect",
      providers: { aws: "aws.orders_prod" },
      teleport_role_arn: "arn:aws:iam::111111111111:role/svc/teleport",
      external_id: "55",
      organization_id: "o-exampleorgid",
      managed_by: "stack pmm-iam",
      databases: [
        { resource_id: "db-A", region: "us-east-1", db_users: ["*"] },
        { resource_id: "cluster-B", region: "eu-west-1", db_users: ["alice", "bob"] },
      ],
    });
    expect((root["resource"] as Record<string, Record<string, unknown>>)["aws_iam_role_policy"]).toEqual({
      pmm_assume_target_roles: {
        name: "pmm-assume-rds-monitoring-roles",
        role: "pmm-ec2-role",
        policy: ASSUME_ORDERS,
      },
      teleport_assume_database_roles: {
        name: "teleport-assume-database-roles",
        role: "teleport",
        policy: ASSUME_ORDERS.replace("AmazonRDSforPMMrole", "TeleportDatabaseAccess"),
      },
    });
  });

  test("the CloudWatch agent's roles and users", async () => {
    expect((await module("cloudwatch_agent: {}"))["cloudwatch_agent_orders_prod"]).toEqual({
      source: "./modules/cloudwatch-agent",
      providers: { aws: "aws.orders_prod", "aws.secrets": "aws" },
      server_role: true,
      admin_role: false,
      managed_by: "stack pmm-iam",
    });
    const modules = await module(
      "cloudwatch_agent: {server_role: false, admin_role: true, on_premises_server_user: true, on_premises_admin_user: {key_generation: 2, previous_key: deleted, allowed_source_ips: [203.0.113.0/24]}, ssm_managed_policy: AmazonSSMManagedInstanceCore}",
    );
    expect(modules["cloudwatch_agent_orders_prod"]).toEqual({
      source: "./modules/cloudwatch-agent",
      providers: { aws: "aws.orders_prod", "aws.secrets": "aws" },
      server_role: false,
      admin_role: true,
      on_premises_server_user: {
        secret_name: "cloudwatch-agent/CloudWatchAgentServerUser/orders-prod",
        key_generation: 1,
        previous_key: "active",
      },
      on_premises_admin_user: {
        secret_name: "cloudwatch-agent/CloudWatchAgentAdminUser/orders-prod",
        key_generation: 2,
        previous_key: "deleted",
        allowed_source_ips: ["203.0.113.0/24"],
      },
      ssm_managed_policy: "AmazonSSMManagedInstanceCore",
      managed_by: "stack pmm-iam",
    });
  });

  test("third-party monitors: an AWS policy, and a file whose text stands as text in the second root file", async () => {
    const modules = await module(
      'third_party_monitors: [{name: site24x7, account_id: "999999999999", external_id: "0042", policy: ReadOnlyAccess}, {name: own, role_name: vendor-monitoring, account_id: "888888888888", external_id: 9b2d, policy: ./custom-policy.json, deny_data_access: false}]',
    );
    expect(modules).toEqual({
      pmm_iam_orders_prod: TARGET_MODULE,
      third_party_site24x7_orders_prod: {
        source: "./modules/third-party-monitor",
        providers: { aws: "aws.orders_prod" },
        role_name: "site24x7-monitoring",
        monitor_account_id: "999999999999",
        external_id: "0042",
        managed_policy: "ReadOnlyAccess",
        deny_data_access: true,
        managed_by: "stack pmm-iam",
      },
      third_party_own_orders_prod: {
        source: "./modules/third-party-monitor",
        providers: { aws: "aws.orders_prod" },
        role_name: "vendor-monitoring",
        monitor_account_id: "888888888888",
        external_id: "9b2d",
        policy_json: `\${local.third_party_own_orders_prod.policy_json}`,
        deny_data_access: false,
        managed_by: "stack pmm-iam",
      },
    });
  });
});

test("the second root file is the same in both formats and holds user text escaped", async () => {
  const yaml = `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
accounts:
  - name: a
    account_id: "222222222222"
    third_party_monitors: [{name: own, account_id: "888888888888", external_id: 9b2d, policy: ./custom-policy.json}]
`;
  const json = textOf(await synthesize(yaml, "json"), "stacks/pmm-iam/pmm-iam.tf.json");
  const hcl = textOf(await synthesize(yaml, "hcl"), "stacks/pmm-iam/pmm-iam.tf.json");
  expect(hcl).toBe(json);
  const { locals, terraform } = JSON.parse(json);
  expect(terraform).toEqual({ required_version: ">= 1.11" });
  expect(locals).toEqual({
    third_party_own_a: {
      policy_json:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::reports-$${aws:PrincipalAccount}-%%{x}","Condition":{"StringLike":{"s3:prefix":"a\\\\b\\"c"}}}]}',
    },
  });
});
