import { denialOf, POLICY_KINDS } from "../../src/verify/denial";

/*
 * Messages as the IAM User Guide has them, "Troubleshoot access denied error messages".
 */

const USER = "User: arn:aws:iam::111111111111:user/JohnDoe is not authorized to perform: ";

test.each([
  [
    `${USER}codecommit:ListRepositories because no service control policy allows the codecommit:ListRepositories action`,
    { action: "codecommit:ListRepositories", isExplicit: false, policy: "service control policy" },
  ],
  [
    `${USER}codecommit:ListRepositories with an explicit deny in a service control policy`,
    { action: "codecommit:ListRepositories", isExplicit: true, policy: "service control policy" },
  ],
  [
    `${USER}secretsmanager:GetSecretValue because no resource-based policy allows the secretsmanager:GetSecretValue action`,
    { action: "secretsmanager:GetSecretValue", isExplicit: false, policy: "resource-based policy" },
  ],
  [
    `${USER}codecommit:ListRepositories because no VPC endpoint policy allows the codecommit:ListRepositories action`,
    { action: "codecommit:ListRepositories", isExplicit: false, policy: "VPC endpoint policy" },
  ],
  [
    `${USER}ssm:DescribeParameters on resource: arn:aws:ssm:us-east-2:111111111111:* because no permissions boundary allows the ssm:DescribeParameters action`,
    { action: "ssm:DescribeParameters", isExplicit: false, policy: "permissions boundary" },
  ],
  [
    `${USER}sts:TagSession on resource: arn:aws:iam::222222222222:role/x with an explicit deny in a permissions boundary: arn:aws:iam::111111111111:policy/small`,
    { action: "sts:TagSession", isExplicit: true, policy: "permissions boundary" },
  ],
  [
    `${USER}s3:ListBucket with an explicit deny in an identity-based policy`,
    { action: "s3:ListBucket", isExplicit: true, policy: "identity-based policy" },
  ],
  [
    `${USER}sts:AssumeRole with an explicit deny in the role trust policy`,
    { action: "sts:AssumeRole", isExplicit: true, policy: "role trust policy" },
  ],
  // Between accounts AWS says no more.
  [
    `${USER}sts:AssumeRole on resource: arn:aws:iam::222222222222:role/x`,
    { action: "sts:AssumeRole", isExplicit: false, policy: undefined },
  ],
  ["Access to KMS is not allowed", { action: undefined, isExplicit: false, policy: undefined }],
])("%s", (message, denial) => {
  expect(denialOf(message)).toEqual(denial);
});

test.each(POLICY_KINDS)("a %s, denied and lacking", (kind) => {
  expect(denialOf(`with an explicit deny in a ${kind}`)).toMatchObject({ isExplicit: true, policy: kind });
  expect(denialOf(`because no ${kind} allows the a:B action`)).toMatchObject({
    isExplicit: false,
    policy: kind,
  });
});
