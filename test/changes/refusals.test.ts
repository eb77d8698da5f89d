// More than 300 lines: one table of changes, each with the exact line that it gets.
import { accountsFile, guarded, type Judged, judgedLines, NOT_JUDGED, shownState } from "./judged";

/** What is refused, and what only warned of, each with the exact line: place, what was found, the way out. */

const ORDERS = 'name: orders, account_id: "222222222222"';
const BILLING = 'name: billing, account_id: "033333333333"';

const change = (before: readonly string[], after: readonly string[]): Judged => ({
  before: accountsFile(before),
  after: accountsFile(after),
});

const ROLE_IN_NO_RELEASE =
  "7:70 warning: no PMM release known to us can assume a role for RDS (3.10.0 cannot; percona/pmm pull request 5944 is open), and credentials: role makes no user; unless your PMM takes a role's ARN for RDS, write aurora: true [credentials]";

const cases: readonly (readonly [name: string, change: Judged, lines: readonly string[]])[] = [
  [
    "an active account removed",
    change([ORDERS, BILLING], [BILLING]),
    [
      '6:1 error: "orders" (account 222222222222) is gone, and at main it was active: without its entry Terraform has no provider to destroy what it holds; put the entry back with lifecycle: retiring, apply, then delete it (lifecycle: closed where the AWS account itself is gone) [account-removed]',
    ],
  ],
  [
    "a retiring account removed, no state given",
    change([`${ORDERS}, lifecycle: retiring`, BILLING], [BILLING]),
    [
      '6:1 warning: "orders" (account 222222222222) is gone after it was retiring; only the state of pmm-iam shows whether its objects are gone too: give it with --state, with the commands below [account-removed]',
      "    npm run synth",
      "    terraform -chdir=cdktf.out/stacks/pmm-iam init",
      '    umask 077 && copies="$(mktemp -d)"',
      '    terraform -chdir=cdktf.out/stacks/pmm-iam show -json >"$copies/pmm-iam.json"',
      '    npm run check -- --base main --state pmm-iam="$copies/pmm-iam.json"',
      '    shred -u "$copies"/* && rmdir "$copies"',
    ],
  ],
  [
    "retiring accounts removed, the last of their stack among them: one script, from the file before for that",
    change(
      [
        `${ORDERS}, lifecycle: retiring, group: shop`,
        BILLING,
        'name: stock, account_id: "444444444444", lifecycle: closed',
      ],
      [BILLING],
    ),
    [
      '6:1 warning: "orders" (account 222222222222) is gone after it was retiring; only the state of pmm-iam-shop shows whether its objects are gone too: give it with --state, with the commands below [account-removed]',
      "    npm run synth",
      "    git show main:accounts.yaml >before.accounts.yaml",
      "    ACCOUNTS_FILE=before.accounts.yaml npm run synth -- --output before.out",
      "    terraform -chdir=cdktf.out/stacks/pmm-iam init",
      "    terraform -chdir=before.out/stacks/pmm-iam-shop init",
      '    umask 077 && copies="$(mktemp -d)"',
      '    terraform -chdir=cdktf.out/stacks/pmm-iam show -json >"$copies/pmm-iam.json"',
      '    terraform -chdir=before.out/stacks/pmm-iam-shop show -json >"$copies/pmm-iam-shop.json"',
      '    npm run check -- --base main --state pmm-iam="$copies/pmm-iam.json" pmm-iam-shop="$copies/pmm-iam-shop.json"',
      '    shred -u "$copies"/* && rmdir "$copies"',
      "    rm -r before.out before.accounts.yaml",
      '6:1 warning: "stock" (account 444444444444) is gone after it was closed; only the state of pmm-iam shows whether its objects are gone too: give it with --state, with the commands below "orders" (account 222222222222) [account-removed]',
    ],
  ],
  [
    "a retiring account removed whose objects stand",
    {
      ...change([`${ORDERS}, lifecycle: retiring`, BILLING], [BILLING]),
      states: [
        [
          undefined,
          shownState(
            "module.pmm_iam_billing.aws_iam_role.pmm_rds_monitoring",
            "module.pmm_iam_orders.aws_iam_role.pmm_rds_monitoring",
            "module.pmm_iam_orders.aws_iam_role_policy.pmm_rds_monitoring",
          ),
        ],
      ],
    },
    [
      '6:1 error: "orders" (account 222222222222) is gone, but the state of pmm-iam still holds 2 objects of it, module.pmm_iam_orders.aws_iam_role.pmm_rds_monitoring first; put the entry back with lifecycle: retiring, apply, then delete it [account-removed]',
    ],
  ],
  [
    "a closed account removed whose secret stands",
    {
      ...change([`${ORDERS}, lifecycle: closed, group: shop`, BILLING], [BILLING]),
      states: [["pmm-iam-shop", shownState("module.aurora_user_orders.aws_iam_user.pmm_aws_integration")]],
    },
    [
      '6:1 error: "orders" (account 222222222222) is gone, but the state of pmm-iam-shop still holds 1 object of it, module.aurora_user_orders.aws_iam_user.pmm_aws_integration first; put the entry back with lifecycle: closed, apply, then delete it [account-removed]',
    ],
  ],
  [
    "account_id changed under a name",
    change([ORDERS], ['name: orders, account_id: "444444444444"']),
    [
      '7:32 error: account_id of "orders" was 222222222222 at main; under one name Terraform would look for the objects of 222222222222 in 444444444444, make them there and leave the first ones behind, their keys alive; put 222222222222 back and give 444444444444 an entry under a name of its own (if the old id was never yours, use lifecycle: closed to drop it) [account-id-changed]',
    ],
  ],
  [
    "name changed under an account_id",
    change([ORDERS], ['name: shop, account_id: "222222222222"']),
    [
      '7:12 error: account 222222222222 was called "orders" at main; the name is part of Terraform\'s addresses, so the plan would destroy all that the account holds, keys too, and make it again, or stop because the old provider is missing; put name: orders back. For another name, retire the account first and add it again under the new one [name-changed]',
    ],
  ],
  [
    "closed straight from active",
    change([`${ORDERS}, aurora: true`, BILLING], [`${ORDERS}, aurora: true, lifecycle: closed`, BILLING]),
    [
      '7:73 warning: "orders" goes from active to closed without retiring: if account 222222222222 still exists, what module.aurora_user_orders, module.pmm_iam_orders made there stays behind, with the access keys of PMMAWSIntegrationUser [closed-from-active]',
      '7:73 warning: what "orders" holds in AWS is forgotten, not destroyed, which is right only if the account no longer exists. If it exists, its roles, users and access keys stay and work: set lifecycle: retiring instead [lifecycle]',
    ],
  ],
  [
    "a generation raised by two",
    change(
      [`${ORDERS}, aurora: {key_generation: 3}`],
      [`${ORDERS}, aurora: {key_generation: 5, previous_key: inactive}`],
    ),
    [
      '7:73 error: key_generation of PMMAWSIntegrationUser in "orders" was 3 at main and is 5; expected 3 or 4: raise it to 4 and apply; the key in use would be deleted by two steps at once [key-generation]',
      '7:90 error: key_generation of PMMAWSIntegrationUser in "orders" goes from 3 to 5 with previous_key: inactive, which would cut off the key in use; set previous_key: active, and inactive once every consumer has the new key [previous-key]',
    ],
  ],
  [
    "a generation lowered, by leaving it out",
    change([`${ORDERS}, aurora: {key_generation: 2}`], [`${ORDERS}, aurora: true`]),
    [
      '7:48 error: key_generation of PMMAWSIntegrationUser in "orders" was 2 at main and is 1; expected 2 or 3: put 2 back; to undo a rotation, give the consumers the previous key, which is active [key-generation]',
    ],
  ],
  ...(
    [
      [
        "inactive",
        "to undo a rotation, set previous_key: active, apply, and give the consumers the previous key",
      ],
      ["deleted", "a rotation cannot be undone once the previous key is deleted"],
    ] as const
  ).map(([previousKey, undo]): [string, Judged, string[]] => [
    `a generation lowered after previous_key: ${previousKey}`,
    change(
      [`${ORDERS}, aurora: {key_generation: 2, previous_key: ${previousKey}}`],
      [`${ORDERS}, aurora: {key_generation: 1}`],
    ),
    [
      `7:73 error: key_generation of PMMAWSIntegrationUser in "orders" was 2 at main and is 1; expected 2 or 3: put 2 back; ${undo} [key-generation]`,
    ],
  ]),
  [
    "a raise with previous_key deleted",
    change(
      [`${ORDERS}, aurora: {key_generation: 2, previous_key: deleted}`],
      [`${ORDERS}, aurora: {key_generation: 3, previous_key: deleted}`],
    ),
    [
      '7:90 error: key_generation of PMMAWSIntegrationUser in "orders" goes from 2 to 3 with previous_key: deleted, which would cut off the key in use; set previous_key: active, and deleted once every consumer has the new key [previous-key]',
    ],
  ],
  [
    "an on-premises user's generation raised by two",
    change(
      [`${ORDERS}, cloudwatch_agent: {on_premises_server_user: true}`],
      [`${ORDERS}, cloudwatch_agent: {on_premises_server_user: {key_generation: 3}}`],
    ),
    [
      '7:109 error: key_generation of CloudWatchAgentServerUser in "orders" was 1 at main and is 3; expected 1 or 2: raise it to 2 and apply; the key in use would be deleted by two steps at once [key-generation]',
    ],
  ],
  [
    "a new user at generation 2",
    change([ORDERS], [`${ORDERS}, aurora: {key_generation: 2}`]),
    [
      '7:73 warning: PMMAWSIntegrationUser is new in "orders" and starts at key_generation 2; expected 1: the plan refuses any other number for a user that exists already and has no generation [key-generation]',
    ],
  ],
  [
    "an Aurora user dropped, its key taken away",
    change([`${ORDERS}, aurora: true`], [ORDERS]),
    [
      '7:5 error: PMMAWSIntegrationUser of "orders" is dropped without retiring, and with it PMM loses the key in pmm/aurora/orders; put aurora back with lifecycle: retiring in it, apply, then remove it [aurora-dropped]',
    ],
  ],
  [
    "an Aurora user dropped by false",
    change([`${ORDERS}, aurora: {}`], [`${ORDERS}, aurora: false`]),
    [
      '7:48 error: PMMAWSIntegrationUser of "orders" is dropped without retiring, and with it PMM loses the key in pmm/aurora/orders; put aurora back with lifecycle: retiring in it, apply, then remove it [aurora-dropped]',
    ],
  ],
  [
    "a role in the stead of an Aurora user, in one step",
    change([`${ORDERS}, aurora: {key_generation: 3}`], [`${ORDERS}, aurora: {credentials: role}`]),
    [
      '7:70 error: credentials: role drops PMMAWSIntegrationUser of "orders" in one step, and with it PMM loses the key in pmm/aurora/orders; give the role to each of PMM\'s agents that has the key, set aurora: {lifecycle: retiring} and apply, then set aurora: {credentials: role} [credentials-changed]',
      ROLE_IN_NO_RELEASE,
    ],
  ],
  [
    "a role in the stead of a user that retires",
    change([`${ORDERS}, aurora: {lifecycle: retiring}`], [`${ORDERS}, aurora: {credentials: role}`]),
    [ROLE_IN_NO_RELEASE],
  ],
  [
    "with it, another boundary for the user that is not there",
    change(
      [
        `${ORDERS}, aurora: {credentials: role}, permissions_boundary: {monitoring_role: pmm, aurora_user: a}`,
      ],
      [
        `${ORDERS}, aurora: {credentials: role}, permissions_boundary: {monitoring_role: pmm, aurora_user: b}`,
      ],
    ),
    [ROLE_IN_NO_RELEASE],
  ],
  [
    "back from a role to a user, at a generation that is not the first",
    change([`${ORDERS}, aurora: {credentials: role}`], [`${ORDERS}, aurora: {key_generation: 3}`]),
    [
      '7:56 error: aurora of "orders" goes from credentials: role to PMMAWSIntegrationUser in one step: the apply would make a key that none of PMM\'s agents holds, for they have the role; remove aurora and apply, which changes nothing in AWS, then set aurora: true and give PMM the key [credentials-changed]',
      '7:73 warning: PMMAWSIntegrationUser is new in "orders" and starts at key_generation 3; expected 1: the plan refuses any other number for a user that exists already and has no generation [key-generation]',
    ],
  ],
  [
    "a user that comes back two generations on, with its account",
    change(
      [`${ORDERS}, aurora: {key_generation: 2}, lifecycle: retiring`],
      [`${ORDERS}, aurora: {key_generation: 4}`],
    ),
    [
      '7:73 error: key_generation of PMMAWSIntegrationUser in "orders" was 2 at main, when it was retiring, and is 4; expected 1 if the retirement was applied, else 2 or 3 [key-generation]',
    ],
  ],
  [
    "a user that comes back two generations on by itself",
    change(
      [`${ORDERS}, aurora: {key_generation: 2, lifecycle: retiring}`],
      [`${ORDERS}, aurora: {key_generation: 4}`],
    ),
    [
      '7:73 error: key_generation of PMMAWSIntegrationUser in "orders" was 2 at main, when it was retiring, and is 4; expected 1 if the retirement was applied, else 2 or 3 [key-generation]',
    ],
  ],
  [
    "an on-premises user dropped",
    change([`${ORDERS}, cloudwatch_agent: {on_premises_server_user: true}`], [ORDERS]),
    [
      '7:5 warning: CloudWatchAgentServerRole of "orders" is dropped: the next apply destroys it; who loses access: EC2 instances that run the agent with its instance profile [role-dropped]',
      '7:5 warning: CloudWatchAgentServerUser of "orders" is dropped: the next apply destroys it with its keys and the secret cloudwatch-agent/CloudWatchAgentServerUser/orders; servers that use the key lose access [user-dropped]',
    ],
  ],
  [
    "an account's boundary removed",
    change([`${ORDERS}, permissions_boundary: pmm`], [ORDERS]),
    [
      '7:5 error: the permissions boundary of "orders" was arn:aws:iam::222222222222:policy/pmm at main and there is none now, so the next apply allows what it denied; put it back. To allow more, edit that policy itself; for another boundary or none, retire the account, delete its entry and add it again [boundary-changed]',
    ],
  ],
  [
    "the default boundary changed: said once, for the source too",
    {
      before: accountsFile([ORDERS, BILLING], { defaults: "\n  permissions_boundary: pmm" }),
      after: accountsFile([ORDERS, BILLING], { defaults: "\n  permissions_boundary: wide" }),
    },
    [
      "6:25 error: the permissions boundary of the source account and 2 more was arn:aws:iam::111111111111:policy/pmm at main and is arn:aws:iam::111111111111:policy/wide now, so the next apply allows what it denied; put it back. To allow more, edit that policy itself; for another boundary or none, retire the account, delete its entry and add it again [boundary-changed]",
    ],
  ],
  [
    "one boundary of a map changed, and another left out",
    change(
      [
        `${ORDERS}, aurora: true, permissions_boundary: {monitoring_role: pmm, aurora_user: user, teleport: a}`,
      ],
      [`${ORDERS}, aurora: true, permissions_boundary: {monitoring_role: wide, teleport: b}`],
    ),
    [
      '7:62 warning: this map has no aurora_user, so that the Aurora user of "orders" is made without a boundary; add aurora_user: and a policy\'s name, or aurora_user: null if that is meant [permissions-boundary]',
      '7:84 error: the permissions boundary of "orders" (aurora_user) was arn:aws:iam::222222222222:policy/user at main and there is none now, so the next apply allows what it denied; put it back. To allow more, edit that policy itself; for another boundary or none, retire the account, delete its entry and add it again [boundary-changed]',
      '7:102 error: the permissions boundary of "orders" (monitoring_role) was arn:aws:iam::222222222222:policy/pmm at main and is arn:aws:iam::222222222222:policy/wide now, so the next apply allows what it denied; put it back. To allow more, edit that policy itself; for another boundary or none, retire the account, delete its entry and add it again [boundary-changed]',
    ],
  ],
  [
    "one policy written kind by kind: nothing changed",
    change(
      [`${ORDERS}, aurora: true, permissions_boundary: pmm`],
      [
        `${ORDERS}, aurora: true, permissions_boundary: {monitoring_role: pmm, aurora_user: "arn:aws:iam::222222222222:policy/pmm"}`,
      ],
    ),
    [],
  ],
  [
    "the IAM path of one account and of the others",
    {
      before: accountsFile([ORDERS, BILLING], { defaults: "\n  iam_path: /dba/" }),
      after: accountsFile([`${ORDERS}, iam_path: /`, BILLING], { defaults: "\n  iam_path: /pmm/" }),
    },
    [
      '6:13 error: the IAM path of "billing" was /dba/ at main, and AWS moves neither a role nor a policy to another path: the next apply destroys them and makes them again, and who uses them loses access; put iam_path: /dba/ back. For another path, retire the account, apply, and set the path when it is active again [iam-path-changed]',
      '8:58 error: the IAM path of "orders" was /dba/ at main, and AWS moves neither a role nor a policy to another path: the next apply destroys them and makes them again, and who uses them loses access; put iam_path: /dba/ back. For another path, retire the account, apply, and set the path when it is active again [iam-path-changed]',
    ],
  ],
  [
    "an IAM path where there was none, and the PMM role is made",
    {
      before: accountsFile([`${ORDERS}, iam_path: /`], { source: "\n  create_pmm_ec2_role: true" }),
      after: accountsFile([`${ORDERS}, iam_path: /`], {
        source: "\n  create_pmm_ec2_role: true",
        defaults: "\n  iam_path: /dba/",
      }),
    },
    [
      "7:13 error: the IAM path of the source account was / at main, and AWS moves neither a role nor a policy to another path: the next apply destroys them and makes them again, and who uses them loses access; remove iam_path, or set iam_path: /. For another path, retire the account, apply, and set the path when it is active again [iam-path-changed]",
    ],
  ],
  [
    "an IAM path where nothing is: a new account, one that retires, and the source",
    {
      before: accountsFile([`${ORDERS}, iam_path: /a/`, `${BILLING}, iam_path: /`]),
      after: accountsFile([`${ORDERS}, iam_path: /b/, lifecycle: retiring`, `${BILLING}, iam_path: /`], {
        defaults: "\n  iam_path: /dba/",
      }),
    },
    [],
  ],
  [
    "a boundary taken away by null",
    {
      before: accountsFile([ORDERS], { defaults: "\n  permissions_boundary: pmm" }),
      after: accountsFile([`${ORDERS}, permissions_boundary: null`], {
        defaults: "\n  permissions_boundary: pmm",
      }),
    },
    [
      '8:70 error: the permissions boundary of "orders" was arn:aws:iam::222222222222:policy/pmm at main and there is none now, so the next apply allows what it denied; put it back. To allow more, edit that policy itself; for another boundary or none, retire the account, delete its entry and add it again [boundary-changed]',
    ],
  ],
  [
    "assume_policy and organization_id changed",
    {
      before: accountsFile([ORDERS]),
      after: accountsFile([ORDERS], {
        source: "\n  assume_policy: organization\n  organization_id: o-exampleorgid",
      }),
    },
    [
      "4:18 warning: assume_policy goes from explicit to organization: the plan replaces pmm-assume-rds-monitoring-roles with a wildcard within the organization; the target accounts do not change [assume-policy-changed]",
      "5:20 warning: organization_id was not there at main: the plan changes the trust of every role that PMM and Teleport assume, in every stack; it denies principals outside o-exampleorgid [organization-id-changed]",
    ],
  ],
  [
    "another source account",
    {
      before: accountsFile([ORDERS]).replace("111111111111", "999999999999"),
      after: accountsFile([ORDERS]),
    },
    [
      "2:15 warning: the source account was 999999999999 at main: the plan makes assume policies and secrets in 111111111111 and trusts its role everywhere; what is in 999999999999 stays behind [source-changed]",
    ],
  ],
  [
    "adopt that is new",
    change([ORDERS], [`${ORDERS}, aurora: true, adopt: [user]`]),
    [
      "7:62 warning: PMMAWSIntegrationUser in account 222222222222 may have at most one access key made by hand when generation 1 is made beside it, because AWS allows two; list them: aws iam list-access-keys --user-name PMMAWSIntegrationUser, and free one: aws iam delete-access-key --user-name PMMAWSIntegrationUser --access-key-id <the unused one> [adopt]",
    ],
  ],
  [
    "a base that is no YAML",
    { before: "accounts: [", after: accountsFile([ORDERS]) },
    [
      "6:1 error: accounts.yaml at main is not YAML that can be read, so no change from it can be judged; compare with a commit where it was right, one of those that git log --oneline main -- accounts.yaml lists: --base <commit> [base]",
    ],
  ],
  [
    "a base that is a scalar",
    { before: "envs/prod.yaml", after: accountsFile([ORDERS]) },
    [
      "6:1 error: accounts.yaml at main has no accounts that can be read, so no change from it can be judged; compare with a commit where it was right, one of those that git log --oneline main -- accounts.yaml lists: --base <commit> [base]",
    ],
  ],
  [
    "a base that is empty",
    { before: "", after: accountsFile([ORDERS]) },
    [
      "6:1 error: accounts.yaml at main has no accounts that can be read, so no change from it can be judged; compare with a commit where it was right, one of those that git log --oneline main -- accounts.yaml lists: --base <commit> [base]",
    ],
  ],
  [
    "a base whose accounts are misspelt",
    { before: accountsFile([BILLING]).replace("accounts:", "acounts:"), after: accountsFile([ORDERS]) },
    [
      "6:1 error: accounts.yaml at main has no accounts that can be read, so no change from it can be judged; compare with a commit where it was right, one of those that git log --oneline main -- accounts.yaml lists: --base <commit> [base]",
    ],
  ],
  [
    "a base whose accounts are no list",
    {
      before: accountsFile([]).replace("accounts:", "accounts: {orders: {}}"),
      after: accountsFile([ORDERS]),
    },
    [
      "6:1 error: accounts.yaml at main has no accounts that can be read, so no change from it can be judged; compare with a commit where it was right, one of those that git log --oneline main -- accounts.yaml lists: --base <commit> [base]",
    ],
  ],
  [
    "a base none of whose accounts can be read",
    { before: "accounts: [orders, {account_id: 1}]", after: accountsFile([ORDERS]) },
    [
      "6:1 error: accounts.yaml at main has no accounts that can be read, so no change from it can be judged; compare with a commit where it was right, one of those that git log --oneline main -- accounts.yaml lists: --base <commit> [base]",
    ],
  ],
  [
    "a base with one account that cannot be read",
    { before: accountsFile([ORDERS, "account_id: 1"]), after: accountsFile([ORDERS]) },
    [
      "6:1 warning: accounts.yaml at main has accounts that cannot be read, whose change is not judged [base]",
      NOT_JUDGED,
    ],
  ],
  [
    "no base",
    { before: undefined, after: accountsFile([ORDERS]) },
    [
      "6:1 warning: there is no accounts.yaml at main, so every account counts as new and none as removed [base]",
    ],
  ],
];

test.each(cases)("%s", (_, judged, lines) => {
  expect(judgedLines(judged)).toEqual(lines);
});

describe("another group", () => {
  const local = {
    before: accountsFile([`${ORDERS}, aurora: true, group: shop`, `${BILLING}, group: shop`]),
    after: accountsFile([`${ORDERS}, aurora: true`, `${BILLING}, group: shop`]),
  };
  const refusal =
    '7:5 error: "orders" goes from the stack pmm-iam-shop to pmm-iam: pmm-iam-shop would lose the provider to destroy it with, and pmm-iam would make what is there already; put the group back, or stop the pipelines of both stacks, move the account\'s objects from state to state with the commands below, and merge this change; a check with --state pmm-iam-shop=<file> pmm-iam=<file> then passes [group-changed]';

  test("is refused, with the commands that move this very account", () => {
    expect(judgedLines(local)).toEqual([
      refusal,
      "    npm run synth",
      "    terraform -chdir=cdktf.out/stacks/pmm-iam-shop init",
      "    terraform -chdir=cdktf.out/stacks/pmm-iam init",
      '    umask 077 && copies="$(mktemp -d)"',
      '    terraform -chdir=cdktf.out/stacks/pmm-iam-shop state pull >"$copies/pmm-iam-shop.tfstate"',
      '    terraform -chdir=cdktf.out/stacks/pmm-iam state pull >"$copies/pmm-iam.tfstate"',
      '    cp "$copies/pmm-iam-shop.tfstate" "$copies/pmm-iam-shop.before"',
      '    cp "$copies/pmm-iam.tfstate" "$copies/pmm-iam.before"',
      '    terraform state mv -state="$copies/pmm-iam-shop.tfstate" -state-out="$copies/pmm-iam.tfstate" module.aurora_user_orders module.aurora_user_orders',
      '    terraform state mv -state="$copies/pmm-iam-shop.tfstate" -state-out="$copies/pmm-iam.tfstate" module.pmm_iam_orders module.pmm_iam_orders',
      '    npm run check -- --base main --state pmm-iam-shop="$copies/pmm-iam-shop.tfstate" pmm-iam="$copies/pmm-iam.tfstate"',
      '    terraform -chdir=cdktf.out/stacks/pmm-iam state push "$copies/pmm-iam.tfstate"',
      '    terraform -chdir=cdktf.out/stacks/pmm-iam-shop state push "$copies/pmm-iam-shop.tfstate"',
      "    terraform -chdir=cdktf.out/stacks/pmm-iam-shop plan",
      "    terraform -chdir=cdktf.out/stacks/pmm-iam plan",
      '    shred -u "$copies"/* && rmdir "$copies"',
      "    find . -maxdepth 1 \\( -name terraform.pmm-iam-shop.tfstate.backup -o -name terraform.pmm-iam.tfstate.backup \\) -exec shred -u {} +",
      "    # To undo this before the copies are shredded, unless someone has applied since, type these without the #:",
      '    # terraform -chdir=cdktf.out/stacks/pmm-iam-shop state push -force "$copies/pmm-iam-shop.before"',
      "    # terraform -chdir=cdktf.out/stacks/pmm-iam state rm module.aurora_user_orders",
      "    # terraform -chdir=cdktf.out/stacks/pmm-iam state rm module.pmm_iam_orders",
    ]);
  });

  test("of two accounts is one script, which stands with the first of them in the file", () => {
    const move =
      'terraform state mv -state="$copies/pmm-iam-shop.tfstate" -state-out="$copies/pmm-iam.tfstate"';
    const lines = judgedLines({
      before: accountsFile([`${ORDERS}, group: shop`, `${BILLING}, group: shop`]),
      after: accountsFile([ORDERS, BILLING]),
    });
    expect(lines).toEqual([
      '7:5 error: "orders" goes from the stack pmm-iam-shop to pmm-iam: pmm-iam-shop would lose the provider to destroy it with, and pmm-iam would make what is there already; put the group back, or stop the pipelines of both stacks, move the account\'s objects from state to state with the commands below, which move "billing" too, and merge this change; a check with --state pmm-iam-shop=<file> pmm-iam=<file> then passes [group-changed]',
      "    npm run synth",
      "    git show main:accounts.yaml >before.accounts.yaml",
      "    ACCOUNTS_FILE=before.accounts.yaml npm run synth -- --output before.out",
      "    terraform -chdir=before.out/stacks/pmm-iam-shop init",
      "    terraform -chdir=cdktf.out/stacks/pmm-iam init",
      '    umask 077 && copies="$(mktemp -d)"',
      '    terraform -chdir=before.out/stacks/pmm-iam-shop state pull >"$copies/pmm-iam-shop.tfstate"',
      '    terraform -chdir=cdktf.out/stacks/pmm-iam state pull >"$copies/pmm-iam.tfstate"',
      '    cp "$copies/pmm-iam-shop.tfstate" "$copies/pmm-iam-shop.before"',
      '    cp "$copies/pmm-iam.tfstate" "$copies/pmm-iam.before"',
      `    ${move} module.pmm_iam_billing module.pmm_iam_billing`,
      `    ${move} module.pmm_iam_orders module.pmm_iam_orders`,
      '    npm run check -- --base main --state pmm-iam-shop="$copies/pmm-iam-shop.tfstate" pmm-iam="$copies/pmm-iam.tfstate"',
      '    terraform -chdir=cdktf.out/stacks/pmm-iam state push "$copies/pmm-iam.tfstate"',
      '    terraform -chdir=before.out/stacks/pmm-iam-shop state push "$copies/pmm-iam-shop.tfstate"',
      "    terraform -chdir=cdktf.out/stacks/pmm-iam plan",
      '    shred -u "$copies"/* && rmdir "$copies"',
      "    find . -maxdepth 1 \\( -name terraform.pmm-iam-shop.tfstate.backup -o -name terraform.pmm-iam.tfstate.backup \\) -exec shred -u {} +",
      "    rm -r before.out before.accounts.yaml",
      "    # To undo this before the copies are shredded, unless someone has applied since, type these without the #:",
      '    # terraform -chdir=before.out/stacks/pmm-iam-shop state push -force "$copies/pmm-iam-shop.before"',
      "    # terraform -chdir=cdktf.out/stacks/pmm-iam state rm module.pmm_iam_billing",
      "    # terraform -chdir=cdktf.out/stacks/pmm-iam state rm module.pmm_iam_orders",
      '8:5 error: "billing" goes from the stack pmm-iam-shop to pmm-iam: pmm-iam-shop would lose the provider to destroy it with, and pmm-iam would make what is there already; put the group back, or stop the pipelines of both stacks, move the account\'s objects from state to state with the commands below "orders", and merge this change; a check with --state pmm-iam-shop=<file> pmm-iam=<file> then passes [group-changed]',
    ]);
  });

  test("of two groups that become one plans their stack once, after both", () => {
    const lines = judgedLines({
      before: accountsFile([`${ORDERS}, group: shop`, `${BILLING}, group: store`]),
      after: accountsFile([`${ORDERS}, group: all`, `${BILLING}, group: all`]),
    });
    const commands = lines.flatMap(
      (line) => /^ {4}terraform .*(push|mv|plan) .*|.* plan$/.exec(line)?.[0] ?? [],
    );
    expect(commands).toEqual([
      '    terraform state mv -state="$copies/pmm-iam-store.tfstate" -state-out="$copies/pmm-iam-all.tfstate" module.pmm_iam_billing module.pmm_iam_billing',
      '    terraform state mv -state="$copies/pmm-iam-shop.tfstate" -state-out="$copies/pmm-iam-all.tfstate" module.pmm_iam_orders module.pmm_iam_orders',
      '    terraform -chdir=cdktf.out/stacks/pmm-iam-all state push "$copies/pmm-iam-all.tfstate"',
      '    terraform -chdir=before.out/stacks/pmm-iam-store state push "$copies/pmm-iam-store.tfstate"',
      '    terraform -chdir=before.out/stacks/pmm-iam-shop state push "$copies/pmm-iam-shop.tfstate"',
      "    terraform -chdir=cdktf.out/stacks/pmm-iam-all plan",
    ]);
  });

  test("with state in S3 leaves no backups to shred", () => {
    const s3 = "backend: {s3: {bucket: acme-tfstate, region: us-east-1}}\n";
    const lines = judgedLines({ before: s3 + local.before, after: s3 + local.after });
    expect(lines.filter((line) => line.includes("shred -u"))).toEqual([
      '    shred -u "$copies"/* && rmdir "$copies"',
    ]);
    expect(lines).toHaveLength(21);
  });

  test("with the last account of a stack takes the stack from the file before", () => {
    const lines = judgedLines({
      before: accountsFile([`${ORDERS}, group: shop`]),
      after: accountsFile([`${ORDERS}, group: store`]),
    });
    expect(lines.filter((line) => /before[./"]/.test(line))).toEqual([
      "    git show main:accounts.yaml >before.accounts.yaml",
      "    ACCOUNTS_FILE=before.accounts.yaml npm run synth -- --output before.out",
      "    terraform -chdir=before.out/stacks/pmm-iam-shop init",
      '    terraform -chdir=before.out/stacks/pmm-iam-shop state pull >"$copies/pmm-iam-shop.tfstate"',
      '    cp "$copies/pmm-iam-shop.tfstate" "$copies/pmm-iam-shop.before"',
      '    cp "$copies/pmm-iam-store.tfstate" "$copies/pmm-iam-store.before"',
      '    terraform -chdir=before.out/stacks/pmm-iam-shop state push "$copies/pmm-iam-shop.tfstate"',
      "    rm -r before.out before.accounts.yaml",
      '    # terraform -chdir=before.out/stacks/pmm-iam-shop state push -force "$copies/pmm-iam-shop.before"',
    ]);
  });

  test("with Teleport's role in the account moves what that role has, too", () => {
    const teleport =
      "teleport: {account_id: '222222222222', role_name: teleport, proxy_address: 'teleport.example.com:443'}\n";
    const database =
      'teleport: {databases: [{name: db, engine: mysql, resource_id: db-A, endpoint: "db:3306", db_users: [a]}]}';
    const moved = (source: string) =>
      judgedLines({
        before: teleport + accountsFile([`${ORDERS}, ${database}, group: shop`, BILLING], { source }),
        after: teleport + accountsFile([`${ORDERS}, ${database}`, BILLING], { source }),
      }).flatMap((line) => / state mv .* (\S+)$/.exec(line)?.[1] ?? []);
    expect(moved("")).toEqual([
      "module.pmm_iam_orders",
      "module.teleport_connect_orders",
      "aws_iam_role_policy.teleport_assume_database_roles",
    ]);
    expect(moved("\n  assume_policy: sharded")).toEqual([
      "module.pmm_iam_orders",
      "module.teleport_connect_orders",
      "aws_iam_role_policy.teleport_assume_database_roles",
      "aws_iam_policy.teleport_assume_database_roles_6",
      "aws_iam_role_policy_attachment.teleport_assume_database_roles_6",
    ]);
  });

  test("moves what the state holds, which the file from before made, whatever else changes", () => {
    const teleport =
      "teleport: {account_id: '222222222222', role_name: teleport, proxy_address: 'teleport.example.com:443'}\n";
    const database =
      'teleport: {databases: [{name: db, engine: mysql, resource_id: db-A, endpoint: "db:3306", db_users: [a]}]}';
    const moved = (before: string, after: string, sources: readonly [string, string] = ["", ""]) =>
      judgedLines({
        before: teleport + accountsFile([`${before}, group: shop`, BILLING], { source: sources[0] }),
        after: teleport + accountsFile([after, BILLING], { source: sources[1] }),
      }).flatMap((line) => / state mv .* (\S+)$/.exec(line)?.[1] ?? []);
    expect(moved(`${ORDERS}, aurora: true`, `${ORDERS}, aurora: {lifecycle: retiring}`)).toEqual([
      "module.aurora_user_orders",
      "module.pmm_iam_orders",
    ]);
    expect(moved(ORDERS, `${ORDERS}, aurora: true`)).toEqual(["module.pmm_iam_orders"]);
    const account = `${ORDERS}, ${database}`;
    expect(moved(account, account, ["\n  assume_policy: sharded", ""])).toEqual([
      "module.pmm_iam_orders",
      "module.teleport_connect_orders",
      "aws_iam_role_policy.teleport_assume_database_roles",
      "aws_iam_policy.teleport_assume_database_roles_6",
      "aws_iam_role_policy_attachment.teleport_assume_database_roles_6",
    ]);
  });

  test("from what no synth has taken for a group is none", () => {
    const before = accountsFile([`${ORDERS}, group: "x; rm -r ."`]);
    expect(judgedLines({ before, after: accountsFile([ORDERS]) })).toEqual([NOT_JUDGED]);
  });

  test("of an account that leaves is refused without commands", () => {
    expect(
      judgedLines({
        before: accountsFile([`${ORDERS}, group: shop`, BILLING]),
        after: accountsFile([`${ORDERS}, lifecycle: retiring`, BILLING]),
      }),
    ).toEqual([
      '7:5 error: "orders" goes from the stack pmm-iam-shop to pmm-iam: pmm-iam-shop would lose the provider to destroy it with, and pmm-iam would make what is there already; put it back until the account is gone [group-changed]',
    ]);
  });

  test("of an account that is gone for certain is none", () => {
    const before = accountsFile([`${ORDERS}, group: shop, lifecycle: retiring`, BILLING]);
    const after = accountsFile([ORDERS, BILLING]);
    const states = [["pmm-iam-shop", guarded("pmm-iam-shop")]] as const;
    expect(judgedLines({ before, after, states })).toEqual([]);
    expect(judgedLines({ before, after })).toHaveLength(1);
  });

  test("is accepted once both states show that the objects have moved", () => {
    const role = "module.pmm_iam_orders.aws_iam_role.pmm_rds_monitoring";
    const other = "module.pmm_iam_billing.aws_iam_role.pmm_rds_monitoring";
    const with_ = (states: NonNullable<Judged["states"]>) => judgedLines({ ...local, states })[0];
    expect(
      with_([
        ["pmm-iam-shop", shownState(other)],
        ["pmm-iam", shownState(role)],
      ]),
    ).toBeUndefined();
    expect(
      with_([
        ["pmm-iam-shop", shownState(other, role)],
        ["pmm-iam", guarded("pmm-iam")],
      ]),
    ).toBe(refusal);
    expect(with_([["pmm-iam", shownState(role)]])).toBe(refusal);
  });
});
