import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { InputError } from "../changes/input-error";
import { version } from "../project";
import { hostFile } from "./host-file";
import type { PackedPlan, VerifyPlan } from "./plan";

/** How a packed file begins, by which it is known when it is packed again. */
const FIRST_LINE = "// pmm-iam verify: run it on the PMM host, with node.";

/**
 * Writes the one file for the host: what calls AWS, and the plan. It holds no secret. The same deployment gives the same
 * bytes. A file of something else is not overwritten.
 */
export async function packVerify(file: string, plan: VerifyPlan): Promise<void> {
  if (existsSync(file) && !readFileSync(file, "utf8").startsWith(FIRST_LINE)) {
    throw new InputError(
      `${file} is there and was not packed by verify; expected a new name, or remove it`,
      "output",
    );
  }
  const packed: PackedPlan = { version, plan };
  const code = await hostFile();
  writeFileSync(file, `${FIRST_LINE}\n${code.trimEnd()}\nmodule.exports.verifyHost(${literal(packed)});\n`);
}

/** JSON as JavaScript. Before ES2019 two separators of lines ended a text; editors still take them so. */
function literal(value: PackedPlan): string {
  return JSON.stringify(value).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}
