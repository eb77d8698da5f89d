import { isOfPmmRole } from "../../src/access/callers";
import { parseDocument } from "../../src/accounts/document";
import { readLeniently, type Snapshot } from "../../src/changes/snapshot";
import { parseState, type State } from "../../src/changes/state";
import { StateEvidence } from "../../src/changes/state-evidence";
import { accountsFile, shownState } from "./judged";

const ROLE = "module.pmm_iam_orders.aws_iam_role.pmm_rds_monitoring";
const KEY = 'module.aurora_user_orders.module.key.aws_iam_access_key.slot["odd"]';
const SHOWN = shownState(ROLE, KEY);

function snapshot(...entries: readonly string[]): Snapshot {
  const text = accountsFile(entries);
  const { document } = parseDocument({ name: "accounts.yaml", path: "/accounts.yaml", text });
  if (document === undefined) {
    throw new Error("no YAML");
  }
  return readLeniently(document);
}

function objectsOf(account: string, states: readonly State[], base: Snapshot): string[] | undefined {
  const found = base.accounts.find(({ name }) => name === account);
  return found && new StateEvidence(states, { base, head: { ...base, accounts: [] } }).objectsOf(found);
}

const FILE = snapshot(
  'name: orders, account_id: "222222222222"',
  'name: prod, account_id: "333333333333"',
  'name: ledger, account_id: "444444444444", group: finance',
);

const EMPTY = '{"format_version":"1.0"}';

function problems(...states: readonly State[]): string[] {
  return [...new StateEvidence(states, { base: FILE, head: snapshot(MOVED) }).problems()];
}

const MOVED = 'name: ledger, account_id: "444444444444", group: books';

test("an account's objects are those of its module instances", () => {
  expect(objectsOf("orders", [parseState(SHOWN, "a")], FILE)).toEqual([ROLE, KEY]);
});

test("an empty state holds nothing, of the stack that it is said to be of", () => {
  expect(objectsOf("orders", [parseState(EMPTY, "a", "pmm-iam")], FILE)).toEqual([]);
  expect(objectsOf("orders", [parseState(EMPTY, "a")], FILE)).toBeUndefined();
  expect(problems(parseState(EMPTY, "a", "pmm-iam"))).toEqual([]);
  expect(problems(parseState(EMPTY, "a.json"))).toEqual([
    "the state a.json is empty, so it does not say of which stack it is; expected one that does: give the stack's own, and an empty one as --state <stack>=<file>",
  ]);
});

test("a state of somebody else proves nothing", () => {
  const foreign = shownState("module.vpc.aws_vpc.this", "aws_s3_bucket.logs");
  expect(objectsOf("orders", [parseState(foreign, "a")], FILE)).toBeUndefined();
  expect(problems(parseState(foreign, "a.json"))).toEqual([
    "the state a.json holds nothing of an account in accounts.yaml, now or before, so it does not say of which stack it is; expected one that does: give the stack's own, and an empty one as --state <stack>=<file>",
  ]);
  expect(problems(parseState(foreign, "a.json", "pmm-iam"))).toEqual([
    "the state a.json was given for pmm-iam and holds nothing of that stack, but aws_s3_bucket.logs; expected that stack's own: is it the right file?",
  ]);
});

test("a state of another stack than was said proves nothing; of an account that moves, both stacks are said", () => {
  const ledger = shownState("module.pmm_iam_ledger.aws_iam_role.pmm_rds_monitoring");
  expect(
    problems(parseState(ledger, "a", "pmm-iam-finance"), parseState(ledger, "a", "pmm-iam-books")),
  ).toEqual([]);
  expect(problems(parseState(ledger, "a.json", "pmm-iam"))).toEqual([
    "the state a.json was given for pmm-iam and holds nothing of that stack, but module.pmm_iam_ledger.aws_iam_role.pmm_rds_monitoring; expected that stack's own: is it the right file?",
  ]);
});

test("the PMM EC2 role alone says that a state is the main stack's", () => {
  const role = shownState("aws_iam_role.pmm_ec2", "aws_iam_role_policy.pmm_cloudwatch_agent");
  expect(problems(parseState(role, "a"), parseState(role, "a", "pmm-iam"))).toEqual([]);
  expect(objectsOf("orders", [parseState(role, "a")], FILE)).toEqual([]);
});

test("what a feature lets the PMM EC2 role assume is the role's own, and what it lets Teleport assume is not", () => {
  const assumedBy = (caller: "pmm" | "teleport", resourceName: string) => ({
    assumedBy: { caller, roleName: "R", policyName: "p", resourceName },
  });
  const features = [
    assumedBy("pmm", "pmm_assume_auditors"),
    assumedBy("teleport", "teleport_assume_auditors"),
  ];
  const isOf = (address: string) => isOfPmmRole(address, features);
  expect(
    [
      "aws_iam_role_policy.pmm_assume_auditors",
      "aws_iam_policy.pmm_assume_auditors_7",
      "aws_iam_role_policy_attachment.pmm_assume_auditors_0",
      "aws_iam_role_policies_exclusive.pmm_ec2",
      "aws_iam_role_policy.pmm_cloudwatch_agent",
    ].map(isOf),
  ).toEqual([true, true, true, true, true]);
  expect(
    [
      "aws_iam_role_policy.pmm_assume_auditors_of_a_team",
      "aws_iam_role_policy.teleport_assume_auditors",
      "aws_iam_role_policy.pmm_assume_target_roles",
    ].map(isOf),
  ).toEqual([false, false, false]);
});

test("a state of another stack says nothing of an account, by its content or by the name given", () => {
  const finance = shownState("module.pmm_iam_ledger.aws_iam_role.pmm_rds_monitoring");
  expect(objectsOf("orders", [parseState(finance, "a")], FILE)).toBeUndefined();
  expect(objectsOf("orders", [parseState(SHOWN, "a", "pmm-iam-finance")], FILE)).toBeUndefined();
  expect(objectsOf("orders", [parseState(finance, "a", "pmm-iam")], FILE)).toEqual([]);
  const main = shownState("aws_iam_role_policy.pmm_assume_target_roles");
  expect(objectsOf("ledger", [parseState(main, "a")], FILE)).toBeUndefined();
  expect(objectsOf("orders", [parseState(main, "a")], FILE)).toEqual([]);
});

test("a root object belongs to the account of its provider", () => {
  const raw = {
    version: 4,
    resources: [
      {
        mode: "managed",
        type: "aws_iam_role_policy",
        name: "teleport_assume_database_roles",
        provider: 'provider["registry.terraform.io/hashicorp/aws"].orders',
        instances: [{}],
      },
    ],
  };
  expect(objectsOf("orders", [parseState(JSON.stringify(raw), "a")], FILE)).toEqual([
    "aws_iam_role_policy.teleport_assume_database_roles",
  ]);
});
