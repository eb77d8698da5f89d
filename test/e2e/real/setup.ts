import { missing } from "../harness/gate";
import { findBinary, homeWith } from "./binary";

/** Before the tier: looks for a real provider once, for all files, and says which it is. */
function setup(): void {
  process.env.E2E_PROVIDER = "real";
  delete process.env.E2E_PROVIDER_HOME;
  if (missing() !== undefined) return;
  const binary = findBinary();
  if (binary === undefined) {
    process.stderr.write(
      "skipped: the tests with the real AWS provider: no program terraform-provider-aws_v* was found; name one in E2E_AWS_PROVIDER\n",
    );
    return;
  }
  process.stderr.write(`AWS provider: hashicorp/aws ${binary.version}, ${binary.path}\n`);
  process.env.E2E_PROVIDER_HOME = homeWith(binary);
}

module.exports = setup;
