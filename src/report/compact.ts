import type { AccessReport } from "./report";

/**
 * The report as the page holds it: what accounts have alike is there once. A text of an identity, a document or a
 * change in which each account has its own id and name stands with marks in their place, and an account lists the
 * numbers of its texts. So 1,000 accounts are 1,000 short lists.
 */
export interface CompactReport extends Omit<AccessReport, "accounts" | "documents" | "changes"> {
  /** JSON with marks. */
  readonly texts: readonly string[];
  readonly accounts: readonly (Omit<AccessReport["accounts"][number], "identities"> & {
    /** For each identity the number of its text, and those of its documents in the order of their marks. */
    readonly identities: readonly (readonly number[])[];
  })[];
  readonly documents: readonly (readonly [id: string, ...Placed])[];
  readonly changes: readonly Placed[];
}

/** The number of a text, and that of the account whose id and name are where the marks are; -1: of none. */
type Placed = readonly [text: number, account: number];

/**
 * The marks of an account's id, of its name, of its name in addresses, and of a document's id. No text of a report
 * has a control character of its own: JSON escapes them.
 */
export const MARKS = { id: "\u0001", name: "\u0002", alias: "\u0003", document: "\u0004" } as const;

export function compact(report: AccessReport): CompactReport {
  const texts = new Map<string, number>();
  const numberOf = (text: string): number => {
    const known = texts.get(text) ?? texts.size;
    texts.set(text, known);
    return known;
  };
  const documents = new Documents(report.documents);
  const accounts = report.accounts.map((account, index) => ({
    ...account,
    identities: account.identities.map((identity) => {
      // Before the marks of the account, whose name may be a part of an id.
      const { text, numbers } = documents.without(JSON.stringify(identity), index);
      return [numberOf(marked(text, account)), ...numbers];
    }),
  }));
  const places = new Map(report.accounts.map(({ account_id }, index) => [account_id, index]));
  const placed = (value: unknown, index: number): Placed => [
    numberOf(marked(JSON.stringify(value), report.accounts[index])),
    index,
  ];
  return {
    ...report,
    accounts,
    documents: documents.all.map(({ id, account }) => [id, ...placed(report.documents[id], account)]),
    changes: report.changes.map((row) => placed(row, places.get(row.where.account_id) ?? -1)),
    texts: [...texts.keys()],
  };
}

/** The documents that identities name, each with the first account that has it. */
class Documents {
  readonly all: { readonly id: string; readonly account: number }[] = [];
  private readonly numbers = new Map<string, number>();

  constructor(private readonly known: AccessReport["documents"]) {}

  /** An identity's JSON with a mark for each document, and the numbers of those. */
  without(json: string, account: number): { readonly text: string; readonly numbers: readonly number[] } {
    const numbers: number[] = [];
    const text = json.replace(/"([0-9a-f]{12})"/g, (quoted, id: string) => {
      if (!Object.hasOwn(this.known, id)) {
        return quoted;
      }
      numbers.push(this.numberOf(id, account));
      return `"${MARKS.document}"`;
    });
    return { text, numbers };
  }

  private numberOf(id: string, account: number): number {
    const known = this.numbers.get(id);
    if (known !== undefined) {
      return known;
    }
    this.numbers.set(id, this.all.length);
    this.all.push({ id, account });
    return this.all.length - 1;
  }
}

type Named = Pick<AccessReport["accounts"][number], "name" | "account_id">;

function marked(json: string, account: Named | undefined): string {
  return account === undefined
    ? json
    : json
        .replaceAll(account.account_id, MARKS.id)
        .replaceAll(account.name, MARKS.name)
        .replaceAll(account.name.replaceAll("-", "_"), MARKS.alias);
}
