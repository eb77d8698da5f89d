import type { AccessModel } from "../../src/access/model";
import { managedPolicyDocument } from "../../src/aws/published-policies";
import type { Row, Witness } from "../../src/diff/row";
import { diffRows } from "../../src/diff/rows";
import { type Call, type Documents, evaluate } from "../e2e/identities/evaluate";
import { accessOf } from "../support/synthesize";
import { FILE } from "./estate";

/** Changes that give more, each in other words of the file. */
const MORE: readonly (readonly [string, string])[] = [
  ["[pmm_ec2_role]", '[pmm_ec2_role, "arn:aws:iam::111111111111:role/intern"]'],
  ["{allowed_source_ips: [198.51.100.7/32]}", "true"],
  ["[198.51.100.7/32]", "[198.51.100.7/32, 203.0.113.0/24]"],
  ["[198.51.100.7/32]", "[198.51.100.0/24]"],
  ["[198.51.100.7/32]", "[198.51.100.7/32], allowed_source_vpcs: [vpc-0abc]"],
  ["db_users: [alice]", 'db_users: ["*"]'],
  ["db_users: [alice]", "db_users: [alice, bob]"],
  ['resource_id: db-ORDERS, endpoint: "db:5432"', 'resource_id: "*"'],
  ["policies: [SecurityAudit]", "policies: [SecurityAudit], deny_data_access: false"],
  ["[SecurityAudit]", "[SecurityAudit, ReadOnlyAccess]"],
  ["9b2d41c6", "8c3e52d7"],
  ['["999999999999"]', '["999999999999", "888888888888"]'],
  ["permissions: minimal", "permissions: grafana"],
  ["    permissions: minimal\n", ""],
  [
    '    account_id: "033333333333"\n',
    '    account_id: "033333333333"\n    cloudwatch_agent: {ssm_managed_policy: AmazonSSMManagedInstanceCore}\n',
  ],
  [
    '    account_id: "033333333333"\n',
    '    account_id: "033333333333"\n    cloudwatch_agent: {hybrid_activation: true}\n',
  ],
  [
    '    account_id: "033333333333"\n',
    '    account_id: "033333333333"\n    additional_principals: ["arn:aws:iam::777777777777:role/x"]\n',
  ],
];

test.each(MORE)("every witness of %s to %s was denied and is allowed", async (from, to) => {
  const [before, after] = [accessOf(FILE), accessOf(FILE.replace(from, to))];
  const rows = diffRows([before], [after]).filter(
    ({ change }) => change === "gained" || change === "widened",
  );
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) {
    const { witness } = row;
    if (witness === undefined) throw new Error(`${row.says} has no witness`);
    expect({ says: row.says, witness, was: await answer(row, witness, before) }).not.toMatchObject({
      was: "Allowed",
    });
    expect({ says: row.says, witness, is: await answer(row, witness, after) }).toMatchObject({
      is: "Allowed",
    });
  }
});

/** What AWS would answer to a row's request, by what a model grants. */
async function answer(
  { kind }: Row,
  { principal, action, resource, context }: Witness,
  model: AccessModel,
): Promise<string> {
  const call: Call = { by: principal, action, on: resource, context };
  return evaluate(call, documentsFor(kind, call, model));
}

const EVERYTHING = {
  name: "everything",
  document: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
} as const;

function documentsFor(kind: Row["kind"], { by, on }: Call, { identities }: AccessModel): Documents {
  const caller = identities.find(({ arn }) => arn === by);
  const policies = (caller?.policies ?? []).map(({ name, document }) => ({
    name,
    document: document ?? managedPolicyDocument(name) ?? EVERYTHING.document,
  }));
  const isOfCaller = kind === "permission" || kind === "use_key";
  const secretOf = (name: string | undefined) => name !== undefined && on.includes(`:secret:${name}-`);
  const resource =
    kind === "assume"
      ? identities.find(({ arn }) => arn === on)?.trust
      : identities.find(({ keys }) => secretOf(keys?.secret.name))?.keys?.secret.policy;
  const identity = isOfCaller ? policies : kind === "assume" ? [EVERYTHING] : [];
  return { identity, boundary: undefined, resource } as Documents;
}
