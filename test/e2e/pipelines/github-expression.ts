/** What an expression of a workflow can name, by context: `github`, `needs`, `vars` and so on. */
export type Contexts = Readonly<Record<string, unknown>>;

/** Whether the steps or jobs before went well. */
export interface Status {
  readonly failed: boolean;
}

type Token = { readonly kind: "operator" | "name" | "text" | "number"; readonly text: string };

const TOKEN = /\s*(?:(\|\||&&|==|!=|[!().,[\]*])|([A-Za-z_][\w-]*)|'((?:[^']|'')*)'|(-?\d+))/y;

/** The value of one expression, without `${{` and `}}`, as GitHub's runner has it. Throws where it has no meaning here. */
export function evaluateExpression(text: string, contexts: Contexts, status: Status): unknown {
  return new Parser(tokensOf(text), contexts, status).whole();
}

/** A text in which each `${{ expression }}` is replaced by its value. */
export function interpolated(text: string, contexts: Contexts, status: Status): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, expression: string) =>
    String(evaluateExpression(expression, contexts, status) ?? ""),
  );
}

/** Whether a condition, with or without `${{ }}`, holds. One that asks for no status holds only after success. */
export function holds(condition: unknown, contexts: Contexts, status: Status): boolean {
  const text = String(condition ?? "success()").trim();
  const expression = /^\$\{\{(.*)\}\}$/s.exec(text)?.[1] ?? text;
  const asksStatus = /\b(success|failure|always|cancelled)\(\)/.test(expression);
  if (!asksStatus && status.failed) return false;
  return isTrue(evaluateExpression(expression, contexts, status));
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const [, operator, name, quoted, number] = TOKEN.exec(text) ?? [];
    if (operator !== undefined) tokens.push({ kind: "operator", text: operator });
    else if (name !== undefined) tokens.push({ kind: "name", text: name });
    else if (quoted !== undefined) tokens.push({ kind: "text", text: quoted.replaceAll("''", "'") });
    else if (number !== undefined) tokens.push({ kind: "number", text: number });
    else throw new Error(`the expression ${text} cannot be read at ${at}`);
  }
  return tokens;
}

function isTrue(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "" && value !== 0 && value !== false;
}

function property(of: unknown, name: string): unknown {
  if (Array.isArray(of)) return of.map((one) => property(one, name));
  return typeof of === "object" && of !== null ? (of as Record<string, unknown>)[name] : undefined;
}

class Parser {
  private at = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly contexts: Contexts,
    private readonly status: Status,
  ) {}

  whole(): unknown {
    const value = this.either();
    if (this.at < this.tokens.length) throw new Error(`unexpected ${this.tokens[this.at]?.text}`);
    return value;
  }

  private take(operator: string): boolean {
    const token = this.tokens[this.at];
    if (token?.kind !== "operator" || token.text !== operator) return false;
    this.at += 1;
    return true;
  }

  private expect(operator: string): void {
    if (!this.take(operator)) throw new Error(`expected ${operator}, not ${this.tokens[this.at]?.text}`);
  }

  private either(): unknown {
    let value = this.both();
    while (this.take("||")) {
      const other = this.both();
      value = isTrue(value) ? value : other;
    }
    return value;
  }

  private both(): unknown {
    let value = this.equal();
    while (this.take("&&")) {
      const other = this.equal();
      value = isTrue(value) ? other : value;
    }
    return value;
  }

  private equal(): unknown {
    const value = this.not();
    if (this.take("==")) return value === this.not();
    if (this.take("!=")) return value !== this.not();
    return value;
  }

  private not(): unknown {
    return this.take("!") ? !isTrue(this.not()) : this.path();
  }

  private path(): unknown {
    let value = this.primary();
    for (;;) {
      if (this.take(".")) {
        if (this.take("*")) continue;
        value = property(value, this.next("name").text);
      } else if (this.take("[")) {
        const key = this.either();
        this.expect("]");
        value = Array.isArray(value) ? value[Number(key)] : property(value, String(key));
      } else {
        return value;
      }
    }
  }

  private next(kind: Token["kind"]): Token {
    const token = this.tokens[this.at];
    if (token?.kind !== kind) throw new Error(`expected a ${kind}, not ${token?.text}`);
    this.at += 1;
    return token;
  }

  private primary(): unknown {
    if (this.take("(")) {
      const value = this.either();
      this.expect(")");
      return value;
    }
    const token = this.tokens[this.at];
    this.at += 1;
    if (token?.kind === "text") return token.text;
    if (token?.kind === "number") return Number(token.text);
    if (token?.kind !== "name") throw new Error(`unexpected ${token?.text}`);
    if (token.text === "true" || token.text === "false") return token.text === "true";
    if (this.take("(")) return this.call(token.text);
    if (!(token.text in this.contexts)) throw new Error(`the context ${token.text} is not known`);
    return this.contexts[token.text];
  }

  private call(name: string): unknown {
    const given: unknown[] = [];
    while (!this.take(")")) {
      given.push(this.either());
      this.take(",");
    }
    const functions: Record<string, () => unknown> = {
      success: () => !this.status.failed,
      failure: () => this.status.failed,
      always: () => true,
      cancelled: () => false,
      fromJSON: () => JSON.parse(String(given[0])),
      join: () => (Array.isArray(given[0]) ? given[0] : []).join(String(given[1] ?? ",")),
    };
    const called = functions[name];
    if (called === undefined) throw new Error(`the function ${name} is not known`);
    return called();
  }
}
