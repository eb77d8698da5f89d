import { boundaryArn, nameWithoutPath, parseRoleArn, pathOf, roleArn } from "../../src/aws/arns";
import { onlyPassedAlong, policySize, trustEc2, trustRoles, trustThirdParty } from "../../src/aws/policies";

describe("a trust policy", () => {
  const pmm = "arn:aws:iam::111111111111:role/pmm-ec2-role";

  test("trusts the account's root, narrowed to the exact role", () => {
    expect(trustRoles({ principals: [pmm] })).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::111111111111:root" },
          Action: ["sts:AssumeRole", "sts:TagSession"],
          Condition: { StringEquals: { "aws:PrincipalArn": [pmm] } },
        },
      ],
    });
  });

  test("has one statement per account, each with the organization", () => {
    const organization = { "aws:PrincipalOrgID": "o-exampleorgid" };
    expect(
      trustRoles({
        principals: [
          "arn:aws:iam::222222222222:role/pmm-ec2-role",
          pmm,
          "arn:aws:iam::111111111111:role/path/grafana",
          pmm,
        ],
        organizationId: "o-exampleorgid",
      }).Statement,
    ).toEqual([
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111111111111:root" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
        Condition: {
          StringEquals: {
            "aws:PrincipalArn": ["arn:aws:iam::111111111111:role/path/grafana", pmm],
            ...organization,
          },
        },
      },
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::222222222222:root" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
        Condition: {
          StringEquals: {
            "aws:PrincipalArn": ["arn:aws:iam::222222222222:role/pmm-ec2-role"],
            ...organization,
          },
        },
      },
    ]);
  });

  test("has the external id where AWS compares it: on assuming, not on passing tags", () => {
    const who = { "aws:PrincipalArn": [pmm], "aws:PrincipalOrgID": "o-exampleorgid" };
    const root = { AWS: "arn:aws:iam::111111111111:root" };
    expect(
      trustRoles({ principals: [pmm], organizationId: "o-exampleorgid", externalId: "an-external-id" })
        .Statement,
    ).toEqual([
      {
        Effect: "Allow",
        Principal: root,
        Action: ["sts:AssumeRole"],
        Condition: { StringEquals: { ...who, "sts:ExternalId": "an-external-id" } },
      },
      { Effect: "Allow", Principal: root, Action: ["sts:TagSession"], Condition: { StringEquals: who } },
    ]);
    expect(trustThirdParty("aws", ["999999999999"], "an-external-id").Statement).toEqual([
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::999999999999:root" },
        Action: ["sts:AssumeRole"],
        Condition: { StringEquals: { "sts:ExternalId": "an-external-id" } },
      },
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::999999999999:root" },
        Action: ["sts:TagSession"],
      },
    ]);
  });

  test("keeps the partition", () => {
    expect(trustRoles({ principals: ["arn:aws-us-gov:iam::111111111111:role/a/b"] }).Statement).toMatchObject(
      [{ Principal: { AWS: "arn:aws-us-gov:iam::111111111111:root" } }],
    );
  });

  test.each([
    ["aws", "ec2.amazonaws.com"],
    ["aws-cn", "ec2.amazonaws.com.cn"],
    ["aws-us-gov", "ec2.amazonaws.com"],
    ["aws-eusc", "ec2.amazonaws.com"],
  ] as const)("of EC2 in %s names %s", (partition, service) => {
    expect(trustEc2(partition)).toEqual({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
    });
  });
});

test.each([
  [["sts:TagSession"], ["session tags"]],
  [
    ["STS:SetSourceIdentity", "sts:tagsession"],
    ["a source identity", "session tags"],
  ],
  [["sts:AssumeRole", "sts:TagSession"], undefined],
  [["sts:*"], undefined],
  [["sts:AssumeRoleWithWebIdentity"], undefined],
  [[], undefined],
])("of the actions %j of a trust, only passed along: %j", (actions, passed) => {
  expect(onlyPassedAlong(actions)).toEqual(passed);
});

describe("ARNs", () => {
  test("of roles carry the path that stands before the name", () => {
    expect(roleArn("aws-cn", "033333333333", "a/b/name")).toBe("arn:aws-cn:iam::033333333333:role/a/b/name");
    expect(parseRoleArn("arn:aws-cn:iam::033333333333:role/a/b/name")).toEqual({
      partition: "aws-cn",
      accountId: "033333333333",
      nameWithPath: "a/b/name",
    });
  });

  test("split into name and path", () => {
    expect([nameWithoutPath("a/b/name"), pathOf("a/b/name")]).toEqual(["name", "/a/b/"]);
    expect([nameWithoutPath("name"), pathOf("name")]).toEqual(["name", "/"]);
  });

  test("of boundaries stay as they are, and names become ARNs of the account", () => {
    expect(boundaryArn("aws", "033333333333", "team/pmm")).toBe("arn:aws:iam::033333333333:policy/team/pmm");
    expect(boundaryArn("aws", "033333333333", "arn:aws:iam::aws:policy/ReadOnlyAccess")).toBe(
      "arn:aws:iam::aws:policy/ReadOnlyAccess",
    );
  });
});

describe("the size of a document", () => {
  const sizeOf = (Sid: string): number =>
    policySize({ Version: "2012-10-17", Statement: [{ Sid, Effect: "Deny" }] });

  test.each([
    ["", 0],
    ["ab", 2],
    ["<", 6],
    ["a<b>c&d", 4 + 18],
    ["\u2028\u2029", 12],
    ["é\u00a0'", 3],
  ])("%j adds %i characters, as jsonencode writes it", (text, size) => {
    expect(sizeOf(text) - sizeOf("")).toBe(size);
  });
});
