import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blocksOf } from "../../readme/blocks";
import { environment } from "../harness/environment";
import { describeE2e } from "../harness/gate";
import { removeAtExit } from "../harness/processes";
import { ROOT, terraformPath } from "../harness/tools";
import { pageText } from "./steps";

/** What Terraform itself makes of the page's configuration for Spacelift, whose provider is not here. */

const [block] = blocksOf(pageText("run-on-an-engine.md")).filter(({ language }) => language === "hcl");

const ACCOUNTS = `stacks: per_account
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: pmm-iam-deployer}
accounts:
  - {name: orders-prod, account_id: "222222222222"}
  - {name: billing-prod, account_id: "033333333333"}
`;

describeE2e("Spacelift's stacks", () => {
  const folder = mkdtempSync(join(tmpdir(), "pmm-iam-engines-"));
  removeAtExit(folder);
  const env = environment(folder, "http://127.0.0.1:9");
  const terraform = (args: readonly string[], input?: string) =>
    execFileSync(terraformPath(), args, { cwd: join(folder, "spacelift"), env, encoding: "utf8", input });

  beforeAll(() => {
    writeFileSync(join(folder, "accounts.yaml"), ACCOUNTS);
    mkdirSync(join(folder, "spacelift"));
    const program = join(ROOT, "bin", "pmm-iam.js");
    execFileSync(process.execPath, [program, "synth", "--output", "terraform"], {
      cwd: folder,
      env: { ...env, ACCOUNTS_FILE: join(folder, "accounts.yaml") },
      stdio: "pipe",
    });
  });

  test("are the folders that synth writes", () => {
    const [locals = ""] = /^locals \{[\s\S]*?^\}/m.exec(block?.text ?? "") ?? [];
    const output = `output "stacks" {\n  value = local.stacks\n}\n`;
    writeFileSync(join(folder, "spacelift", "main.tf"), `${locals}\n${output}`);
    terraform(["apply", "-auto-approve"]);
    const stacks = readdirSync(join(folder, "terraform", "stacks")).sort();
    expect(JSON.parse(terraform(["output", "-json", "stacks"]))).toEqual(stacks);
    expect(stacks).toEqual(["pmm-iam", "pmm-iam-billing-prod", "pmm-iam-orders-prod"]);
  });

  test("are written as terraform fmt writes them", () => {
    expect(terraform(["fmt", "-"], block?.text)).toBe(block?.text);
  });
});
