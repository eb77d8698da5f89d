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
