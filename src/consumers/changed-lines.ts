/** One line that a text lost or gained. */
export interface ChangedLine {
  readonly sign: "+" | "-";
  readonly text: string;
}

/** As many differences as are looked for; past them all lines between the first and the last count as changed. */
const MOST_DIFFERENCES = 1_000;

/**
 * The lines that differ between two texts, in their order: as few as there can be, by the algorithm of E. W. Myers,
 * "An O(ND) Difference Algorithm and Its Variations" (1986).
 */
export function changedLines(before: string, after: string): ChangedLine[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) {
    start += 1;
  }
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) {
    end += 1;
  }
  return between(a.slice(start, a.length - end), b.slice(start, b.length - end));
}

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

function between(a: readonly string[], b: readonly string[]): ChangedLine[] {
  const reached = furthest(a, b);
  if (reached === undefined) {
    return [...a.map(removed), ...b.map(added)];
  }
  const changes: ChangedLine[] = [];
  let [x, y] = [a.length, b.length];
  for (let difference = reached.length - 1; difference > 0; difference -= 1) {
    const before = reached[difference - 1] ?? new Map<number, number>();
    const diagonal = x - y;
    const isAdded = comesDown(before, diagonal, difference);
    const from = isAdded ? diagonal + 1 : diagonal - 1;
    x = before.get(from) ?? 0;
    y = x - from;
    changes.push(isAdded ? added(b[y] ?? "") : removed(a[x] ?? ""));
  }
  return changes.reverse();
}

/** For each number of differences, how far in `a` one comes on each diagonal; undefined where there are too many. */
function furthest(a: readonly string[], b: readonly string[]): Map<number, number>[] | undefined {
  const reached: Map<number, number>[] = [];
  for (let difference = 0; difference <= MOST_DIFFERENCES; difference += 1) {
    const before = reached.at(-1) ?? new Map([[1, 0]]);
    const now = new Map<number, number>();
    for (let diagonal = -difference; diagonal <= difference; diagonal += 2) {
      let x = comesDown(before, diagonal, difference)
        ? (before.get(diagonal + 1) ?? 0)
        : (before.get(diagonal - 1) ?? 0) + 1;
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) {
        x += 1;
      }
      now.set(diagonal, x);
      if (x >= a.length && x - diagonal >= b.length) {
        return [...reached, now];
      }
    }
    reached.push(now);
  }
  return undefined;
}

/** Whether the step onto a diagonal is a line of `b` that is added, and not one of `a` that is removed. */
function comesDown(before: ReadonlyMap<number, number>, diagonal: number, difference: number): boolean {
  const [above = -1, below = -1] = [before.get(diagonal + 1), before.get(diagonal - 1)];
  return diagonal === -difference || (diagonal !== difference && below < above);
}

function added(text: string): ChangedLine {
  return { sign: "+", text };
}

function removed(text: string): ChangedLine {
  return { sign: "-", text };
}
