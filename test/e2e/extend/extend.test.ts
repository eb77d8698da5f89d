import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { environment } from "../harness/environment";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { attachedToRole, inventory, makeRole, rolePolicies, trustOf } from "../harness/look";
import { run } from "../harness/processes";
import { FORMATS, type Format } from "../harness/project";
import type { Folder } from "../harness/terraform";
import { ROOT } from "../harness/tools";

/*
 * examples/typescript: a feature of a user's own, applied, planned again without a change, dropped. test/package has the
 * same example with the packed program.
 */

const EXAMPLE = join(ROOT, "examples", "typescript");
const ORDERS = "222222222222";
const BILLING = "033333333333";
const accounts = readFileSync(join(EXAMPLE, "accounts.yaml"), "utf8");
const MONITORING = [`${BILLING} role AmazonRDSforPMMrole`, `${ORDERS} role AmazonRDSforPMMrole`];
const ROLE = `${ORDERS} role AcmeBackupAudit`;

describeE2e("a feature of a user's own", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());
  beforeEach(async () => {
    await lab.reset();
    await makeRole(await lab.account("111111111111"), "pmm-ec2-role");
  });

  /** The example as Node 20 takes it, with the sources as the package. */
  async function example(name: string): Promise<string> {
    const folder = join(lab.folder, name);
    cpSync(EXAMPLE, folder, { recursive: true });
    const installed = join(folder, "node_modules", "pmm-iam");
    mkdirSync(installed, { recursive: true });
    writeFileSync(
      join(installed, "index.js"),
      `require(${JSON.stringify(join(ROOT, "bin", "register.js"))});
module.exports = require(${JSON.stringify(join(ROOT, "src", "index.ts"))});
`,
    );
    await build({
      absWorkingDir: folder,
      entryPoints: ["main.ts"],
      outfile: join(folder, "main.cjs"),
      bundle: true,
      platform: "node",
      format: "cjs",
      packages: "external",
      define: { "import.meta.dirname": "__dirname" },
    });
    return folder;
  }

  async function synth(name: string, folder: string, text: string, format: Format): Promise<Folder> {
    writeFileSync(join(folder, "accounts.yaml"), text);
    const ended = await run({
      command: process.execPath,
      args: ["main.cjs", "synth", "--output", "out", ...(format === "hcl" ? ["--hcl"] : [])],
      cwd: folder,
      env: environment(lab.folder, lab.url),
    }).ended;
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: "" });
    const stack = lab.terraform(join(name, "out", "stacks", "pmm-iam"));
    await stack.init();
    return stack;
  }

  test.each(FORMATS)("as %s: made where it is asked for, nothing to do then, and dropped", async (format) => {
    const name = `extended-${format}`;
    const folder = await example(name);
    const stack = await synth(name, folder, accounts, format);
    await stack.validate();
    await stack.apply();
    await stack.expectEmptyPlan();
    expect(await inventory(lab, [BILLING, ORDERS])).toEqual([MONITORING[0], ROLE, MONITORING[1]]);
    const orders = await lab.account(ORDERS);
    expect(JSON.parse(await trustOf(orders, "AcmeBackupAudit"))).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::999999999999:root" },
          Action: ["sts:AssumeRole", "sts:TagSession"],
          Condition: {
            StringEquals: { "aws:PrincipalArn": ["arn:aws:iam::999999999999:role/auditors"] },
          },
        },
      ],
    });
    const policies = await rolePolicies(orders, "AcmeBackupAudit");
    expect(Object.keys(policies)).toEqual(["read-backups"]);
    expect(JSON.parse(policies["read-backups"] ?? "")).toEqual(
      JSON.parse(
        readFileSync(join(EXAMPLE, "modules", "backup-audit", "policies", "read-backups.json"), "utf8"),
      ),
    );
    expect(await attachedToRole(orders, "AcmeBackupAudit")).toEqual([]);
    expect(JSON.parse(await stack.run("output", "-json", "access"))["orders-prod"].backup_audit).toEqual({
      arn: `arn:aws:iam::${ORDERS}:role/AcmeBackupAudit`,
    });

    // The one format means what the other does.
    await synth(name, folder, accounts, format === "json" ? "hcl" : "json");
    await stack.expectEmptyPlan();

    const without = accounts.replace(/ {4}backup_audit:\n.*\n/, "");
    await synth(name, folder, without, format);
    await stack.apply();
    expect(await inventory(lab, [BILLING, ORDERS])).toEqual(MONITORING);
    await stack.expectEmptyPlan();
  });

  test("the module is formatted", async () => {
    const folder = lab.terraform("backup-audit");
    folder.copy(join(EXAMPLE, "modules"), ".");
    expect(await folder.attempt("fmt", "-check", "-recursive")).toMatchObject({ code: 0, stdout: "" });
  });
});
