import { realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { OutputError } from "../output/publish";
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
 * The way from a stack's folder to that of the accounts file, where local state is. Links are followed on both sides:
 * Terraform goes up from where a stack's folder really is.
 */
export function rootFromStack(output: string): string {
  const [file] = accountsFile();
  const stack = join(realPath(resolve(output, "stacks")), "stack");
  const way = relative(stack, realPath(dirname(file)))
    .split(sep)
    .join("/");
  if (NOT_IN_HCL.test(way)) {
    throw new OutputError(
      `the relative path from the output folder to the accounts file is ${JSON.stringify(way)}, which Terraform does not read as a path; expected folders without quotes, \\, \${, %{ and control characters: rename the folder, or put the output folder beside the accounts file`,
    );
  }
  return way;
}

/** What a path in HCL, as cdktf writes it, may not hold. */
const NOT_IN_HCL = /["\\\p{Cc}]|[$%]\{/u;

/** A path without links, also of what is not there yet. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(realPath(above), basename(path));
  }
}
