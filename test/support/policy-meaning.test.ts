import { meaning } from "./policy-meaning";

const DOCUMENT = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Read",
      "Effect": "Allow",
      "Principal": {"AWS": ["arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:role/reader"]},
      "Action": ["s3:GetObject", "s3:ListBucket"],
      "Resource": "*",
      "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1", "sts:ExternalId": ["a", "b"]}}
    },
    {"Effect": "Deny", "NotAction": "iam:*", "NotResource": ["*"]}
  ]
}`;

/** The document with one text in it replaced by another. */
function withChange(from: string, to: string): string {
  expect(DOCUMENT).toContain(from);
  return DOCUMENT.replace(from, to);
}

test.each([
  ["the order of statements", `{"Statement": [${statement(1)}, ${statement(0)}], "Version": "2012-10-17"}`],
  ["the order of actions", withChange('"s3:GetObject", "s3:ListBucket"', '"s3:ListBucket", "s3:GetObject"')],
  [
    "the order of keys",
    withChange('"Sid": "Read",\n      "Effect": "Allow"', '"Effect": "Allow", "Sid": "Read"'),
  ],
  [
    "the order of principals",
    withChange(
      '"arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:role/reader"',
      '"arn:aws:iam::444455556666:role/reader", "arn:aws:iam::111122223333:root"',
    ),
  ],
  ["the order of a condition's values", withChange('["a", "b"]', '["b", "a"]')],
  ["brackets around one resource", withChange('"Resource": "*"', '"Resource": ["*"]')],
  ["no brackets around one resource", withChange('"NotResource": ["*"]', '"NotResource": "*"')],
  ["brackets around one value of a condition", withChange('"o-1"', '["o-1"]')],
  [
    "an account id in place of its root's ARN",
    withChange('"arn:aws:iam::111122223333:root"', '"111122223333"'),
  ],
  ["white space", JSON.stringify(JSON.parse(DOCUMENT))],
])("%s makes no difference", (_, other) => {
  expect(meaning(other)).toBe(meaning(DOCUMENT));
});

function statement(index: number): string {
  return JSON.stringify(JSON.parse(DOCUMENT).Statement[index]);
}

test("one statement without brackets is a list of one", () => {
  const alone = `{"Version": "2012-10-17", "Statement": ${statement(1)}}`;
  expect(meaning(alone)).toBe(meaning(`{"Version": "2012-10-17", "Statement": [${statement(1)}]}`));
});

test.each([
  ["another action", withChange('"s3:ListBucket"', '"s3:ListAllMyBuckets"')],
  ["an action less", withChange(', "s3:ListBucket"', "")],
  ["an action more", withChange('"s3:ListBucket"', '"s3:ListBucket", "s3:PutObject"')],
  ["an action in another case", withChange('"s3:GetObject"', '"s3:getobject"')],
  ["another effect", withChange('"Allow"', '"Deny"')],
  ["another Sid", withChange('"Read"', '"Write"')],
  ["no Sid", withChange('"Sid": "Read",', "")],
  ["another version", withChange("2012-10-17", "2008-10-17")],
  ["Action for NotAction", withChange('"NotAction"', '"Action"')],
  ["Resource for NotResource", withChange('"NotResource"', '"Resource"')],
  ["another resource", withChange('"Resource": "*"', '"Resource": "arn:aws:s3:::*"')],
  ["another account", withChange("111122223333", "111122223334")],
  ["a role for the root", withChange("111122223333:root", "111122223333:role/root")],
  ["another role", withChange("role/reader", "role/writer")],
  ["another kind of principal", withChange('"Principal": {"AWS"', '"Principal": {"Federated"')],
  [
    "anyone",
    withChange('{"AWS": ["arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:role/reader"]}', '"*"'),
  ],
  ["another operator", withChange('"StringEquals"', '"StringLike"')],
  ["another condition key", withChange('"sts:ExternalId"', '"sts:SourceIdentity"')],
  ["another value of a condition", withChange('["a", "b"]', '["a", "c"]')],
  ["a value of a condition less", withChange('["a", "b"]', '["a"]')],
  [
    "no condition",
    withChange(
      ',\n      "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1", "sts:ExternalId": ["a", "b"]}}',
      "",
    ),
  ],
  ["a statement less", `{"Version": "2012-10-17", "Statement": [${statement(0)}]}`],
  [
    "a statement twice",
    `{"Version": "2012-10-17", "Statement": [${statement(0)}, ${statement(1)}, ${statement(1)}]}`,
  ],
  ["an id", withChange('"Version"', '"Id": "x", "Version"')],
])("%s makes a difference", (_, other) => {
  expect(meaning(other)).toBeDefined();
  expect(meaning(other)).not.toBe(meaning(DOCUMENT));
});

test("two documents with the lists of each other's keys are not the same", () => {
  const of = (keys: string) =>
    `{"Statement": {"Effect": "Allow", "Action": "a", "Resource": "b", "Condition": {"X": ${keys}}}}`;
  expect(meaning(of('{"k": ["1", "2"], "l": "3"}'))).not.toBe(meaning(of('{"k": ["1"], "l": ["2", "3"]}')));
});

test.each(["", "nothing", "[]", '"text"', "null", "1"])("%j has no meaning as a policy", (text) => {
  expect(meaning(text)).toBeUndefined();
});
