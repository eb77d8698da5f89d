import type { InheritedLists } from "../accounts/model";
import type { Path } from "../accounts/problem";

/** An entry of a list that stands both under `defaults` and under an account, and where the file has it. */
export interface ListedEntry<Input> {
  readonly input: Input;
  readonly path: Path;
}

/** The entries of the list at a path; none where there is no list. */
export function listedAt<Input>(
  list: readonly Input[] | null | undefined,
  path: Path,
): readonly ListedEntry<Input>[] {
  return (list ?? []).map((input, index) => ({ input, path: [...path, index] }));
}

/**
 * The entries that an account has: those of `defaults` and its own. Of two with the same name, its own. null: none.
 */
export function listedFor<Input extends { readonly name: string }>(
  key: keyof InheritedLists,
  defaults: readonly Input[],
  own: readonly Input[] | null | undefined,
  path: Path,
): readonly ListedEntry<Input>[] {
  if (own === null) {
    return [];
  }
  const names = new Set((own ?? []).map(({ name }) => name));
  return [
    ...listedAt(defaults, ["defaults", key]).filter(({ input }) => !names.has(input.name)),
    ...listedAt(own, [...path, key]),
  ];
}
