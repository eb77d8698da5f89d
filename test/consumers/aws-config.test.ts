import { consumerFile, EVERYTHING } from "./written";

test("a profile for each account, with an external id only where the role asks for one", () => {
  const config = consumerFile(EVERYTHING, "aws/config");
  const [head = "", ...profiles] = config.split(/^(?=\[)/m);
  expect(
    head
      .trimEnd()
      .split("\n")
      .every((line) => line.startsWith("#")),
  ).toBe(true);
  expect(profiles).toHaveLength(4);
  expect(profiles[0]).toBe(`[profile billing-prod]
role_arn = arn:aws:iam::033333333333:role/AmazonRDSforPMMrole
credential_source = Ec2InstanceMetadata
role_session_name = pmm-iam
external_id = 7d0a2f4c-1111-4222-8333-9f6d2f1f4f1c
region = eu-west-1

`);
  expect(profiles[3]).toBe(`[profile tools]
role_arn = arn:aws:iam::555555555555:role/AmazonRDSforPMMrole
credential_source = Ec2InstanceMetadata
role_session_name = pmm-iam
region = us-east-1
`);
});
