import fc from "fast-check";
import { parse } from "yaml";
import { afterStep } from "./planned";

/** What stands at a place of the file beside the values, as people write it. */
interface Layout {
  readonly lineEnd: "\n" | "\r\n";
  readonly hasLastEnd: boolean;
  readonly comments: readonly string[];
  readonly blank: readonly string[];
  readonly quote: "" | '"' | "'";
  readonly pad: string;
  readonly indent: number;
  readonly style: "block" | "flow" | "wrapped" | "entry in flow";
  readonly order: "generation first" | "previous first" | "generation alone";
  readonly extra: boolean;
  readonly anchor: string;
  readonly target: number;
  readonly others: readonly ("true" | "mapping" | "alias")[];
}

const COMMENTS = ["", " # a", " # key_generation: 1, {previous_key: active}", " # é \u{1f511} - 'x", "   "];

const layout: fc.Arbitrary<Layout> = fc.record({
  lineEnd: fc.constantFrom("\n", "\r\n"),
  hasLastEnd: fc.boolean(),
  comments: fc.array(fc.constantFrom(...COMMENTS), { minLength: 8, maxLength: 8 }),
  blank: fc.array(fc.constantFrom("", "", "\n", "      # own line\n", "\n# far left\n\n"), {
    minLength: 4,
    maxLength: 4,
  }),
  quote: fc.constantFrom("", '"', "'"),
  pad: fc.constantFrom("", " ", "  "),
  indent: fc.integer({ min: 1, max: 5 }),
  style: fc.constantFrom("block", "flow", "wrapped", "entry in flow"),
  order: fc.constantFrom("generation first", "previous first", "generation alone"),
  extra: fc.boolean(),
  anchor: fc.constantFrom("", "&key "),
  target: fc.integer({ min: 0, max: 3 }),
  others: fc.array(fc.constantFrom("true", "mapping", "alias"), { minLength: 3, maxLength: 3 }),
});

interface Values {
  readonly generation: number;
  readonly previous: string;
}

/** The setting of the target, as the value of its key. */
function setting(form: Layout, { generation, previous }: Values): string {
  const { quote, pad, indent, style, order, extra, comments, blank, anchor } = form;
  const first = `key_generation:${pad || " "}${anchor}${generation}`;
  const second = `${quote}previous_key${quote}: ${quote}${previous}${quote}`;
  const ips = extra ? ["allowed_source_ips: [198.51.100.7/32,  203.0.113.0/24]"] : [];
  const pairs = {
    "generation first": [first, ...ips, second],
    "previous first": [second, ...ips, first],
    "generation alone": [...ips, first],
  }[order];
  if (style === "block") {
    const lines = pairs.map(
      (pair, index) => `${blank[index] ?? ""}${" ".repeat(4 + indent)}${pair}${comments[index] ?? ""}`,
    );
    return `${comments[5]}\n${lines.join("\n")}`;
  }
  if (style === "wrapped") {
    const lines = pairs.map(
      (pair, index) => `${" ".repeat(4 + indent)}${pair}${pad},${comments[index] || ""}`,
    );
    return ` {${comments[5]}\n${lines.join("\n")}\n    }`;
  }
  return ` {${pad}${pairs.join(`${pad}, `)}${pad}}`;
}

/** A file with the target among other accounts, some of which share an anchor. */
function fileText(form: Layout, value: string): string {
  const { comments, blank, others, target, style } = form;
  const entries = others.map((kind, index) => {
    const aurora = { true: "true", mapping: "{key_generation: 7}", alias: "*shared" }[kind];
    return `  - name: other-${index}${comments[6]}\n    account_id: "33333333333${index}"\n    aurora: ${aurora}`;
  });
  const own =
    style === "entry in flow"
      ? `  - {name: orders, account_id: "222222222222", aurora:${value}}${comments[7]}`
      : `  - name: orders${comments[7]}\n    aurora:${value}\n${blank[3]}    account_id: "222222222222"`;
  entries.splice(target, 0, own);
  const text = [
    "# the accounts of the team",
    'source: {account_id: "111111111111", pmm_ec2_role_name: pmm}',
    "defaults:",
    "  admin_role_name: Admin",
    "accounts:",
    '  - {name: first, account_id: "444444444444", aurora: &shared {key_generation: 5, previous_key: inactive}}',
    ...entries,
  ].join("\n");
  const ended = form.hasLastEnd ? `${text}\n` : text;
  return form.lineEnd === "\n" ? ended : ended.replaceAll("\n", "\r\n");
}

/** The accounts as another reader of YAML finds them, by name. */
function accountsOf(text: string): Map<string, unknown> {
  const { accounts } = parse(text, { merge: true }) as { accounts: { name: string }[] };
  return new Map(accounts.map((account) => [account.name, account]));
}

const STEPS = {
  raise: { from: "deleted", to: "active" },
  finish: { from: "active", to: "inactive" },
  revoke: { from: "inactive", to: "deleted" },
} as const;

test("where the values are there, they alone change", () => {
  fc.assert(
    fc.property(
      layout.filter(({ order }) => order !== "generation alone"),
      fc.constantFrom("raise", "finish", "revoke"),
      fc.integer({ min: 2, max: 120 }),
      (form, step, generation) => {
        const { from, to } = STEPS[step];
        const text = (values: Values): string => fileText(form, setting(form, values));
        const before = text({ generation, previous: from });
        const after = text({ generation: step === "raise" ? generation + 1 : generation, previous: to });
        expect(afterStep(before, step, ["orders"])).toBe(after);
      },
    ),
    { numRuns: 120 },
  );
});

/** A text is another one with something put in at one place; what that is. */
function insertion(before: string, after: string): string {
  let start = 0;
  while (start < before.length && before[start] === after[start]) {
    start += 1;
  }
  const rest = before.length - start;
  expect(after.endsWith(before.slice(start))).toBe(true);
  return after.slice(start, after.length - rest);
}

test("where a key is not there, it is put in at one place", () => {
  fc.assert(
    fc.property(
      layout.map((form): Layout => ({ ...form, order: "generation alone" })),
      fc.integer({ min: 2, max: 120 }),
      (form, generation) => {
        const before = fileText(form, setting(form, { generation, previous: "" }));
        const after = afterStep(before, "finish", ["orders"]);
        expect(insertion(before, after).replace(/[\s,]/g, "")).toBe("previous_key:inactive");
        const expected = accountsOf(before);
        const orders = expected.get("orders") as { aurora: object };
        expected.set("orders", { ...orders, aurora: { ...orders.aurora, previous_key: "inactive" } });
        expect(accountsOf(after)).toEqual(expected);
        expect(after.replaceAll("\r\n", "\n").includes("\r")).toBe(false);
        expect(after.includes("\r\n") && /[^\r]\n/.test(after)).toBe(false);
      },
    ),
    { numRuns: 60 },
  );
});

test("a switch becomes a mapping, and a setting without the keys gets them", () => {
  fc.assert(
    fc.property(
      layout,
      fc.constantFrom(
        " true",
        " {}",
        " { }",
        " {allowed_source_vpcs: [vpc-0abc]}",
        "\n      allowed_source_vpcs: [vpc-0abc]",
      ),
      (form, value) => {
        const isBlock = value.startsWith("\n");
        const before = fileText(isBlock ? { ...form, style: "block" } : form, value);
        const after = afterStep(before, "raise", ["orders"]);
        if (value === " true") {
          expect(after).toBe(
            before.replace(
              /(name: orders[\s\S]*?aurora:) true/,
              "$1 {key_generation: 2, previous_key: active}",
            ),
          );
        } else {
          expect(insertion(before, after).replace(/[\s,]/g, "")).toBe("key_generation:2previous_key:active");
        }
        const expected = accountsOf(before);
        const orders = expected.get("orders") as { aurora: unknown };
        const aurora = typeof orders.aurora === "object" ? orders.aurora : {};
        expected.set("orders", {
          ...orders,
          aurora: { ...aurora, key_generation: 2, previous_key: "active" },
        });
        expect(accountsOf(after)).toEqual(expected);
      },
    ),
    { numRuns: 60 },
  );
});
