import { loadText } from "../accounts/corpus";

/** Where the two warnings begin. Their words are in test/corpus/ok. */

function rules(accounts: number, { source = "", step = 1, groups = 1 } = {}): string[] {
  const entries = Array.from({ length: accounts }, (_, index) => {
    const group = index % groups === 0 ? "" : `, group: g${index % groups}`;
    return `  - {name: account-${index}, account_id: "${String((index + 1) * step).padStart(12, "0")}"${group}}\n`;
  });
  const text = `source:\n  account_id: "999999999999"\n  pmm_ec2_role_name: pmm-ec2-role\n${source}defaults: {admin_role_name: Admin}\naccounts:\n${entries.join("")}`;
  return loadText(text).problems.map(({ line, column, rule, message }) => {
    const numbers = message.match(/\d[\d.]*/g)?.slice(0, 2);
    return `${line}:${column} ${rule} ${numbers?.join(" ")}`;
  });
}

test("60 accounts in a stack are fine, 61 are not, in each stack by itself", () => {
  expect(rules(60)).toEqual([]);
  expect(rules(61)).toEqual(["5:1 stack-size 61 8.9"]);
  expect(rules(120, { groups: 2 })).toEqual([]);
  expect(rules(122, { groups: 2 })).toEqual(["5:1 stack-size 61 8.9", "5:1 stack-size 1 61"]);
});

test("explicit: from 90% of 152 accounts on, and an error when they no longer fit", () => {
  expect(rules(136, { groups: 4 })).toEqual([]);
  expect(rules(137, { groups: 4 })).toEqual(["1:1 assume-policy-headroom 137 152"]);
  expect(rules(152, { groups: 4 })).toEqual(["1:1 assume-policy-headroom 152 152"]);
  expect(rules(153, { groups: 4 })).toEqual(["1:1 assume-policy-size 8224 153"]);
});

test("sharded: from 90% of the 113 accounts of a shard on", () => {
  const source = "  assume_policy: sharded\n";
  expect(rules(101, { source, step: 8, groups: 4 })).toEqual([]);
  expect(rules(102, { source, step: 8, groups: 4 })).toEqual(["4:18 assume-policy-headroom 0 102"]);
});

test("organization: never full", () => {
  const source = "  assume_policy: organization\n  organization_id: o-exampleorgid\n";
  expect(rules(400, { source, groups: 8 })).toEqual([]);
});

test("Teleport's users: from 90% of what one inline policy and ten managed ones hold, until they no longer fit", () => {
  const saidOf = (users: number) =>
    loadText(`source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
teleport: {role_name: teleport-db-service, proxy_address: "teleport.example.com:443"}
accounts:
  - name: orders-prod
    account_id: "222222222222"
    teleport: {databases: [{name: orders, engine: aurora-postgresql, resource_id: cluster-ABCDEFGHIJKL01234, endpoint: "orders.example.com:5432", db_users: [${Array.from({ length: users }, (_, index) => `user-${index}`).join(", ")}]}]}
`).problems.map(({ line, column, rule }) => `${line}:${column} ${rule}`);
  // All in the inline policy; in ten beside it; 64,512 of 71,680 characters; no room left.
  expect(saidOf(100)).toEqual([]);
  expect(saidOf(735)).toEqual([]);
  expect(saidOf(736)).toEqual(["7:5 connect-policy-headroom"]);
  expect(saidOf(793)).toEqual(["7:5 connect-policy-headroom"]);
  expect(saidOf(794)).toEqual(["7:5 role-policy-size"]);
});
