import { accessOf, rootModule, synthesize, textOf } from "../support/synthesize";

/** The agent's roles, users and policies by what the file asks for. Every expectation is from the contract. */

function file(entry: string, defaults = ""): string {
  return `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role, cloudwatch_agent: true}
defaults: {admin_role_name: Admin${defaults}}
accounts:
  - {name: orders, account_id: "222222222222"${entry}}
`;
}

const agent = (settings: string) => `, cloudwatch_agent: {${settings}}`;

function identity(yaml: string, name: string) {
  return accessOf(yaml).identities.find((known) => known.name === name);
}

async function variablesOf(yaml: string): Promise<unknown> {
  const { module } = await rootModule(yaml);
  return (module as Record<string, unknown>)["cloudwatch_agent_orders"];
}

async function imports(yaml: string): Promise<unknown> {
  const { import: blocks = [] }: { import?: unknown } = JSON.parse(
    textOf(await synthesize(yaml), "stacks/pmm-iam/pmm-iam.tf.json"),
  );
  return blocks;
}

const MODULE = {
  source: "./modules/cloudwatch-agent",
  providers: { aws: "aws.orders", "aws.secrets": "aws" },
  server_role: true,
  admin_role: false,
  managed_by: "stack pmm-iam",
};

const SERVER_CALLS = [
  "cloudwatch:PutMetricData",
  "ec2:DescribeTags",
  "ec2:DescribeVolumes",
  "logs:CreateLogGroup",
  "logs:CreateLogStream",
  "logs:DescribeLogGroups",
  "logs:DescribeLogStreams",
  "logs:PutLogEvents",
  "logs:PutRetentionPolicy",
];

function serverPolicy(parameters: string | readonly string[]): object {
  return {
    Version: "2012-10-17",
    Statement: [
      { Sid: "CloudWatchAgentServerPolicy", Effect: "Allow", Action: SERVER_CALLS, Resource: "*" },
      { Sid: "ReadAgentConfiguration", Effect: "Allow", Action: "ssm:GetParameter", Resource: parameters },
    ],
  };
}

describe("parameter_prefixes", () => {
  test("the module gets none where they are the default, and each once where they are not", async () => {
    expect(await variablesOf(file(agent("")))).toEqual(MODULE);
    expect(await variablesOf(file(agent("parameter_prefixes: [AmazonCloudWatch-]")))).toEqual(MODULE);
    const asked = "parameter_prefixes: [/cloudwatch-agent/, AmazonCloudWatch-, /cloudwatch-agent/]";
    expect(await variablesOf(file(agent(asked)))).toEqual({
      ...MODULE,
      parameter_prefixes: ["/cloudwatch-agent/", "AmazonCloudWatch-"],
    });
  });

  test("a path has one slash in its ARN, and a name is there once with and without a slash", () => {
    const asked = agent(
      "parameter_prefixes: [CloudWatch-Config, /cloudwatch-agent/, /CloudWatch-Config], ssm_managed_policy: AmazonSSMManagedInstanceCore",
    );
    const parameters = [
      "arn:aws:ssm:*:*:parameter/CloudWatch-Config*",
      "arn:aws:ssm:*:*:parameter/cloudwatch-agent/*",
    ];
    expect(
      identity(file(asked), "CloudWatchAgentServerRole")?.policies.map(({ document }) => document),
    ).toEqual([
      serverPolicy(parameters),
      undefined,
      {
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "NoOtherParameters",
            Effect: "Deny",
            Action: [
              "ssm:GetParameter",
              "ssm:GetParameters",
              "ssm:GetParametersByPath",
              "ssm:GetParameterHistory",
              "ssm:PutParameter",
            ],
            NotResource: parameters,
          },
        ],
      },
    ]);
  });

  test("one takes the place of the default, in the users' policies and in another partition too", () => {
    const asked = agent("server_role: false, on_premises_server_user: true, parameter_prefixes: [/agent/]");
    const china = file(asked, ", region: cn-north-1");
    expect(identity(china, "CloudWatchAgentServerUser")?.policies[0]?.document).toEqual(
      serverPolicy("arn:aws-cn:ssm:*:*:parameter/agent/*"),
    );
  });

  test("the PMM EC2 role reads those of defaults", () => {
    const policyOf = (yaml: string) =>
      identity(yaml, "pmm-ec2-role")?.policies.find(({ name }) => name === "CloudWatchAgentServerPolicy");
    const own = agent("parameter_prefixes: [/own/]");
    expect(policyOf(file(own))?.document).toEqual(
      serverPolicy("arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*"),
    );
    const inherited = agent("parameter_prefixes: [/agent/]");
    expect(policyOf(file(own, inherited))?.document).toEqual(
      serverPolicy("arn:aws:ssm:*:*:parameter/agent/*"),
    );
  });

  test("more than a policy holds are an error that says what to do", () => {
    const many = Array.from({ length: 100 }, (_, index) => `/cloudwatch-agent/department-${index}/servers/`);
    expect(() => accessOf(file(agent(`parameter_prefixes: [${many.join(", ")}]`)))).toThrow(
      /^5: CloudWatchAgentServerPolicy on the role CloudWatchAgentServerRole in account 222222222222 would have \d{4} characters; AWS allows 6144: give fewer or shorter parameter_prefixes$/,
    );
  });
});

describe("hybrid_activation", () => {
  const HYBRID = file(agent("server_role: false, hybrid_activation: true"));

  test("a role that Systems Manager hands out in this account, with the server's policy and no profile", () => {
    const role = identity(HYBRID, "CloudWatchAgentHybridRole");
    expect(role).toMatchObject({
      kind: "role",
      arn: "arn:aws:iam::222222222222:role/CloudWatchAgentHybridRole",
      address: 'module.cloudwatch_agent_orders.aws_iam_role.agent["hybrid"]',
      trust: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "ssm.amazonaws.com" },
            Action: "sts:AssumeRole",
            Condition: {
              StringEquals: { "aws:SourceAccount": "222222222222" },
              ArnLike: { "aws:SourceArn": "arn:aws:ssm:*:222222222222:*" },
            },
          },
        ],
      },
      instanceProfile: undefined,
      keys: undefined,
    });
    expect(role?.policies.map(({ form, name, addresses }) => ({ form, name, addresses }))).toEqual([
      {
        form: "managed",
        name: "CloudWatchAgentServerPolicy",
        addresses: [
          'module.cloudwatch_agent_orders.aws_iam_policy.agent["server"]',
          'module.cloudwatch_agent_orders.aws_iam_role_policy_attachment.agent["hybrid"]',
        ],
      },
      {
        form: "aws",
        name: "AmazonSSMManagedInstanceCore",
        addresses: ['module.cloudwatch_agent_orders.aws_iam_role_policy_attachment.ssm["hybrid"]'],
      },
      {
        form: "inline",
        name: "cloudwatch-agent-parameter-store",
        addresses: ['module.cloudwatch_agent_orders.aws_iam_role_policy.parameter_store["hybrid"]'],
      },
    ]);
  });

  test("the module makes it, and nothing else that was not asked for", async () => {
    expect(await variablesOf(HYBRID)).toEqual({ ...MODULE, server_role: false, hybrid_activation: true });
    expect(
      accessOf(HYBRID)
        .identities.filter(({ accountId }) => accountId === "222222222222")
        .map(({ name }) => name),
    ).toEqual(["AmazonRDSforPMMrole", "CloudWatchAgentHybridRole"]);
  });
});

describe("adopt", () => {
  const at = (address: string, id: string) => ({ to: `module.cloudwatch_agent_orders.${address}`, id });
  const roleOf = (kind: string, name: string) => [
    at(`aws_iam_role.agent["${kind}"]`, name),
    at(`aws_iam_role_policies_exclusive.agent["${kind}"]`, name),
    at(`aws_iam_role_policy_attachments_exclusive.agent["${kind}"]`, name),
  ];
  const profileOf = (kind: string, name: string) => at(`aws_iam_instance_profile.agent["${kind}"]`, name);
  const policyOf = (kind: string, name: string) =>
    at(`aws_iam_policy.agent["${kind}"]`, `arn:aws:iam::222222222222:policy/${name}`);

  test("true: each role with what else hangs on it, its profile and its policy", async () => {
    expect(await imports(file(agent("adopt: true")))).toEqual([
      ...roleOf("server", "CloudWatchAgentServerRole"),
      profileOf("server", "CloudWatchAgentServerRole"),
      policyOf("server", "CloudWatchAgentServerPolicy"),
    ]);
    expect(
      await imports(
        file(agent("server_role: false, admin_role: true, hybrid_activation: true, adopt: true")),
      ),
    ).toEqual([
      ...roleOf("admin", "CloudWatchAgentAdminRole"),
      ...roleOf("hybrid", "CloudWatchAgentHybridRole"),
      profileOf("admin", "CloudWatchAgentAdminRole"),
      policyOf("admin", "CloudWatchAgentAdminPolicy"),
      policyOf("server", "CloudWatchAgentServerPolicy"),
    ]);
  });

  test.each([
    ["[role]", roleOf("server", "CloudWatchAgentServerRole")],
    ["[instance_profile]", [profileOf("server", "CloudWatchAgentServerRole")]],
    ["[policy]", [policyOf("server", "CloudWatchAgentServerPolicy")]],
    ["[]", []],
    ["false", []],
  ])("%s: no more than that", async (kinds, expected) => {
    expect(await imports(file(agent(`adopt: ${kinds}`)))).toEqual(expected);
  });

  test("says nothing of what the account adopts, and the account's says nothing of it", async () => {
    const role = { to: "module.pmm_iam_orders.aws_iam_role.pmm_rds_monitoring", id: "AmazonRDSforPMMrole" };
    const both = await imports(file(`${agent("adopt: [policy]")}, adopt: [role]`));
    expect(both).toEqual(expect.arrayContaining([role, policyOf("server", "CloudWatchAgentServerPolicy")]));
    expect(JSON.stringify(await imports(file(`${agent("")}, adopt: true`)))).not.toContain(
      "cloudwatch_agent",
    );
    expect(() => accessOf(file(`${agent("adopt: true")}, adopt: [user]`))).toThrow("no user to adopt");
  });
});

describe("defaults", () => {
  const INHERITED = agent("server_role: false, admin_role: true, on_premises_admin_user: true");
  const names = (entry: string) =>
    accessOf(file(entry, INHERITED))
      .identities.filter(({ accountId }) => accountId === "222222222222")
      .map(({ name }) => name.replace("CloudWatchAgent", ""))
      .filter((name) => name !== "AmazonRDSforPMMrole");

  test("an account that says nothing has what they say", () => {
    expect(names("")).toEqual(["AdminRole", "AdminUser"]);
  });

  test("an account's own settings replace them as a whole, and null leaves them out", () => {
    expect(names(agent(""))).toEqual(["ServerRole"]);
    expect(names(agent("hybrid_activation: true"))).toEqual(["HybridRole", "ServerRole"]);
    expect(names(", cloudwatch_agent: null")).toEqual([]);
  });

  test("an account that retires has none of it", () => {
    expect(names(", lifecycle: retiring")).toEqual([]);
  });

  test("each account has a secret of its own", () => {
    const { keys } = identity(file("", INHERITED), "CloudWatchAgentAdminUser") ?? {};
    expect(keys?.secret.name).toBe("cloudwatch-agent/CloudWatchAgentAdminUser/orders");
  });

  test("adopt there is for every account that has it from there", async () => {
    const blocks = await imports(file("", agent("adopt: [policy]")));
    expect(blocks).toHaveLength(1);
    expect(await imports(file(agent(""), agent("adopt: [policy]")))).toEqual([]);
  });
});
