import { existsSync } from "node:fs";
import { join } from "node:path";
import { repositoryOf } from "../accounts/repository";
import { packageName } from "../project";
import { type Deployment, scriptsOf } from "./files";

interface Written extends Deployment {
  /** Whether the program is installed here. */
  readonly isReady: boolean;
  /** Whether no placeholder is left. */
  readonly isComplete: boolean;
}

/** What to type after `init`, in its order; what follows a `#` explains. */
export function nextSteps(folder: string, { pipeline, isReady, isComplete }: Written): string[] {
  const script = (name: string): string =>
    scriptsOf(folder)[name] === `${packageName} ${name}` ? `npm run ${name}` : `npx ${packageName} ${name}`;
  return [
    ...(isReady ? [] : ["npm install"]),
    `${script("check")}${isComplete ? "" : "   # names what is left to type"}`,
    script("synth"),
    ...(existsSync(join(repositoryOf(folder), ".git"))
      ? []
      : ["git init", "git add --all", 'git commit -m "Start the deployment"']),
    ...(pipeline === "none"
      ? []
      : [`less node_modules/${packageName}/examples/pipelines/README.md   # what the pipeline needs in AWS`]),
  ];
}
