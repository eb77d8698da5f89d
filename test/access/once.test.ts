import fs, { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { IConstruct } from "constructs";
import { AccessModel } from "../../src/access/model";
import { readAccess } from "../../src/access/read";
import { readSourceText } from "../../src/accounts/source-text";
import * as packing from "../../src/aws/packing";
import { features } from "../../src/features";
import type { Feature } from "../../src/features/feature";
import { publish } from "../../src/output/publish";
import { ModuleInstance } from "../../src/terraform/module-instance";
import { PmmIamStack } from "../../src/terraform/pmm-iam-stack";
import { renderStacks } from "../../src/terraform/render";

jest.mock("../../src/aws/packing", () => ({
  __esModule: true,
  ...jest.requireActual<typeof packing>("../../src/aws/packing"),
}));

/** What a run of synth does more than once is work twice, and two answers that may differ. */

const ACCOUNTS = `source: {account_id: "111111111111", pmm_ec2_role_name: pmm, cloudwatch_agent: true}
defaults:
  admin_role_name: Admin
  modules: [{name: own, source: ./own}]
teleport: {role_name: teleport, proxy_address: "teleport.example.com:443"}
accounts:
  - name: a
    account_id: "222222222222"
    aurora: true
    cloudwatch_agent: {on_premises_server_user: true}
    teleport: {databases: [{name: d, engine: postgres, resource_id: db-A, endpoint: "h:5432", db_users: [u]}]}
    third_party_monitors:
      - {name: v, account_id: "999999999999", external_id: 9b2d, policy: ./vendor.json}
      - {name: w, account_id: "888888888888", external_id: 77aa, policy: ./vendor.json}
  - name: b
    account_id: "333333333333"
    group: other
    aurora: true
    third_party_monitors: [{name: v, account_id: "999999999999", external_id: 9b2d, policy: ./vendor.json}]
  - {name: c, account_id: "444444444444", lifecycle: closed, aurora: true}
  - {name: d, account_id: "555555555555", lifecycle: retiring, group: other}
`;
const VENDOR =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}]}';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pmm-iam-once-"));
  mkdirSync(join(folder, ".git"));
  mkdirSync(join(folder, "own"));
  writeFileSync(join(folder, "own", "main.tf"), 'resource "aws_iam_role" "own" {}\n');
  writeFileSync(join(folder, "vendor.json"), VENDOR);
  writeFileSync(join(folder, "accounts.yaml"), ACCOUNTS);
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** Counts by key, and what was counted more than once. */
class Counter {
  private readonly counts = new Map<string, number>();

  count(key: string): void {
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  get all(): string[] {
    return [...this.counts.keys()].sort();
  }

  get repeated(): string[] {
    return [...this.counts].filter(([, times]) => times > 1).map(([key, times]) => `${key}: ${times}`);
  }
}

test("a run of synth plans, packs, renders and reads everything once", async () => {
  const [planned, packed, rendered, reads] = [new Counter(), new Counter(), new Counter(), new Counter()];
  const counted = features.map(
    (feature, index): Feature => ({
      ...feature,
      calls: (account, deployment) => {
        planned.count(`feature ${index} ${account.name}`);
        return feature.calls(account, deployment);
      },
    }),
  );
  const pack = packing.packAssumePolicy;
  jest.spyOn(packing, "packAssumePolicy").mockImplementation((mode, targets) => {
    packed.count(targets.roleName);
    return pack(mode, targets);
  });
  for (const { prototype } of [PmmIamStack, ModuleInstance]) {
    const { toTerraform } = prototype;
    jest.spyOn(prototype, "toTerraform").mockImplementation(function (this: IConstruct) {
      rendered.count(this.node.path);
      return toTerraform.call(this as never) as never;
    });
  }
  const read = fs.readFileSync;
  jest.spyOn(fs, "readFileSync").mockImplementation(((path: string, ...rest: []) => {
    // The program's own code, and what this run has rendered itself, are no input.
    if (/\/modules\/|accounts\.yaml$|vendor\.json$|main\.tf$/.test(String(path))) {
      reads.count(String(path));
    }
    return read(path, ...rest);
  }) as typeof fs.readFileSync);

  const source = readSourceText(join(folder, "accounts.yaml"), "accounts.yaml");
  if ("severity" in source) {
    throw new Error(source.message);
  }
  const { access } = readAccess(source, counted);
  expect(access).toBeInstanceOf(AccessModel);
  if (access === undefined) {
    return;
  }
  const files = await renderStacks(access, { format: "json", rootFromStack: "../../.." });
  await publish(files, join(folder, "out"), { underCdktfCommand: false, deployment: "pmm-iam" });

  expect(planned.all).toHaveLength(features.length * 4);
  expect(packed.all).toEqual(expect.arrayContaining(["AmazonRDSforPMMrole", "TeleportDatabaseAccess"]));
  expect(packed.all).toHaveLength(features.filter(({ assumedBy }) => assumedBy !== undefined).length);
  expect(
    reads.all.filter((path) => path.startsWith(folder)).map((path) => path.slice(folder.length)),
  ).toEqual(["/accounts.yaml", "/own/main.tf", "/vendor.json"]);
  expect(reads.all.length).toBeGreaterThan(20);
  expect(rendered.all).toEqual([
    "pmm-iam",
    "pmm-iam-other",
    "pmm-iam-other/aurora_user_b",
    "pmm-iam-other/own_b",
    "pmm-iam-other/pmm_iam_b",
    "pmm-iam-other/third_party_v_b",
    "pmm-iam/aurora_user_a",
    "pmm-iam/cloudwatch_agent_a",
    "pmm-iam/own_a",
    "pmm-iam/pmm_iam_a",
    "pmm-iam/teleport_connect_a",
    "pmm-iam/third_party_v_a",
    "pmm-iam/third_party_w_a",
  ]);
  for (const counter of [planned, packed, rendered, reads]) {
    expect(counter.repeated).toEqual([]);
  }
});
