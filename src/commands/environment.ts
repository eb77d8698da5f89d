import { join, relative, resolve, sep } from "node:path";
import { projectRoot } from "../project";
import type { OutputFormat } from "../terraform/render";

/** What the environment decides: the cdktf command hands its options over this way, and so may a pipeline. */

/** The path of accounts.yaml, and the name that messages call it by. */
export function accountsFile(): [path: string, name: string] {
  const named = process.env["ACCOUNTS_FILE"];
  return named ? [resolve(named), named] : [join(projectRoot, "accounts.yaml"), "accounts.yaml"];
}

/** The output folder, from the working directory. */
export function outputFolder(): string {
  return process.env["CDKTF_OUTDIR"] || relative(process.cwd(), join(projectRoot, "cdktf.out")) || ".";
}

export function outputFormat(): OutputFormat {
  return process.env["SYNTH_HCL_OUTPUT"] === "true" ? "hcl" : "json";
}

/** Whether the cdktf command started this program. It sets this variable for its apps alone. */
export const underCdktfCommand = process.env["CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS"] !== undefined;

/**
 * The way from a stack's folder to the project's root, where local state lives. An output folder outside the
 * project gets the same bytes as the default one, so that no output depends on the machine.
 */
export function rootFromStack(output: string): string {
  const stack = resolve(output, "stacks", "stack");
  const inside = stack.startsWith(projectRoot + sep);
  return inside ? relative(stack, projectRoot).split(sep).join("/") : "../../..";
}
