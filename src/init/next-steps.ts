import { existsSync } from "node:fs";
import { join } from "node:path";
import { repositoryOf } from "../accounts/repository";
import { packageName } from "../project";
import type { Deployment } from "./files";
import { PIPELINES_FOLDER } from "./pipeline-files";

interface Written extends Deployment {
  /** Whether the program is installed here. */
  readonly isReady: boolean;
  /** Whether no placeholder is left. */
  readonly isComplete: boolean;
}

/** What to type after `init`, in its order; what follows a `#` explains. */
export function nextSteps(folder: string, { pipeline, isReady, isComplete }: Written): string[] {
  const guide = ["examples", "pipelines", pipeline, "README.md"];
  return [
    ...(isReady ? [] : ["npm install"]),
    `npm run check${isComplete ? "" : "   # names what is left to type"}`,
    "npm run synth",
    ...(existsSync(join(repositoryOf(folder), ".git"))
      ? []
      : ["git init", "git add --all", 'git commit -m "Start the deployment"']),
    ...(pipeline !== "none" && existsSync(join(PIPELINES_FOLDER, pipeline, "README.md"))
      ? [`less ${["node_modules", packageName, ...guide].join("/")}   # what the pipeline needs in AWS`]
      : []),
  ];
}
