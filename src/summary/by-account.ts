import { counted } from "../accounts/wording";
import { codeSpan, fitted, folded, htmlText, sizeOf } from "./markdown";

/** What a comment says of one account. */
export interface AccountPart {
  /** The account's name, or what stands for it. */
  readonly name: string;
  /** What it comes to, in words of the program's own: `1 gained, 2 lost`. */
  readonly counted: string;
  /** Empty where the counts are all there is to say. */
  readonly lines: readonly string[];
}

/** As many accounts as are shown without a fold. */
const MOST_OPEN = 2;

/**
 * Accounts in their order, each folded where there are many. Accounts without lines, and those that do not fit into so
 * many bytes, follow with their counts; past that, they are counted as `restText` says.
 */
export function byAccount(
  parts: readonly AccountPart[],
  most: number,
  restText: (rest: readonly AccountPart[]) => string,
): string[] {
  const isOpen = parts.length <= MOST_OPEN;
  const detailed = parts.filter(({ lines }) => lines.length > 0);
  const whole = fitted(detailed, isOpen ? openLines : foldedLines, isOpen ? most : most * 0.8);
  const shown = new Set(detailed.slice(0, detailed.length - whole.rest.length));
  const others = parts.filter((part) => !shown.has(part));
  return [...whole.lines, ...countLines(others, most * 0.95 - sizeOf(whole.lines), restText)];
}

function countLines(
  parts: readonly AccountPart[],
  most: number,
  restText: (rest: readonly AccountPart[]) => string,
): string[] {
  if (parts.length === 0) {
    return [];
  }
  const { lines, rest } = fitted(parts, countLine, most);
  const list = [...lines, ...(rest.length === 0 ? [] : [`- ${restText(rest)}`])];
  return parts.length <= MOST_OPEN
    ? [...list, ""]
    : folded(`${counted(parts.length, "account")}, with counts only`, list);
}

function countLine({ name, counted: counts }: AccountPart): string[] {
  return [`- ${codeSpan(name)}: ${counts}`];
}

function openLines({ name, lines }: AccountPart): string[] {
  return [`**${codeSpan(name)}**`, "", ...lines, ""];
}

function foldedLines({ name, counted, lines }: AccountPart): string[] {
  return folded(`<code>${htmlText(name)}</code>: ${counted}`, lines);
}
