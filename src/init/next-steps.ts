import { existsSync } from "node:fs";
import { join } from "node:path";
import { repositoryOf } from "../accounts/repository";
import { packageName, version } from "../project";
import { type Deployment, packageScripts } from "./files";
import { PIPELINES_FOLDER } from "./pipeline-files";

interface Written extends Deployment {
  /** Whether a package.json named the program already, so that none was written. */
  readonly wasInstalled: boolean;
  /** Whether no placeholder is left. */
  readonly isComplete: boolean;
}

/** What to type after `init`, in its order; what follows a `#` explains. */
export function nextSteps(
  folder: string,
  { pipeline, commands, wasInstalled, isComplete }: Written,
): string[] {
  const guide = ["examples", "pipelines", pipeline, "README.md"];
  return [
    ...(wasInstalled
      ? [
          `npm install --save-dev --save-exact ${packageName}@${version}`,
          `npm pkg set ${scriptWords(commands)}`,
        ]
      : ["npm install"]),
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

/** `scripts.check="pmm-iam check" ...`, as npm takes them. */
function scriptWords(commands: readonly string[]): string {
  return Object.entries(packageScripts(commands))
    .map(([name, command]) => `"scripts.${name}=${command}"`)
    .join(" ");
}
