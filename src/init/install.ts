import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageScripts } from "./files";

/** As long as a registry that does not answer is waited for, in milliseconds. */
const PATIENCE = 60_000;

/** Installs what package.json names, as `npm ci` in a pipeline expects it; false where npm does not succeed. */
export function installPackages(folder: string): boolean {
  const options = ["--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=0"];
  const { status } = spawnSync("npm", ["install", ...options], {
    cwd: folder,
    stdio: "ignore",
    timeout: PATIENCE,
    // npm is a script of cmd's there.
    shell: process.platform === "win32",
  });
  return status === 0;
}

/** Adds the scripts of the commands to a package.json. What is there stays, scripts of the same names too. */
export function addScripts(folder: string, commands: readonly string[]): void {
  const path = join(folder, "package.json");
  const text = readFileSync(path, "utf8");
  const manifest: Record<string, unknown> = JSON.parse(text);
  const scripts = { ...packageScripts(commands), ...Object(manifest["scripts"]) };
  const [, indent = "  "] = /^([ \t]+)"/m.exec(text) ?? [];
  writeFileSync(path, `${JSON.stringify({ ...manifest, scripts }, undefined, indent)}\n`);
}
