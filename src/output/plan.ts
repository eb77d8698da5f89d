import { readFileSync } from "node:fs";
import type { OutputFiles } from "../terraform/output-files";
import { isPlan, isProviderLock, isTerraforms, ROOT_FILES } from "./names";
import { OutputError } from "./output-error";
import { type OutputFolder, parentOf } from "./output-folder";
import type { Owned } from "./owned-files";

/** What has to be done so that the folder holds the output. */
export interface Plan {
  readonly puts: readonly (readonly [path: string, content: string | Buffer])[];
  /** Files of synth that the output has no longer. */
  readonly removals: readonly string[];
  /** How many files are as they are to be. */
  readonly unchanged: number;
}

/** Compares the folder with the output. Throws an OutputError where something is in the way that synth did not write. */
export function planOf(folder: OutputFolder, files: OutputFiles, owned: Owned): Plan {
  const same = new Set(
    [...files].filter(([path, content]) => holds(folder, path, content)).map(([path]) => path),
  );
  refuseObstacles(folder, [
    ...[...files.keys()]
      .filter((path) => !same.has(path))
      .flatMap((path) => obstacleTo(folder, path, owned.files.has(path) || isProviderLock(path))),
    ...foreignFolders(folder, { files, owned, same }),
  ]);
  const removals = [...owned.files].filter(
    // What has become a folder or a link since is not what synth wrote; what is behind a link neither.
    (path) => !files.has(path) && folder.obstacle(path) === undefined && folder.kindOf(path) === "file",
  );
  refuseObstacles(folder, secondFormats(folder, files, new Set(removals)));
  return { puts: [...files].filter(([path]) => !same.has(path)), removals, unchanged: same.size };
}

function holds(folder: OutputFolder, path: string, content: string | Buffer): boolean {
  return (
    folder.obstacle(path) === undefined &&
    folder.kindOf(path) === "file" &&
    readFileSync(folder.at(path)).equals(typeof content === "string" ? Buffer.from(content) : content)
  );
}

/** What keeps a file from being written: a parent that is no folder, or what is there and not a file of synth. */
function obstacleTo(folder: OutputFolder, path: string, isOwn: boolean): string[] {
  const obstacle = folder.obstacle(path);
  if (obstacle !== undefined) {
    return [obstacle];
  }
  const kind = folder.kindOf(path);
  return kind === "nothing" || (kind === "file" && isOwn) ? [] : [path];
}

interface Sides {
  readonly files: OutputFiles;
  readonly owned: Owned;
  /** The files that are there as they are to be. */
  readonly same: ReadonlySet<string>;
}

/** Folders that files go into, that synth did not make, and that somebody has something in. */
function foreignFolders(folder: OutputFolder, { files, owned, same }: Sides): string[] {
  const own = new Set([...owned.files].flatMap(parentsOf));
  const wanted = new Set([...files.keys()].map(parentOf));
  return [...wanted].filter(
    (path) =>
      path !== "" &&
      !own.has(path) &&
      !owned.folders.has(path) &&
      hasForeign(folder, path, (inside) => same.has(inside)),
  );
}

function parentsOf(path: string): string[] {
  const parent = parentOf(path);
  return parent === "" ? [] : [parent, ...parentsOf(parent)];
}

/** Whether anything is below a folder, but for Terraform's files, hidden ones, and those known to be right. */
function hasForeign(folder: OutputFolder, path: string, isRight: (path: string) => boolean): boolean {
  return folder
    .entries(path)
    .filter(({ name }) => !name.startsWith(".") && !isTerraforms(name) && !isPlan(name))
    .some((entry) => {
      const inside = `${path}/${entry.name}`;
      return entry.isDirectory() ? hasForeign(folder, inside, isRight) : !isRight(inside);
    });
}

/** Root files of the other format that stay: Terraform would read both. */
function secondFormats(folder: OutputFolder, files: OutputFiles, removals: ReadonlySet<string>): string[] {
  return [...files.keys()]
    .filter((path) => ROOT_FILES.some((name) => path.endsWith(`/${name}`)))
    .flatMap((path) => ROOT_FILES.map((name) => `${parentOf(path)}/${name}`))
    .filter((path) => !files.has(path) && !removals.has(path) && folder.kindOf(path) !== "nothing");
}

/** As many as a message names. */
const MOST_NAMED = 3;

function refuseObstacles(folder: OutputFolder, obstacles: readonly string[]): void {
  const paths = [...new Set(obstacles)].sort();
  const [first, ...others] = paths;
  if (first === undefined) {
    return;
  }
  const isLink = folder.kindOf(first) === "link";
  const what = isLink ? "is a symbolic link, and synth follows none" : "was not written by synth";
  const named = others.slice(0, MOST_NAMED - 1).map((path) => folder.shown(path));
  const more = others.length - named.length;
  const rest = [...named, ...(more > 0 ? [`${more} more`] : [])].join(", ");
  throw new OutputError(
    `${folder.shown(first)} ${what}; nothing was changed: move it away, or name another output folder with --output${rest === "" ? "" : ` (the same for ${rest})`}`,
  );
}
