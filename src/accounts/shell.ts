import { printable } from "./lines";

/**
 * A text as one word of a POSIX shell's command: the program gets exactly the text. What cannot be printed as it is
 * becomes `$'...'` (POSIX.1-2024; bash, zsh and ksh had it before), so that a command stays on its line.
 */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) {
    return text;
  }
  return printable(text) === text ? `'${text.replaceAll("'", "'\\''")}'` : `$'${escaped(text)}'`;
}

/** A path as one word: with `./` in front where a program would read an option. */
export function shellPath(path: string): string {
  return shellWord(path.startsWith("-") ? `./${path}` : path);
}

/** In bytes, which mean the same in every locale. */
function escaped(text: string): string {
  return Array.from(Buffer.from(text), (byte) => {
    const character = String.fromCharCode(byte);
    // Octal, of three digits: what follows never counts as one more.
    return /[\w@%+=:,./ -]/.test(character) ? character : `\\${byte.toString(8).padStart(3, "0")}`;
  }).join("");
}
