import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { OutputFiles } from "../terraform/render";

/** What publishing did to the output folder, in files. */
export interface Published {
  readonly written: number;
  readonly removed: number;
  readonly unchanged: number;
}

/** The output folder cannot be written as it is: a matter for the user, not a fault of the program. */
export class OutputError extends Error {}

export interface PublishOptions {
  /** Set when the cdktf command started this program: it removes the folders of vanished stacks afterwards. */
  readonly underCdktfCommand: boolean;
}

/** How long to wait for another synth that is writing the same folder. */
const WAIT = { retries: 60, factor: 1, minTimeout: 250, maxTimeout: 250 };
const LOCK_STALE_AFTER_MS = 30_000;
const STAGING_PREFIX = ".staging-";
const ABANDONED_AFTER_MS = 3_600_000;

/**
 * Makes the output folder hold exactly these files, of those that synth writes: all of them or, when
 * something fails, none. State, lock files and plans that Terraform keeps there are never touched.
 */
export async function publish(
  files: OutputFiles,
  folder: string,
  { underCdktfCommand }: PublishOptions,
): Promise<Published> {
  const isNew = !existsSync(folder);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new OutputError(`the output folder ${folder} cannot be made: ${reason(cause)}`);
  }
  // Loaded here: a command that publishes nothing starts without it.
  const { lock } = await import("proper-lockfile");
  let release: () => Promise<void>;
  try {
    release = await lock(folder, {
      lockfilePath: join(folder, ".lock"),
      stale: LOCK_STALE_AFTER_MS,
      retries: WAIT,
    });
  } catch (cause) {
    throw new OutputError(
      `another synth is writing ${folder} (${reason(cause)}); run this one again when it has ended`,
    );
  }
  try {
    removeAbandonedStaging(folder);
    const stale = staleFiles(folder, files);
    if (underCdktfCommand) {
      refuseToLoseState(folder, files);
    }
    const published = exchange(folder, files, stale);
    removeEmptyFolders(folder, stale, underCdktfCommand);
    return published;
  } finally {
    await release();
    if (isNew) {
      removeIfEmpty(folder);
    }
  }
}

/** What synth writes into a stack's folder, beside modules/. Everything else there is somebody else's. */
const STACK_FILES = new Set(["cdk.tf", "cdk.tf.json", "metadata.json", "pmm-iam.tf.json"]);

/** Terraform's own: state, its backups and locks, plugins, the provider lock file. */
function isTerraforms(name: string): boolean {
  return name === ".terraform" || name === ".terraform.lock.hcl" || name.includes(".tfstate");
}

function staleFiles(folder: string, files: OutputFiles): string[] {
  return entries(join(folder, "stacks"))
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: stack }) => {
      const path = `stacks/${stack}`;
      const own = entries(join(folder, path))
        .filter((entry) => entry.isFile() && STACK_FILES.has(entry.name))
        .map((entry) => `${path}/${entry.name}`);
      return [...own, ...filesBelow(folder, `${path}/modules`)];
    })
    .filter((path) => !files.has(path));
}

function filesBelow(folder: string, path: string): string[] {
  return entries(join(folder, path))
    .filter((entry) => !isTerraforms(entry.name))
    .flatMap((entry) =>
      entry.isDirectory() ? filesBelow(folder, `${path}/${entry.name}`) : [`${path}/${entry.name}`],
    );
}

function refuseToLoseState(folder: string, files: OutputFiles): void {
  const stacks = new Set([...files.keys()].map((path) => path.split("/")[1]));
  for (const { name } of entries(join(folder, "stacks")).filter(
    (entry) => entry.isDirectory() && !stacks.has(entry.name),
  )) {
    const kept = entries(join(folder, "stacks", name)).find((entry) => isTerraforms(entry.name));
    if (kept !== undefined) {
      throw new OutputError(
        `the stack ${name} is gone from accounts.yaml, but ${folder}/stacks/${name} still holds ${kept.name}, and the cdktf command would remove it. Run \`npm run synth\`, which keeps it; or, if nothing of that stack is left in AWS, remove the folder yourself`,
      );
    }
  }
}

/** Stages what changes beside the output, then exchanges it by renames, undone in reverse when one fails. */
function exchange(folder: string, files: OutputFiles, stale: readonly string[]): Published {
  const changed = [...files].filter(([path, content]) => !holds(join(folder, path), content));
  const staging = mkdtempSync(join(folder, STAGING_PREFIX));
  const undo: (() => void)[] = [];
  try {
    for (const [index, [, content]] of changed.entries()) {
      writeFileSync(join(staging, `new-${index}`), content);
    }
    for (const [index, path] of stale.entries()) {
      move(join(folder, path), join(staging, `stale-${index}`), undo);
    }
    for (const [index, [path]] of changed.entries()) {
      const target = join(folder, path);
      makeFolder(dirname(target), undo);
      if (existsSync(target)) {
        if (!statSync(target).isFile()) {
          throw new OutputError(`${target} is not a file; move it away`);
        }
        move(target, join(staging, `old-${index}`), undo);
      }
      move(join(staging, `new-${index}`), target, undo);
    }
  } catch (cause) {
    for (const step of undo.reverse()) {
      step();
    }
    throw cause instanceof OutputError
      ? cause
      : new OutputError(`${folder} could not be written and is as it was: ${reason(cause)}`);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return { written: changed.length, removed: stale.length, unchanged: files.size - changed.length };
}

function holds(path: string, content: string | Buffer): boolean {
  try {
    const wanted = typeof content === "string" ? Buffer.from(content) : content;
    return statSync(path).size === wanted.length && readFileSync(path).equals(wanted);
  } catch {
    return false;
  }
}

function move(from: string, to: string, undo: (() => void)[]): void {
  renameSync(from, to);
  undo.push(() => renameSync(to, from));
}

function makeFolder(folder: string, undo: (() => void)[]): void {
  const first = mkdirSync(folder, { recursive: true });
  if (first !== undefined) {
    undo.push(() => rmSync(first, { recursive: true, force: true }));
  }
}

/**
 * Removes the folders that removed files leave empty. The cdktf command lists the stacks' folders before it
 * starts this program and fails when one that it wants to remove is gone, so that one stays for it.
 */
function removeEmptyFolders(root: string, removed: readonly string[], underCdktfCommand: boolean): void {
  const depth = underCdktfCommand ? 2 : 1;
  for (const path of removed) {
    let current = dirname(path);
    while (current.split("/").length > depth && removeIfEmpty(join(root, current))) {
      current = dirname(current);
    }
  }
}

function removeIfEmpty(folder: string): boolean {
  if (entries(folder).length > 0) {
    return false;
  }
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

/** A run that was killed leaves its staging folder behind. */
function removeAbandonedStaging(folder: string): void {
  for (const { name } of entries(folder).filter((entry) => entry.name.startsWith(STAGING_PREFIX))) {
    const path = join(folder, name);
    if (Date.now() - statSync(path).mtimeMs > ABANDONED_AFTER_MS) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}

function entries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    if (["ENOENT", "ENOTDIR"].includes((cause as NodeJS.ErrnoException).code ?? "")) {
      return [];
    }
    throw cause;
  }
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
