import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../src/project";

/*
 * The package as `npm pack` makes it, in folders of users that hold nothing else.
 */

/** Where this run of the suite has the packed file and the folders. */
const VARIABLE = "PMM_IAM_PACKED";

/** Builds and packs the program, once for all tests. */
export function pack(): string {
  const folder = mkdtempSync(join(tmpdir(), "pmm-iam-package-"));
  process.env[VARIABLE] = folder;
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: packageRoot });
  return folder;
}

export function packedFolder(): string {
  const folder = process.env[VARIABLE];
  if (folder === undefined) throw new Error("the setup has packed nothing");
  return folder;
}

/** The packed file. */
export function tarball(): string {
  const [name, ...others] = readdirSync(packedFolder()).filter((file) => file.endsWith(".tgz"));
  if (name === undefined || others.length > 0) throw new Error("expected one packed file");
  return join(packedFolder(), name);
}

/** A user's folder with the package, installed without a network and without anything that npm has kept. */
export function userFolder(): string {
  const folder = mkdtempSync(join(packedFolder(), "user-"));
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  execFileSync(
    "npm",
    ["install", "--offline", "--cache", join(folder, ".npm"), "--no-audit", "--no-fund", tarball()],
    { cwd: folder, stdio: "pipe" },
  );
  return folder;
}

/** The environment of a user: nothing of the tests' own, and no network that npm would ask. */
export function userEnvironment(path = ""): Record<string, string> {
  const { PATH = "", HOME = "" } = process.env;
  return {
    PATH: path === "" ? PATH : `${path}:${PATH}`,
    HOME,
    NO_COLOR: "1",
    CI: "true",
    CHECKPOINT_DISABLE: "1",
    npm_config_offline: "true",
    GIT_AUTHOR_NAME: "A",
    GIT_AUTHOR_EMAIL: "a@example.com",
    GIT_COMMITTER_NAME: "A",
    GIT_COMMITTER_EMAIL: "a@example.com",
  };
}

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs commands in a folder as a user types them; `path` is looked into first. */
export function type(folder: string, script: string, path = ""): Ran {
  return spawnSync("sh", ["-ec", script], {
    cwd: folder,
    env: userEnvironment(path),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
}

/** The files below a folder, by path, sorted. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true, encoding: "utf8" })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
}
