import fc from "fast-check";
import { type AssumeTargets, packAssumePolicy } from "../../src/aws/packing";
import { policySize, policyText } from "../../src/aws/policies";

const accountId = (value: number): string => String(value).padStart(12, "0");
const accountIds = (count: number, step = 1): string[] =>
  Array.from({ length: count }, (_, index) => accountId((index + 1) * step));

function targets(ids: readonly string[], more: Partial<AssumeTargets> = {}): AssumeTargets {
  return { partition: "aws", roleName: "AmazonRDSforPMMrole", accountIds: ids, ...more };
}

describe("explicit", () => {
  test("is one document that names each role, sorted", () => {
    const { policies } = packAssumePolicy("explicit", targets(["222222222222", "033333333333"]));
    expect(policies).toEqual([
      {
        document: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Action: ["sts:AssumeRole", "sts:TagSession"],
              Resource: [
                "arn:aws:iam::033333333333:role/AmazonRDSforPMMrole",
                "arn:aws:iam::222222222222:role/AmazonRDSforPMMrole",
              ],
            },
          ],
        },
      },
    ]);
  });

  test("152 accounts have 115 + 152 * 53 = 8,171 characters and fit", () => {
    const packed = packAssumePolicy("explicit", targets(accountIds(152)));
    expect(packed.policies.map(({ document }) => policySize(document))).toEqual([8_171]);
    expect(packed.headroom).toEqual({ mode: "explicit", accounts: 152, capacity: 152 });
    expect(packed.overflow).toBeUndefined();
  });

  test("153 accounts have 8,224 characters, over 8,192; sharded is next", () => {
    const packed = packAssumePolicy("explicit", targets(accountIds(153)));
    expect(packed.overflow).toEqual({
      size: 8_224,
      limit: 8_192,
      headroom: { mode: "explicit", accounts: 153, capacity: 152 },
    });
  });

  test.each([
    ["aws-cn", 56, 144],
    ["aws-us-gov", 60, 134],
    ["aws-eusc", 58, 139],
  ] as const)("%s: an account costs %i characters, so that %i fit", (partition, cost, capacity) => {
    // Each ARN is longer than in aws by as much as the partition's name is.
    const fit = packAssumePolicy("explicit", targets(accountIds(capacity), { partition }));
    expect(fit.policies.map(({ document }) => policySize(document))).toEqual([115 + capacity * cost]);
    expect(fit.headroom.capacity).toBe(capacity);
    expect(fit.overflow).toBeUndefined();
    const over = packAssumePolicy("explicit", targets(accountIds(capacity + 1), { partition }));
    expect(over.overflow?.size).toBe(115 + (capacity + 1) * cost);
  });

  test("no accounts are no document", () => {
    expect(packAssumePolicy("explicit", targets([]))).toEqual({
      policies: [],
      headroom: { mode: "explicit", accounts: 0 },
    });
  });
});

describe("sharded", () => {
  test("an account falls into the shard account_id mod 8, leading zeros or not", () => {
    const ids = ["000000000000", "000000000007", "000000000009", "011111111111", "999999999999"];
    const { policies } = packAssumePolicy("sharded", targets(ids));
    // 11,111,111,111 = 8 * 1,388,888,888 + 7; 999,999,999,999 = 8 * 124,999,999,999 + 7.
    expect(policies.map(({ shard, document }) => [shard, policyText(document).match(/\d{12}/g)])).toEqual([
      [0, ["000000000000"]],
      [1, ["000000000009"]],
      [7, ["000000000007", "011111111111", "999999999999"]],
    ]);
  });

  test("113 accounts in one shard have 115 + 113 * 53 = 6,104 characters and fit", () => {
    const packed = packAssumePolicy("sharded", targets(accountIds(113, 8)));
    expect(packed.policies.map(({ shard, document }) => [shard, policySize(document)])).toEqual([[0, 6_104]]);
    expect(packed.headroom).toEqual({ mode: "sharded", accounts: 113, capacity: 113, shard: 0 });
    expect(packed.overflow).toBeUndefined();
  });

  test("114 accounts in one shard have 6,157 characters, over 6,144; organization is next", () => {
    expect(packAssumePolicy("sharded", targets(accountIds(114, 8))).overflow).toEqual({
      size: 6_157,
      limit: 6_144,
      headroom: { mode: "sharded", accounts: 114, capacity: 113, shard: 0 },
    });
  });

  test("8 * 113 accounts in a row fill all eight shards and fit", () => {
    const packed = packAssumePolicy("sharded", targets(accountIds(904)));
    expect(packed.policies.map(({ shard }) => shard)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(packed.overflow).toBeUndefined();
    expect(packAssumePolicy("sharded", targets(accountIds(905))).overflow?.headroom).toEqual({
      mode: "sharded",
      accounts: 114,
      capacity: 113,
      shard: 1,
    });
  });

  describe("over random sequences of accounts that come and go", () => {
    /** Many of them in shard 5. */
    const id = fc
      .tuple(fc.bigInt({ min: 0n, max: 124_999_999_999n }), fc.constantFrom(0n, 1n, 2n, 5n, 5n, 5n, 7n))
      .map(([eighth, shard]) => String(eighth * 8n + shard).padStart(12, "0"));
    const shardOf = (account: string): number => Number(BigInt(account) % 8n);

    /** The documents by shard, after each change of one account. */
    function* history(accounts: readonly string[], changes: readonly { account: string; leaves: boolean }[]) {
      const held = new Set(accounts);
      yield { account: "", held: [...held], packed: packAssumePolicy("sharded", targets([...held])) };
      for (const { account, leaves } of changes) {
        const other = leaves ? [...held].at(Number(account.slice(-3)) % held.size) : account;
        if (other === undefined || (!leaves && held.has(other))) continue;
        if (leaves) held.delete(other);
        else held.add(other);
        yield { account: other, held: [...held], packed: packAssumePolicy("sharded", targets([...held])) };
      }
    }

    const texts = (packed: ReturnType<typeof packAssumePolicy>) =>
      new Map(packed.policies.map(({ shard, document }) => [shard, policyText(document)]));
    /** Shard 5 starts nearly full, at 113. */
    const accounts = fc
      .tuple(fc.uniqueArray(id, { maxLength: 40 }), fc.integer({ min: 100, max: 113 }))
      .map(([some, full]) => [
        ...new Set([...some, ...Array.from({ length: full }, (_, n) => accountId(n * 8 + 5))]),
      ]);
    const changes = fc.array(fc.record({ account: id, leaves: fc.boolean() }), {
      maxLength: 40,
      size: "max",
    });

    test("each changes exactly one document: that of its shard", () => {
      fc.assert(
        fc.property(accounts, changes, (start, sequence) => {
          let before: ReadonlyMap<number | undefined, string> | undefined;
          for (const { account, packed } of history(start, sequence)) {
            const now = texts(packed);
            if (before !== undefined) {
              const shards = [...new Set([...before.keys(), ...now.keys()])];
              const changed = shards.filter((shard) => before?.get(shard) !== now.get(shard));
              expect(changed).toEqual([shardOf(account)]);
            }
            before = now;
          }
        }),
        { numRuns: 50 },
      );
    });

    test("each account stands in one document, and a document is over its limit only where an error says so", () => {
      let [full, fitting] = [0, 0];
      fc.assert(
        fc.property(accounts, changes, (start, sequence) => {
          for (const { held, packed } of history(start, sequence)) {
            const listed = [...texts(packed).values()].flatMap((text) => text.match(/\d{12}/g) ?? []);
            expect(listed.sort()).toEqual([...held].sort());
            const largest = Math.max(0, ...packed.policies.map(({ document }) => policySize(document)));
            expect(packed.overflow?.size).toBe(largest > 6_144 ? largest : undefined);
            expect(packed.policies.length).toBeLessThanOrEqual(8);
            if (largest > 6_144) full += 1;
            else fitting += 1;
          }
        }),
        { numRuns: 50 },
      );
      // Both have been met.
      expect(Math.min(full, fitting)).toBeGreaterThan(0);
    });
  });
});

test("organization: a wildcard that only the organization's id closes, of the same size for any number", () => {
  const packed = packAssumePolicy(
    "organization",
    targets(accountIds(2_000), { partition: "aws-cn", organizationId: "o-exampleorgid" }),
  );
  expect(packed).toEqual({
    policies: [
      {
        document: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Action: ["sts:AssumeRole", "sts:TagSession"],
              Resource: "arn:aws-cn:iam::*:role/AmazonRDSforPMMrole",
              Condition: { StringEquals: { "aws:ResourceOrgID": "o-exampleorgid" } },
            },
          ],
        },
      },
    ],
    headroom: { mode: "organization", accounts: 2_000 },
  });
});

test("white space is not sent, and so not counted", () => {
  const [packed] = packAssumePolicy("explicit", targets(["222222222222"])).policies;
  const text = policyText(packed?.document ?? { Version: "2012-10-17", Statement: [] });
  expect(text).toBe(
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],"Resource":["arn:aws:iam::222222222222:role/AmazonRDSforPMMrole"]}]}',
  );
  expect(text).toHaveLength(168);
});

test("the order of the accounts means nothing", () => {
  const shuffled = fc.shuffledSubarray(accountIds(20), { minLength: 20 });
  fc.assert(
    fc.property(shuffled, fc.constantFrom("explicit" as const, "sharded" as const), (ids, mode) => {
      expect(packAssumePolicy(mode, targets(ids))).toEqual(packAssumePolicy(mode, targets(accountIds(20))));
    }),
    { numRuns: 20 },
  );
});
