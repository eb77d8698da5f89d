import { distance } from "fastest-levenshtein";

/** How values and numbers are put into messages. */

/** "1 account", "2 accounts". */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** "a, b or c". */
export function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** "a, b and c". */
export function allOf(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** How a value is named in a message: quoted and cut where it is text, never a whole structure. */
export function shown(value: unknown, written?: string): string {
  if (value === null || value === undefined) {
    return "empty";
  }
  if (typeof value === "string") {
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  }
  if (Array.isArray(value)) {
    return "a list";
  }
  if (typeof value === "object") {
    return "a mapping";
  }
  const literal = written ?? String(value);
  return literal.length > 60 ? `${literal.slice(0, 57)}...` : literal;
}

/** The nearest of the known words, if it is near enough to be what was meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.every(({ length }) => word.length > 2 * length)) {
    return undefined;
  }
  const lower = word.toLowerCase().replaceAll("-", "_");
  const ranked = known
    .map((candidate) => ({
      candidate,
      far: distance(lower, candidate.toLowerCase().replaceAll("-", "_")),
    }))
    .sort((a, b) => a.far - b.far || sameStart(lower, b.candidate) - sameStart(lower, a.candidate));
  const best = ranked[0];
  if (best !== undefined && best.far <= Math.max(1, Math.floor(word.length / 3))) {
    return best.candidate;
  }
  const parts = (candidate: string): boolean => `_${candidate}_`.includes(`_${lower}_`);
  return known.find((candidate) => candidate.startsWith(`${lower}_`)) ?? known.find(parts);
}

/** How many letters two words share at their start. */
function sameStart(a: string, b: string): number {
  let count = 0;
  while (count < a.length && a[count] === b[count]) {
    count += 1;
  }
  return count;
}
