import fc from "fast-check";

/** Every fault where FAULTS is `all`; otherwise a tenth of each list, by the seed in FAULTS_SEED. */
const EVERY = process.env["FAULTS"] === "all";

export const SEED = Number(process.env["FAULTS_SEED"] ?? 1);

export const SAMPLED = EVERY ? "every fault" : `a tenth of the faults, FAULTS_SEED=${SEED}`;

export function sampled<Item>(items: readonly Item[]): readonly Item[] {
  if (EVERY) return items;
  const length = Math.ceil(items.length / 10);
  const subsets = fc.shuffledSubarray([...items], { minLength: length, maxLength: length });
  return fc.sample(subsets, { seed: SEED, numRuns: 1 })[0] ?? [];
}

/** An apply has an account for each of its faults, and a provider process for each account. */
const FAULTS_PER_APPLY = 20;

/** The faults by apply. */
export function inParts<Item>(items: readonly Item[]): (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / FAULTS_PER_APPLY) }, (_, part) =>
    items.slice(part * FAULTS_PER_APPLY, (part + 1) * FAULTS_PER_APPLY),
  );
}
