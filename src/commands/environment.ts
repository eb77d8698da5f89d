import { existsSync, lstatSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { DEFAULT_FILE } from "../accounts/names";
import { repositoryOf } from "../accounts/repository";
import { shown } from "../accounts/wording";
import { ROLE_NAME_WITH_PATH } from "../aws/formats";
import { InputError } from "../changes/input-error";
import { OutputError } from "../output/publish";
import { packageRoot } from "../project";
import type { OutputFormat } from "../terraform/render";

/** What the environment decides: the cdktf command hands its options over this way, and so may a pipeline. */

/**
 * The folder that the deployment lives in: the nearest one, from the working directory upwards, with an accounts.yaml.
 * Where there is none, because ACCOUNTS_FILE names another file, the nearest with a package.json or a cdktf.json; else
 * the working directory. A search that starts in a repository stays in it.
 */
export function deploymentFolder(): string {
  const folders = foldersUp(process.cwd());
  // A link that leads nowhere is found too, and refused when it is read: another file must not take its place.
  const holding = (...names: readonly string[]) =>
    folders.find((folder) =>
      names.some((name) => lstatSync(join(folder, name), { throwIfNoEntry: false }) !== undefined),
    );
  return holding(DEFAULT_FILE) ?? holding("package.json", "cdktf.json") ?? process.cwd();
}

/**
 * A folder and those above it, up to the root of the repository around it. Outside any, as far as its owner owns them:
 * what others put above it is not for this user.
 */
function foldersUp(folder: string): string[] {
  const top = repositoryOf(folder);
  const isRepository = existsSync(join(top, ".git"));
  const { uid } = statSync(folder);
  const isLast = (from: string): boolean =>
    isRepository ? from === top : dirname(from) === from || statSync(dirname(from)).uid !== uid;
  const up = (from: string): string[] => (isLast(from) ? [from] : [from, ...up(dirname(from))]);
  return up(folder);
}

/** The working directory from the deployment's folder. */
export function folderInDeployment(): string {
  const folder = relative(deploymentFolder(), process.cwd());
  return folder.startsWith("..") || isAbsolute(folder) ? "" : folder;
}

/** The path of the accounts file, and the name that messages call it by: the way to it from the working directory. */
export function accountsFile(): [path: string, name: string] {
  const named = process.env["ACCOUNTS_FILE"];
  if (named) {
    return [resolve(named), named];
  }
  const path = join(deploymentFolder(), DEFAULT_FILE);
  return [path, relative(process.cwd(), path)];
}

/** The user's own program that called `run`: its path without links; undefined where this one runs by itself. */
export function ownMain(): string | undefined {
  const [, main] = process.argv;
  if (main === undefined || !existsSync(main)) {
    return undefined;
  }
  const path = realpathSync(main);
  const isOfPackage =
    path.startsWith(realpathSync(packageRoot) + sep) || path.includes(`${sep}node_modules${sep}`);
  return isOfPackage ? undefined : path;
}

/** The output folder, from the working directory. */
export function outputFolder(): string {
  return process.env["CDKTF_OUTDIR"] || relative(process.cwd(), join(deploymentFolder(), "cdktf.out")) || ".";
}

export function outputFormat(): OutputFormat {
  return process.env["SYNTH_HCL_OUTPUT"] === "true" ? "hcl" : "json";
}

/** The role that Terraform assumes in place of each `admin_role_name`, such as one that only reads, for a plan. */
export function adminRole(): string | undefined {
  const name = process.env["PMM_IAM_ADMIN_ROLE_NAME"];
  if (!name || ROLE_NAME_WITH_PATH.pattern.test(name)) {
    return name || undefined;
  }
  throw new InputError(
    `PMM_IAM_ADMIN_ROLE_NAME is ${shown(name)}; expected ${ROLE_NAME_WITH_PATH.expected}`,
    "admin_role_name",
  );
}

/** What synth says of the role that replaces the accounts' own. */
export function adminRoleNotes(role: string | undefined): string[] {
  return role === undefined ? [] : [`Terraform assumes ${role} in each account, in place of admin_role_name`];
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
