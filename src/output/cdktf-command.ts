import type { OutputFiles } from "../terraform/output-files";
import { OutputError } from "./output-error";
import type { OutputFolder } from "./output-folder";
import type { Plan } from "./plan";

/**
 * The cdktf command removes every folder in `stacks` that is no stack of the output, with all that is in it. Throws
 * an OutputError where such a folder holds anything but what synth removes itself.
 */
export function refuseWhatCdktfWouldRemove(
  output: OutputFolder,
  files: OutputFiles,
  { removals }: Plan,
): void {
  const stacks = new Set([...files.keys()].map((path) => path.split("/")[1]));
  const ours = new Set(removals);
  const others = output.entries("stacks").filter((entry) => entry.isDirectory() && !stacks.has(entry.name));
  for (const { name } of others) {
    const folder = `stacks/${name}`;
    const kept = output.below(folder).find((path) => !ours.has(path));
    if (kept !== undefined) {
      throw new OutputError(
        `${name} is not a stack of accounts.yaml, but ${output.shown(folder)} holds ${kept.slice(folder.length + 1)}, and the cdktf command would remove it. Run \`npm run synth\`, which keeps it; or, if it is a stack that is gone and nothing of it is left in AWS, remove the folder yourself`,
      );
    }
  }
}
