/** How a text of a team's code is put into messages: with the codes of the characters that nobody sees. */

/** Characters that a terminal acts on or does not show, and halves of characters. */
export const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

const EACH_HIDDEN = new RegExp(HIDDEN, "gu");

/** `U+001B` */
export function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** A text for a message, with the code of each character that a terminal acts on or does not show. */
export function withCodes(text: string): string {
  return text.replace(EACH_HIDDEN, codeOf);
}

/** A name for a message: of a long one the beginning. */
export function brief(name: string): string {
  return withCodes(name.length > 60 ? `${name.slice(0, 57)}...` : name);
}
