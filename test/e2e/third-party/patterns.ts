import { actionsThatHandOutAccess } from "../../../src/features/third-party-monitor/handed-out-access";

/** Patterns near to actions that hand out access: parts of them replaced by wildcards, or changed so as to miss. */
export function patterns(count: number): string[] {
  const random = sequence(20_260_930);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const actions = actionsThatHandOutAccess();
  const changes: readonly ((text: string, at: number, end: number) => string)[] = [
    (text, at, end) => `${text.slice(0, at)}*${text.slice(end)}`,
    (text, at, end) => `${text.slice(0, at)}${"?".repeat(end - at)}${text.slice(end)}`,
    (text, at, end) => `${text.slice(0, at)}${"?".repeat(end - at + 1)}${text.slice(end)}`,
    (text, at) => `${text.slice(0, at)}x${text.slice(at)}`,
    (text, at) => `${text.slice(0, at)}*x*${text.slice(at)}`,
    (text, at) => text.slice(0, at),
    (text, at) => text.slice(at),
    (text) => text.toUpperCase(),
    (text) => text.toLowerCase(),
    (text) => `${text}*`,
    (text) => text,
    (text) => text.replace(/:.*$/, pick([":Get*", ":List*", ":Describe*", ":*", ":Put*", ":?et*"])),
  ];
  return Array.from({ length: count }, () => {
    let text = pick(actions);
    for (let left = 1 + Math.floor(random() * 2); left > 0; left -= 1) {
      const at = Math.floor(random() * text.length);
      text = pick(changes)(text, at, Math.min(text.length, at + Math.floor(random() * 6)));
    }
    return text === "" ? "*" : text;
  });
}

/** The same numbers between 0 and 1 in every run. (Mulberry32.) */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
