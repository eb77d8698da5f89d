import { groupedRows } from "../diff/groups";
import type { Row, Change as RowChange } from "../diff/row";
import { diffRows } from "../diff/rows";
import { subjectText } from "../diff/words";
import { type Change, type ChangeFinding, noted } from "./change";
import { Sides, type Widened, type WideningRule } from "./widened";
import {
  dataDenies,
  everyDatabaseUser,
  monitorPrincipal,
  openedKey,
  outsidePrincipal,
  reader,
  type WideningJudge,
} from "./widening-rules";

/** The rows that say that there is more access. */
type More = Extract<RowChange, "gained" | "widened">;

/** Who judges each kind of row, or why none of them is a warning: then the row is in `diff` alone. */
export const JUDGES: Readonly<
  Record<Row["kind"], Readonly<Record<More, readonly WideningJudge[] | string>>>
> = {
  assume: { gained: [outsidePrincipal], widened: [outsidePrincipal, monitorPrincipal] },
  // The Deny of a vendor's role is judged by its identity: without an effect on its policies it has no row.
  permission: { gained: [everyDatabaseUser], widened: [everyDatabaseUser] },
  read_key: { gained: [reader], widened: [reader] },
  use_key: { gained: "a new key has no addresses that could open", widened: [openedKey] },
  boundary: {
    gained: "a boundary is there or not, and is never gained",
    widened: "boundary-changed refuses it",
  },
  module: {
    gained: "what a team's own module makes is read as its code",
    widened: "what a team's own module makes is read as its code",
  },
};

/** What follows the words of diff: why it matters, and what to do. */
const ADVICE: Readonly<Record<WideningRule, string>> = {
  "outside-principal-added":
    "; its account is not in this file, and no organization_id limits the trust: check the account id, or set source.organization_id",
  "monitor-principal-added": "; check it against what the vendor's console shows",
  "data-deny-off": "; set deny_data_access: true unless the vendor has to read them",
  "db-users-opened":
    ", as every database user with IAM authentication, administrators too; name them where you can",
  "key-addresses-opened": "; name the addresses and VPCs that its consumers call from, and no others",
  "reader-added": "; anyone who reads a key can act as its user: name only those who need it",
};

/** The rules on the file alone that say of the same line what a widening says too. */
const INSTEAD_OF: Readonly<Partial<Record<WideningRule, string>>> = { "db-users-opened": "db-users" };

/** Warns of widenings that nobody means by accident, in the words of diff. Everything else is in diff alone. */
export function* widenings(change: Change): Iterable<ChangeFinding> {
  const { before, access, plain, ref } = change;
  if (before === undefined) {
    return;
  }
  const sides = new Sides(before, access, plain);
  const found = [...diffRows(before, [access]).flatMap((row) => widenedBy(row, sides)), ...dataDenies(sides)];
  for (const together of byPlace(found)) {
    const [{ rule, path, on }] = together;
    const insteadOf = INSTEAD_OF[rule];
    for (const says of said(together)) {
      const finding = noted(path, rule, `new since ${ref}: ${says}${ADVICE[rule]}`, on && { on });
      yield insteadOf === undefined ? finding : { ...finding, insteadOf };
    }
  }
}

function widenedBy(row: Row, sides: Sides): readonly Widened[] {
  const { change, kind } = row;
  const judges = change === "gained" || change === "widened" ? JUDGES[kind][change] : [];
  return typeof judges === "string" ? [] : judges.flatMap((judge) => judge(row, sides));
}

type Together = readonly [Widened, ...Widened[]];

/** What one place of the file widens by one rule, in however many accounts. */
function byPlace(found: readonly Widened[]): Together[] {
  const places = new Map<string, [Widened, ...Widened[]]>();
  for (const widened of found) {
    const key = JSON.stringify([widened.rule, widened.path]);
    const known = places.get(key);
    if (known === undefined) {
      places.set(key, [widened]);
    } else {
      known.push(widened);
    }
  }
  return [...places.values()];
}

function said(together: Together): string[] {
  const rows = together.flatMap(({ row }) => row ?? []);
  return rows.length > 0
    ? groupedRows(rows).map(({ says }) => says)
    : [`${subjectText(together.map(({ where }) => where))} has no Deny on reading data and secrets`];
}
