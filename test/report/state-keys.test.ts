import { parseState } from "../../src/changes/state";
import { reportOfFile } from "./made";

const FILE = `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm}
defaults: {admin_role_name: Admin}
accounts:
  - {name: orders, account_id: "222222222222", aurora: {key_generation: 2}}
`;

const KEY = "module.aurora_user_orders.module.key";

interface Key {
  readonly id: string;
  readonly made: string;
  readonly isActive?: boolean;
}

interface Seen {
  readonly odd?: Key;
  readonly even?: Key;
  /** What AWS listed when Terraform looked last. */
  readonly listed: readonly Key[];
  /** What the user had when each slot was made, and the key in the other slot. */
  readonly made?: Readonly<
    Record<string, { readonly before: readonly string[]; readonly beside: string | null }>
  >;
}

const ODD: Key = { id: "AKIAODD", made: "2026-05-30T12:00:00Z" };
const EVEN: Key = { id: "AKIAEVEN", made: "2026-11-20T12:00:01Z" };
const BY_HAND: Key = { id: "AKIABYHAND", made: "2024-11-26T12:00:00Z", isActive: false };

const status = ({ isActive = true }: Key) => (isActive ? "Active" : "Inactive");

/** The objects of a state: address, mode and values. */
function objects({ odd, even, listed, made = {} }: Seen) {
  const slots = Object.entries({ odd, even }).flatMap(([slot, key]) =>
    key === undefined
      ? []
      : [
          {
            type: "aws_iam_access_key",
            name: "slot",
            index: slot,
            values: { id: key.id, secret: "very-secret", create_date: key.made, status: status(key) },
          },
          {
            type: "terraform_data",
            name: "generation",
            index: slot,
            values: { input: slot === "odd" ? 1 : 2 },
          },
        ],
  );
  const records = Object.entries(made).map(([slot, input]) => ({
    type: "terraform_data",
    name: "made",
    index: slot,
    values: { input },
  }));
  const access_keys = listed.map((key) => ({
    access_key_id: key.id,
    create_date: key.made,
    status: status(key),
  }));
  return { managed: [...slots, ...records], data: { access_keys } };
}

const GUARD_VALUES = { triggers_replace: "pmm-iam" };

function shown(seen: Seen): string {
  const { managed, data } = objects(seen);
  const resources = managed.map(({ type, name, index, values }) => ({
    address: `${KEY}.${type}.${name}["${index}"]`,
    mode: "managed",
    values,
  }));
  const listed = {
    address: `${KEY}.data.aws_iam_access_keys.existing["PMMAWSIntegrationUser"]`,
    mode: "data",
    values: data,
  };
  const root_module = {
    resources: [{ address: "terraform_data.deployment", mode: "managed", values: GUARD_VALUES }],
    child_modules: [{ child_modules: [{ resources: [...resources, listed] }] }],
  };
  return JSON.stringify({ format_version: "1.0", values: { root_module } });
}

function raw(seen: Seen): string {
  const { managed, data } = objects(seen);
  const provider = 'provider["registry.terraform.io/hashicorp/aws"].orders';
  const wrapped = (values: object) =>
    "input" in values ? { ...values, input: { value: values.input, type: "dynamic" } } : values;
  const resources = managed.map(({ type, name, index, values }) => ({
    module: KEY,
    mode: "managed",
    type,
    name,
    provider,
    instances: [{ index_key: index, attributes: wrapped(values) }],
  }));
  const listed = {
    module: KEY,
    mode: "data",
    type: "aws_iam_access_keys",
    name: "existing",
    provider,
    instances: [{ index_key: "PMMAWSIntegrationUser", attributes: data }],
  };
  const guard = {
    mode: "managed",
    type: "terraform_data",
    name: "deployment",
    provider,
    instances: [{ attributes: { triggers_replace: { value: "pmm-iam", type: "string" } } }],
  };
  return JSON.stringify({ version: 4, resources: [guard, ...resources, listed] });
}

const STATE: Seen = { odd: ODD, even: EVEN, listed: [ODD, EVEN, BY_HAND] };

function found(state: string) {
  const { accounts } = reportOfFile(FILE, { states: [state] });
  return accounts.flatMap(({ identities }) => identities).find(({ keys }) => keys !== null)?.keys?.found;
}

test.each([
  ["show -json", shown],
  ["state pull", raw],
])("the generations of a state by %s, with their ages, and the keys that are no slot's", (_, text) => {
  expect(found(text(STATE))).toEqual({
    managed: [
      { generation: 2, is_active: true, made_on: "2026-11-20", age_days: 5 },
      { generation: 1, is_active: true, made_on: "2026-05-30", age_days: 180 },
    ],
    unmanaged: [{ generation: null, is_active: false, made_on: "2024-11-26", age_days: 730 }],
  });
});

test("no id and no secret is in a report", () => {
  const text = JSON.stringify([reportOfFile(FILE, { states: [shown(STATE)] }), parseState(raw(STATE), "s")]);
  expect(text).not.toMatch(/AKIA|very-secret/);
});

test("the key that the last apply replaced is not taken for one made by hand", () => {
  const third: Key = { id: "AKIATHIRD", made: "2026-11-26T00:00:00Z" };
  // Generation 3 was made in the slot of generation 1, which AWS still listed before the apply.
  const made = {
    odd: { before: [ODD.id, EVEN.id], beside: EVEN.id },
    even: { before: [ODD.id], beside: ODD.id },
  };
  expect(found(shown({ odd: third, even: EVEN, listed: [ODD, EVEN], made }))?.unmanaged).toEqual([]);
});

test("a user of whom the state has nothing is not found", () => {
  const state = JSON.stringify({
    format_version: "1.0",
    values: {
      root_module: {
        resources: [{ address: "terraform_data.deployment", mode: "managed", values: GUARD_VALUES }],
      },
    },
  });
  expect(found(state)).toBeNull();
});

test("values of another shape are no keys, and no crash", () => {
  const address = `${KEY}.aws_iam_access_key.slot["odd"]`;
  for (const values of [undefined, null, 1, "x", [], { id: 1 }, { input: {} }]) {
    const state = {
      format_version: "1.0",
      values: { root_module: { resources: [{ address, mode: "managed", values }] } },
    };
    expect(parseState(JSON.stringify(state), "s").keys).toEqual([
      { module: KEY, managed: [], unmanaged: [] },
    ]);
  }
});

test("what is in a state and not in the file, and the other way around", () => {
  const resources = [
    { address: "module.aurora_user_gone.aws_iam_user.pmm_aws_integration", mode: "managed" },
    { address: "module.aurora_user_gone.aws_iam_user_policy.pmm_aws_integration", mode: "managed" },
    { address: "module.pmm_iam_orders.aws_iam_role.pmm_rds_monitoring", mode: "managed" },
    { address: "terraform_data.deployment", mode: "managed", values: GUARD_VALUES },
  ];
  const state = JSON.stringify({ format_version: "1.0", values: { root_module: { resources } } });
  const report = reportOfFile(FILE, { states: [state] });
  expect(report.left).toEqual([{ stack: "pmm-iam", module: "aurora_user_gone", objects: 2 }]);
  const applied = report.accounts.flatMap(({ identities }) =>
    identities.map(({ name, is_applied }) => [name, is_applied]),
  );
  expect(applied).toEqual([
    ["pmm", null],
    ["AmazonRDSforPMMrole", true],
    ["PMMAWSIntegrationUser", false],
  ]);
});
