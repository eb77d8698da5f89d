import type { AccessModel } from "../access/model";
import { changedBoundaries } from "./boundaries";
import { type Difference, differences } from "./compare";
import { changedModules } from "./modules";
import { CHANGES, type Change, type Row } from "./row";
import { fingerprint, type Grants, grantsOf, type Subject, subjectsOf } from "./subjects";
import { placesIn } from "./where";
import { whoOf } from "./who";
import { candidates, witnessOf } from "./witness";
import { sentence } from "./words";

/** What a row has before it is put in words. */
export type Unsaid = Omit<Row, "says">;

/** What changes between two states of a deployment: each is several models where its accounts are in several files. */
export function diffRows(before: readonly AccessModel[], after: readonly AccessModel[]): Row[] {
  const [was, is] = [subjectsOf(before), subjectsOf(after)];
  const ids = [...new Set([...was.keys(), ...is.keys()])];
  const whereIs = placesIn([...before, ...after]);
  const compared = new Comparisons();
  const unsaid = ids.flatMap((id) =>
    changedSubject(was.get(id), is.get(id), compared).map(
      ([subject, row]): Unsaid => ({ ...row, where: whereIs(subject) }),
    ),
  );
  const rows = [...unsaid, ...changedBoundaries(before, after, whereIs), ...changedModules(before, after)];
  return rows
    .map((row): Row => ({ ...row, says: sentence([row]) }))
    .map((row) => ({ row, order: orderOf(row) }))
    .sort((a, b) => (a.order === b.order ? byText(a.row, b.row) : a.order < b.order ? -1 : 1))
    .map(({ row }) => row);
}

/** Rows are sorted by it first. */
function orderOf({ change, kind, who, where }: Row): string {
  return JSON.stringify([CHANGES.indexOf(change), kind, who, where]);
}

function byText(a: Row, b: Row): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

type Placed = readonly [subject: Subject, row: Omit<Unsaid, "where">];

function changedSubject(was: Subject | undefined, is: Subject | undefined, compared: Comparisons): Placed[] {
  const { more, less } = compared.of(was, is);
  // One more principal or address widens what is there already.
  const isThere = was !== undefined && is !== undefined && is.kind !== "permission";
  const [gained, lost] = isThere ? (["widened", "narrowed"] as const) : (["gained", "lost"] as const);
  return [
    ...(is === undefined ? [] : rowsOf(is, more, { whole: gained, part: "widened" })),
    ...(was === undefined ? [] : rowsOf(was, less, { whole: lost, part: "narrowed" })),
  ];
}

/** What one side allows beyond the other, in both directions. */
interface Comparison {
  readonly more: readonly Group[];
  readonly less: readonly Group[];
}

const NO_GRANTS: Grants = { allow: [], deny: [] };

const NO_DIFFERENCE: Comparison = { more: [], less: [] };

/** Compares the same documents once: most accounts have the same ones. */
class Comparisons {
  private readonly known = new Map<string, Comparison>();

  of(was: Subject | undefined, is: Subject | undefined): Comparison {
    const [before, after] = [was, is].map((subject) => (subject === undefined ? "" : fingerprint(subject)));
    if (before === after) {
      return NO_DIFFERENCE;
    }
    const key = JSON.stringify([before, after]);
    const comparison = this.known.get(key) ?? compare(was, is);
    this.known.set(key, comparison);
    return comparison;
  }
}

function compare(was: Subject | undefined, is: Subject | undefined): Comparison {
  const before = was === undefined ? NO_GRANTS : grantsOf(was);
  const after = is === undefined ? NO_GRANTS : grantsOf(is);
  return {
    more: grouped(differences(after, before, candidates)),
    less: grouped(differences(before, after, candidates)),
  };
}

function rowsOf(
  subject: Subject,
  groups: readonly Group[],
  changes: Readonly<Record<Difference["extent"], Change>>,
): Placed[] {
  return groups.map((group): Placed => {
    const [{ atom, extent, isDenied, witness, assumed }] = group;
    const change = changes[extent];
    const isMore = change === "gained" || change === "widened";
    const isOfAws = atom.policy !== undefined;
    const unique = (values: readonly (string | undefined)[]): string[] =>
      [...new Set(values.flatMap((value) => value ?? []))].sort();
    return [
      subject,
      {
        change,
        kind: subject.kind,
        who: whoOf(subject, atom.principal),
        actions: isOfAws ? [] : unique(group.map((difference) => difference.atom.action)),
        resources: isOfAws ? [] : unique(group.map((difference) => difference.atom.resource)),
        ...(isOfAws ? { policy: atom.policy } : {}),
        condition: isOfAws ? {} : atom.condition,
        ...(isDenied ? { isDenied } : {}),
        ...(isMore ? { witness: witnessOf(subject, witness, assumed) } : {}),
      },
    ];
  });
}

type Group = readonly [Difference, ...Difference[]];

/** Differences that one row says: one of AWS's own policies, or the actions that are on the same resources. */
function grouped(found: readonly Difference[]): Group[] {
  const onResource = collected(found, ({ atom, extent, isDenied }) =>
    atom.policy === undefined
      ? [extent, isDenied, atom.principal, atom.condition, atom.resource]
      : [atom.policy, isDenied],
  );
  const alike = collected(onResource, (group) => [
    ...group.map(({ atom }) => (atom.policy === undefined ? atom.action : undefined)),
    ...group
      .slice(0, 1)
      .map(({ atom, extent, isDenied }) => [extent, isDenied, atom.principal, atom.condition, atom.policy]),
  ]);
  return alike.map(([[head, ...tail], ...others]): Group => [head, ...tail, ...others.flat()]);
}

function collected<Item>(items: readonly Item[], keyOf: (item: Item) => unknown): [Item, ...Item[]][] {
  const byKey = new Map<string, [Item, ...Item[]]>();
  for (const item of items) {
    const key = JSON.stringify(keyOf(item));
    const known = byKey.get(key);
    if (known === undefined) {
      byKey.set(key, [item]);
    } else {
      known.push(item);
    }
  }
  return [...byKey.values()];
}
