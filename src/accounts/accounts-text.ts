import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DEFAULT_FILE, isEarlierVersion, suggestedName } from "./names";
import type { Problem } from "./problem";
import { repositoryOf } from "./repository";
import { readSourceText, type SourceText } from "./source-text";

/** Reads an accounts file where it is: its place says whether it may leave its deployment's name out. */
export function readAccountsText(path: string, name: string): SourceText | Problem {
  const source = readSourceText(path, name);
  return "severity" in source ? source : placed(source);
}

/**
 * Looks at where the file is, by its name and where a link of that name leads to. A work tree and a submodule are
 * repositories of their own; so is the file's folder outside any.
 */
export function placed(source: SourceText): SourceText {
  const folder = realpathSync(dirname(source.path));
  const file = basename(source.path);
  return isEarlierVersion(file) || [join(folder, file), realpathSync(source.path)].some(isDefaultFile)
    ? source
    : { ...source, suggestedName: suggestedName(file, basename(folder)) };
}

function isDefaultFile(path: string): boolean {
  const folder = dirname(path);
  return basename(path) === DEFAULT_FILE && repositoryOf(folder) === folder;
}
