/** A top-level block of a Terraform file: `resource "aws_iam_role" "reader" { ... }`. */
export interface Block {
  readonly keyword: string;
  readonly labels: readonly string[];
  /**
   * The body's own arguments, as Terraform's JSON syntax writes them: the text of a literal string, every other
   * expression in `${}`.
   */
  readonly attributes: ReadonlyMap<string, string>;
  /** The body as it is written, without comments. */
  readonly body: string;
}

/** The file is not what its name says; `message` goes after "the file ...". */
export class UnreadableTerraform extends Error {}

/**
 * The blocks at the top of a Terraform file: the one reader of HCL here, for the program's own modules and for
 * teams'. Reads no deeper than these need, and does so at once: the full parser is WebAssembly that takes a second
 * to load.
 */
export function terraformBlocks(name: string, text: string): Block[] {
  return name.endsWith(".json") ? jsonBlocks(text) : new Scanner(text.replace(/^\uFEFF/, "")).blocks();
}

const IDENTIFIER = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy;
const CLOSES: Readonly<Record<string, string>> = { "{": "}", "[": "]", "(": ")" };
/** A run of what means nothing here: no bracket, quote, comment or heredoc, and no line end. */
const PLAIN = /[^\n"#/<{}[\]()]+/y;
/** A run of a string's text, an escaped character, or the doubled sign of a template that is none. */
const IN_STRING = /[^"\\$%]+|\\.|\$\$\{|%%\{|./suy;
const HEREDOC = /<<-?([\p{ID_Start}_][\p{ID_Continue}-]*)\r?\n/uy;

/** Walks HCL from left to right: knows comments, strings with templates, heredocs and brackets, no operators. */
class Scanner {
  private at = 0;

  constructor(private readonly text: string) {}

  blocks(): Block[] {
    const blocks: Block[] = [];
    for (this.trivia(); this.at < this.text.length; this.trivia()) {
      const keyword = this.match(IDENTIFIER)?.[0];
      if (keyword === undefined) {
        this.element();
        continue;
      }
      const labels = this.labels();
      if (this.text[this.at] === "{") {
        blocks.push({ keyword, labels, ...this.body() });
      }
    }
    return blocks;
  }

  /** `"aws_iam_role" "reader"`, up to what follows. */
  private labels(): string[] {
    const labels: string[] = [];
    for (;;) {
      this.spaces();
      const start = this.at;
      if (this.text[start] === '"') {
        this.element();
        labels.push(this.text.slice(start + 1, this.at - 1));
        continue;
      }
      const label = this.match(IDENTIFIER)?.[0];
      if (label === undefined) {
        return labels;
      }
      labels.push(label);
    }
  }

  private body(): { attributes: Map<string, string>; body: string } {
    const attributes = new Map<string, string>();
    const start = this.at;
    this.at += 1;
    for (this.trivia(); this.text[this.at] !== "}"; this.trivia()) {
      this.mustGoOn();
      const name = this.match(IDENTIFIER)?.[0];
      this.spaces();
      if (name !== undefined && /^=[^=]/.test(this.text.slice(this.at, this.at + 2))) {
        this.at += 1;
        attributes.set(name, this.expression());
      } else if (name !== undefined) {
        this.labels();
      } else {
        this.element();
      }
    }
    this.at += 1;
    return { attributes, body: withoutComments(this.text.slice(start, this.at)) };
  }

  /** Up to the end of its line, or of a body in one line. */
  private expression(): string {
    this.spaces();
    const start = this.at;
    while (this.at < this.text.length && !/[\n}]/.test(this.text[this.at] ?? "") && !this.isLineComment()) {
      this.element();
    }
    const expression = this.text.slice(start, this.at).trim();
    return /^"(?:[^"\\$%]|[$%](?!\{))*"$/.test(expression) ? expression.slice(1, -1) : `\${${expression}}`;
  }

  /** Passes whatever begins here: a comment, a string, a heredoc, brackets with all inside, or a character. */
  private element(): void {
    if (this.match(PLAIN) !== null || this.comment()) {
      return;
    }
    const character = this.text[this.at] ?? "";
    const close = CLOSES[character];
    const terminator = this.match(HEREDOC)?.[1];
    if (character === '"') {
      this.string();
    } else if (close !== undefined) {
      this.brackets(close);
    } else if (terminator !== undefined) {
      this.heredoc(terminator);
    } else {
      this.at += 1;
    }
  }

  private brackets(close: string): void {
    this.at += 1;
    while (this.text[this.at] !== close) {
      this.mustGoOn();
      this.element();
    }
    this.at += 1;
  }

  private string(): void {
    this.at += 1;
    while (this.text[this.at] !== '"') {
      this.mustGoOn();
      if (/^[$%]\{/.test(this.text.slice(this.at, this.at + 2))) {
        this.at += 1;
        this.brackets("}");
      } else {
        this.match(IN_STRING);
      }
    }
    this.at += 1;
  }

  /** Ends before the line end after its terminator, so that what follows is a line of its own. */
  private heredoc(terminator: string): void {
    for (;;) {
      this.mustGoOn();
      const end = this.text.indexOf("\n", this.at);
      const line = this.text.slice(this.at, end < 0 ? undefined : end);
      this.at += line.length;
      if (line.trim() === terminator) {
        return;
      }
      this.at += 1;
    }
  }

  /** White space, line ends and comments. */
  private trivia(): void {
    for (;;) {
      this.match(/\s*/y);
      if (!this.comment()) {
        return;
      }
    }
  }

  private spaces(): void {
    while (this.match(/[^\S\n]+/y) !== null || (this.text.startsWith("/*", this.at) && this.comment())) {
      // Each turn passes one.
    }
  }

  private comment(): boolean {
    if (this.isLineComment()) {
      const end = this.text.indexOf("\n", this.at);
      this.at = end < 0 ? this.text.length : end;
      return true;
    }
    if (!this.text.startsWith("/*", this.at)) {
      return false;
    }
    const end = this.text.indexOf("*/", this.at + 2);
    this.at = end < 0 ? this.text.length + 1 : end + 2;
    this.mustGoOn(end < 0);
    return true;
  }

  private isLineComment(): boolean {
    return this.text[this.at] === "#" || this.text.startsWith("//", this.at);
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    this.at += found?.[0].length ?? 0;
    return found;
  }

  private mustGoOn(stopped = this.at >= this.text.length): void {
    if (stopped) {
      throw new UnreadableTerraform(
        "is not HCL: a bracket, quote, heredoc or comment in it is never closed; run terraform fmt on it",
      );
    }
  }
}

/** For a search through a body. A `#` in a string may go with its line; what is looked for is in none. */
function withoutComments(body: string): string {
  return body.replace(/\/\*[\s\S]*?\*\/|(?:#|\/\/).*$/gm, "");
}

/** How many labels a block has, where there are any: the levels of mappings before its body. */
const LABELS: Readonly<Record<string, number>> = {
  resource: 2,
  data: 2,
  ephemeral: 2,
  module: 1,
  variable: 1,
  output: 1,
  provider: 1,
};

function jsonBlocks(text: string): Block[] {
  let document: unknown;
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    throw new UnreadableTerraform("is not JSON; run terraform validate on its module");
  }
  return entriesOf(document).flatMap(([keyword, value]) => labelled(keyword, [], value));
}

function labelled(keyword: string, labels: readonly string[], value: unknown): Block[] {
  if (labels.length < (LABELS[keyword] ?? 0)) {
    return entriesOf(value).flatMap(([label, inner]) => labelled(keyword, [...labels, label], inner));
  }
  return listOf(value).map((body) => ({
    keyword,
    labels,
    attributes: new Map(
      entriesOf(body).map(([name, inner]) => [
        name,
        typeof inner === "string" ? inner : `\${${JSON.stringify(inner)}}`,
      ]),
    ),
    body: JSON.stringify(body),
  }));
}

/** Terraform takes a list of mappings for one mapping everywhere. `//` is a comment. */
function entriesOf(value: unknown): [string, unknown][] {
  return listOf(value).flatMap((item) =>
    typeof item === "object" && item !== null ? Object.entries(item).filter(([key]) => key !== "//") : [],
  );
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}
