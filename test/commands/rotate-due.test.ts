import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { type RotateOptions, rotate } from "../../src/commands/rotate";
import { features } from "../../src/features";
import { type Ran, Repository, ran } from "./repository";

let repository: Repository;

beforeEach(() => {
  repository = Repository.create();
  repository.write("accounts.yaml", FILE);
});

afterEach(() => rmSync(repository.folder, { recursive: true }));

const FILE = `source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
accounts:
  - name: billing
    account_id: "033333333333"
    group: finance
    aurora: {key_generation: 2, previous_key: active}
  - name: leaves
    account_id: "555555555555"
    lifecycle: retiring
    aurora: true
  - name: orders
    account_id: "222222222222"
    aurora: true
  - name: plain
    account_id: "444444444444"
  - name: shop
    account_id: "666666666666"
    aurora: {lifecycle: retiring}
    cloudwatch_agent: {on_premises_server_user: true, on_premises_admin_user: {key_generation: 4, previous_key: deleted}}
`;

const TODAY = new Date("2026-11-26T12:00:00Z");

const rotated = (accounts: string[], options: RotateOptions): Promise<Ran> =>
  ran(() => rotate(features, accounts, options, TODAY), repository.folder);

const content = (): string => readFileSync(repository.path("accounts.yaml"), "utf8");

/** A key in a state, as terraform show -json prints it. */
function keyOf(alias: string, generation: number, created: string, module = "aurora_user"): unknown[] {
  const slot = generation % 2 === 1 ? "odd" : "even";
  const at = `module.${module}_${alias}.module.key`;
  return [
    {
      address: `${at}.aws_iam_access_key.slot["${slot}"]`,
      mode: "managed",
      values: { id: `AKIA${alias}${generation}`, secret: "s3cret", status: "Active", create_date: created },
    },
    {
      address: `${at}.terraform_data.generation["${slot}"]`,
      mode: "managed",
      values: { input: generation },
    },
  ];
}

/** A state file, with `--state` of it. */
function stateOf(stack: string, ...resources: readonly unknown[][]): string {
  const guard = {
    address: "terraform_data.deployment",
    mode: "managed",
    values: { triggers_replace: stack },
  };
  const state = {
    format_version: "1.0",
    values: { root_module: { resources: [guard, ...resources.flat()] } },
  };
  writeFileSync(repository.path(`${stack}.json`), JSON.stringify(state));
  return `${stack}=${stack}.json`;
}

test("--due: the keys that are due are raised at once; unfinished rotations are named", async () => {
  const main = stateOf(
    "pmm-iam",
    keyOf("orders", 1, "2026-08-28T12:00:00Z"),
    keyOf(
      "shop",
      4,
      "2026-08-28T12:00:01Z",
      'cloudwatch_agent_shop.module.user["admin"]'.replace(/_shop/, ""),
    ),
  );
  const finance = stateOf(
    "pmm-iam-finance",
    keyOf("billing", 1, "2025-01-01T00:00:00Z"),
    keyOf("billing", 2, "2026-01-01T00:00:00Z"),
  );
  const { code, stdout, stderr } = await rotated([], { due: "90", state: [main, finance] });
  expect(code).toBe(0);
  expect(content()).toBe(
    FILE.replace(
      '"222222222222"\n    aurora: true',
      '"222222222222"\n    aurora: {key_generation: 2, previous_key: active}',
    ),
  );
  expect(stdout.split("\n\n")[0]).toBe(`2 keys of 90 days or older:
  PMMAWSIntegrationUser in billing, generation 2: made on 2026-01-01, 329 days old; its last rotation is not finished
  PMMAWSIntegrationUser in orders, generation 1: made on 2026-08-28, 90 days old
1 rotation is not finished; the next step of each:
  PMMAWSIntegrationUser in billing, previous_key: active: ACCOUNTS_FILE=accounts.yaml npm run rotate -- billing --finish
accounts.yaml:14: PMMAWSIntegrationUser in orders: key_generation: 2
accounts.yaml:14: PMMAWSIntegrationUser in orders: previous_key: active`);
  expect(stderr).toContain("2 keys of the file are not made yet, so the last change is not applied: ");
  expect(stdout + stderr).not.toMatch(/AKIA|s3cret/);
});

test("--due where nothing is due: exit code 0, and nothing is edited", async () => {
  const state = [stateOf("pmm-iam", keyOf("orders", 1, "2026-11-01T00:00:00Z"))];
  const { code, stdout, stderr } = await rotated(["orders"], { due: "90", state });
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout:
      "No key is 90 days old or older; the oldest is that of PMMAWSIntegrationUser in orders, 25 days old.\n",
    stderr: "",
  });
  expect(content()).toBe(FILE);
});

test("--due: a stack without a state is named, and so is a change that is not applied", async () => {
  const state = [stateOf("pmm-iam", keyOf("orders", 1, "2026-01-01T00:00:00Z"))];
  repository.write(
    "accounts.yaml",
    FILE.replace('"222222222222"\n    aurora: true', '"222222222222"\n    aurora: {key_generation: 2}'),
  );
  const before = content();
  const { code, stderr } = await rotated(["orders", "billing"], { due: "90", state });
  expect(code).toBe(0);
  expect(
    stderr,
  ).toBe(`note: the ages of 1 key are not known, for want of a state of pmm-iam-finance; give it too: --state <stack>=<file>
note: 1 key of the file is not made yet, so the last change is not applied: PMMAWSIntegrationUser in orders
`);
  expect(content()).toBe(before);
});

test.each(["", "in May"])(
  "--due: a state with the date %j: the age is not known, and the key is there",
  async (created) => {
    const state = [stateOf("pmm-iam", keyOf("orders", 1, created))];
    expect(await rotated(["orders"], { due: "90", state })).toEqual({
      code: 0,
      stdout: "",
      stderr:
        "note: the state has no date that can be read of 1 key, so that the age is not known; give what terraform show -json prints now: PMMAWSIntegrationUser in orders\n",
    });
  },
);

test("--due: a raise waits while the state shows a key that Terraform does not manage", async () => {
  const seen = {
    address:
      'module.aurora_user_orders.module.key.data.aws_iam_access_keys.existing["PMMAWSIntegrationUser"]',
    mode: "data",
    values: {
      access_keys: [
        { access_key_id: "AKIAorders1", status: "Active", create_date: "2026-01-01T00:00:00Z" },
        { access_key_id: "AKIAbyhand", status: "Active", create_date: "2026-11-01T00:00:00Z" },
      ],
    },
  };
  const state = [stateOf("pmm-iam", keyOf("orders", 1, "2026-01-01T00:00:00Z"), [seen])];
  const { code, stdout, stderr } = await rotated(["orders"], { due: "90", state });
  expect(code).toBe(0);
  expect(stdout).toContain("329 days old; there is another key beside it\n");
  expect(stderr).toContain("note: 1 user has a key that the file does not ask for: ");
  expect(content()).toBe(FILE);
});

test("--due: a key that has to be edited by hand does not keep the others from being rotated", async () => {
  const shared = FILE.replace(
    '"222222222222"\n    aurora: true',
    '"222222222222"\n    aurora: &on {key_generation: 1}\n  - {name: more, account_id: "777777777777", aurora: *on}\n  - {name: own, account_id: "888888888888", aurora: true}',
  );
  repository.write("accounts.yaml", shared);
  const old = "2026-01-01T00:00:00Z";
  const state = [stateOf("pmm-iam", ...["orders", "more", "own"].map((alias) => keyOf(alias, 1, old)))];
  const { code, stderr } = await rotated([], { due: "90", user: "aurora", state });
  expect(code).toBe(0);
  expect(content()).toBe(
    shared.replace(
      '"888888888888", aurora: true',
      '"888888888888", aurora: {key_generation: 2, previous_key: active}',
    ),
  );
  expect(stderr.match(/^accounts\.yaml:15:\d+: warning: /gm)).toHaveLength(2);
});

test.each([
  [
    "of another stack",
    (): string =>
      stateOf("pmm-iam", keyOf("orders", 1, "2026-01-01T00:00:00Z")).replace("pmm-iam=", "pmm-iam-finance="),
  ],
  ["of another deployment", (): string => stateOf("elsewhere")],
  ["that is not there", (): string => "pmm-iam=nothing.json"],
])("--due with a state %s: one line", async (_, given) => {
  const { code, stdout, stderr } = await rotated([], { due: "90", state: [given()] });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^error: the state .*\n$/);
  expect(content()).toBe(FILE);
});
