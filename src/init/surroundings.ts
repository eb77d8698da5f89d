import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";
import { DEFAULT_FILE, DEFAULT_NAME, suggestedName } from "../accounts/names";
import { repositoryOf } from "../accounts/repository";
import { shellPath } from "../accounts/shell";
import type { Chosen } from "./ask";

/** The name of a deployment in a folder: that of the folder where it is below its repository's root. */
export function deploymentName(folder: string): string {
  return repositoryOf(folder) === folder ? DEFAULT_NAME : suggestedName(DEFAULT_FILE, basename(folder));
}

/** Why a folder can hold no deployment; undefined of one that can. */
export function unfitFolder(folder: string): string | undefined {
  return folder === dirname(folder)
    ? `the current folder is ${folder}, the root of the file system; a deployment has a folder of its own: mkdir pmm-iam && cd pmm-iam`
    : undefined;
}

/** What a user should know of a folder that holds a new deployment. */
export function notesOn(folder: string, { pipeline, backend }: Chosen): string[] {
  const named = process.env["ACCOUNTS_FILE"];
  const above = deploymentAbove(folder);
  const root = repositoryOf(folder);
  return [
    ...(isHome(folder)
      ? [
          `this is your home folder: every command in a folder below it takes this ${DEFAULT_FILE} unless there is one nearer; a folder of its own is better`,
        ]
      : []),
    ...(above === undefined
      ? []
      : [
          `${shellPath(relative(folder, above))} is another deployment; commands in this folder take the new ${DEFAULT_FILE}`,
        ]),
    ...(named && resolve(named) !== join(folder, DEFAULT_FILE)
      ? [`ACCOUNTS_FILE names ${shellPath(named)}, which every command takes until you unset it`]
      : []),
    ...(pipeline !== "none" && backend === "local"
      ? [
          "a pipeline's machine is gone after each job, and a local state with it: give the states a backend before the first apply",
        ]
      : []),
    ...(pipeline !== "none" && root !== folder
      ? [
          `pipelines are read at the root of the repository, ${shellPath(relative(folder, root))}: move the pipeline's files there, and let its jobs run in ${shellPath(relative(root, folder))}`,
        ]
      : []),
  ];
}

function isHome(folder: string): boolean {
  try {
    return realpathSync(homedir()) === folder;
  } catch {
    return false;
  }
}

/** The accounts file of the nearest folder above that has one, as far as the commands look for it. */
function deploymentAbove(folder: string): string | undefined {
  const top = repositoryOf(folder);
  const isRepository = existsSync(join(top, ".git"));
  for (let below = folder; !(isRepository && below === top) && dirname(below) !== below; ) {
    below = dirname(below);
    const file = join(below, DEFAULT_FILE);
    if (existsSync(file)) {
      return file;
    }
  }
  return undefined;
}
