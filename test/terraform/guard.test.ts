import { synthesize, textOf } from "../support/synthesize";

const FILE = `
name: staging
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role, assume_policy: sharded, cloudwatch_agent: true, monitor_own_account: true}
defaults: {admin_role_name: Admin}
teleport: {role_name: teleport, proxy_address: "t.example.com:443"}
accounts:
  - name: orders
    account_id: "222222222222"
    teleport: {databases: [{name: d, engine: mysql, resource_id: cluster-A, endpoint: "d.example.com:3306", db_users: [a]}]}
  - {name: ledger, account_id: "333333333333", group: finance}
`;

test.each([
  ["json", "staging"],
  ["hcl", "staging"],
  ["json", "staging-finance"],
  ["hcl", "staging-finance"],
] as const)("as %s, %s keeps whose state it is, and refuses another's", async (format, stack) => {
  const files = await synthesize(FILE, format);
  const { resource } = JSON.parse(textOf(files, `stacks/${stack}/pmm-iam.tf.json`));
  const rest =
    "Nothing was changed. Run Terraform where that one's accounts file was synthesized, or give this one a state of its own, with name or backend in its accounts file. If this state is meant to change hands (a deployment or a group was renamed), type: terraform state rm terraform_data.deployment";
  expect(resource).toEqual({
    terraform_data: {
      deployment: {
        input: "staging",
        triggers_replace: stack,
        lifecycle: {
          ignore_changes: ["input", "triggers_replace"],
          postcondition: [
            {
              condition: '${self.output == "staging"}',
              error_message: `This state belongs to the deployment \${self.output}, and this folder to staging. ${rest}`,
            },
            {
              condition: `\${self.triggers_replace == "${stack}"}`,
              error_message: `This state belongs to the stack \${self.triggers_replace}, and this folder to ${stack}. ${rest}`,
            },
          ],
        },
      },
    },
  });
  const root = textOf(files, `stacks/${stack}/cdk.tf${format === "json" ? ".json" : ""}`);
  expect(root).toContain(`../../../terraform.${stack}.tfstate`);
});

test("what is in the source account once carries the name, at the addresses that it always had", async () => {
  const root = JSON.parse(textOf(await synthesize(FILE), "stacks/staging/cdk.tf.json"));
  const named = (type: string): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(root.resource[type] as Record<string, { name: string }>).map(([address, { name }]) => [
        address,
        name,
      ]),
    );
  expect(named("aws_iam_role_policy")).toEqual({
    pmm_assume_target_roles: "pmm-assume-rds-monitoring-roles-staging",
    pmm_cloudwatch_agent: "CloudWatchAgentServerPolicy-staging",
    pmm_monitor_own_account: "pmm-monitor-own-account-staging",
    teleport_assume_database_roles: "teleport-assume-database-roles-staging",
  });
  // 222222222222 modulo 8 is 6, 333333333333 modulo 8 is 5.
  expect(named("aws_iam_policy")).toEqual({
    pmm_assume_target_roles_5: "pmm-assume-rds-monitoring-roles-staging-5",
    pmm_assume_target_roles_6: "pmm-assume-rds-monitoring-roles-staging-6",
    teleport_assume_database_roles_6: "teleport-assume-database-roles-staging-6",
  });
});
