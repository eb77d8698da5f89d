import { readFileSync } from "node:fs";
import { join } from "node:path";
import { quotas } from "../../../src/access/quotas";
import { readAccess } from "../../../src/access/read";
import { features } from "../../../src/features";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import {
  attachedToRole,
  inventory,
  keysOf,
  makePolicy,
  makeRole,
  rolePolicies,
  secretOf,
  userPolicies,
} from "../harness/look";
import { FORMATS, Project } from "../harness/project";
import type { Folder } from "../harness/terraform";
import { heldSizes } from "./held-sizes";

/*
 * Five accounts with every feature on, the source account among them, in three stacks.
 */

/** Lets a test lower AWS's limits, so that every size that is counted is told. */
jest.mock("../../../src/aws/limits", () => ({ ...jest.requireActual("../../../src/aws/limits") }));
const limits = jest.requireMock<Record<string, number>>("../../../src/aws/limits");

const ACCOUNTS = ["111111111111", "222222222222", "033333333333", "555555555555", "666666666666"];
const STACKS = ["pmm-iam", "pmm-iam-finance", "pmm-iam-lab"];

const BEFORE = [
  "111111111111 policy pmm-boundary",
  "222222222222 policy pmm-boundary",
  "033333333333 policy pmm-boundary",
  "555555555555 role teleport-db-service",
  "666666666666 policy pmm-boundary",
];

const AFTER = [
  "111111111111 instance-profile pmm-ec2-role",
  "111111111111 policy pmm-assume-rds-monitoring-roles-2",
  "111111111111 policy pmm-assume-rds-monitoring-roles-3",
  "111111111111 policy pmm-assume-rds-monitoring-roles-5",
  "111111111111 policy pmm-assume-rds-monitoring-roles-6",
  "111111111111 policy pmm-assume-rds-monitoring-roles-7",
  "111111111111 policy pmm-boundary",
  "111111111111 role AmazonRDSforPMMrole",
  "111111111111 role pmm-ec2-role",
  "111111111111 user PMMAWSIntegrationUser",
  "111111111111 secret in eu-west-1 cloudwatch-agent/CloudWatchAgentAdminUser/billing-prod",
  "111111111111 secret in eu-west-1 cloudwatch-agent/CloudWatchAgentServerUser/billing-prod",
  "111111111111 secret in eu-west-1 pmm/aurora/billing-prod",
  "111111111111 secret in eu-west-1 pmm/aurora/home",
  "111111111111 secret in eu-west-1 pmm/aurora/orders-prod",
  "222222222222 policy pmm-boundary",
  "222222222222 role AmazonRDSforPMMrole",
  "222222222222 user PMMAWSIntegrationUser",
  "033333333333 instance-profile CloudWatchAgentAdminRole",
  "033333333333 instance-profile CloudWatchAgentServerRole",
  "033333333333 policy CloudWatchAgentAdminPolicy",
  "033333333333 policy CloudWatchAgentServerPolicy",
  "033333333333 policy pmm-boundary",
  "033333333333 role AmazonRDSforPMMrole",
  "033333333333 role CloudWatchAgentAdminRole",
  "033333333333 role CloudWatchAgentServerRole",
  "033333333333 role TeleportDatabaseAccess",
  "033333333333 role site24x7-monitoring",
  "033333333333 user CloudWatchAgentAdminUser",
  "033333333333 user CloudWatchAgentServerUser",
  "033333333333 user PMMAWSIntegrationUser",
  "555555555555 policy teleport-assume-database-roles-3",
  "555555555555 policy teleport-assume-database-roles-5",
  "555555555555 role AmazonRDSforPMMrole",
  "555555555555 role TeleportDatabaseAccess",
  "555555555555 role teleport-db-service",
  "666666666666 policy pmm-boundary",
  "666666666666 role AmazonRDSforPMMrole",
  "666666666666 role vendor-monitoring",
];

/** Of a role that was made by hand. */
const TRUST_BY_HAND = "the trust policy of the role teleport-db-service in account 555555555555";

const file = join(__dirname, "five-accounts.yaml");
const text = readFileSync(file, "utf8");

describeE2e("five accounts with every feature", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  /** Everything that the file says is there already. */
  async function prepare(): Promise<void> {
    await lab.reset();
    await makePolicy(await lab.account("111111111111"), "pmm-boundary");
    for (const id of ["222222222222", "033333333333", "666666666666"]) {
      await makePolicy(await lab.account(id), "pmm-boundary", "/team/");
    }
    await makeRole(await lab.account("555555555555"), "teleport-db-service", "/service/");
  }

  describe.each(FORMATS)("as %s", (format) => {
    let project: Project;
    let stacks: Folder[];

    test("apply, and nothing to do after it", async () => {
      await prepare();
      expect(await inventory(lab, ACCOUNTS)).toEqual(BEFORE);
      project = new Project(lab, `five-${format}`);
      project.copy(join(__dirname, "vendor-policy.json"), "vendor-policy.json");
      await project.synth(text, format);
      stacks = [];
      for (const name of STACKS) {
        const stack = await project.init(name);
        await stack.validate();
        await stack.apply();
        await stack.expectEmptyPlan();
        stacks.push(stack);
      }
      expect(await inventory(lab, ACCOUNTS)).toEqual(AFTER);
    });

    test("the vendor's policy is in AWS as it is in its file", async () => {
      const held = await rolePolicies(await lab.account("666666666666"), "vendor-monitoring");
      expect(JSON.parse(held["monitoring-access"] ?? "")).toEqual({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: "s3:ListBucket",
            Resource: "arn:aws:s3:::reports-${aws:PrincipalAccount}-%{x}",
            Condition: { StringLike: { "s3:prefix": 'a\\b"c <d&e> é' } },
          },
        ],
      });
    });

    test("users have the keys that the file says, and each secret names the newest", async () => {
      const source = await lab.account("111111111111");
      for (const [id, user, secret, generation, others] of [
        ["111111111111", "PMMAWSIntegrationUser", "pmm/aurora/home", 1, []],
        ["222222222222", "PMMAWSIntegrationUser", "pmm/aurora/orders-prod", 3, ["Inactive"]],
        ["033333333333", "PMMAWSIntegrationUser", "pmm/aurora/billing-prod", 1, []],
        [
          "033333333333",
          "CloudWatchAgentServerUser",
          "cloudwatch-agent/CloudWatchAgentServerUser/billing-prod",
          2,
          [],
        ],
        [
          "033333333333",
          "CloudWatchAgentAdminUser",
          "cloudwatch-agent/CloudWatchAgentAdminUser/billing-prod",
          1,
          [],
        ],
      ] as const) {
        const held = await secretOf(source, secret, { region: "eu-west-1" });
        expect(held).toMatchObject({ account_id: id, generation });
        const keys = await keysOf(await lab.account(id), user);
        const [newest] = keys.filter((key) => key.id === held.access_key_id);
        expect(newest?.status).toBe("Active");
        expect(keys.filter((key) => key !== newest).map(({ status }) => status)).toEqual(others);
      }
    });

    test("no secret key is in outputs or synthesized files, and once in state", async () => {
      const source = await lab.account("111111111111");
      const secrets = await Promise.all(
        AFTER.filter((line) => line.includes(" secret in ")).map(async (line) => {
          const name = line.split(" ").at(-1) ?? "";
          return (await secretOf(source, name, { region: "eu-west-1" })).secret_access_key;
        }),
      );
      expect(new Set(secrets).size).toBe(5);
      const written = [...project.files()].filter(([path]) => !path.endsWith(".tfstate"));
      expect(written.length).toBeGreaterThan(80);
      for (const secret of secrets) {
        expect(written.filter(([, content]) => content.includes(secret))).toEqual([]);
      }
      const places: string[] = [];
      for (const stack of stacks) {
        const outputs = await stack.run("output", "-json");
        expect(Object.keys(JSON.parse(outputs))).toEqual(["access"]);
        expect(secrets.filter((secret) => outputs.includes(secret))).toEqual([]);
        const state = JSON.parse(await stack.run("state", "pull")) as {
          resources: { type: string; instances: { attributes: Record<string, unknown> }[] }[];
        };
        for (const { type, instances } of state.resources) {
          for (const { attributes } of instances) {
            for (const [name, value] of Object.entries(attributes)) {
              if (secrets.some((secret) => JSON.stringify(value).includes(secret)))
                places.push(`${type}.${name}`);
            }
            if (type === "aws_secretsmanager_secret_version") {
              expect(attributes).toMatchObject({ secret_string_wo: null });
            }
          }
        }
      }
      expect(places).toEqual(Array(5).fill("aws_iam_access_key.secret"));
    });

    if (format === "json") {
      test("AWS holds documents of exactly the sizes that synth counts", async () => {
        const held = Object.entries(await heldSizes(lab, ACCOUNTS, "eu-west-1")).filter(
          ([what]) => what !== TRUST_BY_HAND,
        );
        expect(countedSizes()).toEqual(Object.fromEntries(held));
      });

      test("in the other format, nothing changes", async () => {
        await project.synth(text, "hcl");
        for (const stack of stacks) {
          await stack.init();
          await stack.expectEmptyPlan();
        }
        await project.synth(text);
      });
    }

    if (format === "hcl") {
      test("permissions from standard to minimal change in place", async () => {
        const minimal = text.replace("- name: home\n", "- name: home\n    permissions: minimal\n");
        await project.synth(minimal, format);
        const [main] = stacks;
        expect(await main?.changes()).toEqual({
          "module.aurora_user_home.aws_iam_user_policy.pmm_aws_integration": "update",
          "module.pmm_iam_home.aws_iam_role_policy.pmm_rds_monitoring": "update",
        });
        await main?.apply();
        await main?.expectEmptyPlan();
        const home = await lab.account("111111111111");
        expect(
          actions((await rolePolicies(home, "AmazonRDSforPMMrole"))["pmm-cloudwatch-rds-access"]),
        ).toEqual([
          "cloudwatch:GetMetricData",
          "cloudwatch:GetMetricStatistics",
          "cloudwatch:ListMetrics",
          "logs:DescribeLogGroups",
          "logs:FilterLogEvents",
          "rds:DescribeDBInstances",
        ]);
        expect(actions((await userPolicies(home, "PMMAWSIntegrationUser"))["pmm-aurora-os-metrics"])).toEqual(
          ["cloudwatch:GetMetricStatistics", "logs:FilterLogEvents", "rds:DescribeDBInstances"],
        );
      });
    }

    test("destroy leaves nothing", async () => {
      for (const stack of stacks) {
        await stack.destroy();
        expect(await stack.run("state", "list")).toBe("");
      }
      expect(await inventory(lab, ACCOUNTS)).toEqual(BEFORE);
      expect(await attachedToRole(await lab.account("555555555555"), "teleport-db-service")).toEqual([]);
    });
  });
});

function actions(document: string | undefined): string[] {
  const { Statement } = JSON.parse(document ?? "") as { Statement: { Action: string | string[] }[] };
  return [...new Set(Statement.flatMap(({ Action }) => Action))].sort();
}

/** So low that everything that is counted is over it. */
const LOWERED = {
  ROLE_INLINE_CHARACTERS: 0,
  USER_INLINE_CHARACTERS: 0,
  TRUST_POLICY_CHARACTERS: 0,
  SECRET_POLICY_CHARACTERS: 0,
  MANAGED_POLICY_CHARACTERS: 0,
};

/** The sizes that synth counts, by what was counted, read from its own messages under lower limits. */
function countedSizes(): Record<string, number> {
  const { access } = readAccess({ name: "accounts.yaml", path: file, text }, features);
  if (access === undefined) throw new Error("the file has errors");
  const before = { ...limits };
  Object.assign(limits, LOWERED);
  try {
    return Object.fromEntries(
      [...quotas(access)].flatMap(({ message }) => {
        const [, what = "", size] = /^(.*) would have (\d+) characters/.exec(message) ?? [];
        return size === undefined ? [] : [[what, Number(size)]];
      }),
    );
  } finally {
    Object.assign(limits, before);
  }
}
