import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccessModel } from "../../src/access/model";
import { accessOf, rootModule, synthesize, textOf } from "../support/synthesize";

/** What AWS shows of a role and a managed policy: what it is for, and which stack manages it. */

const EVERYTHING = readFileSync(join(__dirname, "../support/everything.yaml"), "utf8").replace(
  "  create_pmm_ec2_role: true\n",
  "  create_pmm_ec2_role: true\n  assume_policy: sharded\n",
);

/** More database users than fit inline, and a policy file that does not fit beside the Deny. */
const OVERFLOWING = `
name: staging
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
teleport: {role_name: teleport-db-service, proxy_address: "teleport.example.com:443"}
accounts:
  - name: orders
    account_id: "222222222222"
    group: finance
    teleport:
      databases:
        - name: orders
          engine: postgres
          resource_id: cluster-ABCDEFGHIJKL01234
          endpoint: "h:5432"
          db_users: [${Array.from({ length: 130 }, (_, index) => `reporting_${index}`).join(", ")}]
    cloudwatch_agent: {server_role: false, on_premises_server_user: true}
    third_party_monitors:
      - name: site24x7
        account_id: "999999999999"
        external_id: 9b2d41c6
        policy: ./long.json
`;

/** Of 5,000 characters: the Deny leaves some 4,100 of the role's inline policies. */
const LONG = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:ListBucket", Resource: `arn:aws:s3:::${"x".repeat(4_890)}` }],
};

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pmm-iam-"));
  mkdirSync(join(folder, ".git"));
  writeFileSync(join(folder, "long.json"), JSON.stringify(LONG));
  writeFileSync(
    join(folder, "custom-policy.json"),
    readFileSync(join(__dirname, "../support/custom-policy.json")),
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

interface Described {
  readonly of: string;
  readonly stack: string;
  readonly description: string | undefined;
  readonly address: string | undefined;
}

/** Every role and managed policy that the output makes. */
function describedBy({ identities }: AccessModel): Described[] {
  return identities.flatMap(({ kind, origin, arn, stack, description, address, policies }) => [
    ...(kind === "role" && origin === "made" ? [{ of: arn, stack, description, address }] : []),
    ...policies
      .filter(({ form }) => form === "managed")
      .map((policy) => ({
        of: policy.arn ?? "",
        stack,
        description: policy.description,
        address: policy.addresses[0],
      })),
  ]);
}

function descriptions(yaml: string): Record<string, string | undefined> {
  return Object.fromEntries(
    describedBy(accessOf(yaml, folder)).map(({ of, description }) => [
      of.replace(/^arn:aws:iam::(\d{3})\d+:/, "$1 "),
      description,
    ]),
  );
}

test("what each of everything is for, and the stack that manages it", () => {
  expect(descriptions(EVERYTHING)).toEqual({
    "111 role/service/pmm-ec2-role":
      "The EC2 instance of Percona PMM runs with this role, and assumes the monitoring roles with it. Managed by Terraform, stack pmm-iam.",
    ...Object.fromEntries(
      // 111 mod 8 = 7, 222 mod 8 = 6, 555 mod 8 = 3, 033333333333 mod 8 = 333 mod 8 = 5.
      [7, 6, 3, 5].map((shard) => [
        `111 policy/pmm-assume-rds-monitoring-roles-${shard}`,
        `Lets the PMM EC2 role assume the role AmazonRDSforPMMrole in the accounts whose id modulo 8 is ${shard}. Managed by Terraform, stack pmm-iam.`,
      ]),
    ),
    "555 policy/teleport-assume-database-roles-5":
      "Lets Teleport's role assume the role TeleportDatabaseAccess in the accounts whose id modulo 8 is 5. Managed by Terraform, stack pmm-iam.",
    ...Object.fromEntries(
      Object.entries({ 111: "", 222: "", 555: "", "033": "-finance" }).map(([account, group]) => [
        `${account} role/AmazonRDSforPMMrole`,
        `Percona PMM and Grafana assume this role to read CloudWatch metrics and RDS's Enhanced Monitoring. Managed by Terraform, stack pmm-iam${group}.`,
      ]),
    ),
    ...Object.fromEntries(
      Object.entries({ 111: "", 222: "", "033": "-finance" }).flatMap(([account, group]) => [
        [
          `${account} role/CloudWatchAgentServerRole`,
          `EC2 instances run the CloudWatch agent with this role. Managed by Terraform, stack pmm-iam${group}.`,
        ],
        [
          `${account} role/CloudWatchAgentHybridRole`,
          `Servers outside EC2, registered by a hybrid activation, run the CloudWatch agent with this role. Managed by Terraform, stack pmm-iam${group}.`,
        ],
        [
          `${account} policy/CloudWatchAgentServerPolicy`,
          `Lets the CloudWatch agent send metrics and logs and read its configuration. Managed by Terraform, stack pmm-iam${group}.`,
        ],
      ]),
    ),
    "033 role/CloudWatchAgentAdminRole":
      "An EC2 instance stores the CloudWatch agent's configuration with this role. Managed by Terraform, stack pmm-iam-finance.",
    "033 policy/CloudWatchAgentAdminPolicy":
      "Lets the CloudWatch agent send metrics and logs, and read and store its configuration. Managed by Terraform, stack pmm-iam-finance.",
    "033 role/TeleportDatabaseAccess":
      "Teleport assumes this role to connect to databases with IAM authentication. Managed by Terraform, stack pmm-iam-finance.",
    "033 role/site24x7-monitoring":
      "A third party assumes this role, with its external id, to monitor this account. Managed by Terraform, stack pmm-iam-finance.",
    "033 role/vendor-monitoring":
      "A third party assumes this role, with its external id, to monitor this account. Managed by Terraform, stack pmm-iam-finance.",
  });
});

test("policies that do not fit inline, and those of users, in a group of another deployment", () => {
  const all = descriptions(OVERFLOWING);
  expect(
    Object.keys(all).filter((name) => name.startsWith("222 policy/teleport-rds-db-connect-")),
  ).toHaveLength(10);
  expect(all).toMatchObject({
    "222 policy/teleport-rds-db-connect-0":
      "Databases and users that Teleport may connect to through the role TeleportDatabaseAccess, as one of up to ten policies. Managed by Terraform, stack staging-finance.",
    "222 policy/CloudWatchAgentServerPolicy":
      "Lets the CloudWatch agent send metrics and logs and read its configuration. Managed by Terraform, stack staging-finance.",
    "222 policy/site24x7-monitoring-long":
      "What a third party may do with the role site24x7-monitoring, as one of its policies. Managed by Terraform, stack staging-finance.",
  });
});

test.each([
  ["everything", EVERYTHING],
  ["what overflows", OVERFLOWING],
])("of %s, each role and managed policy has one that IAM takes, and nothing else has any", (_, yaml) => {
  const access = accessOf(yaml, folder);
  for (const { of, stack, description } of describedBy(access)) {
    expect({ of, description }).toEqual({ of, description: expect.stringMatching(/^[ -~]{40,1000}$/) });
    expect(description?.endsWith(` Managed by Terraform, stack ${stack}.`)).toBe(true);
  }
  const others = [
    ...access.identities.filter(({ kind, origin }) => kind === "user" || origin === "existing"),
    ...access.identities.flatMap(({ policies }) => policies.filter(({ form }) => form !== "managed")),
  ];
  expect(others.length).toBeGreaterThan(5);
  expect(others.filter(({ description }) => description !== undefined)).toEqual([]);
});

test.each(["json", "hcl"] as const)("as %s, the source side has what the model says", async (format) => {
  const root = await rootModule(EVERYTHING, "pmm-iam", format);
  const resources = root["resource"] as Record<string, Record<string, Record<string, unknown>>>;
  const found = ["aws_iam_role", "aws_iam_policy"].flatMap((type) =>
    Object.entries(resources[type] ?? {}).map(([name, block]) => [`${type}.${name}`, block["description"]]),
  );
  const modelled = describedBy(accessOf(EVERYTHING)).filter(({ address }) => !address?.startsWith("module."));
  expect(found.length).toBe(6);
  expect(Object.fromEntries(found)).toEqual(
    Object.fromEntries(modelled.map(({ address, description }) => [address, description])),
  );
});

test("a description that changes replaces no policy, and Terraform has no warning of a quoted reference", async () => {
  const hcl = textOf(await synthesize(EVERYTHING, "hcl"), "stacks/pmm-iam/cdk.tf");
  const ignoring =
    "  lifecycle {\n    create_before_destroy = true\n    ignore_changes = [\n      description,\n    ]\n  }\n}\n";
  expect(hcl.split('resource "aws_iam_policy"')).toHaveLength(6);
  expect(hcl.split(ignoring)).toHaveLength(6);
});
