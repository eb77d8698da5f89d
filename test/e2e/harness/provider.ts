import { mkdtempSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { environment } from "./environment";
import { removeAtExit, removed, run } from "./processes";
import { terraformPath } from "./tools";

export type ProviderKind = "real" | "stand-in";

/** The version that the generated stacks pin, and whose schemas the stand-in has. */
export const PROVIDER_VERSION = "6.25.0";

/**
 * Which AWS provider the tests use: the one that `terraform init` finds, in the
 * registry or in a mirror, or else the stand-in. E2E_PROVIDER (real or stand-in)
 * says so without a look, and keeps the answer for the processes started after.
 */
export async function findProvider(): Promise<ProviderKind> {
  const told = process.env.E2E_PROVIDER;
  if (told === "real" || told === "stand-in") return told;
  const folder = mkdtempSync(join(tmpdir(), "pmm-iam-e2e-"));
  removeAtExit(folder);
  const aws = `source = "hashicorp/aws"\n      version = "${PROVIDER_VERSION}"`;
  writeFileSync(
    join(folder, "main.tf"),
    `terraform {\n  required_providers {\n    aws = {\n      ${aws}\n    }\n  }\n}\n`,
  );
  const env = realProviderEnvironment(folder, environment(folder, "http://127.0.0.1:9"));
  const ended = await run({ command: terraformPath(), args: ["init"], cwd: folder, env }, 600).ended;
  removed(folder);
  process.env.E2E_PROVIDER = ended.code === 0 ? "real" : "stand-in";
  return process.env.E2E_PROVIDER as ProviderKind;
}

/**
 * The environment in which terraform finds a real provider: the mirror under the home folder, or under
 * E2E_PROVIDER_HOME, and one copy for all folders.
 */
export function realProviderEnvironment(
  folder: string,
  env: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    ...env,
    HOME: process.env.E2E_PROVIDER_HOME ?? homedir(),
    TF_PLUGIN_CACHE_DIR: process.env.TF_PLUGIN_CACHE_DIR ?? folder,
    // A third less time for twice the memory, some 300 MB an alias.
    GOGC: process.env.GOGC ?? "400",
  };
}
