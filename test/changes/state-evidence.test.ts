import { isOfPmmRole } from "../../src/access/pmm-role";
import { parseDocument } from "../../src/accounts/document";
import { readLeniently } from "../../src/changes/lenient";
import type { Snapshot } from "../../src/changes/snapshot";
import { parseState, type State } from "../../src/changes/state";
import { StateEvidence } from "../../src/changes/state-evidence";
import { features } from "../../src/features";
import { accountsFile, guarded, shownState } from "./judged";

const ROLE = "module.pmm_iam_orders.aws_iam_role.pmm_rds_monitoring";
const KEY = 'module.aurora_user_orders.module.key.aws_iam_access_key.slot["odd"]';
const SHOWN = shownState(ROLE, KEY);

function snapshot(...entries: readonly string[]): Snapshot {
  const text = accountsFile(entries);
  const { document } = parseDocument({ name: "accounts.yaml", path: "/accounts.yaml", text });
  if (document === undefined) {
    throw new Error("no YAML");
  }
  return readLeniently(document, features);
}

function objectsOf(account: string, states: readonly State[], base: Snapshot): string[] | undefined {
  const found = base.accounts.find(({ name }) => name === account);
  return (
    found && new StateEvidence(states, { base, head: { ...base, accounts: [] } }, features).objectsOf(found)
  );
}

const FILE = snapshot(
  'name: orders, account_id: "222222222222"',
  'name: prod, account_id: "333333333333"',
  'name: ledger, account_id: "444444444444", group: finance',
);

const EMPTY = '{"format_version":"1.0"}';

function problems(...states: readonly State[]): string[] {
  return [...new StateEvidence(states, { base: FILE, head: snapshot(MOVED) }, features).problems()];
}

const MOVED = 'name: ledger, account_id: "444444444444", group: books';

test("an account's objects are those of its module instances", () => {
  expect(objectsOf("orders", [parseState(SHOWN, "a")], FILE)).toEqual([ROLE, KEY]);
});

test("an empty state proves nothing, of whatever stack it is said to be", () => {
  for (const stack of ["pmm-iam", undefined]) {
    const state = parseState(EMPTY, "a.json", stack);
    expect(objectsOf("orders", [state], FILE)).toBeUndefined();
    expect(problems(state)).toEqual([
      "the state a.json is empty, like that of a folder without a state, so it proves nothing; expected that of a stack after an apply, which holds at least terraform_data.deployment: is it the right folder, and was terraform init run there?",
    ]);
  }
});

test("a state with nothing but its guard is empty, of the stack that the guard says and of no other", () => {
  for (const stack of ["pmm-iam", undefined]) {
    const state = parseState(guarded("pmm-iam"), "a.json", stack);
    expect(objectsOf("orders", [state], FILE)).toEqual([]);
    expect(objectsOf("ledger", [state], FILE)).toBeUndefined();
    expect(problems(state)).toEqual([]);
  }
  const other = parseState(guarded("pmm-iam-finance"), "a.json", "pmm-iam");
  expect(objectsOf("orders", [other], FILE)).toBeUndefined();
  expect(problems(other)).toEqual([
    "the state a.json was given for pmm-iam and is of pmm-iam-finance; expected that stack's own: is it the right file?",
  ]);
});

test("a raw state's guard says the same", () => {
  const attributes = {
    output: { value: "pmm-iam", type: "string" },
    triggers_replace: { value: "pmm-iam", type: "string" },
  };
  const raw = {
    version: 4,
    resources: [
      {
        mode: "managed",
        type: "terraform_data",
        name: "deployment",
        provider: 'provider["terraform.io/builtin/terraform"]',
        instances: [{ attributes }],
      },
    ],
  };
  expect(objectsOf("orders", [parseState(JSON.stringify(raw), "a")], FILE)).toEqual([]);
});

describe("names that end like others", () => {
  const file = snapshot(
    'name: prod, account_id: "222222222222", lifecycle: retiring',
    'name: iam-prod, account_id: "333333333333", modules: [{name: backup, source: ./x}]',
    'name: user-iam-prod, account_id: "444444444444", third_party_monitors: [{name: aurora-user, external_id: x}]',
  );
  const owned = (module: string) => {
    const address = `module.${module}.aws_iam_role.any`;
    const state = parseState(
      shownState(address, "aws_iam_role_policy.pmm_assume_target_roles"),
      "a",
      "pmm-iam",
    );
    return ["prod", "iam-prod", "user-iam-prod"].filter(
      (name) => objectsOf(name, [state], file)?.length === 1,
    );
  };

  test.each([
    ["pmm_iam_prod", ["prod"]],
    ["pmm_iam_iam_prod", ["iam-prod"]],
    ["aurora_user_prod", ["prod"]],
    ["aurora_user_iam_prod", ["iam-prod"]],
    ["aurora_user_user_iam_prod", ["user-iam-prod"]],
    ["backup_iam_prod", ["iam-prod"]],
    ["third_party_aurora_user_user_iam_prod", ["user-iam-prod"]],
    // Of monitors and modules that neither file names anybody may have asked.
    ["third_party_gone_prod", ["prod"]],
    ["third_party_gone_iam_prod", ["prod", "iam-prod"]],
    ["backup_prod", ["prod"]],
    ["other_user_iam_prod", ["prod", "iam-prod", "user-iam-prod"]],
    ["pmm_iam_shop", []],
  ])("%s", (module, owners) => {
    expect(owned(module)).toEqual(owners);
  });
});

test("a state of somebody else proves nothing", () => {
  const foreign = shownState("module.vpc.aws_vpc.this", "aws_s3_bucket.logs");
  expect(objectsOf("orders", [parseState(foreign, "a")], FILE)).toBeUndefined();
  expect(problems(parseState(foreign, "a.json"))).toEqual([
    "the state a.json holds nothing of an account in accounts.yaml, now or before, so its stack is not known; check that it is the right file, and put the stack's name in front: --state <stack>=<file>",
  ]);
  expect(problems(parseState(foreign, "a.json", "pmm-iam"))).toEqual([
    "the state a.json was given for pmm-iam and holds nothing of that stack, but aws_s3_bucket.logs; expected that stack's own: is it the right file?",
  ]);
});

test("a state whose guard says a stack that is none of the file's proves nothing", () => {
  expect(problems(parseState(guarded("staging"), "a.json"))).toEqual([
    "the state a.json is of staging, which is no stack of accounts.yaml, now or before, so it proves nothing; expected that of one of its stacks: is it the right file?",
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
      "aws_iam_role_policy.pmm_monitor_own_account",
    ].map(isOf),
  ).toEqual([true, true, true, true, true, true]);
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
  expect(objectsOf("orders", [parseState(finance, "a", "pmm-iam")], FILE)).toBeUndefined();
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
