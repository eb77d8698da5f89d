import { judgedLines } from "../changes/judged";
import { rootModule, synthesize } from "../support/synthesize";

const file = (stacks: string, ...entries: readonly string[]) => `
${stacks}
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
teleport: {account_id: "444444444444", role_name: teleport, proxy_address: "t.example.com:443"}
accounts:
${entries.map((entry) => `  - {${entry}}\n`).join("")}`;

const DATABASE =
  "teleport: {databases: [{name: d, engine: mysql, resource_id: db-A, endpoint: 'h:3306', db_users: [x]}]}";
const ENTRIES = [
  `name: orders-prod, account_id: "222222222222", ${DATABASE}`,
  'name: billing-prod, account_id: "033333333333", lifecycle: retiring',
  'name: tools, account_id: "444444444444"',
];

test("each account is a stack of its own, and the main one has the source alone", async () => {
  const yaml = file("stacks: per_account", ...ENTRIES);
  const stacks = new Set([...(await synthesize(yaml)).keys()].map((path) => path.split("/")[1]));
  expect([...stacks].sort()).toEqual([
    "pmm-iam",
    "pmm-iam-billing-prod",
    "pmm-iam-orders-prod",
    "pmm-iam-tools",
  ]);
  const modules = async (stack: string) =>
    Object.keys(((await rootModule(yaml, stack))["module"] as object | undefined) ?? {}).sort();
  expect(await modules("pmm-iam")).toEqual([]);
  expect(await modules("pmm-iam-orders-prod")).toEqual([
    "pmm_iam_orders_prod",
    "teleport_connect_orders_prod",
  ]);
  // A retiring account keeps its provider, to destroy with.
  expect(await modules("pmm-iam-billing-prod")).toEqual([]);
  expect(JSON.stringify((await rootModule(yaml, "pmm-iam-billing-prod"))["provider"])).toContain(
    '"alias":"billing_prod"',
  );
});

test("PMM's assume policy is in the main stack, and Teleport's where Teleport runs", async () => {
  const yaml = file("stacks: per_account", ...ENTRIES);
  const resources = async (stack: string) =>
    Object.values(((await rootModule(yaml, stack))["resource"] as object | undefined) ?? {}).flatMap(
      Object.keys,
    );
  expect(await resources("pmm-iam")).toEqual(["pmm_assume_target_roles"]);
  expect(await resources("pmm-iam-tools")).toEqual(["teleport_assume_database_roles"]);
  expect(await resources("pmm-iam-orders-prod")).toEqual([]);
});

const ACTIVE = [ENTRIES[0] ?? "", ENTRIES[2] ?? ""];

test("to change between the two is refused once, with the commands that move every account", () => {
  const lines = judgedLines({
    before: file("", ...ACTIVE),
    after: file("stacks: per_account", ...ACTIVE),
  });
  expect(lines.filter((line) => !line.startsWith("    "))).toEqual([
    '2:9 error: stacks was grouped at main and is per_account now, so 2 accounts ("orders-prod", "tools") would go to another stack: one would lose the provider to destroy with, and the other would make what is there already; put it back, or stop the pipelines of all these stacks, move the objects from state to state with the commands below, and merge this change; a check with --state for each of the stacks then passes [stacks-changed]',
  ]);
  const moved = lines.flatMap((line) => /^ {4}terraform state mv .*tfstate" (\S+) /.exec(line)?.[1] ?? []);
  expect(moved).toEqual([
    "module.pmm_iam_orders_prod",
    "module.teleport_connect_orders_prod",
    "module.pmm_iam_tools",
    "aws_iam_role_policy.teleport_assume_database_roles",
  ]);
  expect(lines).toContain(
    '    terraform -chdir=cdktf.out/stacks/pmm-iam-tools state push "$copies/pmm-iam-tools.tfstate"',
  );
});

test("a group that becomes a stack for each of its accounts, and back", () => {
  const grouped = file("", `${ACTIVE[0]}, group: shop`, `${ACTIVE[1]}, group: tools`);
  const perAccount = file("stacks: per_account", ...ACTIVE);
  // The account tools is in the stack pmm-iam-tools on both sides.
  expect(judgedLines({ before: grouped, after: perAccount })[0]).toMatch(
    /^2:9 error: .* so 1 account \("orders-prod"\) would go to another stack: .*\[stacks-changed\]$/,
  );
  expect(judgedLines({ before: perAccount, after: grouped })[0]).toMatch(
    /error: stacks was per_account at main and is grouped now, so 1 account \("orders-prod"\).*\[stacks-changed\]$/,
  );
});

test("to say the default is no change", () => {
  expect(judgedLines({ before: file("", ...ACTIVE), after: file("stacks: grouped", ...ACTIVE) })).toEqual([]);
});
