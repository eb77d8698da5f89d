// More than 300 lines: a deployment is compared whole, with every value written out.
import { join } from "node:path";
import type { Account, Deployment } from "../../src/accounts/model";
import { CORPUS, loadFile } from "./corpus";

function deploymentOf(name: string): Deployment {
  const { access, problems } = loadFile(join(CORPUS, "ok", `${name}.yaml`));
  if (access === undefined) {
    throw new Error(`${name}: ${problems.map(({ message }) => message).join("\n")}`);
  }
  return access.deployment;
}

/** An account without what only the features read. */
function accountOf(name: string, account: string): Omit<Account, "input"> {
  const found = deploymentOf(name).accounts.find((candidate) => candidate.name === account);
  if (found === undefined) {
    throw new Error(`${name} has no account ${account}`);
  }
  const { input: _, ...rest } = found;
  return rest;
}

/** One boundary for every kind, each with its place in the file. */
function everyKind(arn: string | undefined) {
  const kinds = [
    "monitoring_role",
    "aurora_user",
    "teleport",
    "cloudwatch_agent",
    "third_party",
    "pmm_ec2_role",
  ];
  return Object.fromEntries(kinds.map((kind) => [kind, expect.objectContaining({ arn, isLeftOut: false })]));
}

test("the smallest file has every default", () => {
  expect(deploymentOf("smallest")).toEqual({
    name: "pmm-iam",
    stacks: "grouped",
    partition: "aws",
    folder: expect.objectContaining({ path: join(CORPUS, "ok") }),
    source: {
      accountId: "111111111111",
      region: "us-east-1",
      adminRoleName: undefined,
      pmmRoleName: "pmm-ec2-role",
      pmmRoleArn: "arn:aws:iam::111111111111:role/pmm-ec2-role",
      createPmmRole: false,
      additionalPrincipals: [],
      assumePolicy: "explicit",
      organizationId: undefined,
      boundaries: everyKind(undefined),
      iamPath: "/",
      cloudwatchAgent: false,
      monitorOwnAccount: false,
      tags: {},
    },
    backend: undefined,
    teleport: undefined,
    secrets: { kmsKeyId: undefined, readers: [] },
    inherited: { third_party_monitors: [], modules: [] },
    accounts: [
      {
        name: "orders-prod",
        alias: "orders_prod",
        accountId: "222222222222",
        stack: "pmm-iam",
        region: "us-east-1",
        adminRoleName: "AWSControlTowerExecution",
        permissions: "standard",
        boundaries: everyKind(undefined),
        iamPath: "/",
        tags: {},
        lifecycle: "active",
        adopt: [],
        isSource: false,
        path: ["accounts", 0],
        // The features add the defaults of their own keys.
        input: expect.objectContaining({
          name: "orders-prod",
          account_id: "222222222222",
          lifecycle: "active",
          adopt: false,
          additional_principals: [],
        }),
      },
    ],
  });
});

test("the source with every option", () => {
  expect(deploymentOf("source-every-option").source).toEqual({
    accountId: "111111111111",
    region: "eu-west-1",
    adminRoleName: "TerraformAdmin",
    pmmRoleName: "service/pmm-ec2-role",
    pmmRoleArn: "arn:aws:iam::111111111111:role/service/pmm-ec2-role",
    createPmmRole: true,
    additionalPrincipals: [
      "arn:aws:iam::111111111111:role/agents/pmm-agent",
      "arn:aws:iam::444444444444:role/grafana",
    ],
    assumePolicy: "organization",
    organizationId: "o-exampleorgid",
    boundaries: everyKind("arn:aws:iam::111111111111:policy/team/pmm-boundary"),
    iamPath: "/",
    cloudwatchAgent: true,
    monitorOwnAccount: false,
    tags: {},
  });
});

describe("defaults", () => {
  const file = "defaults-every-option";

  test("reach an account that says nothing", () => {
    expect(accountOf(file, "inherits")).toEqual({
      name: "inherits",
      alias: "inherits",
      accountId: "222222222222",
      stack: "pmm-iam",
      region: "eu-north-1",
      adminRoleName: "AWSControlTowerExecution",
      permissions: "minimal",
      boundaries: everyKind("arn:aws:iam::222222222222:policy/pmm-boundary"),
      iamPath: "/",
      tags: { team: "dba", "cost-centre": "0815" },
      lifecycle: "active",
      adopt: [],
      isSource: false,
      path: ["accounts", 0],
    });
  });

  test("are overridden one by one, and tags are merged by key", () => {
    expect(accountOf(file, "overrides")).toEqual({
      name: "overrides",
      alias: "overrides",
      accountId: "033333333333",
      stack: "pmm-iam",
      region: "us-west-2",
      adminRoleName: "path/Other",
      permissions: "standard",
      boundaries: everyKind("arn:aws:iam::aws:policy/PowerUserAccess"),
      iamPath: "/",
      tags: { "cost-centre": "0815", owner: "dba-team", team: "finance" },
      lifecycle: "active",
      adopt: [],
      isSource: false,
      path: ["accounts", 1],
    });
  });

  test("null stands for none", () => {
    expect(accountOf(file, "has-none")).toMatchObject({ boundaries: everyKind(undefined), tags: {} });
  });

  test("reach the source account", () => {
    expect(deploymentOf(file).source).toMatchObject({
      region: "eu-north-1",
      adminRoleName: undefined,
      boundaries: everyKind("arn:aws:iam::111111111111:policy/pmm-boundary"),
      iamPath: "/",
      tags: { team: "dba", "cost-centre": "0815" },
    });
  });

  test("may be an empty key", () => {
    expect(accountOf("defaults-empty", "orders-prod")).toMatchObject({
      adminRoleName: "TerraformAdmin",
      region: "us-east-1",
    });
  });

  test("merged tags are sorted, so that their order in the file means nothing", () => {
    expect(Object.keys(accountOf(file, "overrides").tags)).toEqual(["cost-centre", "owner", "team"]);
  });
});

describe("the source, listed as an account", () => {
  test("takes its region, credentials and boundary from the source", () => {
    expect(accountOf("source-listed-as-account", "tools")).toMatchObject({
      accountId: "111111111111",
      region: "eu-west-1",
      adminRoleName: undefined,
      boundaries: everyKind("arn:aws:iam::111111111111:policy/source-boundary"),
      iamPath: "/",
      tags: { team: "dba" },
      lifecycle: "active",
      adopt: [],
      isSource: true,
    });
  });

  test("may say the same role again, a region and a boundary of its own", () => {
    expect(accountOf("source-listed-with-its-admin-role", "tools")).toMatchObject({
      region: "eu-central-1",
      adminRoleName: "TerraformAdmin",
      boundaries: everyKind(undefined),
      iamPath: "/",
      lifecycle: "active",
      adopt: [],
      isSource: true,
    });
  });
});

test("accounts are sorted by name and keep their place in the file", () => {
  const accounts = deploymentOf("groups").accounts.map(({ name, stack, path }) => ({ name, stack, path }));
  expect(accounts).toEqual([
    { name: "a", stack: "pmm-iam-a-b-2", path: ["accounts", 3] },
    { name: "billing-prod", stack: "pmm-iam-finance", path: ["accounts", 2] },
    { name: "orders-prod", stack: "pmm-iam", path: ["accounts", 1] },
    { name: "zebra", stack: "pmm-iam-finance", path: ["accounts", 0] },
  ]);
});

test("the backend is handed on as it is written", () => {
  expect(deploymentOf("backend-s3").backend).toEqual({
    s3: { bucket: "acme-tfstate", region: "us-east-1", key_prefix: "teams/pmm-iam", kms_key_id: "alias/tf" },
  });
  expect(deploymentOf("backend-s3-smallest").backend).toEqual({ s3: { bucket: "abc", region: "eu-west-1" } });
});

test("readers become ARNs, once each and sorted", () => {
  expect(deploymentOf("secrets").secrets).toEqual({
    kmsKeyId: "arn:aws:kms:us-east-1:111111111111:key/mrk-0123456789abcdef0123456789abcdef",
    readers: [
      "arn:aws:iam::111111111111:role/a/deploy",
      "arn:aws:iam::111111111111:role/grafana",
      "arn:aws:iam::111111111111:role/pmm-ec2-role",
    ],
  });
});

test("Teleport may run in one of the accounts, or in the source by default", () => {
  expect(deploymentOf("teleport").teleport).toEqual({
    accountId: "444444444444",
    accountName: "tools",
    roleName: "service/teleport-db-service",
    roleArn: "arn:aws:iam::444444444444:role/service/teleport-db-service",
    externalId: "6c1f0e1e-0d5b-4c2a-9f6d-2f1f4f1c9a77",
    proxyAddress: "teleport.example.com:443",
  });
  expect(deploymentOf("teleport-everything").teleport).toEqual({
    accountId: "111111111111",
    accountName: undefined,
    roleName: "teleport-db-service",
    roleArn: "arn:aws:iam::111111111111:role/teleport-db-service",
    externalId: undefined,
    proxyAddress: "teleport.example.com:443",
  });
});

test.each([
  ["partition-china", "aws-cn", "cn-north-1", "cn-northwest-1"],
  ["partition-govcloud", "aws-us-gov", "us-gov-west-1", "us-gov-east-1"],
  ["partition-european-sovereign", "aws-eusc", "eusc-de-east-1", "eusc-de-east-1"],
])("%s: the partition follows the source's region into every ARN", (file, partition, home, region) => {
  const deployment = deploymentOf(file);
  expect(deployment.partition).toBe(partition);
  expect(deployment.source.region).toBe(home);
  expect(deployment.source.pmmRoleArn).toBe(`arn:${partition}:iam::111111111111:role/pmm-ec2-role`);
  expect(accountOf(file, "orders-prod").region).toBe(region);
});

test("boundaries by name and by ARN follow the partition", () => {
  expect(accountOf("partition-china", "orders-prod").boundaries).toEqual(
    everyKind("arn:aws-cn:iam::222222222222:policy/pmm-boundary"),
  );
  expect(accountOf("partition-govcloud", "orders-prod").boundaries).toEqual(
    everyKind("arn:aws-us-gov:iam::aws:policy/PowerUserAccess"),
  );
});

test("aliases and merge keys: own keys win, then the first mapping that has the key", () => {
  const file = "yaml-anchors-and-merges";
  expect(accountOf(file, "orders-prod")).toMatchObject({
    permissions: "minimal",
    region: "eu-west-1",
    tags: { stage: "prod" },
  });
  expect(accountOf(file, "billing-prod")).toMatchObject({
    permissions: "standard",
    region: "eu-north-1",
    tags: { stage: "prod" },
  });
  expect(accountOf(file, "stock-prod").tags).toEqual({ stage: "test" });
  expect(accountOf(file, "tools")).toMatchObject({
    accountId: "111111111111",
    lifecycle: "active",
    adopt: [],
    isSource: true,
    tags: { stage: "prod" },
  });
});

test("CRLF, a byte order mark, a document marker and a folded text are read as YAML means them", () => {
  expect(accountOf("yaml-crlf-and-bom", "orders-prod").tags).toEqual({ note: "two lines" });
});

test("tags that say what a value is anyway, and escapes in quotes", () => {
  expect(accountOf("yaml-core-tags-and-quotes", "orders-prod")).toMatchObject({
    accountId: "022222222222",
    tags: { on: "true", A: "é" },
  });
});

test("account ids of zeros only stay text", () => {
  const { source, accounts } = deploymentOf("edges-of-lengths");
  expect([source.accountId, ...accounts.map(({ accountId }) => accountId)]).toEqual([
    "000000000000",
    "000000000001",
  ]);
});

test("what the features ask for is typed and has its defaults", () => {
  const inputs = Object.fromEntries(deploymentOf("aurora").accounts.map(({ name, input }) => [name, input]));
  expect(inputs["orders-prod"]).toMatchObject({ aurora: true });
  expect(inputs["billing-prod"]).toMatchObject({ aurora: false });
  expect(inputs["stock-prod"]).toMatchObject({
    aurora: { key_generation: 1, previous_key: "active", allowed_source_ips: [], allowed_source_vpcs: [] },
  });
  expect(inputs["legacy-prod"]).toMatchObject({
    aurora: {
      key_generation: 3,
      previous_key: "inactive",
      allowed_source_ips: ["198.51.100.7/32", "203.0.113.9", "2001:db8::/32"],
      allowed_source_vpcs: ["vpc-0abc"],
    },
  });
  const [orders] = deploymentOf("cloudwatch-agent").accounts.filter(({ name }) => name === "orders-prod");
  expect(orders?.input["cloudwatch_agent"]).toEqual({
    server_role: true,
    admin_role: false,
    on_premises_server_user: false,
    on_premises_admin_user: false,
    hybrid_activation: false,
    parameter_prefixes: ["AmazonCloudWatch-"],
    adopt: false,
    ssm_managed_policy: null,
  });
});

test("the modules of defaults are handed on as they are written", () => {
  expect(deploymentOf("modules").inherited.modules).toEqual([
    { name: "backup-reader", source: "./modules/backup-reader", variables: { bucket: "acme-backups" } },
    { name: "roles", source: "terraform-aws-modules/iam/aws//modules/iam-role", version: "5.2.1-rc1" },
  ]);
});
