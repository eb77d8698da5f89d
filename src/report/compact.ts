import type { AccessReport } from "./report";

/**
 * The report as the page holds it: what accounts have alike is there once. A text of an identity or a change in which
 * each account has its own id and name stands with marks in their place, and an account lists the numbers of its
 * texts. So 1,000 accounts are 1,000 short lists.
 */
export interface CompactReport extends Omit<AccessReport, "accounts" | "changes"> {
  readonly texts: readonly string[];
  readonly accounts: readonly (Omit<AccessReport["accounts"][number], "identities"> & {
    /** Numbers of texts: each is the JSON of an identity. */
    readonly identities: readonly number[];
  })[];
  /** In the order of the rows: the number of the text, which is a row's JSON, and that of the account, or -1. */
  readonly changes: readonly (readonly [text: number, account: number])[];
}

/** The marks of an account's id and name. No text of a report has a control character of its own: JSON escapes them. */
export const MARKS = { id: "\u0001", name: "\u0002", alias: "\u0003" } as const;

export function compact(report: AccessReport): CompactReport {
  const numbers = new Map<string, number>();
  const numberOf = (value: unknown, account: Named | undefined): number => {
    const text = account === undefined ? JSON.stringify(value) : marked(JSON.stringify(value), account);
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  };
  const accounts = report.accounts.map((account) => ({
    ...account,
    identities: account.identities.map((identity) => numberOf(identity, account)),
  }));
  const places = new Map(report.accounts.map(({ account_id }, index) => [account_id, index]));
  const changes = report.changes.map((row) => {
    const index = places.get(row.where.account_id) ?? -1;
    return [numberOf(row, report.accounts[index]), index] as const;
  });
  return { ...report, texts: [...numbers.keys()], accounts, changes };
}

type Named = Pick<AccessReport["accounts"][number], "name" | "account_id">;

function marked(json: string, { name, account_id }: Named): string {
  return json
    .replaceAll(account_id, MARKS.id)
    .replaceAll(name, MARKS.name)
    .replaceAll(name.replaceAll("-", "_"), MARKS.alias);
}
