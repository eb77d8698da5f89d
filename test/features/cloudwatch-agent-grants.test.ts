import { evaluate, type Outcome } from "../e2e/identities/evaluate";
import { accessOf } from "../support/synthesize";

/** Which parameters the agent's roles read and write, evaluated as AWS evaluates their policies. */

const PREFIXES = "parameter_prefixes: [CloudWatch-Config, /cloudwatch-agent/, /prod/agent]";

const access = accessOf(`
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
accounts:
  - {name: plain, account_id: "222222222222", cloudwatch_agent: {admin_role: true, ${PREFIXES}}}
  - {name: managed, account_id: "033333333333", cloudwatch_agent: {admin_role: true, hybrid_activation: true, ssm_managed_policy: AmazonSSMManagedInstanceCore, ${PREFIXES}}}
`);

/** What AmazonSSMManagedInstanceCore grants on Parameter Store. (Its document, version 2.) */
const INSTANCE_CORE = {
  Version: "2012-10-17" as const,
  Statement: [{ Effect: "Allow" as const, Action: ["ssm:GetParameter", "ssm:GetParameters"], Resource: "*" }],
};

function answer(roleName: string, accountId: string, action: string, parameter: string): Promise<Outcome> {
  const role = access.identities.find(
    (identity) => identity.name === roleName && identity.accountId === accountId,
  );
  const identity = (role?.policies ?? []).map(({ name, document = INSTANCE_CORE }) => ({ name, document }));
  expect(identity.length).toBeGreaterThan(0);
  const on = `arn:aws:ssm:eu-west-1:${accountId}:parameter/${parameter}`;
  return evaluate(
    { by: role?.arn ?? "", action, on },
    // A copy, for the evaluation takes documents as plain data.
    { identity: JSON.parse(JSON.stringify(identity)), boundary: undefined, resource: undefined },
  );
}

const OPEN = [
  "CloudWatch-Config",
  "CloudWatch-Config-linux",
  "CloudWatch-Configurations/x",
  "cloudwatch-agent/linux",
  "cloudwatch-agent/eu/linux",
  "prod/agent",
  "prod/agent-linux",
];

const SHUT = [
  "AmazonCloudWatch-linux",
  "cloudwatch-config",
  "Cloudwatch-Config",
  "cloudwatch-agent",
  "cloudwatch-agents/linux",
  "my/cloudwatch-agent/linux",
  "prod/db/password",
  "prod",
  "aws/reference/secretsmanager/pmm/aurora/orders",
];

describe.each([
  ["CloudWatchAgentServerRole", "222222222222", "ImplicitlyDenied"],
  ["CloudWatchAgentAdminRole", "222222222222", "ImplicitlyDenied"],
  ["CloudWatchAgentServerRole", "033333333333", "ExplicitlyDenied"],
  ["CloudWatchAgentAdminRole", "033333333333", "ExplicitlyDenied"],
  ["CloudWatchAgentHybridRole", "033333333333", "ExplicitlyDenied"],
] as const)("%s of %s", (roleName, accountId, outcome) => {
  const isAdmin = roleName === "CloudWatchAgentAdminRole";

  test.each(OPEN)("reads %s, and stores it if an administrator", async (parameter) => {
    expect(await answer(roleName, accountId, "ssm:GetParameter", parameter)).toBe("Allowed");
    expect(await answer(roleName, accountId, "ssm:PutParameter", parameter)).toBe(
      isAdmin ? "Allowed" : "ImplicitlyDenied",
    );
  });

  test.each(SHUT)("neither reads nor stores %s", async (parameter) => {
    for (const action of ["ssm:GetParameter", "ssm:GetParameters", "ssm:PutParameter"]) {
      expect([action, await answer(roleName, accountId, action, parameter)]).toEqual([action, outcome]);
    }
  });
});
