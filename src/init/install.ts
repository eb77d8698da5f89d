import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageName } from "../project";
import { replaceText } from "../rotation/replace-file";
import { packageScripts } from "./files";

/** As long as a registry that does not answer is waited for, in milliseconds. */
const PATIENCE = 60_000;

/** As many characters of what npm says are repeated. */
const MOST_SAID = 300;

const LOCK = "package-lock.json";

/** Whether npm would write nothing but new files: what is there already is somebody's. */
export function mayInstall(folder: string): boolean {
  return [LOCK, "npm-shrinkwrap.json", "node_modules"].every(
    (name) => lstatSync(join(folder, name), { throwIfNoEntry: false }) === undefined,
  );
}

/** Whether the program is installed in a folder. */
export function isThere(folder: string): boolean {
  return existsSync(join(folder, "node_modules", packageName, "package.json"));
}

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
  if (status !== 0) {
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
  // npm's own settings can keep it from installing development packages, or from writing the lock file.
  const missing = isThere(folder)
    ? existsSync(join(folder, LOCK))
      ? undefined
      : LOCK
    : `node_modules/${packageName}`;
  return missing === undefined ? {} : { failure: `npm reports no error, and ${missing} is not there` };
}

/**
 * Adds the scripts of the commands to a package.json, whole or not at all. What is there stays, scripts of the same
 * names too.
 */
export function addScripts(folder: string, commands: readonly string[]): void {
  const path = join(folder, "package.json");
  const text = readFileSync(path, "utf8");
  const manifest: Record<string, unknown> = JSON.parse(text);
  const scripts = { ...packageScripts(commands), ...Object(manifest["scripts"]) };
  const [, indent = "  "] = /^([ \t]+)"/m.exec(text) ?? [];
  const changed = `${JSON.stringify({ ...manifest, scripts }, undefined, indent)}\n`;
  const after = text.includes("\r\n") ? changed.replaceAll("\n", "\r\n") : changed;
  replaceText({ path, name: "package.json", text }, after);
}
