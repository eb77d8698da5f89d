import { synthesize, textOf } from "../support/synthesize";

/** The output `access` of a stack: what people hand on after an apply. */
async function accessOf(yaml: string, stack = "pmm-iam", format: "json" | "hcl" = "json"): Promise<unknown> {
  const text = textOf(await synthesize(yaml, format), `stacks/${stack}/pmm-iam.tf.json`);
  const { output } = JSON.parse(text) as { output: { access: { value: unknown } } };
  expect(Object.keys(output)).toEqual(["access"]);
  return output.access.value;
}

const EVERYTHING = `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role, create_pmm_ec2_role: true}
defaults: {admin_role_name: Admin, region: eu-west-1, iam_path: /dba/}
teleport: {role_name: teleport-db-service, external_id: 6c1f0e1e, proxy_address: "teleport.example.com:443"}
accounts:
  - name: orders-prod
    account_id: "222222222222"
    external_id: "0042"
    aurora: {key_generation: 3}
    teleport:
      databases:
        - {name: orders, engine: postgres, resource_id: db-ABC, db_users: [alice], endpoint: "orders.abc.eu-west-1.rds.amazonaws.com:5432"}
    cloudwatch_agent: {admin_role: true, hybrid_activation: true, on_premises_server_user: true}
    third_party_monitors:
      - {name: site24x7, account_id: "999999999999", external_id: "55", policy: SecurityAudit}
      - {name: data-dog, role_name: DatadogIntegrationRole, account_id: "888888888888", external_id: 9b2d, policy: SecurityAudit}
  - {name: leaves, account_id: "033333333333", aurora: true, lifecycle: retiring}
  - {name: gone, account_id: "044444444444", aurora: true, lifecycle: closed}
  - {name: billing, account_id: "055555555555", group: finance}
`;

const MODULE = (name: string, output: string) => `\${module.${name}_orders_prod.${output}}`;

test.each(["json", "hcl"] as const)(
  "as %s, each value is Terraform's own, and what AWS does not know the file's",
  async (format) => {
    expect(await accessOf(EVERYTHING, "pmm-iam", format)).toEqual({
      "orders-prod": {
        account_id: "222222222222",
        region: "eu-west-1",
        monitoring_role: { arn: MODULE("pmm_iam", "role_arn"), external_id: "0042" },
        teleport_role: { arn: MODULE("teleport_connect", "role_arn"), external_id: "6c1f0e1e" },
        cloudwatch_agent: {
          server: {
            role_arn: MODULE("cloudwatch_agent", 'role_arns["server"]'),
            instance_profile_arn: MODULE("cloudwatch_agent", 'instance_profile_arns["server"]'),
          },
          admin: {
            role_arn: MODULE("cloudwatch_agent", 'role_arns["admin"]'),
            instance_profile_arn: MODULE("cloudwatch_agent", 'instance_profile_arns["admin"]'),
          },
          hybrid: { role_arn: MODULE("cloudwatch_agent", 'role_arns["hybrid"]') },
        },
        third_party_roles: {
          site24x7: { arn: MODULE("third_party_site24x7", "role_arn"), external_id: "55" },
          "data-dog": { arn: MODULE("third_party_data_dog", "role_arn"), external_id: "9b2d" },
        },
        users: {
          PMMAWSIntegrationUser: {
            arn: MODULE("aurora_user", "user_arn"),
            key_generation: 3,
            secret_arn: MODULE("aurora_user", "secret_arn"),
            secret_name: MODULE("aurora_user", "secret_name"),
          },
          CloudWatchAgentServerUser: {
            arn: MODULE("cloudwatch_agent", 'user_arns["server"]'),
            key_generation: 1,
            secret_arn: MODULE("cloudwatch_agent", 'secret_arns["server"]'),
            secret_name: MODULE("cloudwatch_agent", 'secret_names["server"]'),
          },
        },
      },
      pmm_ec2_role: {
        arn: "${aws_iam_role.pmm_ec2.arn}",
        instance_profile_arn: "${aws_iam_instance_profile.pmm_ec2.arn}",
      },
    });
  },
);

test("each stack has its own accounts", async () => {
  expect(await accessOf(EVERYTHING, "pmm-iam-finance")).toEqual({
    billing: {
      account_id: "055555555555",
      region: "eu-west-1",
      monitoring_role: { arn: "${module.pmm_iam_billing.role_arn}" },
    },
  });
});

test("an account may have the name of a kind of facts, for below it all is its own", async () => {
  expect(
    await accessOf(`
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
accounts:
  - {name: users, account_id: "222222222222"}
`),
  ).toEqual({
    users: {
      account_id: "222222222222",
      region: "us-east-1",
      monitoring_role: { arn: "${module.pmm_iam_users.role_arn}" },
    },
  });
});
