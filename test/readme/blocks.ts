/** A fenced block of a Markdown file, with the HTML comment that stands before it: `<!-- test: ... -->`. */
export interface Block {
  readonly language: string;
  /** The comment's text, such as `e2e` or `test: accounts.yaml`; undefined where there is none. */
  readonly marker: string | undefined;
  /** Without the indentation of the fence; every line ends in a newline. */
  readonly text: string;
  /** Index of the line with the opening fence. */
  readonly line: number;
}

const FENCE = /^( *)```(\w*)$/;
const MARKER = /^ *<!-- (.+) -->$/;

export function blocksOf(markdown: string): Block[] {
  const lines = markdown.split("\n");
  const blocks: Block[] = [];
  for (let line = 0; line < lines.length; line += 1) {
    const [, indent, language] = FENCE.exec(lines[line] ?? "") ?? [];
    if (indent !== undefined && language !== undefined) {
      const end = closingFence(lines, line, indent);
      const content = lines.slice(line + 1, end).map((text) => `${text.slice(indent.length)}\n`);
      const marker = MARKER.exec(lines[line - 1] ?? "")?.[1];
      blocks.push({ language, marker, text: content.join(""), line });
      line = end;
    }
  }
  return blocks;
}

/** The file with other texts in some of its blocks. */
export function withTexts(markdown: string, texts: ReadonlyMap<Block, string>): string {
  const lines = markdown.split("\n");
  for (const [block, text] of [...texts].sort(([a], [b]) => b.line - a.line)) {
    const indent = /^ */.exec(lines[block.line] ?? "")?.[0] ?? "";
    const end = closingFence(lines, block.line, indent);
    const content = text.replace(/\n$/, "").split("\n");
    lines.splice(
      block.line + 1,
      end - block.line - 1,
      ...content.map((line) => (line === "" ? "" : indent + line)),
    );
  }
  return lines.join("\n");
}

function closingFence(lines: readonly string[], opening: number, indent: string): number {
  const end = lines.indexOf(`${indent}\`\`\``, opening + 1);
  if (end < 0) {
    throw new Error(`the fence in line ${opening + 1} is not closed`);
  }
  return end;
}
