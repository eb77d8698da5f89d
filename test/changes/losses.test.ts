import { accountsFile, guarded, type Judged, judge, judgedLines, shownState } from "./judged";

/** Changes that lose something without a key's own change: what a return, a state or an --allow makes of them. */

const ORDERS = 'name: orders, account_id: "222222222222"';
const BILLING = 'name: billing, account_id: "033333333333"';
const BOUNDED = `${ORDERS}, permissions_boundary: pmm`;
const MADE = "\n  create_pmm_ec2_role: true";
const S3 = "backend: {s3: {bucket: acme-tfstate, region: us-east-1}}\n";
const MONITOR = (name: string, more = "") =>
  `${ORDERS}, third_party_monitors: [{name: ${name}, account_id: "999999999999", external_id: 9b2d41c6, policy: SecurityAudit${more}}]`;

const change = (before: string, after: string, more: Partial<Judged> = {}): Judged => ({
  before: accountsFile([before, BILLING]),
  after: accountsFile([after, BILLING]),
  ...more,
});

/** The rules of what is refused. */
function refusals(judged: Judged): string[] {
  return judge(judged).problems.flatMap(({ severity, rule }) => (severity === "error" ? [rule] : []));
}

test.each([
  ["while an account retires", BOUNDED, `${ORDERS}, lifecycle: retiring`],
  ["of one that retires already", `${BOUNDED}, lifecycle: retiring`, `${ORDERS}, lifecycle: retiring`],
  ["when it returns", `${BOUNDED}, lifecycle: retiring`, ORDERS],
])("a boundary is not removed %s", (_, before, after) => {
  expect(refusals(change(before, after))).toEqual(["boundary-changed"]);
});

test.each([
  ["an account", "aurora: {key_generation: 3}, lifecycle: retiring"],
  ["a user", "aurora: {key_generation: 3, lifecycle: retiring}"],
])(
  "the key before the newest is not deleted in one step when %s returns, unless it is gone",
  (_, retiring) => {
    const deleted = "aurora: {key_generation: 3, previous_key: deleted}";
    const [before, after] = [`${ORDERS}, ${retiring}`, `${ORDERS}, ${deleted}`];
    expect(refusals(change(before, after))).toEqual(["previous-key-deleted"]);
    expect(refusals(change(before, after, { states: [["pmm-iam", guarded("pmm-iam")]] }))).toEqual([]);
    // One that was deleted before may come back with its user.
    const restored = retiring.replace("3", "3, previous_key: deleted");
    expect(refusals(change(`${ORDERS}, ${restored}`, `${ORDERS}, aurora: {key_generation: 3}`))).toEqual([]);
  },
);

test("a boundary of what is gone for certain may go", () => {
  const states = [["pmm-iam", guarded("pmm-iam")]] as const;
  expect(refusals(change(`${BOUNDED}, lifecycle: retiring`, ORDERS, { states }))).toEqual([]);
  expect(refusals(change(`${BOUNDED}, lifecycle: retiring`, `${ORDERS}, lifecycle: closed`))).toEqual([]);
});

test.each([
  ["active", `${ORDERS}`],
  ["retiring", `${ORDERS}, lifecycle: retiring`],
])("a closed account does not become %s, unless its state still holds it", (_, after) => {
  const closed = `${ORDERS}, lifecycle: closed`;
  expect(refusals(change(closed, after))).toEqual(["account-reopened"]);
  const states = [["pmm-iam", shownState("module.pmm_iam_orders.aws_iam_role.pmm_rds_monitoring")]] as const;
  expect(refusals(change(closed, after, { states }))).toEqual([]);
});

test("a closed account drops no monitor, unless no state holds it", () => {
  const [before, after] = [`${MONITOR("site24x7")}, lifecycle: closed`, `${ORDERS}, lifecycle: closed`];
  expect(refusals(change(before, after))).toEqual(["dropped-when-closed"]);
  expect(refusals(change(before, after, { states: [["pmm-iam", guarded("pmm-iam")]] }))).toEqual([]);
  // What has a fixed name is forgotten whatever the entry asks for.
  expect(refusals(change(`${ORDERS}, aurora: true, lifecycle: closed`, after))).toEqual([]);
});

test("the source's region may change while nothing has keys", () => {
  const files = (entry: string): Judged => ({
    before: accountsFile([entry]),
    after: accountsFile([entry], { source: "\n  region: eu-west-1" }),
  });
  expect(refusals(files(ORDERS))).toEqual([]);
  expect(refusals(files(`${ORDERS}, aurora: true`))).toEqual(["region-changed"]);
  expect(refusals(files(`${ORDERS}, aurora: {lifecycle: retiring}`))).toEqual(["region-changed"]);
});

test("another source account is refused where it has secrets", () => {
  const before = accountsFile([`${ORDERS}, aurora: true`]);
  expect(judgedLines({ before: before.replace("111111111111", "999999999999"), after: before })).toEqual([
    "2:15 error: the source account was 999999999999 at main: the plan makes assume policies and secrets in 111111111111 and trusts its role everywhere; what is in 999999999999 stays behind, the secret pmm/aurora/orders among it; put 999999999999 back, or retire the users first [source-changed]",
  ]);
});

test("another source account is refused where it has the PMM EC2 role that is made here", () => {
  const before = accountsFile([ORDERS], { source: "\n  create_pmm_ec2_role: true" });
  expect(refusals({ before, after: before.replace("111111111111", "777777777777") })).toEqual([
    "source-changed",
  ]);
});

describe("the PMM EC2 role", () => {
  const dropped: Judged = {
    before: accountsFile([ORDERS], { source: MADE }),
    after: accountsFile([ORDERS]),
  };

  test("is not dropped where it is made here; the commands make Terraform forget it", () => {
    expect(judgedLines(dropped)).toEqual([
      "1:1 error: create_pmm_ec2_role was true at main: the next apply destroys pmm-ec2-role with its instance profile, and PMM loses access to every account; put true back. To keep the role and manage it elsewhere, let Terraform forget it with the commands below; a check with --state pmm-iam=<file> then passes [pmm-role-dropped]",
      "    terraform -chdir=cdktf.out/stacks/pmm-iam init",
      "    terraform -chdir=cdktf.out/stacks/pmm-iam state rm aws_iam_role.pmm_ec2 aws_iam_instance_profile.pmm_ec2 aws_iam_role_policies_exclusive.pmm_ec2 aws_iam_role_policy_attachments_exclusive.pmm_ec2",
    ]);
  });

  test("is forgotten once the state says so", () => {
    const policy = "aws_iam_role_policy.pmm_assume_target_roles";
    const states = (...addresses: string[]) => ({ states: [["pmm-iam", shownState(...addresses)]] as const });
    expect(refusals({ ...dropped, ...states(policy) })).toEqual([]);
    expect(refusals({ ...dropped, ...states(policy, "aws_iam_role.pmm_ec2") })).toEqual(["pmm-role-dropped"]);
  });

  test("is not made where it is already", () => {
    expect(judgedLines({ before: dropped.after, after: dropped.before ?? "" })).toEqual([
      "4:24 warning: pmm-ec2-role was made elsewhere at main, and create_pmm_ec2_role: true makes it here: the apply stops at the role that is there already; put false back, or name a new role [pmm-role-changed]",
    ]);
  });

  test("under another name is another role, with another trust in each account", () => {
    const [before, after] = [dropped.after, dropped.after.replace("pmm-ec2-role", "service/other")];
    expect(judgedLines({ before, after })).toEqual([
      "3:22 warning: the PMM EC2 role was pmm-ec2-role at main and is service/other: the plan changes the trust of every monitoring role, in every stack, and moves the assume policy; PMM loses access until its instance runs with the new role, and until every stack is applied [pmm-role-changed]",
    ]);
  });
});

describe("another place of the states", () => {
  const steps = (before: string, after: string) =>
    judgedLines({ before, after }).filter((line) => line.startsWith("    "));
  const file = accountsFile([ORDERS, `${BILLING}, group: shop`]);

  test("by another backend: each state is pulled from the one and pushed to the other", () => {
    expect(steps(file, S3 + file)).toEqual([
      "    npm run synth",
      "    git show main:accounts.yaml >before.accounts.yaml",
      "    ACCOUNTS_FILE=before.accounts.yaml npm run synth -- --output before.out",
      "    terraform -chdir=before.out/stacks/pmm-iam init",
      "    terraform -chdir=cdktf.out/stacks/pmm-iam init -reconfigure",
      "    terraform -chdir=before.out/stacks/pmm-iam-shop init",
      "    terraform -chdir=cdktf.out/stacks/pmm-iam-shop init -reconfigure",
      '    umask 077 && copies="$(mktemp -d)"',
      '    terraform -chdir=before.out/stacks/pmm-iam state pull >"$copies/pmm-iam.tfstate"',
      '    terraform -chdir=cdktf.out/stacks/pmm-iam state push "$copies/pmm-iam.tfstate"',
      '    terraform -chdir=before.out/stacks/pmm-iam-shop state pull >"$copies/pmm-iam-shop.tfstate"',
      '    terraform -chdir=cdktf.out/stacks/pmm-iam-shop state push "$copies/pmm-iam-shop.tfstate"',
      "    terraform -chdir=cdktf.out/stacks/pmm-iam plan",
      "    terraform -chdir=cdktf.out/stacks/pmm-iam-shop plan",
      '    shred -u "$copies"/* && rmdir "$copies"',
      "    rm -r before.out before.accounts.yaml",
    ]);
  });

  test.each([
    ["", S3, "files beside the accounts file", "the bucket acme-tfstate in us-east-1 without a key prefix"],
    [
      S3,
      S3.replace("us-east-1", "eu-west-1, key_prefix: iam/prod"),
      "the bucket acme-tfstate in us-east-1 without a key prefix",
      "the bucket acme-tfstate in eu-west-1 under the key prefix iam/prod",
    ],
  ])("from %j to %j says both in words", (before, after, was, is) => {
    expect(judgedLines({ before: before + file, after: after + file })[0]).toContain(
      `: the states were in ${was} at main and are in ${is} now: `,
    );
  });

  test("by another name: the guard in each state makes room for a new one", () => {
    const lines = steps(`name: prod\n${file}`, `name: main\n${file}`);
    expect(lines[0]).toBe("    rm -f cdktf.out/.pmm-iam/files.json");
    expect(lines.filter((line) => /before\.accounts|state/.test(line))).toEqual([
      "    git show main:accounts.yaml >before.accounts.yaml",
      "    ACCOUNTS_FILE=before.accounts.yaml npm run synth -- --output before.out",
      '    terraform -chdir=before.out/stacks/prod state pull >"$copies/prod.tfstate"',
      '    terraform state rm -state="$copies/prod.tfstate" terraform_data.deployment || true',
      '    terraform -chdir=cdktf.out/stacks/main state push "$copies/prod.tfstate"',
      '    terraform -chdir=before.out/stacks/prod-shop state pull >"$copies/prod-shop.tfstate"',
      '    terraform state rm -state="$copies/prod-shop.tfstate" terraform_data.deployment || true',
      '    terraform -chdir=cdktf.out/stacks/main-shop state push "$copies/prod-shop.tfstate"',
      "    rm -r before.out before.accounts.yaml",
    ]);
  });

  test("is one refusal for all accounts, and a name that is only said now is none", () => {
    expect(refusals({ before: `name: prod\n${file}`, after: `name: main\n${file}` })).toEqual([
      "deployment-renamed",
    ]);
    expect(refusals({ before: file, after: `name: pmm-iam\n${file}` })).toEqual([]);
  });
});

describe("a monitor under another name", () => {
  const renamed = change(MONITOR("site24x7"), MONITOR("vendor", ", role_name: site24x7-monitoring"));

  test("is refused with the command that moves it in the state", () => {
    expect(judgedLines(renamed)).toEqual([
      '7:70 error: the monitor "site24x7" of "orders" is called "vendor" now; the name is part of Terraform\'s addresses, so the apply would destroy all that it made and make it again; put name: site24x7 back, or move its objects with the commands below and role_name: site24x7-monitoring beside the new one; a check with --state pmm-iam=<file> then passes [monitor-renamed]',
      "    npm run synth",
      "    terraform -chdir=cdktf.out/stacks/pmm-iam init",
      "    terraform -chdir=cdktf.out/stacks/pmm-iam state mv module.third_party_site24x7_orders module.third_party_vendor_orders",
      "    terraform -chdir=cdktf.out/stacks/pmm-iam plan",
    ]);
  });

  test("passes once the state shows that it has moved", () => {
    const states = (name: string) => ({
      states: [["pmm-iam", shownState(`module.third_party_${name}_orders.aws_iam_role.monitor`)]] as const,
    });
    expect(refusals({ ...renamed, ...states("vendor") })).toEqual([]);
    expect(refusals({ ...renamed, ...states("site24x7") })).toEqual(["monitor-renamed"]);
  });

  test("of a default list is said once", () => {
    const file = (name: string) =>
      accountsFile([ORDERS, BILLING], {
        defaults: `\n  modules: [{name: ${name}, source: "app.terraform.io/acme/x/aws", version: "1.2.3"}]`,
      });
    expect(refusals({ before: file("one"), after: file("two") })).toEqual(["module-renamed"]);
    const lines = judgedLines({ before: file("one"), after: accountsFile([ORDERS, BILLING]) });
    expect(lines.filter((line) => line.includes("[module-dropped]"))).toHaveLength(1);
  });
});

describe("--allow", () => {
  const dropped = change(`${ORDERS}, aurora: true`, ORDERS);

  test("makes a warning of the refusal that it names, and says so", () => {
    const { problems } = judge({ ...dropped, allowed: ["aurora-dropped"] });
    expect(problems).toMatchObject([
      {
        severity: "warning",
        rule: "aurora-dropped",
        isAllowed: true,
        message: expect.stringMatching(
          /^allowed by --allow aurora-dropped: PMMAWSIntegrationUser of "orders" is dropped/,
        ),
      },
    ]);
  });

  test("leaves every other refusal, and all that is wrong with the file itself", () => {
    expect(refusals({ ...dropped, allowed: ["boundary-changed"] })).toEqual(["aurora-dropped"]);
    const wrong = change(ORDERS, `${ORDERS}, group: 5`, { allowed: ["group-changed"] });
    expect(refusals(wrong)).toEqual(["group"]);
  });
});

test("accounts whose names end alike keep apart in a state", () => {
  const state = shownState("module.pmm_iam_prod.aws_iam_role.pmm_rds_monitoring");
  const other = 'name: iam-prod, account_id: "444444444444"';
  expect(
    refusals({
      before: accountsFile(['name: prod, account_id: "222222222222", lifecycle: retiring', other]),
      after: accountsFile([other]),
      states: [["pmm-iam", state]],
    }),
  ).toEqual(["account-removed"]);
});
