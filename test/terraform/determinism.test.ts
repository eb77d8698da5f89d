import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parse, stringify } from "yaml";
import { withConsumers } from "../../src/consumers/in-output";
import type { OutputFiles } from "../../src/terraform/render";
import { accessOf, synthesize, textOf } from "../support/synthesize";

const everything = readFileSync(join(__dirname, "../support/everything.yaml"), "utf8");

function asText(files: OutputFiles): Record<string, string> {
  return Object.fromEntries([...files].map(([path, content]) => [path, content.toString()]));
}

test("the consumers' files: the same bytes for any order of accounts and keys", () => {
  const consumers = (yaml: string) =>
    asText(withConsumers(new Map(), accessOf(yaml, join(__dirname, "../support"))));
  const expected = consumers(everything);
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      expect(consumers(stringify(shuffle(parse(everything), seed)))).toEqual(expected);
    }),
    { numRuns: 15 },
  );
});

test.each(["json", "hcl"] as const)(
  "as %s: the same bytes for any order of accounts and keys",
  async (format) => {
    const expected = asText(await synthesize(everything, format));
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const shuffled = stringify(shuffle(parse(everything), seed));
        expect(asText(await synthesize(shuffled, format))).toEqual(expected);
      }),
      { numRuns: format === "json" ? 15 : 4 },
    );
  },
);

/** Another order of every mapping's keys and of every list whose order means nothing. */
function shuffle(value: unknown, seed: number): unknown {
  const random = mulberry(seed);
  const visit = (inner: unknown): unknown => {
    if (Array.isArray(inner)) {
      return sortedBy(inner.map(visit), random);
    }
    if (typeof inner === "object" && inner !== null) {
      return Object.fromEntries(
        sortedBy(Object.entries(inner), random).map(([key, item]) => [key, visit(item)]),
      );
    }
    return inner;
  };
  return visit(value);
}

function sortedBy<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

function mulberry(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test("no absolute path, no time, no name of this machine in any file", async () => {
  for (const [path, text] of Object.entries(asText(await synthesize(everything)))) {
    expect({ path, found: text.includes(process.cwd()) }).toEqual({ path, found: false });
    expect(text).not.toMatch(/\/(?:tmp|home|root|Users)\//);
    expect(text).not.toMatch(/20\d\d-\d\d-\d\dT/);
  }
});

test("every provider acts in one account only, under the session name, with tags", async () => {
  for (const stack of ["pmm-iam", "pmm-iam-finance"]) {
    const root = JSON.parse(textOf(await synthesize(everything), `stacks/${stack}/cdk.tf.json`));
    expect(root.provider.aws.length).toBeGreaterThan(1);
    for (const provider of root.provider.aws) {
      expect(provider).toMatchObject({
        region: expect.any(String),
        allowed_account_ids: [expect.stringMatching(/^\d{12}$/)],
        assume_role: [
          {
            role_arn: expect.stringContaining(`::${provider.allowed_account_ids[0]}:role/`),
            session_name: "pmm-iam",
          },
        ],
        default_tags: [{ tags: expect.any(Object) }],
      });
    }
  }
});

test("every module instance has a module that the stack carries, and its account's provider", async () => {
  const files = await synthesize(everything);
  for (const stack of ["pmm-iam", "pmm-iam-finance"]) {
    const root = JSON.parse(textOf(files, `stacks/${stack}/cdk.tf.json`));
    for (const [name, module] of Object.entries<Record<string, Record<string, string>>>(root.module)) {
      const source = String(module["source"]).replace("./", "");
      expect(files.has(`stacks/${stack}/${source}/main.tf`)).toBe(true);
      const alias = module["providers"]?.["aws"]?.replace("aws.", "") ?? "";
      expect(name.endsWith(`_${alias}`)).toBe(true);
    }
  }
});

test("a stack carries only what Terraform reads of a module", async () => {
  for (const path of (await synthesize(everything)).keys()) {
    if (path.includes("/modules/")) {
      expect(path).toMatch(
        /^stacks\/[^/]+\/modules\/[^/]+\/(?:[^/]+\.tf|[^/]+\.tf\.json|policies\/[^/]+\.json)$/,
      );
    }
  }
});

test("account ids stay text with and without a leading zero, in both formats", async () => {
  const yaml = `
source: {account_id: "011111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
accounts:
  - {name: a, account_id: "222222222222"}
  - {name: b, account_id: "033333333333", third_party_monitors: [{name: m, account_id: "999999999999", external_id: "0123", policy: ReadOnlyAccess}]}
`;
  const hcl = textOf(await synthesize(yaml, "hcl"), "stacks/pmm-iam/cdk.tf");
  const json = textOf(await synthesize(yaml, "json"), "stacks/pmm-iam/cdk.tf.json");
  for (const id of ["011111111111", "222222222222", "033333333333", "999999999999", "0123"]) {
    expect(hcl).toContain(`"${id}"`);
    expect(json).toContain(`"${id}"`);
    expect(hcl).not.toMatch(new RegExp(`[^"\\d:]${id}[^"\\d:]`));
  }
});
