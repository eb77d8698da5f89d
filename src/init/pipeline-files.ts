import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, sep } from "node:path";
import { compare } from "../accounts/problem";
import { packageRoot } from "../project";
import type { Pipeline } from "./settings";
import type { NewFile } from "./write-files";

/** Where the package has the files of each pipeline. */
export const PIPELINES_FOLDER = join(packageRoot, "examples", "pipelines");

/**
 * The files of a pipeline, at the paths that they have below its folder and with their text unchanged. The pages that
 * explain them stay in the package.
 */
export function pipelineFiles(pipeline: Pipeline, pipelines = PIPELINES_FOLDER): NewFile[] {
  if (pipeline === "none") {
    return [];
  }
  const folder = join(pipelines, pipeline);
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => basename(path) !== "README.md" && statSync(join(folder, path)).isFile())
    .map((path) => ({
      path: path.split(sep).join("/"),
      content: readFileSync(join(folder, path)),
      isProgram: (statSync(join(folder, path)).mode & 0o100) !== 0,
    }))
    .sort((a, b) => compare(a.path, b.path));
}
