import type { ConsumerFile } from "../features/consumer";
import { FeatureError } from "../modules/feature-error";
import { CONSUMERS_TITLE, consumerLine } from "../output/names";

/** What a consumer wrote. */
export interface Written {
  readonly kinds: readonly ConsumerFile[];
  readonly files: ReadonlyMap<string, string>;
}

const HEAD = `${CONSUMERS_TITLE}

\`pmm-iam synth\` writes this folder again from accounts.yaml, so change nothing here. No file holds a key. An account that retires or is closed is in none of them. Apply the stacks first: the files name roles and users that the apply makes.
`;

/** The page of the folder: where each kind of file goes and what to do with it, and then a line for each file. */
export function readmeText(written: readonly Written[]): string {
  const groups = written.flatMap(groupsOf);
  const rows = groups.map(({ kind: { path, use } }) => `| \`${path}\` | ${use} |`);
  const lines = groups.flatMap(({ paths }) => paths.map(consumerLine));
  return [
    HEAD,
    "| File | What to do with it |",
    "|---|---|",
    ...rows,
    "",
    "## The files",
    "",
    ...lines,
    "",
  ].join("\n");
}

interface Group {
  readonly kind: ConsumerFile;
  readonly paths: readonly string[];
}

/** The kinds that there are files of. A file is of the first kind that has its path. */
function groupsOf({ kinds, files }: Written): Group[] {
  const groups = kinds.map((kind) => ({ kind, pattern: patternOf(kind.path), paths: [] as string[] }));
  for (const path of [...files.keys()].sort()) {
    const group = groups.find(({ pattern }) => pattern.test(path));
    if (group === undefined) {
      throw new FeatureError(
        `a consumer writes the file "${path}", of which its readme says nothing; expected a path like ${kinds.map((kind) => kind.path).join(", ")}`,
      );
    }
    group.paths.push(path);
  }
  return groups.filter(({ paths }) => paths.length > 0);
}

/** `<account>` is for any name. */
function patternOf(path: string): RegExp {
  const parts = path.split(/<[^<>]+>/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^/]+")}$`);
}
