import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/project";
import { type Block, blocksOf } from "../readme/blocks";

/** The recipe of CONTRIBUTING.md: the sample's files, its change to a file that is there, and the commands. */

export const contributing = readFileSync(join(packageRoot, "CONTRIBUTING.md"), "utf8");

export const recipeBlocks: readonly Block[] = blocksOf(contributing);

/** The blocks with a marker of one kind, such as `file: main.tf`, with what follows the colon. */
function marked(kind: string): (readonly [name: string, text: string])[] {
  return recipeBlocks.flatMap(({ marker, text }) => {
    const name = marker?.startsWith(`${kind}: `) ? marker.slice(kind.length + 2) : undefined;
    return name === undefined ? [] : [[name, text] as const];
  });
}

/** The sample's files, by path. */
export const recipeFiles: ReadonlyMap<string, string> = new Map(marked("file"));

/** Changes to files that are there: a line that stays, and after it the line that is added. */
export const recipeChanges: readonly {
  readonly path: string;
  readonly after: string;
  readonly added: string;
}[] = marked("change").map(([path, text]) => {
  const [, after, added] = /^ (.+)\n\+(.+)\n$/.exec(text) ?? [];
  if (after === undefined || added === undefined) {
    throw new Error(`CONTRIBUTING.md changes ${path} by more than one line after another:\n${text}`);
  }
  return { path, after, added };
});

/** The commands of a step, as they are typed. */
export function recipeCommands(step: string): string[] {
  const [block, ...others] = marked("commands").filter(([name]) => name === step);
  if (block === undefined || others.length > 0) {
    throw new Error(`CONTRIBUTING.md has ${others.length} more blocks than expected of "commands: ${step}"`);
  }
  return block[1].trimEnd().split("\n");
}

/** The command without the comment after it. */
export function withoutComment(command: string): string {
  return command.replace(/ +#.*$/, "");
}
