/** The part of commonmark that the tests use; it brings no types. */
declare module "commonmark" {
  export interface Node {
    readonly type: string;
    readonly literal: string | null;
    /** Of a code block: what follows the fence. */
    readonly info: string | null;
    readonly level: number;
    walker(): { next(): { readonly entering: boolean; readonly node: Node } | null };
  }

  export class Parser {
    parse(text: string): Node;
  }
}
