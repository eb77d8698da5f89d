import { Cursor } from "./cursor";
import { Expressions } from "./expressions";
import { type JsonEntry, JsonReader, type JsonValue } from "./json-reader";
import {
  BLOCK_LABELS,
  type Block,
  type Body,
  type Call,
  type Expression,
  literalOf,
  OTHER,
  type TerraformCode,
  UnreadableText,
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

/** Reads a file in Terraform's JSON syntax. */
export function jsonCode(text: string): TerraformCode {
  const blocks = new JsonBlocks(text);
  const reader = new JsonReader(text, (at) => {
    throw new UnreadableText(text, at, "a key is given twice in one object; remove one");
  });
  return { blocks: blocks.of(reader.document()), calls: blocks.calls };
}

/** Finds the blocks in a JSON document as Terraform does, and the calls in its texts. */
class JsonBlocks {
  readonly calls: Call[] = [];

  constructor(private readonly text: string) {}

  of(document: JsonValue): readonly Block[] {
    if (document.kind === "null") {
      this.refuse("found null; expected an object with blocks", document.at);
    }
    return this.objects(document).flatMap((entries) => this.body(entries, "").blocks);
  }

  private body(entries: readonly JsonEntry[], parent: string): Body {
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

  private labelled(keyword: string, missing: number, labels: readonly string[], value: JsonValue): Block[] {
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
  private objects(value: JsonValue): (readonly JsonEntry[])[] {
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

  private expression(value: JsonValue): Expression {
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
      if (!(cause instanceof UnreadableText)) {
        throw cause;
      }
      return this.refuse(`this text is not a Terraform template: at ${cause.message}`, at);
    }
  }

  private refuse(problem: string, at: number): never {
    throw new UnreadableText(this.text, at, problem);
  }
}
