import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { policySize } from "../../src/aws/policies";
import { modulePolicy } from "../../src/modules/own";
import { CORPUS, loadFile, loadText, printed } from "./corpus";

/** Sizes are counted by hand: the characters of the document without its entries, and of one entry. */

const digits = (value: number, length: number): string => String(value).padStart(length, "0");

function accountsFile({
  source = "",
  top = "",
  accounts,
}: {
  source?: string;
  top?: string;
  accounts: string;
}) {
  return `source:\n  account_id: "111111111111"\n  pmm_ec2_role_name: pmm-ec2-role\n${source}defaults:\n  admin_role_name: Admin\n${top}accounts:\n${accounts}`;
}

const repeat = (count: number, entry: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => entry(index + 1)).join("");

const account = (index: number, step = 1): string =>
  `  - {name: account-${index}, account_id: "${digits(index * step, 12)}"}\n`;

const ORDERS = '  - name: orders-prod\n    account_id: "222222222222"\n';

/** What is refused; what comes near a limit is warned of elsewhere. */
function messages(text: string, path?: string): string[] {
  return loadText(text, path)
    .problems.filter(({ severity }) => severity === "error")
    .map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe("PMM's assume policy", () => {
  // 115 characters, and 53 for "arn:aws:iam::<12 digits>:role/AmazonRDSforPMMrole", with its comma.
  test("explicit: 152 accounts fit, 153 do not", () => {
    expect(messages(accountsFile({ accounts: repeat(152, (index) => account(index)) }))).toEqual([]);
    expect(messages(accountsFile({ accounts: repeat(153, (index) => account(index)) }))).toEqual([
      expect.stringMatching(
        /^1:1 pmm-assume-rds-monitoring-roles would have 8224 characters .*153 accounts.*\b8192\b.*\b152\b.*assume_policy: sharded$/,
      ),
    ]);
  });

  test("explicit, said in the file: the error points at the word to change", () => {
    const file = accountsFile({
      source: "  assume_policy: explicit\n",
      accounts: repeat(153, (index) => account(index)),
    });
    const errors = loadText(file).problems.filter(({ severity }) => severity === "error");
    expect(printed(errors)).toMatch(
      /^accounts\.yaml:4:18: error: .* \[assume-policy-size\]\n {2}\| {3}assume_policy: explicit\n {2}\| {18}\^\n$/,
    );
  });

  test("sharded: 113 accounts fit in each shard, 114 in one do not", () => {
    const source = "  assume_policy: sharded\n";
    const shards = (accounts: string) => messages(accountsFile({ source, accounts }));
    expect(shards(repeat(113 * 8, (index) => account(index)))).toEqual([]);
    expect(shards(repeat(114, (index) => account(index, 8)))).toEqual([
      expect.stringMatching(
        /^4:18 pmm-assume-rds-monitoring-roles-0 would have 6157 characters .*114 accounts.*\b6144\b.*\b113\b.*assume_policy: organization$/,
      ),
    ]);
  });

  test("organization: no number of accounts is too many", () => {
    const source = "  assume_policy: organization\n  organization_id: o-exampleorgid\n";
    expect(messages(accountsFile({ source, accounts: repeat(1000, (index) => account(index)) }))).toEqual([]);
  });
});

test("Teleport's assume policy is counted too: 144 accounts fit, 145 do not", () => {
  // 115 characters, and 56 for "arn:aws:iam::<12 digits>:role/TeleportDatabaseAccess", with its comma.
  const file = (count: number) =>
    accountsFile({
      top: "teleport: {role_name: teleport, proxy_address: 'teleport.example.com:443'}\n",
      accounts: repeat(
        count,
        (index) =>
          `  - {name: account-${index}, account_id: "${digits(index, 12)}", teleport: {databases: [{name: db-${index}, engine: mysql, resource_id: db-A, endpoint: "db:3306", db_users: [a]}]}}\n`,
      ),
    });
  expect(messages(file(144))).toEqual([]);
  expect(messages(file(145))).toEqual([
    expect.stringMatching(
      /^1:1 teleport-assume-database-roles would have 8235 characters .*145 accounts.*\b144\b.*assume_policy: sharded$/,
    ),
  ]);
});

test("the monitoring role's trust: 33 more principals of 50 characters fit, 34 do not", () => {
  // 207 characters, 46 for PMM's own role, and 53 for each principal with its quotes and comma.
  const file = (count: number) =>
    accountsFile({
      accounts: `${ORDERS}    additional_principals:\n${repeat(
        count,
        (index) => `      - arn:aws:iam::111111111111:role/agent-${digits(index, 13)}\n`,
      )}`,
    });
  expect(messages(file(33))).toEqual([]);
  expect(messages(file(34))).toEqual([
    "7:5 the trust policy of the role AmazonRDSforPMMrole in account 222222222222 would have 2055 characters; AWS allows 2048: list fewer additional_principals, or let them assume one role that may assume the others",
  ]);
});

test("a user's inline policies: 93 addresses fit beside nothing, 94 do not", () => {
  // 171 characters, and 20 for each "198.51.100.<3 digits>/32", with its comma.
  const ips = (count: number) => repeat(count, (index) => `198.51.100.${100 + index}/32, `);
  const onPremises = (count: number) =>
    accountsFile({
      accounts: `${ORDERS}    cloudwatch_agent:\n      on_premises_server_user: {allowed_source_ips: [${ips(count)}]}\n`,
    });
  expect(messages(onPremises(93))).toEqual([]);
  expect(messages(onPremises(94))).toEqual([
    "10:7 the inline policies of the user CloudWatchAgentServerUser in account 222222222222 would have 2051 characters; AWS allows 2048: cloudwatch-agent-allowed-sources has 2051; join neighbouring addresses into CIDR blocks, or name VPCs instead",
  ]);

  const own = policySize(modulePolicy("aurora-integration-user", "standard", "aws"));
  const fit = Math.floor((2048 - own - 171) / 20);
  const aurora = (count: number) =>
    accountsFile({ accounts: `${ORDERS}    aurora: {allowed_source_ips: [${ips(count)}]}\n` });
  expect(messages(aurora(fit))).toEqual([]);
  expect(messages(aurora(fit + 1))).toEqual([
    `9:5 the inline policies of the user PMMAWSIntegrationUser in account 222222222222 would have ${own + 171 + 20 * (fit + 1)} characters; AWS allows 2048: pmm-aurora-os-metrics has ${own}, pmm-allowed-sources has ${171 + 20 * (fit + 1)}; join neighbouring addresses into CIDR blocks, or name VPCs instead`,
  ]);
});

test("Teleport's connect policy: what ten managed policies and the inline one do not hold is refused", () => {
  // 83 for "arn:aws:rds-db:us-east-1:222222222222:dbuser:cluster-<17>/<9>", with its comma: 72 fit a managed policy.
  const file = (count: number) =>
    accountsFile({
      top: "teleport: {role_name: teleport, proxy_address: 'teleport.example.com:443'}\n",
      accounts: `${ORDERS}    teleport:
      databases:
        - name: billing
          engine: aurora-mysql
          resource_id: cluster-ABCDEFGHIJKL01234
          endpoint: billing.example.com:3306
          db_users: [${repeat(count, (index) => `user-${digits(index, 4)}, `)}]\n`,
    });
  expect(messages(file(720))).toEqual([]);
  expect(messages(file(900))).toEqual([
    expect.stringMatching(
      /^10:5 the inline policies of the role TeleportDatabaseAccess in account 222222222222 would have (\d+) characters; AWS allows 10240: teleport-rds-db-connect has \1; 10 managed policies beside it hold the rest: use db_users /,
    ),
  ]);
});

describe("a third party's policy file that no managed policy holds", () => {
  const denied = policySize(modulePolicy("third-party-monitor", "deny-data-access", "aws"));

  /** What a file of so many characters gets. White space does not count: it is indented. */
  function problemsOf(characters: number, settings: string): string[] {
    const folder = mkdtempSync(join(tmpdir(), "pmm-iam-"));
    try {
      mkdirSync(join(folder, ".git"));
      const sid = "x".repeat(characters - JSON.stringify(policyWith("")).length);
      writeFileSync(join(folder, "policy.json"), JSON.stringify(policyWith(sid), undefined, 8));
      const monitor = `{name: vendor, account_id: "999999999999", external_id: ab, policy: ./policy.json${settings}}`;
      const file = accountsFile({ accounts: `${ORDERS}    third_party_monitors:\n      - ${monitor}\n` });
      return messages(file, join(folder, "accounts.yaml"));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  test("has the role's 10,240 characters where nothing is beside it", () => {
    expect(problemsOf(10_240, ", deny_data_access: false")).toEqual([]);
    expect(problemsOf(10_241, ", deny_data_access: false")).toEqual([
      "10:77 ./policy.json has 10241 characters; the role itself holds 10240, and a managed policy 6144: split it into files of at most 6144 characters, or shorten it with Get*, List* and Describe*",
    ]);
  });

  test("shares them with the Deny on data", () => {
    const most = Math.max(10_240 - denied, 6_144);
    expect(problemsOf(most, "")).toEqual([]);
    expect(problemsOf(most + 1, "")).toEqual([
      `10:77 ./policy.json has ${most + 1} characters; the role itself holds ${10_240 - denied}, and a managed policy 6144: split it into files of at most 6144 characters, or shorten it with Get*, List* and Describe*`,
    ]);
  });
});

function policyWith(sid: string): object {
  return {
    Version: "2012-10-17",
    Statement: [{ Sid: sid, Effect: "Allow", Action: "s3:ListBucket", Resource: "*" }],
  };
}

test("what is made from the longest names fits AWS's limits and a file's name", () => {
  const { access } = loadFile(join(CORPUS, "ok", "names-of-50-characters.yaml"));
  const identities = access?.identities ?? [];
  const longest = (texts: readonly string[]): number => Math.max(...texts.map(({ length }) => length));
  // IAM's CreateRole: 64, PutRolePolicy and CreatePolicy: 128. Secrets Manager's CreateSecret: 512.
  expect(longest(identities.map(({ name }) => name))).toBeLessThanOrEqual(64);
  expect(longest(identities.flatMap(({ policies }) => policies.map(({ name }) => name)))).toBeLessThanOrEqual(
    128,
  );
  const secrets = identities.flatMap(({ keys }) => (keys === undefined ? [] : [keys.secret.name]));
  expect(secrets).toHaveLength(2);
  expect(longest(secrets)).toBeLessThanOrEqual(512);
  // A state in its folder, in bytes, with what a lock or a copy adds.
  const states = (access?.stacks ?? []).map(({ name }) => `terraform.${name}.tfstate.lock.info.backup`);
  expect(states).toHaveLength(2);
  expect(longest(states)).toBeLessThanOrEqual(255);
});
