import { accountsFile, guarded, type Judged, judgedLines, NOT_JUDGED, shownState } from "./judged";

/** Changes that nobody should be bothered with. */

const ORDERS = 'name: orders, account_id: "222222222222"';
const BILLING = 'name: billing, account_id: "033333333333"';
const AURORA = `${ORDERS}, aurora: {key_generation: 2}`;

const change = (before: readonly string[], after: readonly string[]): Judged => ({
  before: accountsFile(before),
  after: accountsFile(after),
});

const cases: readonly (readonly [name: string, change: Judged])[] = [
  ["none", change([ORDERS], [ORDERS])],
  ["the first account", { before: `${accountsFile([]).trimEnd()} []\n`, after: accountsFile([ORDERS]) }],
  ["another order", change([ORDERS, BILLING], [BILLING, ORDERS])],
  ["a new account", change([ORDERS], [ORDERS, `${BILLING}, aurora: true`])],
  ["retiring", change([AURORA, BILLING], [`${AURORA}, lifecycle: retiring`, BILLING])],
  ["back from retiring", change([`${AURORA}, lifecycle: retiring`], [AURORA])],
  [
    "back from retiring, from the first generation",
    change([`${AURORA}, lifecycle: retiring`], [`${ORDERS}, aurora: true`]),
  ],
  ["a user where there was neither user nor role", change([ORDERS], [`${ORDERS}, aurora: true`])],
  ["neither user nor role", change([`${ORDERS}, aurora: {credentials: role}`], [ORDERS])],
  ["a raise by one", change([AURORA], [`${ORDERS}, aurora: {key_generation: 3}`])],
  [
    "the previous key on again",
    change(
      [`${ORDERS}, aurora: {key_generation: 2, previous_key: inactive}`],
      [`${ORDERS}, aurora: {key_generation: 2, previous_key: active}`],
    ),
  ],
  [
    "the previous key deleted once it was inactive",
    change(
      [`${ORDERS}, aurora: {key_generation: 2, previous_key: inactive}`],
      [`${ORDERS}, aurora: {key_generation: 2, previous_key: deleted}`],
    ),
  ],
  [
    "the previous key off",
    change([AURORA], [`${ORDERS}, aurora: {key_generation: 2, previous_key: inactive}`]),
  ],
  [
    "a raise by one that sets previous_key active",
    change(
      [`${ORDERS}, aurora: {key_generation: 2, previous_key: deleted}`],
      [`${ORDERS}, aurora: {key_generation: 3, previous_key: active}`],
    ),
  ],
  [
    "an Aurora user retiring",
    change([AURORA], [`${ORDERS}, aurora: {key_generation: 2, lifecycle: retiring}`]),
  ],
  ["an Aurora user gone after retiring", change([`${ORDERS}, aurora: {lifecycle: retiring}`], [ORDERS])],
  ["fewer tags", change([`${ORDERS}, tags: {a: b}`], [ORDERS])],
  ["a boundary where there was none", change([ORDERS], [`${ORDERS}, permissions_boundary: pmm`])],
  [
    "a boundary by its ARN instead of its name",
    change(
      [`${ORDERS}, permissions_boundary: pmm`],
      [`${ORDERS}, permissions_boundary: "arn:aws:iam::222222222222:policy/pmm"`],
    ),
  ],
  ["adopt from another generation on", change([`${AURORA}, adopt: true`], [`${AURORA}, adopt: [user]`])],
  ["adopt without a user", change([ORDERS], [`${ORDERS}, adopt: [role]`])],
  [
    "a retired account removed whose objects are gone",
    {
      ...change([`${ORDERS}, lifecycle: retiring`, BILLING], [BILLING]),
      states: [[undefined, shownState("module.pmm_iam_billing.aws_iam_role.pmm_rds_monitoring")]],
    },
  ],
  [
    "a retired account removed beside one whose name ends like its own",
    {
      ...change(
        ['name: prod, account_id: "222222222222", lifecycle: retiring'],
        ['name: orders-prod, account_id: "033333333333"'],
      ),
      states: [["pmm-iam", shownState("module.pmm_iam_orders_prod.aws_iam_role.pmm_rds_monitoring")]],
    },
  ],
  [
    "a retired account under a new name, its objects gone",
    {
      ...change([`${ORDERS}, lifecycle: retiring`], ['name: shop, account_id: "222222222222"']),
      states: [["pmm-iam", guarded("pmm-iam")]],
    },
  ],
];

test.each(cases)("%s", (_, judged) => {
  expect(judgedLines(judged)).toEqual([]);
});

test("a base that today's rules refuse, and an id in it without quotes: only who gains access is not judged", () => {
  const judged = {
    before: accountsFile(["name: orders, account_id: 222222222222, premissions: minimal", BILLING]),
    after: accountsFile([ORDERS, BILLING]),
  };
  expect(judgedLines(judged)).toEqual([NOT_JUDGED]);
});
