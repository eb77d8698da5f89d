import { terraformCode } from "../../src/modules/blocks";
import { callProblems } from "../../src/modules/call-rules";
import { blockProblems, nameProblem } from "../../src/modules/code-rules";
import { BLOCK_LABELS } from "../../src/modules/syntax";

/** What the code of a team's module may say. What a test does not name, a rule does not refuse. */

function problemsOf(text: string, name = "main.tf"): string[] {
  const { blocks, calls } = terraformCode(name, text);
  return [...blockProblems(blocks), ...callProblems(calls)].map((problem) => problem.text);
}

const AWS_ALONE = "expected aws alone, the account's";
const SETTINGS = "is not a setting of a module; expected required_version and required_providers";

test.each([
  ['resource "aws_iam_role" "a" {\n provider = aws\n}'],
  ['resource "aws_iam_role" "a" {\n provider = "aws"\n}'],
  ['data "aws_partition" "a" {}'],
  ['ephemeral "aws_secretsmanager_secret_version" "a" {}'],
  ['resource "terraform_data" "a" {}'],
  ['check "a" {\n data "aws_partition" "b" {}\n}'],
  ["moved {\n from = random_id.a\n to = random_id.b\n}\nremoved {\n from = aws_iam_role.a\n}"],
  ['variable "a" {}\noutput "a" {\n value = 1\n}\nlocals {}'],
  ['module "a" {\n source = "./a"\n providers = { aws = aws, aws.replica = aws }\n}'],
  [
    'terraform {\n required_version = ">= 1.11"\n required_providers {\n aws = "~> 6.0"\n }\n provider_meta "aws" {}\n}',
  ],
  ['terraform {\n required_providers {\n aws = { source = "hashicorp/aws", "version" = ">= 6.0" }\n }\n}'],
  ['terraform {\n required_providers {\n aws = { source = "registry.terraform.io/hashicorp/aws" }\n }\n}'],
])("taken: %s", (text) => {
  expect(problemsOf(text)).toEqual([]);
});

test.each([
  ['resource "random_id" "a" {}', `random_id.a asks for the provider random; ${AWS_ALONE}`],
  ['resource "null_resource" "a" {}', `null_resource.a asks for the provider null; ${AWS_ALONE}`],
  ['resource "awscc_iam_role" "a" {}', `awscc_iam_role.a asks for the provider awscc; ${AWS_ALONE}`],
  [
    'resource "aws_iam_role" "a" {\n provider = evil\n}',
    `aws_iam_role.a asks for the provider evil; ${AWS_ALONE}`,
  ],
  [
    'resource "aws_iam_role" "a" {\n provider = aws.b\n}',
    `aws_iam_role.a asks for the provider aws.b; ${AWS_ALONE}`,
  ],
  [
    'resource "terraform_data" "a" {\n provider = evil\n}',
    `terraform_data.a asks for the provider evil; ${AWS_ALONE}`,
  ],
  ['data "external" "a" {}', `data.external.a asks for the provider external; ${AWS_ALONE}`],
  ['data "http" "a" {}', `data.http.a asks for the provider http; ${AWS_ALONE}`],
  [
    'ephemeral "random_password" "a" {}',
    `ephemeral.random_password.a asks for the provider random; ${AWS_ALONE}`,
  ],
  ['check "a" {\n data "http" "b" {}\n}', `data.http.b asks for the provider http; ${AWS_ALONE}`],
  [
    'data "terraform_remote_state" "a" {}',
    "data.terraform_remote_state.a reads another state, and states hold keys; give the module what it needs as a variable",
  ],
  [
    'resource "terraform_data" "a" {\n provisioner "local-exec" {\n command = "id"\n }\n}',
    "the provisioner local-exec runs commands with the pipeline's credentials; remove it",
  ],
  [
    'resource "aws_instance" "a" {\n provisioner "remote-exec" {}\n}',
    "the provisioner remote-exec runs commands with the pipeline's credentials; remove it",
  ],
  [
    'removed {\n from = aws_instance.a\n provisioner "local-exec" {}\n}',
    "the provisioner local-exec runs commands with the pipeline's credentials; remove it",
  ],
  [
    'provider "aws" {}',
    "the module configures the provider aws itself, so no account that uses it could retire; remove the provider block: the module is given the account's as aws",
  ],
  ['import {\n to = aws_iam_role.a\n id = "a"\n}', "import blocks are for the root module alone; remove it"],
  [
    'action "aws_lambda_invoke" "a" {}',
    `action is not a block that a module may have; expected one of ${Object.keys(BLOCK_LABELS).sort().join(", ")}`,
  ],
  [
    "__proto__ {}",
    `__proto__ is not a block that a module may have; expected one of ${Object.keys(BLOCK_LABELS).sort().join(", ")}`,
  ],
  [
    'module "a" "b" {\n source = "./a"\n}',
    "a module block has other labels than Terraform expects; expected 1, each a name",
  ],
  [
    'module "a b" {\n source = "./a"\n}',
    "a module block has other labels than Terraform expects; expected 1, each a name",
  ],
  [
    'module "a" {\n source = "./a"\n providers = { tls = tls }\n}',
    "module.a is given other providers than aws; expected providers = { aws = aws }",
  ],
  ['terraform {\n backend "http" {}\n}', `backend http ${SETTINGS}`],
  ["terraform {\n cloud {}\n}", `cloud ${SETTINGS}`],
  ["terraform {\n encryption {}\n}", `encryption ${SETTINGS}`],
  ['terraform {\n provider_meta "google" {}\n}', `provider_meta google ${SETTINGS}`],
  ["terraform {\n experiments = [a]\n}", `experiments ${SETTINGS}`],
  [
    "terraform {\n required_providers {\n random = {}\n }\n}",
    `the module requires the provider random; ${AWS_ALONE}`,
  ],
  [
    "terraform {\n required_providers {\n random {}\n }\n}",
    "the module requires random as a block; expected random = { source = ..., version = ... }",
  ],
  [
    "terraform {\n required_providers {\n aws = { configuration_aliases = [aws.b] }\n }\n}",
    `the module asks for more providers (configuration_aliases); ${AWS_ALONE}`,
  ],
])("refused: %s", (text, problem) => {
  expect(problemsOf(text)).toEqual([problem]);
});

test.each([
  ['{ source = "evil/aws" }'],
  ['{ source = "example.com/hashicorp/aws" }'],
  ['{ "source" = "evil/aws" }'],
  ['{ ("source") = "evil/aws" }'],
  ["{ source = local.a }"],
  ['{ source = "hashicorp/aws", source = "evil/aws" }'],
  ['{ source = "\\u0068ashicorp/aws", other = 1 }'],
  ['merge({ source = "evil/aws" }, {})'],
  ["null"],
])("refused: aws = %s", (requirement) => {
  expect(problemsOf(`terraform {\n required_providers {\n aws = ${requirement}\n }\n}`)).toEqual([
    'the module requires another provider as aws; expected aws = { source = "hashicorp/aws", version = ">= 6.0" }',
  ]);
});

test.each([
  [{ resource: { random_id: { a: {} } } }],
  [{ resource: [{ random_id: [{ a: [{}] }] }] }],
  [{ data: { external: { a: {} } } }],
  [{ check: { a: { data: { http: { b: {} } } } } }],
  [{ resource: { aws_a: { b: { provider: "evil" } } } }],
  [{ resource: { aws_a: { b: { provider: "${evil}" } } } }],
  [{ resource: { terraform_data: { b: { provisioner: { "local-exec": {} } } } } }],
  [{ resource: { terraform_data: { b: { provisioner: [{ "local-exec": [{}] }] } } } }],
  [{ removed: { provisioner: { "local-exec": {} } } }],
  [{ terraform: { required_providers: { aws: { source: "evil/aws" } } } }],
  [{ terraform: [{ required_providers: [{ random: "1.0.0" }] }] }],
  [{ provider: { aws: {} } }],
  [{ module: { a: { providers: { tls: "tls" } } } }],
  [{ module: { "//": {} } }],
  [{ locals: { a: '${file("/etc/passwd")}' } }],
  [
    {
      locals: {
        '${file("/etc/passwd")}': 1,
        a: { b: [{ '%{ if file("/etc/passwd") == "" }%{ endif }': 1 }] },
      },
    },
  ],
  [{ action: {} }],
])("refused in JSON: %j", (document) => {
  expect(problemsOf(JSON.stringify(document), "x.tf.json")).toHaveLength(1);
});

test.each([
  ['file("${path.module}/policies/read.json")'],
  ['file("${path.module}/policies/${var.name}.json")'],
  ['file("${path.module}/policies/${basename(each.key)}.json")'],
  ['file("${path.module}/policies/${var.a}-${basename(each.key)}_b.json")'],
  ['core::filebase64("${path.module}/policies/code.zip")'],
  ['fileset("${path.module}/policies", "*.json")'],
  ['fileset(path.module, "policies/*.json")'],
  ['templatefile("${path.module}/policies/read.json.tftpl", { a = 1 })'],
  ['provider::aws::arn_parse("a")'],
  ['jsonencode({ file = "/etc/passwd" })'],
])("taken: %s", (call) => {
  expect(problemsOf(`locals {\n a = ${call}\n}`)).toEqual([]);
});

test.each([
  ['file("/etc/passwd")'],
  ['file("policies/read.json")'],
  ['file("${path.root}/terraform.tfvars")'],
  ['file("${path.cwd}/a")'],
  ['file("${path.module}/../a")'],
  ['file("${path.module}/policies/../../a")'],
  ['file("${path.module}\\\\..\\\\a")'],
  ['file("${path.module}x/a")'],
  ['file("${path.module}${var.a}")'],
  ['file("${path.module}/policies/${each.key}")'],
  ['file("${path.module}/policies/${local.up}/a")'],
  ['file("${path.module}/policies/${basename(each.key)}")'],
  ['file("${path.module}/policies/${basename(each.key)}/a")'],
  ['file("${path.module}/%{ if true }../../a%{ endif }")'],
  ['file("a${path.module}/b")'],
  // The iterator of a dynamic block may be called var, and holds these two.
  ['file("${path.module}/policies/${var.key}.json")'],
  ['file("${path.module}/policies/${var.value}.json")'],
  ['file("${path.module}/policies/${var.a.b}.json")'],
  ["file(var.path)"],
  ["file(path.module)"],
  ['file(["/etc/passwd"]...)'],
  ['file(join("/", [path.module, "a"]))'],
  ['file(("/etc/passwd"))'],
  ["file(<<EOT\n/etc/passwd\nEOT\n)"],
  ['[for a in ["x"] : file(a)]'],
  ['"${file("/etc/passwd")}"'],
  ['core::file("/etc/passwd")'],
  ['core :: file /* a */ ("/etc/passwd")'],
  ['fileset(path.module, "../*")'],
  ["fileset(path.module, var.a)"],
  ['fileset("/", "*")'],
  ['templatefile("/etc/passwd", {})'],
  ['templatefile("${path.module}/main.tf", {})'],
  ['templatefile("${path.module}/policies/${var.a}", {})'],
  ["templatestring(local.a, {})"],
  ['provider::evil::a("b")'],
  ['provider::aws::a::b("c")'],
])("refused: %s", (call) => {
  expect(problemsOf(`locals {\n a = ${call}\n}`)).toHaveLength(1);
});

test.each([
  ["aws_lambda_function", "filename"],
  ["aws_lambda_layer_version", "filename"],
  ["aws_s3_bucket_object", "source"],
  ["aws_s3_object", "source"],
  ["aws_synthetics_canary", "zip_file"],
  ["aws_connect_contact_flow", "filename"],
  ["aws_connect_contact_flow_module", "filename"],
  ["aws_gamelift_script", "zip_file"],
])("%s reads a file named in %s, so it is a file of the module", (type, argument) => {
  const resource = (value: string): string => `resource "${type}" "a" {\n ${argument} = ${value}\n}`;
  expect(problemsOf(resource('"${path.module}/policies/code.zip"'))).toEqual([]);
  expect(problemsOf(resource('"/proc/self/environ"'))).toEqual([
    `${argument} of ${type}.a may read a file outside the module; expected a path that begins with "\${path.module}/policies/"`,
  ]);
});

test("a path in JSON is a template too", () => {
  const problems = (source: string): string[] =>
    problemsOf(JSON.stringify({ resource: { aws_s3_object: { a: { source } } } }), "x.tf.json");
  expect(problems("${path.module}/policies/code.zip")).toEqual([]);
  expect(problems("/proc/self/environ")).toHaveLength(1);
  expect(problems("$${path.module}/policies/code.zip")).toHaveLength(1);
});

test.each([
  ["main.tf", true],
  ["my_overrides.tf", true],
  ["override.tf", false],
  ["a_override.tf", false],
  ["override.tf.json", false],
  ["a_override.tf.json", false],
  ["main.tofu", false],
  ["main.tofu.json", false],
])("the name %s: %s", (name, isTaken) => {
  expect(nameProblem(name) === undefined).toBe(isTaken);
});
