import { CHANGES, type Change, type Row, type Witness } from "./row";
import { sentence } from "./words";

/** How many rows there are of each change. */
export type Counts = Readonly<Record<Change, number>>;

export function countsOf(rows: readonly Row[]): Counts {
  const count = (change: Change) => rows.filter((row) => row.change === change).length;
  return Object.fromEntries(CHANGES.map((change) => [change, count(change)])) as Counts;
}

/** "1 gained, 2 widened, 0 narrowed, 0 lost". */
export function countsText(counts: Counts): string {
  return CHANGES.map((change) => `${counts[change]} ${change}`).join(", ");
}

/** Rows that say the same of several accounts. */
export interface RowGroup {
  readonly change: Change;
  readonly rows: readonly Row[];
  readonly says: string;
  readonly witness: Witness | undefined;
}

/** The rows in their order, those that differ in nothing but their accounts as one. */
export function groupedRows(rows: readonly Row[]): RowGroup[] {
  const groups = new Map<string, [Row, ...Row[]]>();
  for (const row of rows) {
    const { change, kind, who, where, actions, resources, policy, condition, isDenied } = row;
    // In each account the same ARNs have another account id.
    const anywhere = (text: string) => text.replaceAll(where.account_id, "*");
    const target = kind === "read_key" ? "" : anywhere(where.target);
    const what = [actions, resources.map(anywhere), policy, condition, isDenied];
    const key = JSON.stringify([change, kind, anywhere(who.id), target, what]);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [row]);
    } else {
      group.push(row);
    }
  }
  return [...groups.values()].map((group) => ({
    change: group[0].change,
    rows: group,
    says: sentence(group),
    witness: group[0].witness,
  }));
}

/** A witness on one line. */
export function witnessText({ principal, action, resource, context, assuming }: Witness): string {
  const carrying = Object.entries(context).map(([key, value]) => `${key} ${value}`);
  const condition = carrying.length === 0 ? "" : `, with ${carrying.join(" and ")}`;
  return `${principal}: ${action} on ${resource}${condition}${assuming === undefined ? "" : `, if ${assuming}`}`;
}
