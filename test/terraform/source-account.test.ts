// More than 300 lines: each mode is compared whole, with every policy written out.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MONITORING_ROLE, TELEPORT_ROLE } from "../../src/aws/names";
import { packAssumePolicy } from "../../src/aws/packing";
import type { Partition } from "../../src/aws/partitions";
import { packageRoot } from "../../src/project";
import { rootModule } from "../support/synthesize";

const FORMATS = ["json", "hcl"] as const;

type Resources = Record<string, Record<string, Record<string, unknown>>>;

function file(source: string, accounts: string, top = ""): string {
  return `${top}
source: {account_id: "111111111111", pmm_ec2_role_name: service/pmm-ec2-role, ${source}}
defaults: {admin_role_name: Admin}
accounts: [${accounts}]
`;
}

const TWO = '{name: a, account_id: "222222222222"}, {name: b, account_id: "033333333333"}';

function assume(resource: unknown, condition?: object): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["sts:AssumeRole", "sts:TagSession"],
        Resource: resource,
        ...(condition === undefined ? {} : { Condition: condition }),
      },
    ],
  });
}

/** The inline policy beside managed ones: the one thing it grants is what AWS lets every caller do. */
const NOTHING =
  '{"Version":"2012-10-17","Statement":[{"Sid":"RolesAreInManagedPolicies","Effect":"Allow","Action":"sts:GetCallerIdentity","Resource":"*"}]}';

/** As JSON has what the parser of HCL gives: a lifecycle block as a list, references in lists of them as `${}`. */
function asJson(resources: Resources): Resources {
  const text = JSON.stringify(resources)
    .replaceAll(/"(?:depends_on|ignore_changes)":\[[^\]]*\]/g, (list) =>
      list.replaceAll(/"\$\{([\w.]+)\}"/g, '"$1"'),
    )
    .replaceAll(/"lifecycle":\[(\{[^}]*\})\]/g, '"lifecycle":$1');
  return JSON.parse(text) as Resources;
}

describe.each(FORMATS)("as %s", (format) => {
  const resources = async (yaml: string, stack = "pmm-iam"): Promise<Resources> =>
    asJson(((await rootModule(yaml, stack, format))["resource"] ?? {}) as Resources);

  test("explicit: one inline policy on the role's bare name, accounts sorted by id", async () => {
    expect(await resources(file("assume_policy: explicit", TWO))).toEqual({
      aws_iam_role_policy: {
        pmm_assume_target_roles: {
          name: "pmm-assume-rds-monitoring-roles",
          role: "pmm-ec2-role",
          policy: assume([
            "arn:aws:iam::033333333333:role/AmazonRDSforPMMrole",
            "arn:aws:iam::222222222222:role/AmazonRDSforPMMrole",
          ]),
        },
      },
    });
  });

  test("sharded: a managed policy per shard, account_id mod 8, and an inline one that grants nothing", async () => {
    // 222222222222 mod 8 = 6 (222 mod 8), 33333333333 mod 8 = 5 (333 mod 8).
    expect(await resources(file("assume_policy: sharded", TWO))).toEqual({
      aws_iam_policy: {
        pmm_assume_target_roles_5: {
          name: "pmm-assume-rds-monitoring-roles-5",
          description:
            "Lets the PMM EC2 role assume the role AmazonRDSforPMMrole in the accounts whose id modulo 8 is 5. Managed by Terraform, stack pmm-iam.",
          lifecycle: { create_before_destroy: true, ignore_changes: ["description"] },
          policy: assume(["arn:aws:iam::033333333333:role/AmazonRDSforPMMrole"]),
        },
        pmm_assume_target_roles_6: {
          name: "pmm-assume-rds-monitoring-roles-6",
          description:
            "Lets the PMM EC2 role assume the role AmazonRDSforPMMrole in the accounts whose id modulo 8 is 6. Managed by Terraform, stack pmm-iam.",
          lifecycle: { create_before_destroy: true, ignore_changes: ["description"] },
          policy: assume(["arn:aws:iam::222222222222:role/AmazonRDSforPMMrole"]),
        },
      },
      aws_iam_role_policy_attachment: {
        pmm_assume_target_roles_5: {
          role: "pmm-ec2-role",
          policy_arn: "${aws_iam_policy.pmm_assume_target_roles_5.arn}",
          lifecycle: { create_before_destroy: true },
        },
        pmm_assume_target_roles_6: {
          role: "pmm-ec2-role",
          policy_arn: "${aws_iam_policy.pmm_assume_target_roles_6.arn}",
          lifecycle: { create_before_destroy: true },
        },
      },
      aws_iam_role_policy: {
        pmm_assume_target_roles: {
          name: "pmm-assume-rds-monitoring-roles",
          role: "pmm-ec2-role",
          policy: NOTHING,
          depends_on: [
            "aws_iam_role_policy_attachment.pmm_assume_target_roles_5",
            "aws_iam_role_policy_attachment.pmm_assume_target_roles_6",
          ],
        },
      },
    });
  });

  test("organization: a wildcard closed by the organization's id", async () => {
    expect(
      await resources(file("assume_policy: organization, organization_id: o-exampleorgid", TWO)),
    ).toEqual({
      aws_iam_role_policy: {
        pmm_assume_target_roles: {
          name: "pmm-assume-rds-monitoring-roles",
          role: "pmm-ec2-role",
          policy: assume("arn:aws:iam::*:role/AmazonRDSforPMMrole", {
            StringEquals: { "aws:ResourceOrgID": "o-exampleorgid" },
          }),
        },
      },
    });
  });

  test("a PMM EC2 role of ours: path, boundary, EC2 trust, instance profile, nothing beside what is listed", async () => {
    const made = await resources(
      file(
        "create_pmm_ec2_role: true, permissions_boundary: pmm-boundary, cloudwatch_agent: true, monitor_own_account: true",
        TWO,
      ),
    );
    const agent = made["aws_iam_role_policy"]?.["pmm_cloudwatch_agent"];
    expect(agent).toMatchObject({
      name: "CloudWatchAgentServerPolicy",
      role: "${aws_iam_role.pmm_ec2.name}",
    });
    expect({ ...made, aws_iam_role_policy: Object.keys(made["aws_iam_role_policy"] ?? {}) }).toEqual({
      aws_iam_role: {
        pmm_ec2: {
          name: "pmm-ec2-role",
          path: "/service/",
          description:
            "The EC2 instance of Percona PMM runs with this role, and assumes the monitoring roles with it. Managed by Terraform, stack pmm-iam.",
          permissions_boundary: "arn:aws:iam::111111111111:policy/pmm-boundary",
          force_detach_policies: true,
          assume_role_policy:
            '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
        },
      },
      aws_iam_instance_profile: {
        pmm_ec2: { name: "pmm-ec2-role", path: "/service/", role: "${aws_iam_role.pmm_ec2.name}" },
      },
      aws_iam_role_policy: ["pmm_assume_target_roles", "pmm_cloudwatch_agent", "pmm_monitor_own_account"],
      aws_iam_role_policies_exclusive: {
        pmm_ec2: {
          role_name: "${aws_iam_role.pmm_ec2.name}",
          policy_names: [
            "${aws_iam_role_policy.pmm_assume_target_roles.name}",
            "${aws_iam_role_policy.pmm_cloudwatch_agent.name}",
            "${aws_iam_role_policy.pmm_monitor_own_account.name}",
          ],
        },
      },
      aws_iam_role_policy_attachments_exclusive: {
        pmm_ec2: {
          role_name: "${aws_iam_role.pmm_ec2.name}",
          policy_arns: [],
          // Takes managed policies away only when the inline policy is written.
          depends_on: ["aws_iam_role_policy.pmm_assume_target_roles"],
        },
      },
    });
  });

  test("sharded on a PMM EC2 role of ours: what it owns are the inline policies and the attachments", async () => {
    const made = await resources(file("create_pmm_ec2_role: true, assume_policy: sharded", TWO));
    expect(made["aws_iam_role_policies_exclusive"]?.["pmm_ec2"]?.["policy_names"]).toEqual([
      "${aws_iam_role_policy.pmm_assume_target_roles.name}",
    ]);
    expect(made["aws_iam_role_policy_attachments_exclusive"]?.["pmm_ec2"]).toEqual({
      role_name: "${aws_iam_role.pmm_ec2.name}",
      policy_arns: [
        "${aws_iam_role_policy_attachment.pmm_assume_target_roles_5.policy_arn}",
        "${aws_iam_role_policy_attachment.pmm_assume_target_roles_6.policy_arn}",
      ],
      depends_on: ["aws_iam_role_policy.pmm_assume_target_roles"],
    });
  });

  test("no account to assume a role in: no policy in any mode", async () => {
    for (const mode of ["explicit", "sharded", "organization, organization_id: o-exampleorgid"]) {
      const retired = '{name: a, account_id: "222222222222", lifecycle: retiring}';
      const made = await resources(file(`create_pmm_ec2_role: true, assume_policy: ${mode}`, retired));
      expect(Object.keys(made).sort()).toEqual([
        "aws_iam_instance_profile",
        "aws_iam_role",
        "aws_iam_role_policies_exclusive",
        "aws_iam_role_policy_attachments_exclusive",
      ]);
      expect(made["aws_iam_role_policy_attachments_exclusive"]?.["pmm_ec2"]).not.toHaveProperty("depends_on");
    }
  });

  test("create_before_destroy is on the attachments and their policies alone: no key is near them", async () => {
    const more = '{name: c, account_id: "444444444444", aurora: true}';
    const yaml = file("create_pmm_ec2_role: true, assume_policy: sharded", `${TWO}, ${more}`);
    const made = await resources(yaml);
    const marked = Object.entries(made).flatMap(([type, named]) =>
      Object.values(named).flatMap(({ lifecycle }) =>
        lifecycle !== undefined && "create_before_destroy" in Object(lifecycle) ? [type] : [],
      ),
    );
    expect([...new Set(marked)].sort()).toEqual(["aws_iam_policy", "aws_iam_role_policy_attachment"]);
    // It spreads to what they refer to: the role too. Neither refers to a module.
    const near = {
      ...made["aws_iam_policy"],
      ...made["aws_iam_role"],
      ...made["aws_iam_role_policy_attachment"],
    };
    expect(JSON.stringify(near)).not.toContain("module.");
  });

  test("PMM reads its own account's databases: the three calls, on a PMM role that exists", async () => {
    expect(await resources(file("monitor_own_account: true", TWO))).toMatchObject({
      aws_iam_role_policy: {
        pmm_monitor_own_account: {
          name: "pmm-monitor-own-account",
          role: "pmm-ec2-role",
          policy: JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              {
                Sid: "RDSAndCloudWatchAccess",
                Effect: "Allow",
                Action: ["rds:DescribeDBInstances", "cloudwatch:GetMetricStatistics"],
                Resource: "*",
              },
              {
                Sid: "OSMetricsLogAccess",
                Effect: "Allow",
                Action: "logs:FilterLogEvents",
                Resource: "arn:aws:logs:*:*:log-group:RDSOSMetrics:*",
              },
            ],
          }),
        },
      },
    });
  });

  test("the agent's policy on a PMM role that exists: the module's document", async () => {
    const made = await resources(file("cloudwatch_agent: true", TWO));
    const policy = String(made["aws_iam_role_policy"]?.["pmm_cloudwatch_agent"]?.["policy"]);
    expect(JSON.parse(policy)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "CloudWatchAgentServerPolicy",
          Effect: "Allow",
          Action: [
            "cloudwatch:PutMetricData",
            "ec2:DescribeTags",
            "ec2:DescribeVolumes",
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:DescribeLogGroups",
            "logs:DescribeLogStreams",
            "logs:PutLogEvents",
            "logs:PutRetentionPolicy",
          ],
          Resource: "*",
        },
        {
          Sid: "ReadAgentConfiguration",
          Effect: "Allow",
          Action: "ssm:GetParameter",
          Resource: "arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*",
        },
      ],
    });
  });

  test("Teleport in an account of its own: its policy stands there, in that account's stack", async () => {
    const database = "{name: d, engine: mysql, resource_id: db-A, endpoint: 'h:3306', db_users: [x]}";
    const yaml = file(
      "assume_policy: sharded",
      `{name: tools, account_id: "555555555555", group: shared}, {name: a, account_id: "222222222222", teleport: {databases: [${database}]}}`,
      'teleport: {account_id: "555555555555", role_name: svc/teleport, proxy_address: "t.example.com:443"}',
    );
    expect(await resources(yaml, "pmm-iam-shared")).toEqual({
      aws_iam_policy: {
        teleport_assume_database_roles_6: {
          provider: "aws.tools",
          name: "teleport-assume-database-roles-6",
          description:
            "Lets Teleport's role assume the role TeleportDatabaseAccess in the accounts whose id modulo 8 is 6. Managed by Terraform, stack pmm-iam-shared.",
          lifecycle: { create_before_destroy: true, ignore_changes: ["description"] },
          policy: assume(["arn:aws:iam::222222222222:role/TeleportDatabaseAccess"]),
        },
      },
      aws_iam_role_policy_attachment: {
        teleport_assume_database_roles_6: {
          provider: "aws.tools",
          role: "teleport",
          policy_arn: "${aws_iam_policy.teleport_assume_database_roles_6.arn}",
          lifecycle: { create_before_destroy: true },
        },
      },
      aws_iam_role_policy: {
        teleport_assume_database_roles: {
          provider: "aws.tools",
          name: "teleport-assume-database-roles",
          role: "teleport",
          policy: NOTHING,
          depends_on: ["aws_iam_role_policy_attachment.teleport_assume_database_roles_6"],
        },
      },
    });
    const main = await resources(yaml);
    const names = Object.values(main).flatMap((named) => Object.keys(named));
    expect(names.filter((name) => !name.startsWith("pmm_assume_target_roles"))).toEqual([]);
  });

  test("the source listed as an account does what the default provider does", async () => {
    const yaml = file(
      "admin_role_name: Terraform, region: eu-west-1",
      '{name: home, account_id: "111111111111"}',
    );
    const root = await rootModule(yaml, "pmm-iam", format);
    const provider = {
      region: "eu-west-1",
      allowed_account_ids: ["111111111111"],
      assume_role: [{ role_arn: "arn:aws:iam::111111111111:role/Terraform", session_name: "pmm-iam" }],
      default_tags: [{ tags: {} }],
    };
    expect(root["provider"]).toEqual({ aws: [provider, { ...provider, alias: "home" }] });
    expect(Object.keys(root["module"] as object)).toEqual(["pmm_iam_home"]);
  });

  test("groups are stacks of their own, and S3 keeps each state encrypted and locked", async () => {
    const yaml = file(
      "create_pmm_ec2_role: false",
      '{name: a, account_id: "222222222222"}, {name: b, account_id: "033333333333", group: finance}',
      "backend: {s3: {bucket: acme-tfstate, region: eu-west-1, key_prefix: pmm-iam, kms_key_id: alias/tf}}",
    );
    const group = await rootModule(yaml, "pmm-iam-finance", format);
    expect(group["resource"]).toBeUndefined();
    expect(Object.keys(group["module"] as object)).toEqual(["pmm_iam_b"]);
    expect((group["terraform"] as Record<string, unknown>)["backend"]).toEqual({
      s3: {
        bucket: "acme-tfstate",
        region: "eu-west-1",
        key: "pmm-iam/pmm-iam-finance.tfstate",
        kms_key_id: "alias/tf",
        encrypt: true,
        use_lockfile: true,
        skip_region_validation: true,
      },
    });
    const main = await rootModule(yaml, "pmm-iam", format);
    expect(Object.keys(main["module"] as object)).toEqual(["pmm_iam_a"]);
    expect(JSON.stringify(main["resource"])).toContain("arn:aws:iam::033333333333:role/AmazonRDSforPMMrole");
  });

  test("in China every ARN and the EC2 principal are China's", async () => {
    const yaml = file(
      "region: cn-north-1, create_pmm_ec2_role: true",
      '{name: a, account_id: "222222222222", region: cn-northwest-1}',
    ).replace("defaults: {", "defaults: {region: cn-north-1, ");
    const text = JSON.stringify(await rootModule(yaml, "pmm-iam", format));
    expect(text).toContain("arn:aws-cn:iam::222222222222:role/AmazonRDSforPMMrole");
    expect(text).toContain("arn:aws-cn:iam::222222222222:role/Admin");
    expect(text).toContain("ec2.amazonaws.com.cn");
    expect(text).not.toContain("arn:aws:");
  });
});

describe("docs/outgrowing-a-policy.md", () => {
  const page = readFileSync(join(packageRoot, "docs", "outgrowing-a-policy.md"), "utf8");
  const capacity = (mode: "explicit" | "sharded", roleName: string, partition: Partition = "aws") =>
    packAssumePolicy(mode, { partition, roleName, accountIds: ["222222222222"] }).headroom.capacity;

  test("shows the inline policy that grants nothing", () => {
    const [, shown = ""] = /```json\n(.*)\n```/.exec(page) ?? [];
    expect(JSON.parse(shown)).toEqual(JSON.parse(NOTHING).Statement[0]);
  });

  test("has the figures that synth counts with", () => {
    const explicit = [MONITORING_ROLE, TELEPORT_ROLE].map((role) => `${capacity("explicit", role)} accounts`);
    const [pmm, teleport] = [MONITORING_ROLE, TELEPORT_ROLE].map((role) => capacity("sharded", role));
    expect(page).toContain(`| \`explicit\` | ${explicit.join(" | ")} |`);
    expect(page).toContain(`| \`sharded\` | ${pmm} in each of 8 shards | ${teleport} in each of 8 shards |`);
    expect(page).toContain(`in China ${capacity("explicit", MONITORING_ROLE, "aws-cn")} accounts fit`);
  });
});
