import { Cursor } from "./cursor";
import { Expressions } from "./expressions";
import type { Block, Body, Call, Expression, TerraformCode } from "./syntax";

/** Reads a file in Terraform's own syntax. */
export function hclCode(text: string): TerraformCode {
  const file = new HclFile(text.replace(/^\uFEFF/, ""));
  return { blocks: file.read(), calls: file.calls };
}

/** The calls in a text that Terraform reads as a template: a file for `templatefile`. */
export function templateCalls(text: string): readonly Call[] {
  const expressions = new Expressions(new Cursor(text));
  expressions.templates.whole();
  return expressions.calls;
}

/** A label with escapes or templates is none that Terraform takes, or none that can be read at a glance. */
const LABEL = /"[^"\\$%\r\n]*"/y;

class HclFile {
  private readonly cursor: Cursor;
  private readonly expressions: Expressions;

  constructor(text: string) {
    this.cursor = new Cursor(text);
    this.expressions = new Expressions(this.cursor);
  }

  get calls(): readonly Call[] {
    return this.expressions.calls;
  }

  read(): readonly Block[] {
    const { attributes, blocks } = this.body(() => this.cursor.isAtEnd());
    return attributes.size === 0
      ? blocks
      : this.cursor.refuse("an argument is outside of any block; move it into one", 0);
  }

  /** Lines of arguments and blocks. */
  private body(isOver: () => boolean): Body {
    const { cursor } = this;
    const attributes = new Map<string, Expression>();
    const blocks: Block[] = [];
    for (;;) {
      cursor.emptyLines();
      if (isOver()) {
        return { attributes, blocks };
      }
      this.item(attributes, blocks);
      if (!cursor.isAtLineEnd()) {
        cursor.expected("a line end after an argument or a block");
      }
    }
  }

  private item(attributes: Map<string, Expression>, blocks: Block[]): void {
    const { cursor } = this;
    const at = cursor.at;
    const name = cursor.name() ?? cursor.expected("an argument, a block, or } at the end of a block");
    if (cursor.takeNext("=")) {
      this.argument(name, at, attributes);
    } else {
      blocks.push(this.block(name, at));
    }
  }

  private argument(name: string, at: number, attributes: Map<string, Expression>): void {
    if (attributes.has(name)) {
      this.cursor.refuse(`the argument ${name} is given twice; remove one`, at);
    }
    attributes.set(name, this.expressions.expression());
  }

  private block(keyword: string, at: number): Block {
    const { cursor } = this;
    const labels = this.labels();
    cursor.expect("{", "after the name and the labels of a block");
    const body = cursor.within(false, () => (cursor.isAtLineEnd() ? this.lines() : this.oneLine()));
    return { keyword, labels, at, ...body };
  }

  private labels(): string[] {
    const { cursor } = this;
    const labels: string[] = [];
    for (;;) {
      cursor.space();
      const label = cursor.match(LABEL)?.slice(1, -1) ?? cursor.name();
      if (label === undefined) {
        return labels;
      }
      labels.push(label);
    }
  }

  private lines(): Body {
    return this.body(() => this.cursor.take("}"));
  }

  /** `{}` and `{ name = value }`. */
  private oneLine(): Body {
    const { cursor } = this;
    const attributes = new Map<string, Expression>();
    if (!cursor.takeNext("}")) {
      const { at } = cursor;
      const name = cursor.name() ?? cursor.expected("an argument or }");
      cursor.expect("=", "after the name of an argument");
      this.argument(name, at, attributes);
      cursor.expect("}", "at the end of a block in one line, which has one argument");
    }
    return { attributes, blocks: [] };
  }
}
