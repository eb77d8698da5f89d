import { accessOf, rootModule } from "../support/synthesize";

const FILE = `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
teleport: {role_name: teleport-db-service, proxy_address: "teleport.example.com:443"}
accounts:
  - name: orders-prod
    account_id: "222222222222"
    teleport:
      databases:
`;

const BILLING = `{name: billing, engine: aurora-postgresql, resource_id: cluster-ABCDEFGHIJKL01234`;

/** The policies of Teleport's role, as the model has them. */
function policiesOf(databases: string) {
  const { identities } = accessOf(`${FILE}        - ${databases}\n`);
  return identities.find(({ name }) => name === "TeleportDatabaseAccess")?.policies ?? [];
}

function resourcesOf(databases: string) {
  return policiesOf(databases).map(({ document }) => document?.Statement[0]?.Resource);
}

describe("users that hold what Terraform gives a meaning", () => {
  const users = ["%{if}", 'a"b\\c', "andré", "jane.doe+dba@example.com", "svc$reporting"];
  const entry = `${BILLING}, endpoint: "billing.example.com:5432", db_users: ${JSON.stringify(users)}}`;

  test("in JSON, each is text to Terraform", async () => {
    const root = await rootModule(`${FILE}        - ${entry}\n`, "pmm-iam", "json");
    expect(root).toMatchObject({
      module: {
        teleport_connect_orders_prod: {
          databases: [
            { db_users: ["%%{if}", 'a"b\\c', "andré", "jane.doe+dba@example.com", "svc$reporting"] },
          ],
        },
      },
    });
  });

  test("in the model, each is in the policy as it is written", () => {
    expect(resourcesOf(entry)).toEqual([
      [
        "arn:aws:rds-db:us-east-1:222222222222:dbuser:cluster-ABCDEFGHIJKL01234/%{if}",
        'arn:aws:rds-db:us-east-1:222222222222:dbuser:cluster-ABCDEFGHIJKL01234/a"b\\c',
        "arn:aws:rds-db:us-east-1:222222222222:dbuser:cluster-ABCDEFGHIJKL01234/andré",
        "arn:aws:rds-db:us-east-1:222222222222:dbuser:cluster-ABCDEFGHIJKL01234/jane.doe+dba@example.com",
        "arn:aws:rds-db:us-east-1:222222222222:dbuser:cluster-ABCDEFGHIJKL01234/svc$reporting",
      ],
    ]);
  });
});

describe("the region of a grant", () => {
  const alice = (region: string) => [
    [`arn:aws:rds-db:${region}:222222222222:dbuser:cluster-ABCDEFGHIJKL01234/alice`],
  ];

  test.each([
    ["the endpoint's", `endpoint: "billing.cluster-abc.eu-west-1.rds.amazonaws.com:5432"`, "eu-west-1"],
    ["the account's where the endpoint names none", `endpoint: "billing.example.com:5432"`, "us-east-1"],
    [
      "the account's where the endpoint is a global database's",
      `endpoint: "billing.global-abc.global.rds.amazonaws.com:5432"`,
      "us-east-1",
    ],
    ["the entry's", `endpoint: "billing.example.com:5432", region: ap-south-1`, "ap-south-1"],
  ])("is %s", async (_, settings, region) => {
    const entry = `${BILLING}, ${settings}, db_users: [alice]}`;
    expect(resourcesOf(entry)).toEqual(alice(region));
    expect(await rootModule(`${FILE}        - ${entry}\n`, "pmm-iam", "json")).toMatchObject({
      module: { teleport_connect_orders_prod: { databases: [{ region }] } },
    });
  });
});
