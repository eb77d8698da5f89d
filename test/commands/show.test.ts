import { rmSync } from "node:fs";
import { show } from "../../src/commands/show";
import { features } from "../../src/features";
import { type Ran, Repository, ran } from "./repository";

let repository: Repository;

beforeEach(() => {
  repository = Repository.create();
  repository.write("accounts.yaml", FILE);
});

afterEach(() => rmSync(repository.folder, { recursive: true }));

const FILE = `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role, create_pmm_ec2_role: true}
defaults: {admin_role_name: Admin, iam_path: /dba/}
accounts:
  - {name: leaves, account_id: "333333333333", lifecycle: retiring}
  - name: orders
    account_id: "222222222222"
    external_id: grafana-42
    aurora: true
    third_party_monitors:
      - {name: site24x7, account_id: "999999999999", external_id: 9b2d41c6, policy: SecurityAudit}
`;

const shown = (account?: string, format: "text" | "json" = "text"): Promise<Ran> =>
  ran(() => show(features, account, { format }), repository.folder);

test("all that is handed on, with whom it is for and what they do", async () => {
  const { code, stdout } = await shown();
  expect(code).toBe(0);
  expect(stdout).toBe(`pmm_ec2_role, stack pmm-iam
  For the PMM instance:
    arn                   arn:aws:iam::111111111111:role/dba/pmm-ec2-role
    instance_profile_arn  arn:aws:iam::111111111111:instance-profile/dba/pmm-ec2-role
    - Attach the instance profile pmm-ec2-role: aws ec2 associate-iam-instance-profile --region us-east-1 --iam-instance-profile Name=pmm-ec2-role --instance-id <instance>

leaves (333333333333, us-east-1), stack pmm-iam
  retiring: nothing to hand on

orders (222222222222, us-east-1), stack pmm-iam
  For PMM (users.PMMAWSIntegrationUser):
    arn             arn:aws:iam::222222222222:user/dba/PMMAWSIntegrationUser
    key_generation  1
    secret_arn      arn:aws:secretsmanager:us-east-1:111111111111:secret:pmm/aurora/orders
    secret_name     pmm/aurora/orders
    - Read the newest key from the secret pmm/aurora/orders in 111111111111, us-east-1. The command prints a secret, so clear the terminal: aws secretsmanager get-secret-value --region us-east-1 --secret-id pmm/aurora/orders --query SecretString --output text
    - In PMM, add the account's databases with this key, as consumers/pmm/orders.md in the output folder says.
  For Grafana (monitoring_role):
    arn          arn:aws:iam::222222222222:role/dba/AmazonRDSforPMMrole
    external_id  grafana-42
    - Give Grafana consumers/grafana/datasources.yaml in the output folder, as its first lines say; there the account's data source assumes arn:aws:iam::222222222222:role/dba/AmazonRDSforPMMrole with the default region us-east-1
  For the vendor (third_party_roles.site24x7):
    arn          arn:aws:iam::222222222222:role/dba/site24x7-monitoring
    external_id  9b2d41c6
    - In the console of site24x7, enter the role ARN arn:aws:iam::222222222222:role/dba/site24x7-monitoring and the external id 9b2d41c6
`);
});

test("one account as JSON: what its stack's output access has, and the steps", async () => {
  const { stdout } = await shown("orders", "json");
  const answer = JSON.parse(stdout);
  expect(Object.keys(answer)).toEqual(["version", "access", "handovers"]);
  expect(answer.version).toBe(1);
  expect(answer.access).toEqual({
    orders: {
      account_id: "222222222222",
      region: "us-east-1",
      monitoring_role: {
        arn: "arn:aws:iam::222222222222:role/dba/AmazonRDSforPMMrole",
        external_id: "grafana-42",
      },
      third_party_roles: {
        site24x7: {
          arn: "arn:aws:iam::222222222222:role/dba/site24x7-monitoring",
          external_id: "9b2d41c6",
        },
      },
      users: {
        PMMAWSIntegrationUser: {
          arn: "arn:aws:iam::222222222222:user/dba/PMMAWSIntegrationUser",
          key_generation: 1,
          secret_arn: "arn:aws:secretsmanager:us-east-1:111111111111:secret:pmm/aurora/orders",
          secret_name: "pmm/aurora/orders",
        },
      },
    },
  });
  expect(answer.handovers[1]).toEqual({
    of: "orders",
    stack: "pmm-iam",
    to: "Grafana",
    key: ["monitoring_role"],
    steps: [expect.stringContaining("Give Grafana consumers/grafana/datasources.yaml")],
  });
});

test("another principal needs a permission of its own", async () => {
  repository.write(
    "accounts.yaml",
    FILE.replace(
      "external_id: grafana-42",
      'additional_principals: ["arn:aws:iam::444444444444:role/grafana"]',
    ),
  );
  expect((await shown("orders")).stdout).toContain(
    "    - Attach to arn:aws:iam::444444444444:role/grafana, in its own account, its policy from consumers/principals/ in the output folder, which lets it assume arn:aws:iam::222222222222:role/dba/AmazonRDSforPMMrole\n",
  );
});

test.each([
  ["order", "orders"],
  ["zzz", "leaves, orders"],
  // The role's key is no account's name.
  ["pmm_ec2_role", "leaves, orders"],
])("no account %s: what was expected, and nothing printed", async (name, expected) => {
  const { code, stdout, stderr } = await shown(name);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain(`error: no account has the name "${name}"; expected ${expected}\n`);
});

test("a file with an error: exit code 1, and nothing on standard output", async () => {
  repository.write("accounts.yaml", FILE.replace('"222222222222"', "22"));
  const { code, stdout, stderr } = await shown();
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/accounts\.yaml:\d+:\d+: error:/);
});

test("without a user, PMM gets the role", async () => {
  repository.write(
    "accounts.yaml",
    FILE.replace("    external_id: grafana-42\n", "").replace("aurora: true", "aurora: {credentials: role}"),
  );
  const { code, stdout } = await shown("orders");
  expect(code).toBe(0);
  expect(stdout).toContain(`
  For PMM (monitoring_role):
    arn  arn:aws:iam::222222222222:role/dba/AmazonRDSforPMMrole
    - In PMM, add the account's databases with this role's ARN and without an access key, if your version can; consumers/pmm/orders.md in the output folder says how.
    - If a pmm-agent on another host reads them, list that host's role in additional_principals.
`);
  expect(stdout).not.toMatch(/user|secret/i);
});
