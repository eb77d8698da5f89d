import { printable } from "../accounts/lines";
import type { VersionEntry } from "../changes/change-log";
import type { Upgrade } from "../changes/upgrade";
import { codeSpan, fitted, folded, htmlText } from "./markdown";

/** Another version of the program than the base had, and what the change log says of it. */
export interface OtherProgram {
  readonly upgrade: Upgrade;
  /** One line that names the versions and the pages. */
  readonly says: string;
  /** What changes from the one version to the other; empty for a downgrade. */
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
    ...(lines.length === 0
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
