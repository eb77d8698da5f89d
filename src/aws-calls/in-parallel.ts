/**
 * Does the work for each item, so many at a time, and answers in the items' order. Work that throws keeps no other from
 * being done: what it threw is in its place.
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
): Promise<Outcome<Item, Result>[]> {
  const outcomes: Outcome<Item, Result>[] = [];
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) {
      outcomes[index] = await work(item).then(
        (result) => ({ item, result }),
        (cause: unknown) => ({ item, cause }),
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return outcomes;
}

/** What came of one item. */
export type Outcome<Item, Result> =
  | { readonly item: Item; readonly result: Result; readonly cause?: undefined }
  | { readonly item: Item; readonly result?: undefined; readonly cause: unknown };
