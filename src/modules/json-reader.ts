import { Cursor } from "./cursor";

/** A value with the place where it begins. */
export type JsonValue = { readonly at: number } & (
  | { readonly kind: "object"; readonly entries: readonly JsonEntry[] }
  | { readonly kind: "list"; readonly items: readonly JsonValue[] }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "number"; readonly written: string }
  | { readonly kind: "null" | "boolean" }
);

/** A key with the place where it begins, and its value. */
export interface JsonEntry {
  readonly key: string;
  readonly at: number;
  readonly value: JsonValue;
}

const SPACE = /[ \t\r\n]+/y;
/** The first character of a comment. */
const COMMENT = /#|\/(?=[/*])/y;
const WORD = /(?:null|true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)(?![\w.+-])/y;
const IN_TEXT = /[^"\\\r\n\t]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/**
 * Reads JSON as its standard has it, with places: without comments, without a comma at the end. What is wrong is
 * thrown as UnreadableText.
 */
export class JsonReader {
  private readonly cursor: Cursor;

  constructor(
    text: string,
    /** Hears of each key that its object has already: JSON.parse, Terraform and AWS take the last of them. */
    private readonly onRepeated: (at: number, first: number) => void,
  ) {
    this.cursor = new Cursor(text);
  }

  document(): JsonValue {
    const document = this.value();
    this.space();
    return this.cursor.isAtEnd() ? document : this.cursor.expected("the end of the file after its JSON");
  }

  private value(): JsonValue {
    const { cursor } = this;
    this.space();
    const { at } = cursor;
    if (cursor.take("{")) {
      return { at, kind: "object", entries: cursor.within("as before", () => this.entries()) };
    }
    if (cursor.take("[")) {
      return { at, kind: "list", items: cursor.within("as before", () => this.items()) };
    }
    const text = this.text();
    if (text !== undefined) {
      return { at, kind: "text", text };
    }
    const word = cursor.match(WORD);
    if (word === undefined) {
      return cursor.expected("a value in JSON");
    }
    return /^[-\d]/.test(word)
      ? { at, kind: "number", written: word }
      : { at, kind: word === "null" ? word : "boolean" };
  }

  private entries(): JsonEntry[] {
    const { cursor } = this;
    const entries: JsonEntry[] = [];
    const known = new Map<string, number>();
    while (!this.next("}", entries.length)) {
      const { at } = cursor;
      const key = this.text() ?? cursor.expected('a key in "');
      const first = known.get(key);
      if (first === undefined) {
        known.set(key, at);
      } else {
        this.onRepeated(at, first);
      }
      this.space();
      if (!cursor.take(":")) {
        cursor.expected(": after a key");
      }
      entries.push({ key, at, value: this.value() });
    }
    return entries;
  }

  private items(): JsonValue[] {
    const items: JsonValue[] = [];
    while (!this.next("]", items.length)) {
      items.push(this.value());
    }
    return items;
  }

  /** Takes the end, or the comma before the next of `count` and more. */
  private next(close: string, count: number): boolean {
    const { cursor } = this;
    this.space();
    if (cursor.take(close)) {
      return true;
    }
    const { at } = cursor;
    if (count > 0 && !cursor.take(",")) {
      cursor.expected(`a comma or ${close}`);
    }
    this.space();
    return count > 0 && cursor.text[cursor.at] === close
      ? cursor.refuse(`a comma is before the ${close} at the end; remove it`, at)
      : false;
  }

  private text(): string | undefined {
    const { cursor } = this;
    const { at } = cursor;
    if (!cursor.take('"')) {
      return undefined;
    }
    while (cursor.pass(IN_TEXT)) {
      // Each turn takes a run of text or an escape.
    }
    if (!cursor.take('"')) {
      cursor.expected('" at the end of text, or an escape such as \\n or \\"');
    }
    const text: string = JSON.parse(cursor.text.slice(at, cursor.at));
    return /\p{Cs}/u.test(text)
      ? cursor.refuse("text has half a character (an escape \\uD800 to \\uDFFF); expected whole ones", at)
      : text;
  }

  private space(): void {
    const { cursor } = this;
    cursor.pass(SPACE);
    if (cursor.pass(COMMENT)) {
      cursor.refuse("JSON has no comments; remove this one", cursor.at - 1);
    }
  }
}
