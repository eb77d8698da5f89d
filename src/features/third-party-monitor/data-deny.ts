import { ActionList, publishedActions } from "../../aws/actions";
import { MONITOR_DENY_POLICY } from "../../aws/names";
import type { Statement } from "../../aws/policies";
import { modulePolicy } from "../../modules/own";
import { arnParts } from "./policy-document/resource";

/** What the module's Deny on reading data and secrets takes back from what another policy allows. */

/** The actions that the Deny takes back: on every resource, or only on some of those that are allowed. */
export interface TakenBack {
  readonly whole: readonly string[];
  readonly inPart: readonly string[];
}

/** What is taken back from each pattern of actions that is allowed on these patterns of resources. */
export function takenBackOn(resources: readonly string[]): (pattern: string) => TakenBack {
  const { everywhere, somewhere } = denied();
  const reaching = somewhere.filter(({ statement }) =>
    resources.some((resource) => reaches(statement, resource)),
  );
  return (pattern) => {
    const whole = everywhere.matching(pattern);
    const inPart = reaching
      .flatMap(({ actions }) => actions.matching(pattern))
      .filter((action) => !whole.includes(action));
    return { whole, inPart: [...new Set(inPart)] };
  };
}

interface Denied {
  readonly everywhere: ActionList;
  readonly somewhere: readonly { readonly statement: Statement; readonly actions: ActionList }[];
}

let known: Denied | undefined;

function denied(): Denied {
  if (known === undefined) {
    const { Statement } = modulePolicy("third-party-monitor", MONITOR_DENY_POLICY, "aws");
    const isEverywhere = ({ Resource, Condition }: Statement): boolean =>
      Condition === undefined && [Resource ?? []].flat().includes("*");
    known = {
      everywhere: actionsOf(Statement.filter(isEverywhere)),
      somewhere: Statement.filter((statement) => !isEverywhere(statement)).map((statement) => ({
        statement,
        actions: actionsOf([statement]),
      })),
    };
  }
  return known;
}

function actionsOf(statements: readonly Statement[]): ActionList {
  const { actions } = publishedActions();
  return new ActionList(
    statements.flatMap(({ Action }) => [Action ?? []].flat().flatMap((pattern) => actions.matching(pattern))),
  );
}

/** Whether a statement denies something that a pattern of resources matches too. */
function reaches({ Resource }: Statement, pattern: string): boolean {
  return Resource === undefined || [Resource].flat().some((resource) => overlapArns(resource, pattern));
}

/** Part by part, for a wildcard does not reach from one of the first parts of an ARN into the next. */
function overlapArns(a: string, b: string): boolean {
  const [own, other] = [arnParts(a), arnParts(b)];
  return own.length === other.length
    ? own.every((part, index) => overlap(part, other[index] ?? ""))
    : overlap(a, b);
}

/**
 * Whether a text exists that both patterns match. `*` is any run of characters, `?` is one. Each character of `b` is
 * held against all places in `a` that the characters before it lead to.
 */
export function overlap(a: string, b: string): boolean {
  let places = afterStars(a, [0]);
  for (const wanted of b) {
    if (wanted === "*") {
      places = afterStars(a, range(Math.min(...places), a.length));
      continue;
    }
    const next = new Set<number>();
    for (const place of places) {
      const own = a[place];
      if (own === "*") {
        next.add(place);
      } else if (own !== undefined && (own === "?" || wanted === "?" || own === wanted)) {
        next.add(place + 1);
      }
    }
    if (next.size === 0) {
      return false;
    }
    places = afterStars(a, next);
  }
  return places.has(a.length);
}

/** The places, and those that they reach where a `*` is nothing. */
function afterStars(pattern: string, places: Iterable<number>): ReadonlySet<number> {
  const all = new Set<number>();
  for (const place of places) {
    let at = place;
    all.add(at);
    while (pattern[at] === "*") {
      at += 1;
      all.add(at);
    }
  }
  return all;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
