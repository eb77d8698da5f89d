import { isOneOf } from "../../src/verify/caller";

const SESSION = "arn:aws:sts::111111111111:assumed-role/pmm-ec2-role/i-0123456789abcdef0";

test.each([
  [SESSION, "arn:aws:iam::111111111111:role/pmm-ec2-role", true],
  // A session's ARN has no path.
  [SESSION, "arn:aws:iam::111111111111:role/service/pmm-ec2-role", true],
  [SESSION, "arn:aws:iam::222222222222:role/pmm-ec2-role", false],
  [SESSION, "arn:aws:iam::111111111111:role/pmm-ec2", false],
  [SESSION, "arn:aws:iam::111111111111:user/pmm-ec2-role", false],
  ["arn:aws:iam::111111111111:user/team/jane", "arn:aws:iam::111111111111:user/team/jane", true],
  ["arn:aws:iam::111111111111:user/jane", "arn:aws:iam::111111111111:role/jane", false],
  ["arn:aws-cn:sts::111111111111:assumed-role/a/b", "arn:aws-cn:iam::111111111111:role/a", true],
  // An account is trusted as a whole, which says nothing of who may.
  [SESSION, "111111111111", false],
  ["arn:aws:iam::111111111111:root", "111111111111", false],
])("%s is %s: %s", (caller, arn, is) => {
  expect(isOneOf(caller, ["arn:aws:iam::111111111111:role/another", arn])).toBe(is);
});
