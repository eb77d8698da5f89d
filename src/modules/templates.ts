import { type Cursor, NAME } from "./cursor";
import { type Expression, OTHER } from "./syntax";

const INTERPOLATION = /\$\{~?/y;
const DIRECTIVE = /%\{~?/y;
const CLOSE = /~?\}/y;
const SIGN = /[$%]/y;
const IN_QUOTES = /[^"\\$%\r\n]+/y;
const IN_HEREDOC = /[^$%\n]+|\n/y;
const IN_TEMPLATE = /[^$%]+/y;
const ESCAPE = /\\(?:[nrt"\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/y;

type Part = string | Expression;

const HEREDOC = new RegExp(`<<-?(?:${NAME})\\r?\\n`, "y");
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

/** What Terraform itself puts into expressions, which the rules know by its name. */
const OBJECTS = ["path", "var", "local", "each", "count", "data", "module", "self", "terraform"];

/** Reads text with expressions in it: `"a ${b}"`, heredocs, and strings in Terraform's JSON. */
export class Templates {
  constructor(
    private readonly cursor: Cursor,
    private readonly expression: () => Expression,
  ) {}

  /** A string in quotes, if one begins here. */
  quoted(): Expression | undefined {
    const { cursor } = this;
    const { at } = cursor;
    return cursor.take('"') ? this.template(IN_QUOTES, () => cursor.take('"'), '"', at) : undefined;
  }

  /** A heredoc, if one begins here: to the line end behind its end marker. */
  heredoc(): Expression | undefined {
    const { cursor } = this;
    const { at } = cursor;
    const opening = cursor.match(HEREDOC);
    if (opening === undefined) {
      return undefined;
    }
    const marker = opening.replace(/^<<-?/, "").trimEnd();
    this.template(IN_HEREDOC, () => this.isHeredocEnd(marker), marker, at);
    return OTHER;
  }

  /** The whole text as a template: a string in JSON, a file for `templatefile`. */
  whole(): Expression {
    return this.template(IN_TEMPLATE, () => this.cursor.isAtEnd(), "", 0);
  }

  /** `key, value in collection`, after `for`. */
  loop(): void {
    const { cursor } = this;
    this.loopName();
    if (cursor.takeNext(",")) {
      this.loopName();
    }
    if (cursor.name() !== "in") {
      cursor.expected("in after the names of a for");
    }
    this.expression();
  }

  private loopName(): void {
    const { cursor } = this;
    const name = cursor.name() ?? cursor.expected("a name after for");
    if (OBJECTS.includes(name)) {
      cursor.refuse(
        `a for names its values ${name}, which hides Terraform's own ${name}; give them another name`,
      );
    }
  }

  private template(plain: RegExp, isOver: () => boolean, end: string, start: number): Expression {
    const { cursor } = this;
    const parts: Part[] = [];
    const open: string[] = [];
    while (!isOver()) {
      if (cursor.isAtEnd()) {
        cursor.refuse(`text is never closed; expected ${end} at its end`, start);
      }
      const part = cursor.match(plain) ?? this.sign(open) ?? this.escape(end);
      const last = parts.at(-1);
      if (typeof part === "string" && typeof last === "string") {
        parts[parts.length - 1] = last + part;
      } else {
        parts.push(part);
      }
    }
    return open.length === 0
      ? { kind: "template", parts }
      : cursor.refuse(
          `%{ ${open.at(-1)} } is never closed; expected %{ end${open.at(-1) === "for" ? "for" : "if"} }`,
        );
  }

  /** What a $ or % begins: an expression, a directive, or nothing. */
  private sign(open: string[]): Part | undefined {
    const { cursor } = this;
    if (cursor.take("$${") || cursor.take("%%{")) {
      return cursor.text.slice(cursor.at - 2, cursor.at);
    }
    if (cursor.pass(INTERPOLATION)) {
      return cursor.within(true, () => this.closed(this.expression()));
    }
    if (cursor.pass(DIRECTIVE)) {
      return cursor.within(true, () => this.closed(this.directive(open)));
    }
    return cursor.match(SIGN);
  }

  private closed(part: Expression): Expression {
    this.cursor.space();
    return !this.cursor.pass(CLOSE) ? this.cursor.expected("} at the end of a template") : part;
  }

  private directive(open: string[]): Expression {
    const { cursor } = this;
    const keyword = cursor.name();
    if (keyword === "if") {
      this.expression();
      open.push("if");
    } else if (keyword === "for") {
      this.loop();
      open.push("for");
    } else if (keyword === "else" && open.at(-1) === "if") {
      open[open.length - 1] = "else";
    } else if (keyword === "endif" && (open.at(-1) === "if" || open.at(-1) === "else")) {
      open.pop();
    } else if (keyword === "endfor" && open.at(-1) === "for") {
      open.pop();
    } else {
      cursor.expected("a directive that fits before this: if, else, endif, for or endfor");
    }
    return OTHER;
  }

  private escape(end: string): string {
    const { cursor } = this;
    const written = cursor.match(ESCAPE);
    if (written === undefined || end !== '"') {
      return cursor.expected('" at the end of text in quotes, or an escape such as \\n or \\"');
    }
    const code = Number.parseInt(written.slice(2), 16);
    const simple = ESCAPES[written.slice(1)];
    return (
      simple ??
      (code > 0x10_ffff || (code >= 0xd800 && code <= 0xdfff)
        ? cursor.refuse(`${written} is not a character`)
        : String.fromCodePoint(code))
    );
  }

  private isHeredocEnd(marker: string): boolean {
    const { cursor } = this;
    if (cursor.text[cursor.at - 1] !== "\n") {
      return false;
    }
    const lineEnd = cursor.text.indexOf("\n", cursor.at);
    if (lineEnd < 0) {
      return false;
    }
    const line = cursor.text.slice(cursor.at, lineEnd);
    if (line.trim() !== marker) {
      return false;
    }
    if (/[^ \t\r]/.test(line.replace(marker, ""))) {
      cursor.refuse(
        "the end marker of a heredoc has other white space than spaces and tabs beside it; remove it",
      );
    }
    cursor.at = lineEnd - (line.endsWith("\r") ? 1 : 0);
    return true;
  }
}
