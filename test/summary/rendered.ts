import { Parser } from "commonmark";

/** What a renderer of Markdown makes of a text: each piece, and whether it is code. */
export interface Piece {
  readonly type: string;
  readonly text: string;
}

/** The pieces of Markdown in their order, without those that hold nothing. */
export function piecesOf(markdown: string): Piece[] {
  const walker = new Parser().parse(markdown).walker();
  const pieces: Piece[] = [];
  for (let event = walker.next(); event !== null; event = walker.next()) {
    const { node, entering } = event;
    if (entering && (node.literal !== null || ["link", "image", "heading"].includes(node.type))) {
      pieces.push({ type: node.type, text: node.literal ?? "" });
    }
  }
  return pieces;
}

/** What is not code: there GitHub and GitLab look for mentions, references, links and HTML. */
export function proseOf(markdown: string): Piece[] {
  return piecesOf(markdown).filter(({ type }) => type !== "code" && type !== "code_block");
}
