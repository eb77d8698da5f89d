import { type Edit, editedText, sorted } from "./edits";

/** Lines that stay the same around a change, as `diff -u` has them. */
const CONTEXT = 3;

/** Lines of a text, from 0, that an edit replaces by others. */
interface Hunk {
  /** The first line, and the one behind the last. */
  readonly from: number;
  readonly to: number;
  /** The lines that replace them. */
  readonly lines: readonly string[];
}

/** The edits of a text as a unified diff: its lines without their ends, a carriage return among them. */
export function unifiedDiff(name: string, text: string, edits: readonly Edit[]): string[] {
  const lines = linesOf(text);
  const result = [`--- ${name}`, `+++ ${name}`];
  let shift = 0;
  for (const group of grouped(hunksOf(text, lines, edits))) {
    const [start, end] = [
      Math.max(0, (group[0]?.from ?? 0) - CONTEXT),
      Math.min(lines.length, (group.at(-1)?.to ?? 0) + CONTEXT),
    ];
    const body: string[] = [];
    let at = start;
    for (const { from, to, lines: added } of group) {
      body.push(...lines.slice(at, from).flatMap((line) => shown(" ", line)));
      body.push(...lines.slice(from, to).flatMap((line) => shown("-", line)));
      body.push(...added.flatMap((line) => shown("+", line)));
      at = to;
    }
    body.push(...lines.slice(at, end).flatMap((line) => shown(" ", line)));
    const grown = group.reduce((sum, { from, to, lines: added }) => sum + added.length - (to - from), 0);
    result.push(`@@ -${span(start, end - start)} +${span(start + shift, end - start + grown)} @@`, ...body);
    shift += grown;
  }
  return result;
}

/** Each line with its end. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Of edits on the same lines one. */
function hunksOf(text: string, lines: readonly string[], edits: readonly Edit[]): Hunk[] {
  const starts: number[] = [];
  let length = 0;
  for (const line of lines) {
    starts.push(length);
    length += line.length;
  }
  const startOf = (line: number): number => starts[line] ?? text.length;
  const hunks: { from: number; to: number; edits: Edit[] }[] = [];
  // Behind the last line there is room for another only where it has an end.
  const last = text.endsWith("\n") ? lines.length : lines.length - 1;
  let line = 0;
  for (const edit of sorted(edits)) {
    while (line < last && startOf(line + 1) <= edit.offset) {
      line += 1;
    }
    // What is added in front of a line changes none.
    const isBetween = edit.length === 0 && edit.offset === startOf(line) && edit.text.endsWith("\n");
    let to = isBetween ? line : Math.min(line + 1, lines.length);
    while (startOf(to) < edit.offset + edit.length) {
      to += 1;
    }
    const before = hunks.at(-1);
    if (before !== undefined && line < before.to) {
      before.to = Math.max(before.to, to);
      before.edits.push(edit);
    } else {
      hunks.push({ from: line, to, edits: [edit] });
    }
  }
  return hunks.map((hunk) => {
    const [start, end] = [startOf(hunk.from), startOf(hunk.to)];
    const moved = hunk.edits.map((edit) => ({ ...edit, offset: edit.offset - start }));
    return { from: hunk.from, to: hunk.to, lines: linesOf(editedText(text.slice(start, end), moved)) };
  });
}

/** Hunks whose lines around them meet are shown as one. */
function grouped(hunks: readonly Hunk[]): Hunk[][] {
  const groups: Hunk[][] = [];
  for (const hunk of hunks) {
    const last = groups.at(-1);
    const end = last?.at(-1)?.to;
    if (last !== undefined && end !== undefined && hunk.from - end <= 2 * CONTEXT) {
      last.push(hunk);
    } else {
      groups.push([hunk]);
    }
  }
  return groups;
}

function shown(sign: string, line: string): string[] {
  const text = `${sign}${line.replace(/\r?\n$/, "")}`;
  return line.endsWith("\n") ? [text] : [text, "\\ No newline at end of file"];
}

/** "12,3": the first line and how many there are. */
function span(from: number, count: number): string {
  return `${count === 0 ? from : from + 1},${count}`;
}
