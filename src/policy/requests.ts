import { type Clause, findValue, isKnownToTake, negated, type UnreadClause, type Value } from "./clauses";

/** All requests that are as every one of some clauses asks: what one statement is about. */
export type Requests = readonly Clause[];

/** One request: what it is of each thing that a clause asked about, by the name that the first clause gives it. */
export type Request = ReadonlyMap<string, Value>;

/** What a policy allows: the requests of an Allow that no Deny is about. */
export interface Permissions {
  readonly allow: readonly Requests[];
  readonly deny: readonly Requests[];
}

/** Requests that are in both. */
export function inBoth(one: Requests, other: Requests): Requests {
  return [...one, ...other];
}

/**
 * One of the requests, or undefined where there is none. Things are independent of each other, so a value is looked
 * for of each. `candidates` are values that are good to read, by thing.
 */
export function findRequest(
  requests: Requests,
  candidates: (of: string) => readonly string[] = () => [],
): Request | undefined {
  const byThing = new Map<string, Clause[]>();
  for (const clause of requests) {
    const known = byThing.get(clause.of) ?? [];
    known.push(clause);
    byThing.set(clause.of, known);
  }
  const found = new Map<string, Value>();
  for (const [of, clauses] of byThing) {
    const value = findValue(clauses, candidates(of));
    if (value === undefined) {
      return undefined;
    }
    found.set(clauses[0]?.key ?? of, value.value);
  }
  return found;
}

/** The clauses that a request found is not known to be as, because their meaning is not known. */
export function takenForGranted(requests: Requests, found: Request): UnreadClause[] {
  const names = new Map<string, string>();
  for (const { of, key } of requests) {
    names.set(of, names.get(of) ?? key ?? of);
  }
  return requests
    .filter((clause) => clause.kind === "unread")
    .filter((clause) => !isKnownToTake(clause, found.get(names.get(clause.of) ?? clause.of)));
}

/** The requests that are in none of the others, in parts that have nothing in common. */
export function without(requests: Requests, others: readonly Requests[]): Requests[] {
  let parts: Requests[] = findRequest(requests) === undefined ? [] : [requests];
  for (const other of others) {
    parts = parts.flatMap((part) => withoutOne(part, other));
  }
  return parts;
}

/** What is as the first clauses ask and not as the next one does: one part for each clause. */
function withoutOne(part: Requests, other: Requests): Requests[] {
  if (findRequest(inBoth(part, other)) === undefined) {
    return [part];
  }
  return other
    .map((clause, index) => inBoth(part, [...other.slice(0, index), negated(clause)]))
    .filter((rest) => findRequest(rest) !== undefined);
}

/** Those of the requests that are allowed on one side and not on the other, in parts. */
export function allowedOnlyBy(requests: Requests, side: Permissions, other: Permissions): Requests[] {
  const allowed = without(requests, side.deny);
  return allowed.flatMap((part) => [
    ...without(part, other.allow),
    // What the other side allows too, and denies.
    ...other.deny.flatMap((deny) =>
      other.allow
        .map((allow) => inBoth(part, inBoth(allow, deny)))
        .filter((both) => findRequest(both) !== undefined),
    ),
  ]);
}

/** Whether any of the requests, allowed on one side, is allowed on the other too. */
export function isAllowedByBoth(requests: Requests, side: Permissions, other: Permissions): boolean {
  return without(requests, side.deny).some((part) =>
    other.allow.some((allow) =>
      without(inBoth(part, allow), other.deny).some((rest) => findRequest(rest) !== undefined),
    ),
  );
}
