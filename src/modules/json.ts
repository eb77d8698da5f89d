import { Cursor } from "./cursor";
import { Expressions } from "./expressions";
import {
  BLOCK_LABELS,
  type Block,
  type Body,
  type Call,
  type Expression,
  literalOf,
  OTHER,
  type TerraformCode,
  UnreadableTerraform,
} from "./syntax";

/**
 * The blocks that Terraform itself reads in others, and how many labels they have: the levels of objects before a
 * body. All other keys of a body are arguments or blocks of a provider, which only the provider's schema tells apart.
 */
const LABELS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "": BLOCK_LABELS,
  terraform: { required_providers: 0, backend: 1, cloud: 0, provider_meta: 1 },
  resource: { provisioner: 1 },
  removed: { provisioner: 1 },
  check: { data: 2 },
};

/** A value with the place where it begins. */
type Value = { readonly at: number } & (
  | { readonly kind: "object"; readonly entries: readonly Entry[] }
  | { readonly kind: "list"; readonly items: readonly Value[] }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "null" | "other" }
);

interface Entry {
  readonly key: string;
  readonly at: number;
  readonly value: Value;
}

/** Reads a file in Terraform's JSON syntax. */
export function jsonCode(text: string): TerraformCode {
  const blocks = new JsonBlocks(text);
  return { blocks: blocks.of(new JsonReader(text).document()), calls: blocks.calls };
}

const SPACE = /[ \t\r\n]+/y;
const WORD = /(?:null|true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)(?![\w.+-])/y;
const IN_TEXT = /[^"\\\r\n\t]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Reads JSON with places, and refuses what JSON.parse and Terraform read differently: a key twice. */
class JsonReader {
  private readonly cursor: Cursor;

  constructor(text: string) {
    this.cursor = new Cursor(text);
  }

  document(): Value {
    const document = this.value();
    this.space();
    return this.cursor.isAtEnd() ? document : this.cursor.expected("the end of the file after its JSON");
  }

  private value(): Value {
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
    return { at, kind: word === "null" ? "null" : "other" };
  }

  private entries(): Entry[] {
    const { cursor } = this;
    const entries = new Map<string, Entry>();
    while (!this.next("}", entries.size)) {
      const { at } = cursor;
      const key = this.text() ?? cursor.expected('a key in "');
      if (entries.has(key)) {
        cursor.refuse("a key is given twice in one object; remove one", at);
      }
      this.space();
      if (!cursor.take(":")) {
        cursor.expected(": after a key");
      }
      entries.set(key, { key, at, value: this.value() });
    }
    return [...entries.values()];
  }

  private items(): Value[] {
    const items: Value[] = [];
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
    if (count > 0 && !cursor.take(",")) {
      cursor.expected(`a comma or ${close}`);
    }
    this.space();
    return false;
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

  /** JSON has no comments. */
  private space(): void {
    this.cursor.pass(SPACE);
  }
}

/** Finds the blocks in a JSON document as Terraform does, and the calls in its texts. */
class JsonBlocks {
  readonly calls: Call[] = [];

  constructor(private readonly text: string) {}

  of(document: Value): readonly Block[] {
    if (document.kind === "null") {
      this.refuse("found null; expected an object with blocks", document.at);
    }
    return this.objects(document).flatMap((entries) => this.body(entries, "").blocks);
  }

  private body(entries: readonly Entry[], parent: string): Body {
    const attributes = new Map<string, Expression>();
    const blocks: Block[] = [];
    const known = LABELS[parent] ?? {};
    for (const { key, value, at } of entries) {
      const labels = Object.hasOwn(known, key) ? known[key] : undefined;
      if (labels !== undefined) {
        blocks.push(...this.labelled(key, labels, [], value));
      } else if (parent === "" && key !== "//") {
        blocks.push({ keyword: key, labels: [], at, attributes, blocks: [] });
      } else if (key !== "//") {
        attributes.set(key, this.expression(value));
      }
    }
    return { attributes, blocks };
  }

  private labelled(keyword: string, missing: number, labels: readonly string[], value: Value): Block[] {
    const objects = this.objects(value);
    if (missing > 0 && objects.every((entries) => entries.length === 0)) {
      this.refuse(`a ${keyword} block has no label; expected an object with one for each label`, value.at);
    }
    return objects.flatMap((entries) => {
      if (missing > 0) {
        return entries.flatMap(({ key, value: inner }) =>
          this.labelled(keyword, missing - 1, [...labels, key], inner),
        );
      }
      return [{ keyword, labels, at: value.at, ...this.body(entries, keyword) }];
    });
  }

  /** Terraform takes a list of objects for an object wherever it looks for blocks, and null for none. */
  private objects(value: Value): (readonly Entry[])[] {
    const items = value.kind === "list" ? value.items : value.kind === "null" ? [] : [value];
    return items.map((item) =>
      item.kind === "object"
        ? item.entries
        : this.refuse(
            "found a value that is not an object; expected an object, or a list of objects, for a block",
            item.at,
          ),
    );
  }

  private expression(value: Value): Expression {
    switch (value.kind) {
      case "object":
        return {
          kind: "object",
          items: value.entries.map(({ key, at, value: inner }) => [
            this.template(key, at),
            this.expression(inner),
          ]),
        };
      case "list":
        for (const item of value.items) {
          this.expression(item);
        }
        return OTHER;
      case "text":
        return this.template(value.text, value.at);
      default:
        return OTHER;
    }
  }

  /** Terraform reads most texts as templates and some as they are: only where both are the same is it known text. */
  private template(text: string, at: number): Expression {
    if (!/[$%]\{/.test(text)) {
      return { kind: "template", parts: [text] };
    }
    try {
      const expressions = new Expressions(new Cursor(text));
      const template = expressions.templates.whole();
      this.calls.push(...expressions.calls.map((call) => ({ ...call, at })));
      return literalOf(template) === undefined ? template : OTHER;
    } catch (cause) {
      if (!(cause instanceof UnreadableTerraform)) {
        throw cause;
      }
      return this.refuse(`this text is not a Terraform template: at ${cause.message}`, at);
    }
  }

  private refuse(problem: string, at: number): never {
    throw new UnreadableTerraform(this.text, at, problem);
  }
}
