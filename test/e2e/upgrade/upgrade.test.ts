import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { entriesOf } from "../../../src/changes/change-log";
import { version } from "../../../src/project";
import { AppliedModel, modelOf } from "../harness/applied-model";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { makePolicy, makeRole, secretOf } from "../harness/look";
import { Project } from "../harness/project";
import { ROOT } from "../harness/tools";
import { EarlierProgram, earlierFile, whyAbsent } from "./earlier-program";

/*
 * What version 0.1.0 made and applied, upgraded: the plan is what CHANGELOG.md promises, and nothing is destroyed.
 */

/** What the plan does at each address, over all files of this test. */
const PROMISED = {
  "aws_iam_policy.pmm_assume_target_roles_<number>": "update",
  "aws_iam_policy.teleport_assume_database_roles_<number>": "update",
  "aws_iam_role.pmm_ec2": "update",
  "aws_iam_role_policy.pmm_assume_target_roles": "update",
  "aws_iam_role_policy.teleport_assume_database_roles": "update",
  "module.aurora_user_<account>.aws_iam_user_policy.pmm_aws_integration": "update",
  "module.aurora_user_<account>.module.key.aws_secretsmanager_secret_policy.key": "update",
  "module.aurora_user_<account>.module.key.terraform_data.newest": "create",
  "module.cloudwatch_agent_<account>.aws_iam_role.agent": "update",
  "module.cloudwatch_agent_<account>.module.key.aws_secretsmanager_secret_policy.key": "update",
  "module.cloudwatch_agent_<account>.module.key.terraform_data.newest": "create",
  "module.pmm_iam_<account>.aws_iam_role.pmm_rds_monitoring": "update",
  "module.pmm_iam_<account>.aws_iam_role_policy.pmm_rds_monitoring": "update",
  "module.teleport_connect_<account>.aws_iam_role.teleport_database_access": "update",
  "module.third_party_<monitor>_<account>.aws_iam_policy.document": "create",
  "module.third_party_<monitor>_<account>.aws_iam_role.monitor": "update",
  "module.third_party_<monitor>_<account>.aws_iam_role_policies_exclusive.monitor": "update",
  "module.third_party_<monitor>_<account>.aws_iam_role_policy.custom": "delete",
  "module.third_party_<monitor>_<account>.aws_iam_role_policy.deny_data_access": "update",
  "module.third_party_<monitor>_<account>.aws_iam_role_policy_attachment.document": "create",
  "module.third_party_<monitor>_<account>.aws_iam_role_policy_attachments_exclusive.monitor": "update",
  "terraform_data.deployment": "create",
};

interface File {
  readonly name: string;
  readonly accounts: () => string;
  /** Roles that are there already, in 111111111111. */
  readonly roles: readonly string[];
  /** All that the plan destroys or replaces: CHANGELOG.md says why. */
  readonly destroyed: readonly string[];
  /** The secrets that hold keys. */
  readonly secrets: readonly string[];
}

const FILES: readonly File[] = [
  {
    name: "the shipped accounts.yaml",
    accounts: () => earlierFile("accounts.yaml"),
    roles: ["pmm-ec2-role", "teleport-db-service"],
    destroyed: [],
    secrets: ["pmm/aurora/billing-prod", "cloudwatch-agent/CloudWatchAgentServerUser/payments-prod"],
  },
  {
    name: "everything",
    accounts: () => readFileSync(join(__dirname, "everything.yaml"), "utf8"),
    roles: ["grafana", "deploy"],
    destroyed: ["module.third_party_long_billing_prod.aws_iam_role_policy.custom[0]: delete"],
    secrets: [
      "pmm/aurora/home",
      "pmm/aurora/orders-prod",
      "pmm/aurora/stock-prod",
      "cloudwatch-agent/CloudWatchAgentServerUser/billing-prod",
      "cloudwatch-agent/CloudWatchAgentAdminUser/billing-prod",
    ],
  },
];

const ACCOUNTS = ["111111111111", "222222222222", "033333333333", "044444444444", "777777777777"];

/** An address without the names of accounts, monitors and instances. */
function generalized(address: string): string {
  return address
    .replace(/\[[^\]]*\]/g, "")
    .replace(/_\d$/, "_<number>")
    .replace(/^module\.third_party_\w+?(?=\.)/, "module.third_party_<monitor>_<account>")
    .replace(
      /^module\.(aurora_user|cloudwatch_agent|pmm_iam|teleport_connect)_\w+?(?=\.)/,
      "module.$1_<account>",
    );
}

test("CHANGELOG.md promises the plan that is tested here", () => {
  const { lines = [] } =
    entriesOf(readFileSync(join(ROOT, "CHANGELOG.md"), "utf8")).find((entry) => entry.version === version) ??
    {};
  const rows = lines.flatMap((line) => {
    const [, address, plan] = /^\| `([^`]+)` \| (\w+) \|/.exec(line) ?? [];
    return address === undefined ? [] : [[address, plan]];
  });
  expect(Object.fromEntries(rows)).toEqual(PROMISED);
});

const absent = whyAbsent();

describeE2e(
  absent === undefined
    ? "an upgrade from version 0.1.0"
    : `an upgrade from version 0.1.0: skipped, ${absent}`,
  () => {
    let lab: Lab;
    let earlier: EarlierProgram;
    const planned = new Map<string, string>();

    beforeAll(async () => {
      if (absent !== undefined) return;
      lab = await startLab();
      earlier = new EarlierProgram(lab);
    });
    afterAll(() => lab?.stop());

    const testWhere = absent === undefined ? test : test.skip;

    /** AWS as it was before the first apply, with the files that accounts.yaml names. */
    async function prepare(project: Project, { roles }: File): Promise<void> {
      await lab.reset();
      for (const name of roles) await makeRole(await lab.account("111111111111"), name);
      await makeRole(await lab.account("777777777777"), "teleport-db-service", "/service/");
      for (const id of ACCOUNTS) await makePolicy(await lab.account(id), "pmm-boundary");
      project.copy(join(__dirname, "..", "scenarios", "vendor-policy.json"), "vendor-policy.json");
      const resources = Array.from(
        { length: 90 },
        (_, index) => `arn:aws:s3:::reports-of-vendor-in-bucket-number-${100 + index}`,
      );
      const statement = { Effect: "Allow", Action: "s3:ListBucket", Resource: resources };
      writeFileSync(
        join(project.folder, "long-policy.json"),
        JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
      );
      lab
        .terraform(join(project.folder.slice(lab.folder.length + 1), "echo"))
        .write(
          "main.tf",
          'variable "value" {\n  type = string\n}\n\noutput "value" {\n  value = var.value\n}\n',
        );
    }

    /** The newest key of each secret, and whose it is by AWS's own word. */
    async function keys({ secrets }: File): Promise<string[]> {
      const source = await lab.account("111111111111");
      return Promise.all(
        secrets.map(async (name) => {
          const { access_key_id, secret_access_key } = await secretOf(source, name);
          const credentials = { accessKeyId: access_key_id, secretAccessKey: secret_access_key };
          const { Arn } = await new STSClient({ endpoint: lab.url, region: "us-east-1", credentials }).send(
            new GetCallerIdentityCommand({}),
          );
          return `${name}: ${access_key_id} of ${Arn}`;
        }),
      );
    }

    testWhere.each(FILES)(
      "$name: planned as promised, applied, planned again without a change",
      async (file) => {
        const name = file.name.replace(/\W/g, "-");
        const applied = new AppliedModel(lab);
        const project = new Project(lab, name);
        await prepare(project, file);
        const accountsFile = join(project.folder, "accounts.yaml");
        writeFileSync(accountsFile, file.accounts());
        const access = modelOf(accountsFile);
        const byHand = await applied.held(access);
        const folderOf = (stack: string) => lab.terraform(join(name, "out", "stacks", stack));
        const stacks = await earlier.synth(accountsFile, project.output);
        for (const stack of stacks) {
          const folder = lab.terraform(join(name, "out", "stacks", stack));
          await folder.init();
          await folder.apply();
        }
        const before = await keys(file);

        await project.synth(file.accounts());
        const unlike: string[] = [];
        for (const stack of stacks) {
          const folder = folderOf(stack);
          await folder.init();
          for (const [address, action] of Object.entries(await folder.changes())) {
            planned.set(generalized(address), action);
            if (!["create", "update"].includes(action)) unlike.push(`${address}: ${action}`);
          }
          await folder.apply("plan");
          await folder.expectEmptyPlan();
        }
        expect(unlike).toEqual(file.destroyed);
        await applied.upgraded(access, byHand, folderOf);
        expect(await keys(file)).toEqual(before);
        expect(before.filter((line) => !/: AKIA\w+ of arn:aws:iam::\d{12}:user\//.test(line))).toEqual([]);
      },
    );

    testWhere("all that is promised is planned, and nothing else", () => {
      expect(Object.fromEntries([...planned].sort())).toEqual(PROMISED);
    });
  },
);
