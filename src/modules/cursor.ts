import { codeOf } from "./hidden-characters";
import { UnreadableText } from "./syntax";

/**
 * A letter of a name. Of the letters beyond ASCII only those that every version of Unicode knows, so that
 * Terraform sees the same names.
 */
const LETTER = "A-Za-z_\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u017F";

/** A name in Terraform's language, as the source of a pattern. */
export const NAME = `[${LETTER}][${LETTER}0-9-]*`;

const IDENTIFIER = new RegExp(NAME, "y");
const SPACE = /[ \t]+/y;
const SPACE_AND_LINES = /[ \t\r\n]+/y;
/** What white space and comments begin with; at the end of a text there is nothing, which is in it too. */
const SPACES = " \t\r\n#/";
const LINE_END = /\r?\n/y;
const LINE_COMMENT = /(?:#|\/\/)[^\n]*/y;

/**
 * Characters that Terraform and this program, or a reviewer, might read differently: control characters, marks of
 * direction and of byte order and others that cannot be seen (but the joiners of scripts and emoji), line and
 * paragraph separators, halves of characters, and a carriage return without a line feed.
 */
const MISLEADING = /[^\P{Cc}\t\r\n]|[^\P{Cf}\u200C\u200D]|[\u2028\u2029]|\p{Cs}|\r(?!\n)/u;

const LONGEST_NAME = 255;

/** Brackets and templates within each other. Real code has ten; the stack of calls has room for these. */
const DEEPEST = 200;

/** A place in a text that is read from left to right. Knows white space and comments. */
export class Cursor {
  at = 0;
  /** Whether a line end is mere white space, as it is within parentheses. */
  private isLoose = false;
  private depth = 0;

  constructor(readonly text: string) {
    const found = MISLEADING.exec(text);
    if (found !== null) {
      this.refuse(`the character ${codeOf(found[0])} can hide what the file says; remove it`, found.index);
    }
  }

  /** Takes what a sticky pattern matches here. */
  match(pattern: RegExp): string | undefined {
    const { at } = this;
    return this.pass(pattern) ? this.text.slice(at, this.at) : undefined;
  }

  /** Takes the text that a sticky pattern matches here. */
  pass(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const isHere = pattern.test(this.text);
    this.at = isHere ? pattern.lastIndex : this.at;
    return isHere;
  }

  /** Takes a text if it is here. */
  take(text: string): boolean {
    const isHere = this.text.startsWith(text, this.at);
    this.at += isHere ? text.length : 0;
    return isHere;
  }

  /** Takes white space and comments, then a text if it follows. */
  takeNext(text: string): boolean {
    this.space();
    return this.take(text);
  }

  /** Takes white space and comments, then a text that must follow. */
  expect(text: string, where: string): void {
    if (!this.takeNext(text)) {
      this.expected(`${text} ${where}`);
    }
  }

  /** What is here is not what must be. */
  expected(what: string): never {
    const found = String.fromCodePoint(this.text.codePointAt(this.at) ?? 0);
    const visible = /[!-~]/.test(found) ? `'${found}'` : `the character ${codeOf(found)}`;
    const shown = /[\r\n]/.test(found) ? "a line end" : visible;
    return this.refuse(`found ${this.isAtEnd() ? "the end" : shown}; expected ${what}`);
  }

  /** Takes white space and comments, then a name if one follows. */
  name(): string | undefined {
    this.space();
    const name = this.match(IDENTIFIER);
    return name !== undefined && name.length > LONGEST_NAME
      ? this.refuse(`a name has more than ${LONGEST_NAME} characters`, this.at - name.length)
      : name;
  }

  /** Whether the line, or the file, ends after white space and comments. */
  isAtLineEnd(): boolean {
    this.space();
    const next = this.text[this.at];
    return next === undefined || next === "\n" || next === "\r";
  }

  /** Takes a line end if it is here. */
  takeLineEnd(): boolean {
    return this.pass(LINE_END);
  }

  /** Takes empty lines, and those with comments alone. */
  emptyLines(): void {
    do {
      this.space();
    } while (this.takeLineEnd());
  }

  isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Reads something that is within something else, where a line end is white space or is not. */
  within<Read>(isLoose: boolean | "as before", read: () => Read): Read {
    const before = this.isLoose;
    this.isLoose = isLoose === "as before" ? before : isLoose;
    this.depth += 1;
    if (this.depth > DEEPEST) {
      this.refuse(`more than ${DEEPEST} brackets and templates are within each other; divide the expression`);
    }
    const result = read();
    this.isLoose = before;
    this.depth -= 1;
    return result;
  }

  space(): void {
    const space = this.isLoose ? SPACE_AND_LINES : SPACE;
    while (SPACES.includes(this.text.charAt(this.at)) && (this.pass(space) || this.comment())) {
      // Each turn takes one.
    }
  }

  refuse(problem: string, at = this.at): never {
    throw new UnreadableText(this.text, at, problem);
  }

  private comment(): boolean {
    if (this.pass(LINE_COMMENT)) {
      // The carriage return is a part of the line end.
      this.at -= this.text[this.at - 1] === "\r" ? 1 : 0;
      return true;
    }
    if (!this.text.startsWith("/*", this.at)) {
      return false;
    }
    const end = this.text.indexOf("*/", this.at + 2);
    if (end < 0) {
      this.refuse("a comment is never closed; close it with */");
    }
    this.at = end + 2;
    return true;
  }
}
