import { readFileSync } from "node:fs";
import { CONSUMERS_FOLDER } from "../features/consumer";
import type { OutputFiles } from "../terraform/output-files";
import { CONSUMERS_README, listedConsumers, METADATA_FILE, ROOT_FILES, SECOND_ROOT_FILE } from "./names";
import type { OutputFolder } from "./output-folder";
import { NOTHING_OWNED, type Owned } from "./owned-files";

/**
 * What synth wrote and no list names: version 0.1.0 kept none, and a list may be lost. A stack's folder is one of
 * synth if it holds `pmm-iam.tf.json` and its root file carries the folder's name. In it, synth's are the root files,
 * what is about to be written, and the code in the folders of its modules. In `consumers/` they are those that its
 * README lists. All else is somebody else's.
 *
 * Where there is a list, only the stacks that are about to be written are looked at.
 */
export function takenOver(folder: OutputFolder, files: OutputFiles, listed: Owned | undefined): Owned {
  const owned = listed ?? NOTHING_OWNED;
  const wanted = byStack(files);
  const known = stacksIn(owned.files);
  const present = folder.entries("stacks").map(({ name }) => name);
  const found = new Map(
    present
      .filter((stack) => !known.has(stack) && (listed === undefined || wanted.has(stack)))
      .map((stack) => [stack, filesOfStack(folder, stack, wanted)]),
  );
  const isOfSynth = (stack: string): boolean => known.has(stack) || found.get(stack) !== undefined;
  const isAbsent = (stack: string): boolean => wanted.has(stack) && !present.includes(stack);
  const stacks = owned.files.has(MANIFEST) ? [] : stacksOfManifest(folder);
  const hasManifest = stacks.length > 0 && stacks.every((stack) => isOfSynth(stack) || isAbsent(stack));
  return {
    deployment: owned.deployment,
    files: new Set([
      ...owned.files,
      ...[...found.values()].flatMap((paths) => paths ?? []),
      ...(hasManifest ? [MANIFEST] : []),
      ...(listed === undefined ? consumerFiles(folder) : []),
    ]),
    folders: owned.folders,
  };
}

const MANIFEST = "manifest.json";

/** The paths of the output by their stack. */
function byStack(files: OutputFiles): Map<string, string[]> {
  const stacks = new Map<string, string[]>();
  for (const path of files.keys()) {
    const [first, stack] = path.split("/");
    if (first === "stacks" && stack !== undefined) {
      const paths = stacks.get(stack) ?? [];
      paths.push(path);
      stacks.set(stack, paths);
    }
  }
  return stacks;
}

function stacksIn(paths: Iterable<string>): Set<string> {
  const stacks = [...paths].map((path) => path.split("/")).filter(([first]) => first === "stacks");
  return new Set(stacks.flatMap(([, stack]) => stack ?? []));
}

/** The stacks that cdktf's manifest names; none where it is no such file. */
function stacksOfManifest(folder: OutputFolder): string[] {
  const { stacks } = json(folder, MANIFEST);
  return typeof stacks === "object" && stacks !== null ? Object.keys(stacks) : [];
}

/** What the page of `consumers/` lists and is there, and the page itself. */
function consumerFiles(folder: OutputFolder): string[] {
  const names = listedConsumers(text(folder, `${CONSUMERS_FOLDER}/${CONSUMERS_README}`));
  return (names.length === 0 ? [] : [CONSUMERS_README, ...names])
    .map((name) => `${CONSUMERS_FOLDER}/${name}`)
    .filter((path) => folder.obstacle(path) === undefined && folder.kindOf(path) === "file");
}

/** Synth's files in a stack's folder; undefined where it is not of synth. */
function filesOfStack(
  folder: OutputFolder,
  stack: string,
  output: ReadonlyMap<string, readonly string[]>,
): string[] | undefined {
  const root = `stacks/${stack}`;
  const isThere = (name: string): boolean => folder.kindOf(`${root}/${name}`) !== "nothing";
  const hasName = (name: string): boolean => nameIn(json(folder, `${root}/${name}`)) === stack;
  const [hcl = "", inJson = ""] = ROOT_FILES;
  const isOfSynth =
    folder.entries(root).length > 0 &&
    isSecondRoot(json(folder, `${root}/${SECOND_ROOT_FILE}`)) &&
    (!isThere(inJson) || hasName(inJson)) &&
    (!isThere(METADATA_FILE) || hasName(METADATA_FILE)) &&
    (!isThere(hcl) || isThere(METADATA_FILE));
  if (!isOfSynth) {
    return undefined;
  }
  // Every stack carries the same modules of the program.
  const [anyStack = []] = output.values();
  const modules = moduleFolders(folder, root, anyStack).flatMap((path) => folder.below(path).filter(isCode));
  const inRoot = [...ROOT_FILES, METADATA_FILE, SECOND_ROOT_FILE].map((name) => `${root}/${name}`);
  const paths = new Set([...inRoot, ...(output.get(stack) ?? []), ...modules]);
  return [...paths].filter((path) => folder.obstacle(path) === undefined && folder.kindOf(path) === "file");
}

/** The program's own modules, and those of teams that the root file calls. */
function moduleFolders(folder: OutputFolder, root: string, output: readonly string[]): string[] {
  const paths = output.flatMap((path) => /^stacks\/[^/]+\/(modules\/[^/]+)\//.exec(path)?.[1] ?? []);
  const own = [...new Set(paths)].filter((path) => path !== "modules/team");
  const team = ROOT_FILES.flatMap((name) => [
    ...text(folder, `${root}/${name}`).matchAll(/"\.\/(modules\/team\/[^"/]+)"/g),
  ]).map(([, path]) => path ?? "");
  return [...own, ...new Set(team)].map((path) => `${root}/${path}`);
}

/** What synth carries of a module. */
function isCode(path: string): boolean {
  return /\.tf(\.json)?$|\/policies\//.test(path) && !path.includes("/.");
}

function isSecondRoot({ terraform }: Mapping): boolean {
  return typeof (terraform as Mapping | undefined)?.["required_version"] === "string";
}

/** The stack's name, as cdktf writes it. */
function nameIn(root: Mapping): unknown {
  const comment = root["//"] as Mapping | undefined;
  return (comment?.["metadata"] as Mapping | undefined)?.["stackName"];
}

type Mapping = Record<string, unknown>;

/** A file's JSON; an empty mapping where there is none. */
function json(folder: OutputFolder, path: string): Mapping {
  try {
    const value: unknown = JSON.parse(text(folder, path));
    return typeof value === "object" && value !== null ? (value as Mapping) : {};
  } catch {
    return {};
  }
}

function text(folder: OutputFolder, path: string): string {
  const isFile = folder.obstacle(path) === undefined && folder.kindOf(path) === "file";
  return isFile ? readFileSync(folder.at(path), "utf8") : "";
}
