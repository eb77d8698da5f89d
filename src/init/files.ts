import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { valueAt } from "../accounts/values";
import { packageName, version } from "../project";
import { accountsText } from "./accounts-text";
import { ignoreText } from "./ignore-text";
import { pipelineFiles } from "./pipeline-files";
import type { Choices, Pipeline } from "./settings";
import type { NewFile } from "./write-files";

export interface Deployment extends Choices {
  readonly pipeline: Pipeline;
  /** The commands of the command line that a script is written for. */
  readonly commands: readonly string[];
}

/** Every file of a new deployment, in the order in which they are named. */
export function deploymentFiles(folder: string, deployment: Deployment): NewFile[] {
  const { name } = deployment.answers;
  return [
    { path: "accounts.yaml", content: accountsText(deployment) },
    ...(isInstalled(folder)
      ? []
      : [{ path: "package.json", content: json(packageManifest(deployment.commands)) }]),
    { path: ".gitignore", content: ignoreText(name) },
    { path: "cdktf.json", content: json(cdktfConfiguration(name)) },
    ...pipelineFiles(deployment.pipeline),
  ];
}

/**
 * Whether the folder's package.json names this program already, as `npm install --save-dev` leaves it: then it is the
 * user's, and none is written. With scripts for this program it is a deployment's, and in the way.
 */
export function isInstalled(folder: string): boolean {
  const manifest = manifestOf(folder);
  const scripts = Object.values(scriptsOf(folder));
  return namesProgram(manifest) && !scripts.some((script) => String(script).startsWith(`${packageName} `));
}

/** The scripts of the folder's package.json. */
export function scriptsOf(folder: string): Readonly<Record<string, unknown>> {
  return Object(valueAt(manifestOf(folder), ["scripts"]));
}

/** Whether the folder has a package.json of something else, which may come to name this program. */
export function isOtherPackage(folder: string): boolean {
  const manifest = manifestOf(folder);
  return manifest !== undefined && !namesProgram(manifest);
}

function namesProgram(manifest: unknown): boolean {
  return ["dependencies", "devDependencies"].some(
    (key) => typeof valueAt(manifest, [key, packageName]) === "string",
  );
}

/** What package.json holds; undefined where it is no file, or not JSON. */
function manifestOf(folder: string): unknown {
  const path = join(folder, "package.json");
  try {
    return lstatSync(path).isFile() ? JSON.parse(readFileSync(path, "utf8")) : undefined;
  } catch {
    return undefined;
  }
}

/** The scripts of a deployment: each command under its own name. */
export function packageScripts(commands: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    commands.flatMap((command) => [
      [command, `${packageName} ${command}`],
      ...(command === "synth" ? [["synth:hcl", `${packageName} synth --hcl`]] : []),
    ]),
  );
}

/** Without a name: npm takes the folder's, and refuses a package that depends on one of its own name. */
function packageManifest(commands: readonly string[]) {
  return {
    private: true,
    scripts: packageScripts(commands),
    devDependencies: { [packageName]: version },
  };
}

/** For `cdktf synth` and `cdktf deploy`, where somebody installs cdktf-cli. */
function cdktfConfiguration(name: string) {
  return {
    language: "typescript",
    app: `npx ${packageName} synth`,
    projectId: name,
    sendTelemetry: "false",
    output: "cdktf.out",
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
