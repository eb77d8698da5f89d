import type { Boundaries, BoundaryKind } from "../accounts/boundaries";
import type { Path } from "../accounts/problem";
import { type Change, type ChangeFinding, isInUse, keptAccounts, refused } from "./change";
import type { AccountSnapshot } from "./snapshot";

/** What may have another boundary now: an account, or the source. */
interface Bounded {
  readonly name: string;
  /** The kinds of roles and users that it had. */
  readonly kinds: readonly BoundaryKind[];
  readonly before: Boundaries;
  readonly after: Boundaries;
  /** Where it is in today's file. */
  readonly path: Path;
}

/** Roles and users of one kind whose boundary is another one now, and the place of today's file that says so. */
interface Moved {
  readonly of: Bounded;
  readonly kind: BoundaryKind;
  readonly before: string;
  readonly after: string | undefined;
  readonly path: Path;
}

/** A permissions boundary that was there stays: it is what keeps a grant from reaching further. */
export function* changedBoundaries(change: Change): Iterable<ChangeFinding> {
  const byPlace = new Map<string, Moved[]>();
  for (const moved of [...boundedIn(change)].flatMap(movedOf)) {
    // What several accounts take from the defaults is said once.
    const place = `${moved.path.join(".")} ${policyName(moved.before)} ${moved.after === undefined}`;
    byPlace.set(place, [...(byPlace.get(place) ?? []), moved]);
  }
  for (const group of byPlace.values()) {
    const [first] = group;
    if (first === undefined) {
      continue;
    }
    const now = first.after === undefined ? "there is none now" : `is ${first.after} now`;
    yield refused(
      first.path,
      "boundary-changed",
      `the permissions boundary of ${whose(group)} was ${first.before} at ${change.ref} and ${now}, so the next apply allows what it denied; put it back. To allow more, edit that policy itself; for another boundary or none, retire the account, delete its entry and add it again`,
    );
  }
}

/** `"orders"`, `"orders" and 3 more`, or `"orders" (teleport)` where other kinds keep their boundary. */
function whose(group: readonly Moved[]): string {
  const [first, ...others] = new Set(group.map(({ of }) => of));
  const kinds = [...new Set(group.map(({ kind }) => kind))];
  const who = `${first?.name}${others.length === 0 ? "" : ` and ${others.length} more`}`;
  return first?.kinds.every((kind) => kinds.includes(kind)) ? who : `${who} (${kinds.join(", ")})`;
}

function* boundedIn(change: Change): Iterable<Bounded> {
  const { base, head } = change;
  if (base.source.accountId === head.source.accountId) {
    yield {
      name: "the source account",
      kinds: ["pmm_ec2_role"],
      before: base.source.boundaries,
      after: head.source.boundaries,
      path: ["source"],
    };
  }
  for (const { before, after } of keptAccounts(change).filter((kept) => isInUse(change, kept))) {
    if (before.accountId === after.accountId) {
      yield {
        name: `"${after.name}"`,
        kinds: kindsOf(before),
        before: before.boundaries,
        after: after.boundaries,
        path: after.path,
      };
    }
  }
}

function kindsOf({ instances }: AccountSnapshot): BoundaryKind[] {
  return [...new Set(instances.flatMap(({ boundedAs }) => boundedAs ?? []))];
}

function movedOf(of: Bounded): Moved[] {
  return of.kinds.flatMap((kind): Moved[] => {
    const [before, after] = [of.before[kind], of.after[kind]];
    if (before.arn === undefined || before.arn === after.arn) {
      return [];
    }
    // Where a boundary of the account's own went, the defaults' may be there now: its entry is the place all the same.
    const wasOwn = before.path?.[0] === of.path[0] && after.path?.[0] !== of.path[0];
    const path = wasOwn || after.path === undefined ? [...of.path, "permissions_boundary"] : after.path;
    return [{ of, kind, before: before.arn, after: after.arn, path }];
  });
}

/** Without the account, whose own policy of that name each one has. */
function policyName(arn: string): string {
  return arn.replace(/^.*:policy\//, "");
}
