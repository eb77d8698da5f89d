import type { Path } from "./problem";

/** What makes two items one to AWS or to Terraform, and where the file has each. */
interface Order<Item> {
  key(item: Item): string;
  /** "12:5", as `place` cites it. */
  place(item: Item): string;
  /** An item of a lower rank is first wherever the file has it: one that cannot be changed. */
  rank?(item: Item): number;
}

/** Of the items that share a key, each but the first of the file, with that one. The items come in any order. */
export function* laterOfSame<Item>(
  items: Iterable<Item>,
  { key, place, rank = () => 0 }: Order<Item>,
): Iterable<{ readonly first: Item; readonly later: Item }> {
  const same = new Map<string, [Item, ...Item[]]>();
  for (const item of items) {
    const earlier = same.get(key(item));
    if (earlier === undefined) {
      same.set(key(item), [item]);
    } else {
      earlier.push(item);
    }
  }
  for (const group of same.values()) {
    if (group.length > 1) {
      const [first, ...others] = group
        .map((item) => ({ item, rank: rank(item), place: place(item).split(":").map(Number) }))
        .sort((a, b) => a.rank - b.rank || comparePlaces(a.place, b.place))
        .map(({ item }) => item);
      for (const later of others) {
        yield { first: first ?? group[0], later };
      }
    }
  }
}

function comparePlaces([line = 0, column = 0]: number[], [otherLine = 0, otherColumn = 0]: number[]): number {
  return line - otherLine || column - otherColumn;
}

/**
 * Where an error on `path` is that cites `first`: what a merge key or an alias brings in has the place of what it
 * names, so the error is at the mapping that it is brought into.
 */
export function apartFrom(first: Path, path: Path, cite: (path: Path) => string): Path {
  return path.length > 0 && cite(path) === cite(first)
    ? apartFrom(first.slice(0, -1), path.slice(0, -1), cite)
    : path;
}
