import { verifyPlan } from "../../src/verify/plan-of";
import { accessOf } from "../support/synthesize";

const ACCOUNTS = `
source:
  account_id: "111111111111"
  pmm_ec2_role_name: service/pmm-ec2-role
  create_pmm_ec2_role: true
  monitor_own_account: true
  permissions_boundary: {pmm_ec2_role: small}
  additional_principals: ["arn:aws:iam::111111111111:role/grafana"]
defaults:
  admin_role_name: Admin
teleport:
  role_name: teleport-db-service
  external_id: teleport-1
  proxy_address: teleport.example.com:443
secrets:
  readers: [pmm_ec2_role]
accounts:
  - name: orders-prod
    account_id: "222222222222"
    group: shop
    permissions: minimal
    permissions_boundary: {aurora_user: small}
    external_id: grafana-1
    aurora: {key_generation: 2, allowed_source_ips: [198.51.100.7/32]}
    teleport:
      databases:
        - {name: a, engine: postgres, resource_id: db-ABCDEFGHIJKL01234, region: eu-west-1, db_users: [alice], endpoint: "db.example.com:5432"}
    cloudwatch_agent: {server_role: true, on_premises_server_user: true}
    third_party_monitors:
      - {name: site24x7, account_id: "999999999999", external_id: vendor-1, policy: ReadOnlyAccess}
  - name: gone-prod
    account_id: "333333333333"
    lifecycle: retiring
`;

test("what can be tried of a deployment", () => {
  const orders = {
    account: "orders-prod",
    accountId: "222222222222",
    stack: "pmm-iam-shop",
    regions: ["us-east-1", "eu-west-1"],
  };
  const pmmRole = "arn:aws:iam::111111111111:role/service/pmm-ec2-role";
  expect(verifyPlan(accessOf(ACCOUNTS))).toEqual({
    deployment: "pmm-iam",
    partition: "aws",
    source: { accountId: "111111111111", region: "us-east-1" },
    pmmRole: {
      arn: pmmRole,
      instanceProfile: "pmm-ec2-role",
      boundary: "arn:aws:iam::111111111111:policy/small",
    },
    teleportRole: {
      arn: "arn:aws:iam::111111111111:role/teleport-db-service",
      instanceProfile: undefined,
      boundary: undefined,
    },
    checks: [
      {
        ...orders,
        reader: "pmm",
        by: {
          kind: "key",
          user: "arn:aws:iam::222222222222:user/PMMAWSIntegrationUser",
          generation: 2,
          secret: {
            name: "pmm/aurora/orders-prod",
            region: "us-east-1",
            isReadByPmmRole: true,
            heldKeyAddress: "module.aurora_user_orders_prod.module.key.aws_secretsmanager_secret_version.key",
          },
          allowedSources: { ips: ["198.51.100.7/32"], vpcs: [] },
          boundary: "arn:aws:iam::222222222222:policy/small",
        },
      },
      {
        ...orders,
        reader: "grafana",
        by: {
          kind: "role",
          role: "arn:aws:iam::222222222222:role/AmazonRDSforPMMrole",
          externalId: "grafana-1",
          trusted: ["arn:aws:iam::111111111111:role/grafana", pmmRole],
          permissions: "minimal",
          boundary: undefined,
        },
      },
      {
        ...orders,
        reader: "teleport",
        by: {
          kind: "role",
          role: "arn:aws:iam::222222222222:role/TeleportDatabaseAccess",
          externalId: "teleport-1",
          trusted: ["arn:aws:iam::111111111111:role/teleport-db-service"],
          permissions: "minimal",
          boundary: undefined,
        },
      },
      {
        ...orders,
        reader: "vendor",
        by: {
          kind: "role",
          role: "arn:aws:iam::222222222222:role/site24x7-monitoring",
          externalId: "vendor-1",
          trusted: ["999999999999"],
          permissions: "minimal",
          boundary: undefined,
          vendor: "site24x7",
        },
      },
      {
        reader: "pmm",
        account: "the source account",
        accountId: "111111111111",
        stack: "pmm-iam",
        regions: ["us-east-1"],
        by: { kind: "host", boundary: "arn:aws:iam::111111111111:policy/small" },
      },
    ],
  });
});

test("a secret that the PMM role may not read, and a vendor's role that names roles", () => {
  const { checks } = verifyPlan(
    accessOf(`
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
accounts:
  - name: own
    account_id: "111111111111"
    aurora: true
    third_party_monitors:
      - name: gate
        principals: ["arn:aws:iam::111111111111:role/active-gate", "arn:aws:iam::999999999999:user/scanner"]
        external_id: vendor-1
        policy: ReadOnlyAccess
`),
  );
  expect(checks.map(({ account, reader }) => `${account} ${reader}`)).toEqual([
    "own pmm",
    "own grafana",
    "own vendor",
  ]);
  expect(checks[0]?.by).toMatchObject({ secret: { isReadByPmmRole: false } });
  expect(checks[2]?.by).toMatchObject({
    trusted: ["arn:aws:iam::111111111111:role/active-gate", "arn:aws:iam::999999999999:user/scanner"],
  });
});

test("an account that PMM reads by the monitoring role", () => {
  const { checks } = verifyPlan(
    accessOf(`
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
accounts:
  - {name: orders-prod, account_id: "222222222222", aurora: {credentials: role}}
`),
  );
  expect(checks.map(({ reader, by }) => [reader, by.kind])).toEqual([
    ["pmm", "role"],
    ["grafana", "role"],
  ]);
  expect(checks[0]?.by).toEqual(checks[1]?.by);
});
