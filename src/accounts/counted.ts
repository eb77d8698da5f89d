/** How numbers and lists of words are put into messages. */

/** "1 account", "2 accounts". */
export function counted(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** "a, b or c". */
export function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** "a, b and c". */
export function allOf(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** "a, b, c and 12 more": the first `most` of many. Of no more than that, all: "a, b, c". */
export function firstOfMany(values: readonly string[], most: number): string {
  return values.length <= most
    ? values.join(", ")
    : `${values.slice(0, most).join(", ")} and ${values.length - most} more`;
}
