import { AWS_PROVIDER_VERSION } from "../../src/aws/provider-version";
import { lockProblem } from "../../src/provider-locks/lock-file";
import { synthesize, textOf } from "../support/synthesize";

const H1 = `h1:${"A".repeat(43)}=`;
const ZH = `zh:${"0".repeat(64)}`;

const AWS = `provider "registry.terraform.io/hashicorp/aws" {
  version     = "6.25.0"
  constraints = ">= 6.0.0, 6.25.0"
  hashes = [
    "${H1}",
    "${ZH}",
  ]
}
`;

/** As terraform init writes it. */
const LOCK = `# This file is maintained automatically by "terraform init".
# Manual edits may be lost in future updates.

${AWS}`;

const RANDOM = `
provider "registry.terraform.io/hashicorp/random" {
  version = "3.7.2"
  hashes = [
    "${ZH}",
  ]
}
`;

const said = (text: string): string | undefined => {
  const problem = lockProblem(text);
  return problem && `${problem.line}:${problem.column} ${problem.message}`;
};

test("the version is the one that the stacks require", async () => {
  const files = await synthesize(
    'source: {account_id: "111111111111", pmm_ec2_role_name: pmm}\naccounts: [{name: a, account_id: "222222222222", admin_role_name: x}]',
  );
  const { terraform } = JSON.parse(textOf(files, "stacks/pmm-iam/cdk.tf.json"));
  expect(terraform.required_providers.aws).toEqual({
    source: "aws",
    version: AWS_PROVIDER_VERSION,
  });
});

test.each([
  ["of Terraform", LOCK],
  ["of OpenTofu", LOCK.replace("terraform.io", "opentofu.org")],
  ["with another provider, as a team's module needs", `${LOCK}${RANDOM}`],
  ["checked out with the line ends of Windows", LOCK.replaceAll("\n", "\r\n")],
])("a lock file %s may be used", (_, text) => {
  expect(said(text)).toBeUndefined();
});

const NO_LINE = "this is no line of a provider lock file; expected";

test.each([
  ["", "1:1 there is no hashicorp/aws in it, which every stack needs"],
  [RANDOM, "1:1 there is no hashicorp/aws in it, which every stack needs"],
  [
    LOCK.replace("registry.terraform.io", "example.com"),
    "1:1 there is no hashicorp/aws in it, which every stack needs",
  ],
  [
    LOCK.replace('"6.25.0"', '"6.24.0"'),
    "4:1 it has hashicorp/aws 6.24.0, and this version of pmm-iam takes 6.25.0 alone",
  ],
  [
    LOCK.replace('"6.25.0"', '"6.25.0-beta1"'),
    "4:1 it has hashicorp/aws 6.25.0-beta1, and this version of pmm-iam takes 6.25.0 alone",
  ],
  [
    LOCK.replace(/^ {4}.*\n/gm, ""),
    "4:1 registry.terraform.io/hashicorp/aws has no checksum, so that any package would pass",
  ],
  [
    `${LOCK}${RANDOM.replace(/.*version.*\n/, "")}`,
    "13:1 registry.terraform.io/hashicorp/random has no version, so that any package would pass",
  ],
  [LOCK.slice(0, -2), "11:1 the file ends within a provider's block; it is cut off"],
  [LOCK.slice(0, LOCK.indexOf(ZH) + 9), `9:5 ${NO_LINE} a checksum that begins with h1: or zh:, or ]`],
  [LOCK.slice(0, LOCK.indexOf("hashicorp")), `4:1 ${NO_LINE} provider "<host>/<namespace>/<name>" {`],
  [LOCK.replace(H1, "h1:short="), `8:5 ${NO_LINE} a checksum that begins with h1: or zh:, or ]`],
  [`<<<<<<< HEAD\n${LOCK}`, `1:1 ${NO_LINE} provider "<host>/<namespace>/<name>" {`],
  [`${LOCK}${AWS}`, `12:1 ${NO_LINE} provider "<host>/<namespace>/<name>" {`],
  [LOCK.replace("constraints", "constraint"), `6:3 ${NO_LINE} version, constraints, hashes or }`],
  ['{"format_version": "1.0"}', `1:1 ${NO_LINE} provider "<host>/<namespace>/<name>" {`],
])("%# is named", (text, expected) => {
  expect(said(text)).toBe(expected);
});
