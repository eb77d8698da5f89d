import { printable } from "../accounts/lines";

/** Markdown as GitHub and GitLab render it, in which no text of the user's is Markdown. */

/** As many characters as one text may have: a policy can name hundreds of resources. */
const MOST_CHARACTERS = 600;

/**
 * A user's text as a code span, in which nothing is Markdown, HTML, a mention or a link. It ends at as many backticks
 * as it starts with, and is on one line. A longer text is cut.
 */
export function codeSpan(text: string, most = MOST_CHARACTERS): string {
  // Most texts are names and ARNs.
  if (text.length <= most && /^[\w+=,.@:/-]+$/.test(text)) {
    return `\`${text}\``;
  }
  const shown = printable(text);
  const characters = Array.from(shown);
  const cut = characters.length > most ? `${characters.slice(0, most - 3).join("")}...` : shown;
  const longest = Math.max(0, ...[...cut.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  // One space beside each fence is dropped where the text is more than spaces. An empty code span does not exist.
  const isPadded = /^[` ]|[` ]$/.test(cut);
  return `${fence}${isPadded || cut === "" ? ` ${cut} ` : cut}${fence}`;
}

/** A user's text within HTML: each character that is neither a letter nor a digit as its number. */
export function htmlText(text: string): string {
  return printable(text).replace(/[^\p{L}\p{N} -]/gu, (character) => `&#${character.codePointAt(0)};`);
}

/** Lines that are folded under a title, which is HTML. Blank lines around them make them Markdown again. */
export function folded(title: string, lines: readonly string[]): string[] {
  return ["<details>", `<summary>${title}</summary>`, "", ...lines, "", "</details>", ""];
}

/** How long lines are in a comment, in bytes: at least as much as GitHub counts. */
export function sizeOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
}

/** What fits of many parts, each of some lines. */
export interface Fitted<Part> {
  readonly lines: readonly string[];
  /** The parts that do not fit. */
  readonly rest: readonly Part[];
}

/** The lines of parts, in their order, while they fit into so many bytes. */
export function fitted<Part>(
  parts: readonly Part[],
  linesOf: (part: Part) => readonly string[],
  most: number,
): Fitted<Part> {
  const lines: string[] = [];
  let size = 0;
  for (const [index, part] of parts.entries()) {
    const more = linesOf(part);
    size += sizeOf(more);
    if (size > most) {
      return { lines, rest: parts.slice(index) };
    }
    lines.push(...more);
  }
  return { lines, rest: [] };
}
