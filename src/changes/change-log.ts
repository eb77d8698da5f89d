import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../project";
import { compareVersions } from "./versions";

/** Where the program's own change log is. */
const CHANGE_LOG = join(packageRoot, "CHANGELOG.md");

/** What one version changes, as the change log has it. */
export interface VersionEntry {
  readonly version: string;
  /** Markdown, without the heading of the version. */
  readonly lines: readonly string[];
}

const HEADING = /^## \[?(\d+\.\d+\.\d+[\w.+-]*)\]?(?: - \d{4}-\d{2}-\d{2})?$/;

/** The entries of a change log in the form of Keep a Changelog, in their order: the newest first. */
export function entriesOf(text: string): VersionEntry[] {
  const entries: { version: string; lines: string[] }[] = [];
  let current: string[] | undefined;
  for (const line of text.split(/\r?\n/)) {
    const version = HEADING.exec(line)?.[1];
    if (version !== undefined) {
      current = [];
      entries.push({ version, lines: current });
    } else if (line.startsWith("## ")) {
      current = undefined;
    } else {
      current?.push(line);
    }
  }
  return entries.map(({ version, lines }) => ({ version, lines: trimmed(lines) }));
}

/** What has changed from one version, without it, to a later one, with it. */
export function entriesBetween(entries: readonly VersionEntry[], from: string, to: string): VersionEntry[] {
  return entries.filter(
    ({ version }) => compareVersions(version, from) > 0 && compareVersions(version, to) <= 0,
  );
}

/** The entries of this program's change log; none where it is not there. */
export function programEntries(): VersionEntry[] {
  return existsSync(CHANGE_LOG) ? entriesOf(readFileSync(CHANGE_LOG, "utf8")) : [];
}

function trimmed(lines: readonly string[]): string[] {
  const isText = (line: string): boolean => line.trim() !== "";
  const [first, last] = [lines.findIndex(isText), lines.findLastIndex(isText)];
  return first === -1 ? [] : lines.slice(first, last + 1);
}
