// More than 300 lines: all that a monitor can ask for, each with its output.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PolicyDocument, policySize } from "../../src/aws/policies";
import { modulePolicy } from "../../src/modules/own";
import { accessOf, synthesize, textOf } from "../support/synthesize";

/** What the output of a third party's settings is: its trust, where its policies go, what is imported and moved. */

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pmm-iam-"));
  mkdirSync(join(folder, ".git"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function fileOf(monitors: string, defaults = ""): string {
  return `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin${defaults}}
accounts:
  - {name: a, account_id: "222222222222", third_party_monitors: ${monitors}}
`;
}

const monitor = (settings: string) => `[{name: v, external_id: ab, ${settings}}]`;
const withPolicies = (policies: string, settings = "") =>
  fileOf(monitor(`account_id: "999999999999", policies: ${policies}${settings}`));

/** A policy file with so many characters as AWS counts them. */
function policyFile(name: string, characters: number): void {
  const documentOf = (bucket: string) => ({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "s3:ListBucket", Resource: `arn:aws:s3:::${bucket}` }],
  });
  const document = documentOf("x".repeat(characters - JSON.stringify(documentOf("")).length));
  writeFileSync(join(folder, name), JSON.stringify(document, undefined, 2));
}

/** By name and form, those of the monitor's role. */
function policiesOf(accounts: string): Record<string, string> {
  const role = accessOf(accounts, folder).identities.find(({ name }) => name.startsWith("v-monitoring"));
  return Object.fromEntries((role?.policies ?? []).map(({ form, name }) => [name, form]));
}

async function root(accounts: string) {
  const files = await synthesize(accounts, "json", folder);
  return {
    call: JSON.parse(textOf(files, "stacks/pmm-iam/cdk.tf.json")).module.third_party_v_a,
    second: JSON.parse(textOf(files, "stacks/pmm-iam/pmm-iam.tf.json")),
  };
}

function trustOf(accounts: string): PolicyDocument | undefined {
  return accessOf(accounts, folder).identities.find(({ name }) => name === "v-monitoring")?.trust;
}

test("the short keys are the long ones with one entry, to the byte", async () => {
  const short = fileOf(monitor('account_id: "999999999999", policy: SecurityAudit'));
  const long = fileOf(monitor('principals: ["999999999999"], policies: [SecurityAudit]'));
  const text = async (file: string) =>
    Object.fromEntries([...(await synthesize(file, "json", folder))].map(([path, of]) => [path, String(of)]));
  expect(await text(long)).toEqual(await text(short));
  expect((await root(short)).call).toMatchObject({
    role_name: "v-monitoring",
    monitor_account_id: "999999999999",
    external_id: "ab",
    managed_policy: "SecurityAudit",
    deny_data_access: true,
  });
});

test("the order of lists means nothing", async () => {
  for (const name of ["a.json", "b.json", "c.json"]) {
    policyFile(name, 5_000);
  }
  const listed = [
    ["SecurityAudit", "./b.json", "ReadOnlyAccess", "./c.json", "./a.json"],
    ["999999999999", "arn:aws:iam::888888888888:role/b", "arn:aws:iam::888888888888:role/a"],
  ];
  const bytes = async (order: (list: readonly string[]) => readonly string[]) => {
    const [policies, principals] = listed.map((list) => JSON.stringify(order(list)));
    const files = await synthesize(
      fileOf(monitor(`policies: ${policies}, principals: ${principals}`)),
      "json",
      folder,
    );
    return Object.fromEntries([...files].map(([path, of]) => [path, String(of)]));
  };
  const expected = await bytes((list) => list);
  expect(await bytes((list) => [...list].reverse())).toEqual(expected);
  expect(await bytes((list) => [...list].sort())).toEqual(expected);
});

test("each account has its statements, and its exact roles and users are in the condition", () => {
  const principals =
    '["999999999999", "arn:aws:iam::888888888888:user/b", "arn:aws:iam::033333333333:role/gate", "arn:aws:iam::888888888888:role/p/a"]';
  const gate = ["arn:aws:iam::033333333333:role/gate"];
  const exact = ["arn:aws:iam::888888888888:role/p/a", "arn:aws:iam::888888888888:user/b"];
  const allow = (account: string, action: string, equal?: object) => ({
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: [action],
    ...(equal === undefined ? {} : { Condition: { StringEquals: equal } }),
  });
  expect(trustOf(fileOf(monitor(`principals: ${principals}, policy: SecurityAudit`)))).toEqual({
    Version: "2012-10-17",
    Statement: [
      allow("033333333333", "sts:AssumeRole", { "aws:PrincipalArn": gate, "sts:ExternalId": "ab" }),
      allow("033333333333", "sts:TagSession", { "aws:PrincipalArn": gate }),
      allow("888888888888", "sts:AssumeRole", { "aws:PrincipalArn": exact, "sts:ExternalId": "ab" }),
      allow("888888888888", "sts:TagSession", { "aws:PrincipalArn": exact }),
      allow("999999999999", "sts:AssumeRole", { "sts:ExternalId": "ab" }),
      allow("999999999999", "sts:TagSession"),
    ],
  });
});

test("who may assume the role is told by kind", () => {
  const principals =
    '["999999999999", "arn:aws:iam::888888888888:user/b", "arn:aws:iam::033333333333:role/gate"]';
  const { edges } = accessOf(fileOf(monitor(`principals: ${principals}, policy: SecurityAudit`)));
  expect(
    edges
      .filter(({ target }) => target.endsWith(":role/v-monitoring"))
      .map(({ who, condition }) => [who, condition]),
  ).toEqual([
    [
      { kind: "role", arn: "arn:aws:iam::033333333333:role/gate" },
      { StringEquals: { "sts:ExternalId": "ab" } },
    ],
    [{ kind: "user", arn: "arn:aws:iam::888888888888:user/b" }, { StringEquals: { "sts:ExternalId": "ab" } }],
    [{ kind: "account", accountId: "999999999999" }, { StringEquals: { "sts:ExternalId": "ab" } }],
  ]);
});

describe("policies", () => {
  const attached = (policy: string) =>
    `module.third_party_v_a.aws_iam_role_policy_attachment.listed["${policy}"]`;
  const movedTo = (policy: string) => [
    { from: "module.third_party_v_a.aws_iam_role_policy_attachment.managed[0]", to: attached(policy) },
  ];

  /** The addresses of AWS's policies on the role. */
  function addressesOf(text: string): (readonly string[])[] {
    const role = accessOf(text).identities.find(({ name }) => name === "v-monitoring");
    return (role?.policies ?? []).filter(({ form }) => form === "aws").map(({ addresses }) => addresses);
  }

  test("each of AWS's has its address by its name, however many there are", () => {
    expect(addressesOf(withPolicies("[SecurityAudit]"))).toEqual([[attached("SecurityAudit")]]);
    expect(addressesOf(withPolicies("[job-function/ViewOnlyAccess, SecurityAudit]"))).toEqual([
      [attached("SecurityAudit")],
      [attached("job-function/ViewOnlyAccess")],
    ]);
  });

  test("several of AWS's are a list; the one that was alone is not known, so nothing moves", async () => {
    const { call, second } = await root(withPolicies("[job-function/ViewOnlyAccess, SecurityAudit]"));
    expect(call.managed_policies).toEqual(["SecurityAudit", "job-function/ViewOnlyAccess"]);
    expect(call).not.toHaveProperty("managed_policy");
    expect(second).not.toHaveProperty("moved");
  });

  test("one of AWS's, alone or beside a file, moves to the address of its name", async () => {
    policyFile("a.json", 1_000);
    const { call, second } = await root(withPolicies("[./a.json, SecurityAudit]"));
    expect(call.managed_policy).toBe("SecurityAudit");
    expect(call).not.toHaveProperty("managed_policies");
    expect(call.policy_json).toBe("${local.third_party_v_a.policy_json}");
    expect(call).not.toHaveProperty("policy_documents");
    expect(second.moved).toEqual(movedTo("SecurityAudit"));
    const alone = await root(withPolicies("[job-function/ViewOnlyAccess]"));
    expect(alone.call.managed_policy).toBe("job-function/ViewOnlyAccess");
    expect(alone.second.moved).toEqual(movedTo("job-function/ViewOnlyAccess"));
  });

  test("files alone move nothing", async () => {
    policyFile("a.json", 1_000);
    const { call, second } = await root(withPolicies("[./a.json]"));
    expect(call).not.toHaveProperty("managed_policy");
    expect(call).not.toHaveProperty("managed_policies");
    expect(second).not.toHaveProperty("moved");
  });

  test("several files share 4,096 characters of the role, by name; the others are managed policies", () => {
    policyFile("a.json", 1_500);
    policyFile("b.json", 1_500);
    policyFile("c.json", 4_000);
    policyFile("d.json", 1_000);
    const expected = { "monitoring-access": "inline", "v-monitoring-c": "managed" };
    const noDeny = ", deny_data_access: false";
    expect(policiesOf(withPolicies("[./a.json, ./b.json, ./c.json, ./d.json]", noDeny))).toEqual(expected);
    expect(policiesOf(withPolicies("[./d.json, ./c.json, ./b.json, ./a.json]", noDeny))).toEqual(expected);
  });

  test("the Deny moves none of several files, and never needs more than they leave to it", () => {
    policyFile("a.json", 3_000);
    policyFile("b.json", 2_000);
    const files = { "monitoring-access": "inline", "v-monitoring-b": "managed" };
    expect(policiesOf(withPolicies("[./a.json, ./b.json]", ", deny_data_access: false"))).toEqual(files);
    expect(policiesOf(withPolicies("[./a.json, ./b.json]"))).toEqual({
      ...files,
      "deny-data-access": "inline",
    });
    for (const partition of ["aws", "aws-cn", "aws-us-gov", "aws-eusc"] as const) {
      const deny = modulePolicy("third-party-monitor", "deny-data-access", partition);
      expect(policySize(deny)).toBeLessThanOrEqual(6_144);
    }
  });

  test("a single file has all that the Deny leaves", () => {
    policyFile("a.json", 6_144);
    expect(policiesOf(withPolicies("[./a.json]", ", deny_data_access: false"))).toEqual({
      "monitoring-access": "inline",
    });
  });

  test("a file that no managed policy holds comes first", () => {
    policyFile("a.json", 3_000);
    policyFile("z.json", 6_145);
    expect(policiesOf(withPolicies("[./a.json, ./z.json]", ", deny_data_access: false"))).toEqual({
      "monitoring-access": "inline",
      "v-monitoring-a": "managed",
    });
  });

  test("a file that grows leaves the others where they are, but for the end of the room", () => {
    const forms = (b: number) => {
      policyFile("a.json", 1_000);
      policyFile("b.json", b);
      policyFile("c.json", 3_000);
      return policiesOf(withPolicies("[./a.json, ./b.json, ./c.json]"));
    };
    const expected = {
      "monitoring-access": "inline",
      "v-monitoring-c": "managed",
      "deny-data-access": "inline",
    };
    expect(forms(1_000)).toEqual(expected);
    expect(forms(3_000)).toEqual(expected);
  });

  test("files in the role's own policy are one document, in which a Sid is once", async () => {
    const statement = (Action: string) => ({ Sid: "VisualEditor0", Effect: "Allow", Action, Resource: "*" });
    writeFileSync(
      join(folder, "b.json"),
      JSON.stringify({ Version: "2012-10-17", Statement: [statement("s3:ListBucket")] }),
    );
    writeFileSync(
      join(folder, "a.json"),
      JSON.stringify({ Version: "2012-10-17", Id: "a", Statement: statement("sqs:ListQueues") }),
    );
    const { second } = await root(withPolicies("[./b.json, ./a.json]"));
    expect(JSON.parse(second.locals.third_party_v_a.policy_json)).toEqual({
      Version: "2012-10-17",
      Statement: [
        { Sid: "VisualEditor0", Effect: "Allow", Action: "sqs:ListQueues", Resource: "*" },
        { Effect: "Allow", Action: "s3:ListBucket", Resource: "*" },
      ],
    });
  });

  test("a managed policy of a file is called after the role and the file, in IAM's characters", async () => {
    policyFile("a.json", 3_000);
    policyFile("Zwei (EU).json", 6_000);
    const file = withPolicies(
      '[./a.json, "./Zwei (EU).json"]',
      ", deny_data_access: false, role_name: v-monitoring-2",
    );
    const role = accessOf(file, folder).identities.find(({ name }) => name === "v-monitoring-2");
    expect(role?.policies.map(({ name, arn, addresses }) => ({ name, arn, addresses }))).toEqual([
      {
        name: "monitoring-access",
        arn: undefined,
        addresses: ["module.third_party_v_a.aws_iam_role_policy.custom[0]"],
      },
      {
        name: "v-monitoring-2-Zwei-EU-",
        arn: "arn:aws:iam::222222222222:policy/v-monitoring-2-Zwei-EU-",
        addresses: [
          'module.third_party_v_a.aws_iam_policy.document["Zwei-EU-"]',
          'module.third_party_v_a.aws_iam_role_policy_attachment.document["Zwei-EU-"]',
        ],
      },
    ]);
  });
});

test("an adopted role is imported with what says that it has no other policies", async () => {
  const file = fileOf(
    monitor(
      'account_id: "999999999999", policy: SecurityAudit, role_name: DatadogIntegrationRole, adopt: true',
    ),
  );
  expect((await root(file)).second.import).toEqual([
    { to: "module.third_party_v_a.aws_iam_role.monitor", id: "DatadogIntegrationRole" },
    {
      to: "module.third_party_v_a.aws_iam_role_policies_exclusive.monitor",
      id: "DatadogIntegrationRole",
    },
    {
      to: "module.third_party_v_a.aws_iam_role_policy_attachments_exclusive.monitor",
      id: "DatadogIntegrationRole",
    },
  ]);
});

describe("a list in defaults", () => {
  const roles = (account: string) => {
    const accounts = `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults:
  admin_role_name: Admin
  third_party_monitors:
    - {name: one, account_id: "999999999999", external_id: ab, policy: SecurityAudit}
    - {name: two, account_id: "888888888888", external_id: cd, policy: SecurityAudit}
accounts:
  - {name: a, account_id: "222222222222"${account}}
`;
    const { stacks } = accessOf(accounts);
    return stacks.flatMap((stack) =>
      stack.accounts.flatMap(({ calls, forgotten }) =>
        [...calls, ...forgotten]
          .filter(({ module }) => module === "third-party-monitor")
          .map(({ name, makes, path }) => `${name}: ${makes[0]?.name}, ${path.join(".")}`),
      ),
    );
  };
  const one = "third_party_one_a: one-monitoring, defaults.third_party_monitors.0";
  const two = "third_party_two_a: two-monitoring, defaults.third_party_monitors.1";

  test("is every account's", () => expect(roles("")).toEqual([one, two]));

  test("is beside an account's own, which replaces one of the same name as a whole", () => {
    const own =
      ', third_party_monitors: [{name: one, role_name: Own, account_id: "999999999999", external_id: ab, policy: SecurityAudit}]';
    expect(roles(own)).toEqual(["third_party_one_a: Own, accounts.0.third_party_monitors.0", two]);
  });

  test("is beside an empty list", () => expect(roles(", third_party_monitors: []")).toEqual([one, two]));

  test("is not taken with null", () => expect(roles(", third_party_monitors: null")).toEqual([]));

  test("is forgotten in a closed account", () => expect(roles(", lifecycle: closed")).toEqual([one, two]));
});
