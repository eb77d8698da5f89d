import { afterStep, fileOf, refusedStep } from "./planned";

test.each([
  [
    "finish",
    "aurora: true",
    '6:5 PMMAWSIntegrationUser in "orders" is at key_generation 1, which has no key before it; expected a rotation that has begun: rotate orders',
  ],
  [
    "finish",
    "aurora: {key_generation: 2, previous_key: inactive}",
    '6:47 previous_key of PMMAWSIntegrationUser in "orders" is inactive already; expected active, or the step after it: rotate orders --revoke',
  ],
  [
    "finish",
    "aurora: {key_generation: 2, previous_key: deleted}",
    '6:47 previous_key of PMMAWSIntegrationUser in "orders" is deleted already, so the rotation is finished; expected active',
  ],
  [
    "revoke",
    "aurora: {}",
    '6:5 PMMAWSIntegrationUser in "orders" is at key_generation 1, which has no key before it; expected a rotation that has begun: rotate orders',
  ],
  [
    "revoke",
    "aurora: {key_generation: 2}",
    '6:5 previous_key of PMMAWSIntegrationUser in "orders" is active, and a consumer that still has the key would be cut off for good; expected inactive: rotate orders --finish, apply, and revoke it once nothing fails',
  ],
  [
    "revoke",
    "aurora: {key_generation: 2, previous_key: deleted}",
    '6:47 previous_key of PMMAWSIntegrationUser in "orders" is deleted already, so the rotation is finished; expected inactive',
  ],
  [
    "raise",
    "aurora: {key_generation: 1000000, previous_key: deleted}",
    "6:30 key_generation is 1000001; expected a whole number from 1 to 1000000",
  ],
] as const)("refused: %s of %s", (step, entry, expected) => {
  expect(refusedStep(fileOf(entry), step, ["orders"])).toEqual([expected]);
});

/** Two accounts and what they share. */
function shared(common: string, first: string, second: string): string {
  return fileOf(first)
    .replace("accounts:", `${common}accounts:`)
    .concat(`  - {name: billing, account_id: "333333333333", ${second}}\n`);
}

const OWN =
  "expected it in the account's own entry: write it there, with the values that it has now, and run this again";

test.each([
  [
    "an alias",
    shared("", "aurora: &keys {key_generation: 1}", "aurora: *keys"),
    ["billing"],
    [
      `7:57 aurora of "billing" comes from the alias *keys, whose value is at 6:19, so that an edit would change all that use it; ${OWN}`,
    ],
  ],
  [
    "the mapping that an alias names",
    shared("", "aurora: &keys {key_generation: 1}", "aurora: *keys"),
    ["orders"],
    [
      "7:57 this takes its value by an alias or a merge key from what would be edited, and would change with it; expected it to have its own: write it out here, and run this again",
    ],
  ],
  [
    "an alias of one value",
    shared("", "aurora: {key_generation: &first 1}", "aurora: {key_generation: *first}"),
    ["billing"],
    [
      `7:74 aurora.key_generation of "billing" comes from the alias *first, whose value is at 6:37, so that an edit would change all that use it; ${OWN}`,
    ],
  ],
  [
    "a merge key in the entry",
    shared("", "<<: &common {aurora: true}", "<<: *common"),
    ["orders"],
    [
      `6:5 aurora of "orders" comes from a merge key (<<), so that an edit would change all that use it; ${OWN}`,
    ],
  ],
  [
    "a merge key in the setting",
    shared("", "aurora: {<<: {key_generation: 1}, previous_key: active}", "aurora: true"),
    ["orders"],
    [
      `6:14 aurora.key_generation of "orders" comes from a merge key (<<), so that an edit would change all that use it; ${OWN}`,
    ],
  ],
  [
    "a block scalar",
    fileOf("aurora:", "  key_generation: 1", "  previous_key: >-", "    inactive"),
    ["orders"],
    [
      '8:21 the keys of PMMAWSIntegrationUser in "orders" are written in a way in which this program cannot change the values alone; type it yourself: key_generation: 2, previous_key: active',
    ],
  ],
  [
    "a switch with a tag",
    fileOf("aurora: !!bool true"),
    ["orders"],
    [
      '6:20 the keys of PMMAWSIntegrationUser in "orders" are written in a way in which this program cannot change the values alone; type it yourself: key_generation: 2, previous_key: active',
    ],
  ],
])("refused with its place: %s", (_, text, names, expected) => {
  expect(refusedStep(text, "raise", names)).toEqual(expected);
});

test("what a merge key brings to an account that says it itself is not touched", () => {
  const text = shared(
    "",
    "<<: &common {aurora: {key_generation: 1}, tags: {a: b}}",
    "<<: *common, aurora: true",
  );
  expect(afterStep(text, "raise", ["billing"])).toBe(
    text.replace("aurora: true", "aurora: {key_generation: 2, previous_key: active}"),
  );
});

test("the base of a merge is edited where nobody takes the value from it", () => {
  const text = fileOf("aurora: {key_generation: 1}")
    .replace("  - name: orders", "  - &base\n    name: orders")
    .concat('  - {<<: *base, name: billing, account_id: "333333333333", aurora: {key_generation: 3}}\n');
  expect(afterStep(text, "raise", ["orders"])).toBe(text.replace("key_generation: 1}", "key_generation: 2}"));
});

test("what comes from defaults is refused at its place there", () => {
  const text = fileOf().replace(
    "defaults: {admin_role_name: Admin}",
    "defaults: {admin_role_name: Admin, cloudwatch_agent: {on_premises_server_user: true}}",
  );
  expect(refusedStep(text, "raise", ["orders"], "on_premises_server_user")).toEqual([
    '2:80 on_premises_server_user of "orders" comes from defaults, where an edit would rotate the keys of every account that takes it; to rotate them all, type here: key_generation: 2, previous_key: active',
  ]);
});

test.each(["active", "inactive", "deleted"])("a raise from previous_key: %s says active", (previous) => {
  expect(
    afterStep(fileOf(`aurora: {key_generation: 2, previous_key: ${previous}}`), "raise", ["orders"]),
  ).toBe(fileOf("aurora: {key_generation: 3, previous_key: active}"));
});

test("several accounts, or none of them", () => {
  const text = shared("", "aurora: true", "aurora: {key_generation: 2}");
  expect(refusedStep(text, "finish", ["orders", "billing"])).toEqual([
    expect.stringContaining('6:5 PMMAWSIntegrationUser in "orders" is at key_generation 1'),
  ]);
  const ready = text.replace("{key_generation: 2}", "{key_generation: 2, previous_key: deleted}");
  expect(afterStep(ready, "raise", ["orders", "billing"])).toBe(
    ready
      .replace("aurora: true", "aurora: {key_generation: 2, previous_key: active}")
      .replace("2, previous_key: deleted", "3, previous_key: active"),
  );
});
