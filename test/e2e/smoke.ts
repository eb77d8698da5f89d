// More than 300 lines: one script, to be read from top to bottom beside what it prints.
import assert from "node:assert/strict";
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  DeleteAccessKeyCommand,
  GetRolePolicyCommand,
  ListAccessKeysCommand,
  ListRolesCommand,
  ListUsersCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
} from "@aws-sdk/client-secrets-manager";
import { type Lab, startLab } from "./harness/lab";
import type { Folder } from "./harness/terraform";
import { Missing, WrongVersion } from "./harness/tools";

/*
 * Proves the equipment itself, without the generator and without jest: that
 * terraform, the stand-in provider and the local AWS do together what the tests
 * rely on. `node --require ./bin/register.js test/e2e/smoke.ts`
 */

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { AWS: "arn:aws:iam::111111111111:root" }, Action: "sts:AssumeRole" },
  ],
});

/** A root with the source account as the default provider and two accounts behind aliases. */
function root(action: string, generation: number, more = ""): string {
  const alias = (name: string, id: string, region: string) => `
provider "aws" {
  alias               = "${name}"
  region              = "${region}"
  allowed_account_ids = ["${id}"]
  assume_role {
    role_arn     = "arn:aws:iam::${id}:role/admin"
    session_name = "pmm-iam"
  }
  default_tags {
    tags = { team = "dba" }
  }
}
resource "aws_iam_role" "${name}" {
  provider              = aws.${name}
  name                  = "role"
  force_detach_policies = true
  assume_role_policy    = jsonencode(${TRUST})
}
resource "aws_iam_role_policy" "${name}" {
  provider = aws.${name}
  name     = "policy"
  role     = aws_iam_role.${name}.name
  policy   = jsonencode({ Statement = [{ Resource = ["*"], Action = ["${action}"], Effect = "Allow" }], Version = "2012-10-17" })
}
resource "aws_iam_role_policies_exclusive" "${name}" {
  provider     = aws.${name}
  role_name    = aws_iam_role.${name}.name
  policy_names = [aws_iam_role_policy.${name}.name]
}
`;
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
  allowed_account_ids = ["111111111111"]
}
${alias("orders", "222222222222", "us-east-1")}
${alias("billing", "033333333333", "eu-west-1")}
data "aws_caller_identity" "billing" {
  provider = aws.billing
}
resource "terraform_data" "generation" {
  input = ${generation}
}
resource "aws_iam_user" "this" {
  name          = "user"
  path          = "/pmm/"
  force_destroy = true
  tags          = { team = "dba" }
}
resource "aws_iam_access_key" "this" {
  user = aws_iam_user.this.name
  lifecycle {
    replace_triggered_by = [terraform_data.generation]
  }
}
resource "aws_secretsmanager_secret" "this" {
  name                    = "pmm/key"
  recovery_window_in_days = 0
}
resource "aws_secretsmanager_secret_version" "this" {
  secret_id                = aws_secretsmanager_secret.this.id
  secret_string_wo         = aws_iam_access_key.this.secret
  secret_string_wo_version = parseint(substr(sha256(aws_iam_access_key.this.id), 0, 7), 16)
}
output "account" {
  value = data.aws_caller_identity.billing.account_id
}
${more}`;
}

type Step = readonly [name: string, run: (lab: Lab, folder: Folder) => Promise<void>];

const STEPS: readonly Step[] = [
  [
    "apply, and nothing to do after it",
    async (_, folder) => {
      folder.write("main.tf", root("rds:DescribeDBInstances", 1));
      await folder.init();
      await folder.validate();
      await folder.apply();
      await folder.expectEmptyPlan();
      assert.equal(await folder.run("output", "-raw", "account"), "033333333333");
      const state = await folder.run("show", "-json");
      assert.match(state, /"secret_string_wo":null/);
      const tags = '"tags_all":{"team":"dba"}';
      assert.ok(state.includes(tags), "default tags are in tags_all");
    },
  ],
  [
    "the secret holds the key's secret, which the version's state does not",
    async (lab, folder) => {
      const secrets = (await lab.account("111111111111")).secrets("us-east-1");
      const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: "pmm/key" }));
      assert.match(SecretString ?? "", /^[A-Za-z0-9+/]{40}$/);
      const state = await folder.run("state", "show", "aws_secretsmanager_secret_version.this");
      assert.ok(!state.includes(SecretString ?? ""));
    },
  ],
  [
    "a changed policy changes in place, an equivalent one not at all",
    async (lab, folder) => {
      folder.write(
        "main.tf",
        root("rds:DescribeDBInstances", 1).replaceAll('Resource = ["*"]', 'Resource = "*"'),
      );
      await folder.expectEmptyPlan();
      folder.write("main.tf", root("rds:DescribeDBClusters", 1));
      const changes = await folder.changes();
      assert.deepEqual(changes, {
        "aws_iam_role_policy.billing": "update",
        "aws_iam_role_policy.orders": "update",
      });
      await folder.apply();
      await folder.expectEmptyPlan();
      const { iam } = await lab.account("222222222222");
      const { PolicyDocument } = await iam.send(
        new GetRolePolicyCommand({ RoleName: "role", PolicyName: "policy" }),
      );
      assert.match(decodeURIComponent(PolicyDocument ?? ""), /DescribeDBClusters/);
    },
  ],
  [
    "what was changed by hand is seen and put back",
    async (lab, folder) => {
      const { iam } = await lab.account("033333333333");
      const PolicyDocument = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
      });
      await iam.send(new PutRolePolicyCommand({ RoleName: "role", PolicyName: "policy", PolicyDocument }));
      await iam.send(new PutRolePolicyCommand({ RoleName: "role", PolicyName: "by-hand", PolicyDocument }));
      assert.deepEqual(await folder.changes(), {
        "aws_iam_role_policies_exclusive.billing": "update",
        "aws_iam_role_policy.billing": "update",
      });
      await folder.apply();
      await folder.expectEmptyPlan();
    },
  ],
  [
    "a new generation is a new key and a new version of the secret, nothing else",
    async (_, folder) => {
      folder.write("main.tf", root("rds:DescribeDBClusters", 2));
      assert.deepEqual(await folder.changes(), {
        "aws_iam_access_key.this": "delete create",
        "aws_secretsmanager_secret_version.this": "delete create",
        "terraform_data.generation": "update",
      });
      await folder.apply();
      await folder.expectEmptyPlan();
    },
  ],
  [
    "a key deleted by hand is made again",
    async (lab, folder) => {
      const { iam } = await lab.account("111111111111");
      const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName: "user" }));
      for (const { AccessKeyId } of AccessKeyMetadata)
        await iam.send(new DeleteAccessKeyCommand({ UserName: "user", AccessKeyId }));
      await folder.apply();
      await folder.expectEmptyPlan();
    },
  ],
  [
    "names and paths: a role is replaced, a user is not",
    async (_, folder) => {
      const changed = root("rds:DescribeDBClusters", 2)
        .replace('"/pmm/"', '"/pmm2/"')
        .replace(/"role"/, '"role2"');
      folder.write("main.tf", changed);
      assert.deepEqual(await folder.changes(), {
        "aws_iam_role.orders": "delete create",
        "aws_iam_role_policies_exclusive.orders": "delete create",
        "aws_iam_role_policy.orders": "delete create",
        "aws_iam_user.this": "update",
      });
      await folder.apply();
      await folder.expectEmptyPlan();
    },
  ],
  [
    "import, of what is there and of what is not",
    async (lab, folder) => {
      const { iam } = await lab.account("222222222222");
      await iam.send(new CreateRoleCommand({ RoleName: "made", AssumeRolePolicyDocument: TRUST }));
      const block = (id: string) => `
resource "aws_iam_role" "made" {
  provider           = aws.orders
  name               = "${id}"
  assume_role_policy = jsonencode(${TRUST})
}
import {
  to = aws_iam_role.made
  id = "${id}"
}`;
      const main = root("rds:DescribeDBClusters", 2)
        .replace('"/pmm/"', '"/pmm2/"')
        .replace(/"role"/, '"role2"');
      folder.write("main.tf", main + block("none"));
      assert.match(
        (await folder.attempt("plan", "-no-color")).stderr,
        /Cannot import non-existent remote object/,
      );
      folder.write("main.tf", main + block("made"));
      assert.match(await folder.apply(), /1 imported, 0 added, 1 changed, 0 destroyed/);
      await folder.expectEmptyPlan();
    },
  ],
  [
    "an account that is not allowed is refused",
    async (_, folder) => {
      const wrong = root("rds:DescribeDBClusters", 2).replace('["222222222222"]', '["222222222223"]');
      folder.write("main.tf", wrong);
      assert.match(
        (await folder.attempt("plan", "-no-color")).stderr,
        /AWS account ID not allowed: 222222222222/,
      );
    },
  ],
  [
    "as strict as AWS",
    async (lab, folder) => {
      const strict = (extra: string) => {
        folder.write("main.tf", root("rds:DescribeDBClusters", 2, extra));
        return folder.attempt("apply", "-no-color", "-auto-approve");
      };
      const trusting = await strict(`
resource "aws_iam_role" "trusting" {
  name               = "trusting"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::111111111111:role/none" } }] })
}`);
      assert.match(trusting.stderr, /MalformedPolicyDocument.*Invalid principal in policy/);
      const reading = await strict(`
resource "aws_secretsmanager_secret_policy" "reading" {
  secret_arn = aws_secretsmanager_secret.this.arn
  policy     = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = "*", Principal = { AWS = "arn:aws:iam::111111111111:role/none" } }] })
}`);
      assert.match(reading.stderr, /MalformedPolicyDocument.*unsupported principal/);
      const bounded = await strict(`
resource "aws_iam_user" "bounded" {
  name                 = "bounded"
  permissions_boundary = "arn:aws:iam::111111111111:policy/none"
}`);
      assert.match(bounded.stderr, /NoSuchEntity/);
      const third = await strict(`
resource "aws_iam_access_key" "more" {
  count = 2
  user  = aws_iam_user.this.name
}`);
      assert.match(third.stderr, /LimitExceeded/);
      const own = await lab.account("111111111111");
      const secrets = own.secrets("us-east-1");
      await secrets.send(new CreateSecretCommand({ Name: "recovering", SecretString: "x" }));
      await secrets.send(new DeleteSecretCommand({ SecretId: "recovering" }));
      const recovering = await strict(`
resource "aws_secretsmanager_secret" "recovering" {
  name = "recovering"
}`);
      assert.match(recovering.stderr, /InvalidRequestException.*scheduled for deletion/);
      await secrets.send(
        new DeleteSecretCommand({ SecretId: "recovering", ForceDeleteWithoutRecovery: true }),
      );
    },
  ],
  [
    "a boundary of a user and an instance profile come and go",
    async (_, folder) => {
      const boundary = `
resource "aws_iam_policy" "boundary" {
  name   = "boundary"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}`;
      const bounded = `
resource "aws_iam_user" "bounded" {
  name                 = "bounded"
  permissions_boundary = aws_iam_policy.boundary.arn
}
resource "aws_iam_instance_profile" "profile" {
  name     = "profile"
  provider = aws.orders
  role     = aws_iam_role.orders.name
}
resource "aws_iam_role_policy_attachment" "managed" {
  provider   = aws.orders
  role       = aws_iam_role.orders.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}`;
      folder.write("main.tf", root("rds:DescribeDBClusters", 2, boundary + bounded));
      await folder.apply();
      await folder.expectEmptyPlan();
      folder.write(
        "main.tf",
        root("rds:DescribeDBClusters", 2, boundary + bounded.replace("aws_iam_policy.boundary.arn", "null")),
      );
      assert.deepEqual(await folder.changes(), { "aws_iam_user.bounded": "update" });
      await folder.apply();
      await folder.expectEmptyPlan();
    },
  ],
  [
    "a user who still has a key of their own stays, and force_destroy takes it along",
    async (lab, folder) => {
      const { iam } = await lab.account("111111111111");
      await iam.send(new CreateAccessKeyCommand({ UserName: "bounded" }));
      folder.write("main.tf", root("rds:DescribeDBClusters", 2));
      const refused = await folder.attempt("apply", "-no-color", "-auto-approve");
      assert.match(refused.stderr, /DeleteConflict.*must delete access keys first/);
      const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName: "bounded" }));
      for (const { AccessKeyId } of AccessKeyMetadata)
        await iam.send(new DeleteAccessKeyCommand({ UserName: "bounded", AccessKeyId }));
      // What hangs on the other, who has force_destroy, goes in the last step.
      await iam.send(new CreateAccessKeyCommand({ UserName: "user" }));
      const PolicyDocument =
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}';
      await iam.send(new PutUserPolicyCommand({ UserName: "user", PolicyName: "by-hand", PolicyDocument }));
      await folder.apply();
    },
  ],
  [
    "destroy leaves nothing",
    async (lab, folder) => {
      await folder.destroy();
      for (const id of ["111111111111", "222222222222", "033333333333"]) {
        const { iam, secrets } = await lab.account(id);
        assert.deepEqual((await iam.send(new ListUsersCommand({}))).Users, [], `users of ${id}`);
        assert.deepEqual((await iam.send(new ListRolesCommand({}))).Roles, [], `roles of ${id}`);
        assert.deepEqual(
          (await secrets("us-east-1").send(new ListSecretsCommand({}))).SecretList,
          [],
          `secrets of ${id}`,
        );
      }
    },
  ],
];

async function main(): Promise<void> {
  const lab = await startLab();
  process.stdout.write(`AWS provider: ${lab.provider === undefined ? "the real one" : "the stand-in"}\n`);
  try {
    const folder = lab.terraform("smoke");
    for (const [name, step] of STEPS) {
      const before = Date.now();
      await step(lab, folder);
      process.stdout.write(`ok   ${name} (${((Date.now() - before) / 1000).toFixed(1)} s)\n`);
    }
  } catch (error) {
    process.stderr.write(lab.provider?.errors() ?? "");
    throw error;
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
