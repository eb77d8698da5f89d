/**
 * A text as a YAML scalar that every reader takes for this text: double-quoted, in ASCII. Without the quotes `on` and
 * `0123` are no text to a reader of YAML 1.1, such as Teleport's, and U+2028 ends a line there.
 */
export function yamlText(text: string): string {
  return JSON.stringify(text).replace(/[^\x20-\x7e]/gu, escaped);
}

/** YAML knows no pairs of surrogates: a character is one escape. */
function escaped(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
}

/** A list in one line. */
export function yamlList(texts: readonly string[]): string {
  return `[${texts.map(yamlText).join(", ")}]`;
}
