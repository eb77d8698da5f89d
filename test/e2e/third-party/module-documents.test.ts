import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AccountsFolder } from "../../../src/accounts/folder";
import { readPolicyFile } from "../../../src/features/third-party-monitor/policy-file";
import { Random } from "../../fuzz/random";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { ROOT } from "../harness/tools";
import { documents } from "./documents";

/*
 * The module refuses at plan time what the program refuses at synth, as far as Terraform's language can see it: not
 * the values of conditions. It is asked about some hundred documents, each in an instance of its own.
 */

const COUNT = 300;

/** What the module's judgement of documents takes from its other files. */
const AROUND = `variable "policy_json" {
  type      = string
  sensitive = true
}

variable "policy_documents" {
  type      = map(string)
  default   = {}
  sensitive = true
}

locals {
  partition = "aws"
}

output "malformed" {
  value = local.malformed
}
`;

describeE2e("policy documents in the module", () => {
  let lab: Lab;
  let folder: string;
  beforeAll(async () => {
    lab = await startLab();
    folder = mkdtempSync(join(tmpdir(), "pmm-iam-documents-"));
  });
  afterAll(() => {
    lab?.stop();
    rmSync(folder, { recursive: true });
  });

  function isRefused(text: string): boolean {
    writeFileSync(join(folder, "p.json"), text);
    return readPolicyFile(new AccountsFolder(folder), "./p.json").findings.some(
      ({ severity, message }) =>
        severity === "error" && !/hand out access|of a condition key|is not a date|^Id is/.test(message),
    );
  }

  test(`of ${COUNT} documents it refuses those that the program refuses`, async () => {
    const given = documents(COUNT, new Random(20_261_127)).filter((text) => !/arn:aws-/.test(text));
    const root = lab.terraform("documents");
    lab.terraform("documents/one").write("main.tf", AROUND);
    root.copy(join(ROOT, "modules/third-party-monitor/policy-documents.tf"), "one/policy-documents.tf");
    root.write("documents.json", JSON.stringify(given));
    root.write(
      "main.tf",
      `module "one" {
  source      = "./one"
  count       = ${given.length}
  policy_json = jsondecode(file("\${path.module}/documents.json"))[count.index]
}

output "malformed" {
  value = module.one[*].malformed
}
`,
    );
    await root.init();
    await root.apply();
    const malformed: string[][] = JSON.parse(await root.run("output", "-json", "malformed"));
    const refused = given.filter((_, index) => malformed[index]?.length !== 0);
    expect(refused.length).toBeGreaterThan(COUNT / 4);
    expect(refused.length).toBeLessThan((COUNT * 9) / 10);
    expect(refused).toEqual(given.filter(isRefused));
  });
});
