import type { UserKeys } from "./keys";

/**
 * A text that PMM sent, without the keys: a name in PMM may have one in it by mistake, and what is printed ends in logs.
 */
export function withoutKeys(text: string, all: readonly UserKeys[]): string {
  return all
    .flatMap(({ newest, previousIds }) => [newest.secret, newest.id, ...previousIds])
    .reduce((rest, key) => rest.replaceAll(key, "(a key)"), text);
}
