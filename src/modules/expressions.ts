import type { Cursor } from "./cursor";
import { type Call, type Expression, OTHER } from "./syntax";
import { Templates } from "./templates";

const OPERATOR = /==|!=|<=|>=|&&|\|\||[-+*/%<>]/y;
const SIGN = /[-!]/y;
const DIGITS = /\d(?:\.*(?:\d|[eE][-+]?\d))*/y;
const NUMBER = /^\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/** Reads the expressions of Terraform's language, by the whole of its grammar, and keeps the calls in them. */
export class Expressions {
  readonly calls: Call[] = [];
  readonly templates: Templates;

  constructor(private readonly cursor: Cursor) {
    this.templates = new Templates(cursor, () => this.expression());
  }

  /** `a`, `a + b`, `a ? b : c`. */
  expression(): Expression {
    const first = this.operations();
    if (!this.cursor.takeNext("?")) {
      return first;
    }
    return this.cursor.within("as before", () => {
      this.expression();
      this.cursor.expect(":", "in a condition");
      this.expression();
      return OTHER;
    });
  }

  private operations(): Expression {
    const first = this.operand();
    let isAlone = true;
    for (this.cursor.space(); this.operator(); this.cursor.space()) {
      this.operand();
      isAlone = false;
    }
    return isAlone ? first : OTHER;
  }

  private operator(): boolean {
    // => ends the key of a `for`.
    return !this.cursor.text.startsWith("=>", this.cursor.at) && this.cursor.pass(OPERATOR);
  }

  private operand(): Expression {
    this.cursor.space();
    let isPlain = true;
    while (this.cursor.pass(SIGN)) {
      isPlain = false;
      this.cursor.space();
    }
    const expression = this.steps(this.term());
    return isPlain ? expression : OTHER;
  }

  private term(): Expression {
    const { cursor } = this;
    const start = cursor.at;
    if (cursor.take("(")) {
      return cursor.within(true, () => {
        this.expression();
        cursor.expect(")", "after an expression in parentheses");
        return OTHER;
      });
    }
    if (cursor.take("[")) {
      return cursor.within(true, () => this.list());
    }
    if (cursor.take("{")) {
      return this.object();
    }
    const text = this.templates.quoted() ?? this.templates.heredoc();
    if (text !== undefined) {
      return text;
    }
    const name = cursor.name();
    if (name !== undefined) {
      return this.named(name, start);
    }
    return this.number() ?? cursor.expected("an expression");
  }

  private number(): Expression | undefined {
    const number = this.digits();
    if (number === undefined) {
      return undefined;
    }
    return NUMBER.test(number)
      ? OTHER
      : this.cursor.refuse(
          `${number} is not a number; expected one such as 1, 2.5 or 1e3`,
          this.cursor.at - number.length,
        );
  }

  /** Digits, dots and exponents, as far as Terraform takes them for one number. */
  private digits(): string | undefined {
    return this.cursor.match(DIGITS);
  }

  private named(first: string, at: number): Expression {
    const { cursor } = this;
    let name = first;
    while (cursor.takeNext("::")) {
      name += `::${cursor.name() ?? cursor.expected("a name after ::")}`;
    }
    if (cursor.takeNext("(")) {
      const call: Call = { kind: "call", name, arguments: cursor.within(true, () => this.arguments()), at };
      this.calls.push(call);
      return call;
    }
    if (name !== first) {
      return cursor.expected("( after the name of a function");
    }
    return ["true", "false", "null"].includes(name) ? OTHER : { kind: "reference", name };
  }

  private arguments(): Expression[] {
    const { cursor } = this;
    const read: Expression[] = [];
    while (!cursor.takeNext(")")) {
      read.push(this.expression());
      if (cursor.takeNext("...")) {
        cursor.expect(")", "after ...");
        return read;
      }
      if (!cursor.takeNext(",")) {
        cursor.expect(")", "after the arguments of a function");
        return read;
      }
    }
    return read;
  }

  /** `.name`, `.0`, `.*`, `[key]`, `[*]`. */
  private steps(from: Expression): Expression {
    const { cursor } = this;
    let expression = from;
    let isInSplat = false;
    for (;;) {
      cursor.space();
      if (cursor.take("[")) {
        this.index();
        [expression, isInSplat] = [OTHER, false];
        continue;
      }
      if (cursor.text.startsWith("...", cursor.at) || !cursor.take(".")) {
        return expression;
      }
      const name = cursor.name();
      if (name !== undefined) {
        expression =
          expression.kind === "reference" ? { kind: "reference", name: `${expression.name}.${name}` } : OTHER;
        continue;
      }
      expression = OTHER;
      const isSplat = cursor.take("*");
      if (isSplat ? isInSplat : !/^\d+$/.test(this.digits() ?? "")) {
        cursor.expected("the name of an attribute after a dot");
      }
      isInSplat ||= isSplat;
    }
  }

  private index(): void {
    const { cursor } = this;
    if (cursor.takeNext("*")) {
      cursor.expect("]", "after *");
      return;
    }
    cursor.within(true, () => {
      this.expression();
      cursor.expect("]", "after an index");
    });
  }

  private list(): Expression {
    const { cursor } = this;
    if (this.isFor()) {
      this.for("]");
      return OTHER;
    }
    while (!cursor.takeNext("]")) {
      this.expression();
      if (!cursor.takeNext(",")) {
        cursor.expect("]", "after the items of a list");
        break;
      }
    }
    return OTHER;
  }

  private object(): Expression {
    const { cursor } = this;
    return cursor.within(true, () => this.isFor())
      ? cursor.within(true, () => this.for("}"))
      : cursor.within(false, () => ({ kind: "object" as const, items: this.items() }));
  }

  private items(): [Expression, Expression][] {
    const { cursor } = this;
    const items: [Expression, Expression][] = [];
    for (;;) {
      cursor.emptyLines();
      if (cursor.take("}")) {
        return items;
      }
      const key = this.expression();
      if (!cursor.takeNext(":")) {
        cursor.expect("=", "after the key of an object");
      }
      items.push([key, this.expression()]);
      if (cursor.takeNext("}")) {
        return items;
      }
      if (!cursor.takeNext(",") && !cursor.takeLineEnd()) {
        cursor.expected("a line end, a comma or } after a value of an object");
      }
    }
  }

  private isFor(): boolean {
    const { at } = this.cursor;
    const isFor = this.cursor.name() === "for";
    this.cursor.at = isFor ? this.cursor.at : at;
    return isFor;
  }

  private for(close: "]" | "}"): Expression {
    const { cursor } = this;
    this.templates.loop();
    cursor.expect(":", "in a for expression");
    this.expression();
    if (close === "}") {
      cursor.expect("=>", "in a for expression");
      this.expression();
      cursor.takeNext("...");
    }
    const { at } = cursor;
    if (cursor.name() === "if") {
      this.expression();
    } else {
      cursor.at = at;
    }
    cursor.expect(close, "after a for expression");
    return OTHER;
  }
}
