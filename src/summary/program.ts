import { printable } from "../accounts/lines";
import type { VersionEntry } from "../changes/change-log";
import type { Upgrade } from "../changes/upgrade";
import { codeSpan, fitted, folded, htmlText } from "./markdown";

/** A program that is another than the base had, or may be, and what the change log says of it. */
export interface OtherProgram {
  /** undefined where the version is the same, or not known. */
  readonly upgrade: Upgrade | undefined;
  /** Whether it is known to be another. */
  readonly isChanged: boolean;
  /** One line: the versions and the pages, what has changed, or why nobody can say. */
  readonly says: string;
  /** What changes from the one version to the other; empty for a downgrade, and without versions. */
  readonly entries: readonly VersionEntry[];
}

/** What a pull request says of an upgrade: one line, and the change log's entries, folded, while they fit. */
export function programLines({ upgrade, says, entries }: OtherProgram, most: number): string[] {
  const quoted = entries.flatMap(({ version, lines }) => [
    `#### ${plain(version)}`,
    "",
    ...lines.map(quotedLine),
    "",
  ]);
  const { lines, rest } = fitted(quoted, (line) => [line], most);
  const cut = rest.length === 0 ? [] : ["", "The rest is in the change log."];
  return [
    `${codeSpan(says)}`,
    "",
    ...(upgrade === undefined || lines.length === 0
      ? []
      : folded(`What changes from ${htmlText(upgrade.from)} to ${htmlText(upgrade.to)}`, [...lines, ...cut])),
  ];
}

/** A line of the change log as Markdown two levels deeper, without HTML, mentions and links into the package. */
function quotedLine(line: string): string {
  const deeper = line.replace(/^(#{3,4}) /, "##$1 ");
  return deeper
    .split(/(`+[^`]+`+)/)
    .map((part) => (part.startsWith("`") ? printable(part) : plain(part)))
    .join("");
}

function plain(text: string): string {
  return printable(text.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1"))
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll("@", "&#64;");
}
