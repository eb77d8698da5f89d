import fc from "fast-check";
import type { IdentityPolicy } from "../../src/features/identity";
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

describe("more grants than a role's inline policies hold", () => {
  const named = (numbers: readonly number[]) =>
    numbers.map((number) => `user_${String(number).padStart(3, "0")}`);
  const upTo = (count: number, first = 0) =>
    Array.from({ length: count - first }, (_, index) => first + index);
  const of = (numbers: readonly number[]) =>
    policiesOf(
      `${BILLING}, endpoint: "billing.example.com:5432", region: eu-west-1, db_users: ${JSON.stringify(named(numbers))}}`,
    );
  const granted = ({ document }: Pick<IdentityPolicy, "document">) =>
    (document?.Statement ?? []).flatMap(({ Action, Resource }) =>
      Action === "rds-db:connect" ? [Resource ?? []].flat() : [],
    );
  const userOf = (arn: string) => Number(arn.slice(-3));

  // A grant has 82 characters with its quotes and comma, and the policy around the list 125.
  test("123 users fit inline, in one policy", () => {
    expect(of(upTo(123)).map(({ form, name }) => [form, name])).toEqual([
      ["inline", "teleport-rds-db-connect"],
    ]);
  });

  test("124 are in managed policies, each in that of its number, and the inline policy grants nothing", () => {
    const [inline, ...managed] = of(upTo(124));
    expect(inline).toMatchObject({
      form: "inline",
      document: {
        Statement: [
          {
            Sid: "GrantsAreInManagedPolicies",
            Effect: "Allow",
            Action: "sts:GetCallerIdentity",
            Resource: "*",
          },
        ],
      },
    });
    expect(managed.map(({ form, name, arn }) => [form, name, arn])).toEqual(
      upTo(10).map((number) => [
        "managed",
        `teleport-rds-db-connect-${number}`,
        `arn:aws:iam::222222222222:policy/teleport-rds-db-connect-${number}`,
      ]),
    );
    // printf 'eu-west-1/cluster-ABCDEFGHIJKL01234/user_010' | sha256sum: the first eight digits, modulo 10.
    expect(managed[3] && granted(managed[3]).map(userOf)).toEqual([10, 16, 44, 63, 68, 82, 88, 90, 97, 122]);
    expect(
      managed
        .flatMap(granted)
        .map(userOf)
        .sort((a, b) => a - b),
    ).toEqual(upTo(124));
    expect(managed[3]?.addresses).toEqual([
      'module.teleport_connect_orders_prod.aws_iam_policy.teleport_database_access["3"]',
      'module.teleport_connect_orders_prod.aws_iam_role_policy_attachment.teleport_database_access["3"]',
    ]);
  });

  test("what a managed policy does not hold is inline, with what would be pushed out next", () => {
    const [inline, ...managed] = of(upTo(700));
    // By sha256sum: 72, 58, 65, 70, 72, 64, 79, 69, 75 and 76 of each number. 73 fit a policy.
    expect(managed.map((policy) => granted(policy).length)).toEqual([72, 58, 65, 70, 72, 64, 73, 69, 73, 73]);
    // From the 68th on: its end is in the last 512 of the 6,019 characters that a list may have.
    expect(inline && granted(inline)).toHaveLength(5 + 3 + 5 + 12 + 2 + 8 + 9);
  });

  test("one grant more or less: each other one is in a policy whatever moment the apply stops at", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 125, max: 730 }),
        fc.nat(729),
        fc.boolean(),
        (count, chosen, isRemoved) => {
          const all = upTo(count);
          const some = all.filter((number) => number !== chosen % count);
          const [before, after] = isRemoved ? [all, some] : [some, all];
          const [old = [], fresh = []] = [of(before), of(after)].map((policies) => policies.map(granted));
          // Terraform changes the managed policies first, then the inline one.
          const between = new Set([...fresh.slice(1), ...(old[0] === undefined ? [] : [old[0]])].flat());
          expect(some.filter((number) => !between.has(arnOf(number)))).toEqual([]);
          expect(new Set(fresh.flat().map(userOf))).toEqual(new Set(after));
          const changed = fresh.slice(1).filter((grants, index) => grants.join() !== old[index + 1]?.join());
          expect(changed.length).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 25 },
    );
  });

  const arnOf = (number: number) =>
    `arn:aws:rds-db:eu-west-1:222222222222:dbuser:cluster-ABCDEFGHIJKL01234/${named([number])[0]}`;
});
