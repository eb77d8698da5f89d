import { TOKENS } from "./hostile";
import type { Random } from "./random";

/** Changes of a text that know nothing of what it says: characters, words and lines cut, repeated, swapped. */
export function mutatedText(text: string, random: Random): string {
  const lines = text.split("\n");
  const index = random.below(lines.length);
  const at = random.below(text.length + 1);
  const length = random.of([0, 1, 1, 2, 8, 40]);
  const changes: readonly [() => string, ...(() => string)[]] = [
    () => text.slice(0, at) + random.of(TOKENS) + text.slice(at + random.of([0, 0, 1, 4])),
    () => text.slice(0, at) + text.slice(at + length),
    () => text.slice(0, at) + text.slice(at, at + length).repeat(2) + text.slice(at + length),
    () => text.slice(0, at),
    () => lines.toSpliced(index, 1).join("\n"),
    () => lines.toSpliced(index, 0, lines[random.below(lines.length)] ?? "").join("\n"),
    () => lines.with(index, `${" ".repeat(random.below(4))}${lines[index]}`).join("\n"),
    () => lines.with(index, (lines[index] ?? "").trimStart()).join("\n"),
    () => lines.join("\r\n"),
  ];
  return random.of(changes)();
}

/** The bytes of a file that need be no text: bits flipped, another encoding. */
export function mutatedBytes(text: string, random: Random): Buffer {
  const bytes = Buffer.from(text);
  const changes: readonly [() => Buffer, ...(() => Buffer)[]] = [
    () => Buffer.from(text, "utf16le"),
    () => Buffer.from(`\ufeff${text}`),
    () => Buffer.from(text, "latin1"),
    () => bytes.subarray(0, random.below(bytes.length + 1)),
    () => {
      for (let left = random.below(8); left >= 0 && bytes.length > 0; left -= 1) {
        const at = random.below(bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      }
      return bytes;
    },
  ];
  return random.of(changes)();
}
