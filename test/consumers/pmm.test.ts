import { execFileSync } from "node:child_process";
import { Parser } from "commonmark";
import { consumerFile, consumersOf, EVERYTHING } from "./written";

const small = (account: string, source = "") => `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role${source}}
defaults: {admin_role_name: Admin}
accounts:
  - {name: a, account_id: "222222222222"${account}}`;

/** The pages of every kind: with a key, by the instance, without either, in another partition. */
const PAGES: readonly (readonly [string, string])[] = [
  ["a key", consumerFile(small(", aurora: true"), "pmm/a.md")],
  ["a key that works from some addresses", consumerFile(EVERYTHING, "pmm/orders-prod.md")],
  ["PMM's own account", consumerFile(EVERYTHING, "pmm/home.md")],
  [
    "PMM's own account, which is not listed",
    consumerFile(small("", ", monitor_own_account: true"), "pmm/own_account.md"),
  ],
  ["no key", consumerFile(small(""), "pmm/a.md")],
  ["a role", consumerFile(small(", aurora: {credentials: role}"), "pmm/a.md")],
  [
    "another partition",
    consumerFile(small(", region: cn-north-1, aurora: true", ", region: cn-north-1"), "pmm/a.md"),
  ],
];

/** The blocks of a language in a page. */
function blocksOf(page: string, language: string): string[] {
  const blocks: string[] = [];
  const walker = new Parser().parse(page).walker();
  for (let event = walker.next(); event !== null; event = walker.next()) {
    if (event.entering && event.node.type === "code_block" && event.node.info === language) {
      blocks.push(event.node.literal ?? "");
    }
  }
  return blocks;
}

describe.each(PAGES)("the page of an account with %s", (_, page) => {
  test("has nothing left to fill in", () => {
    expect(page).not.toMatch(/<[\w -]+>|\.\.\.|TODO|xxx|example|undefined|\[object/i);
    expect(page).toMatch(/[^\n]\n$/);
  });

  test("names no key", () => {
    expect(page).toContain("No key is in this file.");
    expect(page).not.toMatch(/\b(AKIA|ASIA)[A-Z0-9]{12,}/);
  });

  test("has commands that the shell takes", () => {
    for (const block of blocksOf(page, "sh")) {
      execFileSync("bash", ["-n"], { input: block, stdio: ["pipe", "pipe", "pipe"] });
    }
  });

  test("numbers its steps without a gap", () => {
    for (const section of page.split("\n## ")) {
      const numbers = [...section.matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number));
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    }
  });
});

test("a key: where it is, from where it works, and how it is read", () => {
  const page = consumerFile(EVERYTHING, "pmm/orders-prod.md");
  for (const row of [
    "| AWS account | `222222222222` |",
    "| stack | `pmm-iam` |",
    "| region in accounts.yaml | `us-east-1` |",
    "| PMM reads RDS by | a key of the user `arn:aws:iam::222222222222:user/PMMAWSIntegrationUser` |",
    "| the key is in the secret | `pmm/aurora/orders-prod` |",
    "| the secret is in | account `111111111111`, region `eu-west-1` |",
    "| generation of the key | 3 |",
    "| the key works from | `198.51.100.7/32`, `203.0.113.0/24`, `vpc-0abc`, `vpc-0def` alone: PMM's instance has to call AWS from one of them |",
  ]) {
    expect(page).toContain(`${row}\n`);
  }
  expect(page).toContain("No PMM release that we know of can assume a role for RDS.");
  expect(page).toContain(
    "`aws secretsmanager get-secret-value --region eu-west-1 --secret-id pmm/aurora/orders-prod --query SecretString --output text`",
  );
  expect(page).toContain("`pmm-iam rotate orders-prod --push-pmm`");
});

test("every engine that PMM reads by the key has a row", () => {
  const page = consumerFile(small(", aurora: true"), "pmm/a.md");
  const engines = [...page.matchAll(/^\| `([\w-]+)` \| (\d+) \| ([^|]+) \|/gm)];
  expect(engines.map(([, engine, port, queries]) => [engine, port, queries])).toEqual([
    ["aurora-mysql", "3306", "Use performance schema"],
    ["aurora-postgresql", "5432", "PG Stat Statements"],
    ["mysql", "3306", "Use performance schema"],
    ["mariadb", "3306", "Use performance schema"],
    ["postgres", "5432", "PG Stat Statements"],
  ]);
});

test.each(["pmm/home.md", "pmm/own_account.md"])("%s: PMM's own account needs no key", (path) => {
  const yaml = path.includes("own") ? small("", ", monitor_own_account: true") : EVERYTHING;
  const page = consumerFile(yaml, path);
  expect(page).toContain("| PMM reads RDS by | the role of its own EC2 instance (`monitor_own_account`)");
  expect(page).toContain("Leave the access key ID and the secret access key empty");
  expect(page).not.toMatch(/secretsmanager|aws_access_key|pmm-iam rotate/);
});

test("an account without a user says what PMM cannot do, and how it could", () => {
  const page = consumerFile(small(""), "pmm/a.md");
  expect(page).toContain("no PMM release that we know of can assume a role for RDS");
  expect(page).toContain("`aurora: true`");
  expect(blocksOf(page, "sh")).toEqual([]);
});

test("an account that PMM reads by a role says which, and that no release can", () => {
  const page = consumerFile(small(", aurora: {credentials: role}"), "pmm/a.md");
  expect(page).toContain(
    "| PMM reads RDS by | the role `arn:aws:iam::222222222222:role/AmazonRDSforPMMrole`, without a key |",
  );
  expect(page).toContain("No PMM release that we know of takes one for RDS (3.10.0 cannot;");
  expect(page).not.toMatch(/secretsmanager|Or by PMM's API/);
});

test("in another partition PMM is told of it", () => {
  const page = PAGES.find(([kind]) => kind === "another partition")?.[1];
  expect(page).toContain("`aws_partitions` of `PUT /v1/server/settings` has to have `aws-cn`.");
  expect(consumerFile(small(", aurora: true"), "pmm/a.md")).not.toContain("aws_partitions");
});

test("a page for each account that is active, and PMM's own only once", () => {
  const names = (yaml: string) => [...consumersOf(yaml).keys()].filter((path) => path.startsWith("pmm/"));
  expect(names(EVERYTHING)).toEqual(
    ["billing-prod", "home", "orders-prod", "tools"].map((name) => `pmm/${name}.md`),
  );
  expect(names(small("", ", monitor_own_account: true"))).toEqual(["pmm/own_account.md", "pmm/a.md"]);
});
