import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { attachedToRole, makeRole, managedPolicy, rolePolicies, trustOf } from "../harness/look";
import { Project } from "../harness/project";
import { ROOT } from "../harness/tools";

/** The examples of vendors, applied: the trusts and policies that each README promises, and nothing to do then. */

const VENDORS = join(ROOT, "examples", "vendors");

interface Statement {
  readonly Principal: string;
  readonly StringEquals: Readonly<Record<string, string | readonly string[]>>;
}

interface Role {
  /** By account. */
  readonly trusts: Readonly<Record<string, readonly Statement[]>>;
  readonly role: string;
  /** AWS's own. */
  readonly attached: readonly string[];
  /** The file in the role's own policy. */
  readonly inline?: string;
  /** The files that are managed policies of the account. */
  readonly managed?: readonly string[];
}

const account = (id: string, externalId: string): Statement => ({
  Principal: `arn:aws:iam::${id}:root`,
  StringEquals: { "sts:ExternalId": externalId },
});
const exactRole = (id: string, role: string, externalId: string): Statement => ({
  Principal: `arn:aws:iam::${id}:root`,
  StringEquals: { "aws:PrincipalArn": [`arn:aws:iam::${id}:role/${role}`], "sts:ExternalId": externalId },
});

const DYNATRACE = "5b1f6a6e-2c3d-4e8f-9a7b-0c1d2e3f4a5b";
const PROWLER = "7e2d4c6b-1a3f-4b5c-8d9e-0f1a2b3c4d5e";
const WIZ = "c3a9f1d2-7b64-4e05-8f3a-6d2e1c0b9a87";

/** The same trust in two accounts. */
function both(one: string, other: string, ...statements: readonly Statement[]) {
  return { [one]: statements, [other]: statements };
}

const ROLES: Readonly<Record<string, Role>> = {
  datadog: {
    role: "DatadogIntegrationRole",
    trusts: {
      "122222222222": [account("464622532012", "8f0c2b7d4e1a4c3f9d5b6a7e8c9d0f1a")],
      "012333333333": [account("464622532012", "1d6e9a3c5b7f4208a1c2e3f4d5b6a798")],
    },
    attached: ["SecurityAudit"],
    inline: "integration",
    managed: ["resources-1", "resources-2", "resources-3", "resources-4"],
  },
  dynatrace: {
    role: "Dynatrace_monitoring_role",
    trusts: both(
      "132222222222",
      "013333333333",
      exactRole("444444444444", "Dynatrace_ActiveGate_role", DYNATRACE),
      account("509560245411", DYNATRACE),
    ),
    attached: [],
    inline: "dynatrace",
  },
  "new-relic": {
    role: "NewRelicInfrastructure-Integrations",
    trusts: both("142222222222", "014333333333", account("754728514883", "1234567")),
    attached: [],
    inline: "new-relic",
  },
  prowler: {
    role: "ProwlerScan",
    trusts: both("152222222222", "015333333333", exactRole("444444444444", "prowler", PROWLER)),
    attached: ["SecurityAudit", "job-function/ViewOnlyAccess"],
    inline: "prowler",
  },
  site24x7: {
    role: "site24x7-monitoring",
    trusts: { "162222222222": [account("949777495771", "9b2d41c6-7f0e-4a53-8d1b-2f6c0a5e7d94")] },
    attached: ["ReadOnlyAccess"],
  },
  wiz: {
    role: "WizAccess-Role",
    trusts: both(
      "172222222222",
      "017333333333",
      exactRole("999999999999", "prod-us0-AssumeRoleDelegator", WIZ),
    ),
    attached: ["SecurityAudit", "job-function/ViewOnlyAccess"],
    inline: "wiz",
  },
};

test("each example is here", () => {
  const folders = readdirSync(VENDORS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name)).toEqual(Object.keys(ROLES));
});

describeE2e("the examples of vendors", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());
  beforeEach(async () => {
    await lab.reset();
    await makeRole(await lab.account("111111111111"), "pmm-ec2-role");
  });

  test.each(Object.entries(ROLES))("%s: trusts and policies as documented", async (vendor, wanted) => {
    const folder = join(VENDORS, vendor);
    const project = new Project(lab, vendor);
    for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      if (file.endsWith(".json")) {
        project.copy(join(folder, file), file);
      }
    }
    // As accounts.yaml of a repository of its own, which needs no name.
    await project.synth(readFileSync(join(folder, "accounts.yaml"), "utf8").replace(/^name: .*\n/m, ""));
    const stack = await project.init();
    await stack.apply();
    await stack.expectEmptyPlan();

    const document = (file: string): unknown =>
      JSON.parse(readFileSync(join(folder, "policies", `${file}.json`), "utf8"));
    for (const [id, statements] of Object.entries(wanted.trusts)) {
      const target = await lab.account(id);
      const trust = JSON.parse(await trustOf(target, wanted.role));
      const assuming = trust.Statement.filter(({ Action }: { Action: string[] }) =>
        Action.includes("sts:AssumeRole"),
      );
      const found: Statement[] = assuming.map(
        ({ Principal, Condition }: { Principal: { AWS: string }; Condition: Statement }) => ({
          Principal: Principal.AWS,
          StringEquals: Condition.StringEquals,
        }),
      );
      expect(found).toEqual(statements);
      // What passes session tags on has a statement of its own beside each.
      expect(trust.Statement).toHaveLength(2 * statements.length);

      const { "deny-data-access": deny, ...own } = await rolePolicies(target, wanted.role);
      expect(JSON.parse(deny ?? "{}").Statement).toHaveLength(7);
      expect(Object.values(own).map((text) => JSON.parse(text))).toEqual(
        wanted.inline === undefined ? [] : [document(wanted.inline)],
      );
      const managed = wanted.managed ?? [];
      expect((await attachedToRole(target, wanted.role)).sort()).toEqual(
        [
          ...wanted.attached.map((name) => `arn:aws:iam::aws:policy/${name}`),
          ...managed.map((file) => `arn:aws:iam::${id}:policy/${wanted.role}-${file}`),
        ].sort(),
      );
      for (const file of managed) {
        expect(JSON.parse(await managedPolicy(target, `${wanted.role}-${file}`))).toEqual(document(file));
      }
    }
  });
});
