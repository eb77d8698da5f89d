import { codeSpan, type Fitted, fitted, folded, htmlText, sizeOf } from "./markdown";

/** What a comment says of one account. */
export interface AccountPart {
  /** The account's name, or what stands for it. */
  readonly name: string;
  /** What it comes to, in words of the program's own: `1 gained, 2 lost`. */
  readonly counted: string;
  readonly lines: readonly string[];
}

/** As many accounts as are shown without a fold. */
const MOST_OPEN = 2;

/**
 * Accounts in their order, each folded where there are many. Of more than fit into so many bytes the rest is named
 * with its counts and, past that, counted as `restText` says.
 */
export function byAccount(
  parts: readonly AccountPart[],
  most: number,
  restText: (rest: readonly AccountPart[]) => string,
): string[] {
  const isOpen = parts.length <= MOST_OPEN;
  const whole = fitted(parts, isOpen ? openLines : foldedLines, isOpen ? most : most * 0.8);
  if (whole.rest.length === 0) {
    return [...whole.lines];
  }
  const named: Fitted<AccountPart> = fitted(
    whole.rest,
    ({ name, counted }) => [`- ${codeSpan(name)}: ${counted}`],
    most * 0.95 - sizeOf(whole.lines),
  );
  return [
    ...whole.lines,
    ...named.lines,
    ...(named.rest.length === 0 ? [] : [`- ${restText(named.rest)}`]),
    "",
  ];
}

function openLines({ name, lines }: AccountPart): string[] {
  return [`**${codeSpan(name)}**`, "", ...lines, ""];
}

function foldedLines({ name, counted, lines }: AccountPart): string[] {
  return folded(`<code>${htmlText(name)}</code>: ${counted}`, lines);
}
