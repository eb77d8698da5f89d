import { trustedPrincipals } from "../../src/summary/plan/trust";

const PMM = "arn:aws:iam::111111111111:role/pmm-ec2-role";
const allow = (rest: object) => ({ Effect: "Allow", Action: "sts:AssumeRole", ...rest });
const of = (...statements: object[]) =>
  trustedPrincipals(JSON.stringify({ Version: "2012-10-17", Statement: statements }));

test.each([
  [
    "an account, by its id and by its root",
    [{ Principal: { AWS: "111111111111" } }, { Principal: { AWS: "arn:aws:iam::111111111111:root" } }],
    ["AWS 111111111111"],
  ],
  [
    "a role, and one that a condition names",
    [
      { Principal: { AWS: PMM } },
      { Principal: { AWS: "111111111111" }, Condition: { StringEquals: { "aws:PrincipalArn": [PMM] } } },
    ],
    [`AWS ${PMM}`],
  ],
  [
    "an ArnEquals condition",
    [{ Principal: { AWS: "*" }, Condition: { ArnEquals: { "aws:PrincipalArn": PMM } } }],
    [`AWS ${PMM}`],
  ],
  ["anyone", [{ Principal: "*" }], ["AWS *"]],
  [
    "a service and a federation",
    [
      {
        Principal: { Service: ["ec2.amazonaws.com"], Federated: "arn:aws:iam::111111111111:saml-provider/x" },
      },
    ],
    ["Federated arn:aws:iam::111111111111:saml-provider/x", "Service ec2.amazonaws.com"],
  ],
  ["all but one", [{ NotPrincipal: { AWS: PMM } }], [`all but {"AWS":"${PMM}"}`]],
  ["a Deny", [{ Effect: "Deny", Principal: "*" }], []],
])("%s", (_, statements, principals) => {
  expect(of(...statements.map(allow))).toEqual(principals);
});

test("one statement by itself", () => {
  expect(trustedPrincipals(JSON.stringify({ Statement: allow({ Principal: { AWS: PMM } }) }))).toEqual([
    `AWS ${PMM}`,
  ]);
});

test.each(["", "x", "[]", '{"Statement": 1}', '{"Statement": [{"Effect": "Allow", "Principal": 5}]}'])(
  "%s cannot be read",
  (document) => {
    expect(trustedPrincipals(document)).toBeUndefined();
  },
);
