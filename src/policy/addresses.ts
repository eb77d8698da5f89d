import { type AddressRange, addressText, parseRange } from "../aws/address-ranges";

/** A run of addresses of one family, both ends in it. */
interface Run {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

const EVERYWHERE: readonly Run[] = [
  { family: 4, first: 0n, last: (1n << 32n) - 1n },
  { family: 6, first: 0n, last: (1n << 128n) - 1n },
];

/** An address that is in one of the blocks of each of `all` and in no block of `none`; undefined: there is none. */
export function findAddress(
  all: readonly (readonly string[])[],
  none: readonly (readonly string[])[],
): string | undefined {
  let left: readonly Run[] = EVERYWHERE;
  for (const blocks of all) {
    const ranges = blocks.map(parseRange);
    left = left.flatMap((run) => ranges.flatMap((range) => common(run, range)));
  }
  for (const range of none.flat().map(parseRange)) {
    left = left.flatMap((run) => without(run, range));
  }
  const [found] = left;
  return found && addressText(found.family, found.first);
}

function common(run: Run, range: AddressRange): Run[] {
  if (run.family !== range.family || run.last < range.first || range.last < run.first) {
    return [];
  }
  const [, first = 0n] = [run.first, range.first].sort(upwards);
  const [last = 0n] = [run.last, range.last].sort(upwards);
  return [{ family: run.family, first, last }];
}

function without(run: Run, range: AddressRange): Run[] {
  if (common(run, range).length === 0) {
    return [run];
  }
  const before: Run = { ...run, last: range.first - 1n };
  const after: Run = { ...run, first: range.last + 1n };
  return [before, after].filter(({ first, last }) => first <= last);
}

function upwards(a: bigint, b: bigint): number {
  return Number(a > b) - Number(a < b);
}
