import { CONTRACT_INSTANCES } from "../support/module-names";
import { accessOf } from "../support/synthesize";

/** One account with all that it can ask for, and the roles of the source side; every literal is by hand. */
const FILE = `
source: {account_id: "111111111111", pmm_ec2_role_name: service/pmm, create_pmm_ec2_role: true, organization_id: o-exampleorgid, additional_principals: ["arn:aws:iam::444444444444:role/grafana"]}
defaults: {admin_role_name: Admin, permissions_boundary: bound, tags: {team: dba}}
teleport: {role_name: teleport-db, external_id: "5555", proxy_address: "teleport.example.com:443"}
secrets: {readers: [pmm_ec2_role], kms_key_id: alias/pmm}
accounts:
  - name: orders-prod
    account_id: "222222222222"
    region: eu-west-1
    group: shop
    permissions: minimal
    aurora: {key_generation: 3, previous_key: inactive, allowed_source_ips: [203.0.113.0/24, 198.51.100.7], allowed_source_vpcs: [vpc-0abc]}
    cloudwatch_agent: {ssm_managed_policy: AmazonSSMManagedInstanceCore}
    teleport: {databases: [{name: d, engine: postgres, resource_id: db-A, endpoint: "h:5432", db_users: [bob, alice]}]}
    third_party_monitors: [{name: v, account_id: "999999999999", external_id: 9b2d, policy: job-function/ViewOnlyAccess}]
`;

const access = accessOf(FILE);
const identity = (end: string) => access.identities.find(({ arn }) => arn.endsWith(end));

test("every identity, sorted by ARN, with its address and stack", () => {
  expect(access.identities.map(({ arn, origin, stack, address }) => [arn, origin, stack, address])).toEqual([
    ["arn:aws:iam::111111111111:role/service/pmm", "made", "pmm-iam", "aws_iam_role.pmm_ec2"],
    ["arn:aws:iam::111111111111:role/teleport-db", "existing", "pmm-iam", undefined],
    [
      "arn:aws:iam::222222222222:role/AmazonRDSforPMMrole",
      "made",
      "pmm-iam-shop",
      "module.pmm_iam_orders_prod.aws_iam_role.pmm_rds_monitoring",
    ],
    [
      "arn:aws:iam::222222222222:role/CloudWatchAgentServerRole",
      "made",
      "pmm-iam-shop",
      'module.cloudwatch_agent_orders_prod.aws_iam_role.agent["server"]',
    ],
    [
      "arn:aws:iam::222222222222:role/TeleportDatabaseAccess",
      "made",
      "pmm-iam-shop",
      "module.teleport_connect_orders_prod.aws_iam_role.teleport_database_access",
    ],
    [
      "arn:aws:iam::222222222222:role/v-monitoring",
      "made",
      "pmm-iam-shop",
      "module.third_party_v_orders_prod.aws_iam_role.monitor",
    ],
    [
      "arn:aws:iam::222222222222:user/PMMAWSIntegrationUser",
      "made",
      "pmm-iam-shop",
      "module.aurora_user_orders_prod.aws_iam_user.pmm_aws_integration",
    ],
  ]);
});

test("a role with its trust, policies, boundary and tags", () => {
  expect(identity("AmazonRDSforPMMrole")).toMatchObject({
    kind: "role",
    accountId: "222222222222",
    name: "AmazonRDSforPMMrole",
    iamPath: "/",
    trust: {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::111111111111:root" },
          Action: ["sts:AssumeRole", "sts:TagSession"],
          Condition: {
            StringEquals: {
              "aws:PrincipalArn": ["arn:aws:iam::111111111111:role/service/pmm"],
              "aws:PrincipalOrgID": "o-exampleorgid",
            },
          },
        },
        {
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::444444444444:root" },
          Action: ["sts:AssumeRole", "sts:TagSession"],
          Condition: {
            StringEquals: {
              "aws:PrincipalArn": ["arn:aws:iam::444444444444:role/grafana"],
              "aws:PrincipalOrgID": "o-exampleorgid",
            },
          },
        },
      ],
    },
    policies: [
      {
        form: "inline",
        name: "pmm-cloudwatch-rds-access",
        addresses: ["module.pmm_iam_orders_prod.aws_iam_role_policy.pmm_rds_monitoring"],
      },
    ],
    boundary: "arn:aws:iam::222222222222:policy/bound",
    tags: { team: "dba" },
  });
});

test("the PMM EC2 role, made here: path, trust, profile and what it may assume", () => {
  expect(identity("service/pmm")).toMatchObject({
    name: "pmm",
    iamPath: "/service/",
    trust: {
      Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
    },
    instanceProfile: { name: "pmm", address: "aws_iam_instance_profile.pmm_ec2" },
    boundary: "arn:aws:iam::111111111111:policy/bound",
    policies: [
      {
        form: "inline",
        name: "pmm-assume-rds-monitoring-roles",
        document: {
          Statement: [
            {
              Action: ["sts:AssumeRole", "sts:TagSession"],
              Resource: ["arn:aws:iam::222222222222:role/AmazonRDSforPMMrole"],
            },
          ],
        },
        addresses: ["aws_iam_role_policy.pmm_assume_target_roles"],
      },
    ],
  });
});

test("a user with its keys and their secret in the source account", () => {
  expect(identity("user/PMMAWSIntegrationUser")).toMatchObject({
    kind: "user",
    tags: { team: "dba", "pmm-iam:key-generation": "3" },
    policies: [
      { form: "inline", name: "pmm-aurora-os-metrics" },
      {
        form: "inline",
        name: "pmm-allowed-sources",
        document: {
          Statement: [
            {
              Effect: "Deny",
              Condition: {
                NotIpAddressIfExists: { "aws:SourceIp": ["198.51.100.7", "203.0.113.0/24"] },
                StringNotEqualsIfExists: { "aws:SourceVpc": ["vpc-0abc"] },
              },
            },
          ],
        },
      },
    ],
    keys: {
      generation: 3,
      previous: "inactive",
      secret: {
        accountId: "111111111111",
        region: "us-east-1",
        name: "pmm/aurora/orders-prod",
        kmsKeyId: "alias/pmm",
        tags: { team: "dba" },
        address: "module.aurora_user_orders_prod.module.key.aws_secretsmanager_secret.key",
      },
    },
  });
});

test("managed policies: our own with its document, AWS's by its ARN", () => {
  expect(identity("CloudWatchAgentServerRole")?.policies).toMatchObject([
    {
      form: "managed",
      name: "CloudWatchAgentServerPolicy",
      arn: "arn:aws:iam::222222222222:policy/CloudWatchAgentServerPolicy",
      addresses: [
        'module.cloudwatch_agent_orders_prod.aws_iam_policy.agent["server"]',
        'module.cloudwatch_agent_orders_prod.aws_iam_role_policy_attachment.agent["server"]',
      ],
    },
    { form: "aws", arn: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore" },
    { form: "inline", name: "cloudwatch-agent-parameter-store" },
  ]);
  expect(identity("v-monitoring")?.policies.map(({ arn, name }) => arn ?? name)).toEqual([
    "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess",
    "deny-data-access",
  ]);
});

test("every edge: who may assume, read a key and use it, under which condition", () => {
  const organization = { StringEquals: { "aws:PrincipalOrgID": "o-exampleorgid" } };
  const role = (arn: string) => ({ kind: "role", arn });
  const pmm = role("arn:aws:iam::111111111111:role/service/pmm");
  const ec2 = { kind: "service", name: "ec2.amazonaws.com" };
  const of = (name: string) => `arn:aws:iam::222222222222:role/${name}`;
  const user = "arn:aws:iam::222222222222:user/PMMAWSIntegrationUser";
  const holder = { kind: "key_holder" };
  expect(access.edges).toEqual([
    { who: ec2, may: "assume", target: "arn:aws:iam::111111111111:role/service/pmm", condition: {} },
    { who: pmm, may: "assume", target: of("AmazonRDSforPMMrole"), condition: organization },
    {
      who: role("arn:aws:iam::444444444444:role/grafana"),
      may: "assume",
      target: of("AmazonRDSforPMMrole"),
      condition: organization,
    },
    { who: ec2, may: "assume", target: of("CloudWatchAgentServerRole"), condition: {} },
    {
      who: role("arn:aws:iam::111111111111:role/teleport-db"),
      may: "assume",
      target: of("TeleportDatabaseAccess"),
      condition: { StringEquals: { "aws:PrincipalOrgID": "o-exampleorgid", "sts:ExternalId": "5555" } },
    },
    {
      who: { kind: "account", accountId: "999999999999" },
      may: "assume",
      target: of("v-monitoring"),
      condition: { StringEquals: { "sts:ExternalId": "9b2d" } },
    },
    { who: pmm, may: "read_key", target: "pmm/aurora/orders-prod", condition: {} },
    {
      who: holder,
      may: "use_key",
      target: user,
      condition: { IpAddress: { "aws:SourceIp": ["198.51.100.7", "203.0.113.0/24"] } },
    },
    {
      who: holder,
      may: "use_key",
      target: user,
      condition: { StringEquals: { "aws:SourceVpc": ["vpc-0abc"] } },
    },
  ]);
});

test("an account that retires or is closed has no identity left, and keeps its instances apart", () => {
  const { identities, stacks, edges } = accessOf(`
source: {account_id: "111111111111", pmm_ec2_role_name: pmm}
defaults: {admin_role_name: Admin}
accounts:
  - {name: a, account_id: "222222222222", lifecycle: retiring, aurora: true}
  - {name: b, account_id: "333333333333", lifecycle: closed, aurora: true}
`);
  expect(identities).toEqual([]);
  expect(edges).toEqual([]);
  const members = stacks.flatMap(({ accounts }) => accounts);
  expect(members.map(({ calls }) => calls)).toEqual([[], []]);
  const [ofRetiring = [], ofClosed = []] = members.map(({ forgotten }) => forgotten.map(({ name }) => name));
  expect(ofRetiring).toEqual([]);
  expect(ofClosed).toEqual(expect.arrayContaining(CONTRACT_INSTANCES.map((name) => `${name}_b`)));
});

test("closing an account takes no address from a team's module that is there already", () => {
  const { stacks } = accessOf(`
source: {account_id: "111111111111", pmm_ec2_role_name: pmm}
defaults: {admin_role_name: Admin}
accounts:
  - {name: x, account_id: "222222222222", lifecycle: closed}
  - name: user-x
    account_id: "333333333333"
    modules: [{name: aurora, source: "git::https://git.example.com/m.git?ref=0123456789abcdef0123456789abcdef01234567"}]
`);
  const [{ forgotten = [] } = {}] = stacks[0]?.accounts.filter(({ account }) => account.name === "x") ?? [];
  expect(forgotten.map(({ name }) => name)).toContain("aurora_user_x");
});
