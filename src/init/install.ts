import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageScripts } from "./files";

/** As long as a registry that does not answer is waited for, in milliseconds. */
const PATIENCE = 60_000;

/** As many characters of what npm says are repeated. */
const MOST_SAID = 300;

/**
 * Installs what package.json names, as `npm ci` in a pipeline expects it. Answers what npm says where it does not
 * succeed.
 */
export function installPackages(folder: string): { readonly failure?: string } {
  const options = ["--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=0"];
  const { status, stderr, error } = spawnSync("npm", ["install", ...options], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    timeout: PATIENCE,
    // npm is a script of cmd's there.
    shell: process.platform === "win32",
  });
  if (status === 0) {
    return {};
  }
  const said = (stderr ?? "")
    .replace(/^npm (?:error|ERR!) ?/gm, "")
    .trim()
    .split(/\s*\n\s*/);
  return {
    failure:
      said[0] === ""
        ? (error?.message ?? "it says nothing")
        : said.slice(0, 3).join("; ").slice(0, MOST_SAID),
  };
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
