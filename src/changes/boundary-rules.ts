import type { Path } from "../accounts/problem";
import { type Change, type ChangeFinding, type Kept, keptAccounts, refused } from "./change";

/** A role or user whose boundary is another one now, and the place of today's file that says so. */
interface Moved {
  readonly name: string;
  readonly before: string;
  readonly after: string | undefined;
  readonly path: Path;
}

/** A permissions boundary that was there stays: it is what keeps a grant from reaching further. */
export function* changedBoundaries(change: Change): Iterable<ChangeFinding> {
  const byPlace = new Map<string, Moved[]>();
  for (const moved of movedBoundaries(change)) {
    // What several accounts take from the defaults is said once.
    const place = `${moved.path.join(".")} ${moved.after === undefined}`;
    byPlace.set(place, [...(byPlace.get(place) ?? []), moved]);
  }
  for (const [first, ...others] of byPlace.values()) {
    if (first === undefined) {
      continue;
    }
    const who = others.length === 0 ? first.name : `${first.name} and ${others.length} more`;
    const now = first.after === undefined ? "there is none now" : `is ${first.after} now`;
    yield refused(
      first.path,
      "boundary-changed",
      `the permissions boundary of ${who} was ${first.before} at ${change.ref} and ${now}, so the next apply allows what it denied; put it back. To allow more, edit that policy itself; for another boundary or none, retire the account, delete its entry and add it again`,
    );
  }
}

function* movedBoundaries(change: Change): Iterable<Moved> {
  const { base, head } = change;
  const ofSource: Path = ["source", "permissions_boundary"];
  const sourceStays = base.source.accountId === head.source.accountId;
  if (sourceStays && isMoved(base.source, head.source)) {
    yield {
      name: "the source account",
      before: base.source.boundary ?? "",
      after: head.source.boundary,
      path: ofSource,
    };
  }
  for (const { before, after } of keptAccounts(change).filter((kept) => isBounded(change, kept))) {
    if (before.accountId === after.accountId && isMoved(before, after)) {
      const inherited: Path =
        after.accountId === head.source.accountId ? ofSource : ["defaults", "permissions_boundary"];
      const isOwn = before.ownBoundary || after.ownBoundary;
      yield {
        name: `"${after.name}"`,
        before: before.boundary ?? "",
        after: after.boundary,
        path: isOwn ? [...after.path, "permissions_boundary"] : inherited,
      };
    }
  }
}

/**
 * Whether roles and users are there, or come back: a boundary that goes while an account retires is missing when it
 * returns. Of a closed account nothing is touched.
 */
function isBounded({ evidence }: Change, { before, after }: Kept): boolean {
  const isEmpty = before.lifecycle !== "active" && evidence.objectsOf(before)?.length === 0;
  return before.lifecycle !== "closed" && after.lifecycle !== "closed" && !isEmpty;
}

interface Bounded {
  readonly boundary: string | undefined;
}

function isMoved(before: Bounded, after: Bounded): boolean {
  return before.boundary !== undefined && before.boundary !== after.boundary;
}
