/** What is read of a Terraform file, in either of its syntaxes. */

/** A block: `resource "aws_iam_role" "reader" { ... }`. */
export interface Block extends Body {
  readonly keyword: string;
  readonly labels: readonly string[];
  /** Where it starts in its file. */
  readonly at: number;
}

/** The blocks that Terraform 1.11 reads in a module, and how many labels each has. */
export const BLOCK_LABELS: Readonly<Record<string, number>> = {
  terraform: 0,
  locals: 0,
  moved: 0,
  removed: 0,
  import: 0,
  variable: 1,
  output: 1,
  module: 1,
  provider: 1,
  check: 1,
  resource: 2,
  data: 2,
  ephemeral: 2,
};

/** What is between the braces of a block, or in a file. */
export interface Body {
  readonly attributes: ReadonlyMap<string, Expression>;
  /** The blocks in it. In JSON only those of Terraform itself: the rest cannot be told from arguments. */
  readonly blocks: readonly Block[];
}

/** As much of an expression as the rules ask for. */
export type Expression =
  /** Text in quotes or in a heredoc: literal text, escapes resolved, and what is computed between. */
  | { readonly kind: "template"; readonly parts: readonly (string | Expression)[] }
  /** A name, with names of attributes behind it: `path.module`. */
  | { readonly kind: "reference"; readonly name: string }
  | Call
  | { readonly kind: "object"; readonly items: readonly (readonly [Expression, Expression])[] }
  | typeof OTHER;

/** A call of a function: `file("${path.module}/policies/read.json")`. */
export interface Call {
  readonly kind: "call";
  /** With its namespaces: `provider::aws::arn_parse`. */
  readonly name: string;
  readonly arguments: readonly Expression[];
  /** Where it starts in its file. */
  readonly at: number;
}

/** Any other expression. The calls in it are known to the file. */
export const OTHER = { kind: "other" } as const;

/** A file, read to its end. */
export interface TerraformCode {
  readonly blocks: readonly Block[];
  /** Every call of a function, wherever it is. */
  readonly calls: readonly Call[];
}

/** Line and column of a place in a text, from 1, in characters. */
export function placeIn(text: string, at: number): string {
  const before = text.slice(0, at);
  const start = before.lastIndexOf("\n") + 1;
  return `${before.split("\n").length}:${Array.from(before.slice(start)).length + 1}`;
}

/** The file is not what its name says, or not plainly so; `message` is "<line>:<column>: <what is wrong>". */
export class UnreadableText extends Error {
  constructor(
    text: string,
    readonly at: number,
    readonly problem: string,
  ) {
    super(`${placeIn(text, at)}: ${problem}`);
  }
}

/** The text of an expression that is text and nothing else. */
export function literalOf(expression: Expression | undefined): string | undefined {
  if (expression?.kind !== "template") {
    return undefined;
  }
  const [text = "", ...more] = expression.parts;
  return typeof text === "string" && more.length === 0 ? text : undefined;
}

/** What an expression refers to: `aws` in HCL, `"aws"` in JSON and in the HCL of old. */
export function referenceOf(expression: Expression | undefined): string | undefined {
  return expression?.kind === "reference" ? expression.name : literalOf(expression);
}
