/** A version as semantic versioning has it: three numbers and, of what comes before a release, more. */
export const EXACT_VERSION = /^(\d+)\.(\d+)\.(\d+)(?:-([\w.-]+))?(?:\+[\w.-]+)?$/;

/**
 * Negative where the first version is older than the second, 0 where both come out the same. What is no version counts
 * as the oldest. Source: https://semver.org/#spec-item-11.
 */
export function compareVersions(one: string, other: string): number {
  const [first, second] = [EXACT_VERSION.exec(one), EXACT_VERSION.exec(other)];
  if (first === null || second === null) {
    return Number(first !== null) - Number(second !== null);
  }
  for (const index of [1, 2, 3]) {
    const difference = Number(first[index]) - Number(second[index]);
    if (difference !== 0) {
      return difference;
    }
  }
  return compareBeforeRelease(first[4], second[4]);
}

/** What has such a part comes before what has none. */
function compareBeforeRelease(one: string | undefined, other: string | undefined): number {
  if (one === undefined || other === undefined) {
    return Number(one === undefined) - Number(other === undefined);
  }
  const [ours, theirs] = [one.split("."), other.split(".")];
  for (const [index, part] of ours.entries()) {
    const difference = comparePart(part, theirs[index]);
    if (difference !== 0) {
      return difference;
    }
  }
  return ours.length - theirs.length;
}

function comparePart(one: string, other: string | undefined): number {
  if (other === undefined || one === other) {
    return other === undefined ? 1 : 0;
  }
  const [ours, theirs] = [one, other].map((part) => (/^\d+$/.test(part) ? Number(part) : undefined));
  if (ours !== undefined && theirs !== undefined) {
    return ours - theirs;
  }
  // A number comes before a word.
  return ours !== undefined || (theirs === undefined && one < other) ? -1 : 1;
}
