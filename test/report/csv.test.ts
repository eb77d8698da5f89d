import { CSV_HEAD, csvOf } from "../../src/report/csv";
import type { Grant } from "../../src/report/grants";

const GRANT: Grant = {
  account: "orders",
  account_id: "222222222222",
  stack: "pmm-iam",
  grant_kind: "monitoring_role",
  access: "assume",
  effect: "Allow",
  who: "arn:aws:iam::111111111111:role/pmm",
  target: "arn:aws:iam::222222222222:role/AmazonRDSforPMMrole",
  actions: [],
  all_actions_but: false,
  resources: [],
  all_resources_but: false,
  condition: { StringEquals: { "aws:PrincipalOrgID": "o-exampleorgid" } },
  reason: 'It says "no", twice',
  policy: null,
  document: null,
  boundary: null,
  key_generation: null,
  previous_key: null,
  key_age_days: null,
  changed: ["gained", "widened"],
};

function lines(csv: string): string[] {
  return csv.slice(CSV_HEAD.length).split("\r\n");
}

test("a row for each grant, after the head", () => {
  expect(csvOf([GRANT])).toBe(
    `account,account_id,stack,grant,access,effect,who,target,actions,resources,condition,reason,policy,document,boundary,key_generation,previous_key,key_age_days,changed\r\norders,222222222222,pmm-iam,Monitoring role,assume,Allow,arn:aws:iam::111111111111:role/pmm,arn:aws:iam::222222222222:role/AmazonRDSforPMMrole,,,if aws:PrincipalOrgID is o-exampleorgid,"It says ""no"", twice",,,,,,,gained widened\r\n`,
  );
});

test("what a statement leaves out is said", () => {
  const [line] = lines(
    csvOf([
      { ...GRANT, actions: ["iam:*"], all_actions_but: true, resources: ["a", "b"], all_resources_but: true },
    ]),
  );
  expect(line).toContain(",all but iam:*,all but a b,");
});

test.each([
  ["=1+1", "'=1+1"],
  ["+1", "'+1"],
  ["-1", "'-1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1", "'\t=1"],
  ["\r=1", '"\'\r=1"'],
  ["a=1", "a=1"],
  ['=HYPERLINK("x","y")', `"'=HYPERLINK(""x"",""y"")"`],
])("the cell %j is text to a spreadsheet", (account, cell) => {
  expect(csvOf([{ ...GRANT, account }]).slice(CSV_HEAD.length)).toBe(
    csvOf([GRANT])
      .slice(CSV_HEAD.length)
      .replace("orders", () => cell),
  );
});
