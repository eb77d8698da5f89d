import assert from "node:assert/strict";
import { join } from "node:path";
import { ListAccessKeysCommand, ListRolesCommand, ListUsersCommand } from "@aws-sdk/client-iam";
import { GetSecretValueCommand, ListSecretsCommand } from "@aws-sdk/client-secrets-manager";
import { type Lab, startLab } from "./harness/lab";
import type { Folder } from "./harness/terraform";
import { Missing, ROOT, WrongVersion } from "./harness/tools";

/*
 * The project's modules in a root written by hand, through every step of a
 * rotation, without the generator and without jest.
 * `node --require ./bin/register.js test/e2e/smoke-modules.ts`
 */

const SOURCE = "111111111111";
const TARGET = "033333333333";
const SECRET = "pmm/aurora/billing-prod";

type Previous = "active" | "inactive" | "deleted";

function root(generation: number, previous: Previous): string {
  return `
terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "6.25.0"
    }
  }
}
provider "aws" {
  region              = "us-east-1"
  allowed_account_ids = ["${SOURCE}"]
  default_tags {
    tags = { team = "dba" }
  }
}
provider "aws" {
  alias               = "target"
  region              = "eu-west-1"
  allowed_account_ids = ["${TARGET}"]
  assume_role {
    role_arn     = "arn:aws:iam::${TARGET}:role/TerraformAdmin"
    session_name = "pmm-iam"
  }
  default_tags {
    tags = { team = "dba" }
  }
}
resource "aws_iam_policy" "boundary" {
  provider = aws.target
  name     = "boundary"
  policy   = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}
module "pmm_iam_x" {
  source                = "./modules/pmm-iam-target"
  providers             = { aws = aws.target }
  pmm_account_id        = "${SOURCE}"
  pmm_ec2_role_name     = "pmm-ec2-role"
  additional_principals = ["arn:aws:iam::222222222222:role/grafana"]
  permissions_boundary  = aws_iam_policy.boundary.arn
}
module "aurora_user_x" {
  source               = "./modules/aurora-integration-user"
  providers            = { aws = aws.target, aws.secrets = aws }
  secret_name          = "${SECRET}"
  key_generation       = ${generation}
  previous_key         = "${previous}"
  allowed_source_ips   = ["198.51.100.7/32"]
  secret_readers       = ["arn:aws:iam::${SOURCE}:role/pmm-ec2-role"]
  permissions_boundary = aws_iam_policy.boundary.arn
}
module "teleport_connect_x" {
  source            = "./modules/teleport-connect"
  providers         = { aws = aws.target }
  teleport_role_arn = "arn:aws:iam::${SOURCE}:role/teleport-db-service"
  databases         = [{ resource_id = "cluster-ABCDEFGHIJKL01234", region = "eu-west-1", db_users = ["alice"] }]
}
module "cloudwatch_agent_x" {
  source             = "./modules/cloudwatch-agent"
  providers          = { aws = aws.target, aws.secrets = aws }
  admin_role         = true
  ssm_managed_policy = "AmazonSSMManagedInstanceCore"
  on_premises_server_user = {
    secret_name    = "cloudwatch-agent/CloudWatchAgentServerUser/billing-prod"
    key_generation = 1
  }
}
module "third_party_site24x7_x" {
  source             = "./modules/third-party-monitor"
  providers          = { aws = aws.target }
  role_name          = "site24x7-monitoring"
  monitor_account_id = "999999999999"
  external_id        = "9b2d-external"
  managed_policy     = "ReadOnlyAccess"
}
`;
}

/** Every step from the first key to the fourth, and the slot whose key it makes anew, or changes, or takes away. */
const ROTATION: readonly (readonly [
  generation: number,
  previous: Previous,
  slot: Readonly<Record<string, string>>,
])[] = [
  [2, "active", { even: "create" }],
  [2, "inactive", { odd: "update" }],
  [2, "deleted", { odd: "delete" }],
  [3, "active", { odd: "create" }],
  [3, "inactive", { even: "update" }],
  [3, "active", { even: "update" }],
  [4, "active", { even: "delete create" }],
  [4, "inactive", { odd: "update" }],
  [4, "deleted", { odd: "delete" }],
];

async function checkKeys(lab: Lab, generation: number): Promise<void> {
  const { iam } = await lab.account(TARGET);
  const { AccessKeyMetadata: keys = [] } = await iam.send(
    new ListAccessKeysCommand({ UserName: "PMMAWSIntegrationUser" }),
  );
  const secrets = (await lab.account(SOURCE)).secrets("us-east-1");
  const { SecretString = "{}" } = await secrets.send(new GetSecretValueCommand({ SecretId: SECRET }));
  const secret = JSON.parse(SecretString) as Record<string, unknown>;
  assert.ok(keys.length <= 2, "at most two keys");
  assert.equal(
    keys.find(({ AccessKeyId }) => AccessKeyId === secret["access_key_id"])?.Status,
    "Active",
    "the secret names an active key",
  );
  assert.equal(secret["generation"], generation);
  assert.equal(secret["account_id"], TARGET);
}

function slots(changes: Readonly<Record<string, string>>): Record<string, string> {
  const found = Object.entries(changes).flatMap(([address, actions]) => {
    const slot = /^module\.aurora_user_x\.module\.key\.aws_iam_access_key\.slot\["(.*)"\]$/.exec(
      address,
    )?.[1];
    return slot === undefined ? [] : [[slot, actions] as const];
  });
  return Object.fromEntries(found);
}

async function rotate(lab: Lab, folder: Folder): Promise<void> {
  folder.copy(join(ROOT, "modules"), "modules");
  folder.write("main.tf", root(1, "active"));
  await folder.init();
  const before = Date.now();
  const applied = await folder.apply();
  say(`apply of every module: ${/Resources: .*/.exec(applied)?.[0]}`, before);
  await checkKeys(lab, 1);
  const planned = Date.now();
  await folder.expectEmptyPlan();
  say("empty plan", planned);
  for (const [generation, previous, expected] of ROTATION) {
    const start = Date.now();
    folder.write("main.tf", root(generation, previous));
    const changes = await folder.changes();
    assert.deepEqual(
      slots(changes),
      expected,
      `slots at ${generation} ${previous}: ${JSON.stringify(changes)}`,
    );
    const said = await folder.apply();
    // A plan that deletes the key before names it: what a plan destroys, the module cannot know.
    assert.ok(previous === "deleted" || !said.includes("Check block assertion failed"), said);
    await checkKeys(lab, generation);
    await folder.expectEmptyPlan();
    say(`generation ${generation}, previous ${previous}: ${Object.keys(changes).length} changes`, start);
  }
  for (const [generation, previous, message] of [
    [6, "active", /expected 4, or 5/],
    [3, "active", /expected 4, or 5/],
    [5, "inactive", /expected "active"/],
  ] as const) {
    folder.write("main.tf", root(generation, previous));
    const { stderr } = await folder.attempt("plan", "-no-color");
    assert.match(stderr.replace(/\s+/g, " "), message);
  }
  say("jumps and raises that cut are refused", Date.now());
  folder.write("main.tf", root(4, "deleted"));
  const last = Date.now();
  await folder.destroy();
  for (const id of [SOURCE, TARGET]) {
    const { iam, secrets } = await lab.account(id);
    assert.deepEqual((await iam.send(new ListUsersCommand({}))).Users, []);
    assert.deepEqual((await iam.send(new ListRolesCommand({}))).Roles, []);
    assert.deepEqual((await secrets("us-east-1").send(new ListSecretsCommand({}))).SecretList, []);
  }
  say("destroy leaves nothing", last);
}

function say(what: string, since: number): void {
  process.stdout.write(`ok   ${what} (${((Date.now() - since) / 1000).toFixed(1)} s)\n`);
}

async function main(): Promise<void> {
  const lab = await startLab();
  try {
    await rotate(lab, lab.terraform("modules"));
  } finally {
    await lab.stop();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof Missing || error instanceof WrongVersion ? error.message : error instanceof Error ? error.stack : error}\n`,
  );
  process.exit(1);
});
